"""The SQL of a review file judged before anything is read: expressions are scalar, queries only select."""

from __future__ import annotations

import re

from portfolio_review.errors import ReviewFileError, nearest
from portfolio_review.review import CsvOptions, Review, Source
from portfolio_review.sources import options, queries, syntax
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.files import format_of
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.rules import mapped_as

_NOT_SEPARATORS = '-+()$€£₽\u2212"\n\r'


def check_expressions(review: Review, name: str) -> None:
    """Raise `ReviewFileError` with every fault of `columns`, `where`, `query` and `csv`; `name` is the file's."""
    faults: list[str] = []
    for table, source in review.sources.items():
        key = f"sources.{table}"
        contract = CONTRACTS[table].names
        on_engine = table == TRANSACTIONS and review.engine.connection is not None  # its own SQL: see `onserver`
        for column, expression in (source.columns or {}).items():
            if column not in contract:
                faults.append(
                    f"{key}.columns.{column}: unknown column '{column}'{nearest(column, contract)}; "
                    f"columns of {table}: {', '.join(contract)}"
                )
            if not on_engine:
                faults += _expression_faults(f"{key}.columns.{column}", expression)
        if source.where is not None and not on_engine:
            faults += _expression_faults(f"{key}.where", source.where)
        faults += _origin_faults(key, source)
        faults += _csv_faults(f"{key}.csv", source.csv)
    if faults:
        raise ReviewFileError(name, faults)


def _origin_faults(key: str, source: Source) -> list[str]:
    """The faults of a query, and of options that mean nothing for what the source reads."""
    if source.path is not None:
        unused = [f"{key}.files: expected a query that names files, found a path"] if source.files else []
        form = format_of(source.path or "")
        return unused + (options.faults_of_file(key, source, source.path, form) if form else [])
    if source.query is None or source.connection is not None:
        found = "a connection" if source.connection else "a table"
        unused = [f"{key}.files: expected a query over files, found {found}"] if source.files else []
        return unused + options.faults_of_query(key, source, ())
    plan = queries.plan(source.query)
    faults = [f"{key}.query: the query {complaint}" for complaint in plan.complaints]
    faults += options.faults_of_query(key, source, plan.paths)
    for file, given in (source.files or {}).items():
        form = format_of(file)
        if file not in plan.paths:
            faults.append(f"{key}.files: the query does not read '{file}'{nearest(file, plan.paths)}")
        elif file in plan.own:
            faults.append(f"{key}.files: the query says itself how to read '{file}'; leave its arguments out")
        elif form is not None:
            faults += options.faults_of_file(f"{key}.files.'{file}'", given, file, form)
        faults += _csv_faults(f"{key}.files.'{file}'.csv", given.csv)
    return faults


def _csv_faults(key: str, csv: CsvOptions) -> list[str]:
    faults = []
    if csv.date_format is not None and (said := syntax.date_form_fault(csv.date_format)):
        faults.append(f"{key}.date_format: '{csv.date_format}' is not a date form such as %d.%m.%Y: {said}")
    for option in ("decimal", "thousands"):
        sign = getattr(csv, option)
        if sign is not None and (sign.isalnum() or sign in _NOT_SEPARATORS):
            faults.append(f"{key}.{option}: expected a separator such as , or . or a blank, found '{sign}'")
    if csv.thousands == "." and csv.decimal is None:
        faults.append(f"{key}.thousands: '.' is also the decimal sign by default; declare {key}.decimal too")
    if csv.delimiter is not None and csv.delimiter == (csv.quote or '"'):
        faults.append(f"{key}.delimiter: '{csv.delimiter}' is also the quote; they must differ")
    if csv.escape is not None and csv.escape == (csv.delimiter or ","):
        faults.append(f"{key}.escape: '{csv.escape}' is also the delimiter; they must differ")
    return faults


def _typed(key: str, expression: str) -> str:
    """How to type the name of a column that has blanks, when an expression looks like one."""
    column = key.rpartition(".")[2]
    plain = re.fullmatch(r"[\w№#%/.-]+( [\w№#%/().-]+)+", expression)
    return f": {mapped_as(column, expression)}" if plain and column != "where" else ""


def _expression_faults(key: str, expression: str) -> list[str]:
    try:
        tree = syntax.expression(expression)
    except syntax.Unparsable as error:
        return [
            f"{key}: '{expression}' does not parse as a DuckDB SQL expression: {error} "
            f"(a column whose name is not a plain word stands in double quotes{_typed(key, expression)})"
        ]
    return [f"{key}: '{expression}' holds {complaint}" for complaint in syntax.complaints(tree)]
