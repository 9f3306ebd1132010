"""`render`: the editions again from the executed notebooks that stand in place; no kernel starts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from portfolio_review import doubt
from portfolio_review.calendar import Period
from portfolio_review.delivery import drafts, manifest, portal
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.delivery.publish import put, series_folder, write_text
from portfolio_review.errors import MissingFileError, PortfolioReviewError, UsageError, nearest
from portfolio_review.pipeline import languages as speaking
from portfolio_review.pipeline import notes, parts
from portfolio_review.pipeline.masked import is_masked
from portfolio_review.pipeline.run import PeriodReport, RunReport, Watcher, load_review
from portfolio_review.pipeline.task import NOTEBOOKS, UnitTask
from portfolio_review.pipeline.unit import counted, failure, write_editions
from portfolio_review.rendering import machine
from portfolio_review.rendering.context import Issue
from portfolio_review.results import store
from portfolio_review.results.contract import Results
from portfolio_review.review import Review


def render(
    file: Path, out: Path, period: str, units: tuple[str, ...], languages: Sequence[str], watch: Watcher
) -> RunReport:
    """Render the units of a period again; a unit that fails keeps its old editions."""
    review = load_review(file, languages)
    asked = Period.parse(period)
    speaking.refuse_another(out / review.id, review)
    folder = out / review.id / str(asked)
    known = manifest.read(folder)
    if known is None:
        what = (
            f"{folder / manifest.NAME} is damaged" if (folder / manifest.NAME).exists() else f"{folder} has no reviews"
        )
        raise MissingFileError(f"{what}: make them with `portfolio-review run {file} --period {asked}`")
    entries = {entry["unit"]: UnitEntry(**entry) for entry in known["units"]}
    unknown = [unit for unit in units if unit not in entries]
    if unknown:
        raise UsageError(
            "; ".join(f"unit '{unit}' was not made for {asked}{nearest(unit, entries)}" for unit in unknown)
        )
    chosen = list(dict.fromkeys(units)) or [unit for unit, entry in entries.items() if entry.files]
    with series_folder(out / review.id) as staging:
        watch.units(str(asked), chosen)
        for unit in chosen:
            watch.stage(unit, "rendering")
            entries[unit] = _render_unit(review, file, str(asked), entries[unit], folder, staging)
            watch.ended(entries[unit])
        known["units"] = [vars(entry) for entry in entries.values()]
        write_text(folder / manifest.NAME, manifest.text(known))
        portal.write(out / review.id, review, file)
    ended = PeriodReport(str(asked), folder, tuple(entries[unit] for unit in chosen))
    return RunReport(review.id, (ended,), tuple(f"warning: this machine: {said}" for said in machine.lacks()))


def _render_unit(review: Review, file: Path, period: str, entry: UnitEntry, folder: Path, staging: Path) -> UnitEntry:
    target, staged = folder / entry.slug, staging / entry.slug
    made = manifest.read(target)
    if made is None or "made_of" not in made:
        return replace(
            entry,
            status="failed",
            error=f"{target} has no manifest that tells what it was made of; make the unit again with run",
        )
    if manifest.digest(target) != entry.manifest_sha256 or manifest.damaged(target, made):
        said = f"{target} is not what its run left there; make the unit again with run"
        return replace(entry, status="failed", error=said)
    try:
        results = again(review, file, period, entry, target, staged)
        drafts.keep(staged, target)
        put(staged, target)
    except PortfolioReviewError as error:
        return replace(entry, status="failed", error=str(error))
    files, hash = manifest.files_in(target), manifest.digest(target)
    wrong = failure(results)
    return replace(
        entry, status="failed" if wrong else "made", error=wrong, files=files, checks=counted(results),
        manifest_sha256=hash,
    )  # fmt: skip


def again(
    review: Review, file: Path, period: str, entry: UnitEntry, target: Path, staged: Path, issue: Issue | None = None
) -> Results:
    """The editions of the review in `target`, from its executed notebooks, in the folder `staged` beside copies of
    these; see `write_editions`."""
    made_of = (manifest.read(target) or {})["made_of"]
    shutil.copytree(target / NOTEBOOKS, staged / NOTEBOOKS, ignore=shutil.ignore_patterns("*.html"))
    for table in target.glob("*.parquet"):
        shutil.copy2(table, staged / table.name)
    executed = sorted((staged / NOTEBOOKS).glob("*.ipynb"))
    results = store.read_notebooks(executed)
    told = json.loads((target / "results.json").read_text(encoding="utf-8"))["doubts"]
    doubts = doubt.judged(notes.told(told), review.accepted)  # which no notebook has recorded
    editions = parts.of_editions(review, file, period, entry.unit, entry.slug, doubts)
    if is_masked(made_of):
        editions[parts.NOTES] = made_of[parts.NOTES]
    made_of = {**made_of, **editions}
    task = UnitTask.of(review, file, period, entry.unit, entry.slug, made_of, staged, staged, staged, doubts=doubts)
    return write_editions(results, executed, task, issue)
