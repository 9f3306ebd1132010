"""Cells in error and formulas that nobody has computed: not known, never 0 or blank."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from portfolio_review.sources.errorcells import ERROR_TEXTS, ERRORS

from .conftest import Bench

openpyxl = pytest.importorskip("openpyxl")
HEAD = ["client_id", "date", "revenue", "margin", "product"]
DAY = dt.date(2011, 11, 30)


def book(bench: Bench, *rows: list[Any]) -> None:
    workbook = openpyxl.Workbook()
    for row in (HEAD, *rows):
        workbook.active.append(row)
    for row in workbook.active.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("#"):
                cell.data_type = "e"
    workbook.save(bench.folder / "t.xlsx")


def write(bench: Bench, *rows: list[Any]) -> None:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in (HEAD, *rows)]
    bench.write("t.csv", "\n".join([*lines, ""]))


@pytest.mark.parametrize(("name", "make"), [("t.xlsx", book), ("t.csv", write)])
class TestBoth:
    def test_a_required_cell_in_error_is_a_fault_and_no_second_one(self, bench: Bench, name: str, make: Any) -> None:
        make(bench, ["a", DAY, "#REF!", 1, "p"], ["#DIV/0!", DAY, 5, 1, "p"])
        faults = bench.faults({"transactions": {"path": name}})
        assert [(one.id, one.column, one.rows, one.examples) for one in faults] == [
            ("cells_in_error", "client_id", 1, ((3, "#DIV/0!"),)),
            ("cells_in_error", "revenue", 1, ((2, "#REF!"),)),
        ]

    def test_elsewhere_it_is_not_known_and_a_doubt(self, bench: Bench, name: str, make: Any) -> None:
        make(bench, ["a", DAY, 5, 1.5, "p"], ["b", DAY, 15, "#DIV/0!", "#VALUE!"], ["c", DAY, 80, "#N/A", "q"])
        read = bench.read({"transactions": {"path": name}})
        assert read.rows(columns="client_id, margin, product") == [("a", 1.5, "p"), ("b", None, None), ("c", None, "q")]
        doubts = {one.column: one for one in read.sources.doubts if one.id == "cells_in_error"}
        assert list(doubts) == ["margin", "product"]
        assert (doubts["margin"].rows, doubts["margin"].share) == (2, pytest.approx(0.95))
        assert doubts["margin"].examples == ("row 3: #DIV/0!", "row 4: #N/A")
        assert doubts["product"].examples == ("row 3: #VALUE!",)

    def test_an_expression_over_a_cell_in_error(self, bench: Bench, name: str, make: Any) -> None:
        make(bench, ["a", DAY, 5, "#NAME?", "p"])
        columns = {"client_id": "client_id", "date": "date", "revenue": "coalesce(margin, 0) + revenue"}
        csv = {"numbers": ["revenue", "margin"]}
        (fault,) = bench.faults({"transactions": {"path": name, "columns": columns, "csv": csv}})
        assert (fault.id, fault.column, fault.examples) == ("cells_in_error", "revenue", ((2, "#NAME?"),))

    def test_a_row_that_where_removes_is_no_fault(self, bench: Bench, name: str, make: Any) -> None:
        make(bench, ["a", DAY, 5, 1, "p"], ["b", DAY, "#REF!", 1, "drop"])
        read = bench.read({"transactions": {"path": name, "where": "product <> 'drop'"}})
        assert read.column("client_id") == ["a"]


def test_not_available_among_ids_of_a_text_file_stays(bench: Bench) -> None:
    write(bench, ["#N/A", DAY, 5, 1, "#N/A"], ["a", DAY, 5, "#N/A", "p"])
    read = bench.read({"transactions": {"path": "t.csv"}})
    assert read.rows(columns="client_id, margin, product") == [("#N/A", 1.0, "#N/A"), ("a", None, "p")]


def test_every_error_is_seen_in_bytes() -> None:
    assert all(ERROR_TEXTS.fullmatch(one) for one in ERRORS)


def test_a_formula_without_a_stored_value(bench: Bench) -> None:
    book(bench, ["a", DAY, "=1+1", 1, "p"])
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert (fault.column, fault.examples) == ("revenue", ((2, "a formula without a stored value (=1+1)"),))
    assert "save the workbook in an office program" in fault.remedy


def test_a_formula_without_a_stored_value_elsewhere(bench: Bench) -> None:
    book(bench, ["a", DAY, 5, "=C2/2", "p"], ["b", DAY, 5, 1, "p"])
    read = bench.read({"transactions": {"path": "t.xlsx"}})
    assert read.column("margin") == [None, 1.0]
    (doubt,) = (one for one in read.sources.doubts if one.id == "cells_in_error")
    assert doubt.examples == ("row 2: a formula without a stored value (=C2/2)",)


def test_a_formula_that_gives_an_empty_text_is_blank(bench: Bench) -> None:
    """An office program stores its value, which is the text of no character."""
    import zipfile

    book(bench, ["a", DAY, 5, '=IF(1,"")', "p"], ["b", DAY, 5, 1, "p"])
    with zipfile.ZipFile(bench.folder / "t.xlsx") as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<c r="D2"><f>', b'<c r="D2" t="str"><f>')
    with zipfile.ZipFile(bench.folder / "t.xlsx", "w") as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)
    read = bench.read({"transactions": {"path": "t.xlsx"}})
    assert read.column("margin") == [None, 1.0]
    assert "cells_in_error" not in {doubt.id for doubt in read.sources.doubts}
