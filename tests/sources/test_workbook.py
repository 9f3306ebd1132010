"""XLSX workbooks: cells of every type, sheets, serials, and archives that are not what they say."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from .conftest import Bench

openpyxl = pytest.importorskip("openpyxl")
HEAD = ["client_id", "date", "revenue", "product"]


def book(
    bench: Bench,
    rows: list[list[Any]],
    *,
    name: str = "t.xlsx",
    sheets: dict[str, list[list[Any]]] | None = None,
    epoch1904: bool = False,
) -> Path:
    workbook = openpyxl.Workbook()
    if epoch1904:
        workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = workbook.active
    sheet.title = "First"
    for row in rows:
        sheet.append(row)
    for title, content in (sheets or {}).items():
        other = workbook.create_sheet(title)
        for row in content:
            other.append(row)
    path = bench.folder / name
    workbook.save(path)
    return path


def test_cells_of_every_type(bench: Bench) -> None:
    book(
        bench,
        [
            HEAD,
            [12345, dt.date(2011, 11, 30), 5, "012"],
            [12346.0, dt.datetime(2011, 12, 1, 23, 59), -5.25, "NA"],
            ["A1", dt.date(2011, 12, 2), "1e3", None],
        ],
    )
    read = bench.read({"transactions": {"path": "t.xlsx"}})
    assert read.rows(columns="client_id, date, revenue, product") == [
        ("12345", dt.date(2011, 11, 30), 5.0, "012"),
        ("12346", dt.date(2011, 12, 1), -5.25, "NA"),
        ("A1", dt.date(2011, 12, 2), 1000.0, None),
    ]


def test_whole_numbers_are_whole_in_expressions(bench: Bench) -> None:
    book(bench, [["id", "date", "revenue"], [12345, dt.date(2011, 11, 30), 5]])
    columns = {"client_id": "'C' || id", "date": "date", "revenue": "revenue / 2"}
    assert bench.read({"transactions": {"path": "t.xlsx", "columns": columns}}).rows(columns="client_id, revenue") == [
        ("C12345", 2.5)
    ]


def test_a_column_of_dates_and_iso_texts(bench: Bench) -> None:
    book(bench, [HEAD, ["a", dt.date(2011, 11, 30), 5], ["a", "2011-12-01", 5], ["a", dt.datetime(2011, 12, 2, 8), 5]])
    assert bench.read({"transactions": {"path": "t.xlsx"}}).column("date") == [
        dt.date(2011, 11, 30),
        dt.date(2011, 12, 1),
        dt.date(2011, 12, 2),
    ]


def test_a_column_of_dates_and_declared_texts(bench: Bench) -> None:
    book(bench, [HEAD, ["a", dt.date(2011, 11, 30), 5], ["a", "01.12.2011", 5]])
    read = bench.read({"transactions": {"path": "t.xlsx", "csv": {"date_format": "%d.%m.%Y"}}})
    assert read.column("date") == [dt.date(2011, 11, 30), dt.date(2011, 12, 1)]


def test_a_column_of_numbers_and_declared_texts(bench: Bench) -> None:
    book(
        bench,
        [
            HEAD,
            ["a", dt.date(2011, 11, 30), 1234.5],
            ["a", dt.date(2011, 11, 30), "1 234,5"],
            ["a", dt.date(2011, 11, 30), 7],
        ],
    )
    read = bench.read({"transactions": {"path": "t.xlsx", "csv": {"decimal": ",", "thousands": " "}}})
    assert sorted(read.column("revenue")) == [7.0, 1234.5, 1234.5]


def test_serials_in_cells_typed_as_numbers_are_dates(bench: Bench) -> None:
    book(bench, [HEAD, ["a", 40877, 5], ["a", 40877.99, 5]])
    assert bench.read({"transactions": {"path": "t.xlsx"}}).column("date") == [dt.date(2011, 11, 30)] * 2


def test_serials_among_dates_and_texts(bench: Bench) -> None:
    book(bench, [HEAD, ["a", 40877, 5], ["a", dt.date(2011, 12, 1), 5], ["a", "2011-12-02", 5], ["a", 40880.5, 5]])
    days = [dt.date(2011, 11, 30), dt.date(2011, 12, 1), dt.date(2011, 12, 2), dt.date(2011, 12, 3)]
    assert bench.read({"transactions": {"path": "t.xlsx"}}).column("date") == days


def test_serials_of_a_workbook_that_counts_from_1904(bench: Bench) -> None:
    book(bench, [HEAD, ["a", 39415, 5]], epoch1904=True)
    assert bench.read({"transactions": {"path": "t.xlsx"}}).column("date") == [dt.date(2011, 11, 30)]


@pytest.mark.parametrize("serial", [2011, 20111130, -1, 0.5])
def test_other_numbers_are_no_dates(bench: Bench, serial: float) -> None:
    book(bench, [HEAD, ["a", 40877, 5], ["a", serial, 5]])
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert (fault.column, fault.rule, fault.rows) == ("date", "a number is not a date", 1)
    assert fault.examples[0][0] == 3


def test_the_first_sheet_or_the_named_one(bench: Bench) -> None:
    book(bench, [HEAD, ["a", 40877, 5]], sheets={"Продажи": [HEAD, ["b", 40877, 6]]})
    assert bench.read({"transactions": {"path": "t.xlsx"}}).column("client_id") == ["a"]
    assert bench.read({"transactions": {"path": "t.xlsx", "sheet": "Продажи"}}).column("client_id") == ["b"]


def test_an_unknown_sheet(bench: Bench) -> None:
    book(bench, [HEAD], sheets={"Sales": [HEAD]})
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx", "sheet": "Sale"}})
    assert (fault.rule, fault.remedy) == ("no sheet 'Sale'; did you mean 'Sales'?", "The workbook has First, Sales")


def test_a_sheet_of_a_csv_file_cannot_be_meant(bench: Bench) -> None:
    from portfolio_review.errors import ReviewFileError

    with pytest.raises(ReviewFileError, match=r"sheet: expected a path to an XLSX workbook, found 't\.csv'"):
        bench.read({"transactions": {"path": "t.csv", "sheet": "x"}})


def test_rows_have_the_numbers_that_excel_shows(bench: Bench) -> None:
    book(bench, [[], [], HEAD, ["a", 40877, 5], [None, None, None], ["b", 40877, "x"]])
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert fault.examples == ((6, "x"),)


def test_a_table_that_does_not_start_in_the_first_column(bench: Bench) -> None:
    book(bench, [[None, None, *HEAD], [None, None, "a", 40877, 5, "p"]])
    assert bench.read({"transactions": {"path": "t.xlsx"}}).rows(columns="client_id, product") == [("a", "p")]


def test_an_empty_sheet(bench: Bench) -> None:
    book(bench, [])
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert fault.rule == "the sheet is empty"


def test_a_header_that_names_a_column_twice(bench: Bench) -> None:
    book(bench, [["client_id", "date", "revenue", "date"], ["a", 40877, 5, 40877]])
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert "the header names a column twice: 'date'" in fault.rule


def test_columns_that_differ_in_case_must_be_quoted(bench: Bench) -> None:
    book(bench, [["client_id", "date", "revenue", "Date"], ["a", 40877, 5, 40878]])
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert (fault.id, fault.column) == ("columns_alike", "date")
    columns = {"client_id": "client_id", "date": '"Date"', "revenue": "revenue"}
    read = bench.read({"transactions": {"path": "t.xlsx", "columns": columns}})
    assert read.column("date") == [dt.date(2011, 12, 1)]


def test_several_workbooks(bench: Bench) -> None:
    book(bench, [HEAD, [1, 40877, 5]], name="1.xlsx")
    book(bench, [HEAD, ["A", dt.date(2011, 12, 1), 5.5]], name="2.XLSX")
    read = bench.read({"transactions": {"path": "[12].*"}})
    assert read.rows(columns="client_id, date, revenue") == [
        ("1", dt.date(2011, 11, 30), 5.0),
        ("A", dt.date(2011, 12, 1), 5.5),
    ]


def test_several_workbooks_need_the_same_columns(bench: Bench) -> None:
    book(bench, [HEAD, [1, 40877, 5]], name="1.xlsx")
    book(bench, [["client_id", "date"], ["A", 40877]], name="2.xlsx")
    (fault,) = bench.faults({"transactions": {"path": "*.xlsx"}})
    assert (fault.file, fault.rule) == ("2.xlsx", "the file differs in its columns from 1.xlsx: it has client_id, date")


def test_text_stays_text_in_a_workbook(bench: Bench) -> None:
    path = book(bench, [HEAD, ["x", 40877, 5, "p"]])
    workbook = openpyxl.load_workbook(path)
    workbook.active["A2"].value = "=1+1"
    workbook.active["A2"].data_type = "s"
    workbook.save(path)
    assert bench.read({"transactions": {"path": "t.xlsx"}}).column("client_id") == ["=1+1"]


def bomb(path: Path, megabytes: int, declared: int | None = None) -> None:
    """A workbook whose sheet is a long run of blanks; `declared` is the size that the archive admits to."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(megabytes):
                sheet.write(b" " * (1 << 20))
    if declared is not None:
        data = bytearray(path.read_bytes())
        at = data.rfind(b"PK\x01\x02")
        data[at + 24 : at + 28] = struct.pack("<I", declared)
        path.write_bytes(bytes(data))


@pytest.mark.parametrize(("megabytes", "declared"), [(25, None), (25, 1000), (15, 1000)])
def test_zip_bombs_are_refused_before_they_are_parsed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, megabytes: int, declared: int | None
) -> None:
    monkeypatch.setattr("portfolio_review.sources.archive.MAX_UNPACKED", 20 << 20)
    monkeypatch.setattr("portfolio_review.sources.archive._RATIO_FROM", 10 << 20)
    bomb(bench.folder / "t.xlsx", megabytes, declared)
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert fault.rule.startswith("the workbook unpacks to ")
    assert fault.remedy == "A workbook unpacks to at most 1 GB: export the table as CSV or Parquet"


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.99])
def test_a_torn_workbook(bench: Bench, keep: float) -> None:
    path = book(bench, [HEAD, *[["a", 40877, i, "p"] for i in range(2000)]])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert "the workbook" in fault.rule
    assert "Save it again as XLSX" in fault.remedy


def test_a_zip_that_is_no_workbook(bench: Bench) -> None:
    with zipfile.ZipFile(bench.folder / "t.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert "the workbook cannot be read" in fault.rule


def test_several_workbooks_count_days_alike(bench: Bench) -> None:
    book(bench, [HEAD, [1, 40877, 5]], name="1.xlsx")
    book(bench, [HEAD, [1, 39415, 5]], name="2.xlsx", epoch1904=True)
    (fault,) = bench.faults({"transactions": {"path": "*.xlsx"}})
    assert "counts its days from another year (1900 or 1904) than 1.xlsx" in fault.rule
