"""What a review was made with: hashes of the program's own files, and the versions of its libraries."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from portfolio_review.execution.dependencies import PACKAGE
from portfolio_review.results.contract import LIBRARIES


def of(value: Any) -> str:
    """sha256 of plain values."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def of_files(root: Path, paths: Iterable[Path]) -> str:
    """sha256 over names (relative to `root`) and bytes, in the order of the names."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + bytes.fromhex(of_file(path)))
    return whole.hexdigest()


def of_file(path: Path) -> str:
    """sha256 of a file; one that stays as it is, is read once."""
    status = path.stat()
    return _digest(path, status.st_mtime_ns, status.st_size)


@cache
def _digest(path: Path, _changed: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_hash() -> str:
    """The hash of the package's source."""
    return of_files(PACKAGE, PACKAGE.rglob("*.py"))


@cache
def versions() -> dict[str, str]:
    """Python and the libraries that a figure can depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


@cache
def git_commit() -> str | None:
    """The commit of the program's checkout, `+` behind it when files were changed; None outside one."""
    try:
        commit = _git("rev-parse", "HEAD")
        dirty = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return commit + ("+" if dirty else "")


def _git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(PACKAGE), *words], capture_output=True, text=True, timeout=10, check=True)
    return done.stdout.strip()
