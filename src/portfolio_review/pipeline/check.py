"""`check`: read and validate the sources into a temporary folder, and say what would be left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from portfolio_review import slugs, sources
from portfolio_review.calendar import Period, last_complete_month
from portfolio_review.pipeline import notes
from portfolio_review.pipeline.doubted import doubted, said
from portfolio_review.pipeline.masked import Masking
from portfolio_review.pipeline.run import load_review
from portfolio_review.sources import NO_UNIT, Sources
from portfolio_review.workfolder import work_folder


def check(file: Path, out: Path, languages: Sequence[str]) -> dict[str, Any]:
    """What was found, as plain values; faults that stop a run are raised with all others.

    The windows are those of the last complete month; `out` is where earlier reviews of the series lie.
    """
    review = load_review(file, languages)
    Masking.of(review)
    with work_folder() as work:
        folder = work / "tables"
        folder.mkdir()
        found = sources.read(review, file.parent, folder)
        about_notes = notes.unused(file.parent, slugs.of_units(_units(found)))
    period = Period.of_month(last_complete_month(found.data_until))
    doubts, not_met = doubted(review, found, period, out / review.id, about_notes)
    left_out: dict[str, dict[str, float]] = {}
    for entry in found.left_out:
        sums = left_out.setdefault(entry.reason, {"rows": 0, "revenue": 0.0})
        sums["rows"] += entry.rows
        sums["revenue"] += entry.revenue
    return {
        "review": review.id,
        "currency": review.currency,
        "tables": {table: list(found.columns[table]) for table in found.tables},
        "source_rows": found.source_rows,
        "source_revenue": found.source_revenue,
        "left_out": left_out,
        "removed_by_where": [{"value": value, "rows": rows} for value, rows in found.removed],
        "duplicates": {"rows": found.duplicates.rows, "revenue": found.duplicates.revenue},
        "history_start": found.history_start.isoformat(),
        "data_until": found.data_until.isoformat(),
        "last_complete_period": str(period),
        "warnings": [str(fault) for fault in found.warnings],
        "faults": [],
        "doubts": [one.said() for one in doubts],
        "accepted_in_vain": not_met,
    }


def _units(found: Sources) -> list[str]:
    """Every unit of the transactions, and the one of rows without any."""
    path = found.dictionary("unit")
    if not path.exists():
        return [NO_UNIT]
    rows = duckdb.execute("SELECT DISTINCT value FROM read_parquet(?) WHERE value IS NOT NULL", [str(path)]).fetchall()
    return [NO_UNIT, *sorted(name for (name,) in rows)]


def lines(found: dict[str, Any]) -> list[str]:
    """The same in words."""
    money = found["currency"]
    last = found["last_complete_period"]
    text = [
        f"{found['review']}: {found['source_rows']:,} rows of transactions, {found['source_revenue']:,.2f} {money}",
        f"history {found['history_start']} to {found['data_until']}; last complete period {last}",
    ]
    text += [
        f"left out: {reason}: {sums['rows']:,} rows, {sums['revenue']:,.2f} {money}"
        for reason, sums in found["left_out"].items()
    ]
    text += [f"removed by where: {one['value']}: {one['rows']:,} rows" for one in found["removed_by_where"]]
    text += [f"{table}: {', '.join(columns)}" for table, columns in found["tables"].items()]
    text += found["warnings"]
    text += [said(one) for one in found["doubts"]]
    text += [f"accepted in the review file, and not met: {id}" for id in found["accepted_in_vain"]]
    count = len(found["doubts"])
    text.append(f"no fault, {count} doubt{'s' if count != 1 else ''}" if count else "no fault found")
    return text
