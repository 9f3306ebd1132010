"""Doubts about the ids of orders, of which a row holds a hash and no text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.sources.conversion import BLANKS, NUMBER
from portfolio_review.sources.doubts.odd_ids import MISSING
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import change, expression, touched
from portfolio_review.sources.engine import text
from portfolio_review.sources.model import TRANSACTIONS, rows_folder
from portfolio_review.sources.orderids import APART_DAYS
from portfolio_review.sources.repeated import repeated

_SHOWN = 5
_KEYS = "order_keys"
_ALIKE = "order_folds"


def find(scene: Scene) -> Iterator[Doubt]:
    """None where orders have no id."""
    if "order_key" not in scene.coded.columns or scene.coded.written() is None:
        return
    yield from _alike(scene)
    yield from _like_missing(scene)
    yield from _of_several_clients(scene)
    yield from _reused(scene)


def _rows(scene: Scene) -> str:
    """SQL of the rows that count and have an order id."""
    return f"(SELECT * FROM {scene.coded.written()} WHERE bucket >= 0 AND order_key IS NOT NULL)"


def _doubt(scene: Scene, id: str, condition: str, done: Phrase, remedy: Phrase) -> Doubt:
    rows, months, units = touched(scene, condition)
    return Doubt(
        id=id, table=TRANSACTIONS, column="order_id", rows=rows, done=done, remedy=remedy,
        examples=_examples(scene, condition), by_month=months, units=units,
    )  # fmt: skip


def _examples(scene: Scene, condition: str) -> tuple[str, ...]:
    """Ids of orders among the rows that fulfil a condition, each with a client: the source is asked for their texts."""
    con = scene.engine.reader
    keys = con.execute(
        f"SELECT order_key FROM {_rows(scene)} WHERE {condition} GROUP BY order_key ORDER BY order_key LIMIT {_SHOWN}"
    ).fetchall()
    if not keys:
        return ()
    listed = ", ".join(str(key) for (key,) in keys)
    known = f"read_parquet({text(str(scene.coded.dictionary('client_id')))})"
    found = con.execute(
        "SELECT __order__, list(DISTINCT value ORDER BY value)[1:3] FROM ("
        f"SELECT __order__, client FROM {scene.coded.rows} WHERE bucket >= 0 AND order_key IN ({listed})) "
        f"JOIN (SELECT DISTINCT code, value FROM {known}) ON code = client GROUP BY 1 ORDER BY 1 LIMIT {_SHOWN}"
    ).fetchall()
    return tuple(f"{order}: {', '.join(clients)}" for order, clients in found)


def _of_several_clients(scene: Scene) -> Iterator[Doubt]:
    con = scene.engine.reader
    pairs = scene.engine.scratch / "pairs"
    pairs.mkdir(exist_ok=True)
    for number, bucket in enumerate(sorted(rows_folder(scene.coded.folder).glob("bucket=[0-9]*"))):
        _write_pairs(scene, bucket, pairs / f"{number}.parquet")
    if not any(pairs.iterdir()):
        return
    keys = repeated(con.cursor(), f"read_parquet({text(str(pairs / '*.parquet'))})", "order_key")
    if not len(keys):
        return
    con.register(_KEYS, {"order_key": keys})
    sales = scene.sales
    apart = f"({expression(sales, 'client_id')}) || ' ' || ({expression(sales, 'order_id')})"
    yield _doubt(
        scene, "orders_of_several_clients", f"order_key IN (SELECT order_key FROM {_KEYS})",
        Phrase(
            "An order is the pair of client and order id; so many ids stand at several clients: %(orders)s.",
            {"orders": len(keys)},
        ),
        Phrase(
            "If clients number their own orders, write %(setting)s; if not, look whether the client is the right "
            "column.", {"setting": change(sales, "order_id", apart)},
        ),
    )  # fmt: skip
    con.unregister(_KEYS)


def _write_pairs(scene: Scene, bucket: Path, path: Path) -> None:
    """The order ids of each client of a bucket, once; clients that became one count as one."""
    con = scene.engine.reader
    rows = f"read_parquet({text(str(bucket / '*.parquet'))})"
    con.execute(
        f"COPY (SELECT order_key FROM {rows} WHERE order_key IS NOT NULL GROUP BY client, order_key) "
        f"TO {text(str(path))} (FORMAT parquet, COMPRESSION uncompressed)"
    )


def _alike(scene: Scene) -> Iterator[Doubt]:
    """Orders of one client whose ids became equal by mending, or would by folding."""
    if "order_fold" not in scene.coded.columns:
        return
    con, rows = scene.engine.reader, _rows(scene)
    odd, blanks, numbers = con.execute(
        f"SELECT count(order_fold), count(*) FILTER (mended_order_id = {BLANKS}), "
        f"count(*) FILTER (mended_order_id = {NUMBER}) FROM {rows}"
    ).fetchall()[0]
    if blanks:
        both = (
            f"(client, order_key) IN (SELECT (client, order_key) FROM {rows} GROUP BY client, order_key "
            f"HAVING bool_or(mended_order_id = {BLANKS}) AND bool_or(mended_order_id IS NULL))"
        )
        mended = _doubt(
            scene, "ids_alike", f"mended_order_id = {BLANKS} AND {both}",
            Phrase("Blanks and the Unicode form are mended: ids that were written in several ways are one now."),
            Phrase("Nothing needs to be done."),
        )  # fmt: skip
        if mended.rows:
            yield mended
    if numbers:
        yield _doubt(
            scene, "ids_from_numbers", f"mended_order_id = {NUMBER}",
            Phrase('="…" and a final .0 of a column of numbers are undone.'),
            Phrase("Look whether leading zeros are lost; if not, name ids_from_numbers under accepted."),
        )  # fmt: skip
    if odd:
        fold = "coalesce(order_fold, order_key)"
        pairs = f"SELECT client, {fold} AS fold, order_key, count(*) AS rows FROM {rows} GROUP BY ALL"
        place = "row_number() OVER (PARTITION BY client, fold ORDER BY rows DESC, order_key) AS nth"
        ranked = f"SELECT *, {place} FROM ({pairs})"
        named = _doubt(
            scene, "ids_alike", f"(client, order_key) IN (SELECT (client, order_key) FROM ({ranked}) WHERE nth > 1)",
            Phrase("Orders of one client differ by case, blanks or look-alike letters alone; they are kept apart."),
            Phrase("If they are one, write them in one way at the source."),
        )  # fmt: skip
        if named.rows:
            yield named


def _like_missing(scene: Scene) -> Iterator[Doubt]:
    """The hash of every way to write such an id is compared with those of the rows."""
    con = scene.engine.reader
    con.register(_KEYS, {"written": np.array(sorted({one for word in MISSING for one in _cases(word)}), dtype=object)})
    condition = f"order_key IN (SELECT hash(written::VARCHAR) FROM {_KEYS})"
    if con.execute(f"SELECT count(*) FROM {_rows(scene)} WHERE {condition}").fetchall()[0][0]:
        was = expression(scene.sales, "order_id")
        listed = ", ".join(text(word) for word in MISSING)
        emptied = f"CASE WHEN lower(CAST({was} AS VARCHAR)) NOT IN ({listed}) THEN {was} END"
        yield _doubt(
            scene, "ids_like_missing", condition, Phrase("The ids are kept, for they may be names."),
            Phrase(
                "If they stand for no id, write %(setting)s; if they are ids, name ids_like_missing under accepted.",
                {"setting": change(scene.sales, "order_id", emptied)},
            ),
        )  # fmt: skip
    con.unregister(_KEYS)


def _cases(word: str) -> list[str]:
    """Every way to write a word in capitals and small letters."""
    written = [""]
    for letter in word:
        written = [one + form for one in written for form in {letter.lower(), letter.upper()}]
    return written


def _reused(scene: Scene) -> Iterator[Doubt]:
    if not scene.orders.by_year:
        return
    apart = (
        f"(client, order_key) IN (SELECT (client, order_key) FROM {_rows(scene)} WHERE revenue > 0 "
        f"GROUP BY client, order_key HAVING max(date) - min(date) > {APART_DAYS})"
    )
    sales = scene.sales
    dated = f"({expression(sales, 'order_id')}) || ' ' || CAST(year({expression(sales, 'date')}) AS VARCHAR)"
    yield _doubt(
        scene, "order_ids_reused", apart,
        Phrase(
            "%(orders)s of %(pairs)s orders hold rows more than 180 days apart: every order is counted by client, id "
            "and calendar year.", {"orders": scene.orders.reused, "pairs": scene.orders.pairs},
        ),
        Phrase("Map an order id that is not used again, for instance %(setting)s", {
            "setting": change(sales, "order_id", dated),
        }),
    )  # fmt: skip
