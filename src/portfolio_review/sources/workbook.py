"""One sheet of an XLSX workbook as a relation, read by calamine after its true size was measured.

A column whose cells are all numbers, dates or true/false has that type; whole numbers are whole. Any other
column is text: numbers as they would be typed, dates in ISO form.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio_review.errors import Fault, nearest
from portfolio_review.review import Source
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.files import Found, digest
from portfolio_review.sources.model import Input
from portfolio_review.sources.raw import ROW, ROWS_PER_FILE, Raw, Refused, columns_of, printable

MAX_UNPACKED = 1 << 30
MAX_RATIO = 200
_RATIO_FROM = 100 << 20
_PARTS = re.compile(r"xl/(?:worksheets/.*\.xml|sharedStrings\.xml|workbook\.xml|styles\.xml)", re.IGNORECASE)
_BATCH = 50_000
_WHOLE_BELOW = 2**53


@dataclass
class _Column:
    """The types of the cells seen in one column."""

    name: str
    types: set[str]

    @property
    def type(self) -> str:
        if self.types <= {"whole"}:
            return "whole" if self.types else "text"
        if self.types <= {"whole", "number"}:
            return "number"
        return next(iter(self.types)) if len(self.types) == 1 else "text"


def read_workbook(engine: Engine, found: Found, source: Source) -> Raw:
    """The named sheet, or the first, of each file; several files need the same columns. Raises `Refused`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sheets = []
    for label, path in zip(found.names, found.paths, strict=True):
        _check_size(found.table, label, path)
        sheets.append(_Sheet(found.table, label, path, source.sheet, engine.memory_gb))
    first = sheets[0]
    for label, sheet in zip(found.names[1:], sheets[1:], strict=True):
        if sheet.date1904 != first.date1904:
            said = f"the workbook counts its days from another year (1900 or 1904) than {found.names[0]}"
            raise Refused(_fault(found.table, label, said, "Save both with the same date system"))
        _same_columns(found, label, first, sheet)
        for mine, theirs in zip(first.columns, sheet.columns, strict=True):
            mine.types |= theirs.types
    types = {"whole": pa.int64(), "number": pa.float64(), "date": pa.timestamp("us"), "flag": pa.bool_()}
    schema = pa.schema(
        [pa.field(ROW, pa.int64()), *(pa.field(one.name, types.get(one.type, pa.string())) for one in first.columns)]
    )
    part = engine.scratch / f"{found.table}.parquet"
    inputs = []
    with pq.ParquetWriter(part, schema) as writer:
        for index, (label, path, sheet) in enumerate(zip(found.names, found.paths, sheets, strict=True)):
            count = 0
            for numbers, cells in sheet.batches([one.type for one in first.columns], source.csv.decimal or "."):
                rows = pa.array([index * ROWS_PER_FILE + number for number in numbers], pa.int64())
                arrays = [pa.array(column, field.type) for column, field in zip(cells, list(schema)[1:], strict=True)]
                writer.write_table(pa.Table.from_arrays([rows, *arrays], schema=schema))
                count += len(numbers)
            inputs.append(Input(found.table, label, digest(path), path.stat().st_size, count))
    relation = (
        f"(SELECT {', '.join([ROW, *(name(one.name) for one in first.columns)])} FROM read_parquet({text(str(part))}))"
    )
    return Raw(
        found.table, "xlsx", found.label, relation, columns_of(engine.reader, relation), found.names, tuple(inputs),
        date1904=first.date1904,
    )  # fmt: skip


class _Sheet:
    """A sheet's header, the types of its columns, and its rows."""

    def __init__(self, table: str, label: str, path: Path, wanted: str | None, memory_gb: float) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            with _memory_limit(memory_gb):
                book = CalamineWorkbook.from_path(path)
                names = book.sheet_names
                if not names or (wanted is not None and wanted not in names):
                    near = nearest(wanted or "", names)
                    raise Refused(
                        _fault(table, label, f"no sheet '{wanted}'{near}", f"The workbook has {', '.join(names)}")
                    )
                self._sheet = book.get_sheet_by_name(wanted if wanted is not None else names[0])
        except CalamineError as error:
            said = printable(str(error) or type(error).__name__, 120)
            raise Refused(
                _fault(table, label, f"the workbook cannot be read: {said}", "Save it again as XLSX")
            ) from None
        self.date1904 = _counts_from_1904(path)
        rows = self._sheet.iter_rows()
        # leading empty rows are given too: calamine counts from the top of the sheet
        self._skipped = 0
        header: list[Any] = []
        for cells in rows:
            self._skipped += 1
            if any(cell != "" for cell in cells):
                header = cells
                break
        if not header:
            raise Refused(_fault(table, label, "the sheet is empty", "Name the sheet that holds the table with sheet"))
        last = max(index for index, cell in enumerate(header) if cell != "")
        names = [str(_plain(cell, ".")).strip() or f"column{index}" for index, cell in enumerate(header, start=1)][
            : last + 1
        ]
        lowered = [one.lower() for one in names]
        twice = sorted({one for one in names if lowered.count(one.lower()) > 1})
        if twice:
            shown = ", ".join(f"'{printable(one)}'" for one in twice[:5])
            raise Refused(
                _fault(table, label, f"the header names a column twice: {shown}", "Give every column its own name")
            )
        self.columns = [_Column(one, set()) for one in names]
        for cells in rows:
            for column, cell in zip(self.columns, cells, strict=False):
                if cell != "":
                    column.types.add(_type(cell))

    def batches(self, types: list[str], decimal: str) -> Iterator[tuple[list[int], list[list[Any]]]]:
        """Row numbers and columns, a batch at a time; rows without any cell are passed over."""
        width = len(self.columns)
        numbers: list[int] = []
        columns: list[list[Any]] = [[] for _ in range(width)]
        for index, cells in enumerate(self._sheet.iter_rows()):
            if index < self._skipped or all(cell == "" for cell in cells[:width]):
                continue
            numbers.append(index + 1)
            for column, kind, cell in zip(columns, types, cells, strict=False):
                column.append(None if cell == "" else _cell(cell, kind, decimal))
            if len(numbers) == _BATCH:
                yield numbers, columns
                numbers, columns = [], [[] for _ in range(width)]
        if numbers:
            yield numbers, columns


def _type(cell: object) -> str:
    if isinstance(cell, bool):
        return "flag"
    if isinstance(cell, int | float):
        return "whole" if cell == int(cell) and abs(cell) < _WHOLE_BELOW else "number"
    if isinstance(cell, dt.date):
        return "date"
    return "text"


def _cell(cell: Any, kind: str, decimal: str) -> object:
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
        return str(int(cell)) if _type(cell) == "whole" else repr(cell).replace(".", decimal)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)


def _same_columns(found: Found, label: str, first: _Sheet, other: _Sheet) -> None:
    mine, theirs = [one.name for one in other.columns], [one.name for one in first.columns]
    if mine != theirs:
        raise Refused(
            _fault(
                found.table, label, f"the file differs in its columns from {found.names[0]}: it has {', '.join(mine)}",
                "Workbooks of one glob need the same columns in the same order",
            )
        )  # fmt: skip


def _check_size(table: str, label: str, path: Path) -> None:
    """Unpack what calamine will read, keeping nothing: what the archive says of its sizes may be a lie."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = [entry for entry in archive.infolist() if _PARTS.fullmatch(entry.filename)]
            declared = sum(entry.file_size for entry in entries)
            _refuse_bomb(table, label, declared, path.stat().st_size)
            total = 0
            for entry in entries:
                for size in _unpacked(file, entry):
                    total += size
                    _refuse_bomb(table, label, total, path.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError) as error:
        said = printable(str(error), 120)
        raise Refused(_fault(table, label, f"the workbook is damaged: {said}", "Save it again as XLSX")) from None


def _unpacked(file: Any, entry: zipfile.ZipInfo) -> Iterator[int]:
    """Sizes of the pieces of one entry as they come out."""
    file.seek(entry.header_offset)
    header = file.read(30)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(entry.header_offset + 30 + name_length + extra_length)
    left = entry.compress_size
    unpacker = zlib.decompressobj(-15)
    while left > 0:
        piece = file.read(min(left, 1 << 16))
        if not piece:
            raise EOFError("it ends inside a part")
        left -= len(piece)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield len(piece)
            continue
        while piece:
            yield len(unpacker.decompress(piece, 1 << 20))
            piece = unpacker.unconsumed_tail


def _refuse_bomb(table: str, label: str, unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * packed):
        raise Refused(
            _fault(
                table, label,
                f"the workbook unpacks to {unpacked >> 20:,} MB or more from {packed / (1 << 20):,.1f} MB",
                "A workbook unpacks to at most 1 GB: export the table as CSV or Parquet",
            )
        )  # fmt: skip


def _counts_from_1904(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        try:
            head = archive.read("xl/workbook.xml")
        except KeyError:
            return False
    return re.search(rb"date1904=[\"'](?:1|true)[\"']", head) is not None


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


def _fault(table: str, label: str, rule: str, remedy: str) -> Fault:
    return Fault(table, None, rule, 0, remedy, file=label)
