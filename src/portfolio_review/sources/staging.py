"""The files of a `query` as Parquet, read by the readers that a path has: any encoding, sheets, headers, folders.

SQL needs types, so a column of text whose every cell is a number, an ISO date or time (or of the form declared for
the file) has that type; anything else, and a code such as 00417, stays text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from portfolio_review.doubt import Doubt
from portfolio_review.errors import nearest
from portfolio_review.review import CsvOptions, FileOptions
from portfolio_review.sources import rules
from portfolio_review.sources.contracts import Column
from portfolio_review.sources.conversion import Converter
from portfolio_review.sources.csvtext import read_csv
from portfolio_review.sources.dependent_cells import InError, stage_errors
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.files import Missing, find
from portfolio_review.sources.model import Input
from portfolio_review.sources.parquet import int96_of, read_parquet
from portfolio_review.sources.raw import ROW, Raw, Refused, first, refused, told
from portfolio_review.sources.workbook import read_workbook

_WHOLE = r"-?(?:0|[1-9]\d{0,17})"
_CODE = r"[-+]?0\d.*"
"""Begins like a code whose zeros mean something."""
_DECIMALS = 1
_LONGEST = 18
"""Digits of a number that is no code, a sign and a point among them."""


@dataclass(frozen=True)
class Staged:
    """A path of a query: the Parquet file to read in its place (None: as it lies), its files, what to doubt."""

    path: Path | None
    inputs: tuple[Input, ...]
    doubts: tuple[Doubt, ...] = ()
    columns: tuple[str, ...] = ()
    """Names of its columns as the source has them."""
    three_decimals: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """See `Raw`."""
    errors: tuple[InError, ...] = ()
    """Its columns with cells in error, which are null to the query."""


def stage(
    engine: Engine, table: str, number: int, written: str, options: FileOptions, base: Path, names: Collection[str]
) -> Staged:
    """Read the files at one path of a query. `names`: columns that the query speaks of, in small letters."""
    found = find(table, written, base)
    if isinstance(found, Missing):
        raise refused(table, written, str(found), "Export it again")
    found = dataclasses.replace(found, mark=f".{number}")
    if found.format == "parquet":
        raw = read_parquet(engine, found, None if "*" in names else {one: one for one in names})
        if not any(int96_of(engine, path) for path in found.paths):
            return Staged(None, raw.inputs, columns=tuple(raw.source_names.values()))
    elif found.format == "csv":
        raw = read_csv(engine, found, options, names)
    else:
        raw = read_workbook(engine, found, options, names)
    typed, decimals = _typed(engine, raw, options.csv)
    path = engine.scratch / f"{table}{found.mark}.typed.parquet"
    engine.write(f"SELECT {', '.join(typed)} FROM {raw.relation}", path)
    errors = stage_errors(engine, raw, typed, path)
    three = _three_decimals(engine, raw, options.csv, [one for one in decimals if {"*", one.lower()} & set(names)])
    return Staged(path, raw.inputs, raw.doubts, tuple(raw.source_names.values()), three, errors)


def _typed(engine: Engine, raw: Raw, csv: CsvOptions) -> tuple[list[str], list[str]]:
    """SQL of each column in the type of all its cells, and the columns of text that become numbers with decimals."""
    converter = Converter(csv, engine.timezone)
    texts = [column for column, kind in raw.columns.items() if kind == "VARCHAR"]
    _refuse_numbers(engine, raw, csv, converter)
    choices = {column: _choices(converter, csv, name(column)) for column in texts}
    tests = [  # null, as false, where a column is empty throughout
        f"bool_and({made} IS NOT NULL) FILTER ({name(column)} IS NOT NULL)"
        for column in texts
        for made in choices[column]
    ]
    fits = iter(engine.row(f"SELECT {', '.join(tests)} FROM {raw.relation}") if tests else ())
    typed, decimals = [], []
    for column in raw.columns:
        own = [made for made in choices.get(column, []) if next(fits)]
        if column in texts and own:
            typed.append(f"{own[0]} AS {name(column)}")
            if own[0] == choices[column][_DECIMALS]:
                decimals.append(column)
        else:
            typed.append(name(column))
    return typed, decimals


def _three_decimals(
    engine: Engine, raw: Raw, csv: CsvOptions, columns: list[str]
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """The columns whose every number has exactly three decimals, with their rows and the first examples."""
    found = {}
    for column in columns:
        rows = f"(SELECT {ROW}, {name(column)} AS amount FROM {raw.relation} WHERE trim({name(column)}) <> '')"
        form = text(rules.three_decimals(csv))
        if not engine.row(f"SELECT count(*) FILTER (NOT regexp_full_match(amount, {form})) FROM {rows}")[0]:
            count, shown = raw.counted(engine, "amount", rows)
            found[column] = (count, told(shown))
    return found


def _choices(converter: Converter, csv: CsvOptions, cell: str) -> list[str]:
    """SQL of what a text could be, the narrowest first, a number of any form at `_DECIMALS`; null where it is not."""
    code = f"regexp_full_match({cell}, {text(_CODE)}) OR length({cell}) > {_LONGEST}"
    made = [
        f"CASE WHEN regexp_full_match({cell}, {text(_WHOLE)}) THEN TRY_CAST({cell} AS BIGINT) END",
        f"CASE WHEN NOT ({code}) THEN {converter.number(cell)} END",
        converter.day(cell),
        converter.moment(cell),
        converter.instant(cell),
    ]
    if csv.date_format is not None:
        made.append(f"try_strptime({cell}, {text(csv.date_format)})")
    return made


def _refuse_numbers(engine: Engine, raw: Raw, csv: CsvOptions, converter: Converter) -> None:
    """Raise `Refused` for a column of `csv.numbers` that does not exist or holds text that is no number."""
    known = {column.lower(): column for column in raw.columns}
    faults = []
    for wanted in csv.numbers:
        column = known.get(wanted.lower())
        if column is None:
            rule = f"missing column '{wanted}'{nearest(wanted, raw.columns)}"
            faults.append(raw.fault(None, rule, "Correct csv.numbers under files"))
        elif raw.columns[column] == "VARCHAR":
            problem = converter.text_problem(name(column), converter.number(name(column)))
            unread = f"FROM {raw.relation} WHERE {problem} IS NOT NULL"
            count, found = engine.row(f"SELECT count(*), {first(name(column))} {unread}")
            if count:
                faults.append(rules.cell_fault(raw, Column(column, "number"), "number", count, found, csv))
    if faults:
        raise Refused(*faults)
