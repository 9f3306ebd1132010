"""The rules that cells must keep, in words: what is wrong with them and what to do."""

from __future__ import annotations

import re
from typing import Any

from portfolio_review.errors import Fault, nearest
from portfolio_review.review import CsvOptions
from portfolio_review.sources.contracts import CONTRACTS, Column
from portfolio_review.sources.conversion import EARLIEST, LATEST, LONGEST, TOO_LARGE
from portfolio_review.sources.daykeys import expression_of
from portfolio_review.sources.engine import name, text
from portfolio_review.sources.raw import Examples, Raw

_LISTED = 40
_DIGITS = 18
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")

_RULES: dict[str, tuple[str, str]] = {
    "missing": ("a value is missing", "Fill it in, or leave the rows out with where"),
    "non_finite": ("a number is not finite", "Replace NaN and infinity by a number or an empty cell"),
    "too_large": (f"a number is {TOO_LARGE:.0e} or more", "Check the column: amounts of this size have no cents"),
    "score": ("a score is outside 1 to 5", "Give scores from 1 to 5"),
    "far_date": (
        f"a date lies before {EARLIEST} or after {LATEST}",
        "Correct the date, or leave the rows out with where",
    ),
    "serial": (
        "a number is not a date",
        "Format the cells as dates in the workbook; Excel's day numbers of 1950 to 2100 are read as dates",
    ),
    "control": (
        "text holds control characters or marks of writing direction",
        "Remove them at the source, or in the expression with regexp_replace",
    ),
    "too_long": (
        f"a text has more than {LONGEST:,} characters",
        "Check the column: no cell of a workbook holds more; left(…, 200) in the expression cuts it",
    ),
    "bytes": ("bytes are not UTF-8 text", "Write text to the file, or decode it in the expression"),
    "flag": ("a value is neither true nor false", "Write true or false (yes or no, 1 or 0)"),
    "period": ("a value is not a period", "Write 2011-11, 2011-Q4, 2011-H2 or 2011"),
    "reserved_unit": (
        "a unit is named 'all', the name of the review of every unit",
        "Give the unit another name in the expression",
    ),
}


def three_decimals(csv: CsvOptions) -> str:
    """The pattern of an amount with exactly three decimals, as `1.100` for one thousand one hundred."""
    return rf"[^0-9]*[0-9]+{re.escape(csv.decimal or '.')}[0-9]{{3}}[^0-9]*"


def cell_fault(
    raw: Raw, column: Column, rule: str, rows: int, first: list[dict[str, Any]], csv: CsvOptions, written: str = "x",
    totals: str = "",
) -> Fault:  # fmt: skip
    """The fault of a column whose cells break `rule`; `first`: some of them, as `raw.first` gives them.

    `written`: the expression that gives them; `totals`: the condition that removes rows of totals among them.
    """
    found = [one["f"] for one in first]
    if rule == "number":
        broken, remedy = "text is not a number", _number_remedy(csv)
    elif rule == "date":
        broken, remedy = _date_words(csv)
        if any(re.fullmatch(r"[1-7]\d{4}([.,]\d+)?", one.strip()) for one in found):
            remedy += "; for Excel's day numbers the expression DATE '1899-12-30' + CAST(x AS INTEGER)"
    elif rule == "word":
        words = ", ".join(column.words)
        near = nearest(found[0].strip(), column.words) if found else ""
        broken, remedy = f"unknown {column.name}{near}", f"Expected one of {words}"
    else:
        broken, remedy = _RULES[rule]
    if rule in ("date", "serial") and (key := _day_key(column, found, written, text=rule == "date")):
        remedy += f"; these read like numbers of days: write {key}"
    if totals:
        if ": " in totals or " #" in totals:  # in YAML these end a word or begin a comment
            totals = text(totals)
        remedy += f"; rows of totals and lines below the table are left out by where: {totals}"
    if rule == "missing" and raw.table == "transactions":
        article = "without a date" if column.name == "date" else f"without {column.name}"
        broken = f"a transaction {article}"
    return raw.fault(column.name, broken, remedy, rows, raw.shown(first))


def _day_key(column: Column, found: list[str], written: str, *, text: bool) -> str:
    """The line of the review file that reads numbers as days, empty when they stand for none."""
    numbers = [one.strip().removesuffix(".0") for one in found]
    if not all(one.isdecimal() and len(one) <= _DIGITS for one in numbers):
        return ""
    made = expression_of(written, map(int, numbers), text=text)
    return f"{column.name}: {made}" if made else ""


def day_keys(column: Column, low: object, high: object, written: str) -> str:
    """The same for a column of numbers, from its least to its greatest."""
    return _day_key(column, [str(low), str(high)], written, text=False)


def alike(raw: Raw, column: str | None, columns: tuple[str, ...]) -> Fault:
    """A name that could mean several columns of the source."""
    listed = ", ".join(f"'{one}'" for one in columns)
    key = f"sources.{raw.table}.columns.{column}" if column else f"sources.{raw.table}.where"
    choices = (
        " or ".join(mapped_as(column, one) for one in columns[:2]) if column else " or ".join(map(name, columns[:2]))
    )
    rule = f"the columns {listed} differ only in case or blanks: it is not said which is meant"
    return raw.fault(column, rule, f"Quote the exact name in {key}: {choices}", id="columns_alike")


def in_error(raw: Raw, column: str, rows: int, examples: Examples) -> Fault:
    """A required column that is made of cells in error."""
    return raw.fault(
        column, "a cell is in error, or a formula that no program has computed, so its value is not known",
        "Correct the cells and save the workbook in an office program before it is read or exported, "
        "or leave the rows out with where", rows, examples, "cells_in_error",
    )  # fmt: skip


def missing_columns(raw: Raw, column: str | None, key: str, missing: list[str]) -> Fault:
    """An expression that names columns which the source does not have."""
    there = list(raw.source_names.values())
    named = ", ".join(f"'{used}'{nearest(used, there)}" for used in missing)
    shown = ", ".join(there[:_LISTED]) + (", …" if len(there) > _LISTED else "")
    plural = "s" if len(missing) > 1 else ""
    near = _near(missing[0], there)
    typed = f"; write {mapped_as(column, near)}" if near and column and not _PLAIN_NAME.fullmatch(near) else ""
    return raw.fault(column, f"missing column{plural} {named}", f"Correct {key}{typed}; the source has {shown}")


def mapped_as(column: str, theirs: str) -> str:
    """The line of the review file that maps a column of the source, as it is typed there."""
    quoted = name(theirs).replace("'", "''")
    return f"{column}: '{quoted}'"


def _near(wanted: str, names: list[str]) -> str:
    """The name nearest to `wanted`, empty when none is near."""
    return nearest(wanted, names).removeprefix("; did you mean '").removesuffix("'?")


def not_given(raw: Raw, column: str, choice: tuple[str, ...] = ()) -> Fault:
    """A required column that is neither mapped nor found."""
    what = f"missing column: none of {' and '.join(choice)} is given" if choice else "missing column: it is required"
    contract = ", ".join(CONTRACTS[raw.table].names)
    there = list(raw.source_names.values())
    near, theirs = nearest(column, there), _near(column, there)
    typed = f" (write {mapped_as(column, theirs)})" if theirs and not _PLAIN_NAME.fullmatch(theirs) else ""
    remedy = f"Map it in sources.{raw.table}.columns{near}{typed}; columns of {raw.table}: {contract}"
    return raw.fault(None if choice else column, what, remedy)


def _number_remedy(csv: CsvOptions) -> str:
    if csv.decimal is None and csv.thousands is None:
        return (
            "Plain numbers such as -1234.5 need nothing; for 1,234.50 or 1.234,50, a currency sign or (5.00) "
            "declare csv.decimal and csv.thousands under the source"
        )
    decimal, thousands = csv.decimal or ".", csv.thousands
    grouped = f"thousands '{thousands}'" if thousands else "no thousands separator (csv.thousands)"
    return f"The source declares decimal '{decimal}' and {grouped}: correct the cells or the declaration"


def _date_words(csv: CsvOptions) -> tuple[str, str]:
    if csv.date_format is None:
        return (
            "text is not an ISO date",
            "Write dates as 2011-11-30, or declare csv.date_format under the source, for instance '%d.%m.%Y'",
        )
    return (
        f"text is not a date of the form {csv.date_format}",
        "Correct the cells, or csv.date_format under the source",
    )
