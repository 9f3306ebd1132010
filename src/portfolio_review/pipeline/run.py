"""The seven steps in order: review file → sources → slices → metrics in notebooks → results → rendering → delivery."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portfolio_review import resources
from portfolio_review import review as review_files
from portfolio_review import sources as source_files
from portfolio_review.calendar import Period, last_complete_month
from portfolio_review.delivery import manifest, portal
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.delivery.publish import put, series_folder, write_text
from portfolio_review.errors import (
    EXIT_ALL_FAILED,
    EXIT_DONE,
    EXIT_SOME_FAILED,
    DataRefusedError,
    PublishError,
    UsageError,
    nearest,
)
from portfolio_review.execution import fingerprint
from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.pipeline import earlier, notes
from portfolio_review.pipeline.task import UnitTask
from portfolio_review.pipeline.workers import make_all
from portfolio_review.review import Review
from portfolio_review.slices import ALL, build, store
from portfolio_review.sources import Sources

log = logging.getLogger("portfolio_review")


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    file: Path
    out: Path
    period: str | None = None
    units: tuple[str, ...] = ()
    jobs: int = 1
    force: bool = False
    language: str | None = None


@dataclass(frozen=True)
class Watcher:
    """Who is told what goes on: the steps of the run, the stage of each unit, each unit that ended."""

    step: Callable[[str], None] = lambda text: None
    units: Callable[[str, Sequence[str]], None] = lambda period, units: None
    stage: Callable[[str, str], None] = lambda unit, stage: None
    ended: Callable[[UnitEntry], None] = lambda entry: None


@dataclass(frozen=True)
class PeriodReport:
    """What a run left for one period."""

    period: str
    folder: Path
    units: tuple[UnitEntry, ...] = ()
    refused: str | None = None


@dataclass(frozen=True)
class RunReport:
    """What a run left, and the exit code that says so."""

    review: str
    periods: tuple[PeriodReport, ...]
    warnings: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        failed = [entry for report in self.periods for entry in report.units if entry.status == "failed"]
        total = sum(len(report.units) for report in self.periods)
        refused = any(report.refused for report in self.periods)
        if not failed and not refused:
            return EXIT_DONE
        return EXIT_ALL_FAILED if len(failed) == total else EXIT_SOME_FAILED


def load_review(file: Path, language: str | None = None) -> Review:
    """The review file, its expressions parsed too; all its faults at once."""
    review = review_files.load(file, language=language)
    source_files.check_expressions(review, str(file))
    return review


def run(options: Options, watch: Watcher) -> RunReport:
    """Make the reviews asked for; see `Options`."""
    review = load_review(options.file, options.language)
    periods = Period.parse_range(options.period) if options.period else None
    with series_folder(options.out / review.id) as staging, ForkedKernels() as kernels:
        watch.step("sources: read and validate")
        tables = staging / "tables"
        tables.mkdir()
        found = source_files.read(review, options.file.parent, tables)
        log.info("sources: %d rows, history %s to %s", found.source_rows, found.history_start, found.data_until)
        periods = periods or [Period.of_month(last_complete_month(found.data_until))]
        reports = []
        for period in periods:
            try:
                reports.append(_period(options, review, found, period, staging, watch, kernels))
            except DataRefusedError as error:
                if len(periods) == 1:
                    raise
                reports.append(PeriodReport(str(period), options.out / review.id / str(period), refused=str(error)))
        portal.write(options.out / review.id, review, options.file)
    return RunReport(review.id, tuple(reports), tuple(str(fault) for fault in found.warnings))


def _period(
    options: Options,
    review: Review,
    found: Sources,
    period: Period,
    staging: Path,
    watch: Watcher,
    kernels: ForkedKernels,
) -> PeriodReport:
    watch.step(f"slices: {period}")
    folder = options.out / review.id / str(period)
    work = staging / str(period)
    work.mkdir()
    made = build.build(review, found, period, work / "slices", list(dict.fromkeys(options.units)) or None)
    units = _asked(options.units, made, review, period)
    watch.units(str(period), units)
    inputs = [
        {"table": i.table, "path": i.path, "sha256": i.sha256, "bytes": i.bytes, "rows": i.rows} for i in found.inputs
    ]
    entries: dict[str, UnitEntry] = {}
    tasks = []
    for unit in units:
        if unit not in made.active:
            entries[unit] = UnitEntry(
                unit,
                build.slug(unit),
                "failed",
                f"no purchase in {period}'s W1, so there is nothing to review",
            )
            watch.ended(entries[unit])
            continue
        before = earlier.lists(options.out / review.id, build.slug(unit), period)
        if before is not None:
            store.write_earlier_lists(made.units[unit], *before)
        decided = earlier.decisions(options.out / review.id, build.slug(unit), period)
        if decided is not None:
            store.write_earlier_decisions(made.units[unit], *decided)
        strategic = earlier.strategic(options.out / review.id, build.slug(unit), period)
        store.write_earlier_review(made.units[unit], strategic)
        task = _task(options, review, period, unit, made.units[unit], work, inputs)
        cached = None if options.force else _cached(folder / task.slug, task)
        if cached is None:
            tasks.append(task)
        else:
            entries[unit] = cached
            watch.ended(cached)
    for outcome in make_all(tasks, options.jobs, watch.stage, kernels):
        task = next(task for task in tasks if task.unit == outcome.unit)
        entries[outcome.unit] = _ended(outcome, task, folder)
        log.info("unit %s: %s %s", outcome.unit, entries[outcome.unit].status, outcome.seconds)
        watch.ended(entries[outcome.unit])
    if not any(entry.unit in made.active for entry in entries.values()):
        window = period.window(review.window_months)
        raise DataRefusedError(
            f"period {period}: no purchase of {', '.join(units)} lies in W1 ({window.start} to {window.end}); "
            "choose another period or unit"
        )
    ordered = tuple(entries[unit] for unit in units)
    _write_period_manifest(folder, review.id, str(period), ordered, inputs)
    shutil.rmtree(work, ignore_errors=True)
    return PeriodReport(str(period), folder, ordered)


def _asked(asked: Sequence[str], made: build.Slices, review: Review, period: Period) -> tuple[str, ...]:
    if not made.active:
        window = period.window(review.window_months)
        raise DataRefusedError(
            f"period {period}: no purchase lies in W1 ({window.start} to {window.end}); "
            "choose another period with --period, or check the dates of transactions"
        )
    unknown = [unit for unit in asked if unit not in made.known]
    if unknown:
        raise UsageError(
            "; ".join(f"unit '{unit}' does not exist{nearest(unit, made.known)}" for unit in unknown)
            + f". Units: {', '.join(made.known[:20])}{', …' if len(made.known) > 20 else ''}"
        )
    return tuple(dict.fromkeys(asked)) or made.active


def _task(
    options: Options,
    review: Review,
    period: Period,
    unit: str,
    cut: Path,
    work: Path,
    inputs: Sequence[dict[str, Any]],
) -> UnitTask:
    slice_hash = store.digest(cut)
    slug = build.slug(unit)
    made_with = {
        "slice": slice_hash,
        "code": fingerprint.code_hash(),
        "notebooks": fingerprint.of_files(resources.folder("notebooks"), resources.notebooks()),
        "templates": fingerprint.of_files(
            resources.folder("templates"),
            (path for path in resources.folder("templates").rglob("*") if path.is_file()),
        ),
        "versions": fingerprint.versions(),
    }
    words = notes.file(options.file.parent, str(period), slug)
    asked = [review.language, list(review.report.formats), review.report.pages, review.report.brand]
    asked.append(notes.digest(words))
    run_id = hashlib.sha256(json.dumps([made_with, asked], sort_keys=True).encode()).hexdigest()[:8]
    return UnitTask(
        review_id=review.id,
        review_file=options.file.name,
        period=str(period),
        unit=unit,
        slug=slug,
        run=run_id,
        slice=cut,
        staged=work / "made" / slug,
        formats=review.report.formats,
        language=review.language,
        brand=None if review.report.brand is None else (options.file.parent / review.report.brand).resolve(),
        pages=review.report.pages,
        cell_seconds=review.limits.cell_seconds,
        unit_seconds=review.limits.unit_seconds,
        notes=words,
        made_with=made_with,
    )


def _cached(folder: Path, task: UnitTask) -> UnitEntry | None:
    """The unit as it stands, when it was made from the same and is whole."""
    known = manifest.read(folder)
    if known is None or known.get("run") != task.run or not manifest.is_whole(folder, known):
        return None
    checks = json.loads((folder / "results.json").read_text(encoding="utf-8"))["checks"]
    passed = sum(1 for check in checks if check["passed"])
    if passed < len(checks):
        return None
    return UnitEntry(task.unit, task.slug, "cached", None, known["files"], {"passed": passed, "failed": 0})


def _ended(outcome: Any, task: UnitTask, folder: Path) -> UnitEntry:
    if not outcome.made:
        return UnitEntry(task.unit, task.slug, "failed", outcome.error)
    target = folder / task.slug
    try:
        put(task.staged, target)
    except PublishError as error:
        return UnitEntry(task.unit, task.slug, "failed", str(error))
    files = manifest.files_in(target)
    return UnitEntry(task.unit, task.slug, "failed" if outcome.error else "made", outcome.error, files, outcome.checks)


def _write_period_manifest(
    folder: Path, review: str, period: str, entries: Sequence[UnitEntry], inputs: Sequence[dict[str, Any]]
) -> None:
    """The period's manifest; units made by earlier runs and not touched by this one stay in it."""
    mine = {entry.unit: entry for entry in entries}
    earlier = (manifest.read(folder) or {}).get("units", [])
    kept = [UnitEntry(**entry) for entry in earlier if entry["unit"] not in mine and (folder / entry["slug"]).is_dir()]
    units = sorted([*kept, *mine.values()], key=lambda entry: (entry.unit == ALL, entry.unit))
    made_with = {
        "versions": fingerprint.versions(),
        "code": fingerprint.code_hash(),
        "git_commit": fingerprint.git_commit(),
    }
    write_text(folder / manifest.NAME, manifest.text(manifest.of_period(review, period, units, inputs, made_with)))


def default_jobs() -> int:
    """As many units at once as there are cores for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
