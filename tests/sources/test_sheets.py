"""Which sheets of a workbook are read, and what is said of the others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from portfolio_review.doubt import Doubt
from portfolio_review.errors import ReviewFileError

from .conftest import Bench

openpyxl = pytest.importorskip("openpyxl")
HEAD = ["client_id", "date", "revenue"]
DAY = dt.date(2011, 11, 30)


def book(
    bench: Bench, sheets: dict[str, list[list[Any]]], *, hidden: tuple[str, ...] = (), name: str = "t.xlsx"
) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    workbook.active = next(index for index, title in enumerate(sheets) if title not in hidden)
    workbook.save(bench.folder / name)
    return bench.folder / name


def clients(bench: Bench, **source: Any) -> tuple[list[str], tuple[Doubt, ...]]:
    read = bench.read({"transactions": {"path": "t.xlsx", **source}})
    return read.column("client_id"), read.sources.doubts


def year(client: str, rows: int = 1) -> list[list[Any]]:
    return [HEAD, *([client, DAY, 5.0 + number] for number in range(rows))]


def test_the_first_visible_sheet_is_read(bench: Bench) -> None:
    book(bench, {"lists": year("hidden"), "Sales": year("a")}, hidden=("lists",))
    assert clients(bench) == (["a"], ())


def test_other_sheets_of_the_same_columns_are_a_doubt(bench: Bench) -> None:
    book(bench, {"2010": year("a"), "2011": year("b", 3), "Sheet3": []})
    read, (doubt,) = clients(bench)
    assert read == ["a"]
    assert (doubt.id, doubt.table, doubt.column, doubt.rows, doubt.share) == (
        "other_sheets", "transactions", None, 3, 0.75,
    )  # fmt: skip
    assert doubt.examples == ("t.xlsx, sheet 2011: 3 rows",)
    assert 'sheet: "*"' in str(doubt.remedy)


@pytest.mark.parametrize("above", [{"header_row": 3}, {"skip_rows": 2}])
@pytest.mark.parametrize("title", [[["Sales"], []], []])
def test_other_sheets_below_title_lines_are_a_doubt(bench: Bench, above: dict[str, int], title: list[Any]) -> None:
    book(bench, {"2025": [["Sales"], [], *year("a", 60)], "2026": [*title, *year("b", 60)]})
    read, (doubt,) = clients(bench, sheet="2025", **above)
    assert set(read) == {"a"}
    assert (doubt.id, doubt.rows, doubt.share) == ("other_sheets", 60, 0.5)


def test_another_sheet_of_other_columns_is_a_doubt_when_none_is_named(bench: Bench) -> None:
    book(bench, {"Sales": year("a"), "Notes": [["what", "who"], ["x", "y"]]})
    _, (doubt,) = clients(bench)
    assert (doubt.rows, doubt.share) == (1, 0.5)
    assert str(doubt.remedy).startswith("Name the sheet that is meant")
    assert clients(bench, sheet="Sales") == (["a"], ())


def test_a_named_sheet_leaves_the_doubt_about_those_of_the_same_columns(bench: Bench) -> None:
    book(bench, {"2010": year("a"), "2011": year("b")})
    read, (doubt,) = clients(bench, sheet="2010")
    assert (read, doubt.rows) == (["a"], 1)


@pytest.mark.parametrize("sheet", ["*", ["2010", "2011"]])
def test_every_sheet_or_a_list(bench: Bench, sheet: object) -> None:
    book(bench, {"2010": year("a"), "secret": year("x"), "2011": year("b"), "Sheet4": []}, hidden=("secret",))
    assert clients(bench, sheet=sheet) == (["a", "b"], ())


def test_a_fault_in_one_of_several_sheets_names_the_sheet_and_its_row(bench: Bench) -> None:
    book(bench, {"2010": year("a"), "2011": [HEAD, ["b", DAY, 5], ["b", DAY, "x"]]})
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx", "sheet": "*"}})
    assert fault.examples == ((3, "x in t.xlsx, sheet 2011"),)


def test_the_rows_of_sheets_read_together_are_counted_as_one_file(bench: Bench) -> None:
    book(bench, {"2010": year("a", 2), "2011": year("b", 3)})
    (given,) = bench.read({"transactions": {"path": "t.xlsx", "sheet": "*"}}).sources.inputs
    assert (given.path, given.rows) == ("t.xlsx", 5)


def test_every_sheet_needs_the_same_columns(bench: Bench) -> None:
    book(bench, {"2010": year("a"), "Notes": [["what", "who"], ["x", "y"]]})
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx", "sheet": "*"}})
    assert fault.file == "t.xlsx, sheet Notes"
    assert "differs in its columns from t.xlsx, sheet 2010: it has what, who" in fault.rule


def test_an_unknown_sheet_of_a_list(bench: Bench) -> None:
    book(bench, {"2010": year("a"), "2011": year("b")})
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx", "sheet": ["2010", "2012"]}})
    assert fault.rule.startswith("no sheet '2012'")


def test_an_empty_list_of_sheets(bench: Bench) -> None:
    with pytest.raises(ReviewFileError, match="found an empty list"):
        bench.review({"transactions": {"path": "t.xlsx", "sheet": []}})
