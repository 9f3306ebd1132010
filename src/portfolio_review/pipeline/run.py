"""The seven steps in order: review file → sources → slices → metrics in notebooks → results → rendering → delivery."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portfolio_review import review as review_files
from portfolio_review import sources as source_files
from portfolio_review.calendar import Period, last_complete_month
from portfolio_review.delivery import drafts, manifest
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.delivery.publish import put, series_folder, write_text
from portfolio_review.doubt import Doubt
from portfolio_review.errors import (
    EXIT_ALL_FAILED,
    EXIT_DONE,
    EXIT_SOME_FAILED,
    DataRefusedError,
    PublishError,
    RenderingError,
    ReviewFileError,
    UsageError,
    nearest,
)
from portfolio_review.execution import fingerprint
from portfolio_review.execution.cache import RunCache
from portfolio_review.pipeline import folders
from portfolio_review.pipeline import languages as speaking
from portfolio_review.pipeline.doubted import doubted
from portfolio_review.pipeline.judge import Judgement, about_notes, judge_units
from portfolio_review.pipeline.memory import Cut
from portfolio_review.pipeline.series import Series
from portfolio_review.pipeline.task import Pool, UnitOutcome, UnitTask
from portfolio_review.pipeline.workers import local_pool
from portfolio_review.rendering import brand as brands
from portfolio_review.review import Review
from portfolio_review.sources import RESERVED_UNIT as ALL
from portfolio_review.sources import secrets

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
    languages: tuple[str, ...] = ()
    """Instead of those of the review file."""
    maker: str | None = None
    """Who runs it, for the manifest of the period."""
    if_new: bool = False
    """Whether nothing is touched, not even the portal, where every review asked for is up to date."""
    cluster: str | None = None
    """The address of a Dask scheduler, whose workers make the units instead of this machine."""


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
    lacks: tuple[str, ...] = ()
    """What the machine lacks for a rendering, each once."""
    notes: tuple[Doubt, ...] = ()
    """The doubts about files of notes."""


@dataclass(frozen=True)
class RunReport:
    """What a run left, and the exit code that says so."""

    review: str
    periods: tuple[PeriodReport, ...]
    warnings: tuple[str, ...] = field(default=())
    doubts: tuple[Mapping[str, Any], ...] = ()
    """Of the last period's review of all, in order; those that only a slice can tell are in `results.json`."""
    accepted_in_vain: tuple[str, ...] = ()
    nothing_new: str | None = None
    """Why nothing was done, where that was asked for."""

    @property
    def exit_code(self) -> int:
        failed = [entry for report in self.periods for entry in report.units if entry.status == "failed"]
        total = sum(len(report.units) for report in self.periods)
        refused = any(report.refused for report in self.periods)
        if not failed and not refused:
            return EXIT_DONE
        return EXIT_ALL_FAILED if len(failed) == total else EXIT_SOME_FAILED


def load_review(file: Path, languages: Sequence[str] = ()) -> Review:
    """The review file, its expressions parsed and its brand looked at too; all faults of its keys at once.

    From then on the addresses of its databases are in no environment: what is started inherits none.
    """
    review = review_files.load(file, languages=languages)
    secrets.take(review)
    source_files.check_expressions(review, str(file))
    try:
        brands.load(brands.find(review.report.brand, file.parent))
    except RenderingError as error:
        raise ReviewFileError(str(file), [f"report.brand: {error}"]) from None
    return review


def run(options: Options, watch: Watcher) -> RunReport:
    """Make the reviews asked for; see `Options`."""
    review = load_review(options.file, options.languages)
    periods = Period.parse_range(options.period) if options.period else None
    folder = options.out / review.id
    speaking.refuse_another(folder, review)
    with series_folder(folder) as staging, _pool(options, staging) as pool:
        series = Series(review, options.file, folder, staging, watch.step, trust=not options.force)
        if not (series.is_remembered or options.if_new):
            pool.start()  # the server of kernels gets ready while the sources are read
        latest, periods = periods is None, periods or [last_period(series)]
        if options.if_new and (why := _nothing_new(series, periods, options.units, latest)):
            return RunReport(review.id, (), nothing_new=why)
        reports = []
        for period in periods:
            try:
                reports.append(_period(options, series, period, staging, watch, pool))
            except DataRefusedError as error:
                if len(periods) == 1:
                    raise
                reports.append(PeriodReport(str(period), folder / str(period), refused=str(error)))
        from portfolio_review.delivery import portal  # what renders it is not loaded to make a plan

        portal.write(folder, review, options.file)
        RunCache(series.runs).trim()
        lacks = dict.fromkeys(said for report in reports for said in report.lacks)
        warnings = (*(str(fault) for fault in series.sources.warnings), *(f"warning: this machine: {s}" for s in lacks))
        found, not_met = doubted(review, series.sources, periods[-1], folder, reports[-1].notes)
        doubts = tuple(one.said() for one in found)
    return RunReport(review.id, tuple(reports), warnings, doubts, tuple(not_met))


def _nothing_new(series: Series, periods: Sequence[Period], asked: Sequence[str], latest: bool) -> str | None:
    """Why a run would make nothing; None where it would, or would refuse the data.

    latest: the period is the last complete one, and not one that was asked for.
    """
    count, units = 0, tuple(dict.fromkeys(asked))
    for period in periods:
        try:
            cut = series.cut(period, units)
            judged = judge_units(series, period, cut, asked_units(units, cut, series.review, period))
        except DataRefusedError:
            return None
        if any(found.action != "none" for found in judged.values()):
            return None
        count += len(judged)
    span = str(periods[0]) if len(periods) == 1 else f"{periods[0]}..{periods[-1]}"
    later = f"no complete month after it (data until {series.sources.data_until}) and " if latest else ""
    stand = "1 review is" if count == 1 else f"{count} reviews are"
    return f"{series.review.id} {span}: nothing new: {later}no changed input; {stand} up to date"


def _pool(options: Options, staging: Path) -> AbstractContextManager[Pool]:
    if options.cluster is None:
        return local_pool(options.jobs)
    from portfolio_review.pipeline.cluster import connected

    return connected(options.cluster, staging)


def last_period(series: Series) -> Period:
    """The last complete month of the sources."""
    return Period.of_month(last_complete_month(series.sources.data_until))


def _period(
    options: Options, series: Series, period: Period, staging: Path, watch: Watcher, pool: Pool
) -> PeriodReport:
    asked = tuple(dict.fromkeys(options.units))
    cut = series.cut(period, asked)
    units = asked_units(asked, cut, series.review, period)
    folders.take_over(series.folder / str(period), {unit: cut.units[unit].slug for unit in units})
    judged = judge_units(series, period, cut, units, force=options.force)
    needed = [unit for unit, found in judged.items() if found.action == "run"]
    if needed:
        pool.start()
        if not series.slices(period, cut, {unit: judged[unit].lookback for unit in needed}):
            return _period(options, series, period, staging, watch, pool)
    watch.units(str(period), units)
    makers = manifest.makers(series.folder / str(period))
    entries = {
        unit: _standing(unit, series.folder / str(period), cut, judged.get(unit), makers.get(unit)) for unit in units
    }
    for unit, found in judged.items():
        log.info("unit %s: %s: %s", unit, found.action, "; ".join(found.why) or "up to date")
        if found.action == "none":
            watch.ended(entries[unit])
    folder = series.folder / str(period)
    tasks = {
        unit: _task(options, series, period, cut, unit, found, staging)
        for unit, found in judged.items()
        if found.action != "none"
    }

    def write_manifest() -> None:
        ended = [entry for unit, entry in entries.items() if unit not in tasks]
        _write_period_manifest(folder, series, str(period), ended)

    largest_first = sorted(tasks.values(), key=_size, reverse=True)
    memory_gb = series.review.limits.memory_gb
    lacks: dict[str, None] = {}
    for outcome in pool.make_all(largest_first, watch.stage, memory_gb, run=bool(needed)):
        lacks |= dict.fromkeys(outcome.lacks)
        entries[outcome.unit] = entry = ended(outcome, tasks.pop(outcome.unit), folder, options.maker)
        log.info("unit %s: %s %s %s", entry.unit, entry.status, outcome.seconds, entry.error or "")
        watch.ended(entry)
        write_manifest()  # after each unit: it tells the truth whenever the run ends
    write_manifest()
    for said in lacks:
        log.info("this machine: %s", said)
    shutil.rmtree(staging / str(period), ignore_errors=True)
    unread = tuple(about_notes(series, period, cut))
    return PeriodReport(str(period), folder, tuple(entries.values()), lacks=tuple(lacks), notes=unread)


def asked_units(asked: Sequence[str], cut: Cut, review: Review, period: Period) -> tuple[str, ...]:
    """The units to make; `UsageError` for an unknown one, `DataRefusedError` when there is nothing to review."""
    window = period.window(review.window_months)
    if not cut.active:
        raise DataRefusedError(
            f"period {period}: no row lies in W1 ({window.start} to {window.end}); "
            "choose another period with --period, or check the dates of transactions"
        )
    unknown = [unit for unit in asked if unit not in cut.known]
    if unknown:
        raise UsageError(
            "; ".join(f"unit '{unit}' does not exist{nearest(unit, cut.known)}" for unit in unknown)
            + f". Units: {', '.join(cut.known[:20])}{', …' if len(cut.known) > 20 else ''}"
        )
    if asked and not set(asked) & set(cut.active):
        raise DataRefusedError(
            f"period {period}: no row of {', '.join(asked)} lies in W1 ({window.start} to {window.end}); "
            "choose another period or unit"
        )
    beside = {of: name for name, of in cut.masked.items()}
    return tuple(dict.fromkeys(name for unit in asked for name in (unit, beside.get(unit, unit)))) or cut.active


def _standing(unit: str, folder: Path, cut: Cut, judged: Judgement | None, maker: str | None) -> UnitEntry:
    """The unit before anything is made: as it stands in the period's folder, or why there is nothing to make."""
    slug = cut.units[unit].slug
    if judged is None:
        return UnitEntry(unit, slug, "failed", f"no row in {folder.name}'s W1, so there is nothing to review")
    if judged.stands is None:
        return UnitEntry(unit, slug, "failed", "it was not reached")
    hash = manifest.digest(folder / slug)
    return UnitEntry(unit, slug, "cached", None, judged.stands["files"], judged.stands["checks"], hash, maker)


def _task(
    options: Options, series: Series, period: Period, cut: Cut, unit: str, judged: Judgement, staging: Path
) -> UnitTask:
    slug = cut.units[unit].slug
    return UnitTask.of(
        series.review,
        series.file,
        str(period),
        unit,
        slug,
        judged.parts,
        series.slice(period, slug),
        staging / str(period) / "made" / slug,
        series.runs,
        fresh=options.force,
        doubts=judged.doubts,
    )


def _size(task: UnitTask) -> int:
    """Bytes of the slice: the largest units begin, so that no core waits for one at the end."""
    return sum(path.stat().st_size for path in task.slice.rglob("*.parquet"))


def ended(outcome: UnitOutcome, task: UnitTask, folder: Path, maker: str | None) -> UnitEntry:
    """The unit put in its place in the period's folder, or why it is not."""
    if not outcome.made:
        return UnitEntry(task.unit, task.slug, "failed", outcome.error)
    target = folder / task.slug
    try:
        drafts.keep(task.staged, target)
        put(task.staged, target)
    except PublishError as error:
        return UnitEntry(task.unit, task.slug, "failed", str(error))
    status, files = "failed" if outcome.error else "made", manifest.files_in(target)
    hash = manifest.digest(target)
    return UnitEntry(task.unit, task.slug, status, outcome.error, files, outcome.checks, hash, maker)


def _write_period_manifest(folder: Path, series: Series, period: str, entries: Sequence[UnitEntry]) -> None:
    """The period's manifest; units made by earlier runs and not touched by this one stay in it."""
    mine = {entry.unit: entry for entry in entries}
    earlier = (manifest.read(folder) or {}).get("units", [])
    taken = {entry.slug for entry in entries}
    kept = [
        UnitEntry(**entry)
        for entry in earlier
        if entry["unit"] not in mine and entry["slug"] not in taken and (folder / entry["slug"]).is_dir()
    ]
    units = sorted([*kept, *mine.values()], key=lambda entry: (entry.unit == ALL, entry.unit))
    made_with = {
        "versions": fingerprint.versions(),
        "code": fingerprint.code_hash(),
        "git_commit": fingerprint.git_commit(),
    }
    inputs = [
        {"table": i.table, "path": i.path, "sha256": i.sha256, "bytes": i.bytes, "rows": i.rows}
        | ({"version": i.version} if i.version is not None else {})
        for i in series.sources.inputs
    ]
    document = manifest.of_period(series.review.id, period, units, inputs, made_with)
    write_text(folder / manifest.NAME, manifest.text(document))


def default_jobs() -> int:
    """As many units at once as there are cores for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
