"""Units made by the workers of a Dask cluster: the same `make(task, stage)` as in the local pool, the same bytes.

A task carries paths and settings, no address of a source: slices, cache and staging lie on storage that all workers see
under the same paths. A worker makes one unit at a time, for notebooks run in the working folder of their process.
"""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portfolio_review.errors import UsageError
from portfolio_review.pipeline.task import UnitOutcome, UnitTask
from portfolio_review.pipeline.workers import failed

CONNECT_SECONDS = 10
WORKERLESS_SECONDS = 60.0
"""How long a run waits for workers: at its start, and when none is left."""
_TICK_SECONDS, LOOK_SECONDS = 0.1, 2.0
_PROBE = "seen-by-workers"


class Cluster:
    """Workers that were looked at: of this version, of one thread each, seeing the same storage."""

    def __init__(self, client: Any, run: str, address: str, at_once: int) -> None:
        self._client = client
        self._run = run
        self._address = address
        self._at_once = at_once

    def start(self) -> None:
        """Each worker gets ready by itself."""

    def make_all(
        self, tasks: Sequence[UnitTask], stage: Callable[[str, str], None], memory_gb: float | None, *, run: bool = True
    ) -> Iterator[UnitOutcome]:
        """Outcomes as they come, as `workers.make_all`; a unit whose worker ends has failed, and the rest go on."""
        from portfolio_review.pipeline.cluster_worker import LOST, identity, make_unit

        self._client.subscribe_topic(self._run, lambda event: stage(*event[1]))
        words = (self._run, self._at_once, memory_gb, identity())
        futures: dict[Any, UnitTask] = {}
        for task in tasks:  # the largest come first
            futures[self._client.submit(make_unit, _absolute(task), *words, pure=False, retries=0)] = task
        met = looked = time.monotonic()
        try:
            while futures:
                for future in [one for one in futures if one.done()]:
                    task = futures.pop(future)
                    if future.status == "finished":
                        yield future.result()
                    else:
                        error = future.exception()
                        lost = type(error).__name__ in ("KilledWorker", "CancelledError")
                        yield failed(task, LOST if lost else f"{type(error).__name__}: {error}")
                if time.monotonic() - looked > LOOK_SECONDS:
                    looked = time.monotonic()
                    met = looked if self._workers() else met
                if looked - met > WORKERLESS_SECONDS:
                    yield from (failed(task, f"no worker is left at {self._address}") for task in futures.values())
                    return
                time.sleep(_TICK_SECONDS)
        finally:
            with suppress(Exception):  # of a cluster that is gone
                self._client.cancel(list(futures), force=True)
                self._client.unsubscribe_topic(self._run)

    def _workers(self) -> int:
        return len(self._client.scheduler_info().get("workers", ()))


@contextmanager
def connected(address: str, staging: Path) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `address`; `UsageError` when there is none, or a worker cannot do the work.

    staging: the run's folder, which every worker must see.
    """
    try:
        from distributed import Client

        from portfolio_review.pipeline.cluster_worker import Kernels
    except ImportError:
        raise UsageError(
            "--cluster: the library is not installed (distributed): pip install 'portfolio-review[cluster]'"
        ) from None
    run = f"portfolio-review-{uuid.uuid4().hex}"
    place = address if "://" in address else f"tcp://{address}"
    try:
        if not urlsplit(place).port:
            raise ValueError
        client = Client(place, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError):
        raise UsageError(
            f"--cluster {address}: no scheduler answers there; expected its address, as in tcp://scheduler:8786"
        ) from None
    try:
        at_once = _looked_at(client, address, staging)
        client.register_plugin(Kernels(run))
        yield Cluster(client, run, address, at_once)
    finally:
        with suppress(Exception):  # of a cluster that is gone
            client.unregister_worker_plugin(run)
        with suppress(Exception):
            client.close(timeout=CONNECT_SECONDS)


def _looked_at(client: Any, address: str, staging: Path) -> int:
    """How many workers share a machine at most; raises `UsageError` with what each lacks."""
    from portfolio_review.pipeline.cluster_worker import differs, identity, seen, threads

    try:
        client.wait_for_workers(1, timeout=WORKERLESS_SECONDS)
    except TimeoutError:
        raise UsageError(f"--cluster {address}: it has no worker") from None
    probe, word = staging / _PROBE, uuid.uuid4().hex
    probe.write_text(word, encoding="ascii")
    expected = identity()
    workers = client.scheduler_info(n_workers=-1)["workers"]
    lacking = {}
    for worker, found in client.run(seen, str(probe), on_error="return").items():
        if isinstance(found, BaseException):
            lacking[worker] = f"the program cannot be loaded there ({type(found).__name__}: {found})"
            continue
        its, read = found
        said = differs(its, expected) or threads(workers.get(worker, {}).get("nthreads", 1))
        if not said and read != word:
            said = f"it does not see {staging}; reports must lie on storage that every worker has under the same path"
        if said:
            lacking[worker] = said
    if lacking:
        raise UsageError(
            "\n  ".join([f"--cluster {address}:", *(f"worker {w}: {said}" for w, said in lacking.items())])
        )
    return max(Counter(one["host"] for one in workers.values()).values())


def _absolute(task: UnitTask) -> UnitTask:
    """The task with paths that mean the same in the working folder of a worker."""
    paths = {
        field.name: value.absolute()
        for field in dataclasses.fields(task)
        if isinstance(value := getattr(task, field.name), Path)
    }
    return dataclasses.replace(task, **paths)  # type: ignore[arg-type]
