"""A query over files selects, and reads what it names and nothing else."""

from __future__ import annotations

import pytest

from portfolio_review.errors import ReviewFileError

from .conftest import Bench

MAPPED = {"client_id": "client", "date": "day", "revenue": "net"}


@pytest.fixture
def orders(bench: Bench) -> Bench:
    bench.parquet(
        "orders.parquet", "SELECT i AS id, 'c' || (i % 2) AS client, DATE '2011-11-30' AS day FROM range(4) t(i)"
    )
    bench.write("lines.csv", "order_id,amount\n0,1.5\n1,2\n2,3\n3,4\n")
    return bench


def test_a_join_of_parquet_and_csv_in_sorted_order(orders: Bench) -> None:
    query = "select client, day, sum(amount) as net from 'orders.parquet' join 'lines.csv' on id = order_id group by all order by net desc;"
    read = orders.read({"transactions": {"query": query, "columns": MAPPED}})
    assert read.rows(columns="client_id, revenue") == [("c0", 4.5), ("c1", 6.0)]
    assert [(one.path, one.rows) for one in read.sources.inputs] == [("orders.parquet", 4), ("lines.csv", 4)]


def test_files_beside_the_folder_of_the_review(orders: Bench) -> None:
    base = orders.folder / "params" / "x"
    base.mkdir(parents=True)
    import os

    os.chdir(base)
    inner = Bench(base)
    query = "with o as (select * from '../../orders.parquet') select client, day, 1 as net from o join read_csv(['../../lines.csv'], header = true) l on o.id = l.order_id"
    assert len(inner.read({"transactions": {"query": query, "columns": MAPPED}}).rows()) == 4


def test_a_glob_in_a_query(orders: Bench) -> None:
    query = "select client, day, 1 as net from read_parquet('*.parquet')"
    read = orders.read({"transactions": {"query": query, "columns": MAPPED}})
    assert [one.path for one in read.sources.inputs] == ["orders.parquet"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select 1; select 2", "holds 2 statements, expected one SELECT"),
        ("copy (select 1) to 'x.csv'", "only SELECT is allowed"),
        ("attach 'x.db'", "only SELECT is allowed"),
        ("install httpfs", "only SELECT is allowed"),
        ("pragma database_list", "does not parse as one DuckDB SELECT"),
        ("set threads = 1", "only SELECT is allowed"),
        ("create table t as select 1", "only SELECT is allowed"),
        ("selec 1", "does not parse as one DuckDB SELECT: syntax error"),
        (";", "holds 0 statements"),
        ("select * from crm.accounts", "reads 'crm.accounts', expected a Parquet, CSV or XLSX file in quotes"),
        ("select * from accounts", "a table of a database needs connection"),
        ("select * from information_schema.tables", "reads 'information_schema.tables'"),
        ("select * from duckdb_settings()", "calls duckdb_settings()"),
        ("select * from read_text('secret.txt')", "calls read_text()"),
        ("select * from read_parqet('t.parquet')", "did you mean 'read_parquet'?"),
        ("select * from glob('*')", "calls glob()"),
        ("select * from '/etc/passwd'", "reads '/etc/passwd', expected a Parquet, CSV or XLSX file"),
        ("select * from '/data/t.parquet'", "expected a path that is relative to the review file"),
        ("select * from read_csv('/etc/hosts.csv')", "expected a path that is relative to the review file"),
        ("select * from 'https://example.com/t.parquet'", "expected a path that is relative to the review file"),
        ("select * from read_csv('s3://bucket/t.csv')", "expected a path that is relative to the review file"),
        ("select * from '../x.json'", "expected a Parquet, CSV or XLSX file"),
        ("select * from read_xlsx('book.xlsx', sheet = 'x')", "options of a workbook stand under files"),
        ("select * from read_csv('a' || '.csv')", "calls read_csv() without naming its files in quotes"),
        ("select * from (select * from read_blob('x'))", "calls read_blob()"),
        ("select (select count(*) from read_text('x')) from 't.parquet'", "calls read_text()"),
        ("with a as (select * from b.c) select * from a", "reads 'b.c'"),
        ("select random() from 't.parquet'", "holds random, which changes from run to run"),
        ("select * from 't.parquet' where day < current_date", "holds current_date, which changes"),
        ("select * from 't.parquet' using sample 10%", "holds a sample"),
        ("select * from 't.parquet' tablesample 10 rows", "holds a sample"),
        ("describe select 1", "holds DESCRIBE"),
        ("select getvariable('x') from 't.parquet'", "holds getvariable"),
    ],
)
def test_what_a_query_must_not_do(bench: Bench, query: str, said: str) -> None:
    with pytest.raises(ReviewFileError) as caught:
        bench.read({"transactions": {"query": query}})
    assert f"sources.transactions.query: the query {said}" in str(caught.value) or said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select nothing from 'orders.parquet'", 'Referenced column "nothing" not found'),
        ("select client, cast(client as integer) as net, day from 'orders.parquet'", "Could not convert string"),
    ],
)
def test_a_query_that_fails_says_why(orders: Bench, query: str, said: str) -> None:
    (fault,) = orders.faults({"transactions": {"query": query, "columns": MAPPED}})
    assert fault.rule.startswith("the query failed: ")
    assert said in fault.rule
    assert str(orders.folder) not in str(fault)


def test_a_query_cannot_leave_the_folders_it_names(orders: Bench) -> None:
    """A path that only looks relative to the parser's eye: a link in a named folder that leads out of it."""
    from portfolio_review.sources.engine import open_engine

    out = orders.folder / "out"
    out.mkdir()
    (orders.folder / "in").mkdir()
    engine = open_engine(out, [], "UTC", 1)
    import duckdb

    with engine.one_query([orders.folder / "in"]) as connection:
        for statement in (
            "SELECT * FROM 'orders.parquet'",
            "SELECT * FROM 'in/../orders.parquet'",
            "COPY (SELECT 1) TO 'x.csv'",
        ):
            with pytest.raises(duckdb.PermissionException):
                connection.execute(statement)
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            connection.execute("SET enable_external_access = true")
        with pytest.raises(duckdb.PermissionException):
            connection.execute("INSTALL httpfs")
    engine.close()


def test_a_fault_in_a_query_has_no_row_number(orders: Bench) -> None:
    query = "select client, day, 'x' as net from 'orders.parquet'"
    (fault,) = orders.faults({"transactions": {"query": query, "columns": MAPPED}})
    assert (fault.file, fault.rows, fault.examples) == ("query", 4, ((None, "x"),) * 4)


def test_two_columns_of_one_name_stay_apart(orders: Bench) -> None:
    query = "select a.client, b.client, a.day, 1 as net from 'orders.parquet' a join 'orders.parquet' b using (id)"
    assert len(orders.read({"transactions": {"query": query, "columns": MAPPED}}).rows()) == 4


def test_a_query_gives_the_same_rows_whatever_their_order(orders: Bench) -> None:
    seen = set()
    for order in ("id", "id desc", "client"):
        query = f"select client, day, id as net from 'orders.parquet' order by {order}"
        read = orders.read({"transactions": {"query": query, "columns": MAPPED}})
        seen.add(tuple(read.rows()))
    assert len(seen) == 1


def test_a_query_without_an_end_is_ended(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio_review.sources.engine.QUERY_SECONDS", 0.5)
    endless = (
        "select a.range::varchar as client_id, 1 as revenue, date '2011-11-30' as date from range(1000000000000) a"
    )
    (fault,) = bench.faults({"transactions": {"query": endless}})
    assert fault.rule == "the query took longer than 0 s and was ended"
    assert "a join without a condition" in fault.remedy


def test_a_query_that_fills_the_disk_is_ended(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio_review.sources.engine.QUERY_SPILL_GB", 0.001)
    large = "select md5(a.range::varchar) as client_id, 1 as revenue, date '2011-11-30' as date from range(3000000) a"
    (fault,) = bench.faults({"transactions": {"query": large}}, limits={"memory_gb": 0.1})
    assert fault.rule == "the query put more than 0.001 GB aside on disk and was ended"
