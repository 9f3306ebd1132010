"""All heavy work in one place: coded rows in, per-client facts of every unit out, by DuckDB.

Bucket by bucket the rows are read once and reduced to `days` (who, day, order); everything else is a reduction of
that, and bounded by a bucket. `who` is a client in a unit, in one number (see `codes`). Unit `all` is reduced from
the same rows, never added up from units; of a client of one unit alone the rows of both are the same, and are
reduced once. Money is summed as DECIMAL: exact, so neither the order of rows nor the number of threads matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from portfolio_review.slices import orders, silence
from portfolio_review.slices.codes import ALL_CODE, CLIENT, OF_ALL, buckets
from portfolio_review.slices.task import MONEY, MONTH, Task
from portfolio_review.sources import Sources
from portfolio_review.sources.engine import text

_KEYS = "who BIGINT, single BOOLEAN, client_id VARCHAR"


@dataclass(frozen=True)
class Frame:
    """A frame of every slice: its columns besides the unit and the client, and the order within a client."""

    columns: str
    order: str = ""

    @property
    def names(self) -> list[str]:
        return [column.split()[0] for column in self.columns.split(", ")]


_DAYS = "bit_count(bit_or(days))"
"""SQL of the purchase days of a month, each a bit."""

OF_CLIENTS: Mapping[str, Frame] = {
    "monthly": Frame("month INTEGER, revenue DOUBLE, margin DOUBLE, orders INTEGER, purchase_days INTEGER", "month"),
    "as_of": Frame(
        "date TIMESTAMP, last_purchase TIMESTAMP, purchase_days INTEGER, gaps INTEGER, gap_q80 DOUBLE", "date"
    ),
    "orders": Frame("span VARCHAR, orders INTEGER", "span"),
    "mix": Frame("category VARCHAR, revenue_w0 DOUBLE, revenue_w1 DOUBLE, margin_w1 DOUBLE", "code"),
    "items": Frame("items INTEGER"),
    "facts": Frame("first_purchase TIMESTAMP, second_purchase TIMESTAMP, first_category VARCHAR"),
}
"""The frames of clients. In `con` each is a table with who, single (whether the client has rows in this unit alone),
client_id and these columns. Under `all` stand only clients of several units: see `of_unit`."""


def reduce(
    con: duckdb.DuckDBPyConnection, sources: Sources, task: Task, also: Callable[[], None] = lambda: None
) -> None:
    """Leave the tables of `OF_CLIENTS`, `totals`, `series` and `used` in `con`; `also` is called with the rows of each
    bucket at hand."""
    for name, frame in OF_CLIENTS.items():
        con.execute(f"CREATE TEMP TABLE {name} ({_KEYS}, {frame.columns})")
    con.execute(f"CREATE TEMP TABLE used_parts (unit INTEGER, rows BIGINT, revenue {MONEY})")
    categories = sources.dictionary("category")
    con.execute(
        "CREATE TEMP TABLE category_names AS "
        + (
            f"SELECT DISTINCT code, value AS category FROM read_parquet({text(str(categories))}) WHERE code IS NOT NULL"
            if categories.exists()
            else "SELECT 0::UINTEGER AS code, '' AS category WHERE false"
        )
    )
    silence.prepare(con, task)
    orders.prepare(con)
    for _ in buckets(con, sources, task):
        _days(con, task)
        _monthly(con, task)
        silence.purchases(con, task)
        orders.count(con, task)
        _mix(con, task)
        _items(con, task)
        _facts(con, task)
        for name in OF_CLIENTS:
            _keep(con, name)
        orders.add(con, task)
        con.execute(
            "INSERT INTO used_parts SELECT who >> 32, count(*), sum(revenue) FROM rows GROUP BY who >> 32 UNION ALL "
            f"SELECT {ALL_CODE}, count(*), sum(revenue) FROM rows HAVING count(*) > 0"
        )
        also()
    silence.series(con)
    orders.totals(con, task)
    con.execute(
        "CREATE TEMP TABLE used AS SELECT unit, sum(rows)::BIGINT AS rows, sum(revenue) AS revenue "
        "FROM used_parts GROUP BY unit"
    )


def of_unit(name: str, unit: int) -> str:
    """SQL of the rows of a table of `OF_CLIENTS` that are a unit's, or those of `all`, by client."""
    columns = f"SELECT * EXCLUDE (who, single) FROM {name} WHERE"
    if unit != ALL_CODE:  # they were added in this order
        return f"{columns} who BETWEEN {unit << 32} AND {(unit + 1 << 32) - 1}"
    order = "category" if name == "mix" else OF_CLIENTS[name].order
    return f"{columns} single OR who >= {unit << 32} ORDER BY {CLIENT}{', ' * bool(order)}{order}"


def _keep(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Add a bucket's frame to the whole, by unit and client: what is a unit's lies together."""
    frame = OF_CLIENTS[name]
    order = f", b.{frame.order}" if frame.order else ""
    con.execute("SET preserve_insertion_order = true")
    con.execute(
        f"""INSERT INTO {name}
        SELECT who, s.client IS NULL, n.client_id, {", ".join(f"b.{column}" for column in frame.names)}
        FROM bucket_{name} b JOIN names n ON n.code = {CLIENT} LEFT JOIN of_several s ON s.client = {CLIENT}
        ORDER BY who{order}"""
    )
    con.execute("SET preserve_insertion_order = false")


def _days(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`days`: who, day, order, revenue, margin, whether bought (a row of positive revenue).

    Under `all` it holds only the clients `of_several` units: what is reduced per client is for the others the same.
    """
    order, margin = _known(task)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE days AS
        SELECT who, day{order}, sum(revenue) AS revenue{margin}, bool_or(bought) AS bought FROM rows GROUP BY ALL"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE of_several AS
        SELECT {CLIENT} AS client FROM (SELECT DISTINCT who FROM days) GROUP BY client HAVING count(*) > 1"""
    )
    con.execute(
        f"""INSERT INTO days
        SELECT {OF_ALL} AS who, day{order}, sum(revenue){margin}, bool_or(bought)
        FROM days SEMI JOIN of_several ON client = {CLIENT} GROUP BY ALL"""
    )


def _known(task: Task) -> tuple[str, str]:
    """SQL of the order and of the margin's sum in a list of columns, where they are known."""
    return ", order_key" * task.has_orders, ", sum(margin) AS margin" * task.has_margin


def _monthly(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`bought_days`, `month_orders` (an order's part in a month) and `bucket_monthly` of them."""
    month = MONTH.format("day")
    order, margin = _known(task)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE bought_days AS
        SELECT who, day, any_value({month}) AS month FROM days WHERE bought GROUP BY who, day"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE month_orders AS
        SELECT who, {month} AS month{order}, sum(revenue) AS revenue{margin}, bool_or(bought) AS bought,
               bit_or(1::UINTEGER << (day(day) - 1)) FILTER (bought) AS days
        FROM days GROUP BY ALL"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE bucket_monthly AS
        SELECT who, month, sum(revenue)::DOUBLE AS revenue,
               {"sum(margin)" if task.has_margin else "NULL"}::DOUBLE AS margin,
               coalesce({"count(order_key) FILTER (bought)" if task.has_orders else _DAYS}, 0)::INTEGER AS orders,
               coalesce({_DAYS}, 0)::INTEGER AS purchase_days
        FROM month_orders GROUP BY who, month"""
    )


def _facts(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`bucket_facts`: first and second purchase of every client with rows, and the category it began with: of the
    first purchase day that of most money, of equal ones the first name; rows of positive revenue that name one."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE bucket_facts AS
        SELECT who, first_purchase, second_purchase, NULL::VARCHAR AS first_category
        FROM (SELECT DISTINCT who FROM bucket_monthly)
        LEFT JOIN (
            SELECT who, min(day) FILTER (nth = 1)::TIMESTAMP AS first_purchase,
                   min(day) FILTER (nth = 2)::TIMESTAMP AS second_purchase
            FROM purchases WHERE nth <= 2 GROUP BY who) USING (who)"""
    )
    if not task.has_category:
        return
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE first_categories AS
        WITH began AS (SELECT who, first_purchase::DATE AS day FROM bucket_facts),
             bought AS (
            SELECT who, category, revenue FROM rows JOIN began USING (who, day)
            WHERE bought AND category IS NOT NULL UNION ALL
            SELECT began.who, category, revenue
            FROM (SELECT * REPLACE ({OF_ALL} AS who) FROM rows SEMI JOIN of_several ON client = {CLIENT}) JOIN began
                USING (who, day) WHERE bought AND category IS NOT NULL),
             sums AS (SELECT who, category, sum(revenue) AS revenue FROM bought GROUP BY ALL)
        SELECT who, first(n.category ORDER BY revenue DESC, n.category) AS first_category
        FROM sums JOIN category_names n ON n.code = sums.category GROUP BY who"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE bucket_facts AS
        SELECT f.* REPLACE (c.first_category AS first_category)
        FROM bucket_facts f LEFT JOIN first_categories c USING (who)"""
    )


def _mix(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`bucket_mix`: revenue of both windows by client and category."""
    if not task.has_category:
        con.execute(
            """CREATE TEMP TABLE IF NOT EXISTS bucket_mix
            (who BIGINT, code UINTEGER, category VARCHAR, revenue_w0 DOUBLE, revenue_w1 DOUBLE, margin_w1 DOUBLE)"""
        )
        return
    w1, w0 = task.spans["w1"], task.spans["w0"]
    margin = "sum(margin) FILTER (day >= $w1)" if task.has_margin else f"NULL::{MONEY}"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE bucket_mix AS
        WITH sums AS (
            SELECT who, category, sum(revenue) FILTER (day < $w1) AS revenue_w0,
                   sum(revenue) FILTER (day >= $w1) AS revenue_w1, {margin} AS margin_w1
            FROM rows WHERE day BETWEEN $w0 AND $end GROUP BY who, category),
        whole AS (
            SELECT * FROM sums UNION ALL
            SELECT {OF_ALL} AS who, category, sum(revenue_w0), sum(revenue_w1), sum(margin_w1)
            FROM sums SEMI JOIN of_several ON client = {CLIENT} GROUP BY ALL)
        SELECT who, n.code, n.category, coalesce(revenue_w0, 0)::DOUBLE AS revenue_w0,
               coalesce(revenue_w1, 0)::DOUBLE AS revenue_w1, margin_w1::DOUBLE AS margin_w1
        FROM whole LEFT JOIN category_names n ON n.code = whole.category""",
        {"w0": w0.start, "w1": w1.start, "end": w1.end},
    )


def _items(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`bucket_items`: distinct pairs of order and product with a positive row in W1, counted by client."""
    if not task.has_product:
        con.execute("CREATE TEMP TABLE IF NOT EXISTS bucket_items (who BIGINT, items INTEGER)")
        return
    w1 = task.spans["w1"]
    order = "order_key" if task.has_orders else "day"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE bucket_items AS
        WITH pairs AS (
            SELECT DISTINCT who, {order} AS order_key, product FROM rows
            WHERE day BETWEEN $w1 AND $end AND bought AND product IS NOT NULL AND {order} IS NOT NULL)
        SELECT who, count(*)::INTEGER AS items FROM pairs GROUP BY who UNION ALL
        SELECT {OF_ALL} AS who, count(DISTINCT (order_key, product))::INTEGER
        FROM pairs SEMI JOIN of_several ON client = {CLIENT} GROUP BY ALL""",
        {"w1": w1.start, "end": w1.end},
    )
