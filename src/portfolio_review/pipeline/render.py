"""`render`: the editions again from the executed notebooks that stand in place; no kernel starts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from portfolio_review import doubt
from portfolio_review.calendar import Period
from portfolio_review.delivery import manifest, portal
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.delivery.publish import series_folder, write_text
from portfolio_review.errors import MissingFileError, UsageError, nearest
from portfolio_review.pipeline import languages as speaking
from portfolio_review.pipeline import notes, parts
from portfolio_review.pipeline.parts import is_masked
from portfolio_review.pipeline.run import PeriodReport, RunReport, Watcher, default_jobs, ended, load_review
from portfolio_review.pipeline.task import UnitTask
from portfolio_review.pipeline.workers import make_all
from portfolio_review.rendering.context import Issue
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
    lacks: dict[str, None] = {}
    with series_folder(out / review.id) as staging:
        watch.units(str(asked), chosen)
        tasks = {}
        for unit in chosen:
            entry = entries[unit]
            if said := _unfit(folder / entry.slug, entry):
                entries[unit] = replace(entry, status="failed", error=said)
                watch.ended(entries[unit])
            else:
                tasks[unit] = task_of(review, file, str(asked), entry, folder / entry.slug, staging / entry.slug)
        for outcome in make_all([*tasks.values()], default_jobs(), watch.stage, None, review.limits.memory_gb):
            lacks |= dict.fromkeys(outcome.lacks)
            before = entries[outcome.unit]
            made = ended(outcome, tasks[outcome.unit], folder, before.maker)
            entries[outcome.unit] = made if made.files else replace(before, status=made.status, error=made.error)
            watch.ended(entries[outcome.unit])
        known["units"] = [vars(entry) for entry in entries.values()]
        write_text(folder / manifest.NAME, manifest.text(known))
        portal.write(out / review.id, review, file)
    report = PeriodReport(str(asked), folder, tuple(entries[unit] for unit in chosen))
    return RunReport(review.id, (report,), tuple(f"warning: this machine: {said}" for said in lacks))


def _unfit(target: Path, entry: UnitEntry) -> str | None:
    """Why what lies in `target` cannot be rendered again."""
    made = manifest.read(target)
    if made is None or "made_of" not in made:
        return f"{target} has no manifest that tells what it was made of; make the unit again with run"
    if manifest.digest(target) != entry.manifest_sha256 or manifest.damaged(target, made):
        return f"{target} is not what its run left there; make the unit again with run"
    return None


def task_of(
    review: Review, file: Path, period: str, entry: UnitEntry, target: Path, staged: Path, issue: Issue | None = None
) -> UnitTask:
    """To make the editions of the review in `target` from its executed notebooks, in the folder `staged` beside copies
    of these."""
    made_of = (manifest.read(target) or {})["made_of"]
    told = json.loads((target / "results.json").read_text(encoding="utf-8"))["doubts"]
    doubts = doubt.judged(notes.told(told), review.accepted)  # which no notebook has recorded
    editions = parts.of_editions(review, file, period, entry.unit, entry.slug, doubts)
    if is_masked(made_of):
        editions[parts.NOTES] = made_of[parts.NOTES]
    made_of = {**made_of, **editions}
    task = UnitTask.of(review, file, period, entry.unit, entry.slug, made_of, staged, staged, staged, doubts=doubts)
    return replace(task, standing=target, issue=issue)
