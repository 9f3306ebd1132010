"""Which transactions count: every row read falls under one reason for being left out, or under none.

revenue read = revenue that counts + Σ revenue left out by reason, exactly: sums are taken over whole billionths,
so that neither the order of rows nor the number of threads moves a cent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portfolio_review.calendar import Month
from portfolio_review.sources import coding
from portfolio_review.sources.coding import Coded
from portfolio_review.sources.contracts import NO_UNIT
from portfolio_review.sources.conversion import TOO_LARGE
from portfolio_review.sources.engine import Engine, text
from portfolio_review.sources.model import Duplicates, LeftOut
from portfolio_review.sources.raw import ROW

BILLION = 10**9
_SMALL = "9e9"
"""Amounts below it are whole billionths in 64 bits."""


@dataclass(frozen=True)
class Reconciled:
    """The account of the transactions."""

    left_out: tuple[LeftOut, ...]
    source_rows: int
    source_revenue: float
    duplicates: Duplicates
    first_day: dt.date | None
    data_until: dt.date | None
    sound: bool
    """Whether no cell of a row breaks a rule; else the rest says nothing."""


def reconcile(engine: Engine, coded: Coded, data_until: str | None, drop: bool) -> Reconciled:
    """Write the coded rows, each with its reason, and take account of them."""
    duplicates = Duplicates(0, 0.0)
    if drop:
        found = _candidates(engine, coded, [f"SELECT row_key FROM {coded.rows} WHERE bucket >= 0"])
        duplicated, duplicates = _duplicates(engine, coded) if found else (None, duplicates)
        coding.write(engine, coded, duplicated)
    else:
        coding.write(engine, coded)
    written = coded.written()
    if written is None:
        return Reconciled((), 0, 0.0, duplicates, None, None, True)
    groups = engine.reader.execute(
        f"SELECT least(bucket, 0), unit, count(*), {_billionths('revenue')}, min(date), max(date), "
        f"bit_or(1::BIGINT << day(date)) FROM {written} GROUP BY ALL"
    ).fetchall()
    sound = not any(group[0] == coding.BROKEN for group in groups)
    if not drop and sound:
        buckets = sorted(coded.folder.glob("rows/bucket=[0-9]*"))
        each = [f"SELECT row_key FROM read_parquet({text(str(bucket / '*.parquet'))})" for bucket in buckets]
        if _candidates(engine, coded, each):
            duplicates = _duplicates(engine, coded)[1]
    names = _units(engine, coded)
    kept = [group for group in groups if group[0] == 0]
    days = 0
    for group in kept:
        days |= group[6] or 0
    left = sorted((-group[0], names.get(group[1], NO_UNIT), *group[2:4]) for group in groups if group[0] < 0)
    first = min((group[4] for group in kept), default=None)
    last = max((group[5] for group in kept), default=None)
    return Reconciled(
        left_out=tuple(
            LeftOut(coding.REASONS[reason - 1], unit, rows, _money(total))
            for reason, unit, rows, total in left
            if reason <= len(coding.REASONS)
        ),
        source_rows=sum(group[2] for group in groups),
        source_revenue=_money(sum(group[3] for group in groups)),
        duplicates=duplicates,
        first_day=first,
        data_until=_until(data_until, last, days),
        sound=sound,
    )


def _units(engine: Engine, coded: Coded) -> dict[int, str]:
    """The names of the units by code."""
    path = coded.dictionary("unit")
    if not path.exists():
        return {}
    return dict(
        engine.reader.execute(
            f"SELECT code, value FROM read_parquet({text(str(path))}) WHERE value IS NOT NULL"
        ).fetchall()
    )


def _candidates(engine: Engine, coded: Coded, parts: list[str]) -> int:
    """Write the keys that occur twice in one of `parts` (SQL of `row_key`), and give their number.

    The rows of a client lie in one bucket, so that keys need to be compared within it alone.
    """
    found = 0
    for number, part in enumerate(parts):
        path = engine.scratch / f"candidates_{number}.parquet"
        found += engine.reader.execute(
            f"COPY (SELECT row_key FROM ({part}) GROUP BY row_key HAVING count(*) > 1) "
            f"TO {text(str(path))} (FORMAT parquet)"
        ).fetchall()[0][0]
    return found


def _duplicates(engine: Engine, coded: Coded) -> tuple[str, Duplicates]:
    """The rows equal to an earlier one in all that is mapped: a Parquet file of them, and their sum.

    Only rows whose key occurs twice are compared in full, for a comparison of all would hold every row.
    """
    path = engine.scratch / "duplicates.parquet"
    candidates = f"SELECT row_key FROM read_parquet({text(str(engine.scratch / 'candidates_*.parquet'))})"
    rows = (
        f"SELECT {ROW}, revenue, row_number() OVER (PARTITION BY {', '.join(coded.exact)} ORDER BY {ROW}) AS nth "
        f"FROM {coded.rows} WHERE bucket >= 0 AND row_key IN ({candidates})"
    )
    engine.reader.execute(f"COPY (SELECT * FROM ({rows}) WHERE nth > 1) TO {text(str(path))} (FORMAT parquet)")
    relation = f"read_parquet({text(str(path))})"
    count, total = engine.reader.execute(f"SELECT count(*), {_billionths('revenue')} FROM {relation}").fetchall()[0]
    return relation, Duplicates(count, _money(total))


def _billionths(column: str) -> str:
    """SQL of a sum in whole billionths; what is not a finite amount counts as nothing."""
    small = f"abs({column}) < {_SMALL}"
    large = f"isfinite({column}) AND abs({column}) >= {_SMALL} AND abs({column}) < {TOO_LARGE}"
    return (
        f"coalesce(sum(CASE WHEN {small} THEN CAST({column} * {BILLION} AS BIGINT) END), 0) + "
        f"coalesce(sum(CASE WHEN {large} THEN CAST({column} * {BILLION} AS HUGEINT) END), 0)"
    )


def _money(billionths: int) -> float:
    return int(billionths) / BILLION


def _until(declared: str | None, last: dt.date | None, days: int) -> dt.date | None:
    """The declared day, else the last row's; data that all fall on one day of the month cover their last month."""
    if declared is not None:
        return dt.date.fromisoformat(declared)
    if last is None:
        return None
    return Month.of(last).last if days.bit_count() == 1 else last
