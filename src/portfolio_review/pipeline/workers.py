"""Units made side by side in worker processes; one that dies takes no other with it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.pipeline.task import UnitOutcome, UnitTask

_stages: Any = None


def _open(queue: Any) -> None:
    global _stages
    _stages = queue
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A run that is killed leaves no worker behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _get_ready() -> None:
    import portfolio_review.pipeline.unit  # noqa: F401  # the worker renders; the parent never loads that stack


def _work(task: UnitTask, environment: Mapping[str, str]) -> UnitOutcome:
    from portfolio_review.pipeline.unit import make

    os.environ.update(environment)
    return make(task, lambda unit, stage: _stages.put((unit, stage)))


def make_all(
    tasks: Sequence[UnitTask], jobs: int, stage: Callable[[str, str], None], kernels: ForkedKernels | None
) -> Iterator[UnitOutcome]:
    """Outcomes as they come. When a worker is killed, its unit has failed and the rest go on.

    `kernels` is None when every notebook has run already and only editions are rendered.
    """
    waiting = list(tasks)
    if not waiting:
        return
    while waiting:
        waiting = yield from _round(waiting, jobs, stage, kernels)
        jobs = 1  # after a death one at a time: the next one is then known by name


def _round(
    tasks: Sequence[UnitTask], jobs: int, stage: Callable[[str, str], None], kernels: ForkedKernels | None
) -> Generator[UnitOutcome, None, list[UnitTask]]:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    listener = threading.Thread(target=_listen, args=(queue, stage), daemon=True)
    listener.start()
    lost: list[UnitTask] = []
    try:
        workers = max(1, min(jobs, len(tasks)))
        with ProcessPoolExecutor(workers, context, _open, (queue,)) as pool:
            for _ in range(workers):
                pool.submit(_get_ready)  # while the kernels' server does the same
            environment = {} if kernels is None else kernels.environment()
            pending: dict[Future[UnitOutcome], UnitTask] = {
                pool.submit(_work, task, environment): task for task in tasks
            }
            while pending:
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    task = pending.pop(future)
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        lost.append(task)
    finally:
        queue.put(None)
        listener.join(timeout=5)
        queue.close()
    if lost and jobs == 1:
        yield UnitOutcome(
            lost[0].unit,
            {"passed": 0, "failed": 0},
            "its worker process was killed, for lack of memory or by a signal",
            made=False,
        )
        return lost[1:]
    return lost


def _listen(queue: Any, stage: Callable[[str, str], None]) -> None:
    while (message := queue.get()) is not None:
        stage(*message)
