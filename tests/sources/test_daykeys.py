"""Numbers that stand for days are refused with the expression that reads them, ready to be typed."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from portfolio_review.errors import Fault

from .conftest import Bench

DAY = dt.date(2026, 10, 31)
MAPPED = {"client_id": "client_id", "date": "day", "revenue": "revenue"}


def typed(fault: Fault) -> dict[str, str]:
    """The line of the review file that the message writes out."""
    line: dict[str, str] = yaml.safe_load(fault.remedy.split("write ")[1].split("; ")[0])
    return line


@pytest.mark.parametrize(
    "number",
    ["20261031", "1793404800", "1793404800000", "1793404800000000", "46326"],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_expression_of_the_message_reads_the_days(bench: Bench, number: str, kind: str) -> None:
    if kind == "csv":
        bench.write("t.csv", f"client_id,day,revenue\na,{number},5\n")
    else:
        bench.parquet("t.parquet", f"SELECT 'a' AS client_id, {number}::BIGINT AS day, 5 AS revenue")
    source = {"path": f"t.{kind}", "columns": MAPPED}
    (fault,) = bench.faults({"transactions": source})
    if number == "46326" and kind == "csv":  # Excel's have a message of their own
        assert "DATE '1899-12-30' + CAST(x AS INTEGER)" in fault.remedy
        return
    read = bench.read({"transactions": {**source, "columns": {**MAPPED, **typed(fault)}}})
    assert read.column("date") == [DAY]


def test_a_column_whose_name_has_blanks(bench: Bench) -> None:
    bench.parquet("t.parquet", "SELECT 'a' AS client_id, 20261031 AS \"Date Key\", 5 AS revenue")
    source = {"path": "t.parquet", "columns": {**MAPPED, "date": '"Date Key"'}}
    (fault,) = bench.faults({"transactions": source})
    read = bench.read({"transactions": {**source, "columns": {**MAPPED, **typed(fault)}}})
    assert read.column("date") == [DAY]


def test_numbers_of_no_kind_are_not_taken_for_days(bench: Bench) -> None:
    bench.parquet("t.parquet", "SELECT 'a' AS client_id, d AS day, 5 AS revenue FROM (VALUES (20261031), (7)) t(d)")
    (fault,) = bench.faults({"transactions": {"path": "t.parquet", "columns": MAPPED}})
    assert "these read like" not in fault.remedy


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-31 24:00:00", "2026-10-31T24:00", "2026-10-31 24:00:00.000", "2026-10-31 24:00:00 +0100",
        "2026-10-31 12:00:00 +0100", "2026-10-31 12:00:00 +01:00", "2026-10-31 12:00:00 Z", "2026-10-31 12:00 +01",
    ],
)  # fmt: skip
def test_times_as_shops_write_them(bench: Bench, written: str) -> None:
    content = f"client_id,date,revenue\na,{written},5\n"
    bench.write("t.csv", content)
    assert bench.read({"transactions": {"path": "t.csv"}}, timezone="Europe/Berlin").column("date") == [DAY]


def test_an_offset_after_a_blank_moves_the_day(bench: Bench) -> None:
    bench.write("t.csv", "client_id,date,revenue\na,2026-10-31 23:30:00 -0500,5\n")
    assert bench.read({"transactions": {"path": "t.csv"}}).column("date") == [dt.date(2026, 11, 1)]


@pytest.mark.parametrize(
    ("form", "written"),
    [("%d.%m.%Y %H:%M:%S", "31.10.2026 24:00:00"), ("%d.%m.%Y %H:%M", "31.10.2026 24:00")],
)
def test_the_end_of_a_day_in_a_declared_form(bench: Bench, form: str, written: str) -> None:
    read = bench.csv(f"client_id,date,revenue\na,{written},5\n", csv={"date_format": form})
    assert read.column("date") == [DAY]
