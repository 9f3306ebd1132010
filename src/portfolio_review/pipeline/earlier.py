"""What the next review looks back at: lists, decisions and strategic clients of the latest earlier one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio_review.calendar import Month, Period
from portfolio_review.doubt import key
from portfolio_review.execution import fingerprint
from portfolio_review.pipeline import reviews
from portfolio_review.pipeline.reviews import Standing
from portfolio_review.results import finding

if TYPE_CHECKING:
    import pandas as pd

LISTS = "actions.full"
LEDGER = "actions.ledger"
STRATEGIC = "strategic."
COLUMNS: Mapping[str, list[str]] = {
    LISTS: ["client_id", "rule", "listed", "list", "state"],
    LEDGER: ["id", "since", "client", "text", "owner", "due", "outcome", "money", "money_since", "asked", "rule",
             "base", "page", "client_id", "action", "reason", "usual", "now", "about", "measure"],
    "strategic.exposure": ["client_id", "stage", "abc", "tier", "contacts_active", "overdue"],
    "strategic.contacts": ["client_id", "contact", "active"],
    "strategic.scores": ["client_id", "rank"],
    "strategic.criteria": ["criterion", "decided_at", "left_out"],
    "strategic.agreements": ["client_id", "actions_overdue"],
}  # fmt: skip
"""The tables that are looked back at, and their columns."""


@dataclass(frozen=True)
class Earlier:
    """Tables of an earlier review as its `results.json` has them, by id, and the review's last month."""

    folder: Path
    last: Month
    tables: Mapping[str, dict[str, Any]]
    doubts: Mapping[str, float] = field(default_factory=dict)
    """The shares of its doubts, by `Doubt.key`."""
    since: Mapping[str, str] = field(default_factory=dict)
    """The month (YYYY-MM) of the first review of the series that had each of its findings that last, by `Finding.key`.
    """
    called: Earlier | None = None
    """The lists of the review h months earlier, from which the effect of calling is told."""

    @property
    def hash(self) -> str:
        """Differs when a table, a doubt or a finding that lasts does."""
        tables = {id: _content(id, table) for id, table in self.tables.items()}
        called = self.called.hash if self.called else None
        return fingerprint.of([str(self.last), tables, dict(self.doubts), dict(self.since), called])

    def frame(self, id: str) -> pd.DataFrame | None:
        """The table of `id`; None where the review has none."""
        import pandas as pd

        table = self.tables.get(id)
        if table is None:
            return None
        if table["rows"] is None:
            return pd.read_parquet(self.folder / table["file"], columns=COLUMNS[id])
        return pd.DataFrame(table["rows"], columns=table["columns"])[COLUMNS[id]]

    def strategic(self) -> dict[str, pd.DataFrame]:
        """The tables `strategic.<name>` by name."""
        found = {id: self.frame(id) for id in self.tables if id.startswith(STRATEGIC)}
        return {id.removeprefix(STRATEGIC): frame for id, frame in found.items() if frame is not None}


def latest(series: Path, unit: str, period: Period, horizon_months: int = 0) -> Earlier | None:
    """The unit's latest review of the same length that ends before `period` starts; with the lists of that which
    ended `horizon_months` before it ends.

    Of a period that was published its newest version, with the decisions that only older versions asked for. None
    where there is none. What cannot be read counts as not there: looking back is never worth a failed review.
    """
    return latest_of(reviews.earlier(series, unit, period), series, unit, period, horizon_months)


def latest_of(
    before: Sequence[Standing], series: Path, unit: str, period: Period, horizon_months: int
) -> Earlier | None:
    """The same of the reviews `before` (`reviews.earlier`)."""
    by_last = {one.period.span.last: one for one in before}
    for last, review in reversed(by_last.items()):
        folder = review.folder
        tables = _tables(folder)
        if tables:
            older = [one for one in reviews.versions(series, unit, review.period) if one.version < review.version]
            ago = period.span.last - horizon_months
            then = by_last[ago].folder if ago in by_last else None
            called = _called(then, ago)
            return Earlier(folder, last, _across(tables, older), _doubts(folder), _since(folder, last), called)
    return None


def _across(tables: dict[str, dict[str, Any]], older: list[Standing]) -> dict[str, dict[str, Any]]:
    """The tables with the decisions that only older versions of the same review asked for, behind its own."""
    columns = COLUMNS[LEDGER]
    found = [tables[LEDGER], *(_tables(one.folder).get(LEDGER) for one in reversed(older))] if LEDGER in tables else []
    rows: dict[str, list[Any]] = {}
    for table in (table for table in found if table and table["rows"] is not None):
        for row in table["rows"]:
            told = dict(zip(table["columns"], row, strict=True))
            rows.setdefault(told["id"], [told[name] for name in columns])
    return tables if not older or not found else {**tables, LEDGER: {"columns": columns, "rows": list(rows.values())}}


def _called(folder: Path | None, last: Month) -> Earlier | None:
    """The lists of the review in `folder`, where it held clients out of them."""
    tables = {id: table for id, table in (_tables(folder) if folder else {}).items() if id == LISTS}
    found = Earlier(folder, last, tables) if folder and tables else None
    frame = found.frame(LISTS) if found else None
    return found if frame is not None and (frame["state"] == "held_out").any() else None


def _tables(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        recorded = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tables"]
        return {id: recorded[id] for id in COLUMNS if id in recorded and _is_whole(folder, id, recorded[id])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _doubts(folder: Path) -> dict[str, float]:
    """The shares of the doubts of a review; none of one that was made before there were any."""
    try:
        recorded = json.loads((folder / "results.json").read_text(encoding="utf-8")).get("doubts", [])
        return {
            key(doubt["id"], doubt["table"], doubt["column"]): float(doubt["share"])
            for doubt in recorded
            if doubt["share"] is not None
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _since(folder: Path, last: Month) -> dict[str, str]:
    """The first month of each finding that lasts; none of a review that was made before findings had one."""
    try:
        recorded = json.loads((folder / "results.json").read_text(encoding="utf-8"))["findings"]
        return {
            finding.key(found["id"], found["client"]): str(found["since"] or last)
            for found in recorded
            if found["standing"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _is_whole(folder: Path, id: str, table: dict[str, Any]) -> bool:
    if not set(COLUMNS[id]) <= set(table["columns"]):
        return False
    return table["rows"] is not None or fingerprint.of_file(folder / table["file"]) == table["sha256"]


def _content(id: str, table: dict[str, Any]) -> Any:
    if table["rows"] is None:
        return table["sha256"]
    places = [table["columns"].index(name) for name in COLUMNS[id]]
    return [[row[place] for place in places] for row in table["rows"]]
