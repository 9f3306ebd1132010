"""Start and stop the server that kernels are forked from, for the time of a run."""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from portfolio_review.errors import UsageError
from portfolio_review.workfolder import PREFIXES, for_sockets, work_folder

ADDRESS = "PORTFOLIO_REVIEW_KERNELS"
"""Environment variable with the server's socket."""
MEMORY = "PORTFOLIO_REVIEW_KERNEL_BYTES"
"""Environment variable with what a kernel may allocate beyond what it starts with."""
FOLDER = "PORTFOLIO_REVIEW_SOCKETS"
"""Environment variable with the folder of sockets and connection files, which ends with the run."""

OPEN_FILES = 256
"""A kernel and its client open some fifty."""
ADDRESS_SPACE = 1_000_000_000
"""Bytes: what a kernel's imports take is 0.7 GB, and where there is less OpenBLAS asks for its buffer for ever."""

# one BLAS thread: reviews run side by side, and the same sums in the same order give the same bits
KERNEL_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}

PROVISIONER = "portfolio-review-fork"
_DEFAULT = "JUPYTER_DEFAULT_PROVISIONER_NAME"
_SERVER = "portfolio_review.execution.kernels.server"

log = logging.getLogger("portfolio_review.kernels")


class ForkedKernels:
    """The server for the time of a `with` block; `start` lets it get ready, `environment` waits for it.

    It ends with the block, or with this process, and takes its kernels with it. Where the system
    cannot fork soundly, or the server does not start, kernels are started anew and the log says so.
    """

    def __init__(self) -> None:
        self._folders = ExitStack()
        self._folder = ""
        self._server: subprocess.Popen[bytes] | None = None
        self._environment: dict[str, str] | None = None

    def __enter__(self) -> ForkedKernels:
        return self

    def start(self) -> None:
        """Start the server, unless it has been; a run in which no notebook runs never does."""
        if self._server is not None or self._environment is not None:
            return
        if ADDRESS in os.environ:  # within a run that has its server already
            self._environment = {name: os.environ[name] for name in (ADDRESS, _DEFAULT, FOLDER) if name in os.environ}
            return
        if not hasattr(os, "fork") or sys.platform == "darwin":
            log.info("kernels are started anew: this system does not fork soundly")
            self._environment = {}
            return
        _require_open_files()
        _require_memory()
        self._folder = str(self._folders.enter_context(work_folder(PREFIXES[1], for_sockets())))
        self._server = subprocess.Popen(
            [sys.executable, "-m", _SERVER, _address(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **KERNEL_ENVIRONMENT},
            start_new_session=True,
        )

    def environment(self, memory_bytes: int | None = None) -> dict[str, str]:
        """Environment variables under which jupyter_client forks its kernels, each with a limit of memory."""
        self.start()
        if self._environment is None:
            server, folder = self._server, self._folder
            if server and server.stdout and server.stdout.readline() == b"ready\n":
                self._environment = {
                    ADDRESS: _address(folder),
                    _DEFAULT: PROVISIONER,
                    FOLDER: folder,
                    "JUPYTER_RUNTIME_DIR": folder,
                }
            else:
                log.warning("kernels are started anew: the process to fork them from did not start")
                self._environment = {}
        limit = {} if memory_bytes is None else {MEMORY: str(memory_bytes)}
        return {**self._environment, **limit}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server = self._server
        if server is not None and server.stdin is not None and server.stdout is not None:
            server.stdin.close()
            server.stdout.close()
            if self._environment is None:
                server.kill()  # it still imports, and no kernel is its child
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        self._folders.close()  # the server has removed the folder already, if it could


def _require_open_files() -> None:
    """Let this process and those it starts open enough files; `UsageError` where the system allows too few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = hard == resource.RLIM_INFINITY
    if soft < OPEN_FILES and (unlimited or soft < hard):
        soft = OPEN_FILES if unlimited else min(hard, OPEN_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft < OPEN_FILES:
        raise UsageError(
            f"a process may open {soft} files at once here, notebooks need {OPEN_FILES}: raise the limit, "
            f"for instance with ulimit -n {OPEN_FILES}"
        )


def _require_memory() -> None:
    """`UsageError` where a process may take less memory than the notebooks' libraries do."""
    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    if allowed != resource.RLIM_INFINITY and allowed < ADDRESS_SPACE:
        raise UsageError(
            f"a process may take {allowed / 1e6:.0f} MB of memory here, notebooks need {ADDRESS_SPACE / 1e6:.0f} MB "
            "and more: raise the limit, for instance with ulimit -v unlimited"
        )


def _address(folder: str) -> str:
    return str(Path(folder, "kernels"))
