"""Rows of totals below a table: named with the `where` that leaves them out."""

from __future__ import annotations

import pytest
import yaml

from .conftest import Bench

TABLE = "Client;date;revenue;margin\na;2011-11-30;5;1\nb;2011-12-01;6;2\n"
MAPPED = {"client_id": "Client", "date": "date", "revenue": "revenue"}


@pytest.mark.parametrize(
    "total", ["Total;;11;3", "Итого;;11;3", ";Total;11;", "Grand total;;11;3\nTotal;;11;", "Всего по Client's;;1;"]
)
def test_the_where_of_the_message_removes_them(bench: Bench, total: str) -> None:
    bench.write("t.csv", f"{TABLE}{total}\n")
    (fault,) = bench.faults({"transactions": {"path": "t.csv", "columns": MAPPED}})
    where = yaml.safe_load(fault.remedy.split("are left out by ")[1])
    read = bench.read({"transactions": {"path": "t.csv", "columns": MAPPED, **where}})
    assert read.column("client_id") == ["a", "b"]
    assert [(one.reason, one.rows) for one in read.sources.left_out] == [("removed_by_where", total.count("\n") + 1)]


def test_a_row_without_a_date_that_is_no_total(bench: Bench) -> None:
    bench.write("t.csv", f"{TABLE}Totalin SA;;5;\n")
    (fault,) = bench.faults({"transactions": {"path": "t.csv", "columns": MAPPED}})
    assert "totals" not in fault.remedy


def test_a_total_row_of_a_workbook(bench: Bench) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    for row in (["client_id", "date", "revenue"], ["a", 40877, 5], ["Summe", None, 5]):
        workbook.active.append(row)
    workbook.save(bench.folder / "t.xlsx")
    (fault,) = bench.faults({"transactions": {"path": "t.xlsx"}})
    assert fault.remedy.endswith("where: coalesce(\"client_id\", '') NOT IN ('Summe')")


def test_many_subtotals_are_told_by_their_word_and_several_columns_together(bench: Bench) -> None:
    # seven clients with a subtotal each, named in its second column; the grand total and a signature in the first
    rows = "".join(f"M;c{one};2011-11-30;5\n;Subtotal c{one};;5\n" for one in range(7))
    bench.write("t.csv", f"Manager;Client;date;revenue\n{rows}Total;;;35\nSigned: ____;;;\n")
    source = {"path": "t.csv", "columns": MAPPED}
    fault = next(one for one in bench.faults({"transactions": source}) if one.column == "date")
    where = yaml.safe_load(fault.remedy.split("are left out by ")[1])
    assert where["where"] == (
        "coalesce(\"Manager\", '') NOT IN ('Signed: ____', 'Total') "
        "AND NOT starts_with(coalesce(\"Client\", ''), 'Subtotal')"
    )
    read = bench.read({"transactions": {**source, **where}})
    assert read.column("client_id") == [f"c{one}" for one in range(7)]


def test_a_client_whose_name_begins_like_a_total_stays(bench: Bench) -> None:
    rows = "".join(f"c{one};2011-11-30;5\nTotal c{one};;5\n" for one in range(6))
    bench.write("t.csv", f"Client;date;revenue\nTotal Energies;2011-11-30;5\n{rows}")
    source = {"path": "t.csv", "columns": MAPPED}
    (fault,) = bench.faults({"transactions": source})
    where = yaml.safe_load(fault.remedy.split("are left out by ")[1])
    read = bench.read({"transactions": {**source, **where}})
    assert read.column("client_id") == ["Total Energies", *(f"c{one}" for one in range(6))]
