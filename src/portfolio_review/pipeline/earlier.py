"""What the next review compares itself with: action lists and strategic clients of the latest earlier one."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from portfolio_review.calendar import Month, Period
from portfolio_review.errors import UsageError

TABLE = "actions.full"
COLUMNS = ["client_id", "rule", "listed"]
DECISIONS = ["rank", "client_id", "name", "rule", "action", "owner", "due", "at_stake"]
STRATEGIC = {
    "exposure": ["client_id", "stage", "abc", "tier", "contacts_active", "overdue"],
    "contacts": ["client_id", "contact", "active"],
    "scores": ["client_id", "rank"],
    "agreements": ["client_id", "actions_overdue"],
}
"""Tables of strategic clients, and their columns, that the next review compares itself with."""


def lists(series: Path, slug: str, period: Period) -> tuple[pd.DataFrame, Month] | None:
    """client_id, rule, listed of the latest review of the same length that ends before `period` starts.

    None where there is none. What cannot be read counts as not there: follow-through is never worth a
    failed review.
    """
    for last, folder in _reviews(series, slug, period):
        frame = _read(folder, TABLE, COLUMNS)
        if frame is not None:
            return frame, last
    return None


def decisions(series: Path, slug: str, period: Period) -> tuple[pd.DataFrame, Month] | None:
    """The decisions that the latest earlier review with any asked for, as of `lists`; None where there is none."""
    for last, folder in _reviews(series, slug, period):
        frame = _read(folder, "actions.decisions", DECISIONS)
        if frame is not None and len(frame):
            return frame, last
    return None


def strategic(series: Path, slug: str, period: Period) -> dict[str, pd.DataFrame]:
    """The tables of `STRATEGIC` of the latest earlier review that has the first of them, as of `lists`; by the
    name behind `strategic.`; empty where there is none."""
    for _, folder in _reviews(series, slug, period):
        found = {name: _read(folder, f"strategic.{name}", columns) for name, columns in STRATEGIC.items()}
        if found["exposure"] is not None:
            return {name: frame for name, frame in found.items() if frame is not None}
    return {}


def _reviews(series: Path, slug: str, period: Period) -> list[tuple[Month, Path]]:
    """Last month and folder of the unit's earlier reviews of the same length, the latest first."""
    earlier = sorted(
        (found.span.last, folder / slug)
        for folder in series.iterdir()
        if (found := _period(folder.name)) is not None
        and found.span.months == period.span.months
        and found.span.last < period.span.first
        and (folder / slug / "results.json").is_file()
    )
    return earlier[::-1]


def _period(name: str) -> Period | None:
    try:
        return Period.parse(name)
    except UsageError:
        return None


def _read(folder: Path, id: str, columns: list[str]) -> pd.DataFrame | None:
    try:
        table = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tables"][id]
        if table["rows"] is None:
            return pd.read_parquet(folder / table["file"], columns=columns)
        return pd.DataFrame(table["rows"], columns=table["columns"])[columns]
    except (OSError, ValueError, KeyError):
        return None
