"""Dates with day and month changed round by a spreadsheet: half of them dates, half text."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .conftest import Bench

openpyxl = pytest.importorskip("openpyxl")
TURNED = [dt.date(2011, 5, 11), "25/11/2011", dt.date(2011, 5, 12), "25/12/2011 08:00"]
FORM = {"csv": {"date_format": "%d/%m/%Y"}}


def book(bench: Bench, days: list[Any]) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["client_id", "date", "revenue"])
    for day in days:
        workbook.active.append(["a", day, 5])
    workbook.save(bench.folder / "t.xlsx")


def ids(bench: Bench, path: str, **source: Any) -> list[str | None]:
    return [fault.id for fault in bench.faults({"transactions": {"path": path, **source}})]


@pytest.mark.parametrize("source", [FORM, {}])
def test_of_a_workbook(bench: Bench, source: dict[str, Any]) -> None:
    book(bench, TURNED)
    faults = bench.faults({"transactions": {"path": "t.xlsx", **source}})
    (fault,) = (one for one in faults if one.id == "swapped_days")
    assert (fault.column, fault.rows) == ("date", 4)
    assert fault.examples[:2] == ((2, "2011-05-11"), (3, "25/11/2011"))


def test_of_a_workbook_saved_as_csv(bench: Bench) -> None:
    lines = "".join(f"a,{day},5\n" for day in TURNED[:3])
    bench.write("t.csv", f"client_id,date,revenue\n{lines}")
    assert ids(bench, "t.csv", **FORM) == ["swapped_days"]
    assert ids(bench, "t.csv") == [None, "swapped_days"]


@pytest.mark.parametrize("days", [["2011-05-13", "25/11/2011"], ["2011-05-11", "25/11/2011", "05/11/2011"]])
def test_other_texts_in_a_csv_are_faults_of_their_own_alone(bench: Bench, days: list[str]) -> None:
    bench.write("t.csv", "client_id,date,revenue\n" + "".join(f"a,{day},5\n" for day in days))
    assert ids(bench, "t.csv") == [None]


@pytest.mark.parametrize(
    "days",
    [
        [dt.date(2011, 11, 30), "25/11/2011"],  # a date with a day above 12
        [dt.date(2011, 5, 11), "25/11/2011", "05/11/2011"],  # a text with a day up to 12
        [dt.date(2011, 5, 11), dt.date(2011, 5, 12)],  # dates alone
        ["25/11/2011", "26/11/2011"],  # texts alone
    ],
)
def test_what_can_be_meant(bench: Bench, days: list[Any]) -> None:
    book(bench, days)
    assert len(bench.read({"transactions": {"path": "t.xlsx", **FORM}}).rows()) == len(days)


def test_rows_that_where_removes_do_not_count(bench: Bench) -> None:
    book(bench, [dt.date(2011, 5, 11), "25/11/2011"])
    source = {"path": "t.xlsx", "where": "date not like '%/%'", **FORM}
    assert len(bench.read({"transactions": source}).rows()) == 1
