"""Which transactions count: every row read falls under one reason for being left out, or under none.

revenue read = revenue that counts + Σ revenue left out by reason, exactly: sums are taken over whole billionths,
so that neither the order of rows nor the number of threads moves a cent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from portfolio_review.calendar import Month
from portfolio_review.sources.contracts import NO_UNIT
from portfolio_review.sources.conversion import TOO_LARGE
from portfolio_review.sources.engine import Engine, text
from portfolio_review.sources.mapping import KEEP, Mapped
from portfolio_review.sources.model import Duplicates, LeftOut
from portfolio_review.sources.raw import ROW

BILLION = 10**9
REASON = "__reason__"
UNIT = "__unit__"


@dataclass(frozen=True)
class Reconciled:
    """The account of the transactions, and SQL of the rows that count."""

    left_out: tuple[LeftOut, ...]
    source_rows: int
    source_revenue: float
    duplicates: Duplicates
    first_day: dt.date | None
    data_until: dt.date | None
    counted: str
    """SQL of a relation: the rows that count, in source order."""


def reconcile(engine: Engine, mapped: Mapped, units: Path | None, data_until: str | None, drop: bool) -> Reconciled:
    """Give every row its reason; `units` is a Parquet file of (client_id, unit) when the clients decide."""
    judged = _judged(mapped, units, data_until)
    duplicated, duplicates = _duplicates(engine, mapped, judged)
    if drop and duplicates.rows:
        again = f"{ROW} IN (SELECT {ROW} FROM {duplicated})"
        reason = f"CASE WHEN {REASON} IS NULL AND {again} THEN 'duplicate' ELSE {REASON} END AS {REASON}"
        judged = f"(SELECT * REPLACE ({reason}) FROM {judged})"
    groups = engine.reader.execute(
        f"SELECT {REASON}, {UNIT}, count(*), sum({_billionths('value_revenue')}), min(value_date), max(value_date), "
        "bit_or(1::BIGINT << day(value_date)) "
        f"FROM {judged} GROUP BY ALL"
    ).fetchall()
    kept = [group for group in groups if group[0] is None]
    days = 0
    for group in kept:
        days |= group[6] or 0
    order = {"removed_by_where": 0, "no_client": 1, "outside_history": 2, "duplicate": 3}
    left = sorted((group for group in groups if group[0] is not None), key=lambda group: (order[group[0]], group[1]))
    first = min((group[4] for group in kept), default=None)
    last = max((group[5] for group in kept), default=None)
    return Reconciled(
        left_out=tuple(LeftOut(reason, unit, rows, _money(total)) for reason, unit, rows, total, *_ in left),
        source_rows=sum(group[2] for group in groups),
        source_revenue=_money(sum(group[3] for group in groups)),
        duplicates=duplicates,
        first_day=first,
        data_until=_until(data_until, last, days),
        counted=f"(SELECT * FROM {judged} WHERE {REASON} IS NULL)",
    )


def _judged(mapped: Mapped, units: Path | None, data_until: str | None) -> str:
    """The checked rows with their reason and unit."""
    late = f"WHEN value_date > DATE {text(data_until)} THEN 'outside_history' " if data_until else ""
    without = "WHEN value_client_id IS NULL THEN 'no_client'"
    reason = f"CASE WHEN NOT {KEEP} THEN 'removed_by_where' {without} {late}END AS {REASON}"
    if mapped.has("unit"):
        return f"(SELECT *, {reason}, coalesce(value_unit, {text(NO_UNIT)}) AS {UNIT} FROM {mapped.checked})"
    if units is None:
        return f"(SELECT *, {reason}, {text(NO_UNIT)} AS {UNIT} FROM {mapped.checked})"
    return (
        f"(SELECT rows.*, {reason}, coalesce(units.unit, {text(NO_UNIT)}) AS {UNIT} FROM {mapped.checked} rows "
        f"LEFT JOIN read_parquet({text(str(units))}) units ON rows.value_client_id = units.client_id)"
    )


def _duplicates(engine: Engine, mapped: Mapped, judged: str) -> tuple[str, Duplicates]:
    """The rows equal to an earlier one in all that is mapped: a Parquet file of them, and their sum.

    Two passes, for one over all columns would hold every row: hashes that occur twice, then the rows of these alone.
    """
    keys = [f"cell_{column.name}" if column.kind == "date" else f"value_{column.name}" for column in mapped.columns]
    hashed = f"hash({', '.join(keys)})"
    candidates = engine.scratch / "candidates.parquet"
    path = engine.scratch / "duplicates.parquet"
    where = f"{REASON} IS NULL"
    suspected = engine.reader.execute(
        f"COPY (SELECT {hashed} AS h FROM {judged} WHERE {where} GROUP BY 1 HAVING count(*) > 1) "
        f"TO {text(str(candidates))} (FORMAT parquet)"
    ).fetchall()[0][0]
    if not suspected:
        return "", Duplicates(0, 0.0)
    rows = (
        f"SELECT {ROW}, value_revenue, row_number() OVER (PARTITION BY {', '.join(keys)} ORDER BY {ROW}) AS nth "
        f"FROM {judged} WHERE {where} AND {hashed} IN (SELECT h FROM read_parquet({text(str(candidates))}))"
    )
    engine.reader.execute(f"COPY (SELECT * FROM ({rows}) WHERE nth > 1) TO {text(str(path))} (FORMAT parquet)")
    relation = f"read_parquet({text(str(path))})"
    count, total = engine.reader.execute(
        f"SELECT count(*), sum({_billionths('value_revenue')}) FROM {relation}"
    ).fetchall()[0]
    return relation, Duplicates(count, _money(total or 0))


def _billionths(column: str) -> str:
    """SQL of an amount in whole billionths; what is not a finite amount counts as nothing."""
    sound = f"isfinite({column}) AND abs({column}) < {TOO_LARGE}"
    return f"coalesce(TRY_CAST(CASE WHEN {sound} THEN {column} * {BILLION} END AS HUGEINT), 0)"


def _money(billionths: int) -> float:
    return int(billionths) / BILLION


def _until(declared: str | None, last: dt.date | None, days: int) -> dt.date | None:
    """The declared day, else the last row's; data that all fall on one day of the month cover their last month."""
    if declared is not None:
        return dt.date.fromisoformat(declared)
    if last is None:
        return None
    return Month.of(last).last if days.bit_count() == 1 else last
