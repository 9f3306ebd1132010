"""Files as programs export them: read as they are declared, or named by one clear message."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .conftest import Bench

ACCOUNTING = (
    "Валовая прибыль по покупателям\n"
    "Период: 01.11.2011 - 30.11.2011\n"
    'Отбор:;Организация Равно "ООО ""Ромашка"""\n'
    "\n"
    "Контрагент;Дата документа;Номенклатура;Сумма без НДС;Валовая прибыль\n"
    'ООО "Лютик";30.11.2011 0:00:00;Лента;1 234,50;100,10\n'
    "ИП Иванов;01.11.2011 12:15:00;Скотч;-7,00;\n"
    ";;;;\n"
    "Итого;;;1 227,50;100,10\n"
)
ACCOUNTING_COLUMNS = {
    "client_id": "Контрагент", "date": '"Дата документа"', "product": "Номенклатура",
    "revenue": '"Сумма без НДС"', "margin": '"Валовая прибыль"',
}  # fmt: skip
ACCOUNTING_FORM = {"encoding": "cp1251", "decimal": ",", "thousands": " ", "date_format": "%d.%m.%Y %H:%M:%S"}


def test_of_an_accounting_program_with_titles_and_totals(bench: Bench) -> None:
    """Each message leads to the next setting, until the file is read."""
    content = ACCOUNTING.replace("1 2", "1\u00a02").encode("cp1251")
    source: dict[str, Any] = {"columns": ACCOUNTING_COLUMNS}
    assert "likely cp1251" in bench.csv_faults(content, **source)[0].remedy
    source["csv"] = {"encoding": "cp1251"}
    assert bench.csv_faults(content, **source)[0].remedy == "Declare header_row: 5 under sources.transactions"
    source["header_row"] = 5
    remedies = {(one.column, one.rule): one.remedy for one in bench.csv_faults(content, **source)}
    assert "declare csv.decimal and csv.thousands" in remedies["revenue", "text is not a number"]
    assert "declare csv.date_format" in remedies["date", "text is not an ISO date"]
    source["csv"] = ACCOUNTING_FORM
    (fault,) = bench.csv_faults(content, **source)
    assert (fault.rule, fault.examples) == ("a transaction without a date", ((9, ""),))
    assert fault.remedy.endswith("where: coalesce(\"Контрагент\", '') NOT IN ('Итого')")
    read = bench.csv(content, **source, where="coalesce(\"Контрагент\", '') NOT IN ('Итого')")
    assert read.rows(columns="client_id, date, revenue, margin, product") == [
        ("ИП Иванов", dt.date(2011, 11, 1), -7.0, None, "Скотч"),
        ('ООО "Лютик"', dt.date(2011, 11, 30), 1234.5, 100.1, "Лента"),
    ]


def test_of_a_shop(bench: Bench) -> None:
    """An order's further lines leave its own columns blank; times have a blank before the offset."""
    content = (
        "Name,Email,Financial Status,Created at,Subtotal,Lineitem quantity,Lineitem name,Notes\n"
        '#1001,a@example.com,paid,2011-11-30 23:30:00 -0500,20.00,1,"Tape 5"" wide","two\nlines"\n'
        "#1002,b@example.com,paid,2011-11-30 10:00:00 +0100,7.50,2,Glue,\n"
    )
    columns = {
        "client_id": "Email", "date": '"Created at"', "revenue": "Subtotal", "order_id": "Name",
        "product": '"Lineitem name"',
    }  # fmt: skip
    bench.write("orders.csv", content)
    read = bench.read({"transactions": {"path": "orders.csv", "columns": columns}}, timezone="America/New_York")
    assert read.rows(columns="client_id, date, revenue, product") == [
        ("a@example.com", dt.date(2011, 11, 30), 20.0, 'Tape 5" wide'),
        ("b@example.com", dt.date(2011, 11, 30), 7.5, "Glue"),
    ]


def test_of_a_spreadsheet_for_people(bench: Bench) -> None:
    """A merged title, a hidden sheet first, a chart, a row of totals whose formula is stored by nobody."""
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    workbook.active.title = "lists"
    workbook.active.append(["Client", "Date", "Net sales"])
    workbook.active.sheet_state = "hidden"
    sheet = workbook.create_sheet("Sales")
    for row in (
        ["Sales report 2011"], [], ["Client", "Date", "Net sales", "Margin %"],
        ["a", dt.date(2011, 11, 30), 5, "=C4/2"], ["b", dt.date(2011, 12, 1), 6, 0.5], ["Total", None, "=SUM(C4:C5)"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    workbook.create_chartsheet("Chart")
    workbook.active = 1
    workbook.save(bench.folder / "t.xlsx")
    columns = {"client_id": "Client", "date": "Date", "revenue": '"Net sales"'}
    source: dict[str, Any] = {"path": "t.xlsx", "columns": columns}
    (fault,) = bench.faults({"transactions": source})
    assert fault.remedy == "Declare header_row: 3 under sources.transactions"
    source["header_row"] = 3
    faults = {one.column: one for one in bench.faults({"transactions": source})}
    assert faults["revenue"].examples == ((6, "a formula without a stored value (=SUM(C4:C5))"),)
    assert faults["date"].remedy.endswith("where: coalesce(\"Client\", '') NOT IN ('Total')")
    read = bench.read({"transactions": {**source, "where": "coalesce(\"Client\", '') NOT IN ('Total')"}})
    assert read.column("client_id") == ["a", "b"]
    assert not [one.id for one in read.sources.doubts if one.id in ("other_sheets", "cells_in_error")]


def test_of_spark(bench: Bench) -> None:
    """A folder of parts, partitioned, with the notes of its writer; INT96, a part without rows."""
    for month, clients in (("2011-11", ["a", "b"]), ("2011-12", ["c"])):
        folder = bench.folder / "sales" / f"month={month}"
        folder.mkdir(parents=True)
        for number, rows in enumerate((clients, [])):
            days = pa.array([dt.datetime(2011, 11, 30, 23, 30)] * len(rows), pa.timestamp("us"))
            money = pa.array([5.0] * len(rows), pa.float64())
            table = pa.table({"client_id": pa.array(rows, pa.string()), "date": days, "revenue": money})
            pq.write_table(table, folder / f"part-0000{number}.snappy.parquet", use_deprecated_int96_timestamps=True)
            (folder / f".part-0000{number}.snappy.parquet.crc").write_bytes(b"crc")
    (bench.folder / "sales" / "_SUCCESS").touch()
    columns = {"client_id": "client_id", "date": "date", "revenue": "revenue", "category": "month"}
    read = bench.read({"transactions": {"path": "sales", "columns": columns}}, timezone="Europe/Moscow")
    assert read.rows(columns="client_id, date, category") == [
        ("a", dt.date(2011, 12, 1), "2011-11"),
        ("b", dt.date(2011, 12, 1), "2011-11"),
        ("c", dt.date(2011, 12, 1), "2011-12"),
    ]
    assert "int96" in {one.id for one in read.sources.doubts}


def test_of_a_dashboard(bench: Bench) -> None:
    """A byte-order mark, names of columns with brackets and tables, a note below: «Applied filters»."""
    content = (
        "\ufeffClients[Name],Calendar[Date],[Net Revenue]\r\n"
        'a,11/30/2011 12:00:00 AM,"1,234.50"\r\nb,12/1/2011 12:00:00 AM,"($7.00)"\r\n'
        "\r\nApplied filters: Year is 2011\r\n"
    )
    columns = {"client_id": '"Clients[Name]"', "date": '"Calendar[Date]"', "revenue": '"[Net Revenue]"'}
    form = {"decimal": ".", "thousands": ",", "date_format": "%m/%d/%Y %I:%M:%S %p"}
    (fault,) = bench.csv_faults(content, columns=columns, csv=form)
    assert (fault.rule, fault.examples) == ("rows do not have the 3 cells of the header", ((5, "1 cell"),))
    assert fault.remedy == "They stand below the table and look like notes: take them out of the export"
    table = content.partition("\r\nApplied")[0]
    read = bench.csv(table, columns=columns, csv=form)
    assert read.rows(columns="client_id, date, revenue") == [
        ("a", dt.date(2011, 11, 30), 1234.5),
        ("b", dt.date(2011, 12, 1), -7.0),
    ]


def test_of_a_database(bench: Bench) -> None:
    """Compressed, quotes escaped, keys of days; joined in a query with a workbook of names."""
    openpyxl = pytest.importorskip("openpyxl")
    lines = 'id,day_key,net,note\n417,20111130,5.5,"said \\"yes\\""\n418,20111201,6,\n'
    bench.write("export/lines.csv.gz", gzip.compress(lines.encode()))
    workbook = openpyxl.Workbook()
    for row in (["Names of clients"], ["id", "Name"], [417, "Лютик"], [418, "Ромашка"]):
        workbook.active.append(row)
    workbook.save(bench.folder / "export/names.xlsx")
    query = (
        "select Name, strptime(cast(day_key as varchar), '%Y%m%d') as day, net "
        "from 'export/lines.csv.gz' join 'export/names.xlsx' n using (id)"
    )
    files = {"export/lines.csv.gz": {"csv": {"escape": "\\"}}, "export/names.xlsx": {"header_row": 2}}
    columns = {"client_id": "Name", "date": "day", "revenue": "net"}
    read = bench.read({"transactions": {"query": query, "files": files, "columns": columns}})
    assert read.rows(columns="client_id, date, revenue") == [
        ("Лютик", dt.date(2011, 11, 30), 5.5),
        ("Ромашка", dt.date(2011, 12, 1), 6.0),
    ]
    assert [(one.path, one.rows) for one in read.sources.inputs] == [
        ("export/lines.csv.gz", 2),
        ("export/names.xlsx", 2),
    ]
