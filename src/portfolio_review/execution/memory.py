"""How much memory there is, and how much of it one unit may take."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 400_000_000
"""Left to the rest of the machine."""
LEAST_BYTES = 1_000_000_000
"""A worker, its kernel and a report with long tables need about 0.7 GB."""
_GROUP = Path("/sys/fs/cgroup")


def available_bytes() -> int:
    """Memory that can be taken now without driving out others, the reserve kept; never below zero."""
    return max(0, min(_of_machine(), _of_group()) - RESERVE_BYTES)


def unit_bytes(jobs: int, memory_gb: float | None) -> int:
    """What one unit may take when `jobs` are made at once: its part of `limits.memory_gb`, or of half the machine."""
    allowed = int(memory_gb * 1e9) if memory_gb else os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return max(LEAST_BYTES, min(allowed, available_bytes()) // jobs)


def _of_machine() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _of_group() -> int:
    """What the container's limit leaves; without a limit, as much as one likes."""
    try:
        return int((_GROUP / "memory.max").read_text()) - int((_GROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return 1 << 62


def held_bytes() -> int | None:
    """What this process has allocated: its data alone, without files and libraries that it maps; None where the
    system does not say."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))
    return None


def limit_this_process(more: int) -> None:
    """Let this process allocate `more` bytes from now on: what needs more fails with a MemoryError.

    Where the system does not say what a process holds, nothing is limited.
    """
    held = held_bytes()
    if held is not None:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (held + more, resource.getrlimit(resource.RLIMIT_DATA)[1]))
