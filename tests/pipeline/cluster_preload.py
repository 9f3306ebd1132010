"""Loaded by workers of the tests: units that need no stack; what their names say happens to them."""

from __future__ import annotations

import os
import signal
import sys
import time
import types
from typing import Any


def make(task: Any, stage: Any) -> Any:
    from portfolio_review.pipeline.task import UnitOutcome

    task.staged.mkdir(parents=True)
    stage(task.unit, "04_retention")
    if task.unit == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if task.unit == "endless":
        for _ in range(600):
            time.sleep(0.1)
            stage(task.unit, "endless")
    if task.unit == "odd":
        raise ValueError("a defect")
    (task.staged / "made").write_text(os.environ.get("PASSWORD", ""))
    return UnitOutcome(task.unit, {"passed": 1, "failed": 0}, seconds={"pid": os.getpid()})


def dask_setup(worker: Any) -> None:
    stub: Any = types.ModuleType("portfolio_review.pipeline.unit")
    stub.make = make
    sys.modules["portfolio_review.pipeline.unit"] = stub
    from portfolio_review.pipeline import cluster_worker

    class NoKernels:
        def environment(self, limit: int) -> dict[str, str]:
            return {"OF_THE_RUN": str(limit)}

        def __exit__(self, *_: object) -> None:
            pass

    cluster_worker.ForkedKernels = NoKernels  # type: ignore[assignment, misc]
    if "OTHER_VERSION" in os.environ:
        cluster_worker.fingerprint.versions = lambda: {"python": "2.7.18"}
