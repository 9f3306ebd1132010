"""The doubts of `orders`, asked of a server where the pairs of client and order id lie as `pr_pairs`."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.sources.coding import MILLION
from portfolio_review.sources.conversion import BLANKS, LOST, NUMBER, POINT
from portfolio_review.sources.doubts import orders
from portfolio_review.sources.doubts.odd_ids import MISSING
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.doubts.texts import weighed
from portfolio_review.sources.elsewhere import Elsewhere
from portfolio_review.sources.engine import stored, text
from portfolio_review.sources.mapping import KEEP
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.orderids import APART_DAYS

_SHOWN, _CLIENTS = 5, 3
_MOST = 1_000_000
"""Orders that are looked at for examples."""


def find(scene: Scene, server: Elsewhere) -> Iterator[Doubt]:
    """In the order of `orders`; none where orders have no id."""
    if not scene.sales.has("order_id"):
        return
    if "mended_order_id" in scene.coded.columns:
        yield from _mended(scene, server)
        yield from _alike(scene, server)
    listed = ", ".join(text(word) for word in MISSING)
    missing = f"SELECT client, order_key FROM pr_pairs WHERE lower(order_key) IN ({listed})"
    yield from _doubt(scene, server, "ids_like_missing", missing, orders.said_missing(scene.sales))
    yield from _of_several_clients(scene, server)
    if scene.orders.by_year:
        apart = f"SELECT client, order_key FROM pr_pairs WHERE days > {APART_DAYS}"
        yield from _doubt(scene, server, "order_ids_reused", apart, orders.said_reused(scene.sales, scene.orders))
    yield from _totals(scene, server)


def _doubt(
    scene: Scene, server: Elsewhere, id: str, pairs: str, said: tuple[Phrase, Phrase], row: str = "1 = 1",
    column: str = "order_id",
) -> Iterator[Doubt]:  # fmt: skip
    """The doubt about the rows of some pairs that fulfil a condition, if there are any.

    pairs: SQL of client and order_key, each pair once, and whatever `row` names beside.
    """
    joined = f"FROM pr_rows AS r JOIN ({pairs}) AS p ON p.client = r.client AND p.order_key = r.order_key"
    where = f"WHERE r.bucket = 0 AND ({row})"
    found = server.ask(
        f"SELECT r.unit, r.month, count(*) AS n, sum(abs(r.revenue)) AS size {joined} {where} GROUP BY r.unit, r.month"
    ).to_pylist()
    if not found:
        return
    groups = [(one["unit"], one["month"], one["n"], int((one["size"] or 0) * MILLION)) for one in found]
    rows, months, units = weighed(scene, groups)
    yield Doubt(
        id=id, table=TRANSACTIONS, column=column, rows=rows, done=said[0], remedy=said[1],
        examples=_examples(scene, server, f"SELECT DISTINCT r.order_key {joined} {where}"), by_month=months,
        units=units,
    )  # fmt: skip


def _examples(scene: Scene, server: Elsewhere, orders_found: str) -> tuple[str, ...]:
    """The first orders, each with its first clients: those that the embedded engine shows, whose keys are hashes."""
    con = scene.engine.reader
    con.register("found_orders", server.ask(f"{orders_found} ORDER BY order_key LIMIT {_MOST}"))
    first = con.execute(f"SELECT order_key FROM found_orders ORDER BY hash(order_key) LIMIT {_SHOWN}").fetchall()
    con.unregister("found_orders")
    listed = ", ".join(text(order) for (order,) in first)
    pairs = f"SELECT DISTINCT order_key, client FROM pr_rows WHERE bucket = 0 AND order_key IN ({listed})"
    con.register("found_pairs", server.ask(pairs))
    known = stored(scene.coded.dictionary("client_id"))
    rows = con.execute(
        f"SELECT order_key, list(DISTINCT value ORDER BY value)[1:{_CLIENTS}] FROM found_pairs "
        f"JOIN (SELECT DISTINCT code, value FROM {known}) ON code = client GROUP BY 1 ORDER BY 1"
    ).fetchall()
    con.unregister("found_pairs")
    return tuple(f"{order}: {', '.join(clients)}" for order, clients in rows)


def _mended(scene: Scene, server: Elsewhere) -> Iterator[Doubt]:
    both = "SELECT client, order_key FROM pr_pairs WHERE blanks = 1 AND unmended = 1"
    yield from _doubt(scene, server, "ids_alike", both, orders.SAID_MENDED, f"r.mended_order_id = {BLANKS}")
    every = "SELECT client, order_key FROM pr_pairs WHERE {}"
    traced = "client IN (SELECT client FROM pr_rows WHERE mended_order_id = {})"
    numbers = every.format(traced.format(NUMBER))
    yield from _doubt(scene, server, "ids_from_numbers", numbers, orders.SAID_NUMBERS, f"r.mended_order_id = {NUMBER}")
    kept = f"mended_order_id IN ({POINT}, {LOST})"
    lost = server.ask(f"SELECT count(*) AS n FROM pr_rows WHERE bucket = 0 AND mended_order_id = {LOST}")["n"][
        0
    ].as_py()
    yield from _doubt(
        scene, server, "ids_from_numbers", every.format(f"client IN (SELECT client FROM pr_rows WHERE {kept})"),
        orders.said_points(scene.sales, lost=bool(lost)), f"r.{kept}",
    )  # fmt: skip


def _alike(scene: Scene, server: Elsewhere) -> Iterator[Doubt]:
    place = "row_number() OVER (PARTITION BY client, fold ORDER BY n DESC, order_key)"
    others = (
        f"SELECT client, order_key FROM (SELECT client, order_key, {place} AS nth FROM pr_pairs) AS f WHERE nth > 1"
    )
    yield from _doubt(scene, server, "ids_alike", others, orders.SAID_ALIKE)


def _of_several_clients(scene: Scene, server: Elsewhere) -> Iterator[Doubt]:
    """Clients that were merged are one."""
    became, joined = "p.client", ""
    clients = scene.tables.get("clients")
    if clients is not None and clients.has("client_id") and clients.has("merged_into") and not clients.where_failed:
        known = stored(scene.coded.dictionary("client_id"))
        last = scene.engine.reader.sql(
            "WITH RECURSIVE own AS MATERIALIZED (SELECT value_client_id AS id, value_merged_into AS into_id "
            f"FROM {clients.checked} WHERE {KEEP} AND value_merged_into IS NOT NULL), "
            "step AS (SELECT id, into_id AS at_id, 1 AS steps FROM own UNION ALL "
            "SELECT step.id, own.into_id, steps + 1 FROM step JOIN own ON own.id = step.at_id), "
            "last AS (SELECT id, arg_max(at_id, steps) AS at_id FROM step GROUP BY id), "
            f"codes AS (SELECT DISTINCT code, value FROM {known} WHERE code IS NOT NULL) "
            "SELECT mine.code::INTEGER AS client, coalesce(theirs.code::INTEGER, -mine.code::INTEGER) AS became "
            "FROM last JOIN codes mine ON mine.value = id LEFT JOIN codes theirs ON theirs.value = at_id"
        ).to_arrow_table()
        if len(last):
            server.upload("pr_merged", last)
            became, joined = "coalesce(m.became, p.client)", "LEFT JOIN pr_merged AS m ON m.client = p.client"
    shared = (
        f"SELECT p.order_key FROM pr_pairs AS p {joined} GROUP BY p.order_key HAVING min({became}) <> max({became})"
    )
    number = server.ask(f"SELECT count(*) AS n FROM ({shared}) AS s")["n"][0].as_py()
    if number:
        pairs = f"SELECT q.client, q.order_key FROM pr_pairs AS q JOIN ({shared}) AS s ON s.order_key = q.order_key"
        said = orders.said_shared(scene.sales, number)
        yield from _doubt(scene, server, "orders_of_several_clients", pairs, said)


def _totals(scene: Scene, server: Elsewhere) -> Iterator[Doubt]:
    """Orders, as they are counted, with one and the same revenue on all their positive rows."""
    several, alike = scene.orders.several, scene.orders.alike
    pairs = "SELECT client, order_key, 0 AS year FROM pr_pairs WHERE sold > 1 AND least = most"
    if scene.orders.by_year:
        lines = (
            "SELECT client, order_key, year, min(revenue) AS least, max(revenue) AS most FROM pr_rows "
            "WHERE bucket = 0 AND order_key IS NOT NULL AND revenue > 0 GROUP BY client, order_key, year "
            "HAVING count(*) > 1"
        )
        found = server.ask(
            f"SELECT count(*) AS n, sum(CASE WHEN least = most THEN 1 ELSE 0 END) AS m FROM ({lines}) AS l"
        ).to_pylist()[0]
        several, alike = int(found["n"]), int(found["m"] or 0)
        pairs = f"SELECT client, order_key, year FROM ({lines}) AS l WHERE least = most"
    if alike < orders.LEAST_ORDERS or 10 * alike < orders.ALIKE_TENTHS * several:
        return
    row = "r.revenue > 0" + (" AND r.year = p.year" if scene.orders.by_year else "")
    yield from _doubt(scene, server, "order_totals_repeated", pairs, orders.said_totals(alike, several), row, "revenue")
