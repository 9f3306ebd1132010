"""jupyter_client's way to our forked kernels; a plain kernel where there is no server to fork from."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool

from portfolio_review.execution.kernels.pool import ADDRESS, FOLDER, ForkedKernels

START_SECONDS = 60
KILL_SECONDS = 1

log = logging.getLogger("portfolio_review.kernels")


@cache
def _own_server() -> ForkedKernels:
    """The server of this process (JupyterLab, papermill, pytest), for kernels outside a run; it ends with it."""
    server = ForkedKernels()
    server.start()
    return server


class ForkProvisioner(LocalProvisioner):
    """Launches kernels by asking a server to fork; everything else as for a local process.

    Within a run the server's address is in the environment. The kernel spec `portfolio-review` has
    `own_server`: there the first kernel of a process starts a server that the others are forked from.
    """

    own_server = Bool(False, config=True)
    _own: dict[str, str] = {}  # noqa: RUF012  # replaced, never changed

    async def pre_launch(self, **words: Any) -> dict[str, Any]:
        if self.own_server and ADDRESS not in os.environ:
            # waited for aside: JupyterLab goes on meanwhile
            self._own = await asyncio.get_running_loop().run_in_executor(None, _own_server().environment)
            if FOLDER in self._own and self.parent is not None and self.parent.transport == "tcp":
                self.parent.transport = "ipc"  # no port is opened
                self.parent.ip = str(Path(self._own[FOLDER], uuid4().hex[:8]))
        return await super().pre_launch(**words)

    async def launch_kernel(self, cmd: list[str], **words: Any) -> KernelConnectionInfo:
        address = os.environ.get(ADDRESS) or self._own.get(ADDRESS)
        argv = _kernel_arguments(cmd)
        if not address or argv is None:
            return await super().launch_kernel(cmd, **words)
        try:
            request = {
                "argv": argv,
                "cwd": words.get("cwd") or os.getcwd(),
                "env": dict(words.get("env") or os.environ),
            }
            process = ForkedProcess(address, request)
        except OSError as error:
            log.warning("kernels are not forked but started anew, which takes seconds each: %s", error)
            return await super().launch_kernel(cmd, **words)
        self.process = process  # type: ignore[assignment]  # all that a provisioner asks of a Popen
        self.pid = self.pgid = process.pid
        self.cwd = words.get("cwd")
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end, of which we are told; jupyter_client would look ten times a second."""
        await super().kill(restart=restart)
        deadline = time.monotonic() + KILL_SECONDS
        while isinstance(self.process, ForkedProcess) and self.process.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(0.002)


def _kernel_arguments(cmd: list[str]) -> list[str] | None:
    """The arguments behind `python -m ipykernel_launcher`; None for a kernel of another kind."""
    return cmd[cmd.index("ipykernel_launcher") + 1 :] if "ipykernel_launcher" in cmd else None


class ForkedProcess:
    """What `subprocess.Popen` is to a child, for a kernel that is the server's child."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: dict[str, Any]) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(START_SECONDS)
            self._socket.connect(address)
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            self._read = b""
            self.pid: int = self._message()["pid"]
        except (OSError, KeyError):
            self._socket.close()
            raise
        self._socket.setblocking(False)
        self.returncode: int | None = None

    def _message(self) -> dict[str, int]:
        while b"\n" not in self._read:
            data = self._socket.recv(4096)
            if not data:
                raise ConnectionError("the process that kernels are forked from has gone")
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        found: dict[str, int] = json.loads(line)
        return found

    def poll(self) -> int | None:
        """The exit code; None while the kernel runs. A kernel whose server died counts as killed."""
        if self.returncode is None:
            try:
                self.returncode = self._message()["exit"]
            except BlockingIOError:
                return None
            except OSError:
                self.returncode = -signal.SIGKILL
            self._socket.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, waited for."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"kernel {self.pid} still runs after {timeout} s")
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        """Signal the kernel, unless it has ended: its number may be another process by now."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)
