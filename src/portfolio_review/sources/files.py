"""The files that a review names: found, counted, hashed; all that are missing are named at once."""

from __future__ import annotations

import difflib
import glob
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from urllib.parse import unquote

from portfolio_review.filekind import REMEDY, odd_kind
from portfolio_review.sources.raw import Format, printable, refused

FORMATS: dict[str, Format] = {
    ".parquet": "parquet", ".pq": "parquet",
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".csv.gz": "csv", ".tsv.gz": "csv", ".txt.gz": "csv",
}  # fmt: skip
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""Folder of the rows whose value is null."""
_TABLE_LOGS = {"_delta_log": ("a Delta table", "delta"), "metadata": ("an Iceberg table", "iceberg")}
"""Folders beside data files that say which of them still count."""
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
    folders: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    """Values of the folders named key=value in which the files lie, by key, one for each file."""
    mark: str = ""
    """Tells scratch files of one table apart, where a query reads several paths."""

    versions: Mapping[str, str | None] = field(default_factory=dict)
    """What the store of a file elsewhere says of its state, by its name."""

    @property
    def scratch(self) -> str:
        """The beginning of the names of its scratch files."""
        return f"{self.table}{self.mark}"


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


def format_of(path: str | Path) -> Format | None:
    """The format that a file's extension promises; of `.csv.gz` both parts count."""
    name = Path(path).name.lower()
    return next((form for ending, form in FORMATS.items() if name.endswith(ending)), None)


def find(table: str, written: str, base: Path, hive: bool = True) -> Found | Missing:
    """The files at a path, in a folder or of a glob, in order of name; raises `Refused` when of no one known format.

    `hive`: whether folders below the named one, or from the first wildcard on, give columns.
    """
    key = f"sources.{table}.path"
    names = matches(written, base)
    folder = (base / written).is_dir()
    if folder:
        refuse_table_log(table, written, [str(one.relative_to(base / written)) for one in _logs(base / written)])
    if not names:
        if folder:
            raise refused(table, written, f"'{written}' is a folder without a file", "Name the folder that holds them")
        return missing(key, written, base)
    paths = tuple(base / name for name in names)
    folders = [name for name, path in zip(names, paths, strict=True) if path.is_dir()]
    if folders:
        remedy = f"Let it match files, as in {folders[0].rstrip('/')}/*.csv"
        raise refused(table, written, f"the glob matches '{folders[0]}', which is a folder", remedy)
    return found(table, written, names, paths, one_format(table, written, names, folder), hive)


def found(
    table: str, written: str, names: tuple[str, ...], paths: tuple[Path, ...], form: Format, hive: bool,
    versions: Mapping[str, str | None] = MappingProxyType({}),
) -> Found:  # fmt: skip
    """The files at `paths`, each looked at; their `names` say where they come from. Raises `Refused`."""
    for name, path in zip(names, paths, strict=True):
        _check_first_bytes(table, name, path, form)
    return Found(table, written, names, paths, form, _folders(table, written, names) if hive else {}, versions=versions)


def one_format(table: str, written: str, names: tuple[str, ...], folder: bool) -> Format:
    """The format of all files of these names; raises `Refused` when one is of none, or they are of several."""
    glob_of_one = f"name the files by a glob, as in {written.rstrip('/')}/**/*.csv" if folder else "name other files"
    formats = {format_of(name) for name in names}
    if None in formats:
        odd = next(name for name in names if format_of(name) is None)
        known = ", ".join(FORMATS)
        remedy = f"Read are files that end in {known}; {glob_of_one}"
        raise refused(table, written, f"'{odd}' has no extension that is known", remedy)
    if len(formats) > 1:
        raise refused(table, written, "the files are of several formats", "Let a glob match one, as in *.csv")
    form = formats.pop()
    assert form is not None
    return form


def matches(written: str, base: Path) -> tuple[str, ...]:
    """The file of that name, the files in the folder of that name, or those that a glob matches.

    Lock files of office programs and hidden ones are passed over, in a folder also what its writer notes down
    (`_SUCCESS`, `_metadata`) and folders of that kind.
    """
    path = base / written
    if path.is_dir():
        inside = sorted(str(entry.relative_to(path)) for entry in path.rglob("*") if entry.is_file())
        return tuple(f"{written.rstrip('/')}/{name}" for name in inside if counts(name))
    if path.exists():
        return (written,)
    if not glob.has_magic(written):
        return ()
    found = sorted(
        name
        for name in glob.glob(written, root_dir=base, recursive=True)
        if not Path(name).name.startswith(("~$", "."))
    )
    if written.endswith("**"):  # which matches folders beside the files
        found = [name for name in found if not (base / name).is_dir()]
    return tuple(found)


def counts(name: str) -> bool:
    """Whether a file within a folder is data, by its path there."""
    return not any(part.startswith(("~$", ".", "_")) and "=" not in part for part in PurePosixPath(name).parts)


def _logs(folder: Path) -> Iterator[Path]:
    """What may be the log of a table in a folder."""
    for name in _TABLE_LOGS:
        yield from (folder / name).glob("*")


def refuse_table_log(table: str, written: str, inside: Iterable[str]) -> None:
    """A folder in which a log says which files count: reading all would count rows that were taken out.

    inside: paths of what lies in the folder.
    """
    firsts = {(PurePosixPath(one).parts or ("",))[0] for one in inside if not one.startswith("metadata/")}
    firsts |= {"metadata" for one in inside if re.fullmatch(r"metadata/[^/]+\.metadata\.json", one)}
    for name, (kind, key) in _TABLE_LOGS.items():
        if name in firsts:
            rule = f"'{written}' is {kind}: files that its log has taken out lie there still"
            raise refused(table, written, rule, f"Name it by {key} under sources.{table} instead of path")


def _folders(table: str, written: str, names: tuple[str, ...]) -> dict[str, tuple[str | None, ...]]:
    """The values of folders key=value by key, from the named folder or the first wildcard on."""
    fixed = _fixed_parts(written, names)
    found: list[dict[str, str | None]] = []
    for name in names:
        pairs = [part.partition("=") for part in PurePosixPath(name).parts[fixed:-1] if "=" in part]
        found.append({key: None if value == _NO_VALUE else unquote(value) for key, _, value in pairs if key})
    keys = list(found[0])
    for name, values in zip(names, found, strict=True):
        if list(values) != keys:
            said, first = (" and ".join(f"{key}=…" for key in one) or "none" for one in (values, keys))
            remedy = f"Files of one source lie in folders alike; hive: false under sources.{table} reads them without"
            raise refused(table, name, f"the file lies in folders {said}, {names[0]} in {first}", remedy)
    return {key: tuple(values[key] for values in found) for key in keys}


def _fixed_parts(written: str, names: tuple[str, ...]) -> int:
    """How many parts of the files' paths stand written out: in those nothing varies."""
    parts = PurePosixPath(written).parts
    if names == (written,):
        return len(parts)
    return next((index for index, part in enumerate(parts) if glob.has_magic(part)), len(parts))


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
        raise refused(table, name, f"the file cannot be read: {error.strerror}", "Check its permissions") from None
    if not first:
        raise refused(table, name, "the file is empty", "Export it again")
    is_a = next((what for magic, what in _MAGIC.items() if first.startswith(magic)), "text")
    if form == "csv" and is_a == ("gzip" if name.lower().endswith(".gz") else "text"):
        return
    if form != is_a:
        kind = {"parquet": "a Parquet file", "xlsx": "an XLSX workbook", "csv": "a CSV file"}
        found = kind.get(is_a, "neither" if is_a == "text" else is_a)
        wanted = "compressed by gzip" if name.lower().endswith(".gz") else kind[form]
        said = f"the file is not {wanted}" + (f", it starts like {found}" if found != "neither" else "")
        raise refused(table, name, said, "Export it again, or give it the extension of what it is")


def refuse_odd(table: str, name: str, path: Path) -> None:
    """Raise `Refused` for a pipe, a socket or a device, before anything opens it."""
    if kind := odd_kind(path):
        raise refused(table, name, f"'{name}' is {kind}, not a file", REMEDY)
