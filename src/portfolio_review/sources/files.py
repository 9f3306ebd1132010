"""The files that a review names: found, counted, hashed; all that are missing are named at once."""

from __future__ import annotations

import difflib
import glob
import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portfolio_review.errors import Fault
from portfolio_review.filekind import REMEDY, odd_kind
from portfolio_review.sources.raw import Format, Refused, printable

FORMATS: dict[str, Format] = {
    ".parquet": "parquet", ".pq": "parquet",
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".xlsx": "xlsx", ".xlsm": "xlsx",
}  # fmt: skip
_MAGIC = {
    b"PAR1": "parquet",
    b"PK\x03\x04": "xlsx",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "an old or password-protected workbook",
}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Found:
    """The files of one source: as the review file writes them (a glob gives several), where they lie, their format."""

    table: str
    label: str
    names: tuple[str, ...]
    paths: tuple[Path, ...]
    format: Format


@dataclass(frozen=True)
class Missing:
    """A path of the review file at which nothing lies."""

    key: str
    path: str
    looked_in: str
    near: str

    def __str__(self) -> str:
        near = f"; did you mean '{self.near}'?" if self.near else ""
        return f"{self.key}: '{printable(self.path, 200)}' does not exist (looked in {self.looked_in}){near}"


def find(table: str, written: str, base: Path) -> Found | Missing:
    """The files at a path or glob, in order of name; raises `Refused` when they are not of one known format."""
    key = f"sources.{table}.path"
    names = matches(written, base)
    if not names:
        return missing(key, written, base)
    paths = tuple(base / name for name in names)
    folders = [name for name, path in zip(names, paths, strict=True) if path.is_dir()]
    if folders:
        raise Refused(
            _fault(
                table,
                written,
                f"'{folders[0]}' is a folder",
                f"Name a file, or a glob such as {folders[0].rstrip('/')}/*.csv",
            )
        )
    formats = {FORMATS.get(path.suffix.lower()) for path in paths}
    if None in formats:
        odd = next(name for name, path in zip(names, paths, strict=True) if path.suffix.lower() not in FORMATS)
        known = ", ".join(FORMATS)
        raise Refused(
            _fault(table, written, f"'{odd}' has no extension that is known", f"Read are files that end in {known}")
        )
    if len(formats) > 1:
        raise Refused(_fault(table, written, "the files are of several formats", "Let the glob match one, as in *.csv"))
    form = formats.pop()
    assert form is not None
    for name, path in zip(names, paths, strict=True):
        _check_first_bytes(table, name, path, form)
    return Found(table, written, names, paths, form)


def matches(written: str, base: Path) -> tuple[str, ...]:
    """The file of that name, or the files that a glob matches; lock files of office programs are passed over."""
    if (base / written).exists():
        return (written,)
    if not glob.has_magic(written):
        return ()
    found = glob.glob(written, root_dir=base, recursive=True)
    return tuple(sorted(name for name in found if not Path(name).name.startswith(("~$", "."))))


def missing(key: str, written: str, base: Path) -> Missing:
    """What to say about a path at which nothing lies, with a near name from the folder it should lie in."""
    folder = (base / written).parent
    there = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    close = difflib.get_close_matches(Path(written).name, there, n=1, cutoff=0.6)
    near = str(Path(written).parent / close[0]) if close else ""
    looked_in = (
        os.path.normpath(folder) if folder.is_dir() else f"{os.path.normpath(folder)}, which does not exist either"
    )
    return Missing(key, written, looked_in, near)


def digest(path: Path) -> str:
    """SHA-256 of a file; a file that several tables name is read once."""
    status = path.stat()
    return _digest(path.resolve(), status.st_mtime_ns, status.st_size)


@cache
def _digest(path: Path, _changed: int, _size: int) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            sha.update(piece)
    return sha.hexdigest()


def _check_first_bytes(table: str, name: str, path: Path, form: Format) -> None:
    """An empty file, or one whose extension lies about what it is, is refused before a reader stumbles over it."""
    refuse_odd(table, name, path)
    try:
        with path.open("rb") as file:
            first = file.read(8)
    except OSError as error:
        raise Refused(
            _fault(table, name, f"the file cannot be read: {error.strerror}", "Check its permissions")
        ) from None
    if not first:
        raise Refused(_fault(table, name, "the file is empty", "Export it again"))
    is_a = next((what for magic, what in _MAGIC.items() if first.startswith(magic)), "text")
    if form == "csv" and is_a == "text":
        return
    if form != is_a:
        kind = {"parquet": "a Parquet file", "xlsx": "an XLSX workbook", "csv": "a CSV file"}
        found = kind.get(is_a, "neither" if is_a == "text" else is_a)
        said = f"the file is not {kind[form]}" + (f", it starts like {found}" if found != "neither" else "")
        raise Refused(_fault(table, name, said, "Export it again, or give it the extension of what it is"))


def refuse_odd(table: str, name: str, path: Path) -> None:
    """Raise `Refused` for a pipe, a socket or a device, before anything opens it."""
    if kind := odd_kind(path):
        raise Refused(_fault(table, name, f"'{name}' is {kind}, not a file", REMEDY))


def _fault(table: str, name: str, rule: str, remedy: str) -> Fault:
    return Fault(table, None, rule, 0, remedy, file=name)
