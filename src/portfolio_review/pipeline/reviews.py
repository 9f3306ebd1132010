"""A unit's reviews that lie in the folder of their series, and which of them another is compared with.

Reviews of a unit lie as drafts under `<period>/<slug>/` and as published under `published/<period>/v<n>/<slug>/`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio_review.calendar import Month, Period
from portfolio_review.delivery import manifest
from portfolio_review.errors import UsageError
from portfolio_review.execution import fingerprint
from portfolio_review.pipeline import folders
from portfolio_review.pipeline import parts as keys

if TYPE_CHECKING:
    import pandas as pd

    from portfolio_review.metrics.restated import EarlierMonths

PUBLISHED = "published"
VERSION = re.compile(r"v([1-9]\d{0,5})")
MONTHS = "data.client_months"
CLIENTS = "clients"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """A review of a unit as it lies: its period, version (0: a draft) and folder."""

    period: Period
    version: int
    folder: Path

    @cached_property
    def results(self) -> Mapping[str, Any]:
        """`results.json`; empty where it cannot be read, for looking back is never worth a failed review."""
        try:
            found = json.loads((self.folder / "results.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """Its manifest; empty where it cannot be read."""
        try:
            return manifest.read(self.folder) or {}
        except UsageError as newer:
            log.warning("not looked back at: %s", newer)
            return {}

    @property
    def run(self) -> str:
        """Its run id."""
        return str(self.manifest.get("run") or "")

    @property
    def made_of(self) -> Mapping[str, str]:
        """The parts that it was made of; empty where its manifest does not tell."""
        found = self.manifest.get("made_of")
        return found if isinstance(found, dict) else {}

    def table(self, id: str) -> pd.DataFrame | None:
        """A recorded table, long ones from their file; None where it is not there, or not as it was recorded."""
        import pandas as pd

        try:
            table = self.results["tables"][id]
            if table["rows"] is not None:
                return pd.DataFrame(table["rows"], columns=table["columns"])
            path = self.folder / table["file"]
            return pd.read_parquet(path) if fingerprint.of_file(path) == table["sha256"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def content(self, id: str) -> str | None:
        """What tells whether a table is another one; None where there is none."""
        try:
            table = self.results["tables"][id]
            return fingerprint.of(table["rows"]) if table["rows"] is not None else str(table["sha256"])
        except (KeyError, TypeError):
            return None


def periods(folder: Path) -> Iterator[tuple[Period, Path]]:
    """The periods that have a folder in `folder`."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            yield Period.parse(path.name), path
        except UsageError:
            continue


def versions(series: Path, unit: str, period: Period) -> list[Standing]:
    """The published versions of a unit's review, the oldest first: of those that only carry it on, because another
    unit was corrected, that in which it was published first."""
    found = published(series, unit, period)
    runs = [one.run for one in found]
    return [one for place, one in enumerate(found) if not place or not runs[place] or runs[place] != runs[place - 1]]


def published(series: Path, unit: str, period: Period) -> list[Standing]:
    """The published versions of a unit's review, the oldest first."""
    found = []
    for path in (series / PUBLISHED / str(period)).glob("v*"):
        match = VERSION.fullmatch(path.name)
        if match and (lies := folders.standing(path, unit)) is not None and (lies / "results.json").is_file():
            found.append(Standing(period, int(match[1]), lies))
    return sorted(found, key=lambda one: one.version)


def draft(series: Path, unit: str, period: Period) -> Standing | None:
    """The unit's draft of a period."""
    lies = folders.standing(series / str(period), unit)
    return None if lies is None or not (lies / "results.json").is_file() else Standing(period, 0, lies)


def newest(series: Path, unit: str, period: Period) -> Standing | None:
    """What readers have of a period: its newest published version, without one the draft."""
    return next(reversed(versions(series, unit, period)), None) or draft(series, unit, period)


def earlier(series: Path, unit: str, period: Period) -> list[Standing]:
    """The newest review of each period of the same length that ends before `period` starts, the oldest first."""
    names = {str(one): one for lies in (series, series / PUBLISHED) for one, _ in periods(lies)}
    before = [
        one for one in names.values()
        if one.span.months == period.span.months and one.span.last < period.span.first
    ]  # fmt: skip
    found = (newest(series, unit, one) for one in sorted(before, key=lambda one: one.span.last))
    return [one for one in found if one is not None]


# What a review is compared with ----------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """The review whose months this one's are compared with; settings, method: whether those that read the data differ
    from those of now, None where that is not known."""

    standing: Standing
    settings: bool | None
    method: bool | None

    @property
    def hash(self) -> str:
        """Differs when what is said of the comparison does."""
        one = self.standing
        head, content = one.results["review"], one.content(MONTHS)
        told = [str(one.period), one.version, self.settings, self.method, self._inputs()]
        return fingerprint.of([*told, content, head["w0"][0], head["w1"][1]])

    def months(self) -> EarlierMonths | None:
        """What it said by client and month."""
        from portfolio_review.metrics.restated import EarlierMonths  # pandas, which a plan does not need

        table, head = self.standing.table(MONTHS), self.standing.results["review"]
        if table is None:
            return None
        first, last = str(head["w0"][0])[:7], str(head["w1"][1])[:7]
        period, version = str(self.standing.period), self.standing.version
        return EarlierMonths(table, first, last, period, version, self.settings, self.method, self._inputs())

    def _inputs(self) -> dict[str, str]:
        """sha256 by file; only a review of all tells it."""
        table = self.standing.results.get("tables", {}).get("data.inputs", {})
        rows = (dict(zip(table["columns"], row, strict=True)) for row in table.get("rows") or ())
        return {str(row["path"]): str(row["sha256"]) for row in rows if row.get("sha256")}


def compared_with(before: list[Standing], reading: Mapping[str, str]) -> Compared | None:
    """The last of `before` that says what it read by client and month. reading: of `parts.reading`, of now."""
    for one in reversed(before):
        try:
            whole = one.content(MONTHS) is not None and len(one.results["review"]["w0"]) == 2
        except (KeyError, TypeError):
            continue
        if whole:
            then = {name: one.made_of.get(name) for name in reading}
            differ = {name: None if then[name] is None else then[name] != value for name, value in reading.items()}
            return Compared(one, differ[keys.READ_SETTINGS], differ[keys.READ_CODE])
    return None


def published_for(series: Path, unit: str, last: Month, months: int) -> Standing | None:
    """The newest published version of the review whose period ends with `last`: one of the length `months` first."""
    ends = [one for one, _ in periods(series / PUBLISHED) if one.span.last == last]
    for one in sorted(ends, key=lambda one: (one.span.months != months, one.span.months)):
        if found := versions(series, unit, one):
            return found[-1]
    return None
