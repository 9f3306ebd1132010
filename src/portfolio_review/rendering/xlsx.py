"""The workbook: contents, figures, checks, one sheet per table, definitions; numbers are numbers, dates are dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import formulas, long_tables, reasons
from portfolio_review.rendering.book import MAX_TEXT, WIDEST, Book, Head
from portfolio_review.rendering.context import RunContext
from portfolio_review.results.contract import RecordedTable, Results

SHEET_NAME = 31
"""Excel allows this many characters in the name of a sheet."""
PARTS = (
    "value",
    "low",
    "high",
    "previous",
    "previous_year",
    "target",
    "ytd",
    "ytd_previous_year",
    "window",
    "window_previous",
)


def workbook(
    results: Results, wording: Wording, context: RunContext, *, created: dt.date, folder: Path | None = None
) -> bytes:
    """Every recorded figure and table of a review; the same bytes for the same results.

    A table that lies beside the results as Parquet is read from `folder`.
    """
    book = Book(results, wording, created)
    text = wording.language.text
    first = (text("Contents"), text("Figures"), text("Checks"), text("Definitions"))
    names = _sheet_names(results, first)
    contents = book.sheet(names[0])
    _figures(book, book.sheet(names[1]))
    _checks(book, book.sheet(names[2]))
    defined = _definitions(book, book.sheet(names[3]))
    listed = [
        (names[1], text("Every figure with its interval, comparisons and definition"), len(results.figures)),
        (names[2], text("Checks"), len(results.checks)),
        (names[3], text("Every figure, table and check with its formula and source"), defined),
    ]
    for id, name in zip(results.tables, names[len(first) :], strict=True):
        rows = long_tables.rows(results.tables[id], folder, id)
        _table(book, book.sheet(name), id, results.tables[id], rows)
        listed.append((name, wording.name(id) if id in CATALOG else id, len(rows)))
    _contents(book, contents, listed, context)
    return book.close()


def _sheet_names(results: Results, first: Sequence[str]) -> list[str]:
    """Names of sheets: the ids of tables, shortened and made unique where Excel asks for it."""
    names: list[str] = []
    for wanted in (*first, *results.tables):
        name = re.sub(r"[\[\]:*?/\\']", "_", wanted)[:SHEET_NAME]
        number = 2
        while name.lower() in {used.lower() for used in names}:
            name = f"{name[: SHEET_NAME - 3]}~{number}"
            number += 1
        names.append(name)
    return names


def _contents(book: Book, sheet: Worksheet, listed: Sequence[tuple[str, str, int]], context: RunContext) -> None:
    review, text = book.results.review, book.wording.language.text
    unit = context.unit_name or (text("Company as a whole") if review.unit == "all" else review.unit)
    sheet.write_string(0, 0, review.title[:MAX_TEXT], book.bold)
    sheet.write_string(1, 0, f"{unit}, {book.wording.language.period(review.period)}"[:MAX_TEXT])
    sheet.write_string(2, 0, text("run %(run)s", run=context.run))
    for column, head in enumerate((text("Sheet"), text("Content"), text("Rows"))):
        sheet.write_string(4, column, head, book.head)
    for line, (name, content, count) in enumerate(listed, start=5):
        sheet.write_url(line, 0, f"internal:'{name}'!A1", book.link, string=name)
        sheet.write_string(line, 1, content[:MAX_TEXT])
        sheet.write_number(line, 2, count, book.formats["count"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, WIDEST)
    sheet.freeze_panes(5, 0)


def _figures(book: Book, sheet: Worksheet) -> None:
    text = book.wording.language.text
    heads = [
        Head(name, "text")
        for name in (
            text("Id"),
            text("Figure"),
            text("Unit"),
            text("Value"),
            text("95%% interval from"),
            text("95%% interval to"),
            text("Period before"),
            text("Year before"),
            text("Target"),
            text("Year to date"),
            text("Year to date, year before"),
            text("Last %(months)s", months=book.wording.months),
            text("The %(months)s before", months=book.wording.months),
            text("Reason"),
            text("Formula"),
            text("Notebook"),
            text("Cell"),
        )
    ]
    rows, kinds = [], []
    for id, recorded in book.results.figures.items():
        figure, known = recorded.figure, id in CATALOG
        low, high = figure.interval or (None, None)
        numbers = [low if part == "low" else high if part == "high" else getattr(figure, part) for part in PARTS]
        rows.append(
            [
                id,
                book.wording.name(id) if known else id,
                _unit(book, recorded.unit),
                *numbers,
                book.wording.language.reason(figure.reason),
                formulas.printed(CATALOG[id], book.results, book.wording) if known else "",
                recorded.source.notebook,
                recorded.source.cell,
            ]
        )
        kinds.append(recorded.unit)
    book.table(sheet, heads, rows, lambda line, column: kinds[line] if 3 <= column < 3 + len(PARTS) else "text")


def _unit(book: Book, unit: str) -> str:
    text = book.wording.language.text
    words = {
        "money": book.results.review.currency,
        "share": text("share"),
        "count": text("count"),
        "orders": text("count"),
        "days": text("days"),
        "months": text("months"),
        "windows": text("windows"),
        "index": text("index"),
        "number": text("number"),
        "word": text("word"),
    }
    return words.get(unit, unit)


def _checks(book: Book, sheet: Worksheet) -> None:
    text = book.wording.language.text
    heads = [
        Head(name, "text")
        for name in (text("Id"), text("Check"), text("Outcome"), text("Detail"), text("Notebook"), text("Cell"))
    ]
    rows = [
        (
            check.id,
            book.wording.name(check.id) if check.id in CATALOG else check.id,
            text("passed") if check.passed else text("FAILED"),
            check.detail,
            check.source.notebook,
            check.source.cell,
        )
        for check in book.results.checks
    ]
    book.table(sheet, heads, rows)


def _definitions(book: Book, sheet: Worksheet) -> int:
    """What was recorded, in the order of the catalogue; returns how many rows that is."""
    text, recorded = book.wording.language.text, book.results
    names = (text("Id"), text("Name"), text("Kind"), text("Formula"), text("Source"))
    heads = [Head(name, "text") for name in names]
    kinds = {"figure": text("figure"), "table": text("table"), "check": text("check")}
    known = {*recorded.figures, *recorded.tables, *(check.id for check in recorded.checks)}
    rows = [
        (id, book.wording.name(id), kinds[entry.kind], formulas.printed(entry, recorded, book.wording), entry.source)
        for id, entry in CATALOG.items()
        if id in known
    ]
    book.table(sheet, heads, rows)
    return len(rows)


def _table(book: Book, sheet: Worksheet, id: str, table: RecordedTable, rows: Sequence[Sequence[Any]]) -> None:
    known = {column.name: column for column in CATALOG[id].columns} if id in CATALOG else {}
    heads = [
        Head(known[name].label(book.wording.code, book.wording.window_months), known[name].unit)
        if name in known
        else Head(name, "text")
        for name in table.columns
    ]
    if set(reasons.COLUMNS) <= set(table.columns):
        place = table.columns.index("reason")
        heads.insert(place, Head(book.wording.language.text("Reason in words"), "text"))
        said = (reasons.in_words(dict(zip(table.columns, row, strict=True)), book.wording) for row in rows)
        rows = [[*row[:place], text, *row[place:]] for row, text in zip(rows, said, strict=True)]
    book.table(sheet, heads, rows)
