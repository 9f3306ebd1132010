"""Loaded by every Python process of a run under test: lets one file operation fail, or ends the process at it.

    FAULT_UNDER  count operations below this folder
    FAULT_AT     role:number, the operation concerned, counted from 1 in each process of that role
    FAULT_DO     KILL, TERM, or the name of an error such as ENOSPC
    FAULT_LOG    write down each operation: role, event, path
    FAULT_BYTES  no file may grow beyond this: writes fail, those of libraries too

Roles: main, worker, server (and the kernels forked from it), sources.
"""

import errno
import os
import sys

_WORDS = " ".join(sys.orig_argv)
_STARTED = "server" if "kernels.server" in _WORDS else "worker" if "spawn_main" in _WORDS else "main"
_count = 0


def _role() -> str:
    """The process that reads the sources is started as workers are, with another function to run."""
    reads = _STARTED == "worker" and "portfolio_review.sources.child" in sys.modules
    return "sources" if reads else _STARTED


def _path(event: str, arguments: tuple) -> str | None:
    if event == "open":
        path, mode, flags = arguments
        writes = any(sign in mode for sign in "wxa+") if mode else bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))
        return str(path) if writes and isinstance(path, str | os.PathLike) else None
    if event == "os.rename":
        return str(arguments[1])
    return str(arguments[0]) if event in ("os.mkdir", "os.remove", "os.rmdir") else None


def _watch(event: str, arguments: tuple) -> None:
    global _count
    if event not in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"):
        return
    path = _path(event, arguments)
    if path is None or not path.startswith(UNDER) or "/.logs" in path:
        return
    _count += 1
    role = _role()
    if LOG:
        line = f"{role} {event} {path.removeprefix(UNDER)}\n".encode()
        handle = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, line)
        os.close(handle)
    if f"{role}:{_count}" == AT:
        if DO in ("KILL", "TERM"):
            os.kill(os.getpid() if role == "main" else os.getppid(), 9 if DO == "KILL" else 15)
        elif event in ("open", "os.rename", "os.mkdir"):
            number = getattr(errno, DO)
            raise OSError(number, os.strerror(number), path)


UNDER = os.environ.get("FAULT_UNDER")
AT, DO, LOG = (os.environ.get(f"FAULT_{name}") for name in ("AT", "DO", "LOG"))
if UNDER:
    sys.addaudithook(_watch)
if "FAULT_BYTES" in os.environ:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ["FAULT_BYTES"]),) * 2)
