"""The lists of clients of the screen edition: every row of each recorded table of clients, to sort and to search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG, Column
from portfolio_review.exhibits import reasons
from portfolio_review.exhibits.numbers import WHOLE_MONEY_FROM, Scale
from portfolio_review.rendering.marks import attributes
from portfolio_review.rendering.pages.view import View, between_windows_line
from portfolio_review.rendering.report import NOT_TOLD, Report, Row
from portfolio_review.rendering.tables import FORMATS, Printed
from portfolio_review.rendering.tables import Column as Printing
from portfolio_review.results.contract import RecordedTable, Results

ID = "lists"
MAX_CELLS = 12_000
"""A list shows so many cells at most; the workbook has them all."""
SHOWN_OF: Mapping[str, tuple[str, ...]] = {
    "clients": (
        "client_id", "name", "industry", "region", "unit", "manager", "tier", "abc", "xyz", "stage", "movement", "rule",
        "reason", "at_stake", "revenue_w1", "revenue_w0", "change", "orders_w1", "last_order", "p_next", "at_risk",
        "expected_12", "overdue", "last_contact",
    ),
}  # fmt: skip
"""The columns that a screen shows of a table as wide as a CRM wants it."""
IN_CLIENTS = ("actions.full", "risk.clients")
"""Lists of all clients that the table `clients` contains."""
PLAIN = Scale(1, 0, "")
_NUMBERS = {"money", "share", "chance", "count", "orders", "days", "months", "windows", "index", "number", "rank"}


@dataclass(frozen=True)
class Cell:
    """What is printed, and what is sorted by where that is something else."""

    text: str
    by: str | None = None


@dataclass(frozen=True)
class ClientList:
    """A table of clients: heads with their kind, `number` or `text`, and its first rows of `count`.

    columns, clients: what the head of a column of money, and each row, say of themselves.
    """

    id: str
    name: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    count: str
    cut: str
    source: Markup
    columns: tuple[Markup, ...]
    clients: tuple[Markup, ...]


def ids(results: Results) -> tuple[str, ...]:
    """The recorded tables with one row for each of their clients, in the order of the catalogue."""
    found = [id for id in CATALOG if (table := results.tables.get(id)) is not None and _is_list(table)]
    return tuple(id for id in found if id not in IN_CLIENTS or "clients" not in found)


def _is_list(table: RecordedTable) -> bool:
    if not table.rows or not {"client_id", "name"} <= set(table.columns):
        return False
    place = table.columns.index("client_id")
    return len({row[place] for row in table.rows}) == len(table.rows)


def view(report: Report) -> View:
    """The section of lists, empty of lists where no table names clients."""
    lists = [_list(report, id) for id in ids(report.results)]
    return View(
        id=ID, title=report.wording.language.text("Client lists"), line=between_windows_line(report),
        data={"lists": lists},
        message=report.count_of(
            "%(n)s list of clients, to sort and to search", "%(n)s lists of clients, to sort and to search", len(lists)
        ),
    )  # fmt: skip


def _list(report: Report, id: str) -> ClientList:
    entry, rows = CATALOG[id], report.rows(id)
    columns = _columns(id, entry.columns)
    shown = rows[: max(1, MAX_CELLS // len(columns))]
    decimals = {column.name: _decimals(report, column, shown) for column in columns}
    plain, text = report.wording.numbers.plain, report.wording.language.text
    cut = text(
        "The first %(n)s of %(all)s; all of them are in the workbook.", n=plain(len(shown)), all=plain(len(rows))
    )
    fewer = text("The workbook has more columns.") if id in SHOWN_OF else ""
    return ClientList(
        id=id, name=report.wording.name(id), count=plain(len(rows)),
        heads=tuple((_head(report, column), "number" if column.unit in _NUMBERS else "text") for column in columns),
        rows=tuple(tuple(_cell(report, column, row, decimals[column.name]) for column in columns) for row in shown),
        cut=cut if len(shown) < len(rows) else fewer,
        source=report.cell_link(id),
        columns=tuple(
            attributes(column=column.name if column.unit == "money" or column.name == "name" else "")
            for column in columns
        ),
        clients=tuple(attributes(client=row["client_id"]) for row in shown),
    )  # fmt: skip


def _columns(id: str, columns: Sequence[Column]) -> list[Column]:
    """The columns shown, less the parts of a reason, which one column says in words."""
    names = {column.name for column in columns}
    parts = set(reasons.COLUMNS) - {"reason"} if set(reasons.COLUMNS) <= names else set()
    shown = SHOWN_OF.get(id, tuple(names))
    return [column for column in columns if column.name not in parts and column.name in shown]


def _head(report: Report, column: Column) -> str:
    label = report.wording.title(column)
    unit = {"money": report.wording.numbers.symbol, "share": "%", "chance": "%"}.get(column.unit, "")
    return label if not unit or label.endswith(unit) else f"{label}, {unit}"


def _decimals(report: Report, column: Column, rows: Sequence[Row]) -> int:
    """The same decimals down a column: none where all are whole, or where money is large."""
    found = [row[column.name] for row in rows]
    known = [abs(float(value)) for value in found if isinstance(value, int | float)]
    if column.unit == "share":
        return 1
    if column.unit == "money":
        return 0 if max(known, default=0.0) >= WHOLE_MONEY_FROM else report.wording.numbers.minor
    if all(value.is_integer() for value in known):
        return 0
    return 1 if column.unit in ("days", "months") else 2


def _cell(report: Report, column: Column, row: Row, decimals: int) -> Cell:
    value: Any = row[column.name]
    if column.name == "reason" and set(reasons.COLUMNS) <= set(row):
        return Cell(reasons.in_words(row, report.wording))
    if value is None:
        return Cell("")
    sorts = column.unit in _NUMBERS or column.unit in ("month", "date")
    return Cell(_text(report, column, row, value, decimals), str(value) if sorts else None)


def _text(report: Report, column: Column, row: Row, value: Any, decimals: int) -> str:
    if column.name == "change":
        return report.wording.numbers.change(1 + float(value), 1.0, decimals=decimals, mark=False) or NOT_TOLD
    if column.unit == "month" and len(value) == len("2026-10"):
        return report.wording.language.month(value, "short")
    if column.unit == "text":
        return str(value)
    printed = Printed(report, Printing(id=column.name, decimals=decimals, known=column), PLAIN)
    return str(FORMATS[column.unit](printed, row, value))
