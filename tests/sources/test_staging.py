"""The files of a query: read by the readers that a path has, and all of them recorded as inputs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from portfolio_review.errors import ReviewFileError
from portfolio_review.sources.queries import plan

from .conftest import Bench

openpyxl = pytest.importorskip("openpyxl")
ALL = "select client, day, net from "
MAPPED = {"client_id": "client", "date": "day", "revenue": "net"}
LINES = "client;day;net\nРомашка;30.11.2011;1 234,5\n00417;01.12.2011;-7\n"
FORM = {"encoding": "cp1251", "decimal": ",", "thousands": " ", "date_format": "%d.%m.%Y"}


def read(bench: Bench, query: str, **source: Any) -> list[tuple[Any, ...]]:
    return bench.read({"transactions": {"query": query, "columns": MAPPED, **source}}).rows(
        columns="client_id, date, revenue"
    )


def book(bench: Bench, name: str, rows: list[list[Any]], title: str = "First") -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Notes"
    sheet = workbook.create_sheet(title)
    for row in rows:
        sheet.append(row)
    workbook.save(bench.folder / name)
    return bench.folder / name


def test_a_csv_file_in_any_encoding(bench: Bench) -> None:
    bench.write("lines.csv", LINES.encode("cp1251"))
    assert read(bench, f"{ALL} 'lines.csv'", files={"lines.csv": {"csv": FORM}}) == [
        ("00417", dt.date(2011, 12, 1), -7.0),
        ("Ромашка", dt.date(2011, 11, 30), 1234.5),
    ]


@pytest.mark.parametrize(
    "source",
    ["'lines.csv'", '"lines.csv"', "read_csv('lines.csv')", "read_csv(['lines.csv'], header = true)", "'*.csv' x"],
)
def test_every_way_to_name_a_file(bench: Bench, source: str) -> None:
    bench.write("lines.csv", "client,day,net\n00417,2011-11-30,5\n")
    assert read(bench, f"{ALL} {source}") == [("00417", dt.date(2011, 11, 30), 5.0)]


def test_a_workbook_with_its_options(bench: Bench) -> None:
    book(bench, "lines.xlsx", [["Report"], ["client", "day", "net"], [7, dt.date(2011, 11, 30), 5]], "Sales")
    files = {"lines.xlsx": {"sheet": "Sales", "header_row": 2}}
    assert read(bench, f"{ALL} 'lines.xlsx'", files=files) == [("7", dt.date(2011, 11, 30), 5.0)]


def test_names_by_which_a_query_speaks_of_a_file(bench: Bench) -> None:
    """Beside a name in Cyrillic, for places in a query are counted in bytes."""
    bench.write("строки.csv", "client,day,net\na,2011-11-30,5\n")
    bench.write("heads.csv", "client,weight\na,2\n")
    query = (
        "select строки.client, строки.day, net * h.weight as net /* 'ж' */ "
        "from 'строки.csv' join read_csv('heads.csv') as h(client, weight) on h.client = строки.client"
    )
    assert read(bench, query) == [("a", dt.date(2011, 11, 30), 10.0)]


def test_types_of_columns(bench: Bench) -> None:
    bench.write(
        "t.csv",
        "client,day,net,code,ean,stamp,moment,odd,none\n"
        "a,2011-11-30,5,001,4006381333931,2011-11-30 08:00,2011-11-30 08:00 +0100,1,\n"
        "b,2011-12-01,5.5,2,4006381333932,2011-12-01,2011-12-01T08:00Z,x,\n",
    )
    kinds = (
        "typeof(day) || typeof(net) || typeof(code) || typeof(ean) || typeof(stamp) || typeof(moment) || typeof(odd)"
    )
    query = f"select {kinds} as client, day, net from 't.csv'"
    expected = "DATE" + "DOUBLE" + "VARCHAR" + "BIGINT" + "TIMESTAMP" + "TIMESTAMP WITH TIME ZONE" + "VARCHAR"
    assert {row[0] for row in read(bench, query)} == {expected}


def test_a_number_of_csv_numbers_that_is_none(bench: Bench) -> None:
    bench.write("t.csv", "client,day,net\na,2011-11-30,5\nb,2011-11-30,x\n")
    source = {"query": f"{ALL} 't.csv'", "columns": MAPPED, "files": {"t.csv": {"csv": {"numbers": ["net"]}}}}
    (fault,) = bench.faults({"transactions": source})
    assert (fault.column, fault.rule, fault.file, fault.examples) == (
        "net", "text is not a number", "t.csv", ((3, "x"),),
    )  # fmt: skip


def test_a_reader_with_arguments_reads_as_they_say(bench: Bench) -> None:
    bench.write("t.csv", "a~2011-11-30~5\n")
    query = "select c as client, d as day, n as net from read_csv('t.csv', delim = '~', header = false, names = ['c', 'd', 'n'])"
    assert read(bench, query) == [("a", dt.date(2011, 11, 30), 5.0)]


def test_a_file_of_the_name_of_a_cte_is_an_input(bench: Bench) -> None:
    """A CTE does not see itself: inside it the name is the file's, outside the CTE's."""
    bench.write("t.csv", "client,day,net\na,2011-11-30,5\nb,2011-11-30,6\n")
    query = 'with "t.csv" as (select * from "t.csv" where net > 5) select client, day, net from "t.csv"'
    found = bench.read({"transactions": {"query": query, "columns": MAPPED}})
    assert found.column("client_id") == ["b"]
    assert [one.path for one in found.sources.inputs] == ["t.csv"]


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ('with "a.csv" as (select 1) select * from "a.csv"', ()),
        ('with "a.csv" as (select * from "a.csv") select * from "a.csv"', ("a.csv",)),
        ('with x as (select * from "a.csv"), "a.csv" as (select 1) select * from "a.csv", x', ("a.csv",)),
        ('with "a.csv" as (select 1), x as (select * from "a.csv") select * from x', ()),
        ('with recursive "a.csv" as (select 1 i union all select i + 1 from "a.csv") select * from "a.csv"', ()),
        ('select * from (with "a.csv" as (select 1) select * from "a.csv") join "a.csv" on true', ("a.csv",)),
        ('with "A.CSV" as (select 1) select * from "a.csv"', ()),
    ],
)
def test_where_a_cte_is_in_sight(query: str, paths: tuple[str, ...]) -> None:
    assert plan(query).paths == paths


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"csv": {"encoding": "cp1251"}}, "csv.encoding: expected a path to a file, found a query; options of a query's"),
        ({"csv": {"decimal": ","}}, "files: {'t.csv': {csv: …}}"),
        ({"sheet": "x"}, "sheet: expected a path to an XLSX workbook, found a query"),
        ({"header_row": 2}, "header_row: expected a path"),
        ({"hive": False}, "hive: expected a path, found a query"),
        ({"files": {"u.csv": {"header_row": 2}}}, "files: the query does not read 'u.csv'; did you mean 't.csv'?"),
        ({"files": {"t.csv": {"sheet": "x"}}}, "files.'t.csv'.sheet: expected a path to an XLSX workbook"),
        ({"files": {"t.csv": {"csv": {"escape": ","}}}}, "files.'t.csv'.csv.escape: ',' is also the delimiter"),
        ({"files": {"t.csv": {"heder_row": 2}}}, "unknown key 'sources.transactions.files.t.csv.heder_row'; did you mean"),
    ],
)  # fmt: skip
def test_options_that_would_not_be_honoured(bench: Bench, source: dict[str, Any], said: str) -> None:
    bench.write("t.csv", "client,day,net\na,2011-11-30,5\n")
    with pytest.raises(ReviewFileError) as caught:
        read(bench, f"{ALL} 't.csv'", **source)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("path", "source", "said"),
    [
        (
            "t.parquet",
            {"csv": {"encoding": "cp1251"}},
            "csv.encoding: expected a path to a CSV file, found 't.parquet'",
        ),
        ("t.xlsx", {"csv": {"delimiter": ";"}}, "csv.delimiter: expected a path to a CSV file"),
        ("t.parquet", {"skip_rows": 1}, "skip_rows: expected a path to a CSV file or an XLSX workbook"),
        ("t.csv", {"sheet": "x"}, "sheet: expected a path to an XLSX workbook"),
        ("t.csv", {"files": {"t.csv": {}}}, "files: expected a query that names files"),
        ("folder", {"sheet": "x"}, "sheet: expected a path to an XLSX workbook, found 'folder'"),
    ],
)
def test_options_that_do_not_fit_the_format(bench: Bench, path: str, source: dict[str, Any], said: str) -> None:
    bench.write("folder/t.csv", "client_id,date,revenue\na,2011-11-30,5\n")
    with pytest.raises(ReviewFileError) as caught:
        bench.read({"transactions": {"path": path, **source}})
    assert said in str(caught.value)


def test_columns_that_differ_in_case_are_refused_where_a_query_speaks_of_them(bench: Bench) -> None:
    bench.write("t.csv", "client,day,net,Net,x,X\na,2011-11-30,5,6,1,2\n")
    (fault,) = bench.faults({"transactions": {"query": f"{ALL} 't.csv'", "columns": MAPPED}})
    assert (fault.id, fault.file) == ("columns_alike", "t.csv")
    assert fault.rule.endswith("SQL does not tell them apart: net, Net")


def test_errors_in_the_cells_of_a_query_are_null_and_said(bench: Bench) -> None:
    bench.write("t.csv", "client,day,net,rate\na,2011-11-30,5,#DIV/0!\n")
    query = "select client, day, net, rate as margin from 't.csv'"
    found = bench.read({"transactions": {"query": query, "columns": {**MAPPED, "margin": "margin"}}})
    assert found.column("margin") == [None]
    (doubt,) = (one for one in found.sources.doubts if one.id == "cells_in_error")
    assert (doubt.column, doubt.rows, doubt.share, doubt.examples) == ("margin", 1, 1, ("#DIV/0! in t.csv, rate",))


class TestErrorsThroughAQuery:
    """What a query makes of a cell in error is a cell in error: of 5 + 15 + 30 + 50 the revenue of its rows."""

    TEXT = "client,day,net,rate\na,2011-11-01,5,2\na,2011-11-02,15,#N/A\nb,2011-11-03,30,#N/A\nb,2011-11-04,50,4\n"

    def doubts(
        self, bench: Bench, query: str, text: str = TEXT, **files: str
    ) -> list[tuple[str | None, int, float | None]]:
        for name, content in {"t": text, **files}.items():
            bench.write(f"{name}.csv", content)
        columns = {**MAPPED, "margin": "margin"}
        found = bench.read({"transactions": {"query": query, "columns": columns}}).sources.doubts
        return [(one.column, one.rows, one.share) for one in found if one.id == "cells_in_error"]

    @pytest.mark.parametrize(
        ("query", "rows", "share"),
        [
            ("select client, day, net, rate as margin from 't.csv'", 2, 0.45),
            ("select client, day, net, coalesce(rate, 0) * net as margin from 't.csv'", 2, 0.45),
            # a's other row too: its sum lacks a value
            ("select client, day, net, sum(rate) over (partition by client, net >= 50) as margin from 't.csv'", 3, 0.5),
            ("select client, max(day) as day, sum(net) as net, sum(rate) as margin from 't.csv' group by client", 2, 1),
            ("select t.client, t.day, t.net, u.rate as margin from 't.csv' t left join 't.csv' u using (day)", 2, 0.45),
            ("select client, day, net, 1 as margin from 't.csv' where client = 'a' or rate is not null or true", None, None),
        ],
    )  # fmt: skip
    def test_they_have_rows_and_a_share(self, bench: Bench, query: str, rows: int | None, share: float | None) -> None:
        expected = ("rate", 2, None) if rows is None else ("margin", rows, pytest.approx(share))
        assert self.doubts(bench, query) == [expected]

    def test_rows_left_out_by_a_cell_in_error_are_those_of_its_column(self, bench: Bench) -> None:
        query = "select client, day, net, rate as margin from 't.csv' where rate > 0"
        assert self.doubts(bench, query) == [("rate", 2, None)]

    def test_a_query_that_fails_on_any_other_value(self, bench: Bench) -> None:
        query = "select client, day, net, if(rate > 9, client::integer, rate) as margin from 't.csv'"
        assert self.doubts(bench, query) == [("rate", 2, None)]

    def test_each_of_two_columns_has_its_own_rows(self, bench: Bench) -> None:
        text = "client,day,net,rate,kind\na,2011-11-01,5,#N/A,x\na,2011-11-02,15,3,#REF!\nb,2011-11-03,80,4,y\n"
        query = "select client, day, net, rate as margin, kind as product from 't.csv'"
        bench.write("t.csv", text)
        columns = {**MAPPED, "margin": "margin", "product": "product"}
        found = bench.read({"transactions": {"query": query, "columns": columns}}).sources.doubts
        assert [(one.column, one.rows, one.share, one.examples) for one in found if one.id == "cells_in_error"] == [
            ("margin", 1, 0.05, ("#N/A in t.csv, rate",)),
            ("product", 1, 0.15, ("#REF! in t.csv, kind",)),
        ]

    def test_equal_rows_are_told_apart(self, bench: Bench) -> None:
        text = "client,day,net,rate\na,2011-11-01,5,\na,2011-11-01,5,#N/A\na,2011-11-01,10,1\n"
        assert self.doubts(bench, "select client, day, net, rate as margin from 't.csv'", text) == [("margin", 1, 0.25)]

    def test_a_required_column_is_a_fault(self, bench: Bench) -> None:
        bench.write("t.csv", "client,day,net\na,2011-11-01,5\na,2011-11-02,#REF!\n")
        query = "select client, day, net from 't.csv'"
        (fault,) = bench.faults({"transactions": {"query": query, "columns": MAPPED}})
        assert (fault.id, fault.column, fault.rows) == ("cells_in_error", "revenue", 1)
        assert fault.examples == ((None, "#REF! in t.csv, net"),)
