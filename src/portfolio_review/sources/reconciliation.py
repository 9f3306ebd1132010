"""Which transactions count: every row read falls under one reason for being left out, or under none.

revenue read = revenue that counts + Σ revenue left out by reason, exactly: sums are taken over whole billionths,
so that neither the order of rows nor the number of threads moves a cent.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from portfolio_review.calendar import Month
from portfolio_review.sources import coding
from portfolio_review.sources.coding import Coded
from portfolio_review.sources.contracts import NO_UNIT
from portfolio_review.sources.conversion import TOO_LARGE
from portfolio_review.sources.engine import Engine, text
from portfolio_review.sources.model import Duplicates, LeftOut, rows_folder
from portfolio_review.sources.raw import ROW
from portfolio_review.sources.repeated import repeated

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
    coding.write(engine, coded)
    groups = _groups(engine, coded)
    sound = not any(group[0] == coding.BROKEN for group in groups)
    duplicates = Duplicates(0, 0.0)
    if sound and _write_candidates(engine, coded):
        duplicated, duplicates = _duplicates(engine, coded)
        if drop and duplicates.rows:
            coding.write(engine, coded, duplicated)
            groups = _groups(engine, coded)
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


def _groups(engine: Engine, coded: Coded) -> list[tuple[Any, ...]]:
    """The rows that were written by reason (0: they count, else their bucket) and unit, with their sums."""
    written = coded.written()
    if written is None:
        return []
    return engine.reader.execute(
        f"SELECT least(bucket, 0), unit, count(*), {_billionths('revenue')}, min(date), max(date), "
        f"bit_or(1::BIGINT << day(date)) FROM {written} GROUP BY ALL"
    ).fetchall()


def _write_candidates(engine: Engine, coded: Coded) -> bool:
    """Write the keys of rows that occur twice, for the rows of a client lie in one bucket; whether there are any."""

    def within(bucket: Path) -> np.ndarray:
        rows = f"read_parquet({text(str(bucket / '*.parquet'))})"
        return repeated(engine.reader.cursor(), rows, "row_key")  # a cursor of its own for each thread

    with ThreadPoolExecutor(engine.threads) as pool:  # numpy sorts with one thread
        found = list(pool.map(within, rows_folder(coded.folder).glob("bucket=[0-9]*")))
    keys = np.concatenate([np.empty(0, dtype="uint64"), *found])
    engine.reader.register("candidates", {"row_key": keys})
    engine.reader.execute(f"COPY (SELECT row_key FROM candidates) TO {text(str(_path(engine)))} (FORMAT parquet)")
    engine.reader.unregister("candidates")
    return len(keys) > 0


def _path(engine: Engine) -> Path:
    return engine.scratch / "candidates.parquet"


def _duplicates(engine: Engine, coded: Coded) -> tuple[str, Duplicates]:
    """The rows equal to an earlier one in all that is mapped: a Parquet file of them, and their sum.

    Only rows whose key occurs twice are compared in full, for a comparison of all would hold every row.
    """
    path = engine.scratch / "duplicates.parquet"
    candidates = f"SELECT row_key FROM read_parquet({text(str(_path(engine)))})"
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
