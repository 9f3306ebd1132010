"""The SQL of a review file judged before anything is read: expressions are scalar, queries only select."""

from __future__ import annotations

from portfolio_review.errors import ReviewFileError, nearest
from portfolio_review.review import CsvOptions, Review
from portfolio_review.sources import queries, syntax
from portfolio_review.sources.contracts import CONTRACTS

_NOT_SEPARATORS = '-+()$€£₽\u2212"\n\r'


def check_expressions(review: Review, name: str) -> None:
    """Raise `ReviewFileError` with every fault of `columns`, `where`, `query` and `csv`; `name` is the file's."""
    faults: list[str] = []
    for table, source in review.sources.items():
        key = f"sources.{table}"
        contract = CONTRACTS[table].names
        for column, expression in (source.columns or {}).items():
            if column not in contract:
                faults.append(
                    f"{key}.columns.{column}: unknown column '{column}'{nearest(column, contract)}; "
                    f"columns of {table}: {', '.join(contract)}"
                )
            faults += _expression_faults(f"{key}.columns.{column}", expression)
        if source.where is not None:
            faults += _expression_faults(f"{key}.where", source.where)
        if source.query is not None and source.connection is None:
            faults += [f"{key}.query: the query {complaint}" for complaint in queries.plan(source.query).complaints]
        if source.sheet is not None and not (source.path or "").lower().endswith((".xlsx", ".xlsm")):
            faults.append(f"{key}.sheet: expected a path to an XLSX workbook, found '{source.path or 'a query'}'")
        faults += _csv_faults(f"{key}.csv", source.csv)
    if faults:
        raise ReviewFileError(name, faults)


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
    return faults


def _expression_faults(key: str, expression: str) -> list[str]:
    try:
        tree = syntax.expression(expression)
    except syntax.Unparsable as error:
        return [
            f"{key}: '{expression}' does not parse as a DuckDB SQL expression: {error} "
            "(a column whose name is not a plain word stands in double quotes)"
        ]
    return [f"{key}: '{expression}' holds {complaint}" for complaint in syntax.complaints(tree)]
