"""`index.html` of a series, from the manifests and results that lie below it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from portfolio_review import slugs
from portfolio_review.calendar import Period
from portfolio_review.delivery import approval, manifest
from portfolio_review.delivery.publish import write_text
from portfolio_review.errors import RenderingError, UsageError
from portfolio_review.exhibits.chances import LOST
from portfolio_review.exhibits.wording import Wording
from portfolio_review.metrics.decisions import OPEN
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import portal
from portfolio_review.rendering.brand import Brand
from portfolio_review.rendering.portal import Made
from portfolio_review.review import Review

log = logging.getLogger(__name__)

NAME = "index.html"
NOTEBOOKS = "notebooks/"
KINDS = {"html": "HTML", "pdf": "PDF", "xlsx": "XLSX"}
EDITION = re.compile(r"review(?:\.([a-z]{2}))?\.(html|pdf|xlsx)")
OWNERS = "owners"
PUBLISHED = "published"
"""Below a series: what readers have, `<period>/v<n>/<unit>/`."""
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
    """The units of a period's manifest, as published where they were; what an earlier run left of a unit that failed
    stays linked."""
    for entry in (_manifest(folder) or {}).get("units", []):
        version, place = _newest(folder, entry["slug"])
        lies = folder.parent / place
        draft = (_manifest(folder / entry["slug"]) or {}) if version else {}
        own = _manifest(lies) or {}
        differs = draft.get("run", own.get("run")) != own.get("run")
        files = own.get("files") or entry["files"]
        checks, said = own["checks"] if version and "checks" in own else entry["checks"], _said(lies / "results.json")
        owners = ((name, f"{OWNERS}/{slug}.{kind}") for name, slug in slugs.of_owners(said.pop("owners", ())).items()
                  for kind in ("pdf", "html"))  # fmt: skip
        yield Made(
            unit=entry["unit"], period=period,
            status=_status(folder, entry, own, version), version=version,
            draft=f"{folder.name}/{entry['slug']}/review.html" if differs else "",
            error=entry["error"] or "", passed=checks["passed"], failed=checks["failed"],
            editions=_editions(place, files),
            owners={name: f"{place}/{file}" for name, file in owners if file in files}, **said,
        )  # fmt: skip


def _newest(period: Path, slug: str) -> tuple[int, str]:
    """The newest published version of a unit and where it lies below the series; without one 0 and the draft's."""
    found = (period.parent / PUBLISHED / period.name).glob(f"v*/{slug}/{manifest.NAME}")
    numbers = [int(path.parents[1].name[1:]) for path in found if path.parents[1].name[1:].isdecimal()]
    if not numbers:
        return 0, f"{period.name}/{slug}"
    return max(numbers), f"{PUBLISHED}/{period.name}/v{max(numbers)}/{slug}"


def _status(period: Path, entry: Mapping[str, Any], own: Mapping[str, Any], version: int) -> str:
    """`published`, `failed`, `signed` while the draft is the one that was signed, else what its manifest says."""
    if version or entry["status"] == "failed":
        return "published" if version else "failed"
    try:
        signed = approval.read(period).get(entry["unit"], {}).get("manifest")
    except UsageError:
        signed = None
    return "signed" if signed and signed == manifest.digest(period / entry["slug"]) else str(own.get("status", "draft"))


def _manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; the portal leaves out what it cannot read."""
    try:
        return manifest.read(folder)
    except UsageError as newer:
        log.warning("not in the portal: %s", newer)
        return None


def _editions(place: str, files: dict[str, Any]) -> dict[str, str]:
    """The editions that were made, by label, of the review's language first; the notebooks by their first page."""
    found = sorted(
        (match[1] or "", list(KINDS).index(match[2]), name) for name in files if (match := EDITION.fullmatch(name))
    )
    editions = {
        f"{KINDS[name.rpartition('.')[2]]} {language}".strip(): f"{place}/{name}" for language, _, name in found
    }
    notebooks = sorted(name for name in files if name.startswith(NOTEBOOKS) and name.endswith(".html"))
    return editions | ({"notebooks": f"{place}/{notebooks[0]}"} if notebooks else {})


def _said(path: Path) -> dict[str, Any]:
    """What a review says: key figures, verdict, level of the period's target, decisions asked for, a window shorter
    than the usual gap; nothing where it cannot be read, no money at risk where the model failed its test.

    Of the tables only two small ones are read, for they are most of `results.json`. A key stands at a line's start
    after one blank, after two within `tables`; no text of the data can look like it, for line breaks within text are
    escaped.
    """
    try:
        text = path.read_text(encoding="utf-8")
        figures = _part(text, "figures")
        lost = figures.get("risk.backtest_verdict", {}).get("value") == LOST
        values = {id: figures[id]["value"] for id in portal.MEASURES if id in figures and not (lost and id == AT_RISK)}
        before = figures.get(portal.MONTH, {}).get("previous_year")
        tables = max(text.find('\n "tables": '), 0)
        plan = next(_rows(_part(text, " headline.targets", tables), figure=portal.MONTH), {})
        asked = {row["id"] for row in _rows(_part(text, " actions.decisions", tables))}
        asked |= {row["id"] for row in _rows(_part(text, " actions.ledger", tables)) if row["outcome"] in OPEN}
        verdict = _part(text, "verdict")
        return {
            "values": {id: value for id, value in values.items() if isinstance(value, int | float)},
            "intervals": {id: tuple(span) for id in values if (span := figures[id].get("interval"))},
            "before": before if isinstance(before, int | float) else None,
            "verdict": str(verdict.get("text") or ""),
            "level": str(plan.get("level") or ""), "attainment": plan.get("attainment"),
            "decisions": len(asked),
            "owners": [str(row["owner"]) for row in _rows(_part(text, " actions.owners", tables))],
            "restated": tuple(str(row["month"]) for row in _rows(_part(text, " data.restated", tables))),
            "gap": _gap(figures, _part(text, "review")),
        }  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _part(text: str, key: str, start: int = 0) -> dict[str, Any]:
    """The object under a key of the top level, or with a blank before it of the level below; empty without one."""
    mark = f'\n {key[: len(key) - len(key.lstrip())]}"{key.strip()}": '
    place = text.find(mark, start)
    part = json.JSONDecoder().raw_decode(text, place + len(mark))[0] if place >= 0 else {}
    return part if isinstance(part, dict) else {}


def _rows(table: dict[str, Any], **wanted: str) -> Iterator[dict[str, Any]]:
    for row in table.get("rows") or ():
        found = dict(zip(table["columns"], row, strict=True))
        if all(found.get(name) == value for name, value in wanted.items()):
            yield found


def _gap(figures: dict[str, Any], review: dict[str, Any]) -> tuple[float, int] | None:
    """The usual gap and the days of W1 where the window is the shorter: rates of retention say little there."""
    gap = figures.get("series.usual_gap", {}).get("value")
    if not isinstance(gap, int | float) or "w1" not in review:
        return None
    first, last = map(dt.date.fromisoformat, review["w1"])
    days = (last - first).days + 1
    return (gap, days) if gap > days else None
