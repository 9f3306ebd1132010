"""One unit from slice to finished folder: notebooks, results, editions, manifest. Runs in a worker."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from portfolio_review import doubt, resources, slugs
from portfolio_review.delivery import manifest
from portfolio_review.errors import CheckError, NotebookError, PortfolioReviewError, UnitError
from portfolio_review.execution import fingerprint
from portfolio_review.execution.cache import RunCache
from portfolio_review.execution.kernels.pool import FOLDER
from portfolio_review.pipeline import notes, parts
from portfolio_review.pipeline.task import NOTEBOOKS, Stage, UnitOutcome, UnitTask
from portfolio_review.rendering import machine
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.editions import render
from portfolio_review.results import store
from portfolio_review.results.contract import Results
from portfolio_review.workfolder import fullest


def make(task: UnitTask, stage: Stage) -> UnitOutcome:
    """Make the unit's folder at `task.staged`; every foreseen error is in the outcome."""
    seconds: dict[str, float] = {}
    try:
        executed = execute_all(task, stage, seconds) if task.standing is None else _copied(task.standing, task.staged)
        results = store.read_notebooks(executed)
        stage(task.unit, "rendering")
        started = time.monotonic()
        results = write_editions(results, executed, task)
        seconds["rendering"] = time.monotonic() - started
    except PortfolioReviewError as error:
        return UnitOutcome(task.unit, {"passed": 0, "failed": 0}, str(error), seconds, made=False)
    except OSError as error:
        place = error.filename or fullest(task.staged, tempfile.gettempdir(), os.environ.get(FOLDER, ""))
        message = f"{place}: {error.strerror or error}; what was made before is unchanged"
        return UnitOutcome(task.unit, {"passed": 0, "failed": 0}, message, seconds, made=False)
    except MemoryError:
        return UnitOutcome(task.unit, {"passed": 0, "failed": 0}, "out of memory; lower --jobs", seconds, made=False)
    except Exception as error:  # a defect of ours must not take the other units with it
        logging.getLogger(__name__).exception("unit %s", task.unit)
        message = f"{type(error).__name__}: {error} (a defect: please report it with the log)"
        return UnitOutcome(task.unit, {"passed": 0, "failed": 0}, message, seconds, made=False)
    return UnitOutcome(task.unit, counted(results), failure(results), seconds, lacks=machine.lacks())


def failure(results: Results) -> str | None:
    """What a review is not published for: its failed checks, of the data and of what is printed; None without any."""
    failed = [check for check in results.checks if not check.passed]
    return str(CheckError("; ".join(f"check {one.id} failed: {one.detail}" for one in failed))) if failed else None


def counted(results: Results) -> dict[str, int]:
    """How many checks passed and failed."""
    failed = sum(not check.passed for check in results.checks)
    return {"passed": len(results.checks) - failed, "failed": failed}


def execute_all(task: UnitTask, stage: Stage, seconds: dict[str, float]) -> list[Path]:
    """The executed notebooks in `task.staged`: from the cache where they have run already."""
    folder = task.staged / NOTEBOOKS
    folder.mkdir(parents=True)
    work = task.slice.parent
    cache, keys = RunCache(task.cache), parts.notebook_keys(task.parts)
    deadline = time.monotonic() + task.unit_seconds
    executed = []
    for source in resources.notebooks():
        target = folder / source.name
        if not task.fresh and cache.get(keys[source.stem], target, task.staged):
            _hand_on(task.staged / resources.KEPT, work)
        else:
            stage(task.unit, source.stem)
            left = int(deadline - time.monotonic())
            if left <= 0:
                raise UnitError(f"took longer than {task.unit_seconds} s; see limits.unit_seconds")
            seconds[source.stem] = _run(task, source, target, left)
            store.read_notebooks([target], whole=False)  # only what ran to its end mark is kept
            tables = sorted(work.glob("*.parquet"))
            kept = sorted((work / resources.KEPT).iterdir()) if source.stem == resources.CLIENTS else []
            cache.put(keys[source.stem], target, work, [*tables, *kept])
            for table in tables:
                shutil.move(str(table), task.staged / table.name)
        executed.append(target)
    if not executed:
        raise NotebookError("there is no notebook to run", "")
    return executed


def _copied(standing: Path, staged: Path) -> list[Path]:
    """The executed notebooks of a review that stands, and its tables, in `staged`."""
    shutil.copytree(standing / NOTEBOOKS, staged / NOTEBOOKS, ignore=shutil.ignore_patterns("*.html"))
    for table in standing.glob("*.parquet"):
        shutil.copy2(table, staged / table.name)
    return sorted((staged / NOTEBOOKS).glob("*.ipynb"))


def _hand_on(kept: Path, work: Path) -> None:
    """Put what notebook 01 keeps for those after it beside the slice; where no slice was cut, nobody asks for it."""
    if kept.is_dir() and work.is_dir():
        shutil.rmtree(work / kept.name, ignore_errors=True)
        shutil.move(str(kept), work / kept.name)
    shutil.rmtree(kept, ignore_errors=True)


def _run(task: UnitTask, source: Path, target: Path, left: int) -> float:
    if not task.slice.is_dir():
        raise UnitError(f"{task.slice} is gone: run the same command again")
    parameters = {
        "review": task.review_id,
        "period": task.period,
        "unit": slugs.unmasked(task.unit) if task.masked else task.unit,
        "workspace": task.slice.name,
    }
    from portfolio_review.execution.runner import execute  # papermill, which a rendering alone does not need

    # papermill and the libraries below it talk to stderr; the run has its own log
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return execute(source, target, parameters, task.slice.parent, min(task.cell_seconds, left))


def with_notes(results: Results, task: UnitTask) -> Results:
    """The results with the analyst's own words, and the doubts about notes that nobody reads."""
    recorded = results.doubts
    told = replace(recorded, found=tuple(doubt.in_order((*recorded.found, *task.doubts))))
    return replace(results, notes=notes.read(task.notes), doubts=told)


def context_of(task: UnitTask) -> RunContext:
    """What the editions say of the run itself."""
    versions = dict(fingerprint.versions())
    return RunContext(
        run=task.run, issue=task.issue, program=versions.pop("portfolio-review"), libraries=versions, masked=task.masked
    )  # fmt: skip


def write_editions(results: Results, executed: Sequence[Path], task: UnitTask) -> Results:
    """The editions, `results.json` and the unit's manifest, beside the executed notebooks; returns the results with
    the checks of what is printed."""
    results, context = with_notes(results, task), context_of(task)
    checks = render(
        results,
        task.staged,
        context=context,
        formats=task.formats,
        language=task.language,
        further=task.further,
        brand=task.brand,
        pages=task.pages,
        owners=task.owners,
        notebooks_run=executed,
    )
    results = replace(results, checks=(*results.checks, *checks))
    (task.staged / "results.json").write_text(store.to_json(results), encoding="utf-8")
    document = {
        "schema": manifest.SCHEMA,
        "review": task.review_id,
        "period": task.period,
        "unit": task.unit,
        "run": task.run,
        "status": context.status,
        "language": task.language,
        "languages": [task.language, *task.further],
        "formats": list(task.formats),
        "pages": task.pages,
        "owners": task.owners,
        "machine_lacks": list(machine.lacks()),
        **parts.provenance(task.parts),
        "made_of": dict(task.parts),
        "checks": counted(results),
        "files": manifest.files_in(task.staged),
    }
    (task.staged / manifest.NAME).write_text(manifest.text(document), encoding="utf-8")
    return results
