"""Units made side by side in worker processes; one that dies, hangs or eats memory takes no other with it.

A worker imports the stack once, says that it is ready, and makes one unit after the other. The parent
gives out units, hears of stages and outcomes, and ends a worker that overruns its time. While a worker
waits for its kernel a core is free: one unit more than jobs is in hand, so that editions of one are
rendered while notebooks of others run. Fewer workers are started where memory is short.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.execution.memory import available_bytes, held_bytes, limit_this_process, unit_bytes
from portfolio_review.pipeline.task import UnitOutcome, UnitTask

GRACE_SECONDS = 15
"""Beyond `limits.unit_seconds`, before a worker that does not end its unit itself is killed."""
TIDIED_PART, RECYCLED_PART = 1 / 4, 1 / 2
"""A worker that has taken the first part of its limit looks for what can be freed after its unit; one that still
holds the second is replaced."""
SELDOM = (100_000, 20, 50)
"""Python's collection of cycles, a hundred times rarer than it is by itself."""
_TICK_SECONDS = 0.5
AHEAD = 1
"""Units in hand beyond the jobs asked for, when these are more than one."""

_CONTEXT = multiprocessing.get_context("spawn")
NOTHING = {"passed": 0, "failed": 0}


def _serve(channel: Connection, limit: int) -> None:
    """A worker's life: ready, then a task, its stages and its outcome, until the parent closes the channel."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from portfolio_review.pipeline.unit import make  # the parent never loads what renders

    # what is imported stays: looking through it again and again took a quarter of a PDF's time
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    limit_this_process(limit)
    held = held_bytes()
    channel.send(("ready",))
    with suppress(EOFError, BrokenPipeError):
        while True:
            task, environment = channel.recv()
            os.environ.update(environment)
            outcome = make(task, lambda unit, stage: channel.send(("stage", unit, stage)))
            channel.send(("done", outcome, _grown(held, limit)))


def _grown(held: int | None, limit: int) -> bool:
    """Whether too much of the limit is taken by what earlier units left behind, their cycles cleared away."""
    now = held_bytes()
    if held is None or now is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > limit
    if now - held > limit * TIDIED_PART:
        gc.collect()  # half of a second for every unit since the last time
        now = held_bytes() or now
    return now - held > limit * RECYCLED_PART


def _end_with_parent() -> None:
    """A run that is killed leaves no worker behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@dataclass(eq=False)
class _Worker:
    limit: int
    process: Any = None
    channel: Connection = field(init=False)
    ready: bool = False
    task: UnitTask | None = None
    deadline: float = 0.0

    def __post_init__(self) -> None:
        self.channel, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, self.limit), daemon=True)
        self.process.start()
        theirs.close()

    def give(self, task: UnitTask, environment: Mapping[str, str]) -> None:
        self.task = task
        self.deadline = time.monotonic() + task.unit_seconds + GRACE_SECONDS
        with suppress(OSError):  # a worker that has died is found so in a moment
            self.channel.send((task, dict(environment)))

    def end(self) -> None:
        self.channel.close()
        self.process.kill()
        self.process.join()


@dataclass(frozen=True)
class LocalPool:
    """Workers of this machine, for as many units at once as there are jobs."""

    jobs: int
    kernels: ForkedKernels

    def start(self) -> None:
        self.kernels.start()

    def make_all(
        self, tasks: Sequence[UnitTask], stage: Callable[[str, str], None], memory_gb: float | None, *, run: bool
    ) -> Iterator[UnitOutcome]:
        return make_all(tasks, self.jobs, stage, self.kernels if run else None, memory_gb)


@contextmanager
def local_pool(jobs: int) -> Iterator[LocalPool]:
    """The pool for the time of a run."""
    with ForkedKernels() as kernels:
        yield LocalPool(jobs, kernels)


def make_all(
    tasks: Sequence[UnitTask],
    jobs: int,
    stage: Callable[[str, str], None],
    kernels: ForkedKernels | None,
    memory_gb: float | None = None,
) -> Iterator[UnitOutcome]:
    """Outcomes as they come; a unit whose worker ends before it has failed, and the rest go on.

    `kernels` is None when every notebook has run already and only editions are rendered.
    """
    waiting = list(tasks)
    if not waiting:
        return
    at_once = jobs + AHEAD if jobs > 1 else 1
    limit = unit_bytes(at_once, memory_gb)
    workers = [_Worker(limit) for _ in range(max(1, min(at_once, len(waiting), available_bytes() // limit)))]
    failed_starts = 0
    try:
        environment = {} if kernels is None else kernels.environment(limit)
        while waiting or any(worker.task for worker in workers):
            for worker in workers:
                if waiting and worker.ready and worker.task is None and _may_start(workers):
                    worker.give(waiting.pop(0), environment)
            wait([one for worker in workers for one in (worker.channel, worker.process.sentinel)], _TICK_SECONDS)
            for worker in list(workers):
                unready = not worker.ready
                ended = yield from _hear(worker, stage)
                if not ended:
                    continue
                worker.end()
                workers.remove(worker)
                failed_starts = failed_starts + 1 if unready and not worker.ready else 0
                if failed_starts == 3:
                    yield from (failed(task, "no worker process could be started; see the log") for task in waiting)
                    waiting.clear()
                elif len(workers) < len(waiting) + sum(other.task is not None for other in workers):
                    workers.append(_Worker(limit))
    finally:
        for worker in workers:
            worker.end()


def _may_start(workers: Sequence[_Worker]) -> bool:
    """Whether there is memory for one more unit; one is always made."""
    return not any(worker.task for worker in workers) or available_bytes() > 0


def _hear(worker: _Worker, stage: Callable[[str, str], None]) -> Generator[UnitOutcome, None, bool]:
    """Take a worker's messages; yields outcomes, returns whether the worker is at its end."""
    grown = False
    with suppress(EOFError, OSError):
        while worker.channel.poll():
            match worker.channel.recv():
                case ("ready",):
                    worker.ready = True
                case ("stage", unit, name):
                    stage(unit, name)
                case ("done", outcome, grown):
                    worker.task = None
                    yield outcome
    task = worker.task
    if not worker.process.is_alive():
        if task is not None:
            worker.task = None
            yield failed(task, "its worker process was killed, for lack of memory or by a signal")
        return True
    if task is not None and time.monotonic() > worker.deadline:
        worker.task = None
        yield failed(task, f"took longer than {task.unit_seconds} s and was ended; see limits.unit_seconds")
        return True
    return grown


def failed(task: UnitTask, why: str) -> UnitOutcome:
    """What became of a unit that no worker could end."""
    return UnitOutcome(task.unit, dict(NOTHING), why, made=False)
