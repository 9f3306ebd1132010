"""Which transactions count: every row read falls under one reason for being left out, or under none.

revenue read = revenue that counts + Σ revenue left out by reason, exactly: amounts of rows have six decimals,
and sums are taken over whole millionths, so that neither the order of rows nor the number of threads moves a cent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from portfolio_review.calendar import Month
from portfolio_review.sources import coding, dates
from portfolio_review.sources.coding import MILLION, Coded, millionths
from portfolio_review.sources.contracts import NO_UNIT
from portfolio_review.sources.engine import Engine, stored
from portfolio_review.sources.model import Duplicates, LeftOut, Reason, rows_folder
from portfolio_review.sources.raw import ROW
from portfolio_review.sources.repeated import repeated

UNDATED = 0
MONTH = f"coalesce(12 * year(date) + month(date) - 1, {UNDATED})"
DUPLICATES = "duplicates.parquet"
"""Of the scratch folder: the rows equal to an earlier one, by the row of each in its source."""


@dataclass(frozen=True)
class Group:
    """Rows of one unit and month that share a reason (None: they count), with sums in millionths."""

    reason: Reason | None
    unit: str
    month: int
    """12 · year + month − 1; `UNDATED` where the date is not known."""
    rows: int
    revenue: int
    size: int
    """Σ |revenue|."""
    unknown: int = 0
    """Σ |revenue| of rows whose margin is not known; 0 where no margin is given."""
    unpriced: int = 0
    """How many rows these are."""


@dataclass(frozen=True)
class Reconciled:
    """The account of the transactions."""

    groups: tuple[Group, ...]
    duplicates: Duplicates
    duplicate_months: tuple[Group, ...]
    """The duplicates, kept or dropped, by unit and month."""
    first_day: dt.date | None
    data_until: dt.date | None
    sound: bool
    """Whether no cell of a row breaks a rule; else the rest says nothing."""

    @property
    def source_rows(self) -> int:
        return sum(group.rows for group in self.groups)

    @property
    def source_revenue(self) -> float:
        return money(sum(group.revenue for group in self.groups))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """By reason, in their order, and unit."""
        found: dict[tuple[int, str], list[int]] = {}
        for group in self.groups:
            if group.reason is not None:
                sums = found.setdefault((coding.REASONS.index(group.reason), group.unit), [0, 0])
                sums[0] += group.rows
                sums[1] += group.revenue
        return tuple(
            LeftOut(coding.REASONS[reason], unit, rows, money(total))
            for (reason, unit), (rows, total) in sorted(found.items())
        )

    @property
    def meant(self) -> tuple[Group, ...]:
        """The rows that `where` does not remove: shares of revenue are of these."""
        return tuple(group for group in self.groups if group.reason != "removed_by_where")


def reconcile(engine: Engine, coded: Coded, data_until: str | None, drop: bool) -> Reconciled:
    """Write the coded rows, each with its reason, and take account of them."""
    coding.write(engine, coded)
    found = _found(engine, coded)
    sound = not any(group[0] == coding.BROKEN for group in found)
    duplicates = Duplicates(0, 0.0)
    repeats: list[tuple[int, int, int, int]] = []
    if sound:
        bounds = dates.bounds(rows_by_month(found), ends_where_declared=data_until is not None)
        apart = dates.set_apart(engine, coded, bounds)
        if _write_candidates(engine, coded):
            duplicated, duplicates, repeats = _duplicates(engine, coded)
            if drop and duplicates.rows:
                coding.write(engine, coded, duplicated)
                apart = dates.set_apart(engine, coded, bounds)
        if apart or (drop and duplicates.rows):
            found = _found(engine, coded)
    return accounted(found, coded.units(engine), duplicates, repeats, data_until, sound=sound)


def accounted(
    found: list[tuple[Any, ...]], names: Mapping[int, str], duplicates: Duplicates,
    repeats: list[tuple[int, int, int, int]], data_until: str | None, *, sound: bool = True,
) -> Reconciled:  # fmt: skip
    """The account of rows that were found by bucket, unit and month, with those that repeat by unit and month."""
    kept = [group for group in found if group[0] == 0]
    days = 0
    for group in kept:
        days |= group[10] or 0
    last = max((group[9] for group in kept), default=None)
    return Reconciled(
        groups=tuple(
            Group(None if group[0] == 0 else coding.REASONS[-1 - group[0]], names.get(group[1], NO_UNIT), *group[2:8])
            for group in sorted(found, key=lambda group: (-group[0], *group[1:3]))
            if group[0] != coding.BROKEN
        ),
        duplicates=duplicates,
        duplicate_months=tuple(
            Group("duplicate", names.get(unit, NO_UNIT), month, rows, 0, size) for unit, month, rows, size in repeats
        ),
        first_day=min((group[8] for group in kept), default=None),
        data_until=_until(data_until, last, days),
        sound=sound,
    )


def rows_by_month(found: list[tuple[Any, ...]]) -> dict[int, int]:
    """How many rows of each month count."""
    counted: dict[int, int] = {}
    for bucket, _, month, rows, *_ in found:
        if bucket == 0:
            counted[month] = counted.get(month, 0) + rows
    return counted


def _found(engine: Engine, coded: Coded) -> list[tuple[Any, ...]]:
    """The rows that were written by reason (0: they count, else their bucket), unit and month, with their sums."""
    written = coded.written()
    if written is None:
        return []
    unknown, unpriced = "0", "0"
    if "margin" in coded.columns:
        unknown, unpriced = millionths("revenue", "abs", "margin IS NULL"), "count(*) - count(margin)"
    return engine.rows(
        f"SELECT least(bucket, 0), unit, {MONTH}, count(*), {millionths('revenue')}, {millionths('revenue', 'abs')}, "
        f"{unknown}, {unpriced}, min(date), max(date), bit_or(1::BIGINT << day(date)) FROM {written} GROUP BY ALL"
    )


def _write_candidates(engine: Engine, coded: Coded) -> bool:
    """Write the keys of rows that occur twice, for the rows of a client lie in one bucket; whether there are any."""

    def within(bucket: Path) -> np.ndarray:
        rows = stored(bucket / "*.parquet")
        return repeated(engine.reader.cursor(), rows, "row_key")  # a cursor of its own for each thread

    with ThreadPoolExecutor(engine.threads) as pool:  # numpy sorts with one thread
        found = list(pool.map(within, rows_folder(coded.folder).glob("bucket=[0-9]*")))
    keys = np.concatenate([np.empty(0, dtype="uint64"), *found])
    engine.reader.register("candidates", {"row_key": keys})
    engine.put_aside("SELECT row_key FROM candidates", _path(engine))
    engine.reader.unregister("candidates")
    return len(keys) > 0


def _path(engine: Engine) -> Path:
    return engine.scratch / "candidates.parquet"


def _duplicates(engine: Engine, coded: Coded) -> tuple[str, Duplicates, list[tuple[int, int, int, int]]]:
    """The rows equal to an earlier one in all that is mapped: a Parquet file of them, their sum, and by unit and month.

    Only rows whose key occurs twice are compared in full, for a comparison of all would hold every row.
    """
    path = engine.scratch / DUPLICATES
    candidates = f"SELECT row_key FROM {stored(_path(engine))}"
    rows = (
        f"SELECT {ROW}, unit, date, revenue, "
        f"row_number() OVER (PARTITION BY {', '.join(coded.exact)} ORDER BY {ROW}) AS nth "
        f"FROM {coded.rows} WHERE bucket >= 0 AND row_key IN ({candidates})"
    )
    engine.put_aside(f"SELECT * FROM ({rows}) WHERE nth > 1", path)
    relation = stored(path)
    found = engine.rows(
        f"SELECT unit, {MONTH}, count(*), {millionths('revenue')}, {millionths('revenue', 'abs')} FROM {relation} "
        "GROUP BY ALL ORDER BY ALL"
    )
    whole = Duplicates(sum(part[2] for part in found), money(sum(part[3] for part in found)))
    return relation, whole, [(unit, month, rows, size) for unit, month, rows, _, size in found]


def money(millionths: int) -> float:
    """Whole millionths as an amount."""
    return int(millionths) / MILLION


def _until(declared: str | None, last: dt.date | None, days: int) -> dt.date | None:
    """The declared day, else the last row's; data that all fall on one day of the month cover their last month."""
    if declared is not None:
        return dt.date.fromisoformat(declared)
    if last is None:
        return None
    return Month.of(last).last if days.bit_count() == 1 else last
