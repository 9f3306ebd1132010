"""Doubts about the ids of orders, of which a row holds a hash and no text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.sources import orderids
from portfolio_review.sources.conversion import BLANKS, LOST, NUMBER, POINT
from portfolio_review.sources.doubts.odd_ids import EXPORT, KEPT, MISSING, without_point
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import change, expression, touched
from portfolio_review.sources.engine import text
from portfolio_review.sources.mapping import KEEP, Mapped
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.orderids import OrderIds
from portfolio_review.sources.repeated import repeated
from portfolio_review.sources.transactions import successors

_SHOWN = 5
LEAST_ORDERS, ALIKE_TENTHS = 20, 9
"""So many orders, and so many tenths of those with several lines, have one revenue on every line: a total."""
_KEYS = "order_keys"
_FOLDS = "order_folds"
_ALIKE = "alike_orders"


def find(scene: Scene) -> Iterator[Doubt]:
    """None where orders have no id."""
    pairs = orderids.written(scene.engine)
    if pairs is None:
        return
    folds = "order_fold" in scene.coded.columns
    fold = "coalesce(order_fold, order_key)" if folds else "order_key"
    # an id at several clients and alike ids of one client both show as one fold of several pairs
    shared = repeated(scene.engine.reader, f"(SELECT {fold} AS fold FROM {pairs})", "fold")
    scene.engine.reader.register(_FOLDS, {"fold": shared})
    among = f"(SELECT *, {fold} AS fold FROM {pairs} WHERE {fold} IN (SELECT fold FROM {_FOLDS}))"
    if folds:
        yield from _mended(scene)
        if len(shared):
            yield from _alike(scene, among)
    yield from _like_missing(scene, pairs)
    if len(shared):
        yield from _of_several_clients(scene, among)
    scene.engine.reader.unregister(_FOLDS)
    yield from _reused(scene, pairs)
    yield from _totals(scene)


def _rows(scene: Scene) -> str:
    """SQL of the rows that count and have an order id."""
    return f"(SELECT * FROM {scene.coded.written()} WHERE bucket >= 0 AND order_key IS NOT NULL)"


def said_shared(sales: Mapped, orders: int) -> tuple[Phrase, Phrase]:
    """What was done with ids that stand at several clients, and what to do; so the others."""
    apart = f"({expression(sales, 'client_id')}) || ' ' || ({expression(sales, 'order_id')})"
    return (
        Phrase(
            "An order is the pair of client and order id; so many ids stand at several clients: %(orders)s.",
            {"orders": orders},
        ),
        Phrase(
            "If clients number their own orders, write %(setting)s; if not, look whether the client is the right "
            "column.", {"setting": change(sales, "order_id", apart)},
        ),
    )  # fmt: skip


SAID_MENDED = (
    Phrase("Blanks and the Unicode form are mended: ids that were written in several ways are one now."),
    Phrase("Nothing needs to be done."),
)
SAID_NUMBERS = (
    Phrase('="…" and a final .0 of a column of numbers are undone.'),
    Phrase("Look whether leading zeros are lost; if not, name ids_from_numbers under accepted."),
)
SAID_ALIKE = (
    Phrase("Orders of one client differ by case, blanks or look-alike letters alone; they are kept apart."),
    Phrase("If they are one, write them in one way at the source."),
)


def said_points(sales: Mapped, *, lost: bool) -> tuple[Phrase, Phrase]:
    return KEPT, EXPORT if lost else without_point(sales, "order_id")


def said_missing(sales: Mapped) -> tuple[Phrase, Phrase]:
    was = expression(sales, "order_id")
    listed = ", ".join(text(word) for word in MISSING)
    emptied = f"CASE WHEN lower(CAST({was} AS VARCHAR)) NOT IN ({listed}) THEN {was} END"
    return (
        Phrase("The ids are kept, for they may be names."),
        Phrase(
            "If they stand for no id, write %(setting)s; if they are ids, name ids_like_missing under accepted.",
            {"setting": change(sales, "order_id", emptied)},
        ),
    )


def said_reused(sales: Mapped, orders: OrderIds) -> tuple[Phrase, Phrase]:
    dated = f"({expression(sales, 'order_id')}) || ' ' || CAST(year({expression(sales, 'date')}) AS VARCHAR)"
    return (
        Phrase(
            "%(orders)s of %(pairs)s orders hold rows more than 180 days apart: every order is counted by client, id "
            "and calendar year.", {"orders": orders.reused, "pairs": orders.pairs},
        ),
        Phrase("Map an order id that is not used again, for instance %(setting)s", {
            "setting": change(sales, "order_id", dated),
        }),
    )  # fmt: skip


def said_totals(alike: int, several: int) -> tuple[Phrase, Phrase]:
    return (
        Phrase(
            "%(alike)s of %(several)s orders with several lines have one and the same revenue on all of them; the "
            "lines are added up.",
            {"alike": alike, "several": several},
        ),
        Phrase(
            "If each line holds the total of its order, map revenue to the amount of the line, or divide it by the "
            "number of lines in a query."
        ),
    )


def _doubt(scene: Scene, id: str, condition: str, done: Phrase, remedy: Phrase, column: str = "order_id") -> Doubt:
    rows, months, units = touched(scene, condition)
    return Doubt(
        id=id, table=TRANSACTIONS, column=column, rows=rows, done=done, remedy=remedy,
        examples=_examples(scene, condition), by_month=months, units=units,
    )  # fmt: skip


def _examples(scene: Scene, condition: str) -> tuple[str, ...]:
    """Ids of orders among the rows that fulfil a condition, each with a client: the source is asked for their texts."""
    keys = scene.engine.rows(
        f"SELECT order_key FROM {_rows(scene)} WHERE {condition} GROUP BY order_key ORDER BY order_key LIMIT {_SHOWN}"
    )
    if not keys:
        return ()
    listed = ", ".join(str(key) for (key,) in keys)
    known = scene.coded.texts("client_id")
    found = scene.engine.rows(
        "SELECT __order__, list(DISTINCT value ORDER BY value)[1:3] FROM ("
        f"SELECT __order__, client FROM {scene.coded.rows} WHERE bucket >= 0 AND order_key IN ({listed})) "
        f"JOIN (SELECT DISTINCT code, value FROM {known}) ON code = client GROUP BY 1 ORDER BY 1 LIMIT {_SHOWN}"
    )
    return tuple(f"{order}: {', '.join(clients)}" for order, clients in found)


def _of_several_clients(scene: Scene, pairs: str) -> Iterator[Doubt]:
    con = scene.engine.reader
    keys = repeated(con, pairs, "order_key")
    if not len(keys):
        return
    con.register(_KEYS, {"order_key": keys})
    if clients := scene.table("clients", "client_id", "merged_into"):
        keys = np.asarray(con.execute(_apart_after_mergers(scene, clients, pairs)).fetchnumpy()["order_key"])
        con.unregister(_KEYS)
        if not len(keys):
            return
        con.register(_KEYS, {"order_key": keys})
    yield _doubt(
        scene, "orders_of_several_clients", f"order_key IN (SELECT order_key FROM {_KEYS})",
        *said_shared(scene.sales, len(keys)),
    )  # fmt: skip
    con.unregister(_KEYS)


def _apart_after_mergers(scene: Scene, clients: Mapped, pairs: str) -> str:
    """SQL of those of `_KEYS` that stand at several clients when a merged one is taken for its successor."""
    known = scene.coded.texts("client_id")
    merged = f"(SELECT value_client_id AS id, value_merged_into AS into_id FROM {clients.checked} WHERE {KEEP})"
    return (
        f"SELECT order_key FROM {pairs} pairs JOIN {_KEYS} USING (order_key) "
        f"JOIN (SELECT DISTINCT code, value FROM {known}) ON code = client "
        f"LEFT JOIN {successors(merged)} ON id = value "
        "GROUP BY order_key HAVING count(DISTINCT coalesce(at_id, value)) > 1"
    )


def _mended(scene: Scene) -> Iterator[Doubt]:
    """Orders of one client whose ids became equal by mending, and ids that a number left its trace on."""
    rows = _rows(scene)
    counts = ", ".join(f"count(*) FILTER (mended_order_id = {kind})" for kind in (BLANKS, NUMBER, POINT, LOST))
    blanks, numbers, points, lost = scene.engine.row(f"SELECT {counts} FROM {rows}")
    if blanks:
        both = (
            f"(client, order_key) IN (SELECT (client, order_key) FROM {rows} GROUP BY client, order_key "
            f"HAVING bool_or(mended_order_id = {BLANKS}) AND bool_or(mended_order_id IS NULL))"
        )
        mended = _doubt(
            scene, "ids_alike", f"mended_order_id = {BLANKS} AND {both}", *SAID_MENDED
        )  # fmt: skip
        if mended.rows:
            yield mended
    if numbers:
        yield _doubt(
            scene, "ids_from_numbers", f"mended_order_id = {NUMBER}", *SAID_NUMBERS
        )  # fmt: skip
    if points or lost:
        said = said_points(scene.sales, lost=bool(lost))
        yield _doubt(scene, "ids_from_numbers", f"mended_order_id IN ({POINT}, {LOST})", *said)


def _alike(scene: Scene, pairs: str) -> Iterator[Doubt]:
    """Orders of one client whose ids would become equal by folding: all but the one of most rows."""
    con = scene.engine.reader
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ALIKE} AS SELECT client, fold, list(order_key) AS keys FROM {pairs} "
        "GROUP BY client, fold HAVING count(*) > 1"
    )
    if scene.engine.row(f"SELECT count(*) FROM {_ALIKE}")[0]:
        counts = (
            f"SELECT client, order_key, any_value(fold) AS fold, count(*) AS rows FROM {_rows(scene)} JOIN "
            f"(SELECT client, fold, unnest(keys) AS order_key FROM {_ALIKE}) USING (client, order_key) "
            "GROUP BY client, order_key"
        )
        place = "row_number() OVER (PARTITION BY client, fold ORDER BY rows DESC, order_key) AS nth"
        others = f"SELECT (client, order_key) FROM (SELECT *, {place} FROM ({counts})) WHERE nth > 1"
        yield _doubt(
            scene, "ids_alike", f"(client, order_key) IN ({others})", *SAID_ALIKE
        )  # fmt: skip
    con.execute(f"DROP TABLE {_ALIKE}")


def _like_missing(scene: Scene, pairs: str) -> Iterator[Doubt]:
    """The hash of every way to write such an id is compared with those of the pairs."""
    con = scene.engine.reader
    con.register(_KEYS, {"written": np.array(sorted({one for word in MISSING for one in _cases(word)}), dtype=object)})
    condition = f"order_key IN (SELECT hash(written::VARCHAR) FROM {_KEYS})"
    if scene.engine.row(f"SELECT count(*) FROM {pairs} WHERE {condition}")[0]:
        yield _doubt(scene, "ids_like_missing", condition, *said_missing(scene.sales))
    con.unregister(_KEYS)


def _cases(word: str) -> list[str]:
    """Every way to write a word in capitals and small letters."""
    written = [""]
    for letter in word:
        written = [one + form for one in written for form in {letter.lower(), letter.upper()}]
    return written


def _reused(scene: Scene, pairs: str) -> Iterator[Doubt]:
    if not scene.orders.by_year:
        return
    apart = f"(client, order_key) IN (SELECT (client, order_key) FROM {pairs} WHERE apart)"
    yield _doubt(scene, "order_ids_reused", apart, *said_reused(scene.sales, scene.orders))


def _totals(scene: Scene) -> Iterator[Doubt]:
    """Orders, as they are counted, with one and the same revenue on all their positive rows."""
    year = "year(date)" if scene.orders.by_year else "0"
    several, alike = scene.orders.several, scene.orders.alike
    lines = (
        f"SELECT client, order_key, {year} AS year, min(revenue) = max(revenue) AS alike "
        f"FROM {_rows(scene)} WHERE revenue > 0 GROUP BY ALL HAVING count(*) > 1"
    )
    if scene.orders.by_year:
        several, alike = scene.engine.row(f"SELECT count(*), count(*) FILTER (alike) FROM ({lines})")
    if alike < LEAST_ORDERS or 10 * alike < ALIKE_TENTHS * several:
        return
    yield _doubt(
        scene, "order_totals_repeated",
        f"revenue > 0 AND (client, order_key, {year}) IN "
        f"(SELECT (client, order_key, year) FROM ({lines}) WHERE alike)",
        *said_totals(alike, several),
        "revenue",
    )  # fmt: skip
