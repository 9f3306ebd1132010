"""Distinct orders and clients: by client and span, and in the totals of each unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np

from portfolio_review.calendar import Span
from portfolio_review.slices.codes import ALL_CODE
from portfolio_review.slices.exact import changes
from portfolio_review.slices.months import Months
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.task import Task
from portfolio_review.sources.repeated import repeated

SPANS = ("p", "pp", "py", "w0", "w1")
"""The spans of `Task` whose distinct orders are counted by client, in the order of their names."""
TREND_MONTHS = 25
"""Months whose totals are kept: 24 to show and one before them."""


@dataclass(frozen=True)
class Orders:
    """The orders of a bucket. A run is rows of one order, client and month that stand together."""

    row: np.ndarray
    """The places of the rows that count: of positive revenue, and of an order."""
    run: np.ndarray
    """Of each of them its run."""
    month: np.ndarray
    """Of each run its place among the months."""
    key: np.ndarray
    same: np.ndarray
    """Of each run the first one of the same client and order."""
    distinct: np.ndarray
    """Whether a run is the only one of its client, order and month, or the first of them."""

    @classmethod
    def of(cls, rows: Rows, months: Months) -> Orders:
        """Of the rows; where orders are not known, a client's purchase day is one."""
        row = np.flatnonzero(rows.counted)
        day = rows.day_of[row]
        key = day if rows.order is None else rows.order[row]
        month = months.of_day[day]
        new = changes(key, month)
        run = np.cumsum(new) - 1
        key, month = key[new], month[new]
        same, distinct = np.arange(len(key)), np.ones(len(key), dtype=bool)
        ordered = np.sort(key)
        again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if len(again):  # rows of an order that do not stand together, or of several clients
            place = np.flatnonzero(again[np.minimum(np.searchsorted(again, key), len(again) - 1)] == key)
            who = months.who[month[place]]
            by = np.lexsort((month[place], key[place], who))
            place, who = place[by], who[by]
            first = changes(who, key[place])
            same[place] = place[first][np.cumsum(first) - 1]
            distinct[place] = changes(who, key[place], month[place])
        return cls(row, run, month, key, same, distinct)


def in_months(orders: Orders, months: Months) -> np.ndarray:
    """How many distinct orders each month of a client has."""
    return np.bincount(orders.month[orders.distinct], minlength=len(months.who))


def in_spans(orders: Orders, months: Months, task: Task, clients: int) -> dict[str, np.ndarray]:
    """`orders`: distinct orders of each client and span with any."""
    counts = np.zeros((clients, len(SPANS)), dtype=np.int64)
    when, who = months.month[orders.month], months.who[orders.month]
    once = orders.same == np.arange(len(orders.same))
    first_again = np.zeros(len(once), dtype=bool)
    first_again[orders.same[~once]] = True
    for place, name in enumerate(SPANS):
        span = task.spans[name]
        within = orders.distinct & (when >= span.first.index) & (when <= span.last.index)
        # an order that stands in several months is counted once, wherever in the span it is seen
        several = within & (first_again | ~once)
        seen = np.unique(orders.same[several])
        found = np.concatenate([who[within & ~several], who[seen]])
        counts[:, place] = np.bincount(found, minlength=clients)
    at, span_at = np.nonzero(counts)
    return {"who": at, "span": span_at, "orders": counts[at, span_at]}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """CREATE TABLE month_sums (unit INTEGER, month INTEGER, cents BIGINT, rest BIGINT, margin_cents BIGINT,
            margin_rest BIGINT, margin_known BOOLEAN, clients BIGINT);
        CREATE TABLE span_clients (unit INTEGER, span VARCHAR, clients BIGINT);
        CREATE TABLE order_parts (unit INTEGER, order_key UBIGINT, month INTEGER);
        CREATE TABLE client_orders (unit INTEGER, month INTEGER, orders BIGINT)"""
    )


def add(con: duckdb.DuckDBPyConnection, task: Task, rows: Rows, months: Months, orders: Orders) -> None:
    """Add a bucket to what the totals are made of."""
    clients = rows.clients
    units, unit = np.unique(np.append(clients.unit, ALL_CODE), return_inverse=True)
    also = np.flatnonzero(clients.single)  # they stand under `all` too, the others have rows of their own there
    unit_of = np.append(unit[:-1], np.full(len(also), len(units) - 1))
    who = np.append(np.arange(len(clients)), also)

    first, last = int(months.month.min()), int(months.month.max())
    length = last - first + 1
    of_all = clients.single[months.who]
    group = np.append(unit[months.who], np.full(of_all.sum(), len(units) - 1)) * length
    place = np.append(np.arange(len(of_all)), np.flatnonzero(of_all))
    group += months.month[place] - first
    groups = len(units) * length
    sums = {"": months.revenue, "margin_": months.margin}
    parts = {f"{name}{part}": np.zeros(groups, dtype=np.int64) for name in sums for part in ("cents", "rest")}
    for name, amounts in sums.items():
        if amounts is not None:
            total = amounts[place].totals(group, groups)
            parts |= {f"{name}cents": total.cents} | ({} if total.rest is None else {f"{name}rest": total.rest})
    known = np.bincount(group, months.margin_known[place], groups) > 0
    buyers = np.bincount(group, months.purchase_days[place] > 0, groups).astype(np.int64)
    has = np.flatnonzero(np.bincount(group, minlength=groups))
    insert(con, "month_sums", {
        "unit": units[has // length], "month": has % length + first, "clients": buyers[has],
        **{name: part[has] for name, part in parts.items()}, "margin_known": known[has],
    })  # fmt: skip

    long = {name: span for name, span in task.spans.items() if span.first < span.last}
    for name, span in long.items():
        within = (months.month >= span.first.index) & (months.month <= span.last.index) & (months.purchase_days > 0)
        buys = np.zeros(len(clients), dtype=bool)
        buys[months.who[within]] = True
        counts = np.bincount(unit_of, buys[who], len(units)).astype(np.int64)
        insert(con, "span_clients", {"unit": units, "span": np.full(len(units), name, dtype=object), "clients": counts})

    distinct = np.flatnonzero(orders.distinct)
    if task.has_orders:
        of = clients.unit[months.who[orders.month[distinct]]]
        distinct, of = distinct[of != ALL_CODE], of[of != ALL_CODE]
        parts = {"unit": of, "order_key": orders.key[distinct], "month": months.month[orders.month[distinct]]}
        insert(con, "order_parts", parts)
    else:  # an order is a client's purchase day
        counts = np.bincount(group, np.append(months.purchase_days, months.purchase_days[of_all]), groups)
        has = np.flatnonzero(counts)
        parts = {"unit": units[has // length], "month": has % length + first, "orders": counts[has].astype(np.int64)}
        insert(con, "client_orders", parts)


def insert(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, np.ndarray]) -> None:
    """Add the rows of `columns` to a table."""
    con.register("added", dict(columns))
    con.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM added")
    con.unregister("added")


def totals(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`totals`: of each unit and span; only orders of several clients, units or months are counted one by one."""
    last = task.period.span.last
    months = {str(last - back): Span(last - back, last - back) for back in range(TREND_MONTHS)}
    spans = f"{_span_values({**task.spans, **months})} ON month BETWEEN first_month AND last_month"
    if task.has_orders:
        con.register("often_frame", {"order_key": repeated(con, "order_parts", "order_key")})
        con.execute("CREATE TABLE repeated_orders AS SELECT order_key FROM often_frame")
        con.unregister("often_frame")
        con.execute(
            """CREATE TABLE often AS
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
        con.execute("CREATE TABLE often AS SELECT * FROM order_parts")
    revenue, margin = double("cents", "rest"), double("margin_cents", "margin_rest")
    con.execute(
        f"""CREATE TABLE totals AS
        WITH money AS (
            SELECT unit, span, {revenue} AS revenue, CASE WHEN bool_or(margin_known) THEN {margin} END AS margin,
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


def double(cents: str, rest: str) -> str:
    """SQL of a sum of amounts, kept as `Amounts` are, in double precision."""
    return f"(sum({cents})::DOUBLE / 100 + sum({rest})::DOUBLE / 1e12)"


def _span_values(spans: Mapping[str, Span]) -> str:
    rows = ", ".join(f"('{name}', {span.first.index}, {span.last.index})" for name, span in spans.items())
    return f"(VALUES {rows}) AS s(span, first_month, last_month)"
