"""All heavy work in one place: validated rows in, per-client facts of every unit out, by DuckDB.

The rows are read once and reduced to `days` (unit, client, day, order); everything else is a
reduction of that. Unit `all` is reduced from the same rows, never added up from units. Money is
summed as DECIMAL(38, 12): exact, so neither the order of rows nor the number of threads matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from portfolio_review.calendar import Month, Period, Span
from portfolio_review.slices.model import ALL

RECENT_MONTHS = 24
"""Only gaps whose later day lies in so many calendar months count (metric "usual gap")."""
TREND_MONTHS = 25
"""Months whose totals are kept: 24 to show and one before them."""

_MONEY = "DECIMAL(38, 12)"
_MONTH = "(year({0}) * 12 + month({0}) - 1)::INTEGER"


@dataclass(frozen=True)
class Task:
    """What to reduce: the period, its window, the risk horizon, and which columns are known."""

    period: Period
    window_months: int
    horizon_months: int
    has_margin: bool
    has_orders: bool
    has_category: bool
    has_product: bool

    @property
    def spans(self) -> Mapping[str, Span]:
        """The spans whose distinct orders are counted, by name."""
        ytd = self.period.year_to_date
        return {
            "p": self.period.span,
            "pp": self.period.previous,
            "py": self.period.previous_year,
            "ytd": ytd,
            "ytd_py": ytd.shifted(-12),
            "w1": self.period.window(self.window_months),
            "w0": self.period.window(self.window_months, back=1),
        }

    @property
    def as_of_months(self) -> list[Month]:
        """Months at whose end it is asked what was known of a client then."""
        end, length = self.period.span.last, self.period.span.months
        back = {
            0,
            length,
            2 * length,
            12,
            12 + length,
            self.window_months,
            self.window_months + length,
            self.window_months + 12,
            2 * self.window_months,
            self.horizon_months,
        }
        return sorted(end - months for months in back)


def reduce(con: duckdb.DuckDBPyConnection, rows: Path, keys: pd.DataFrame, task: Task) -> None:
    """Leave the tables `monthly`, `facts`, `as_of`, `orders`, `totals`, `mix`, `items`, `series`, `used` in
    `con`."""
    con.register("key_frame", keys)
    con.execute("CREATE TEMP TABLE keys AS SELECT client_id, key FROM key_frame")
    con.unregister("key_frame")
    _days(con, rows, task)
    _monthly(con, task)
    _purchases(con)
    _facts(con)
    if task.has_category:
        _first_categories(con, rows)
    _as_of(con, task)
    _orders(con, task)
    _totals(con, task)
    _mix(con, rows, task)
    _items(con, rows, task)
    con.execute(
        f"""CREATE TEMP TABLE used AS
        SELECT coalesce(unit, '{ALL}') AS unit, count(*)::BIGINT AS rows, sum(revenue::{_MONEY})::DOUBLE AS revenue
        FROM read_parquet(?) WHERE date <= ? GROUP BY GROUPING SETS ((unit), ())""",
        [str(rows), task.period.end],
    )


def _days(con: duckdb.DuckDBPyConnection, rows: Path, task: Task) -> None:
    """`days`: unit, client, day, order, revenue, margin, whether bought (a row of positive revenue)."""
    margin = f"sum(margin::{_MONEY})" if task.has_margin else f"NULL::{_MONEY}"
    order = "order_id" if task.has_orders else "NULL::VARCHAR"
    con.execute(
        f"""CREATE TEMP TABLE unit_days AS
        SELECT unit, coalesce(k.key, t.client_id) AS client_id, date AS day, {order} AS order_id,
               sum(revenue::{_MONEY}) AS revenue, {margin} AS margin, bool_or(revenue > 0) AS bought
        FROM read_parquet(?) t LEFT JOIN keys k ON k.client_id = t.client_id
        WHERE date <= ? GROUP BY ALL""",
        [str(rows), task.period.end],
    )
    con.execute(
        f"""CREATE TEMP VIEW days AS SELECT * FROM unit_days
        UNION ALL SELECT '{ALL}' AS unit, * EXCLUDE (unit) FROM unit_days"""
    )


def _monthly(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    month = _MONTH.format("day")
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
            SELECT f.unit, f.client_id, t.category, sum(t.revenue::{_MONEY}) AS revenue
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
    days = pd.DataFrame(
        {
            "date": pd.to_datetime([month.last for month in task.as_of_months]),
            "since": pd.to_datetime([(month - (RECENT_MONTHS - 1)).first for month in task.as_of_months]),
        }
    )
    con.register("as_of_days", days)
    con.execute(
        """CREATE TEMP TABLE as_of AS
        SELECT unit, client_id, date::TIMESTAMP AS date,
               max(day)::TIMESTAMP AS last_purchase, count(*)::INTEGER AS purchase_days,
               count(gap) FILTER (day >= since)::INTEGER AS gaps,
               quantile_cont(gap::DOUBLE, 0.8) FILTER (day >= since) AS gap_q80
        FROM purchases, as_of_days WHERE day <= date GROUP BY ALL"""
    )
    con.execute(
        f"""CREATE TEMP TABLE series AS
        SELECT d.date::TIMESTAMP AS date,
               quantile_cont(gap::DOUBLE, 0.8) AS usual_gap, quantile_cont(gap::DOUBLE, 0.5) AS median_gap
        FROM as_of_days d LEFT JOIN purchases p ON p.unit = '{ALL}' AND p.day BETWEEN d.since AND d.date
        GROUP BY d.date"""
    )
    con.unregister("as_of_days")


def _span_values(spans: Mapping[str, Span]) -> str:
    rows = ", ".join(f"('{name}', {span.first.index}, {span.last.index})" for name, span in spans.items())
    return f"(VALUES {rows}) AS s(span, first_month, last_month)"


def _orders(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`bought_orders`: unit, client, order (or purchase day), month; `orders`: distinct of it by span."""
    order = "order_id" if task.has_orders else "day::VARCHAR"
    con.execute(
        f"""CREATE TEMP TABLE bought_orders AS
        SELECT DISTINCT unit, client_id, {order} AS order_key, {_MONTH.format("day")} AS month
        FROM days WHERE bought AND {order} IS NOT NULL"""
    )
    spans = {name: span for name, span in task.spans.items() if not name.startswith("ytd")}
    con.execute(
        f"""CREATE TEMP TABLE orders AS
        SELECT unit, client_id, span, count(DISTINCT order_key)::INTEGER AS orders
        FROM bought_orders JOIN {_span_values(spans)} ON month BETWEEN first_month AND last_month GROUP BY ALL"""
    )


def _totals(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    last = task.period.span.last
    months = {str(last - back): Span(last - back, last - back) for back in range(TREND_MONTHS)}
    spans = f"{_span_values({**task.spans, **months})} ON month BETWEEN first_month AND last_month"
    # without order ids an order is a client's purchase day, so the client belongs to its key
    order = "order_key" if task.has_orders else "(client_id, order_key)"
    con.execute(
        f"""CREATE TEMP TABLE totals AS
        WITH money AS (
            SELECT unit, span, sum(revenue::{_MONEY})::DOUBLE AS revenue, sum(margin::{_MONEY})::DOUBLE AS margin,
                   count(DISTINCT client_id) FILTER (purchase_days > 0)::INTEGER AS clients
            FROM monthly JOIN {spans} GROUP BY ALL),
        counted AS (
            SELECT unit, span, count(DISTINCT {order})::INTEGER AS orders FROM bought_orders JOIN {spans} GROUP BY ALL)
        SELECT unit, span, revenue, margin, coalesce(orders, 0) AS orders, clients
        FROM money LEFT JOIN counted USING (unit, span)"""
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
    margin = f"sum(margin::{_MONEY}) FILTER (date >= $w1)" if task.has_margin else f"NULL::{_MONEY}"
    con.execute(
        f"""CREATE TEMP TABLE unit_mix AS
        SELECT unit, coalesce(k.key, t.client_id) AS client_id, category,
               coalesce(sum(revenue::{_MONEY}) FILTER (date < $w1), 0) AS revenue_w0,
               coalesce(sum(revenue::{_MONEY}) FILTER (date >= $w1), 0) AS revenue_w1, {margin} AS margin_w1
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
