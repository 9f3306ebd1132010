"""Step 7: a finished folder put in its place whole, and files written whole or not at all."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portfolio_review.errors import PublishError, UsageError

STAGING = ".staging"
_OLD = ".replaced"


def put(staged: Path, target: Path) -> None:
    """Put the folder `staged` in the place of `target`; on failure what stood there stands again."""
    old = target.with_name(target.name + _OLD)
    if target.exists() and not target.is_dir():
        raise PublishError(f"{target} is a file, where the folder of a review belongs: move it away")
    try:
        _flush(staged)
        target.parent.mkdir(parents=True, exist_ok=True)
        if old.exists():
            remove(old)
        if target.exists():
            target.rename(old)
        try:
            staged.rename(target)
        except BaseException:  # a signal too may come between the two renames
            if old.exists() and not target.exists():
                old.rename(target)
            raise
        flush_folder(target.parent)
        remove(old)
    except OSError as error:
        raise PublishError(f"{error.filename or target}: {error.strerror}; {target} is as it was before") from None


def exchange(staged: Path, target: Path) -> None:
    """Put the folder `staged` in the place of `target` in one step where the system can, else as `put` does.

    What stood there lies at `staged` afterwards, or is gone. There is no instant without `target`.
    """
    try:
        _flush(staged)
        if target.exists() and _swapped(staged, target):
            flush_folder(target.parent)
            return
    except OSError as error:
        raise PublishError(f"{error.filename or target}: {error.strerror}; {target} is as it was before") from None
    put(staged, target)


RENAME_EXCHANGE, AT_FDCWD = 2, -100
"""Of Linux' renameat2(2)."""


def _swapped(one: Path, other: Path) -> bool:
    """Whether two folders were given each other's name; False where system or file system knows no such thing."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return rename is not None and not rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)


def remove(folder: Path) -> None:
    """Remove a folder and all below it, what is read-only too; what cannot be removed stays."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def mend(parent: Path) -> None:
    """Finish what a killed run left between its two renames: the replaced folder goes back or away."""
    for old in parent.glob(f"*{_OLD}"):
        target = old.with_name(old.name.removesuffix(_OLD))
        if target.exists():
            remove(old)
        else:
            old.rename(target)


def write_text(path: Path, text: str) -> None:
    """Write a file whole: a reader sees the old text or the new one."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PublishError(f"{path}: {error.strerror}; the file is as it was before") from None


@contextmanager
def series_folder(folder: Path) -> Iterator[Path]:
    """Hold a series' folder for one run; gives its staging folder, emptied before and removed after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a")
    except OSError as error:
        raise PublishError(f"{folder}: {error.strerror}; choose another folder with --out") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another run is at work in {folder}; wait until it ends or use another --out") from None
        staging = folder / STAGING
        remove(staging)
        staging.mkdir()
        mend(folder)
        for period in folder.iterdir():
            if period.is_dir() and not period.name.startswith("."):
                mend(period)
        try:
            yield staging
        finally:
            remove(staging)


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on the disk itself."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
