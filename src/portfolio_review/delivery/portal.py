"""`index.html` of a series, from the manifests and results that lie below it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Period
from portfolio_review.delivery import manifest
from portfolio_review.delivery.publish import write_text
from portfolio_review.errors import RenderingError, UsageError
from portfolio_review.exhibits.chances import LOST
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import portal
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.portal import Made
from portfolio_review.review import Review

log = logging.getLogger(__name__)

NAME = "index.html"
NOTEBOOKS = "notebooks/"
AT_RISK = "risk.revenue_at_risk"


def write(series: Path, review: Review, file: Path) -> Path | None:
    """Write the portal of the folder `series` as the review file `file` says; None where no period was made yet."""
    made = [one for period, folder in _periods(series) for one in _units(period, folder)]
    if not made:
        return None
    wording = Wording(review.language, review.currency, review.window_months)
    text = portal.page(review.title_in(review.language), made, wording, _brand(review, file))
    write_text(series / NAME, text)
    return series / NAME


def _brand(review: Review, file: Path) -> Brand:
    """The brand of the review file; the neutral one where that went wrong meanwhile, which every unit has said."""
    try:
        return brands.load(brands.find(review.report.brand, file.parent))
    except RenderingError:
        return brands.load(None)


def _periods(series: Path) -> Iterator[tuple[Period, Path]]:
    for folder in sorted(series.iterdir()):
        try:
            yield Period.parse(folder.name), folder
        except UsageError:
            continue


def _units(period: Period, folder: Path) -> Iterator[Made]:
    """The units of a period's manifest; what an earlier run left of a unit that failed stays linked."""
    for entry in (_manifest(folder) or {}).get("units", []):
        own = _manifest(folder / entry["slug"]) or {}
        files = own.get("files") or entry["files"]
        checks = entry["checks"]
        yield Made(
            unit=entry["unit"], period=period,
            status="failed" if entry["status"] == "failed" else str(own.get("status", "draft")),
            error=entry["error"] or "", passed=checks["passed"], failed=checks["failed"],
            editions=_editions(f"{folder.name}/{entry['slug']}", files),
            values=_values(folder / entry["slug"] / "results.json"),
        )  # fmt: skip


def _manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; the portal leaves out what it cannot read."""
    try:
        return manifest.read(folder)
    except UsageError as newer:
        log.warning("not in the portal: %s", newer)
        return None


def _editions(place: str, files: dict[str, Any]) -> dict[str, str]:
    """The editions that were made, by label; the notebooks by their first page."""
    found = {label: f"{place}/{name}" for name, label in portal.EDITIONS.items() if name in files}
    notebooks = sorted(name for name in files if name.startswith(NOTEBOOKS) and name.endswith(".html"))
    return found | ({"notebooks": f"{place}/{notebooks[0]}"} if notebooks else {})


def _values(path: Path) -> dict[str, float]:
    """The key figures of a review; none where they cannot be read, no money at risk where the model failed its test.

    The tables stay unread, for they are most of `results.json`. A key of its top level stands at a line's
    start after one blank; no text of the data can look like it, for line breaks within text are escaped.
    """
    mark = '\n "figures": '
    try:
        text = path.read_text(encoding="utf-8")
        figures, _ = json.JSONDecoder().raw_decode(text, text.index(mark) + len(mark))
        lost = figures.get("risk.backtest_verdict", {}).get("value") == LOST
        found = {id: figures[id]["value"] for id in portal.MEASURES if id in figures and not (lost and id == AT_RISK)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {id: value for id, value in found.items() if isinstance(value, int | float)}
