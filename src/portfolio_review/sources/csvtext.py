"""CSV files: every cell text, every row counted; ragged rows are named, never repaired.

DuckDB reads what is well formed beyond doubt. The rest (mixed line ends, empty lines, odd quotes, rows too short
or too long) is read by Python's csv module, which is slower and says exactly where.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import itertools
import operator
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from portfolio_review.errors import Fault
from portfolio_review.review import FileOptions
from portfolio_review.sources import errorcells
from portfolio_review.sources.encoding import DELIMITERS, MAX_LINE, Scanned, scan
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.files import Found
from portfolio_review.sources.headers import (
    LOOKED_AT,
    by_names,
    by_width,
    empty_header,
    has_name,
    names_of,
    said_of_header,
)
from portfolio_review.sources.model import Input
from portfolio_review.sources.parquet import other_columns, rows
from portfolio_review.sources.raw import ROW, ROWS_PER_FILE, Raw, Refused, distinct_names, refused, with_folders

MAX_COLUMNS = 2000
_SAMPLE_BYTES = 1 << 20
_SAMPLE_ROWS = LOOKED_AT
_BATCH = 50_000
_QUOTE, _ESCAPE = "\ufdd0", "\ufdd1"
"""Stand for an escaped quote and an escaped escape while a row is taken apart: code points that no text holds."""


@dataclass(frozen=True)
class Dialect:
    """How one file separates its cells, and the names in its header."""

    delimiter: str
    quote: str
    header: tuple[str, ...]
    spaced: bool
    """Whether blanks at the start of cells mean nothing."""
    escape: str | None = None
    """What stands before a quote that belongs to the cell, where it is not another quote."""

    def reader(self, lines: Iterable[str], strict: bool) -> Iterator[list[str]]:
        escaped = self.escape is not None and self.escape != self.quote
        found = csv.reader(
            self._marked(lines) if escaped else lines,
            delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=self.spaced, strict=strict,
        )  # fmt: skip
        return map(self._plain, found) if escaped else found

    def is_spaced(self, cells: list[str]) -> bool:
        """Whether blanks were taken for content and the quote after them with it."""
        return any(cell[:1] == " " and cell.lstrip(" ")[:1] == self.quote for cell in cells)

    def _marked(self, lines: Iterable[str]) -> Iterator[str]:
        escape, quote = re.escape(self.escape or ""), re.escape(self.quote)
        pattern = re.compile(f"{escape}({escape}|{quote})")
        for line in lines:
            yield pattern.sub(lambda found: _QUOTE if found[1] == self.quote else _ESCAPE, line)

    def _plain(self, cells: list[str]) -> list[str]:
        return [cell.replace(_QUOTE, self.quote).replace(_ESCAPE, self.escape or "") for cell in cells]


def read_csv(
    engine: Engine, found: Found, options: FileOptions, wanted: Collection[str], ids: frozenset[str] = frozenset()
) -> Raw:
    """The files' rows as one Parquet file of text in the scratch folder. Raises `Refused` with every fault.

    `wanted`: names of columns, in small letters, that a header is known by; `ids`: those that are ids.
    """
    parts: list[Path] = []
    inputs: list[Input] = []
    faults: list[Fault] = []
    first: Dialect | None = None
    errors = False
    skip = options.skip_rows or (options.header_row or 1) - 1
    for index, (label, path) in enumerate(zip(found.names, found.paths, strict=True)):
        copy = engine.scratch / f"{found.scratch}_{index}.csv"
        part = engine.scratch / f"{found.scratch}_{index}.parquet"
        try:
            scanned = scan(found.table, label, path, options.csv, copy, skip)
            dialect = _dialect(found.table, label, scanned, options, wanted)
            first = first or dialect
            _same_header(found.table, label, found.names[0], first, dialect)
            _stage(engine, found.table, label, scanned, dialect, index, part)
        except Refused as refused:
            faults += refused.faults
            continue
        finally:
            copy.unlink(missing_ok=True)
        errors = errors or scanned.errors
        parts.append(part)
        inputs.append(Input(found.table, label, scanned.sha256, scanned.bytes, rows(engine, part)))
    if faults or first is None:
        raise Refused(*faults)
    listed = ", ".join(text(part) for part in parts)
    names = distinct_names(first.header)
    columns = dict.fromkeys(names.values(), "VARCHAR")
    cells = ", ".join(map(name, columns))
    # a row of delimiters alone, as spreadsheets leave them below a table, holds nothing that could be lost
    relation = f"(SELECT {ROW}, {cells} FROM read_parquet([{listed}]) WHERE coalesce({cells}) IS NOT NULL)"
    broken: dict[str, str] = {}
    if errors:
        relation, broken = errorcells.of_texts(engine, relation, columns, ids)
    raw = Raw(
        found.table, "csv", found.label, relation, columns, found.names, tuple(inputs), names=names, errors=broken
    )
    return with_folders(raw, found.folders)


def _dialect(table: str, label: str, scanned: Scanned, options: FileOptions, wanted: Collection[str]) -> Dialect:
    """Delimiter (declared, or the one that the header and the rows agree on) and header."""
    with scanned.path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES).decode("utf-8", "ignore")
    declared = options.csv.delimiter or scanned.separator
    records: dict[Dialect, list[tuple[int, list[str]]]] = {}
    for one in declared or DELIMITERS:
        dialect = Dialect(one, options.csv.quote or '"', (), False, options.csv.escape)
        found = _records(sample, dialect)
        if scanned.spaced and any(dialect.is_spaced(cells) for _, cells in found):
            dialect = dataclasses.replace(dialect, spaced=True)
            found = _records(sample, dialect)
        records[dialect] = found
    row = scanned.skipped + 1
    if options.header_row is not None and not sample.partition("\n")[0].partition("\r")[0].strip():
        raise empty_header(table, label, row)
    headers = {one: found[0][1] if found else [] for one, found in records.items()}
    chosen = list(records)
    if declared is None:
        wide = [one for one in chosen if len(headers[one]) > 1]
        even = [one for one in wide if len({len(cells) for _, cells in records[one]}) == 1]
        chosen = even or wide or chosen
    if not any(has_name(headers[one], wanted) for one in chosen):
        _refuse_title(table, label, records, row, wanted)
    header = headers[chosen[0]]
    if len(chosen) > 1 and len(header) > 1:
        shown = " and ".join("a tab" if one.delimiter == "\t" else f"'{one.delimiter}'" for one in chosen)
        rule = f"both {shown} could separate the columns"
        raise refused(table, label, rule, "Declare csv.delimiter under the source")
    if not any(cell.strip() for cell in header):
        raise refused(table, label, "the file has no header in its first row", "Name the columns in row 1")
    if len(header) > MAX_COLUMNS:
        rule = f"the header has {len(header):,} columns"
        raise refused(table, label, rule, f"A source has at most {MAX_COLUMNS:,}")
    return dataclasses.replace(chosen[0], header=tuple(names_of(table, label, header, row)))


def _refuse_title(
    table: str, label: str, records: dict[Dialect, list[tuple[int, list[str]]]], row: int, wanted: Collection[str]
) -> None:
    """Raise `Refused` when a row below the first is the header: with title lines above it no column has its name."""
    cells = {one: [cells for _, cells in found] for one, found in records.items()}
    places = {one: by_names(found, wanted) for one, found in cells.items()}
    if not any(places.values()) and all(not found or len(found[0]) == 1 for found in cells.values()):
        places = {one: by_width(found) for one, found in cells.items()}
    better = [(len(cells[one][place]), records[one][place][0]) for one, place in places.items() if place is not None]
    if better:
        _, line = max(better, key=lambda found: found[0])
        raise refused(table, label, *said_of_header(row, row + line - 1, table))


def _records(sample: str, dialect: Dialect) -> list[tuple[int, list[str]]]:
    """The first whole records of a sample, without empty lines, each with the line, from 1, on which it ends."""
    csv.field_size_limit(MAX_LINE)
    lines = list(io.StringIO(sample, newline=""))
    left = iter(lines)
    records = []
    with contextlib.suppress(csv.Error):
        for cells in itertools.islice(dialect.reader(left, strict=False), _SAMPLE_ROWS + 1):
            if cells:
                records.append((len(lines) - operator.length_hint(left), cells))
    whole = len(sample.encode()) < _SAMPLE_BYTES or len(records) > _SAMPLE_ROWS
    return records if whole or len(records) < 2 else records[:-1]


def _same_header(table: str, label: str, first_label: str, first: Dialect, other: Dialect) -> None:
    if sorted(map(str.lower, first.header)) == sorted(map(str.lower, other.header)) and _alike_in_order(first, other):
        return
    mine, theirs = set(other.header), set(first.header)
    said = [f"lacks {', '.join(sorted(theirs - mine))}"] * bool(theirs - mine)
    said += [f"also has {', '.join(sorted(mine - theirs))}"] * bool(mine - theirs)
    raise other_columns(table, label, first_label, said)


def _alike_in_order(first: Dialect, other: Dialect) -> bool:
    """Whether the columns that differ only in case stand in both files in the same order: else they would be mixed."""
    lowered = [one.lower() for one in first.header]
    alike = {one for one in lowered if lowered.count(one) > 1}
    return [one for one in first.header if one.lower() in alike] == [
        one for one in other.header if one.lower() in alike
    ]


def _stage(engine: Engine, table: str, label: str, scanned: Scanned, dialect: Dialect, index: int, part: Path) -> None:
    """One file's rows as Parquet with their row numbers: by DuckDB when every reader must agree, else exactly."""
    count = 0
    if scanned.quoted:
        count, spaced = _survey(table, label, scanned, dialect)
        dialect = dataclasses.replace(dialect, spaced=dialect.spaced or spaced)
    plain = scanned.uniform and not dialect.spaced and dialect.escape is None
    if plain and _stage_fast(engine, scanned, dialect, index, part):
        read = rows(engine, part)
        # DuckDB passes over some wrong quotes and over empty cells beyond the header's
        expected = count if scanned.quoted else scanned.delimiters[dialect.delimiter]
        if expected == (read if scanned.quoted else (len(dialect.header) - 1) * (read + 1)):
            return
    _stage_exactly(table, label, scanned, dialect, index, part)


def _survey(table: str, label: str, scanned: Scanned, dialect: Dialect) -> tuple[int, bool]:
    """The number of rows by a strict reader (−1 when one is ragged), and whether blanks stand before quotes."""
    count, ragged = 0, False
    for _, cells in _rows(table, label, scanned, dialect):
        if scanned.spaced and not dialect.spaced and dialect.is_spaced(cells):
            return -1, True
        ragged = ragged or len(cells) != len(dialect.header)
        count += 1
    return -1 if ragged else count, False


def _stage_fast(engine: Engine, scanned: Scanned, dialect: Dialect, index: int, part: Path) -> bool:
    """Whether DuckDB read every row without an objection."""
    names = distinct_names(dialect.header).values()
    columns = ", ".join(f"{text(column)}: 'VARCHAR'" for column in names)
    scan = (
        f"read_csv({text(scanned.path)}, columns = {{{columns}}}, auto_detect = false, header = true, "
        f"delim = {text(dialect.delimiter)}, quote = {text(dialect.quote)}, escape = {text(dialect.quote)}, "
        f"null_padding = false, strict_mode = true, max_line_size = {MAX_LINE})"
    )
    number = f"{index * ROWS_PER_FILE + scanned.skipped + 1} + row_number() OVER () AS {ROW}"
    try:
        engine.write(f"SELECT {number}, {', '.join(map(name, names))} FROM {scan}", part)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        part.unlink(missing_ok=True)
        return False
    return True


def _stage_exactly(table: str, label: str, scanned: Scanned, dialect: Dialect, index: int, part: Path) -> None:
    """Row by row; raises `Refused` with the rows that are ragged or wrongly quoted."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    names = distinct_names(dialect.header).values()
    schema = pa.schema([pa.field(ROW, pa.int64()), *(pa.field(column, pa.string()) for column in names)])
    width = len(dialect.header)
    nothing = pa.scalar(None, pa.string())
    ragged: list[tuple[int, int]] = []
    whole = 0
    with pq.ParquetWriter(part, schema) as writer:
        rows = _rows(table, label, scanned, dialect)
        while batch := list(itertools.islice(rows, _BATCH)):
            ragged += [(number, len(cells)) for number, cells in batch if len(cells) != width]
            whole = max((number for number, cells in batch if len(cells) == width), default=whole)
            if not ragged:
                numbers = pa.array([index * ROWS_PER_FILE + number for number, _ in batch], pa.int64())
                columns = [pa.array(cells, pa.string()) for cells in zip(*(cells for _, cells in batch), strict=True)]
                filled = [pc.if_else(pc.equal(column, ""), nothing, column) for column in columns]
                writer.write_table(pa.Table.from_arrays([numbers, *filled], schema=schema))
    if ragged:
        part.unlink()
        examples = tuple((number, f"{count} cell{'s' * (count != 1)}") for number, count in ragged[:5])
        remedy = "Quote cells that hold the delimiter or a line break, or declare csv.delimiter under the source"
        if all(count == 1 and number > whole for number, count in ragged):
            remedy = "They stand below the table and look like notes: take them out of the export"
        raise refused(table, label, f"rows do not have the {width} cells of the header", remedy, len(ragged), examples)


def _rows(table: str, label: str, scanned: Scanned, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header with their numbers; empty lines are counted and passed over."""
    csv.field_size_limit(MAX_LINE)
    number = scanned.skipped
    header_seen = False
    with scanned.path.open(encoding="utf-8", newline="") as file:
        reader = dialect.reader(file, strict=True)
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                remedy = "Close every quote and double the quotes inside a cell, or declare csv.quote under the source"
                shown = ((number, "from here on the rows cannot be told apart"),)
                raise refused(table, label, f"a row is wrongly quoted: {error}", remedy, 1, shown) from None
            if not cells or (len(cells) == 1 and len(dialect.header) > 1 and not cells[0].strip()):
                continue
            if header_seen:
                yield number, cells
            header_seen = True
