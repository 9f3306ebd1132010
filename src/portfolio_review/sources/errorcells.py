"""What spreadsheets put in place of a value that could not be computed: `#N/A`, `#REF!`, `#DIV/0!` and their kin.

Such a cell is no text and no zero: its value is not known. A reader hands each source column that holds some on as
null, with the text that stood there beside it; where one of our columns is computed from it, that is a fault if the
column is required and a doubt if it is not.
"""

from __future__ import annotations

import re

from portfolio_review.doubt import Doubt, Months, Phrase
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.raw import Examples, told

NOT_AVAILABLE = ("#N/A", "#Н/Д", "#NV")
"""Also what an export writes for an id that it lacks: among ids of a text file it stays as it is written."""
ERRORS = (
    *NOT_AVAILABLE,
    "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA",
    "#ССЫЛКА!", "#ДЕЛ/0!", "#ЗНАЧ!", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!",
    "#BEZUG!", "#WERT!", "#ZAHL!", "#VALEUR!", "#NOMBRE!", "#NOM?",
    "#¡REF!", "#¡VALOR!", "#¡DIV/0!", "#¿NOMBRE?", "#¡NUM!",
)  # fmt: skip
ERROR_TEXTS = re.compile("|".join(map(re.escape, ERRORS)), re.IGNORECASE)
NO_VALUE = "a formula without a stored value"
"""Stands beside a cell whose formula no program has computed yet."""


def in_error(table: str, column: str, rows: int, examples: Examples, by_month: Months | None = None) -> Doubt:
    """The doubt about cells in error of a column that may be empty."""
    return Doubt(
        id="cells_in_error", table=table, column=column, rows=rows, examples=told(examples), by_month=by_month,
        done=Phrase("The value of a cell in error is not known: it is neither 0 nor blank."),
        remedy=Phrase(
            "Correct the cells of %(column)s and save the workbook before it is read or exported.", {"column": column}
        ),
    )  # fmt: skip


def error_column(index: int) -> str:
    """Name of the column that holds the texts of the errors of a source column."""
    return f"__error_{index}__"


def of_texts(engine: Engine, relation: str, columns: dict[str, str], ids: frozenset[str]) -> tuple[str, dict[str, str]]:
    """`relation` with errors among its texts taken out and put beside, and the columns that hold some.

    `ids`: columns, in small letters, whose `#N/A` is an id.
    """
    texts = [column for column, kind in columns.items() if kind == "VARCHAR"]
    tests = {column: _is_error(column, column.lower() in ids) for column in texts}
    if not tests:
        return relation, {}
    counts = engine.row(f"SELECT {', '.join(f'count(*) FILTER ({test})' for test in tests.values())} FROM {relation}")
    broken = [column for column, count in zip(texts, counts, strict=True) if count]
    if not broken:
        return relation, {}
    cleared = ", ".join(f"CASE WHEN NOT ({tests[one]}) THEN {name(one)} END AS {name(one)}" for one in broken)
    beside = ", ".join(
        f"CASE WHEN {tests[one]} THEN {name(one)} END AS {error_column(index)}" for index, one in enumerate(broken)
    )
    errors = {one: error_column(index) for index, one in enumerate(broken)}
    return f"(SELECT * REPLACE ({cleared}), {beside} FROM {relation})", errors


def _is_error(column: str, is_id: bool) -> str:
    """SQL of whether a text is an error, never null."""
    known = [one for one in ERRORS if not (is_id and one in NOT_AVAILABLE)]
    listed = ", ".join(text(one) for one in known)
    return f"coalesce({name(column)} LIKE '%#%' AND upper(trim({name(column)})) IN ({listed}), false)"
