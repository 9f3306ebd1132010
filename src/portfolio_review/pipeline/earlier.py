"""The action lists of the latest earlier review that was made of a unit, for the follow-through."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from portfolio_review.calendar import Month, Period
from portfolio_review.errors import UsageError

TABLE = "actions.full"
COLUMNS = ["client_id", "rule", "listed"]


def lists(series: Path, slug: str, period: Period) -> tuple[pd.DataFrame, Month] | None:
    """client_id, rule, listed of the latest review of the same length that ends before `period` starts.

    None where there is none. What cannot be read counts as not there: follow-through is never worth a
    failed review.
    """
    earlier = sorted(
        (found.span.last, folder)
        for folder in series.iterdir()
        if (found := _period(folder.name)) is not None
        and found.span.months == period.span.months
        and found.span.last < period.span.first
        and (folder / slug / "results.json").is_file()
    )
    for last, folder in reversed(earlier):
        frame = _read(folder / slug)
        if frame is not None:
            return frame, last
    return None


def _period(name: str) -> Period | None:
    try:
        return Period.parse(name)
    except UsageError:
        return None


def _read(folder: Path) -> pd.DataFrame | None:
    try:
        table = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tables"][TABLE]
        if table["rows"] is None:
            return pd.read_parquet(folder / table["file"], columns=COLUMNS)
        return pd.DataFrame(table["rows"], columns=table["columns"])[COLUMNS]
    except (OSError, ValueError, KeyError):
        return None
