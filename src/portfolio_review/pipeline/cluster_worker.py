"""The side of a Dask worker: what it is looked at for, and one unit made. Imported where the extra `cluster` is."""

from __future__ import annotations

import importlib.metadata
import os
import resource
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

from portfolio_review import resources
from portfolio_review.errors import UnitError
from portfolio_review.execution import fingerprint
from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.execution.memory import limit_this_process, unit_bytes
from portfolio_review.pipeline.task import UnitOutcome, UnitTask
from portfolio_review.pipeline.workers import GRACE_SECONDS, failed

LOST = "its worker was ended, for lack of memory, by a signal or by the cluster"


class Kernels(WorkerPlugin):
    """The server that kernels of a worker are forked from, as a plugin of Dask; it ends with the run or the worker."""

    def __init__(self, run: str) -> None:
        self.name = run

    def setup(self, worker: Any) -> None:
        self._kernels = ForkedKernels()

    @contextmanager
    def environment(self, limit: int) -> Iterator[None]:
        """For the time of a unit jupyter_client finds in this process's environment where to fork kernels from.

        Units of another run have a server of their own.
        """
        before = dict(os.environ)
        os.environ.update(self._kernels.environment(limit))
        try:
            yield
        finally:
            for name in set(os.environ) - set(before):
                del os.environ[name]
            os.environ.update(before)

    def teardown(self, worker: Any) -> None:
        self._kernels.__exit__(None, None, None)


def identity() -> dict[str, str]:
    """What this process makes reviews with: code, notebooks, templates and libraries."""
    templates = resources.folder("templates")
    notebooks = resources.notebooks()
    return {
        "the code": fingerprint.code_hash(),
        "the notebooks": fingerprint.of_files(notebooks[0].parent, notebooks),
        "the templates": fingerprint.of_files(templates, (path for path in templates.rglob("*") if path.is_file())),
        "distributed": importlib.metadata.version("distributed"),
        **fingerprint.versions(),
    }


def seen(probe: str) -> tuple[dict[str, str], str | None]:
    """On a worker: what it makes reviews with, and what it finds at the path of the probe."""
    from portfolio_review.pipeline import unit  # noqa: F401  # what renders is loaded once, before the first unit

    found = None
    with suppress(OSError):
        found = Path(probe).read_text(encoding="ascii")
    return identity(), found


def make_unit(
    task: UnitTask, run: str, at_once: int, memory_gb: float | None, expected: Mapping[str, str]
) -> UnitOutcome:
    """On a worker: the unit, unless another worker died of it or this one came later and is of another version."""
    from portfolio_review.pipeline.unit import make

    worker: Any = get_worker()
    if said := differs(identity(), expected) or threads(worker.state.nthreads):
        return failed(task, f"worker {worker.address}: {said}")
    if task.staged.exists():  # Dask gives the task of a dead worker to the next
        return failed(task, LOST)

    def stage(unit: str, name: str) -> None:
        if not task.staged.parent.parent.is_dir():
            raise UnitError("the run was stopped")
        worker.log_event(run, (unit, name))

    limit = unit_bytes(at_once, memory_gb)
    before = resource.getrlimit(resource.RLIMIT_DATA)
    # a unit that does not end is ended with its worker, whose nanny starts another
    overrun = threading.Timer(task.unit_seconds + GRACE_SECONDS, os._exit, [1])
    overrun.daemon = True
    overrun.start()
    try:
        with worker.plugins[run].environment(limit):
            limit_this_process(limit)
            return make(task, stage)
    finally:
        overrun.cancel()
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, before)


def differs(found: Mapping[str, str], expected: Mapping[str, str]) -> str:
    differing = [
        name if name.startswith("the ") else f"{name} {found.get(name, 'missing')} instead of {version}"
        for name, version in expected.items()
        if found.get(name) != version
    ]
    return f"another version than here ({', '.join(differing)})" if differing else ""


def threads(count: int) -> str:
    return "" if count == 1 else f"it has {count} threads; start it with --nthreads 1"
