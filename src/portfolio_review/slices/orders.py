"""Distinct orders and clients: by client and span, and in the totals of each unit."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from portfolio_review.calendar import Span
from portfolio_review.slices.codes import ALL_CODE, CLIENT, OF_ALL
from portfolio_review.slices.task import MONEY, Task
from portfolio_review.sources.repeated import repeated

TREND_MONTHS = 25
"""Months whose totals are kept: 24 to show and one before them."""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""CREATE TEMP TABLE month_sums (unit INTEGER, month INTEGER, revenue {MONEY}, margin {MONEY}, clients BIGINT);
        CREATE TEMP TABLE span_clients (unit INTEGER, span VARCHAR, clients BIGINT);
        CREATE TEMP TABLE order_parts (unit INTEGER, order_key UBIGINT, month INTEGER);
        CREATE TEMP TABLE client_orders (unit INTEGER, month INTEGER, orders BIGINT)"""
    )


def _span_values(spans: Mapping[str, Span]) -> str:
    rows = ", ".join(f"('{name}', {span.first.index}, {span.last.index})" for name, span in spans.items())
    return f"(VALUES {rows}) AS s(span, first_month, last_month)"


def count(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`bucket_orders`: distinct orders (or purchase days) by client and span."""
    parts = []
    for name, span in task.spans.items():
        if name.startswith("ytd"):
            continue
        within = f"month BETWEEN {span.first.index} AND {span.last.index}"
        if not task.has_orders:
            found = f"SELECT who FROM bought_days WHERE {within}"
        elif span.first == span.last:  # an order stands once in a month
            found = f"SELECT who FROM month_orders WHERE {within} AND bought AND order_key IS NOT NULL"
        else:
            found = (
                f"SELECT who FROM month_orders WHERE {within} AND bought AND order_key IS NOT NULL "
                "GROUP BY who, order_key"
            )
        parts.append(f"SELECT who, '{name}' AS span, count(*)::INTEGER AS orders FROM ({found}) GROUP BY ALL")
    con.execute(f"CREATE OR REPLACE TEMP TABLE bucket_orders AS {' UNION ALL '.join(parts)}")


def add(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """Add a bucket to what the totals are made of."""
    con.execute(
        f"""INSERT INTO month_sums
        SELECT who >> 32 AS unit, month, sum(revenue::{MONEY}), sum(margin::{MONEY}),
               count(*) FILTER (purchase_days > 0)
        FROM (SELECT * FROM bucket_monthly UNION ALL
              SELECT * REPLACE ({OF_ALL} AS who) FROM bucket_monthly ANTI JOIN of_several ON client = {CLIENT})
        GROUP BY ALL"""
    )
    long = {name: span for name, span in task.spans.items() if span.first < span.last}
    flags = ", ".join(
        f"bool_or(month BETWEEN {span.first.index} AND {span.last.index}) AS {name}" for name, span in long.items()
    )
    if long:
        counts = " UNION ALL ".join(
            f"SELECT who >> 32 AS unit, '{name}' AS span, count(*) FILTER ({name}) AS clients FROM buyers GROUP BY ALL"
            for name in long
        )
        con.execute(
            f"""INSERT INTO span_clients
            WITH one AS (SELECT who, {flags} FROM bucket_monthly WHERE purchase_days > 0 GROUP BY who),
                 buyers AS (SELECT * FROM one UNION ALL
                            SELECT * REPLACE ({OF_ALL} AS who) FROM one ANTI JOIN of_several ON client = {CLIENT})
            {counts}"""
        )
    if task.has_orders:
        con.execute(
            f"""INSERT INTO order_parts
            SELECT who >> 32, order_key, month FROM month_orders
            WHERE bought AND order_key IS NOT NULL AND who >> 32 <> {ALL_CODE}"""
        )
    else:  # an order is a client's purchase day
        con.execute(
            f"""INSERT INTO client_orders
            SELECT who >> 32 AS unit, month, count(*) FROM (
                SELECT who, month FROM bought_days UNION ALL
                SELECT {OF_ALL}, month FROM bought_days ANTI JOIN of_several ON client = {CLIENT}) GROUP BY ALL"""
        )


def totals(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`totals`: of each unit and span; only orders of several clients, units or months are counted one by one."""
    last = task.period.span.last
    months = {str(last - back): Span(last - back, last - back) for back in range(TREND_MONTHS)}
    spans = f"{_span_values({**task.spans, **months})} ON month BETWEEN first_month AND last_month"
    if task.has_orders:
        con.register("often_frame", {"order_key": repeated(con, "order_parts", "order_key")})
        con.execute("CREATE TEMP TABLE repeated_orders AS SELECT order_key FROM often_frame")
        con.unregister("often_frame")
        con.execute(
            """CREATE TEMP TABLE often AS
            SELECT DISTINCT p.* FROM order_parts p SEMI JOIN repeated_orders USING (order_key)"""
        )
        con.execute(
            f"""INSERT INTO client_orders
            WITH once AS (
                SELECT unit, month, count(*) AS orders FROM order_parts ANTI JOIN often USING (order_key) GROUP BY ALL)
            SELECT unit, month, orders FROM once UNION ALL
            SELECT {ALL_CODE}, month, sum(orders) FROM once GROUP BY month"""
        )
    else:
        con.execute("CREATE TEMP TABLE often AS SELECT * FROM order_parts")
    con.execute(
        f"""CREATE TEMP TABLE totals AS
        WITH money AS (
            SELECT unit, span, sum(revenue)::DOUBLE AS revenue, sum(margin)::DOUBLE AS margin,
                   sum(clients) FILTER (first_month = last_month) AS clients
            FROM month_sums JOIN {spans} GROUP BY ALL),
        buyers AS (SELECT unit, span, sum(clients) AS clients FROM span_clients GROUP BY ALL),
        each AS (SELECT * FROM often UNION ALL SELECT * REPLACE ({ALL_CODE} AS unit) FROM often),
        counted AS (
            SELECT unit, span, sum(orders) AS orders FROM (
                SELECT unit, span, sum(orders) AS orders FROM client_orders JOIN {spans} GROUP BY ALL
                UNION ALL
                SELECT unit, span, count(DISTINCT order_key) FROM each JOIN {spans} GROUP BY ALL)
            GROUP BY ALL)
        SELECT unit, span, revenue, margin, coalesce(counted.orders, 0)::INTEGER AS orders,
               coalesce(money.clients, buyers.clients, 0)::INTEGER AS clients
        FROM money LEFT JOIN buyers USING (unit, span) LEFT JOIN counted USING (unit, span)"""
    )
    con.execute("DROP TABLE order_parts")
