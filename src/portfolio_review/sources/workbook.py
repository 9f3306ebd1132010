"""Sheets of XLSX workbooks as a relation, read by calamine after the true size of a workbook was measured.

Without a name the first sheet that is visible is read; others that could be meant are a doubt.

A column whose cells are all numbers, dates or true/false has that type; whole numbers are whole. Any other
column is text: numbers as they would be typed, dates in ISO form.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from portfolio_review.doubt import MOST_EXAMPLES, Doubt, Phrase
from portfolio_review.errors import Fault, nearest
from portfolio_review.review import FileOptions
from portfolio_review.sources.archive import measured, outline
from portfolio_review.sources.engine import Engine, name, stored
from portfolio_review.sources.errorcells import error_column
from portfolio_review.sources.files import Found, digest
from portfolio_review.sources.headers import LOOKED_AT, better_header, empty_header, names_of, said_of_header
from portfolio_review.sources.model import Input
from portfolio_review.sources.raw import (
    ROW,
    ROWS_PER_FILE,
    Raw,
    Refused,
    columns_of,
    distinct_names,
    printable,
    refused,
    with_folders,
)  # fmt: skip

_BATCH = 50_000
EVERY_SHEET = "*"
_WHOLE_BELOW = 2**53
_SHEETS = re.compile(r"xl/worksheets/[^/]*\.xml", re.IGNORECASE)
Cells = dict[tuple[int, int], str]
"""What stands in cells, by row and column from 0."""


def read_workbook(engine: Engine, found: Found, options: FileOptions, wanted: Collection[str]) -> Raw:
    """The named sheets, or the first visible one, of each file; all need the same columns. Raises `Refused`.

    `wanted`: names of columns, in small letters, that a header is known by.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    books = [
        _Book(found.table, label, path, options, engine.memory_gb, wanted)
        for label, path in zip(found.names, found.paths, strict=True)
    ]
    sheets = [(place, sheet) for place, book in enumerate(books) for sheet in book.sheets]
    first = sheets[0][1]
    for place, sheet in sheets[1:]:
        if books[place].date1904 != books[0].date1904:
            said = f"the workbook counts its days from another year (1900 or 1904) than {found.names[0]}"
            raise refused(found.table, found.names[place], said, "Save both with the same date system")
        _same_columns(found.table, first, sheet)
        for mine, theirs in zip(first.columns, sheet.columns, strict=True):
            mine.types |= theirs.types
            mine.errors |= theirs.errors
    names = distinct_names(one.name for one in first.columns)
    types = {"whole": pa.int64(), "number": pa.float64(), "date": pa.timestamp("us"), "flag": pa.bool_()}
    broken = [index for index, one in enumerate(first.columns) if one.errors]
    errors = {names[first.columns[column].name]: error_column(index) for index, column in enumerate(broken)}
    schema = pa.schema(
        [
            pa.field(ROW, pa.int64()),
            *(pa.field(names[one.name], types.get(one.type, pa.string())) for one in first.columns),
            *(pa.field(beside, pa.string()) for beside in errors.values()),
        ]
    )
    part = engine.scratch / f"{found.scratch}.parquet"
    counts = [0] * len(books)
    with pq.ParquetWriter(part, schema) as writer:
        for index, (place, sheet) in enumerate(sheets):
            kinds = [one.type for one in first.columns]
            for numbers, cells in sheet.batches(kinds, broken, options.csv.decimal or "."):
                rows = pa.array([index * ROWS_PER_FILE + number for number in numbers], pa.int64())
                arrays = [pa.array(column, one.type) for column, one in zip(cells, list(schema)[1:], strict=True)]
                writer.write_table(pa.Table.from_arrays([rows, *arrays], schema=schema))
                counts[place] += len(numbers)
    relation = f"(SELECT {', '.join(map(name, schema.names))} FROM {stored(part)})"
    described = columns_of(engine, relation)
    several = len(sheets) > len(books)
    raw = Raw(
        found.table, "xlsx", found.label, relation,
        {one: described[one] for one in names.values()},
        tuple(sheet.label if several else found.names[place] for place, sheet in sheets),
        tuple(
            Input(found.table, label, digest(path), path.stat().st_size, count)
            for label, path, count in zip(found.names, found.paths, counts, strict=True)
        ),
        date1904=books[0].date1904, names=names, errors=errors, doubts=_other_sheets(found.table, books, sum(counts)),
    )  # fmt: skip
    places = [place for place, _ in sheets]
    return with_folders(raw, {key: tuple(values[place] for place in places) for key, values in found.folders.items()})


def _other_sheets(table: str, books: list[_Book], read: int) -> tuple[Doubt, ...]:
    """The doubt about sheets that were not read and look as if they were meant."""
    others = [one for book in books for one in book.unread if one.rows]
    if not others:
        return ()
    unread = sum(one.rows for one in others)
    sheets = ", ".join(dict.fromkeys(sheet.name for book in books for sheet in book.sheets))
    named = ", ".join(dict.fromkeys(one.name for one in others))
    remedy = Phrase(
        'Write sheet: "*" under sources.%(table)s to read every visible sheet, or a list.', {"table": table}
    )
    if not all(one.same for one in others):
        remedy = Phrase(
            "Name the sheet that is meant (or a list of several) by sheet: under sources.%(table)s.", {"table": table}
        )
    return (
        Doubt(
            id="other_sheets", table=table, column=None, rows=unread, share=unread / (unread + read),
            examples=tuple(f"{one.label}: {one.rows:,} rows" for one in others[:MOST_EXAMPLES]),
            done=Phrase(
                "Only the sheet %(sheets)s was read, not %(others)s.", {"sheets": sheets, "others": named},
                unnamed=Phrase("Not every sheet of the workbook was read."),
            ),
            remedy=remedy,
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Unread:
    """A visible sheet that was not read: whether it has the columns of the one that was, and its rows."""

    name: str
    label: str
    same: bool
    rows: int


class _Book:
    """A workbook: the sheets that are read, and those that could be meant as well."""

    def __init__(
        self, table: str, label: str, path: Path, options: FileOptions, memory_gb: float, wanted: Collection[str]
    ) -> None:
        from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

        self._table, self._label, self._path, self._options, self._wanted = table, label, path, options, wanted
        self._forms = measured(table, label, path)
        self._parts, self.date1904 = outline(path)
        try:
            with _memory_limit(memory_gb):
                self._book = CalamineWorkbook.from_path(path)
                visible = [
                    one.name
                    for one in self._book.sheets_metadata
                    if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
                ]
                self._names = list(self._book.sheet_names)
                self.sheets = self._chosen(visible)
                self.unread = self._left(visible)
        except CalamineError as error:
            said = printable(str(error) or type(error).__name__, 120)
            raise refused(table, label, f"the workbook cannot be read: {said}", "Save it again as XLSX") from None

    def _chosen(self, visible: list[str]) -> list[_Sheet]:
        wanted = self._options.sheet
        if wanted is None:
            return [self._sheet((visible or self._names or [""])[0])]
        if wanted == EVERY_SHEET:
            sheets = [self._sheet(one) for one in visible if any(map(_filled, self._rows(one).iter_rows()))]
            if not sheets:
                raise refused(self._table, self._label, "no visible sheet holds anything", "Name a sheet")
            return sheets
        return [self._sheet(one) for one in ((wanted,) if isinstance(wanted, str) else dict.fromkeys(wanted))]

    def _sheet(self, wanted: str) -> _Sheet:
        if wanted not in self._names:
            near, known = nearest(wanted, self._names), ", ".join(self._names)
            raise refused(self._table, self._label, f"no sheet '{wanted}'{near}", f"The workbook has {known}")
        rows, label, form = self._rows(wanted), self._named(wanted), self._forms.get(self._part(wanted))
        return _Sheet(self._table, label, wanted, rows, form.odd if form else {}, self._options, self._wanted)

    def _named(self, wanted: str) -> str:
        return f"{self._label}, sheet {wanted}" if len(self._names) > 1 else self._label

    def _rows(self, wanted: str) -> Any:
        if faults := self._form_faults(wanted):
            raise Refused(*faults)  # before calamine makes room for what is out of all places
        return self._book.get_sheet_by_name(wanted)

    def _part(self, wanted: str) -> str:
        return self._parts[self._names.index(wanted)] if len(self._parts) == len(self._names) else ""

    def _form_faults(self, wanted: str) -> list[Fault]:
        """What stands against the cells of a sheet; of every one, where it cannot be told which part it is."""
        part = self._part(wanted)
        forms = [
            form for known, form in self._forms.items() if known == part or (not part and _SHEETS.fullmatch(known))
        ]
        return [fault for form in forms for fault in form.faults(self._table, self._named(wanted))]

    def _left(self, visible: list[str]) -> list[_Unread]:
        """The visible sheets that were not read and could be meant: of the same columns, or when none was named."""
        if self._options.sheet == EVERY_SHEET:
            return []
        read = {one.name for one in self.sheets}
        header = [one.name.lower() for one in self.sheets[0].columns]
        found = []
        for other in visible:
            if other in read or self._form_faults(other):
                continue
            filled = (cells for cells in self._rows(other).iter_rows() if _filled(cells))
            first = list(islice(filled, LOOKED_AT + 1))
            place = _place_of(header, first)
            if place is not None or self._options.sheet is None:
                rows = len(first[(place or 0) + 1 :]) + sum(1 for _ in filled)
                found.append(_Unread(other, f"{self._label}, sheet {other}", place is not None, rows))
        return found


def _filled(cells: Sequence[Any]) -> bool:
    return any(cell != "" for cell in cells)


def _place_of(header: list[str], rows: list[list[Any]]) -> int | None:
    """Which of the first rows is the header, in small letters: title lines stand above it in one sheet or in all."""
    return next(
        (at for at, row in enumerate(rows) if [str(cell).strip().lower() for cell in row if cell != ""] == header), None
    )


class _Sheet:
    """A sheet's header, the types of its columns, and its rows."""

    def __init__(
        self, table: str, label: str, title: str, rows: Any, odd: Cells, options: FileOptions, wanted: Collection[str]
    ) -> None:
        self.name, self.label, self._rows, self._odd = title, label, rows, odd
        above = options.skip_rows or (options.header_row or 1) - 1
        looked: list[tuple[int, list[Any]]] = []
        # leading empty rows are given too: calamine counts from the top of the sheet
        for number, cells in enumerate(rows.iter_rows()):
            if number >= above and (_filled(cells) or options.header_row == number + 1):
                looked.append((number, cells))
            if len(looked) > LOOKED_AT:
                break
        if not looked:
            raise refused(table, label, "the sheet is empty", "Name the sheet that holds the table with sheet")
        self._skipped, header = looked[0][0] + 1, looked[0][1]
        if not _filled(header):
            raise empty_header(table, label, self._skipped)
        records = [[str(_plain(cell, ".")) for cell in cells] for _, cells in looked]
        place = better_header(records, wanted)
        if place is not None:
            raise refused(table, label, *said_of_header(self._skipped, looked[place][0] + 1, table))
        last = max(index for index, cell in enumerate(header) if cell != "")
        self.columns = [_Column(one, set()) for one in names_of(table, label, records[0][: last + 1])]
        for (row, column), _ in odd.items():
            if column <= last and row >= self._skipped:
                self.columns[column].errors = True
        for number, cells in enumerate(rows.iter_rows()):
            if number >= self._skipped:
                for known, cell in zip(self.columns, cells, strict=False):
                    if cell != "":
                        known.types.add(_type_of(cell))

    def batches(
        self, types: list[str], broken: Sequence[int], decimal: str
    ) -> Iterator[tuple[list[int], list[list[Any]]]]:
        """Row numbers and columns, a batch at a time, then the errors of the columns `broken`.

        Rows without any cell are passed over.
        """
        width = len(self.columns)
        odd_rows = {row for row, column in self._odd if column < width}
        numbers: list[int] = []
        columns: list[list[Any]] = [[] for _ in range(width + len(broken))]
        for index, cells in enumerate(self._rows.iter_rows()):
            if index < self._skipped or (index not in odd_rows and not _filled(cells[:width])):
                continue
            numbers.append(index + 1)
            for column, kind, cell in zip(columns, types, cells, strict=False):
                column.append(None if cell == "" else _typed(cell, kind, decimal))
            for place, column in zip(broken, columns[width:], strict=True):
                column.append(self._odd.get((index, place)))
            if len(numbers) == _BATCH:
                yield numbers, columns
                numbers, columns = [], [[] for _ in range(width + len(broken))]
        if numbers:
            yield numbers, columns


def _same_columns(table: str, first: _Sheet, other: _Sheet) -> None:
    mine, theirs = [one.name for one in other.columns], [one.name for one in first.columns]
    if mine != theirs:
        raise refused(
            table, other.label, f"the file differs in its columns from {first.label}: it has {', '.join(mine)}",
            "Workbooks of one glob, and sheets read together, need the same columns in the same order: "
            "name fewer of them",
        )  # fmt: skip


@contextmanager
def _memory_limit(memory_gb: float) -> Iterator[None]:
    """A sheet whose cells lie far apart would fill the memory: let the allocation fail instead."""
    try:
        import resource

        before = resource.getrlimit(resource.RLIMIT_AS)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (ImportError, OSError, ValueError):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (used + int(memory_gb * 1e9), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@dataclass
class _Column:
    """The types of the cells seen in one column."""

    name: str
    types: set[str]
    errors: bool = False
    """Whether a cell is in error, or a formula that nobody has computed."""

    @property
    def type(self) -> str:
        if self.types <= {"whole"}:
            return "whole" if self.types else "text"
        if self.types <= {"whole", "number"}:
            return "number"
        return next(iter(self.types)) if len(self.types) == 1 else "text"


def _type_of(cell: object) -> str:
    """`flag`, `whole`, `number`, `date` or `text`."""
    if isinstance(cell, bool):
        return "flag"
    if isinstance(cell, int | float):
        return "whole" if abs(cell) < _WHOLE_BELOW and cell == int(cell) else "number"  # not a NaN
    if isinstance(cell, dt.date):
        return "date"
    return "text"


def _typed(cell: Any, kind: str, decimal: str) -> object:
    """A cell as its column holds it."""
    if kind == "whole":
        return int(cell)
    if kind == "number":
        return float(cell)
    if kind == "flag":
        return cell
    if kind == "date":
        return cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
    return _plain(cell, decimal)


def _plain(cell: object, decimal: str) -> str:
    """A cell as it would be typed."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if _type_of(cell) == "whole" else repr(cell).replace(".", decimal)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)
