"""The process that kernels are forked from: it imports what notebooks use, and never computes.

Run as `python -m portfolio_review.execution.kernels.server SOCKET`. A client connects, sends one line of
JSON (`argv`, `cwd`, `env`), gets `{"pid": …}`, and later `{"exit": …}` on the same connection. When a
client goes away its kernel is killed with its process group; when the parent goes away (end of the
standard input) so are all kernels and the server. One thread, so that each fork is sound.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import selectors
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from portfolio_review import resources
from portfolio_review.execution import dependencies
from portfolio_review.execution.kernels.pool import MEMORY
from portfolio_review.execution.memory import limit_this_process

BACKLOG = 64
LONGEST_REQUEST = 1 << 20
STACK = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "bdb",
    "faulthandler",
    "fontpkg_ibm_plex_sans",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "matplotlib_inline.backend_inline",
    "portfolio_review.execution.kernels.application",
    "scipy.optimize",
    "sqlite3",
    "tornado.platform.asyncio",
)
"""What a kernel needs besides the notebooks' modules; each brings in the libraries below it."""


def main(path: str) -> None:
    """Serve on the socket `path` until the standard input ends."""
    with _ending_with_parent(Path(path).parent):
        _import_stack()
    Server(path).run()


@contextmanager
def _ending_with_parent(folder: Path) -> Iterator[None]:
    """End at once when the standard input does; importing takes seconds in which nothing else would look.

    The thread that looks has ended with the block: before a fork there is one thread alone.
    """
    stopped, stop = os.pipe()

    def look() -> None:
        readable, _, _ = select.select([sys.stdin.fileno(), stopped], [], [])
        if stopped not in readable:
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.close(stop)
        thread.join()
        os.close(stopped)


def _import_stack() -> None:
    ours = {module for notebook in resources.notebooks() for module in dependencies.modules_of_notebook(notebook)}
    for name in (*STACK, *sorted(ours)):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # the pages of what was imported stay shared with every kernel


class Server:
    """Forks a kernel per connection and tells each client when its kernel has ended."""

    def __init__(self, path: str) -> None:
        self._folder = Path(path).parent
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen(BACKLOG)
        self._clients: dict[int, socket.socket] = {}
        self._requests: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def run(self) -> None:
        """The loop: new clients, requests, ended kernels, the end of the parent."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for source in (self._listener, self._wake_read, sys.stdin.fileno()):
            self._selector.register(source, selectors.EVENT_READ)
        try:
            print("ready", flush=True)
        except OSError:  # the parent went away meanwhile
            self._end()
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    client, _ = self._listener.accept()
                    self._requests[client] = b""
                    self._selector.register(client, selectors.EVENT_READ)
                elif key.fileobj == self._wake_read:
                    os.read(self._wake_read, 4096)
                    self._reap()
                elif key.fileobj == sys.stdin.fileno():
                    self._end()
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)

    def _read(self, client: socket.socket) -> None:
        try:
            data = client.recv(65536)
        except OSError:
            data = b""
        known = self._requests.get(client)
        if not data or known is None or len(known) + len(data) > LONGEST_REQUEST:
            self._forget(client)
            return
        self._requests[client] = known + data
        if data.endswith(b"\n"):
            del self._requests[client]
            self._fork(client, json.loads(known + data))

    def _fork(self, client: socket.socket, request: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            self._become_kernel(request)
        self._clients[pid] = client
        with suppress(OSError):
            client.sendall(json.dumps({"pid": pid}).encode() + b"\n")

    def _become_kernel(self, request: dict[str, Any]) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.setsid()
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(nowhere, descriptor)
            # every socket and pipe of the server is the server's alone
            os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1 if os.path.isdir("/proc/self/fd") else 256)
            os.environ.clear()
            os.environ.update(request["env"])
            if MEMORY in os.environ:
                limit_this_process(int(os.environ[MEMORY]))
            os.chdir(request["cwd"])
            from portfolio_review.execution.kernels.application import ForkedKernelApp

            ForkedKernelApp.launch_instance(argv=request["argv"])
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            client = self._clients.pop(pid, None)
            if client is not None:
                with suppress(OSError):
                    client.sendall(json.dumps({"exit": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
                self._close(client)

    def _forget(self, client: socket.socket) -> None:
        self._requests.pop(client, None)
        for pid in [pid for pid, owner in self._clients.items() if owner is client]:
            del self._clients[pid]
            _kill(pid)
        self._close(client)

    def _close(self, client: socket.socket) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(client)
        client.close()

    def _end(self) -> NoReturn:
        for pid in self._clients:
            _kill(pid)
        shutil.rmtree(self._folder, ignore_errors=True)  # a parent that was killed could not
        os._exit(0)


def _kill(pid: int) -> None:
    """A kernel leads its own process group; right after its fork it may not yet."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
