"""A query on a database: real servers of PostgreSQL and MariaDB, files of SQLite and DuckDB."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from portfolio_review.errors import DataRefusedError, Fault, ReviewFileError
from portfolio_review.pipeline.memory import Memory
from portfolio_review.pipeline.run import load_review
from portfolio_review.sources import database, read, secrets
from portfolio_review.sources.engine import open_engine

from . import database_servers
from .conftest import Bench
from .database_servers import PASSWORD

SOURCE = {
    "connection": "env:CRM_DSN",
    "query": "select * from accounts",
    "columns": {"client_id": "id", "date": "day", "revenue": "net"},
}


@pytest.fixture(autouse=True)
def no_address_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_taken", {})


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    pytest.importorskip("adbc_driver_postgresql")
    with database_servers.postgres() as address:
        yield address


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    pytest.importorskip("pymysql")
    with database_servers.mariadb() as address:
        yield address


def in_postgres(address: str, *statements: str) -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def in_mariadb(address: str, *statements: str) -> None:
    import pymysql

    port = int(address.rpartition(":")[2].partition("/")[0])
    with pymysql.connect(host="127.0.0.1", port=port, user="owner", password=PASSWORD, database="crm") as connection:
        for statement in statements:
            connection.cursor().execute(statement)
        connection.commit()


def in_sqlite(path: Path, *statements: str) -> str:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def in_duckdb(path: Path, *statements: str) -> str:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return f"duckdb:///{path}"


@pytest.fixture
def read_raw(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[Any, ...]]]:
    """The rows of a query as the database gives them, before they are mapped; instants as times in UTC."""

    def rows(address: str, query: str) -> list[tuple[Any, ...]]:
        monkeypatch.setenv("CRM_DSN", address)
        out = bench.folder / "raw"
        out.mkdir(exist_ok=True)
        engine = open_engine(out, [bench.folder], "Europe/London", 1)
        try:
            source = bench.review({"transactions": {**SOURCE, "query": query}}).sources["transactions"]
            raw = database.read_database(engine, "transactions", source)
            cells = [
                f"timezone('UTC', {name})" if kind == "TIMESTAMP WITH TIME ZONE" else name
                for name, kind in raw.columns.items()
            ]
            return engine.reader.execute(f"SELECT {', '.join(cells)} FROM {raw.relation}").fetchall()
        finally:
            engine.close()

    return rows


TABLE = "create table accounts (id varchar(9), day date, net numeric(12,2))"
ROWS = "insert into accounts values ('002', '2011-11-30', 5.10), ('001', '2011-11-29', 6.50)"


@pytest.fixture(params=["postgresql", "mysql", "sqlite", "duckdb"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same table in each database; its address, which is in CRM_DSN."""
    setup = ("drop table if exists accounts", TABLE, ROWS)
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres")
        in_postgres(address, *setup)
    elif request.param == "mysql":
        address = request.getfixturevalue("mariadb")
        in_mariadb(address, *setup)
    elif request.param == "sqlite":
        address = in_sqlite(tmp_path / "crm.db", *setup)
    else:
        address = in_duckdb(tmp_path / "crm.duckdb", *setup)
    monkeypatch.setenv("CRM_DSN", address)
    return str(address)


def test_rows_in_sorted_order_with_ids_as_they_are(bench: Bench, accounts: str) -> None:
    read = bench.read({"transactions": SOURCE})
    assert read.rows(columns="client_id, date, revenue") == [
        ("001", dt.date(2011, 11, 29), 6.5),
        ("002", dt.date(2011, 11, 30), 5.1),
    ]
    (given,) = read.sources.inputs
    assert (given.path, given.rows, given.version) == ("env:CRM_DSN", 2, None)


def test_a_query_that_fails_is_told_in_the_servers_words_without_the_address(bench: Bench, accounts: str) -> None:
    (fault,) = bench.faults({"transactions": {**SOURCE, "query": "select * from nothing_here"}})
    assert fault.rule.startswith("the query failed: ")
    assert "nothing_here" in fault.rule
    assert PASSWORD not in str(fault)
    assert fault.remedy == "Correct sources.transactions.query or CRM_DSN"


def test_nothing_is_written_to_a_database(bench: Bench, accounts: str) -> None:
    for query in ("delete from accounts", "drop table accounts", "create table more (x integer)"):
        assert bench.faults({"transactions": {**SOURCE, "query": query}})
    assert len(bench.read({"transactions": SOURCE}).rows()) == 2


def test_rows_that_stream_in_several_batches(bench: Bench, accounts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio_review.sources.servers.BATCH", 7)
    cross = " cross join ".join(f"(select 0 as d union all select {2**at}) as t{at}" for at in range(5))
    query = f"select accounts.* from accounts cross join {cross}"
    assert bench.read({"transactions": {**SOURCE, "query": query}}).sources.source_rows == 64


def test_two_columns_of_one_name_are_refused_where_they_are_used(bench: Bench, accounts: str) -> None:
    if accounts.startswith("sqlite"):
        pytest.skip("SQLite itself names them id and id:1")
    query = "select a.*, b.id, b.net as other from accounts a join accounts b on a.id = b.id"
    faults = bench.faults({"transactions": {**SOURCE, "query": query}})
    assert [(fault.column, fault.rule) for fault in faults] == [
        ("client_id", "column 'id' of the query stands in its answer twice")
    ]
    columns = {"client_id": "day", "date": "day", "revenue": "other"}
    assert bench.read({"transactions": {**SOURCE, "query": query, "columns": columns}}).column("revenue") == [6.5, 5.1]


# what is remembered


def test_a_version_query_tells_whether_the_data_are_the_same(bench: Bench, accounts: str) -> None:
    source = {**SOURCE, "version_query": "select max(day), count(*) from accounts"}
    (given,) = bench.read({"transactions": source}).sources.inputs
    asked = bench.review({"transactions": source}).sources["transactions"]
    assert given.version is not None
    assert database.version("transactions", asked, "Europe/London", 1) == given.version
    more = "insert into accounts values ('003', '2011-11-28', 1)"
    if accounts.startswith("postgres"):
        in_postgres(accounts, more)
    elif accounts.startswith("mysql"):
        in_mariadb(accounts, more)
    elif accounts.startswith("sqlite"):
        in_sqlite(Path(accounts.removeprefix("sqlite:///")), more)
    else:
        in_duckdb(Path(accounts.removeprefix("duckdb:///")), more)
    assert database.version("transactions", asked, "Europe/London", 1) != given.version


def test_what_was_read_is_remembered_while_the_version_stays(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DSN", in_sqlite(tmp_path / "crm.db", TABLE, ROWS))
    review = bench.review({"transactions": {**SOURCE, "version_query": "select max(day) from accounts"}})
    secrets.take(review)
    assert "CRM_DSN" not in os.environ
    (bench.folder / "tables").mkdir()
    found = read(review, bench.folder, bench.folder / "tables")
    memory = Memory(bench.folder / "series", review, bench.folder)
    memory.keep_sources(found, memory.stamps())
    assert memory.sources() == found
    in_sqlite(tmp_path / "crm.db", "insert into accounts values ('003', '2011-12-01', 1)")
    assert memory.sources() is None
    plain = Memory(bench.folder / "series", bench.review({"transactions": SOURCE}), bench.folder)
    plain.keep_sources(found, plain.stamps())
    assert plain.sources() is None  # nobody says that the data are the same


def test_a_version_is_one_row(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DSN", in_sqlite(tmp_path / "crm.db", TABLE, ROWS))
    (fault,) = bench.faults({"transactions": {**SOURCE, "version_query": "select id from accounts"}})
    assert "expected one row of numbers, texts or times, found 2 rows" in fault.rule
    assert fault.remedy == "Correct sources.transactions.version_query or CRM_DSN"


def test_another_database_of_the_same_times_is_another_version(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = bench.review({"transactions": {**SOURCE, "version_query": "select max(day) from accounts"}}).sources
    said = []
    for file in ("crm.db", "copy.db"):
        monkeypatch.setenv("CRM_DSN", in_sqlite(tmp_path / file, TABLE, ROWS))
        said.append(database.version("transactions", source["transactions"], "UTC", 1))
    assert said[0] != said[1]


def test_a_version_needs_a_connection(bench: Bench) -> None:
    with pytest.raises(ReviewFileError, match="version_query needs a connection that it runs on"):
        bench.review({"transactions": {"path": "t.csv", "version_query": "select 1"}})


# types


def test_types_of_postgresql(postgres: str, read_raw: Callable[..., list[tuple[Any, ...]]]) -> None:
    query = """select 1::int2 as a, 9007199254740993::int8 as b, 12345678901234567890.10::numeric as c,
      '$1,234.50'::money as d, '5f0c1c3e-7a5b-4d0e-9d3c-0a1b2c3d4e5f'::uuid as e, '10.0.0.1'::inet as f,
      '{"a": 1}'::jsonb as g, array['x', 'y'] as h, timestamptz '2011-11-30 23:30:00+00' as i,
      timestamp '2011-11-30 23:30' as j, true as k, 'x'::char(3) as l, interval '1 day' as m, '\\x00ff'::bytea as n,
      null as o, 1.5::float4 as p, date 'infinity' as q, timestamp '-infinity' as r, 0.00000000000000000001 as s,
      -0.5 as t"""
    (row,) = read_raw(postgres, query)
    assert row[:8] == (
        1, 9007199254740993, Decimal("12345678901234567890.10"), Decimal("1234.50"),
        "5f0c1c3e-7a5b-4d0e-9d3c-0a1b2c3d4e5f", "10.0.0.1/32", '{"a": 1}', "{x,y}",
    )  # fmt: skip
    assert row[8] == dt.datetime(2011, 11, 30, 23, 30)
    assert row[9:16] == (dt.datetime(2011, 11, 30, 23, 30), True, "x  ", "1 day", "\\x00ff", None, 1.5)
    assert row[16:18] == (dt.date.max, dt.datetime.min)  # as DuckDB gives its infinities to Python
    assert row[18:] == (Decimal("1e-20"), Decimal("-0.5"))


def test_nan_and_infinity_of_postgresql_are_named_by_column(
    bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DSN", postgres)
    query = "select * from (values ('a', date '2011-11-30', numeric 'NaN'), ('b', 'infinity', 1.5)) as t (id, day, net)"
    faults = bench.faults({"transactions": {**SOURCE, "query": query}})
    assert sorted((fault.column, fault.rows) for fault in faults) == [("date", 1), ("revenue", 1)]


def test_a_number_too_long_is_refused_by_its_column(
    bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DSN", postgres)
    query = "select 'a' as id, date '2011-11-30' as day, 1e10 + 1e-30 as net, 1e99 as unused"
    (fault,) = bench.faults({"transactions": {**SOURCE, "query": query}})
    assert fault.column == "revenue"
    assert re.fullmatch(r"column 'net' of the query holds numbers of \d+ digits, more than 38", fault.rule)
    net = {**SOURCE, "query": f"select id, day, round(net, 2) as net, unused from ({query}) as t"}
    assert bench.read({"transactions": net}).column("revenue") == [1e10]


def test_days_of_a_query_are_those_of_the_reviews_zone_wherever_the_server_is(
    postgres: str, read_raw: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """The server's own zone is Tokyo; in London summer time 23:30 UTC is the next day."""
    query = "select (timestamptz '2011-07-31 23:30:00+00')::date as d, timestamptz '2011-07-31 23:30:00+00' as t"
    assert read_raw(postgres, query) == [(dt.date(2011, 8, 1), dt.datetime(2011, 7, 31, 23, 30))]


def test_a_time_with_zone_falls_on_the_day_of_the_reviews_zone(
    bench: Bench, postgres: str, mariadb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_mariadb(
        mariadb, "drop table if exists sales", "set time_zone = '+00:00'",
        "create table sales (id int, day timestamp, net decimal(9,2))",
        "insert into sales values (1, '2011-07-31 23:30:00', 5)",
    )  # fmt: skip
    monkeypatch.setenv("CRM_DSN", mariadb)
    source = {**SOURCE, "query": "select * from sales"}
    assert bench.read({"transactions": source}, timezone="Europe/London").column("date") == [dt.date(2011, 8, 1)]
    monkeypatch.setenv("CRM_DSN", postgres)
    source["query"] = "select 1 as id, timestamptz '2011-07-31 23:30:00+00' as day, 5 as net"
    assert bench.read({"transactions": source}, timezone="Europe/London").column("date") == [dt.date(2011, 8, 1)]
    assert bench.read({"transactions": source}, timezone="UTC").column("date") == [dt.date(2011, 7, 31)]


def test_types_of_mariadb(mariadb: str, read_raw: Callable[..., list[tuple[Any, ...]]]) -> None:
    in_mariadb(
        mariadb, "drop table if exists kinds",
        "create table kinds (a tinyint, b bigint unsigned, c decimal(30,10), d double, e date, f datetime(3), "
        "g varchar(9), h text, i enum('x','y'), j json, k year, l time, m bigint, n varchar(3))",
        "insert into kinds values (-1, 18446744073709551615, '12345678901234567890.0123456789', 1e300, '2011-11-30', "
        "'2011-11-30 23:30:00.123', '007', 'ü', 'y', '{\"a\": 1}', 2011, '12:00:00', -9007199254740993, null)",
    )  # fmt: skip
    (row,) = read_raw(mariadb, "select * from kinds")
    assert row == (
        -1, Decimal(18446744073709551615), Decimal("12345678901234567890.0123456789"), 1e300, dt.date(2011, 11, 30),
        dt.datetime(2011, 11, 30, 23, 30, 0, 123000), "007", "ü", "y", '{"a": 1}', 2011, "12:00:00",
        -9007199254740993, None,
    )  # fmt: skip


def test_days_that_are_none_and_bytes_are_refused_by_column(
    bench: Bench, mariadb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_mariadb(
        mariadb, "drop table if exists odd", "set sql_mode = ''",
        "create table odd (id binary(4), day date, net int, unused blob)",
        "insert into odd values ('abcd', '0000-00-00', 5, x'ff')",
    )  # fmt: skip
    monkeypatch.setenv("CRM_DSN", mariadb)
    faults = bench.faults({"transactions": {**SOURCE, "query": "select * from odd"}})
    assert {(fault.column, fault.rule) for fault in faults} == {
        ("client_id", "column 'id' of the query holds bytes"),
        ("date", "column 'day' of the query holds '0000-00-00'"),
    }
    query = "select hex(id) as id, coalesce(nullif(day, '0000-00-00'), '2011-11-30') as day, net, unused from odd"
    assert bench.read({"transactions": {**SOURCE, "query": query}}).column("client_id") == ["61626364"]


def test_a_column_of_sqlite_with_cells_of_several_types(
    tmp_path: Path, read_raw: Callable[..., list[tuple[Any, ...]]]
) -> None:
    address = in_sqlite(
        tmp_path / "odd #1?.db", "create table t (a, b, c, d, e)",
        "insert into t values (1, '001', null, 9007199254740993, x'00'), (2.5, 7, null, 1, 'x')",
    ).replace("odd #1?.db", "odd%20%231%3F.db")  # fmt: skip
    assert read_raw(address, "select a, b, c, d from t") == [(1.0, "001", None, 9007199254740993), (2.5, "7", None, 1)]


def test_bytes_of_sqlite_are_refused_by_column(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = in_sqlite(
        tmp_path / "b.db", "create table t (id, day, net)", "insert into t values (x'00', '2011-11-30', 5)"
    )
    monkeypatch.setenv("CRM_DSN", address)
    (fault,) = bench.faults({"transactions": {**SOURCE, "query": "select * from t"}})
    assert (fault.column, fault.rule) == ("client_id", "column 'id' of the query holds values of the type BLOB")


def test_types_of_duckdb(tmp_path: Path, read_raw: Callable[..., list[tuple[Any, ...]]]) -> None:
    address = in_duckdb(tmp_path / "d.duckdb", "create table t (x integer)")
    query = """select 170141183460469231731687303715884::hugeint as a, 1.10::decimal(9,2) as b, [1, 2] as c,
      '5f0c1c3e-7a5b-4d0e-9d3c-0a1b2c3d4e5f'::uuid as d, timestamptz '2011-07-31 23:30:00+00' as e,
      (timestamptz '2011-07-31 23:30:00+00')::date as f, {'a': 1} as g, date 'infinity' as h"""
    (row,) = read_raw(address, query)
    assert row == (
        Decimal(170141183460469231731687303715884), Decimal("1.10"), "[1, 2]", "5f0c1c3e-7a5b-4d0e-9d3c-0a1b2c3d4e5f",
        dt.datetime(2011, 7, 31, 23, 30), dt.date(2011, 8, 1), "{'a': 1}", dt.date.max,
    )  # fmt: skip


def test_a_duckdb_reads_no_other_file(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write("other.csv", "id,day,net\na,2011-11-30,5\n")
    monkeypatch.setenv("CRM_DSN", in_duckdb(tmp_path / "d.duckdb", "create table t (x integer)"))
    (fault,) = bench.faults({"transactions": {**SOURCE, "query": "select * from 'other.csv'"}})
    assert fault.rule.startswith("the query failed: ")


def test_columns_that_differ_only_in_case_must_be_quoted(
    bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DSN", postgres)
    source = {**SOURCE, "query": """select 1 as id, date '2011-11-30' as day, 120 as "Net", 100 as net"""}
    (fault,) = bench.faults({"transactions": source})
    assert (fault.id, fault.column) == ("columns_alike", "revenue")
    columns = {"client_id": "id", "date": "day", "revenue": '"net"'}
    assert bench.read({"transactions": {**source, "columns": columns}}).column("revenue") == [100.0]


# addresses


def only_fault(bench: Bench, monkeypatch: pytest.MonkeyPatch, address: str) -> Fault:
    monkeypatch.setenv("CRM_DSN", address)
    (fault,) = bench.faults({"transactions": SOURCE})
    return fault


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_wrong_path_creates_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    fault = only_fault(bench, monkeypatch, f"{scheme}:///wrong.db")
    assert fault.rule.startswith("the address cannot be used: no file lies where it says")
    assert not (bench.folder / "wrong.db").exists()


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database(bench: Bench, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    bench.write("t.db", "client_id,date,revenue\n" * 100)
    assert only_fault(bench, monkeypatch, f"{scheme}:///t.db").rule.startswith("the connection cannot be made (")


@pytest.mark.parametrize(
    "password", ["hun#ter2", "hun/ter2", "hun?ter2", "hun℀ter2", "h@n:ter2", "hun ter2", "hunter2"]
)
@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_nothing_a_driver_says_before_the_connection_stands(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, password: str, scheme: str
) -> None:
    pytest.importorskip({"postgresql": "adbc_driver_postgresql", "mysql": "pymysql"}[scheme])
    fault = only_fault(bench, monkeypatch, f"{scheme}://ann:{password}@127.0.0.1:1/crm")
    assert re.match(r"the connection cannot be made \(\w+\)$|the address cannot be used: a # in it", fault.rule)
    assert "percent-encoded" in fault.remedy
    assert not {"hun", "ter2", "ann", "crm", "hunter2", "127"} & set(re.findall(r"\w+", str(fault)))


def test_the_drivers_suffix_is_dropped(bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DSN", postgres.replace("postgresql://", "postgresql+psycopg://"))
    source = {**SOURCE, "query": "select 1 as id, date '2011-11-30' as day, 5 as net"}
    assert bench.read({"transactions": source}).column("revenue") == [5.0]


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("host=db user=ann password=hunter2", "it is written as host=… password=…: write it as postgresql://user:password@host:port/database"),
        ("oracle://ann:hunter2@db/crm", "it does not begin with one of postgresql://"),
        ("mysql://ann:hunter2@127.0.0.1:1/crm?hunter2=1", "it has an option that is not known; known are ssl_ca"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used(bench: Bench, monkeypatch: pytest.MonkeyPatch, address: str, rule: str) -> None:
    fault = only_fault(bench, monkeypatch, address)
    assert fault.rule.startswith(f"the address cannot be used: {rule}")
    assert "hunter2" not in str(fault)


@pytest.mark.parametrize(
    ("address", "words", "said"),
    [
        ("postgres://ann:hunter#two@db/crm", "ann, hunter at db: crm.x", "…, … at db: crm.x"),
        ("postgres://ann:hunter#two@db/crm", "no port hunter#two, two", "no port …, …"),
        ("postgres://ann:hun\u2100ter@h/crm?password=hidden", "hun\u2100ter, ter, hidden", "…, …, …"),
        ("postgres://ann:a%23bc%40d@h/crm", "a#bc@d and a%23bc%40d", "… and …"),
        ("host=db user=ann password=hunter", "ann, hunter at db: crm.x", "…, … at db: crm.x"),
    ],
)
def test_parts_of_an_address_are_blotted_out_even_when_it_does_not_parse(address: str, words: str, said: str) -> None:
    assert secrets.blotted(words, address) == said


def test_what_a_server_quotes_of_the_address_is_blotted_out(
    bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DSN", postgres)
    (fault,) = bench.faults({"transactions": {**SOURCE, "query": f"select '{PASSWORD}'::integer as id"}})
    assert fault.rule == 'the query failed: DataError: invalid input syntax for type integer: "…"'


@pytest.mark.parametrize(
    ("scheme", "driver", "extra"),
    [
        ("postgresql", "adbc_driver_postgresql", "postgres"), ("mysql", "pymysql", "mysql"),
        ("mariadb", "pymysql", "mysql"), ("snowflake", "adbc_driver_snowflake", "snowflake"),
        ("bigquery", "adbc_driver_bigquery", "bigquery"),
    ],
)  # fmt: skip
def test_a_driver_that_is_not_installed_is_named_with_the_command(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, scheme: str, driver: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    monkeypatch.setitem(sys.modules, f"{driver}.dbapi", None)
    monkeypatch.setitem(sys.modules, f"{driver}.cursors", None)
    fault = only_fault(bench, monkeypatch, f"{scheme}://ann:hunter2@db/crm")
    assert fault.rule == f"the driver of the database is not installed ({driver})"
    assert fault.remedy == f"Install it: pip install 'portfolio-review[{extra}]'"


def test_a_variable_that_is_not_set(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_DSN", raising=False)
    (fault,) = bench.faults({"transactions": SOURCE})
    assert fault.rule == "the environment variable CRM_DSN is not set"


def test_an_address_is_in_no_environment_command_line_or_file(
    bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the child waits for the server: of it and of this process what the system shows of them, then all files."""
    file = bench.write(
        "shop.yml",
        "id: shop\ncurrency: EUR\nsources:\n  transactions:\n    connection: env:CRM_DSN\n"
        "    query: select 1 as id, date '2011-11-30' as day, 5 as net from pg_sleep(1.5)\n"
        "    columns: {client_id: id, date: day, revenue: net}\n",
    )
    monkeypatch.setenv("CRM_DSN", postgres)
    review = load_review(file)
    assert secrets.of(review) == {"CRM_DSN": postgres}
    watch = (
        "import glob, sys, time\n"
        "found = b''\n"
        "for _ in range(12):\n"
        "    for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):\n"
        "        try: found += open(path, 'rb').read()\n"
        "        except OSError: pass\n"
        "    time.sleep(0.2)\n"
        "sys.exit(sys.argv[1][::-1].encode() in found)\n"
    )
    monkeypatch.delenv("CRM_DSN", raising=False)
    watcher = subprocess.Popen([sys.executable, "-c", watch, PASSWORD[::-1]])
    out = bench.folder / "out"
    out.mkdir()
    assert read(review, bench.folder, out).source_rows == 1
    assert watcher.wait(30) == 0
    for path in bench.folder.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()
    monkeypatch.setenv("CRM_DSN", "postgres://new")  # set anew within the same process
    assert secrets.of(load_review(file)) == {"CRM_DSN": "postgres://new"}


@pytest.mark.long
def test_a_million_rows_of_postgresql_take_less_than_three_seconds_of_processor(
    bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DSN", postgres)
    source = bench.review({"transactions": {**SOURCE, "query": MILLION}}).sources["transactions"]
    engine = open_engine(bench.folder, [bench.folder], "Europe/London", 1)
    try:
        before = time.process_time()
        raw = database.read_database(engine, "transactions", source)
        taken = time.process_time() - before
    finally:
        engine.close()
    assert raw.inputs[0].rows == 1_000_000
    assert taken < 3


MILLION = """select 'C' || (i % 50000) as id, date '2010-01-01' + i % 700 as day, (i % 9999)::numeric / 100 as net,
  i / 3 as order_id, 'P' || i % 3000 as product, timestamptz '2010-01-01' + i * interval '1 minute' as at
  from generate_series(1, 1000000) as g (i)"""


def test_a_review_that_is_refused_says_so_without_the_address(
    bench: Bench, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DSN", postgres.replace(PASSWORD, "wrong-pa55"))
    review = bench.review({"transactions": SOURCE})
    (bench.folder / "out").mkdir()
    with pytest.raises(DataRefusedError, match="the connection cannot be made") as caught:
        read(review, bench.folder, bench.folder / "out")
    assert "wrong-pa55" not in str(caught.value)
