"""A workbook in the making: text is always text, numbers and dates have formats, names and heads stay in view."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_range_abs

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits import notation
from portfolio_review.exhibits.chances import OVER, UNDER, in_steps, told
from portfolio_review.exhibits.numbers import WHOLE_MONEY_FROM, in_percent
from portfolio_review.rendering.report import NOT_TOLD, Report

MAX_TEXT = 32_767
"""Characters that a cell holds."""
MAX_FOOTER = 100
WIDEST, NARROWEST, LONG = 60, 9, 56
"""Characters of a column: at most, at least, and of one whose text wraps."""
LINE_PT = 15
A4 = 9
FORMATS = {
    "share": "0.0%", "change": '+0.0%;"−"0.0%;0.0%', "count": "#,##0", "whole": "#,##0", "orders": "#,##0", "rank": "0",
    "months": "0", "days": "#,##0.0", "windows": "0.00", "index": "0.0000", "number": "#,##0.00", "month": "yyyy-mm",
    "date": "yyyy-mm-dd",
}  # fmt: skip
HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
NUMBER = {"align": "right", "indent": 1, "valign": "top"}
INNER = {"align": "left", "indent": 1}
"""Of text behind a number."""
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "bold": {"bold": True},
    "grey": {"font_color": notation.INK_2},
    "right": NUMBER,
    "link": {"font_color": notation.FAVOURABLE, "underline": 1, "valign": "top"},
    "head": HEAD,
    "number head": NUMBER | HEAD,
    "inner head": HEAD | INNER,
    "inner": {"valign": "top"} | INNER,
    "back": HEAD | {"font_color": notation.FAVOURABLE},
    "text": {"valign": "top"},
    "long": {"text_wrap": True, "valign": "top"},
    "message": {"bold": True, "font_size": 13, "text_wrap": True, "valign": "top"},
}
TEXTS = ("text", "id", "word", "long", "flag")
NAME = re.compile(r"[^\W\d]\w*(\.\w+)+|clients")
"""An id that may name a range."""
FIRST_YEAR = 1900
"""Sheets count days from this year on."""


@dataclass(frozen=True)
class Head:
    """A column's head and the unit that formats its cells."""

    name: str
    unit: str = "text"


@dataclass(frozen=True)
class To:
    """A cell that leads to a sheet."""

    sheet: str
    text: str


class Book:
    """An open workbook in which text is always text."""

    def __init__(self, report: Report, created: dt.date) -> None:
        self.report, self.buffer = report, io.BytesIO()
        plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self.book = xlsxwriter.Workbook(self.buffer, {"in_memory": True, **plain})
        stamp = dt.datetime(created.year, created.month, created.day)
        title = report.results.review.title
        self.book.set_properties({"title": title, "author": "portfolio-review", "created": stamp})
        minor, text = report.wording.numbers.minor, report.wording.language.text
        # a chance in steps of 5 %: a cell holds 0 for what is under 5 % and 1 for what is over 95 %
        chance = f'[<{UNDER}]"{text("under 5%%")}";[>={OVER}]"{text("over 95%%")}";0%'
        self.told = told(report.results)
        codes = {**FORMATS, "money": "#,##0" + ("." + "0" * minor if minor else ""), "chance": chance}
        self.formats = {unit: self.book.add_format({"num_format": code, **NUMBER}) for unit, code in codes.items()}
        self.formats |= {look: self.book.add_format(set_as) for look, set_as in LOOKS.items()}
        total = {"bold": True, "top": 1}
        self.sums = {
            unit: self.book.add_format({"num_format": code, **NUMBER, **total}) for unit, code in codes.items()
        }
        self.sums["text"] = self.book.add_format(total)
        foot = f"{report.unit} · {report.period} · {text('run %(run)s', run=report.context.run)}"[:MAX_FOOTER]
        page = report.wording.language.raw("page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
        self.footer = f"&L&7{foot.replace('&', '&&')}&R&7{page}"

    def close(self) -> bytes:
        self.book.close()
        return self.buffer.getvalue()


class Sheet:
    """A sheet in the making: what is put on it stands below what was put before; `home` is the sheet it leads back to.

    With a `title` it is one that people read, whose tables have captions; without, one table from the first row on.
    `first` and `long` are the widths of columns whose text wraps: the first one and others.
    """

    def __init__(
        self, book: Book, name: str, home: str, title: str = "", *, first: int = LONG, long: int = LONG
    ) -> None:
        self.book, self.name, self.home, self.title = book, name, home, title
        self.first, self.long = first, long
        self.on = book.book.add_worksheet(name)
        self.row = self.tables = self.count = self.frozen = self.printed = 0
        self.widths: dict[int, int] = {}
        self.longest = (0, 0, 0)
        if title:
            self.line(title, "title")
            if name != home:
                self.on.write_url(self.row, 0, f"internal:'{home}'!A1", book.formats["link"], string=f"← {home}")
                self.row += 1

    def line(self, text: str, look: str = "grey") -> None:
        """A line of text that runs over the cells beside it."""
        self.on.write_string(self.row, 0, text[:MAX_TEXT], self.book.formats[look])
        self.row += 1

    def table(
        self, heads: Sequence[Head], rows: Sequence[Sequence[Any]], units: Callable[[int, int], str] | None = None, *,
        id: str = "", caption: str = "", names: int = 0, summed: Sequence[int] = (),
    ) -> None:  # fmt: skip
        """Heads, the rows below them and the sums of the columns `summed`; `units` may differ by row.

        The first `names` columns of the first table stay in view. `id` names the cells, so that a formula finds them.
        """
        if caption and caption != self.title:
            self.row += 1
            self.line(caption, "bold")
        top, last = self.row, self.row + len(rows)
        for column, head in enumerate(heads):
            look = "number head" if head.unit not in TEXTS else "inner head" if column else "head"
            self.on.write_string(top, column, head.name, self.book.formats[look])
            self._wide(column, max(map(len, head.name.split()), default=0) + 2)
        if not self.title:
            self.on.write_url(top, 0, f"internal:'{self.home}'!A1", self.book.formats["back"], string=heads[0].name)
        shown = [self._unit(head.unit, [row[column] for row in rows]) for column, head in enumerate(heads)]
        for line, row in enumerate(rows):
            lines = 1
            for column, value in enumerate(row):
                if value is None:
                    continue
                unit = units(line, column) if units else shown[column]
                self._wide(column, self.cell(top + 1 + line, column, value, unit))
                if unit == "long":
                    lines = max(lines, math.ceil(len(value) / (self.long if column else self.first)))
            if lines > 1:
                self.on.set_row(top + 1 + line, LINE_PT * lines)
        wraps = (math.ceil(1.15 * len(head.name) / max(NARROWEST, self.widths[n])) for n, head in enumerate(heads))
        self.on.set_row(top, LINE_PT * max(wraps, default=1))
        self.row = last + 1
        if summed and len(rows) > 1:
            self._sum(top, last, [column for column in summed if column], rows, shown)
        if NAME.fullmatch(id):
            self.book.book.define_name(id, f"='{self.name}'!{xl_range_abs(top, 0, last, len(heads) - 1)}")
        self.tables, self.count = self.tables + 1, self.count + len(rows)
        self.frozen = self.frozen or names
        self.longest = max(self.longest, (len(rows), -top, len(heads) - 1))

    def _unit(self, unit: str, values: Sequence[Any]) -> str:
        if unit != "money" or not self.title:
            return unit
        large = max((abs(value) for value in values if isinstance(value, int | float)), default=0.0)
        return "whole" if large >= WHOLE_MONEY_FROM else unit

    def _sum(
        self, top: int, last: int, summed: Sequence[int], rows: Sequence[Sequence[Any]], shown: Sequence[str]
    ) -> None:
        """The sums of what a filter leaves, as formulas."""
        self.on.write_string(self.row, 0, self.book.report.wording.language.text("Total"), self.book.sums["text"])
        for column in summed:
            total = math.fsum(row[column] or 0 for row in rows)
            cells = xl_range(top + 1, column, last, column)
            self.on.write_formula(self.row, column, f"=SUBTOTAL(109,{cells})", self.book.sums[shown[column]], total)
            self._wide(column, len(f"{total:,.0f}"))
        self.row += 1

    def _wide(self, column: int, characters: int) -> None:
        self.widths[column] = max(self.widths.get(column, 0), characters)

    def cell(self, line: int, column: int, value: Any, unit: str) -> int:
        """Write one value as what it is; returns about how many characters it takes."""
        if unit == "chance" and not self.book.told:
            return 0
        formats, say = self.book.formats, self.book.report.wording.language
        form = formats[("inner" if column else "text") if unit == "text" or unit not in formats else unit]
        if isinstance(value, To):
            self.on.write_url(
                line, column, f"internal:'{value.sheet}'!A1", self.book.formats["link"], string=value.text
            )
            return len(value.text)
        if isinstance(value, bool):
            if not self.title:
                self.on.write_boolean(line, column, value)
                return 5
            value = say.text("yes") if value else say.text("no")
        elif unit == "change" and not in_percent(1 + value, 1.0):
            value = self.book.report.wording.numbers.change(1 + value, 1.0) or NOT_TOLD
            form = formats["right"]
        if isinstance(value, int | float):
            self.on.write_number(line, column, in_steps(value) if unit == "chance" else value, form)
            return (
                len("over 95 %") if unit == "chance" else len(f"{value:,.0f}" if unit == "whole" else f"{value:,.2f}")
            )
        text = str(value)[:10] if isinstance(value, dt.date) else str(value)  # of a table read from its file
        if (day := _day(text, unit)) is not None:
            self.on.write_datetime(line, column, day, form)
            return len(text)
        if unit == "word":
            text = self.book.report.wording.word(text)
        if unit == "id" and text in CATALOG:
            text = self.book.report.wording.name(text)
        self.on.write_string(line, column, text[:MAX_TEXT], form)
        return min(len(text), self.long if column else self.first) if unit == "long" else len(text)

    def close(self, *, widest: int = WIDEST) -> None:
        """Widths, what stays in view, and the paper."""
        for column, width in self.widths.items():
            most = max(widest, self.first) if column == 0 else widest
            self.on.set_column(column, column, min(most, max(NARROWEST, width + 2)))
        rows, top, columns = self.longest
        if rows:
            self.on.autofilter(-top, 0, -top + rows, columns)
        heads = 1 - top if self.tables == 1 else 2
        self.on.freeze_panes(heads, self.frozen)
        self.on.repeat_rows(0, heads - 1)
        self.on.set_landscape()
        self.on.set_paper(A4)
        self.on.fit_to_pages(1, 0)
        self.on.set_margins(0.5, 0.5, 0.5, 0.6)
        self.on.set_footer(self.book.footer)
        if self.printed:
            self.on.print_area(0, 0, self.row, self.printed - 1)


def _day(text: str, unit: str) -> dt.datetime | None:
    """The first day of a month or the day of a date; None for other units, quarters, and days a sheet cannot hold."""
    if len(text) != {"month": 7, "date": 10}.get(unit):
        return None
    try:
        day = dt.datetime.fromisoformat(f"{text}-01" if unit == "month" else text)
    except ValueError:  # a quarter, 31 February
        return None
    return day if day.year >= FIRST_YEAR else None
