"""The action lists of the latest earlier review that was made of a unit, for the follow-through."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio_review.calendar import Month, Period
from portfolio_review.errors import UsageError
from portfolio_review.execution import fingerprint

if TYPE_CHECKING:
    import pandas as pd

TABLE = "actions.full"
COLUMNS = ["client_id", "rule", "listed"]


@dataclass(frozen=True)
class Earlier:
    """The table of an earlier review as `results.json` has it, and the review's last month."""

    folder: Path
    last: Month
    table: dict[str, Any]

    @property
    def hash(self) -> str:
        """Differs when the lists do."""
        if self.table["rows"] is None:
            return fingerprint.of([str(self.last), self.table["sha256"]])
        places = [self.table["columns"].index(name) for name in COLUMNS]
        return fingerprint.of([str(self.last), [[row[place] for place in places] for row in self.table["rows"]]])

    def frame(self) -> pd.DataFrame:
        """client_id, rule, listed."""
        import pandas as pd

        if self.table["rows"] is None:
            return pd.read_parquet(self.folder / self.table["file"], columns=COLUMNS)
        return pd.DataFrame(self.table["rows"], columns=self.table["columns"])[COLUMNS]


def lists(series: Path, slug: str, period: Period) -> Earlier | None:
    """The lists of the latest review of the same length that ends before `period` starts.

    None where there is none. What cannot be read counts as not there: follow-through is never worth a
    failed review.
    """
    if not series.is_dir():
        return None
    earlier = sorted(
        (found.span.last, folder)
        for folder in series.iterdir()
        if (found := _period(folder.name)) is not None
        and found.span.months == period.span.months
        and found.span.last < period.span.first
        and (folder / slug / "results.json").is_file()
    )
    for last, folder in reversed(earlier):
        lists_ = _read(folder / slug, last)
        if lists_ is not None:
            return lists_
    return None


def _period(name: str) -> Period | None:
    try:
        return Period.parse(name)
    except UsageError:
        return None


def _read(folder: Path, last: Month) -> Earlier | None:
    try:
        table = json.loads((folder / "results.json").read_text(encoding="utf-8"))["tables"][TABLE]
        found = Earlier(folder, last, table)
        if not (found.hash and set(COLUMNS) <= set(table["columns"])):
            return None
        if table["rows"] is None and fingerprint.of_file(folder / table["file"]) != table["sha256"]:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found
