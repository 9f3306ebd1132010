"""The totals of each unit by span: what every bucket adds to them, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np

from portfolio_review.calendar import Days, Span
from portfolio_review.metrics.margin import MONEY
from portfolio_review.slices.codes import ALL_CODE
from portfolio_review.slices.months import Months
from portfolio_review.slices.rows import Clients, Rows
from portfolio_review.slices.task import Task, pieces

OF_MARGIN = ("margin", *MONEY)
"""Money that is known where a margin is given, null where none is."""
TREND_MONTHS = 25
"""Months whose totals are kept: 24 to show and one before them."""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """The tables that buckets add to."""
    margin = ", ".join(f"{name}_cents BIGINT, {name}_rest BIGINT" for name in OF_MARGIN)
    con.execute(
        f"""CREATE TABLE month_sums (unit INTEGER, piece INTEGER, cents BIGINT, rest BIGINT, {margin});
        CREATE TABLE month_counts (unit INTEGER, month INTEGER, clients BIGINT, orders BIGINT);
        CREATE TABLE span_counts (unit INTEGER, span VARCHAR, clients BIGINT, orders BIGINT)"""
    )


def add(
    con: duckdb.DuckDBPyConnection, task: Task, rows: Rows, months: Months, parts: Months,
    orders: Mapping[str, np.ndarray], of_month: np.ndarray,
) -> None:  # fmt: skip
    """Add a bucket. parts: the months, cut where P is; orders: of each client by span; of_month: of each month."""
    units = _Units.of(rows.clients)
    _add_sums(con, _ByPiece.of(units, parts), parts)
    by_month = _ByPiece.of(units, months)
    counts = {"clients": by_month.count(months.purchase_days > 0), "orders": by_month.count(of_month)}
    has = by_month.has
    unit, piece = by_month.keys(has)
    by_name = {name: each[has] for name, each in counts.items()}
    insert(con, "month_counts", {"unit": unit, "month": piece // 2, **by_name})
    _add_spans(con, task, units, parts, orders)


def insert(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, np.ndarray]) -> None:
    """Add the rows of `columns` to a table."""
    con.register("added", dict(columns))
    con.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM added")
    con.unregister("added")


@dataclass(frozen=True)
class _Units:
    """The units of a bucket, `all` the last of them."""

    code: np.ndarray
    of_client: np.ndarray
    single: np.ndarray

    @classmethod
    def of(cls, clients: Clients) -> _Units:
        code, place = np.unique(np.append(clients.unit, ALL_CODE), return_inverse=True)
        return cls(code, place[:-1], clients.single)

    def counted_in(self, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where what is of the clients `who` counts: its place there, and the unit.

        What is of a client of one unit alone counts under `all` too; others have rows of their own there.
        """
        again = np.flatnonzero(self.single[who])
        whole = np.full(len(again), len(self.code) - 1)
        return np.append(np.arange(len(who)), again), np.append(self.of_client[who], whole)


@dataclass(frozen=True)
class _ByPiece:
    """Groups of unit and piece of a month: of each place of `Months` that counts, its group."""

    units: _Units
    first: int
    length: int
    place: np.ndarray
    group: np.ndarray

    @classmethod
    def of(cls, units: _Units, months: Months) -> _ByPiece:
        first = int(months.piece.min())
        length = int(months.piece.max()) - first + 1
        place, unit = units.counted_in(months.who)
        return cls(units, first, length, place, unit * length + (months.piece[place] - first))

    @property
    def groups(self) -> int:
        return len(self.units.code) * self.length

    @property
    def has(self) -> np.ndarray:
        """The groups with any place."""
        return np.flatnonzero(np.bincount(self.group, minlength=self.groups))

    def keys(self, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Unit and piece of each group."""
        return self.units.code[groups // self.length], groups % self.length + self.first

    def count(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.group, values[self.place], self.groups).astype(np.int64)


def _add_sums(con: duckdb.DuckDBPyConnection, by_piece: _ByPiece, months: Months) -> None:
    has = by_piece.has
    parts: dict[str, np.ndarray] = {}
    money = {"": months.revenue}
    if months.margin is not None and months.known is not None:
        money |= {"margin_": months.margin, **{f"{name}_": one for name, one in months.known.amounts.items()}}
    for name, amounts in money.items():
        cents, rest = amounts[by_piece.place].totals(by_piece.group, by_piece.groups).normal
        parts |= {f"{name}cents": cents[has], f"{name}rest": rest[has]}
    unit, piece = by_piece.keys(has)
    insert(con, "month_sums", {"unit": unit, "piece": piece, **parts})


def _add_spans(
    con: duckdb.DuckDBPyConnection, task: Task, units: _Units, months: Months, orders: Mapping[str, np.ndarray]
) -> None:
    """Clients with a purchase and their orders in each span; a client's orders are its own, so they add up."""
    place, unit = units.counted_in(np.arange(len(units.of_client)))
    for name, span in task.spans.items():
        first, last = pieces(span)
        within = (months.piece >= first) & (months.piece <= last)
        buys = np.zeros(len(units.of_client), dtype=bool)
        buys[months.who[within & (months.purchase_days > 0)]] = True
        clients, counts = (np.bincount(unit, each[place], len(units.code)).astype(np.int64)
                           for each in (buys, orders[name]))  # fmt: skip
        spans = np.full(len(units.code), name, dtype=object)
        insert(con, "span_counts", {"unit": units.code, "span": spans, "clients": clients, "orders": counts})


def finish(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`totals`: of each unit and span."""
    last = task.period.span.last
    months = [last - back for back in range(TREND_MONTHS)]
    spans = {**task.spans, **{str(month): Span(month, month) for month in months}}
    of_spans = f"{_values(spans)} ON piece BETWEEN first_piece AND last_piece"
    of_months = ", ".join(f"('{month}', {month.index})" for month in months)
    money = ", ".join(f"{double(f'{name}_cents', f'{name}_rest')} AS {name}" for name in OF_MARGIN)
    con.execute(
        f"""CREATE TABLE totals AS
        WITH money AS (
            SELECT unit, span, {double("cents", "rest")} AS revenue, {money}
            FROM month_sums JOIN {of_spans} GROUP BY ALL),
        counted AS (
            SELECT unit, span, sum(clients) AS clients, sum(orders) AS orders FROM (
                SELECT unit, span, clients, orders FROM span_counts UNION ALL
                SELECT unit, span, clients, orders FROM month_counts
                JOIN (VALUES {of_months}) AS m(span, month) USING (month)) GROUP BY ALL)
        SELECT unit, span, revenue, {", ".join(OF_MARGIN)}, orders::INTEGER AS orders, clients::INTEGER AS clients
        FROM money JOIN counted USING (unit, span)"""
    )


def double(cents: str, rest: str) -> str:
    """SQL of a sum of amounts, kept as `Amounts` are, in double precision."""
    return f"(sum({cents})::DOUBLE / 100 + sum({rest})::DOUBLE / 1e6)"


def _values(spans: Mapping[str, Span | Days]) -> str:
    rows = ", ".join(f"('{name}', {first}, {last})" for name, (first, last) in _pieces(spans))
    return f"(VALUES {rows}) AS s(span, first_piece, last_piece)"


def _pieces(spans: Mapping[str, Span | Days]) -> list[tuple[str, tuple[int, int]]]:
    return [(name, pieces(span)) for name, span in spans.items()]
