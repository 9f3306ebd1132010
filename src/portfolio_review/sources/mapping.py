"""From source columns to our columns: the expressions of the review file over one table's rows.

Three layers of SQL, each named by the next: `cells` (what each expression gave, and whether `where` kept the
row), `values` (as our column's type), `checked` (the rule that each cell breaks, if any).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import duckdb

from portfolio_review.errors import Fault, nearest
from portfolio_review.review import Source
from portfolio_review.sources import alike, rules, syntax
from portfolio_review.sources.alike import Alike
from portfolio_review.sources.contracts import CONTRACTS, RESERVED_UNIT, Column, Table
from portfolio_review.sources.conversion import EARLIEST, Conversion, Converter, WrongType
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.raw import ROW, Raw, Refused, columns_of
from portfolio_review.sources.swapped import both_kinds_read, swapped_days

KEEP = "__keep__"
"""Whether `where` is true for the row."""
_OWN = re.compile(rf"{ROW}|__where__|__(?:text|unread|error)_\d+__")
"""Names of the columns that stand beside those of a source."""
OPEN = "__open__"
"""Whether `where` is not false: an unreadable number in it makes it null, which must not remove a row unseen."""


@dataclass(frozen=True)
class Mapped:
    """One table on our terms: `checked` gives `ROW`, `KEEP`, and per column `cell_`, `value_` and `problem_`."""

    raw: Raw
    source: Source
    table: Table
    columns: tuple[Column, ...]
    numbers: tuple[str, ...]
    """The columns of `csv.numbers` that are text; their unread text stands in `__text_<index>__`."""
    expressions: dict[str, str]
    """The expressions that bind, by column, over `relation`."""
    relation: str
    cells: str
    """SQL of what the expressions gave: `ROW`, `KEEP`, `OPEN`, and `cell_` of each column."""
    conversions: dict[str, Conversion]
    """How a cell becomes the value of its column, by column."""
    checked: str
    currencies: dict[str, str]
    """SQL of the currency sign in the text of a number, by column, where the text may carry one."""
    faults: tuple[Fault, ...] = field(default=())
    where_failed: bool = False
    errors: tuple[str, ...] = ()
    """Columns of ours that are made of cells in error; the text of the error stands in `error_` of each."""

    def has(self, column: str) -> bool:
        return any(known.name == column for known in self.columns)


def map_table(engine: Engine, raw: Raw, source: Source, timezone: str, without: frozenset[str] = frozenset()) -> Mapped:
    """Bind every expression to the source; what cannot be bound becomes a fault, the rest goes on.

    `without` names columns whose expressions are known to stop on some row: they are left out.
    """
    table = CONTRACTS[raw.table]
    reserved = [theirs for theirs in raw.columns if _OWN.fullmatch(theirs.lower())]
    if reserved:
        said = f"column '{reserved[0]}' has a name between double underscores that is ours"
        raise Refused(raw.fault(None, said, "Rename it in the source"))
    faults: list[Fault] = []
    names = alike.alike({theirs: ours for ours, theirs in raw.source_names.items()})
    converter = Converter(source.csv, timezone, raw.format == "xlsx", raw.date1904)
    expressions, alike_faults = _expressions(raw, source, table, names)
    unclear = {fault.column for fault in alike_faults}
    faults += alike_faults
    faults += [
        rules.not_given(raw, column.name)
        for column in table.columns
        if column.required and column.name not in expressions and column.name not in unclear
    ]
    if table.one_of and not any(column in expressions for column in table.one_of):
        faults.append(rules.not_given(raw, table.one_of[0], table.one_of))
    relation, numbers, number_faults = _with_numbers(raw, source, converter, names)
    faults += number_faults
    bound: dict[str, str] = {}
    for given, expression in expressions.items():
        if given in without:
            continue
        fault = _bind(engine, raw, relation, given, expression)
        if fault is None:
            bound[given] = expression
        else:
            faults.append(fault)
    where, unclear_where = (None, ()) if source.where is None else names.resolved(source.where)
    if unclear_where:
        faults.append(rules.alike(raw, None, unclear_where))
        where = None
    where_fault = _bind(engine, raw, relation, None, where) if where is not None else None
    if where_fault is not None:
        faults.append(where_fault)
        where = None
    errors = _errors(raw, bound)
    cells = _cells(relation, bound, where, numbers, errors)
    types = columns_of(engine, cells)
    in_error = _required_in_error(engine, raw, table, cells, errors)
    faults += in_error.values()
    if both_kinds_read(raw, source):
        faults += _swapped(engine, raw, table, cells, types)
    columns, conversions = [], {}
    for column in table.columns:
        if column.name not in bound:
            continue
        try:
            conversions[column.name] = converter.convert(
                column, types[f"cell_{column.name}"], f"cell_{column.name}", f"value_{column.name}"
            )
        except WrongType as error:
            what = f"expected {_expected(column)}, found {types[f'cell_{column.name}']}"
            remedy = f"{str(error)[0].upper()}{str(error)[1:]}"
            if column.kind == "date" and (key := _day_key(engine, column, cells, bound[column.name])):
                remedy += f"; these read like numbers of days: write {key}"
            faults.append(raw.fault(column.name, what, remedy))
        else:
            columns.append(column)
            if column.name in in_error:
                conversions[column.name] = _unless_in_error(conversions[column.name], column.name)
    if "unit" in conversions and raw.table in ("transactions", "clients"):
        conversions["unit"] = _unit(conversions["unit"])
    if "date" in conversions and raw.table == "transactions":
        conversions["date"] = _date_of_sale(conversions["date"])
    values = ", ".join(["*", *(f"{made.value} AS value_{key}" for key, made in conversions.items())])
    problems = ", ".join(["*", *(f"{made.problem} AS problem_{key}" for key, made in conversions.items())])
    checked = f"(SELECT {problems} FROM (SELECT {values} FROM {cells}))"
    return Mapped(
        raw, source, table, tuple(columns), tuple(numbers), bound, relation, cells, conversions, checked,
        _currencies(converter, columns, types, numbers), tuple(faults),
        where_failed=where_fault is not None or bool(unclear_where), errors=tuple(errors),
    )  # fmt: skip


def _expressions(raw: Raw, source: Source, table: Table, names: Alike) -> tuple[dict[str, str], list[Fault]]:
    """Our column to its expression: the declared ones, or the columns of the same name; and the unclear ones."""
    given = source.columns
    if given is None:
        found = {theirs.lower(): theirs for theirs in raw.columns}
        given = {column: found[column] for column in table.names if column in found}
    expressions, faults = {}, []
    for column in table.names:
        if column not in given:
            continue
        if source.columns is None:
            expression, unclear = name(given[column]), names.of(column)
        else:
            expression, unclear = names.resolved(given[column])
        if unclear:
            faults.append(rules.alike(raw, column, unclear))
        else:
            expressions[column] = expression
    return expressions, faults


def _errors(raw: Raw, expressions: dict[str, str]) -> dict[str, str]:
    """SQL of the error that stands in a cell of which one of our columns is made, for those that have some."""
    beside = {theirs.lower(): column for theirs, column in raw.errors.items()}
    found = {}
    for column, expression in expressions.items() if beside else ():
        used = [theirs.lower() for theirs in syntax.columns_of(syntax.expression(expression))]
        if texts := [beside[theirs] for theirs in used if theirs in beside]:
            found[column] = f"coalesce({', '.join(texts)})"
    return found


def _required_in_error(engine: Engine, raw: Raw, table: Table, cells: str, errors: dict[str, str]) -> dict[str, Fault]:
    """The faults of required columns that are made of cells in error, by column."""
    found = {}
    for column in (column for column in table.columns if column.required and column.name in errors):
        with _unless_it_stops():
            error = f"error_{column.name}"
            rows, shown = raw.counted(engine, error, cells, f"{KEEP} AND {error} IS NOT NULL")
            if rows:
                found[column.name] = rules.in_error(raw, column.name, rows, shown)
    return found


def _day_key(engine: Engine, column: Column, cells: str, written: str) -> str:
    """How to map a column of numbers that stand for days, empty when they do not."""
    with _unless_it_stops():
        cell = f"TRY_CAST(cell_{column.name} AS BIGINT)"
        low, high = engine.row(f"SELECT min({cell}), max({cell}) FROM {cells} WHERE {KEEP}")
        return rules.day_keys(column, low, high, written)
    return ""


def _swapped(engine: Engine, raw: Raw, table: Table, cells: str, types: dict[str, str]) -> list[Fault]:
    """The faults of date columns in which day and month were changed round."""
    found: list[Fault] = []
    for column in table.columns:
        if column.kind == "date" and types.get(f"cell_{column.name}") == "VARCHAR":
            with _unless_it_stops():
                fault = swapped_days(engine, raw, column.name, f"(SELECT * FROM {cells} WHERE {KEEP})")
                found += [fault] if fault else []
    return found


@contextlib.contextmanager
def _unless_it_stops() -> Iterator[None]:
    """An expression that stops on some row is named when the cells are checked, and not here."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return


def _unless_in_error(made: Conversion, column: str) -> Conversion:
    """The same where the cells in error are named already."""
    return replace(made, problem=f"CASE WHEN error_{column} IS NULL THEN {made.problem} END", sound=None, plain=None)


def _with_numbers(raw: Raw, source: Source, converter: Converter, names: Alike) -> tuple[str, list[str], list[Fault]]:
    """The relation in which the columns of `csv.numbers` are numbers, and the text that could not be read beside."""
    known = {column.lower(): column for column in raw.columns}
    meant = {wanted: names.names.get(wanted, known.get(wanted.lower())) for wanted in source.csv.numbers}
    there = raw.source_names.values()
    faults = [
        raw.fault(
            None, f"missing column '{wanted}'{nearest(wanted, there)}", f"Correct sources.{raw.table}.csv.numbers"
        )
        for wanted, column in meant.items()
        if column is None
    ]
    numbers = [column for column in dict.fromkeys(meant.values()) if column and raw.columns[column] == "VARCHAR"]
    if not numbers:
        return raw.relation, [], faults
    parsed = ", ".join(f"{converter.number(name(column))} AS {name(column)}" for column in numbers)
    unread = ", ".join(f"{name(column)} AS __text_{index}__" for index, column in enumerate(numbers))
    inner = f"(SELECT * REPLACE ({parsed}), {unread} FROM {raw.relation})"
    broken = ", ".join(
        f"{converter.text_problem(f'__text_{index}__', name(column))} AS __unread_{index}__"
        for index, column in enumerate(numbers)
    )
    return f"(SELECT *, {broken} FROM {inner})", numbers, faults


def _bind(engine: Engine, raw: Raw, relation: str, column: str | None, expression: str) -> Fault | None:
    """The fault of an expression that does not fit the source; `column` is None for `where`."""
    key = f"sources.{raw.table}.columns.{column}" if column else f"sources.{raw.table}.where"
    known = {theirs.lower() for theirs in raw.columns}
    missing = [used for used in syntax.columns_of(syntax.expression(expression)) if used.lower() not in known]
    if missing:
        return rules.missing_columns(raw, column, key, missing)
    wanted = f"(\n{expression}\n)" if column else f"CAST((\n{expression}\n) AS BOOLEAN)"
    try:
        engine.rows(f"DESCRIBE SELECT {wanted} FROM {relation}")
    except duckdb.Error as error:
        said = str(error).split("\n")[0].split("Error: ", 1)[-1]
        remedy = f"Correct {key}"
        if "VARCHAR" in said:
            remedy += f"; columns of text that hold numbers are parsed when sources.{raw.table}.csv.numbers names them"
        return raw.fault(column, f"the expression does not fit the source: {said}", remedy)
    return None


def _cells(
    relation: str, expressions: dict[str, str], where: str | None, numbers: list[str], errors: dict[str, str]
) -> str:
    """What each expression gave. Rows that `where` removed must not stop the run, so theirs are tried only."""
    unread = [f"__unread_{index}__, __text_{index}__" for index in range(len(numbers))]
    unread += [f"{error} AS error_{column}" for column, error in errors.items()]
    if where is None:
        cells = [f"(\n{expression}\n) AS cell_{column}" for column, expression in expressions.items()]
        return f"(SELECT {', '.join([ROW, f'true AS {KEEP}', f'true AS {OPEN}', *unread, *cells])} FROM {relation})"
    judged = f"(SELECT *, CAST((\n{where}\n) AS BOOLEAN) AS __where__ FROM {relation})"
    cells = [
        f"CASE WHEN __where__ THEN (\n{expression}\n) ELSE TRY((\n{expression}\n)) END AS cell_{column}"
        for column, expression in expressions.items()
    ]
    flags = [f"coalesce(__where__, false) AS {KEEP}", f"coalesce(__where__, true) AS {OPEN}"]
    return f"(SELECT {', '.join([ROW, *flags, *unread, *cells])} FROM {judged})"


def _currencies(
    converter: Converter, columns: list[Column], types: dict[str, str], numbers: list[str]
) -> dict[str, str]:
    if not converter.reads_currency:
        return {}
    texts = [column.name for column in columns if column.kind == "number" and types[f"cell_{column.name}"] == "VARCHAR"]
    cells = {column: f"cell_{column}" for column in texts}
    cells |= {column: f"__text_{index}__" for index, column in enumerate(numbers)}
    return {column: converter.currency(cell) for column, cell in cells.items()}


def _unit(made: Conversion) -> Conversion:
    reserved = f"CASE WHEN lower(trim(value_unit)) = {text(RESERVED_UNIT)} THEN 'reserved_unit' END"
    return replace(made, problem=f"coalesce({made.problem}, {reserved})", sound=None, plain=None)


def _date_of_sale(made: Conversion) -> Conversion:
    """Placeholders such as the year 1 are stray dates (see `dates`), which start no history: no fault."""
    early = f"value_date < DATE {text(EARLIEST)}"
    sound = None if made.sound is None else f"({early} OR {made.sound})"
    return replace(made, problem=f"CASE WHEN {early} THEN NULL ELSE {made.problem} END", sound=sound)


def _expected(column: Column) -> str:
    return {"number": "a number", "score": "a number", "date": "a date", "flag": "true or false"}.get(
        column.kind, "text"
    )
