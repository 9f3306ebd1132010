"""The SQL of a review file judged before anything is read: expressions are scalar, queries only select."""

from __future__ import annotations

from portfolio_review.errors import ReviewFileError, nearest
from portfolio_review.review import Review
from portfolio_review.sources import syntax
from portfolio_review.sources.contracts import CONTRACTS


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
    if faults:
        raise ReviewFileError(name, faults)


def _expression_faults(key: str, expression: str) -> list[str]:
    try:
        tree = syntax.expression(expression)
    except syntax.Unparsable as error:
        return [f"{key}: '{expression}' does not parse as a DuckDB SQL expression: {error}"]
    return [f"{key}: '{expression}' holds {complaint}" for complaint in syntax.complaints(tree)]
