"""Executed notebooks kept by the key of their run: the same cells on the same slice are not run twice.

One file a run, `<key>.run`: sha256 of the rest, then a compressed list of the notebook and the files it
wrote. Safe to delete at any time; a file that is damaged counts as not there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import socket
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

LIMIT_BYTES = 1 << 30
"""What the runs of one series may take on disk; the longest unused go first."""
_SUFFIX = ".run"
_HASH = 32

log = logging.getLogger(__name__)


class RunCache:
    """The runs kept in one folder."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self._limit = limit_bytes

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def has(self, key: str) -> bool:
        """Whether a whole run lies under `key`."""
        return self._read(key) is not None

    def get(self, key: str, notebook: Path, folder: Path) -> bool:
        """Write the run under `key` as `notebook`, what it wrote into `folder`; False when there is none."""
        packed = self._read(key)
        if packed is None:
            return False
        first, *others = json.loads(zlib.decompress(packed))
        notebook.write_bytes(base64.b64decode(first["content"]))
        for file in others:
            path = folder / file["name"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(file["content"]))
        with suppress(OSError):
            os.utime(self._path(key))
        return True

    def put(self, key: str, notebook: Path, folder: Path, wrote: Sequence[Path]) -> None:
        """Keep a run with the files that it `wrote` under `folder`; a cache that cannot be written costs time, never
        a review."""
        named = {notebook.name: notebook, **{path.relative_to(folder).as_posix(): path for path in wrote}}
        files = [
            {"name": name, "content": base64.b64encode(path.read_bytes()).decode()} for name, path in named.items()
        ]
        packed = zlib.compress(json.dumps(files).encode(), level=1)
        part = self.folder / f".{key}.{socket.gethostname()}.{os.getpid()}.part"  # workers of other machines write too
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(hashlib.sha256(packed).digest() + packed)
            part.replace(self._path(key))
        except OSError as error:
            log.warning("an executed notebook is not kept for the next run: %s: %s", self.folder, error.strerror)
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def trim(self) -> None:
        """Remove what a killed run left, and the longest unused runs above the limit."""
        with suppress(OSError):
            for part in self.folder.glob(".*.part"):
                part.unlink()
            known = sorted((path.stat().st_mtime_ns, path.stat().st_size, path) for path in self.folder.iterdir())
            over = sum(size for _, size, _ in known) - self._limit
            for _, size, path in known:
                if over <= 0:
                    break
                path.unlink()
                over -= size

    def _read(self, key: str) -> bytes | None:
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        return content[_HASH:] if hashlib.sha256(content[_HASH:]).digest() == content[:_HASH] else None
