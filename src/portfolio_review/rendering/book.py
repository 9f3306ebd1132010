"""A workbook in the making: text is always text, numbers and dates have formats, headers stay in view."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.chances import OVER, UNDER, in_steps, told
from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.contract import Results

MAX_TEXT = 32_767
"""Characters that a cell holds."""
WIDEST = 60
FORMATS = {
    "share": "0.0%",
    "count": "#,##0",
    "orders": "#,##0",
    "rank": "0",
    "months": "0",
    "days": "#,##0.0",
    "windows": "0.00",
    "index": "0.0000",
    "number": "#,##0.00",
    "month": "yyyy-mm",
    "date": "yyyy-mm-dd",
}
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
FIRST_YEAR = 1900
"""Sheets count days from this year on."""


@dataclass(frozen=True)
class Head:
    """A column's head and the unit that formats its cells."""

    name: str
    unit: str


class Book:
    """An open workbook in which text is always text."""

    def __init__(self, results: Results, wording: Wording, created: dt.date) -> None:
        self.buffer = io.BytesIO()
        self.wording = wording
        self.results = results
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.buffer, options)
        stamp = dt.datetime(created.year, created.month, created.day)
        self.book.set_properties({"title": results.review.title, "author": "portfolio-review", "created": stamp})
        self.bold = self.book.add_format({"bold": True})
        self.link = self.book.add_format({"font_color": notation.FAVOURABLE, "underline": 1})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        money = "#,##0" + ("." + "0" * wording.numbers.minor if wording.numbers.minor else "")
        text = wording.language.text
        # a chance in steps of 5 %: a cell holds 0 for what is under 5 % and 1 for what is over 95 %
        chance = f'[<{UNDER}]"{text("under 5%%")}";[>={OVER}]"{text("over 95%%")}";0%'
        self.told = told(results)
        codes = {**FORMATS, "money": money, "chance": chance}
        self.formats = {unit: self.book.add_format({"num_format": code}) for unit, code in codes.items()}

    def sheet(self, name: str) -> Worksheet:
        return self.book.add_worksheet(name)

    def table(self, sheet: Worksheet, heads: Sequence[Head], rows: Sequence[Sequence[Any]], units: Any = None) -> None:
        """A header that stays in view, the rows below it, widths that fit; `units` may differ by row."""
        widths = [len(head.name) for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head.name, self.head)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                unit = units(line - 1, column) if units else heads[column].unit
                shown = self.cell(sheet, line, column, value, unit)
                widths[column] = max(widths[column], shown)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(WIDEST, max(9, width + 2)))
        sheet.freeze_panes(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(heads) - 1)

    def cell(self, sheet: Worksheet, line: int, column: int, value: Any, unit: str) -> int:
        """Write one value as what it is; returns about how many characters it takes."""
        form: Format | None = self.formats.get(unit)
        if value is None:
            return 0
        if isinstance(value, bool):
            sheet.write_boolean(line, column, value)
            return 5
        if isinstance(value, int | float) and unit == "chance":
            if self.told:
                sheet.write_number(line, column, in_steps(value), form)
            return len("over 95 %") if self.told else 0
        if isinstance(value, int | float):
            sheet.write_number(line, column, value, form)
            return len(f"{value:,.2f}")
        text = str(value)
        if (day := _day(text, unit)) is not None:
            sheet.write_datetime(line, column, day, form)
            return len(text)
        if unit == "word":
            text = self.wording.word(text)
        sheet.write_string(line, column, text[:MAX_TEXT])
        return len(text)

    def close(self) -> bytes:
        self.book.close()
        return self.buffer.getvalue()


def _day(text: str, unit: str) -> dt.datetime | None:
    """The first day of a month or the day of a date; None for other units, quarters, and days a sheet cannot hold."""
    if unit == "month" and MONTH.fullmatch(text):
        return dt.datetime(int(text[:4]), int(text[5:7]), 1)
    if unit == "date" and DATE.fullmatch(text):
        try:
            day = dt.datetime.fromisoformat(text)
        except ValueError:  # 31 February
            return None
        return day if day.year >= FIRST_YEAR else None
    return None
