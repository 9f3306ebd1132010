"""Where the header stands: title lines above it, a first line that names the delimiter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from portfolio_review.errors import Fault, ReviewFileError
from portfolio_review.sources.headers import better_header

from .conftest import Bench

openpyxl = pytest.importorskip("openpyxl")
OneFault = Callable[..., Fault]
TABLE = "client_id;date;revenue\na;2011-11-30;5\nb;2011-12-01;6\n"
TITLED = "Sales by client, 2011\n\nPrinted by;office\n" + TABLE


@pytest.mark.parametrize("option", [{"header_row": 4}, {"skip_rows": 3}])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_title_lines_of_a_csv_file(bench: Bench, option: dict[str, int], end: str, encoding: str) -> None:
    assert bench.csv(TITLED.replace("\n", end).encode(encoding), **option).column("client_id") == ["a", "b"]


@pytest.mark.parametrize("quote", ["", '"'])
def test_rows_are_counted_past_the_lines_above_the_header(one_fault: OneFault, quote: str) -> None:
    content = TITLED.replace(";6", f";{quote}six{quote}")
    assert one_fault(content, header_row=4).examples == ((6, "six"),)


def test_empty_lines_after_those_that_are_skipped_are_passed_over(bench: Bench) -> None:
    assert bench.csv("Report\n\n\n" + TABLE, skip_rows=1).column("client_id") == ["a", "b"]


def test_an_empty_header_row_is_refused(one_fault: OneFault) -> None:
    fault = one_fault(TITLED, header_row=2)
    assert fault.rule == "row 2, which header_row names, is empty"


def test_more_lines_to_skip_than_there_are(one_fault: OneFault) -> None:
    assert "no header" in one_fault(TABLE, skip_rows=9).rule


@pytest.mark.parametrize("title", ["Sales", "Sales, 2011", "Sales;2011", "Sales\n\nof all clients", "Счёт № 5"])
def test_title_lines_that_nobody_declared_are_named_with_the_header(one_fault: OneFault, title: str) -> None:
    fault = one_fault(f"{title}\n{TABLE}")
    row = title.count("\n") + 2
    assert fault.rule == f"row 1 is not the header of the table: it looks like a title, and row {row} like the header"
    assert fault.remedy == f"Declare header_row: {row} under sources.transactions"


def test_title_lines_above_a_table_whose_columns_are_named_otherwise(one_fault: OneFault) -> None:
    fault = one_fault("Sales\nKunde;Tag;Netto\na;2011-11-30;5,10\nb;2011-12-01;6,20\n")
    assert fault.remedy == "Declare header_row: 2 under sources.transactions"


def test_a_header_that_is_one_stays_one(bench: Bench) -> None:
    """Cells that read like names of columns do not make a header of a row."""
    columns = {"client_id": "who", "date": "day", "revenue": "5"}
    assert bench.csv("who;day\ndate;2011-11-30\nrevenue;2011-11-30\n", columns=columns).column("client_id") == [
        "date",
        "revenue",
    ]


@pytest.mark.parametrize(
    ("records", "place"),
    [
        ([], None),
        ([["a", "b"]], None),
        ([["T", ""], ["a", "b"], ["c", "d"]], 1),
        ([["T", ""], ["by", ""], ["a", "b"], ["c", "d"], ["e", "f"]], 2),
        ([["T", "2011"], ["x", "y"], ["day", "who"]], 2),
        ([["day", ""], ["a", "b"]], None),
        ([["one"], ["two"], ["three"]], None),
    ],
)
def test_the_better_header(records: list[list[str]], place: int | None) -> None:
    assert better_header(records, {"day", "who"}) == place


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_first_line_that_names_the_delimiter(bench: Bench, line: str, encoding: str) -> None:
    assert bench.csv(f"{line}\r\n{TABLE}".encode(encoding)).column("client_id") == ["a", "b"]


def test_the_delimiter_of_the_first_line_is_taken(bench: Bench, one_fault: OneFault) -> None:
    content = "sep=~\n" + TABLE.replace(";", "~")
    assert bench.csv(content).column("client_id") == ["a", "b"]
    assert one_fault(content.replace("6", "six")).examples == ((4, "six"),)


def book(bench: Bench, rows: list[list[Any]], merged: str = "") -> None:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    if merged:
        workbook.active.merge_cells(merged)
    workbook.save(bench.folder / "t.xlsx")


SHEET: list[list[Any]] = [
    ["Sales by client"], [], ["Printed", dt.date(2011, 12, 2)],
    ["client_id", "date", "revenue"], ["a", dt.date(2011, 11, 30), 5], ["b", dt.date(2011, 12, 1), 6],
]  # fmt: skip


@pytest.mark.parametrize("option", [{"header_row": 4}, {"skip_rows": 3}])
def test_title_rows_of_a_workbook(bench: Bench, option: dict[str, int]) -> None:
    book(bench, SHEET, "A1:C1")
    assert bench.read({"transactions": {"path": "t.xlsx", **option}}).column("client_id") == ["a", "b"]


def test_title_rows_of_a_workbook_that_nobody_declared(bench: Bench) -> None:
    book(bench, SHEET, "A1:C1")
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert fault.remedy == "Declare header_row: 4 under sources.transactions"


def test_an_empty_header_row_of_a_workbook(bench: Bench) -> None:
    book(bench, SHEET)
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx", "header_row": 2}})
    assert fault.rule == "row 2, which header_row names, is empty"


def test_two_ways_to_say_where_the_header_stands(bench: Bench) -> None:
    with pytest.raises(ReviewFileError, match="header_row and skip_rows both say where the header stands"):
        bench.review({"transactions": {"path": "t.csv", "header_row": 2, "skip_rows": 1}})
