"""Every row read is in the review or left out by one reason, with its revenue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from portfolio_review.errors import Fault
from portfolio_review.sources import Duplicates, Sources, engine

from .conftest import Bench

OneFault = Callable[..., Fault]
HEAD = "client_id,date,revenue,unit\n"


def test_rows_left_out_are_counted_by_the_first_reason_and_unit(bench: Bench) -> None:
    bench.write(
        "t.csv",
        HEAD + "a,2011-11-30,100.10,North\n,2011-11-30,7.01,North\n  ,2011-12-05,0.5,\nb,2011-12-01,3,South\nb,2011-11-30,-2,South\n"
        ",2011-12-09,90,Void\nc,2011-11-30,20,Void\n",
    )  # fmt: skip
    read = bench.read(
        {"transactions": {"path": "t.csv", "where": "unit is null or unit <> 'Void'"}}, data_until="2011-11-30"
    )
    assert read.rows(columns="client_id, revenue, unit") == [("a", 100.1, "North"), ("b", -2.0, "South")]
    assert read.left_out() == {
        ("removed_by_where", "Void"): (2, 110.0),
        ("no_client", "(no unit)"): (1, 0.5),
        ("no_client", "North"): (1, 7.01),
        ("outside_history", "South"): (1, 3.0),
    }
    assert (read.sources.source_rows, read.sources.source_revenue) == (7, 218.61)
    assert read.sources.data_until == dt.date(2011, 11, 30)


def test_what_is_read_is_what_counts_and_what_is_left_out_to_the_cent(bench: Bench) -> None:
    rows = "".join(
        f"{'' if i % 7 == 0 else 'c'},2011-{i % 12 + 1:02d}-15,{i}.{i % 100:02d},U{i % 5}\n" for i in range(1, 3000)
    )
    read = bench.csv(HEAD + rows, where="unit <> 'U3'")
    left = sum(revenue for _, revenue in read.left_out().values())
    assert read.sources.source_revenue == round(sum(i + (i % 100) / 100 for i in range(1, 3000)), 2)
    assert sum(read.column("revenue")) + left == pytest.approx(read.sources.source_revenue, abs=1e-6)


def test_revenue_that_cannot_be_read_in_a_removed_row_counts_nothing(bench: Bench) -> None:
    read = bench.csv(
        HEAD + "a,2011-11-30,5,North\nb,2011-11-30,total,x\nb,2011-11-30,1e300,x\nb,2011-11-30,nan,x\n",
        where="unit <> 'x'",
    )
    assert read.left_out() == {("removed_by_where", "x"): (3, 0.0)}


def test_a_row_without_client_needs_a_readable_amount_all_the_same(one_fault: OneFault) -> None:
    assert one_fault(HEAD + "a,2011-11-30,5,x\n,2011-11-30,five,x\n").rule == "text is not a number"


def test_exact_duplicates_are_reported_and_kept(bench: Bench) -> None:
    read = bench.csv(HEAD + "a,2011-11-30,5,x\na,2011-11-30,5,x\na,2011-11-30,5,x\na,2011-11-30,6,x\n")
    assert len(read.rows()) == 4
    assert read.sources.duplicates == Duplicates(2, 10.0)
    assert read.sources.warnings == ()
    (doubt,) = read.sources.doubts
    assert (doubt.id, doubt.rows, doubt.examples) == ("duplicates", 2, ("row 3: 2011-11-30", "row 4: 2011-11-30"))
    assert doubt.share == pytest.approx(10 / 21)
    assert str(doubt.remedy) == "If they are not real sales, set drop_duplicates: true."


def test_exact_duplicates_are_left_out_on_request(bench: Bench) -> None:
    bench.write(
        "t.csv", HEAD + "a,2011-11-30,5,x\nb,2011-11-30,1,x\na,2011-11-30,5,x\n,2011-11-30,5,x\n,2011-11-30,5,x\n"
    )
    read = bench.read({"transactions": {"path": "t.csv"}}, drop_duplicates="true")
    assert read.column("client_id") == ["a", "b"]
    assert read.left_out() == {("no_client", "x"): (2, 10.0), ("duplicate", "x"): (1, 5.0)}
    assert read.sources.duplicates == Duplicates(1, 5.0)


def test_rows_that_differ_in_the_time_of_day_are_no_duplicates(bench: Bench) -> None:
    read = bench.csv(HEAD + "a,2011-11-30T10:00,5,x\na,2011-11-30T11:00,5,x\n")
    assert read.sources.duplicates.rows == 0


def test_rows_of_two_files_can_be_duplicates(bench: Bench) -> None:
    for name in ("a.csv", "b.csv"):
        bench.write(f"in/{name}", HEAD + "a,2011-11-30,5,x\n")
    assert bench.read({"transactions": {"path": "in/*.csv"}}).sources.duplicates == Duplicates(1, 5.0)


def test_null_and_empty_are_equal_among_duplicates(bench: Bench) -> None:
    bench.parquet(
        "t.parquet",
        "SELECT 'a' AS client_id, DATE '2011-11-30' AS date, 5 AS revenue, p AS product FROM (VALUES (NULL), ('')) v(p)",
    )
    assert bench.read({"transactions": {"path": "t.parquet"}}).sources.duplicates.rows == 1


class TestUnits:
    def test_the_unit_of_a_transaction_decides(self, bench: Bench) -> None:
        bench.write("t.csv", HEAD + "a,2011-11-30,5,North\na,2011-11-30,6,\n")
        bench.write("c.csv", "client_id,unit\na,South\n")
        read = bench.read({"transactions": {"path": "t.csv"}, "clients": {"path": "c.csv"}})
        assert read.column("unit") == ["North", "(no unit)"]

    def test_otherwise_the_unit_of_the_client(self, bench: Bench) -> None:
        bench.write("t.csv", "client_id,date,revenue\na,2011-11-30,5\nb,2011-11-30,6\nc,2011-11-30,7\n,2011-11-30,8\n")
        bench.write("c.csv", "client_id,unit\na,South\nb,  \n")
        read = bench.read({"transactions": {"path": "t.csv"}, "clients": {"path": "c.csv"}})
        assert read.rows(columns="client_id, unit") == [("a", "South"), ("b", "(no unit)"), ("c", "(no unit)")]
        assert "unit" in read.sources.columns["transactions"]
        assert read.left_out() == {("no_client", "(no unit)"): (1, 8.0)}

    def test_a_merged_client_takes_the_unit_of_its_successor(self, bench: Bench) -> None:
        bench.write("t.csv", "client_id,date,revenue\na,2011-11-30,5\nb,2011-11-30,6\nc,2011-11-30,7\nd,2011-11-30,7\n")
        bench.write("c.csv", "client_id,unit,merged_into\na,East,b\nb,North,c\nc,South,\nd,West,e\ne,,\n")
        read = bench.read({"transactions": {"path": "t.csv"}, "clients": {"path": "c.csv"}})
        assert read.column("unit") == ["South", "South", "South", "West"]

    def test_without_any_unit_there_is_none(self, bench: Bench) -> None:
        read = bench.csv("client_id,date,revenue\na,2011-11-30,5\n")
        assert read.column("unit") == ["(no unit)"]
        assert "unit" not in read.sources.columns["transactions"]

    @pytest.mark.parametrize("unit", ["all", "ALL", " all "])
    def test_a_unit_named_all_is_refused(self, one_fault: OneFault, unit: str) -> None:
        fault = one_fault(HEAD + f"a,2011-11-30,5,{unit}\n")
        assert (fault.column, fault.rule) == ("unit", "a unit is named 'all', the name of the review of every unit")


class TestHistory:
    def test_it_starts_with_the_first_month_and_ends_with_the_last_row_that_counts(self, bench: Bench) -> None:
        read = bench.csv("client_id,date,revenue\n,2009-01-05,1\na,2010-03-15,5\nb,2011-12-09,6\n,2012-01-01,1\n")
        assert (read.sources.history_start, read.sources.data_until) == (dt.date(2010, 3, 1), dt.date(2011, 12, 9))

    def test_data_of_one_day_of_the_month_cover_the_last_month(self, bench: Bench) -> None:
        read = bench.csv("client_id,date,revenue\na,2011-01-01,5\na,2011-02-01,6\n")
        assert read.sources.data_until == dt.date(2011, 2, 28)

    @pytest.mark.parametrize("until", ["2011-02-15", "2012-12-31"])
    def test_the_declared_end_wins(self, bench: Bench, until: str) -> None:
        bench.write("t.csv", "client_id,date,revenue\na,2011-01-01,5\na,2011-02-01,6\n")
        read = bench.read({"transactions": {"path": "t.csv"}}, data_until=until)
        assert read.sources.data_until == dt.date.fromisoformat(until)

    def test_no_row_is_left(self, bench: Bench) -> None:
        bench.write("t.csv", "client_id,date,revenue\n,2011-01-01,5\na,2011-02-01,6\n")
        (fault,) = bench.faults({"transactions": {"path": "t.csv"}}, data_until="2010-12-31")
        assert fault.rule == "no row is left: 1 no_client, 1 outside_history"


def test_texts_stand_once_in_dictionaries_and_rows_hold_their_codes(bench: Bench) -> None:
    read = bench.csv(
        "unit,quantity,category,product,order_id,margin,revenue,date,client_id,x\nu,1,c,p,o,2,3,2011-11-30,a,9\n"
        "u,1,,p,o,2,3,2011-11-30,B,9\n"
    )
    import duckdb

    (file,) = next(iter(read.sources.buckets.values())).glob("*.parquet")
    described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{file}', hive_partitioning = false)").fetchall()
    assert [(row[0], row[1]) for row in described] == [
        ("client", "UINTEGER"), ("unit", "UINTEGER"), ("date", "DATE"), ("revenue", "DOUBLE"), ("margin", "DOUBLE"),
        ("quantity", "DOUBLE"), ("order_key", "UBIGINT"), ("product", "UINTEGER"), ("category", "UINTEGER"),
        ("mended_order_id", "UTINYINT"), ("order_fold", "UBIGINT"), ("row_key", "UBIGINT"),
    ]  # fmt: skip
    dictionary = duckdb.sql(
        f"SELECT code, value, kept, bucket FROM '{read.sources.dictionary('client_id')}'"
    ).fetchall()
    assert dictionary == [(1, "B", 1, 0), (2, "a", 1, 0)]  # codes follow the order of the texts
    assert read.rows(columns="client_id, category, product, unit") == [("B", None, "p", "u"), ("a", "c", "p", "u")]


def test_buckets_hold_whole_clients_in_their_order(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio_review.sources.coding.ROWS_PER_BUCKET", 10)
    bench.parquet(
        "t.parquet",
        "SELECT 'c' || (i * i % 13) AS client_id, DATE '2010-01-01' AS date, i AS revenue FROM range(100) t(i)",
    )
    read = bench.read({"transactions": {"path": "t.parquet"}})
    import duckdb

    found = [
        [row[0] for row in duckdb.sql(f"SELECT DISTINCT client FROM '{folder}/*.parquet' ORDER BY 1").fetchall()]
        for folder in read.sources.buckets.values()
    ]
    assert len(found) > 3
    assert [client for clients in found for client in clients] == list(range(1, 8))  # squares modulo 13: seven clients
    assert sorted(read.column("revenue")) == [float(i) for i in range(100)]


def test_sources_survive_as_text(bench: Bench) -> None:
    bench.write("c.csv", "client_id,name\nzz,Ann\n")
    bench.write("t.csv", HEAD + "a,2011-11-30,6,Ё\n,2011-11-30,5,x\n")
    sources = bench.read({"transactions": {"path": "t.csv"}, "contacts": {"path": "c.csv"}}).sources
    assert sources.warnings
    assert [doubt.id for doubt in sources.doubts] == ["left_out", "ids_never_meet"]
    assert Sources.from_json(sources.to_json()) == sources


def test_inputs_name_files_as_written_with_hash_size_and_rows(bench: Bench) -> None:
    import hashlib

    path = bench.write("data/t.csv", HEAD + "a,2011-11-30,5,x\n")
    (given,) = bench.read({"transactions": {"path": "./data/t.csv"}}).sources.inputs
    assert (given.table, given.path, given.rows, given.bytes) == (
        "transactions",
        "./data/t.csv",
        1,
        path.stat().st_size,
    )
    assert given.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_scratch_folder_is_gone(bench: Bench) -> None:
    sources = bench.csv(HEAD + "a,2011-11-30,5,x\n").sources
    assert [path.name for path in sources.folder.iterdir()] == ["transactions"]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_rows_do_not_depend_on_memory_or_threads(bench: Bench, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    big = (
        "SELECT 'c' || (i * 7919 % 1000) AS client_id, DATE '2010-01-01' + CAST(i % 700 AS INTEGER) AS date, i / 7 AS revenue, "
        "'u' || (i % 5) AS unit FROM range(300000) t(i)"
    )
    bench.parquet("t.parquet", big)
    if form == "csv":
        import duckdb

        duckdb.sql(f"COPY ({big}) TO '{bench.folder}/t.csv'")
    seen = set()
    for threads, memory in ((1, 4), (4, 1)):
        monkeypatch.setattr("portfolio_review.sources.engine.processors", lambda threads=threads: threads)
        source = {"path": f"t.{form}", "where": "CAST(revenue AS DOUBLE) % 3 > 0.5"}
        read = bench.read({"transactions": source}, limits={"memory_gb": memory})
        seen.add((tuple(read.rows()), read.sources.dictionary("client_id").read_bytes()))
    assert len(seen) == 1


def test_every_row_takes_the_unit_of_its_client(bench: Bench) -> None:
    bench.parquet(
        "t.parquet",
        "SELECT 'c' || (i * 7919 % 100) AS client_id, DATE '2010-01-01' AS date, i AS revenue FROM range(100000) t(i)",
    )
    bench.parquet("c.parquet", "SELECT 'c' || i AS client_id, 'u' || (i % 3) AS unit FROM range(200000) t(i)")
    read = bench.read({"transactions": {"path": "t.parquet"}, "clients": {"path": "c.parquet"}})
    assert sorted(read.rows(columns="revenue, unit")) == [(float(i), f"u{i * 7919 % 100 % 3}") for i in range(100000)]


def test_few_rows_are_written_without_an_instance_for_many(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write("t.csv", "client_id,date,revenue,unit\nA,2026-10-01,5,N\nB,2026-10-02,7,S\n,2026-10-03,9,S\n")
    opened, connect = [], engine._connect

    def counted(*args: Any, **more: Any) -> Any:
        opened.append(args)
        return connect(*args, **more)

    monkeypatch.setattr(engine, "_connect", counted)
    few = bench.read({"transactions": {"path": "t.csv"}})
    assert len(opened) == 2
    # the third row counts too, though it is left out
    monkeypatch.setattr(engine, "FEW_ROWS", 2)
    many = bench.read({"transactions": {"path": "t.csv"}})
    assert len(opened) == 5
    assert (few.rows(), few.left_out()) == (many.rows(), many.left_out())
