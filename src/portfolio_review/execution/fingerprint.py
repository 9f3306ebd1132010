"""What a review was made with: a hash of the program's own files, and the versions of its libraries."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from portfolio_review.results.record import LIBRARIES

PACKAGE = Path(__file__).resolve().parents[1]


def of_files(root: Path, paths: Iterable[Path]) -> str:
    """sha256 over names (relative to `root`) and bytes, in the order of the names."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


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
