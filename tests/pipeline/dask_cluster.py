"""A Dask scheduler and workers on loopback, in processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

SRC = Path(__file__).parents[2] / "src"


def _environment(**more: str) -> dict[str, str]:
    """As of a machine that is no part of this session: its kernels are not ours."""
    ours = ("PORTFOLIO_REVIEW_", "JUPYTER_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(SRC), **more}


class Running:
    """What runs; `address` is the scheduler's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

    def worker(self, *words: str, threads: int = 1, **environment: str) -> None:
        """Start a worker."""
        self._start(
            "worker", self.address, "--host", "127.0.0.1", "--nthreads", str(threads), "--no-dashboard",
            "--local-directory", str(self._folder), *words, **environment,
        )  # fmt: skip

    def _start(self, *words: str, **environment: str) -> None:
        command: Sequence[str] = (sys.executable, "-m", "dask", *words)
        quiet = subprocess.DEVNULL
        self._processes.append(
            subprocess.Popen(
                command, stdout=quiet, stderr=quiet, env=_environment(**environment), cwd=self._folder,
                start_new_session=True,
            )
        )  # fmt: skip

    def kill_workers(self) -> None:
        """As the system does for lack of memory."""
        for one in self._processes[1:]:
            os.killpg(one.pid, signal.SIGKILL)

    def end(self) -> None:
        for one in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


@contextmanager
def dask(folder: Path) -> Iterator[Running]:
    """A scheduler without workers."""
    running = Running(folder)
    try:
        yield running
    finally:
        running.end()
