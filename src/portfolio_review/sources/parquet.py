"""Parquet files in place: DuckDB scans them, nothing is copied.

Files of one source need the same columns. Where they differ in what SQL does not see by itself (a column that one
of them has empty throughout, INT96, columns that differ only in case), they are scanned in groups that do not.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import duckdb

from portfolio_review.doubt import MOST_EXAMPLES, Doubt, Phrase
from portfolio_review.sources.engine import Engine, name, stored, text
from portfolio_review.sources.files import Found, digest
from portfolio_review.sources.model import Input
from portfolio_review.sources.raw import (
    ROW,
    ROWS_PER_FILE,
    Format,
    Raw,
    Refused,
    columns_of,
    distinct_names,
    printable,
    refused,
    with_folders,
)

_KINDS = {"VARCHAR": "text", "DATE": "a date", "BOOLEAN": "true or false", "BLOB": "bytes"}
_NOTHING = '"NULL"'
"""Type of a column that is empty throughout, as pandas writes it."""
_INSTANT = "TIMESTAMP WITH TIME ZONE"
_READERS_OWN = {"file_row_number", "file_index"}
"""Names by which DuckDB numbers rows and files; a file's own column of that name hides the number."""


class _Column(NamedTuple):
    """A column of one file: its name in the file, DuckDB's for it, its type, whether it is INT96."""

    theirs: str
    duckdb: str
    type: str
    int96: bool


@dataclass(frozen=True)
class _File:
    """One file, and which of its columns hold nothing where the others' do."""

    index: int
    path: Path
    columns: tuple[_Column, ...]
    void: frozenset[str]

    @cached_property
    def group(self) -> tuple[object, ...]:
        """Equal for files that one scan can read."""
        int96 = tuple(column.theirs for column in self.columns if column.int96)
        lowered = [column.theirs.lower() for column in self.columns]
        alike = tuple(column.theirs for column in self.columns if lowered.count(column.theirs.lower()) > 1)
        return tuple(sorted(self.void)), int96, alike


def read_parquet(engine: Engine, found: Found, used: Mapping[str, str] | None) -> Raw:
    """The relation over one file, or over several that have the same columns.

    `used`: what doubts call the columns that are used, by their names in small letters; None: all, as they are named.
    """
    columns = [_columns(engine, found.table, label, path) for label, path in zip(found.names, found.paths, strict=True)]
    void = _void(engine, found, columns)
    paths = found.paths
    if any(column.theirs.lower() in _READERS_OWN for column in columns[0]):
        paths = tuple(_numbered(engine, found, index, columns[index]) for index in range(len(paths)))
    files = [_File(index, path, columns[index], void[index]) for index, path in enumerate(paths)]
    names = distinct_names(column.theirs for column in columns[0])
    groups = itertools.groupby(sorted(files, key=lambda one: (str(one.group), one.index)), key=lambda one: one.group)
    scans = [_scan(list(group), names, numbered=paths is not found.paths) for _, group in groups]
    relation = f"({' UNION ALL '.join(scans)})"
    described = engine.rows(f"DESCRIBE SELECT * FROM {relation}")
    inputs = tuple(
        Input(found.table, label, digest(path), path.stat().st_size, rows(engine, path))
        for label, path in zip(found.names, found.paths, strict=True)
    )
    raw = Raw(
        found.table, "parquet", found.label, relation, {row[0]: row[1] for row in described if row[0] != ROW},
        found.names, inputs, names=names, doubts=_doubts(engine, found.table, used, files, names, relation, inputs),
    )  # fmt: skip
    return with_folders(raw, found.folders)


def rows(engine: Engine, path: Path) -> int:
    """The number of rows that a Parquet file declares."""
    return int(engine.row(f"SELECT sum(num_rows) FROM parquet_file_metadata({text(path)})")[0] or 0)


def sorted_rows(
    engine: Engine, table: str, form: Format, label: str, part: Path, cells: str, version: str | None
) -> Raw:
    """The staged rows of a source that gives them in no order, sorted; `cells`: SQL of its columns over `part`, which
    is removed. The same rows are the same bytes, and so one input."""
    path = engine.scratch / f"{table}.sorted.parquet"
    engine.write(
        f"SELECT row_number() OVER () AS {ROW}, * FROM (SELECT {cells} FROM {stored(part)} ORDER BY ALL)", path
    )
    part.unlink()
    given = Input(table, label, digest(path), path.stat().st_size, rows(engine, path), version)
    return Raw(table, form, label, stored(path), columns_of(engine, stored(path)), (label,), (given,))


def int96_of(engine: Engine, path: Path) -> frozenset[str]:
    """The columns of a file whose timestamps are of type INT96."""
    return frozenset(one[0] for one in _schema(engine, path) if one[1] == "INT96")


def _columns(engine: Engine, table: str, label: str, path: Path) -> tuple[_Column, ...]:
    try:
        described = engine.rows(f"DESCRIBE SELECT * FROM read_parquet({text(path)}, hive_partitioning = false)")
        schema = _schema(engine, path)
    except duckdb.Error as error:
        said = printable(str(error).split("\n")[0].replace(str(path), label), 200)
        raise refused(table, label, f"the file cannot be read as Parquet: {said}", "Export it again") from None
    return tuple(
        _Column(theirs, row[0], _INSTANT if kind == "INT96" else row[1], kind == "INT96")
        for row, (theirs, kind) in zip(described, schema, strict=True)
    )


def _schema(engine: Engine, path: Path) -> list[tuple[str, str]]:
    """Name and physical type of each column, as they stand in the file; those inside of columns are passed over."""
    entries = engine.rows(f"SELECT name, type, num_children FROM parquet_schema({text(path)})")
    found: list[tuple[str, str]] = []
    inside = 0
    for theirs, kind, children in entries[1:]:
        if inside == 0:
            found.append((theirs, kind))
        else:
            inside -= 1
        inside += children or 0
    return found


def _void(engine: Engine, found: Found, columns: list[tuple[_Column, ...]]) -> list[frozenset[str]]:
    """The columns of each file that are empty throughout and of another kind than the rest; raises `Refused`."""
    first = {column.theirs: column for column in columns[0]}
    void: list[set[str]] = [set() for _ in columns]
    kept = dict(first)
    for index, (label, path) in enumerate(zip(found.names, found.paths, strict=True)):
        own = {column.theirs: column for column in columns[index]}
        said = _lacking(first, own)
        for theirs, column in own.items():
            if said or _kind(column.type) == _kind(kept[theirs].type):
                continue
            if _is_void(engine, path, column):
                void[index].add(theirs)
            elif all(_is_void(engine, found.paths[at], _named(columns[at], theirs)) for at in range(index)):
                for at in range(index):
                    void[at].add(theirs)
                kept[theirs] = column
            else:
                said.append(f"has {theirs} as {_kind(column.type)}, not {_kind(kept[theirs].type)}")
        if said:
            raise other_columns(found.table, label, found.names[0], said)
    return [frozenset(one) for one in void]


def _named(columns: tuple[_Column, ...], theirs: str) -> _Column:
    return next(column for column in columns if column.theirs == theirs)


def other_columns(table: str, label: str, first: str, said: list[str]) -> Refused:
    """The refusal of a file whose columns are not those of the first."""
    remedy = "Files of one glob need the same columns: export them alike, or name fewer files"
    return refused(table, label, f"the file differs in its columns from {first}: it {'; '.join(said)}", remedy)


def _lacking(first: dict[str, _Column], other: dict[str, _Column]) -> list[str]:
    lacking = [column for column in first if column not in other]
    more = [column for column in other if column not in first]
    return [f"lacks {', '.join(lacking)}"] * bool(lacking) + [f"also has {', '.join(more)}"] * bool(more)


def _is_void(engine: Engine, path: Path, column: _Column) -> bool:
    """Whether a column holds nothing; NaN is what pandas writes for nothing in a column of numbers."""
    if column.type == _NOTHING:
        return True
    filled = f"NOT isnan({name(column.duckdb)})" if column.type in ("DOUBLE", "FLOAT") else "true"
    query = (
        f"SELECT count({name(column.duckdb)}) FILTER ({filled}) "
        f"FROM read_parquet({text(path)}, hive_partitioning = false)"
    )
    return bool(engine.row(query)[0] == 0)


def _numbered(engine: Engine, found: Found, index: int, columns: tuple[_Column, ...]) -> Path:
    """A copy of a file whose own columns hide the numbers of its rows, with those written out."""
    part = engine.scratch / f"{found.scratch}_{index}.parquet"
    cells = ", ".join(name(column.duckdb) for column in columns)
    scan = f"read_parquet({text(found.paths[index])}, hive_partitioning = false)"
    engine.write(f"SELECT {index * ROWS_PER_FILE} + row_number() OVER () AS {ROW}, {cells} FROM {scan}", part)
    return part


def _scan(files: list[_File], names: dict[str, str], *, numbered: bool) -> str:
    """SELECT of the rows of files of one group, with `ROW` and the columns under the names of the source."""
    first = files[0]
    listed = ", ".join(text(one.path) for one in files)
    places = ", ".join(str(one.index) for one in files)
    file = (
        "file_index"
        if [one.index for one in files] == list(range(len(files)))
        else f"([{places}])[CAST(file_index AS BIGINT) + 1]"
    )
    number = ROW if numbered else f"CAST({file} * {ROWS_PER_FILE} + file_row_number + 1 AS BIGINT) AS {ROW}"
    cells = []
    for theirs, ours in names.items():
        column = _named(first.columns, theirs)
        cell = name(column.duckdb)
        if theirs in first.void:
            cell = f"NULL AS {name(ours)}"
        elif column.int96:
            cell = f"({cell} AT TIME ZONE 'UTC') AS {name(ours)}"
        elif ours != column.duckdb:
            cell = f"{cell} AS {name(ours)}"
        cells.append(cell)
    scan = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    return f"SELECT {', '.join([number, *cells])} FROM {scan}"


def _doubts(
    engine: Engine, table: str, used: Mapping[str, str] | None, files: list[_File], names: dict[str, str],
    relation: str, inputs: tuple[Input, ...],
) -> tuple[Doubt, ...]:  # fmt: skip
    """One doubt for each column of INT96 that the review file uses."""
    found = []
    for theirs in dict.fromkeys(column.theirs for one in files for column in one.columns if column.int96):
        if used is not None and theirs.lower() not in used:
            continue
        column = name(names[theirs])
        examples = engine.rows(
            f"SELECT {ROW}, CAST(timezone('UTC', {column}) AS VARCHAR), "
            f"CAST(timezone({text(engine.timezone)}, {column}) AS VARCHAR) "
            f"FROM {relation} WHERE {column} IS NOT NULL LIMIT {MOST_EXAMPLES}"
        )
        shown = tuple(f"row {row % ROWS_PER_FILE}: {utc} UTC is {local}" for row, utc, local in examples)
        counted = sum(
            given.rows or 0 for one, given in zip(files, inputs, strict=True) if _named(one.columns, theirs).int96
        )
        found.append(int96_doubt(table, (used or {}).get(theirs.lower(), theirs), counted, engine.timezone, shown))
    return tuple(found)


def int96_doubt(table: str, column: str, counted: int, timezone: str, examples: tuple[str, ...] = ()) -> Doubt:
    """The doubt about timestamps of a form that does not say whether they are instants."""
    return Doubt(
        id="int96", table=table, column=column, rows=counted, examples=examples,
        done=Phrase(
            "Parquet timestamps of type INT96 were read as instants in UTC, as Spark writes them, and turned into "
            "%(setting)s.", {"setting": timezone},
        ),
        remedy=Phrase(
            "Accept int96 when that is right; when they are local times, map the column by timezone('UTC', …)."
        ),
    )  # fmt: skip


def _kind(sql_type: str) -> str:
    if sql_type == _NOTHING:
        return "nothing"
    if sql_type.startswith("TIMESTAMP"):
        return "a time with zone" if "ZONE" in sql_type else "a date"
    if sql_type in _KINDS or sql_type.startswith(("STRUCT", "MAP", "ENUM", "UUID", "TIME")) or sql_type.endswith("]"):
        return _KINDS.get(sql_type, "text" if sql_type.startswith(("ENUM", "UUID")) else sql_type)
    return "a number"
