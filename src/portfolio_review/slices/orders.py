"""Distinct orders and clients: by client and span, and in the totals of each unit."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from portfolio_review.calendar import Span
from portfolio_review.slices.task import MONEY, MONTH, Task

TREND_MONTHS = 25
"""Months whose totals are kept: 24 to show and one before them."""


def _span_values(spans: Mapping[str, Span]) -> str:
    rows = ", ".join(f"('{name}', {span.first.index}, {span.last.index})" for name, span in spans.items())
    return f"(VALUES {rows}) AS s(span, first_month, last_month)"


def orders(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`bought_orders`: unit, client, order (or purchase day), month; `orders`: distinct of it by span."""
    order = "order_id" if task.has_orders else "day::VARCHAR"
    con.execute(
        f"""CREATE TEMP TABLE bought_orders AS
        SELECT DISTINCT unit, client_id, {order} AS order_key, {MONTH.format("day")} AS month
        FROM days WHERE bought AND {order} IS NOT NULL"""
    )
    spans = {name: span for name, span in task.spans.items() if not name.startswith("ytd")}
    con.execute(
        f"""CREATE TEMP TABLE orders AS
        SELECT unit, client_id, span, count(DISTINCT order_key)::INTEGER AS orders
        FROM bought_orders JOIN {_span_values(spans)} ON month BETWEEN first_month AND last_month GROUP BY ALL"""
    )


def totals(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`totals`: of each unit and span; what is distinct in a month alone is counted without a look at other months."""
    last = task.period.span.last
    months = {str(last - back): Span(last - back, last - back) for back in range(TREND_MONTHS)}
    spans = f"{_span_values({**task.spans, **months})} ON month BETWEEN first_month AND last_month"
    # without order ids an order is a client's purchase day, so the client belongs to its key
    order = "order_key" if task.has_orders else "(client_id, order_key)"
    con.execute(
        f"""CREATE TEMP TABLE totals AS
        WITH by_month AS (
            SELECT unit, month, sum(revenue::{MONEY}) AS revenue, sum(margin::{MONEY}) AS margin,
                   count(*) FILTER (purchase_days > 0) AS clients
            FROM monthly GROUP BY ALL),
        money AS (
            SELECT unit, span, sum(revenue)::DOUBLE AS revenue, sum(margin)::DOUBLE AS margin,
                   sum(clients) FILTER (first_month = last_month) AS clients
            FROM by_month JOIN {spans} GROUP BY ALL),
        buyers AS (
            SELECT unit, span, count(DISTINCT client_id) AS clients
            FROM monthly JOIN {spans} AND first_month < last_month WHERE purchase_days > 0 GROUP BY ALL),
        by_order AS (
            SELECT unit, {order} AS one, count(*) AS times, min(month) AS month FROM bought_orders GROUP BY ALL),
        once AS (SELECT unit, month, count(*) AS orders FROM by_order WHERE times = 1 GROUP BY ALL),
        often AS (
            SELECT b.unit, r.one, b.month FROM bought_orders b
            JOIN by_order r ON r.unit = b.unit AND r.one = {order} AND r.times > 1),
        counted AS (
            SELECT unit, span, sum(orders) AS orders FROM (
                SELECT unit, span, sum(orders) AS orders FROM once JOIN {spans} GROUP BY ALL
                UNION ALL
                SELECT unit, span, count(DISTINCT one) FROM often JOIN {spans} GROUP BY ALL)
            GROUP BY ALL)
        SELECT unit, span, revenue, margin, coalesce(counted.orders, 0)::INTEGER AS orders,
               coalesce(money.clients, buyers.clients, 0)::INTEGER AS clients
        FROM money LEFT JOIN buyers USING (unit, span) LEFT JOIN counted USING (unit, span)"""
    )
