"""Parquet as pandas and Spark write it: columns that hold nothing, INT96, names that are the reader's own or alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .conftest import Bench

DAY = dt.datetime(2011, 11, 30)


def write(bench: Bench, name: str, *, int96: bool = False, **columns: Any) -> None:
    """A file of rows of client, date and revenue, and further columns."""
    rows = len(next(iter(columns.values()))) if columns else 1
    table = {"client_id": ["a"] * rows, "date": [DAY] * rows, "revenue": [5.0] * rows, **columns}
    path = bench.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(table), path, use_deprecated_int96_timestamps=int96)


EMPTY = {
    "null": pa.nulls(2),
    "float": pa.array([None, None], pa.float64()),
    "nan": pa.array([float("nan")] * 2, pa.float64()),
    "int": pa.array([None, None], pa.int32()),
}


class TestEmptyColumns:
    @pytest.mark.parametrize("kind", EMPTY)
    @pytest.mark.parametrize("first", [True, False])
    def test_empty_throughout_in_one_of_the_files(self, bench: Bench, kind: str, first: bool) -> None:
        names = ("1", "2", "3") if first else ("2", "1", "3")
        write(bench, f"d/{names[0]}.parquet", client_id=["e", "e"], product=EMPTY[kind])
        write(bench, f"d/{names[1]}.parquet", client_id=["p", "p"], product=["p", None])
        write(bench, f"d/{names[2]}.parquet", client_id=["q", "q"], product=["q", "r"])
        read = bench.read({"transactions": {"path": "d/*.parquet"}})
        assert read.column("product") == [None, None, "p", None, "q", "r"] or sorted(
            map(str, read.column("product"))
        ) == ["None", "None", "None", "p", "q", "r"]

    def test_rows_keep_their_numbers_and_files(self, bench: Bench) -> None:
        write(bench, "d/1.parquet", product=["p", "p"])
        write(bench, "d/2.parquet", product=pa.nulls(2))
        write(bench, "d/3.parquet", product=["q", "q"], date=["2011-11-30", "x"])
        write(bench, "d/1.parquet", product=["p", "p"], date=["2011-11-30", "y"])
        write(bench, "d/2.parquet", product=pa.nulls(2), date=["z", "2011-11-30"])
        (fault,) = bench.faults({"transactions": {"path": "d/*.parquet"}})
        assert fault.examples == ((2, "y in d/1.parquet"), (1, "z in d/2.parquet"), (2, "x in d/3.parquet"))

    def test_another_type_with_values_is_still_refused(self, bench: Bench) -> None:
        write(bench, "d/1.parquet", product=pa.nulls(2))
        write(bench, "d/2.parquet", product=["p", "p"])
        write(bench, "d/3.parquet", product=[1.5, None])
        (fault,) = bench.faults({"transactions": {"path": "d/*.parquet"}})
        assert fault.file == "d/3.parquet"
        assert "it has product as a number, not text" in fault.rule

    def test_empty_everywhere(self, bench: Bench) -> None:
        write(bench, "t.parquet", product=pa.nulls(2))
        assert bench.read({"transactions": {"path": "t.parquet"}}).column("product") == [None, None]


class TestInt96:
    def test_instants_in_utc_fall_on_their_day_here(self, bench: Bench) -> None:
        write(bench, "t.parquet", int96=True, date=[dt.datetime(2011, 11, 30, 22, 30), dt.datetime(2011, 12, 1, 12)])
        read = bench.read({"transactions": {"path": "t.parquet"}}, timezone="Europe/Moscow")
        assert read.column("date") == [dt.date(2011, 12, 1), dt.date(2011, 12, 1)]
        (doubt,) = (one for one in read.sources.doubts if one.id == "int96")
        assert (doubt.table, doubt.column, doubt.rows, doubt.share) == ("transactions", "date", 2, None)
        assert doubt.examples[0] == "row 1: 2011-11-30 22:30:00 UTC is 2011-12-01 02:30:00"
        assert str(doubt.done).endswith("turned into Europe/Moscow.")

    def test_nobody_minds_a_column_that_is_not_mapped(self, bench: Bench) -> None:
        write(bench, "t.parquet", int96=True, date=["2011-11-30"], changed=[DAY])
        assert "int96" not in {one.id for one in bench.read({"transactions": {"path": "t.parquet"}}).sources.doubts}

    def test_in_a_query(self, bench: Bench) -> None:
        write(bench, "t.parquet", int96=True, date=[dt.datetime(2011, 11, 30, 22, 30)])
        read = bench.read({"transactions": {"query": "select * from 't.parquet'"}}, timezone="Europe/Moscow")
        assert read.column("date") == [dt.date(2011, 12, 1)]
        assert "int96" in {one.id for one in read.sources.doubts}

    def test_other_timestamps_are_as_they_say(self, bench: Bench) -> None:
        write(bench, "t.parquet", date=[dt.datetime(2011, 11, 30, 22, 30)])
        read = bench.read({"transactions": {"path": "t.parquet"}}, timezone="Europe/Moscow")
        assert read.column("date") == [dt.date(2011, 11, 30)]


@pytest.mark.parametrize("drop", [True, False])
@pytest.mark.parametrize("where", ["path", "query"])
def test_columns_named_like_the_readers_own(bench: Bench, drop: bool, where: str) -> None:
    own = {"filename": ["x"] * 3, "file_row_number": [7] * 3, "file_index": [1, None, 1], "__index_level_0__": [3] * 3}
    write(bench, "t.parquet", client_id=["a", "a", "b"], **own)
    write(bench, "d/u.parquet", client_id=["a", "c", "d"], **own)
    source = (
        {"path": "**/*.parquet"}
        if where == "path"
        else {"query": "select * from read_parquet(['t.parquet', 'd/u.parquet'])"}
    )
    read = bench.read({"transactions": source}, drop_duplicates=drop)
    assert read.column("client_id") == (["a", "b", "c", "d"] if drop else ["a", "a", "a", "b", "c", "d"])
    assert read.sources.duplicates.rows == 2


def test_rows_of_a_file_with_the_readers_own_names_keep_their_numbers(bench: Bench) -> None:
    write(bench, "t.parquet", date=["2011-11-30", "x"], file_row_number=[5, 5])
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert fault.examples == ((2, "x"),)


class TestAlike:
    def alike(self, bench: Bench, name: str = "t.parquet", *, turned: bool = False) -> None:
        columns = {"Revenue": [120.0], "revenue": [100.0]}
        table = {"client_id": ["a"], "date": [DAY], **dict(sorted(columns.items(), reverse=turned))}
        (bench.folder / name).parent.mkdir(exist_ok=True)
        pq.write_table(pa.table(table), bench.folder / name)

    @pytest.mark.parametrize(
        ("quoted", "value"), [('"revenue"', 100.0), ('"Revenue"', 120.0), ('"Revenue" - "revenue"', 20.0)]
    )
    def test_quoted_exactly(self, bench: Bench, quoted: str, value: float) -> None:
        self.alike(bench)
        columns = {"client_id": "client_id", "date": "date", "revenue": quoted}
        assert bench.read({"transactions": {"path": "t.parquet", "columns": columns}}).column("revenue") == [value]

    @pytest.mark.parametrize("expression", ["revenue", "Revenue", '"REVENUE"', '"revenue" + Revenue', "'ж' || revenue"])
    def test_else_a_fault(self, bench: Bench, expression: str) -> None:
        self.alike(bench)
        columns = {"client_id": "client_id", "date": "date", "revenue": expression}
        (fault,) = bench.faults({"transactions": {"path": "t.parquet", "columns": columns}})
        assert (fault.id, fault.column) == ("columns_alike", "revenue")
        assert fault.remedy.endswith("""revenue: '"Revenue"' or revenue: '"revenue"'""")

    def test_in_where(self, bench: Bench) -> None:
        self.alike(bench)
        columns = {"client_id": "client_id", "date": "date", "revenue": '"revenue"'}
        source = {"path": "t.parquet", "columns": columns}
        (fault,) = bench.faults({"transactions": {**source, "where": "revenue > 0"}})
        assert (fault.id, fault.column) == ("columns_alike", None)
        assert bench.read({"transactions": {**source, "where": '"Revenue" > 110'}}).column("revenue") == [100.0]

    def test_not_mapped(self, bench: Bench) -> None:
        self.alike(bench)
        columns = {"client_id": "client_id", "date": "date", "revenue": "5"}
        assert bench.read({"transactions": {"path": "t.parquet", "columns": columns}}).column("revenue") == [5.0]

    def test_in_files_that_hold_them_in_another_order(self, bench: Bench) -> None:
        self.alike(bench, "d/1.parquet")
        self.alike(bench, "d/2.parquet", turned=True)
        columns = {"client_id": "client_id", "date": "date", "revenue": '"revenue"'}
        assert (
            bench.read({"transactions": {"path": "d/*.parquet", "columns": columns}}).column("revenue") == [100.0] * 2
        )

    def test_that_differ_in_blanks(self, bench: Bench) -> None:
        bench.write("t.csv", "client_id,date,revenue, revenue\na,2011-11-30,5,6\n")
        columns = {"client_id": "client_id", "date": "date"}
        (fault,) = bench.faults({"transactions": {"path": "t.csv", "columns": {**columns, "revenue": "revenue"}}})
        assert fault.id == "columns_alike"
        read = bench.read({"transactions": {"path": "t.csv", "columns": {**columns, "revenue": '" revenue"'}}})
        assert read.column("revenue") == [6.0]

    def test_in_csv_numbers(self, bench: Bench) -> None:
        bench.write("t.csv", "client_id,date,Net,net\na,2011-11-30,x,6\n")
        columns = {"client_id": "client_id", "date": "date", "revenue": '"net" * 2'}
        source = {"path": "t.csv", "columns": columns, "csv": {"numbers": ["net"]}}
        assert bench.read({"transactions": source}).column("revenue") == [12.0]


class TestFolders:
    def write(self, bench: Bench, name: str, client: str) -> None:
        if name.endswith(".csv"):
            bench.write(name, f"client_id,date,revenue\n{client},2011-11-30,5\n")
        else:
            write(bench, name, client_id=[client])

    @pytest.mark.parametrize("ending", ["parquet", "csv"])
    @pytest.mark.parametrize("path", ["sales", "sales/", "sales/**/*.{}", "sales/unit=*/*.{}", "sales/*/*.{}"])
    def test_become_columns(self, bench: Bench, ending: str, path: str) -> None:
        self.write(bench, f"sales/unit=007/1.{ending}", "a")
        self.write(bench, f"sales/unit=Nord%20West/1.{ending}", "b")
        self.write(bench, f"sales/unit=__HIVE_DEFAULT_PARTITION__/1.{ending}", "c")
        read = bench.read({"transactions": {"path": path.format(ending)}})
        assert read.rows(columns="client_id, unit") == [("a", "007"), ("b", "Nord West"), ("c", "(no unit)")]

    def test_turned_off(self, bench: Bench) -> None:
        self.write(bench, "sales/unit=North/1.csv", "a")
        read = bench.read({"transactions": {"path": "sales", "hive": False}})
        assert "unit" not in read.sources.columns["transactions"]

    def test_a_column_of_the_file_wins(self, bench: Bench) -> None:
        write(bench, "sales/unit=North/1.parquet", unit=["South"])
        assert bench.read({"transactions": {"path": "sales"}}).column("unit") == ["South"]

    def test_that_are_not_alike(self, bench: Bench) -> None:
        self.write(bench, "sales/unit=North/1.csv", "a")
        self.write(bench, "sales/2.csv", "b")
        (fault,) = bench.faults({"transactions": {"path": "sales"}})
        assert fault.rule == "the file lies in folders unit=…, sales/2.csv in none"

    def test_of_workbooks_with_several_sheets(self, bench: Bench) -> None:
        openpyxl = pytest.importorskip("openpyxl")
        for unit in ("North", "South"):
            workbook = openpyxl.Workbook()
            for sheet in (workbook.active, workbook.create_sheet("more")):
                sheet.append(["client_id", "date", "revenue"])
                sheet.append([unit[0].lower(), DAY, 5])
            (bench.folder / f"sales/unit={unit}").mkdir(parents=True)
            workbook.save(bench.folder / f"sales/unit={unit}/1.xlsx")
        read = bench.read({"transactions": {"path": "sales", "sheet": "*"}})
        assert read.rows(columns="client_id, unit") == [("n", "North")] * 2 + [("s", "South")] * 2
