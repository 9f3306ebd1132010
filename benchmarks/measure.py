"""A command with the time it took, the processor time of all its processes, and their peak memory together."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
MARK = "PORTFOLIO_REVIEW_BENCH"
SAMPLE_SECONDS = 0.5
SAMPLE_PART = 1 / 50
"""Of a long command: to count its pages holds it up."""


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock, seconds of processor, most bytes at once (shared pages counted once)."""

    wall: float
    cpu: float
    peak_bytes: int


def run(command: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> Taken:
    """Run a command to its end; an error ends the benchmark with what the command said."""
    mark = uuid.uuid4().hex
    peak, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(max(SAMPLE_SECONDS, (time.monotonic() - began) * SAMPLE_PART)):
            peak = max(peak, sum(_bytes(process, mark) for process in Path("/proc").glob("[0-9]*")))

    before, began = _cpu(), time.monotonic()
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        done = subprocess.run(
            command, cwd=cwd, env={**os.environ, **(environment or {}), MARK: mark}, capture_output=True, text=True
        )
    finally:
        ended.set()
        watcher.join()
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return Taken(time.monotonic() - began, _cpu() - before, peak)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bytes(process: Path, mark: str) -> int:
    """Proportional memory of a process of this measurement; 0 for any other."""
    try:
        if mark.encode() not in (process / "environ").read_bytes():
            return 0
        lines = (process / "smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def program(*words: object) -> list[str]:
    """The command `portfolio-review` of this Python."""
    return [sys.executable, "-m", "portfolio_review", *map(str, words)]


def keep(name: str, **found: Any) -> None:
    """Add what was found to `results/<name>.json`, with the machine and the day; parts measured before stay."""
    RESULTS.mkdir(exist_ok=True)
    document = {**known(name), **{key: _plain(value) for key, value in found.items()}, "measured": _here()}
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def known(name: str) -> dict[str, Any]:
    """What `results/<name>.json` holds; empty when it was not measured yet."""
    path = RESULTS / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _plain(value: Any) -> Any:
    return asdict(value) if isinstance(value, Taken) else value


def _here() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 1e9, 1),
        "python": platform.python_version(),
        "load_at_end": round(os.getloadavg()[0], 1),
    }
