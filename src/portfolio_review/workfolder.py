"""Temporary folders that go when their process does: at its end, or when it was killed with the next command's start.

A folder holds a file that its process keeps locked. One whose lock is free belongs to nobody.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portfolio_review.errors import PublishError

PREFIXES = ("portfolio-review-", "review-")
"""Of folders for tables and slices, and of those for sockets, whose names must be short."""
LOCK = ".portfolio-review.lock"
SOCKET_BYTES = 107
"""A socket's path has at most so many."""
_BELOW = len("/review-xxxxxxxx/review-xxxxxxxx/kernel-5")
_SHORT = ("/tmp", "/var/tmp", "/dev/shm")


@contextmanager
def work_folder(prefix: str = PREFIXES[0], parent: str | None = None) -> Iterator[Path]:
    """An empty folder below the temporary one, or `parent`; removed at the end of the block.

    `PublishError` names the folder in which it cannot be made.
    """
    above = parent or tempfile.gettempdir()
    _sweep(Path(above))
    try:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=above))
        lock = _locked(folder)
    except OSError as error:
        raise PublishError(f"{above} cannot be written: {error.strerror}; set TMPDIR to another folder") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def for_sockets() -> str:
    """The temporary folder, or where its path is too long for sockets below it, a short one."""
    for folder in (tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR", ""), *_SHORT):
        if folder and len(os.fsencode(folder)) + _BELOW <= SOCKET_BYTES and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise PublishError(
        f"{tempfile.gettempdir()} is too long a path for the sockets of kernels: set TMPDIR to a folder whose path "
        f"has at most {SOCKET_BYTES - _BELOW} characters"
    )


def fullest(*folders: str | Path) -> str:
    """The folder with the least room: the one to name when a write failed for want of it and says no path."""
    return str(min(filter(os.path.isdir, folders), key=_room, default=folders[0]))


def _room(folder: str | Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _locked(folder: Path) -> int:
    """The lock, held before it has the name under which others look for it."""
    part = folder / f"{LOCK}.part"
    lock = os.open(part, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    part.rename(folder / LOCK)
    return lock


def _sweep(above: Path) -> None:
    """Remove the folders of processes that are no more."""
    with suppress(OSError):
        for entry in os.scandir(above):
            if entry.name.startswith(PREFIXES) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_free(Path(entry.path))


def _remove_if_free(folder: Path) -> None:
    if folder.stat().st_uid != os.getuid():
        return
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
