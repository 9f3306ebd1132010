"""Files, folders and sheets as tables that were looked at; the job of a child process, by the readers of a run.

What they refuse is told with their messages; how a file is laid out is told by its beginning and shown, never kept
silent.
"""

from __future__ import annotations

import dataclasses
import glob
import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from portfolio_review.errors import DataRefusedError, Fault, MissingFileError
from portfolio_review.proposal import layout, profile
from portfolio_review.proposal.headings import KNOWN
from portfolio_review.proposal.profile import ISO, SEPARATORS, Column
from portfolio_review.proposal.tables import Looked, Seen, links, own_name
from portfolio_review.review import CsvOptions, FileOptions
from portfolio_review.sources.archive import measured
from portfolio_review.sources.csvtext import read_csv
from portfolio_review.sources.engine import Engine, name, open_engine, text
from portfolio_review.sources.files import Found, Missing, find, format_of
from portfolio_review.sources.parquet import read_parquet
from portfolio_review.sources.raw import ROW, Raw, Refused
from portfolio_review.sources.reading import STAGE
from portfolio_review.sources.totals import where_of_totals
from portfolio_review.sources.workbook import read_workbook

MOST_TABLES = 60
_HEADER_ROWS = 30
_TABLE = "transactions"
"""The table in whose name the readers speak: of no other is anything known yet."""


def files_in(data: Iterable[str]) -> list[Path]:
    """The files named, and those in the folders named; raises `MissingFileError`."""
    found: list[Path] = []
    missing = [one for one in data if not Path(one).exists()]
    if missing:
        raise MissingFileError(
            "\n".join(f"'{one}' does not exist: name a file, a folder or env:NAME" for one in missing)
        )
    for one in data:
        path = Path(one)
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found += [
            file for file in inside
            if file == path or (not file.name.startswith((".", "_", "~$")) and file.is_file() and format_of(file))
        ]  # fmt: skip
        if path.is_dir() and not any(file.parent == path for file in found):
            raise MissingFileError(f"'{one}' holds no file that ends in .csv, .xlsx or .parquet: name another folder")
    return list(dict.fromkeys(found))


def look(paths: tuple[str, ...], out: Path, folder: Path) -> Seen:
    """Every table of the files at `paths`; of one file alone a refusal is raised, of several it is passed over.

    out: the folder of the review file to be, from which paths are written.
    """
    directories = {where for one in paths for where in (Path(one).parent, Path(one).resolve().parent)}
    engine = open_engine(folder, directories, "UTC", None)
    tables: list[tuple[Looked, Raw]] = []
    passed: list[str] = []
    faults: list[Fault] = []
    try:
        for path in paths:
            (engine.scratch / STAGE).write_text(f"{path} was read", encoding="utf-8")
            try:
                tables += _tables(engine, path, out, len(tables), passed)
            except Refused as refused:
                faults += refused.faults
        if not tables:
            raise DataRefusedError("nothing that was named can be read as a table", [_plain(one) for one in faults])
        passed += [str(_plain(one)) for one in faults]
        tables = _together(engine, tables)
        return Seen(tuple(one for one, _ in tables), links(engine, tables), tuple(passed))
    finally:
        engine.close()


def _together(engine: Engine, tables: list[tuple[Looked, Raw]]) -> list[tuple[Looked, Raw]]:
    """Sheets of a workbook, and files of a folder, that have the same columns with dates and numbers are one table."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for at, (one, _) in enumerate(tables):
        if any(column.is_date for column in one.columns) and any(column.is_number for column in one.columns):
            options = one.options.model_copy(update={"sheet": None})
            key = (Path(one.path).parent, tuple(column.name for column in one.columns), options.model_dump_json())
            alike.setdefault(key, []).append(at)
    found = dict(enumerate(tables))
    for places in alike.values():
        if len(places) > 1 and (united := _united(engine, [tables[at] for at in places], len(found))) is not None:
            found[places[0]] = united
            for at in places[1:]:
                del found[at]
    return list(found.values())


def _united(engine: Engine, parts: list[tuple[Looked, Raw]], number: int) -> tuple[Looked, Raw] | None:
    """Several tables read as one: by a list of sheets, or by a glob that matches them and nothing else."""
    first = parts[0][0]
    looked, read = [one for one, _ in parts], [raw.label for _, raw in parts]
    own, path, label = first.options, first.path, read[0]
    if len(set(read)) == 1:
        own = own.model_copy(update={"sheet": tuple(str(one.options.sheet) for one in looked)})
    else:
        start, ending = _beginning(read), Path(first.path).suffix
        label = f"{start}*{ending}"
        if any(one.options.sheet for one in looked) or sorted(glob.glob(label)) != sorted(read):
            return None
        path = f"{_beginning([one.path for one in looked])}*{ending}"
    found = find(_TABLE, label, Path())
    assert isinstance(found, Found)
    try:
        raw, own = _read(engine, dataclasses.replace(found, mark=f".united{number}"), own)
    except Refused:
        return None
    columns = profile.columns(engine, raw)
    notes = (*first.notes, f"read together: {', '.join(Path(one.place).name for one in looked)}")
    return Looked(first.name, path, own, columns[0].rows, columns, notes, _totals(engine, raw, columns)), raw


def _beginning(paths: list[str]) -> str:
    """What all paths begin with, letter by letter."""
    letters = zip(*paths, strict=False)
    return "".join(one[0] for one in itertools.takewhile(lambda one: len(set(one)) == 1, letters))


def _plain(fault: Fault) -> Fault:
    """A fault of a reader, before it is known which table the file is."""
    return dataclasses.replace(fault, table="data")


def _tables(engine: Engine, path: str, out: Path, number: int, passed: list[str]) -> Iterator[tuple[Looked, Raw]]:
    found = find(_TABLE, path, Path())
    if isinstance(found, Missing):
        raise MissingFileError(str(found))
    written = os.path.relpath(path, out)
    options: list[tuple[str, FileOptions, list[str]]] = [(Path(path).name.partition(".")[0], FileOptions(), [])]
    if found.format == "csv":
        options = [(options[0][0], *_of_csv(Path(path)))]
    elif found.format == "xlsx":
        options = list(_of_sheets(engine, found))
    for place, (title, own, notes) in enumerate(options):
        if number + place >= MOST_TABLES:
            passed.append(f"{path}: only the first {MOST_TABLES} tables are looked at")
            return
        try:
            raw, own = _read(engine, dataclasses.replace(found, mark=f".{number + place}"), own)
        except Refused as refused:
            if len(options) == 1:
                raise
            passed += [str(_plain(one)) for one in refused.faults]
            continue
        seen = profile.columns(engine, raw)
        if raw.format == "csv":
            own = _with_forms(own, seen)
        yield (
            Looked(title, written, own, seen[0].rows if seen else 0, seen, tuple(notes), _totals(engine, raw, seen)),
            raw,
        )


def _read(engine: Engine, found: Found, own: FileOptions) -> tuple[Raw, FileOptions]:
    """The rows by the reader of the format."""
    if found.format == "parquet":
        return read_parquet(engine, found, None), own
    if found.format == "csv":
        return read_csv(engine, found, own, KNOWN), own
    return read_workbook(engine, found, own, KNOWN), own


def _of_csv(path: Path) -> tuple[FileOptions, list[str]]:
    seen = layout.of_text(path)
    notes = []
    if seen.encoding is not None:
        others = f"; {' and '.join(seen.others)} would be words too" if seen.others else ""
        notes.append(f"encoding {seen.encoding}, guessed: it reads '{seen.reading}'{others}")
    if seen.delimiter is not None:
        notes.append(f"delimiter {'a tab' if seen.delimiter == chr(9) else repr(seen.delimiter)}")
    if seen.header_row is not None:
        notes.append(f"the header stands in row {seen.header_row}; what is above is no part of the table")
    csv = CsvOptions(encoding=seen.encoding, delimiter=seen.delimiter)
    return FileOptions(header_row=seen.header_row, csv=csv), notes


def _with_forms(own: FileOptions, columns: tuple[Column, ...]) -> FileOptions:
    decimal, thousands = SEPARATORS[profile.separators(columns)]
    csv = own.csv.model_copy(update={"decimal": decimal, "thousands": thousands})
    return own.model_copy(update={"csv": csv})


def _of_sheets(engine: Engine, found: Found) -> Iterator[tuple[str, FileOptions, list[str]]]:
    """Every visible sheet with the row of its header."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    measured(_TABLE, found.names[0], found.paths[0])
    book = CalamineWorkbook.from_path(found.paths[0])
    sheets = [
        one.name for one in book.sheets_metadata
        if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
    ]  # fmt: skip
    for sheet in sheets:
        rows = book.get_sheet_by_name(sheet).to_python(nrows=_HEADER_ROWS, skip_empty_area=False)
        texts = [["" if cell == "" else str(cell) for cell in row] for row in rows]
        filled = [place for place, row in enumerate(texts) if any(cell.strip() for cell in row)]
        if not filled:
            continue
        row = filled[layout.header_row([texts[place] for place in filled])]
        several = len(sheets) > 1
        notes = [f"the header stands in row {row + 1}; what is above is no part of the table"] if row else []
        title = sheet if several else Path(found.names[0]).stem
        yield title, FileOptions(sheet=sheet if several else None, header_row=row + 1 if row else None), notes


def _totals(engine: Engine, raw: Raw, columns: tuple[Column, ...]) -> str:
    """The condition that leaves out rows of totals: among rows whose first date is none; empty without any."""
    dated = next((one for one in columns if one.is_date), None)
    if dated is None:
        return ""
    cell = name(own_name(raw, dated.name))
    broken = f"{cell} IS NULL"
    if dated.is_text:
        read = f"TRY_CAST(trim({cell}) AS TIMESTAMP)"
        if dated.dates[0] != ISO:
            read = f"coalesce(try_strptime(trim({cell}), {text(dated.dates[0])}), {read})"
        broken = f"{read} IS NULL"
    return where_of_totals(engine, raw, f"SELECT {ROW} FROM {raw.relation} WHERE {broken}")
