"""All heavy work in one place: validated rows in, per-client facts of every unit out, by DuckDB.

The rows are read once and reduced to `days` (unit, client, day, order); everything else is a
reduction of that. Unit `all` is reduced from the same rows, never added up from units; of a client of
one unit alone the rows of both are the same, and are reduced once. Money is summed as
DECIMAL(38, 12): exact, so neither the order of rows nor the number of threads matters.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from portfolio_review.slices import orders
from portfolio_review.slices.model import ALL
from portfolio_review.slices.task import MONEY, MONTH, Task

RECENT_MONTHS = 24
"""Only gaps whose later day lies in so many calendar months count (metric "usual gap")."""


def reduce(con: duckdb.DuckDBPyConnection, rows: Path, keys: pd.DataFrame, task: Task) -> None:
    """Leave the tables `monthly`, `facts`, `as_of`, `orders`, `totals`, `mix`, `items`, `series`, `used` in
    `con`."""
    con.register("key_frame", keys)
    con.execute("CREATE TEMP TABLE keys AS SELECT client_id, key FROM key_frame")
    con.unregister("key_frame")
    _days(con, rows, task)
    _monthly(con, task)
    _purchases(con)
    _as_of(con, task)
    orders.orders(con, task)
    for table in ("monthly", "purchases", "as_of", "bought_orders", "orders"):
        con.execute(
            f"INSERT INTO {table} SELECT '{ALL}', * EXCLUDE (unit) FROM {table} ANTI JOIN of_several USING (client_id)"
        )
    _series(con)
    _facts(con)
    if task.has_category:
        _first_categories(con, rows)
    orders.totals(con, task)
    _mix(con, rows, task)
    _items(con, rows, task)
    con.execute(
        f"""CREATE TEMP TABLE used AS
        SELECT coalesce(unit, '{ALL}') AS unit, count(*)::BIGINT AS rows, sum(revenue::{MONEY}) AS revenue
        FROM read_parquet(?) WHERE date <= ? GROUP BY GROUPING SETS ((unit), ())""",
        [str(rows), task.period.end],
    )


def _days(con: duckdb.DuckDBPyConnection, rows: Path, task: Task) -> None:
    """`days`: unit, client, day, order, revenue, margin, whether bought (a row of positive revenue).

    Under `all` it holds only the clients `of_several` units: what is reduced per client is for the others the same.
    """
    margin = f"sum(margin::{MONEY})" if task.has_margin else f"NULL::{MONEY}"
    order = "order_id" if task.has_orders else "NULL::VARCHAR"
    con.execute(
        f"""CREATE TEMP TABLE unit_days AS
        SELECT unit, coalesce(k.key, t.client_id) AS client_id, date AS day, {order} AS order_id,
               sum(revenue::{MONEY}) AS revenue, {margin} AS margin, bool_or(revenue > 0) AS bought
        FROM read_parquet(?) t LEFT JOIN keys k ON k.client_id = t.client_id
        WHERE date <= ? GROUP BY ALL""",
        [str(rows), task.period.end],
    )
    con.execute(
        """CREATE TEMP TABLE of_several AS
        SELECT client_id FROM unit_days GROUP BY client_id HAVING min(unit) <> max(unit)"""
    )
    con.execute(
        f"""CREATE TEMP VIEW days AS SELECT * FROM unit_days
        UNION ALL SELECT '{ALL}' AS unit, * EXCLUDE (unit) FROM unit_days SEMI JOIN of_several USING (client_id)"""
    )


def _monthly(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    month = MONTH.format("day")
    orders = "count(DISTINCT order_id) FILTER (bought)" if task.has_orders else "count(DISTINCT day) FILTER (bought)"
    con.execute(
        f"""CREATE TEMP TABLE monthly AS
        SELECT unit, client_id, {month} AS month, sum(revenue)::DOUBLE AS revenue, sum(margin)::DOUBLE AS margin,
               {orders}::INTEGER AS orders, count(DISTINCT day) FILTER (bought)::INTEGER AS purchase_days
        FROM days GROUP BY ALL"""
    )


def _purchases(con: duckdb.DuckDBPyConnection) -> None:
    """`purchases`: each purchase day with its number and the days since the one before."""
    con.execute(
        """CREATE TEMP TABLE purchases AS
        SELECT unit, client_id, day, row_number() OVER w AS nth, day - lag(day) OVER w AS gap
        FROM (SELECT DISTINCT unit, client_id, day FROM days WHERE bought)
        WINDOW w AS (PARTITION BY unit, client_id ORDER BY day)"""
    )


def _facts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """CREATE TEMP TABLE facts AS
        SELECT unit, client_id,
               min(day) FILTER (nth = 1)::TIMESTAMP AS first_purchase,
               min(day) FILTER (nth = 2)::TIMESTAMP AS second_purchase
        FROM (SELECT DISTINCT unit, client_id FROM monthly) LEFT JOIN purchases USING (unit, client_id)
        GROUP BY unit, client_id"""
    )


def _first_categories(con: duckdb.DuckDBPyConnection, rows: Path) -> None:
    """`facts` with first_category: of the first purchase day the category of most money, of equal ones the first
    name; rows of positive revenue that name one."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE facts AS
        WITH bought AS (
            SELECT f.unit, f.client_id, t.category, sum(t.revenue::{MONEY}) AS revenue
            FROM read_parquet(?) t
            LEFT JOIN keys k ON k.client_id = t.client_id
            JOIN facts f ON f.client_id = coalesce(k.key, t.client_id) AND f.first_purchase::DATE = t.date
                AND f.unit IN (t.unit, '{ALL}')
            WHERE t.revenue > 0 AND t.category IS NOT NULL GROUP BY ALL)
        SELECT facts.*, first_category
        FROM facts LEFT JOIN (
            SELECT unit, client_id, first(category ORDER BY revenue DESC, category) AS first_category
            FROM bought GROUP BY ALL) USING (unit, client_id)""",
        [str(rows)],
    )


def _as_of(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    con.execute("CREATE TEMP TABLE as_of_days (date DATE, since DATE)")
    con.executemany(
        "INSERT INTO as_of_days VALUES (?, ?)",
        [(month.last, (month - (RECENT_MONTHS - 1)).first) for month in task.as_of_months],
    )
    con.execute(
        """CREATE TEMP TABLE as_of AS
        SELECT unit, client_id, date::TIMESTAMP AS date,
               max(day)::TIMESTAMP AS last_purchase, count(*)::INTEGER AS purchase_days,
               count(gap) FILTER (day >= since)::INTEGER AS gaps,
               quantile_cont(gap::DOUBLE, 0.8) FILTER (day >= since) AS gap_q80
        FROM purchases, as_of_days WHERE day <= date GROUP BY ALL"""
    )


def _series(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""CREATE TEMP TABLE series AS
        SELECT d.date::TIMESTAMP AS date,
               quantile_cont(gap::DOUBLE, 0.8) AS usual_gap, quantile_cont(gap::DOUBLE, 0.5) AS median_gap
        FROM as_of_days d LEFT JOIN purchases p ON p.unit = '{ALL}' AND p.day BETWEEN d.since AND d.date
        GROUP BY d.date"""
    )


def _mix(con: duckdb.DuckDBPyConnection, rows: Path, task: Task) -> None:
    if not task.has_category:
        con.execute(
            """CREATE TEMP TABLE mix
            (unit VARCHAR, client_id VARCHAR, category VARCHAR,
             revenue_w0 DOUBLE, revenue_w1 DOUBLE, margin_w1 DOUBLE)"""
        )
        return
    w1, w0 = task.spans["w1"], task.spans["w0"]
    margin = f"sum(margin::{MONEY}) FILTER (date >= $w1)" if task.has_margin else f"NULL::{MONEY}"
    con.execute(
        f"""CREATE TEMP TABLE unit_mix AS
        SELECT unit, coalesce(k.key, t.client_id) AS client_id, category,
               coalesce(sum(revenue::{MONEY}) FILTER (date < $w1), 0) AS revenue_w0,
               coalesce(sum(revenue::{MONEY}) FILTER (date >= $w1), 0) AS revenue_w1, {margin} AS margin_w1
        FROM read_parquet($rows) t LEFT JOIN keys k ON k.client_id = t.client_id
        WHERE date BETWEEN $w0 AND $end GROUP BY ALL""",
        {"rows": str(rows), "w0": w0.start, "w1": w1.start, "end": w1.end},
    )
    con.execute(
        f"""CREATE TEMP TABLE mix AS
        SELECT unit, client_id, category, revenue_w0::DOUBLE AS revenue_w0, revenue_w1::DOUBLE AS revenue_w1,
               margin_w1::DOUBLE AS margin_w1
        FROM unit_mix
        UNION ALL
        SELECT '{ALL}', client_id, category, sum(revenue_w0)::DOUBLE, sum(revenue_w1)::DOUBLE, sum(margin_w1)::DOUBLE
        FROM unit_mix GROUP BY ALL"""
    )


def _items(con: duckdb.DuckDBPyConnection, rows: Path, task: Task) -> None:
    """`items`: distinct pairs of order and product with a positive row in W1, counted by client."""
    if not task.has_product:
        con.execute("CREATE TEMP TABLE items (unit VARCHAR, client_id VARCHAR, items INTEGER)")
        return
    order = "order_id" if task.has_orders else "date::VARCHAR"
    w1 = task.spans["w1"]
    con.execute(
        f"""CREATE TEMP TABLE unit_items AS
        SELECT DISTINCT unit, coalesce(k.key, t.client_id) AS client_id, {order} AS order_key, product
        FROM read_parquet($rows) t LEFT JOIN keys k ON k.client_id = t.client_id
        WHERE date BETWEEN $w1 AND $end AND revenue > 0 AND product IS NOT NULL AND {order} IS NOT NULL""",
        {"rows": str(rows), "w1": w1.start, "end": w1.end},
    )
    con.execute(
        f"""CREATE TEMP TABLE items AS
        SELECT unit, client_id, count(*)::INTEGER AS items FROM unit_items GROUP BY ALL
        UNION ALL
        SELECT '{ALL}', client_id, count(*)::INTEGER
        FROM (SELECT DISTINCT client_id, order_key, product FROM unit_items) GROUP BY ALL"""
    )
