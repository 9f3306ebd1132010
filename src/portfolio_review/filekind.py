"""What lies at a path, asked before it is opened: a pipe, a socket or a device gives no end, or no answer."""

from __future__ import annotations

import os
import stat

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
REMEDY = "Name a plain file: what comes through a pipe or from a device is written to one first"


def odd_kind(path: str | os.PathLike[str]) -> str | None:
    """`a named pipe`, `a socket` or `a device` where one lies at `path`, links followed; None for all else."""
    try:
        return _KINDS.get(stat.S_IFMT(os.stat(path).st_mode))
    except (OSError, ValueError):
        return None
