"""Transactions reduced on an engine give the account, doubts and frames that they give when they are read from a file.

Source of every expected value: the same rows as CSV through the embedded engine. The engines are PostgreSQL, and a
DuckDB that stands for a server, so that the statements run where no server is installed.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
import recording
import sqlglot
from engine_in_duckdb import InDuckDb

from portfolio_review import review as review_files
from portfolio_review.calendar import Period
from portfolio_review.errors import DataRefusedError, ReviewFileError
from portfolio_review.pipeline.memory import Memory
from portfolio_review.review import Review
from portfolio_review.slices import build, load
from portfolio_review.sources import Sources, secrets, sessions
from portfolio_review.sources.reading import read_sources

HERE = Path(__file__).parent
DIALECTS = ("postgres", "spark", "databricks", "snowflake", "bigquery", "trino", "clickhouse", "tsql")
WORDS = "client_id,date,revenue,order_id,product,category,unit\n" + "".join(
    # ids that differ by blanks, case, form and look-alikes, that read like nothing, or that a number left a trace on
    f"{client},202{3 + n % 2}-{1 + n % 12:02}-{1 + n % 28:02},{n}.{n % 10},{order},{product},,{unit}\n"
    for n, (client, order, product, unit) in enumerate(
        (client, order, product, unit)
        for client in ("A 1", "A  1", "a 1", "А 1", "Zoe\u0301", "Zo\u00e9", "nan", "", "17.0")
        for order in ("x1", " x1", "X1", "N/A", "12.0", "1E5", "caf\u00e9", "cafe\u0301", "")
        for product, unit in (("pen", "North"), ("Pen ", "South"), ("", ""))
    )
)
CASES = {
    "groups": (recording.ODD, recording.MERGED, "client_level: group", "2024-11"),
    "duplicates": (recording.ODD * 1 + recording.ODD.partition("\n")[2][:4000].rpartition("\n")[0] + "\n",
                   recording.MERGED, "drop_duplicates: true", "2024-11"),
    "partial": (recording.PARTIAL, "", "data_until: 2024-10-17", "2024-Q4"),
    "words": (WORDS, "", "", "2024-11"),
}  # fmt: skip
ACCOUNT = ("columns", "left_out", "source_rows", "source_revenue", "duplicates", "warnings", "history_start",
           "data_until", "orders_by_year", "removed", "revenue_by_month")  # fmt: skip


@pytest.fixture(autouse=True)
def no_address_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_taken", {})


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    pytest.importorskip("adbc_driver_postgresql")
    found = importlib.util.spec_from_file_location("servers", HERE.parent / "sources" / "database_servers.py")
    assert found is not None
    assert found.loader is not None
    servers = importlib.util.module_from_spec(found)
    found.loader.exec_module(servers)
    with servers.postgres() as address:
        yield address


@pytest.fixture(scope="session")
def spark() -> str:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java: default-jre-headless")
    return "spark://local[2]"


@pytest.fixture(scope="session")
def connect(spark: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of Spark Connect in a process of its own."""
    import pyspark

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    folder = tmp_path_factory.mktemp("connect")
    settings = {"spark.connect.grpc.binding.port": port, "spark.connect.grpc.binding.address": "127.0.0.1",
                "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": 4}  # fmt: skip
    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-submit"), "--master", "local[2]"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([*command, "spark-internal"], cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(1200):
                assert running.poll() is None, (folder / "log").read_text()[-2000:]
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield f"sc://127.0.0.1:{port}"
        finally:
            running.kill()
            running.wait()


class Bench:
    """A folder with the same rows as a CSV file and in an engine; Spark reads them as Parquet."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, address: str | None = None) -> None:
        self.folder = folder
        self.statements: list[str] = []
        self._postgres = address if (address or "").startswith("postgres") else None
        self._spark = (address or "").startswith(("spark", "sc"))
        postgres = address
        self._patch = monkeypatch
        if postgres is None:
            path = str(folder / "server.db")

            def opened(_address: str, timezone: str) -> InDuckDb:
                return InDuckDb(path, self.statements, timezone)

            monkeypatch.setattr(sessions, "opened", opened)
        monkeypatch.setenv("DSN", postgres or "postgresql://owner:s3cret-pa55@nowhere/none")
        monkeypatch.chdir(folder)

    def run(self, *statements: str) -> None:
        if self._postgres is None:
            with duckdb.connect(str(self.folder / "server.db")) as con:
                for one in statements:
                    con.execute(one)
                if self._spark:
                    for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                        con.execute(f"COPY {name} TO '{self.folder / name}.parquet' (FORMAT parquet)")
            return
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(self._postgres, autocommit=True) as connection, connection.cursor() as cursor:
            for one in statements:
                cursor.execute(one)

    def both(self, transactions: str, clients: str, settings: str) -> tuple[Review, Review]:
        """The review of the CSV file, and the one of the table `sales`, whose cells are those of the file as text."""
        (self.folder / "sales.csv").write_text(transactions, encoding="utf-8")
        (self.folder / "clients.csv").write_text(clients or "client_id\n", encoding="utf-8")
        names, *rows = (line.split(",") for line in transactions.splitlines())
        listed = ", ".join("(" + ", ".join(f"'{cell}'" if cell else "NULL" for cell in row) + ")" for row in rows)
        self.run(
            "DROP TABLE IF EXISTS sales", f"CREATE TABLE sales ({', '.join(f'{name} text' for name in names)})",
            f"INSERT INTO sales VALUES {listed}",
        )  # fmt: skip
        casts = {"date": "date", "revenue": "decimal(18, 6)", "margin": "decimal(18, 6)"}
        columns = {name: f"cast({name} as {casts[name]})" if name in casts else name for name in names}
        return (
            self.review(
                f"{{path: sales.csv, columns: {json.dumps({name: name for name in names})}}}", clients, settings
            ),
            self.on_engine("select * from sales", columns, clients, settings),
        )

    def on_engine(self, query: str, columns: dict[str, str], clients: str = "", settings: str = "") -> Review:
        if self._spark:
            query = re.sub(r"from (\w+)", rf"from parquet.`{self.folder}/\1.parquet`", query)
        source = json.dumps({"connection": "env:DSN", "query": query, "columns": columns})
        return self.review(source, clients, f"{settings}\nengine: {{connection: env:DSN}}")

    def review(self, source: str, clients: str, settings: str) -> Review:
        more = "  clients: {path: clients.csv}\n" if clients else ""
        text = f"id: odd\ncurrency: EUR\nwindow_months: 6\n{settings}\nsources:\n  transactions: {source}\n{more}"
        return review_files.parse(text)

    def read(self, review: Review, name: str) -> Sources:
        (self.folder / name).mkdir()
        return read_sources(review, self.folder, self.folder / name)


@pytest.fixture(
    params=[
        "duckdb", "postgres", pytest.param("spark", marks=pytest.mark.long),
        pytest.param("connect", marks=pytest.mark.long),
    ]
)  # fmt: skip
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    address = None if request.param == "duckdb" else request.getfixturevalue(request.param)
    return Bench(tmp_path, monkeypatch, address)


@pytest.fixture
def in_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


@pytest.mark.parametrize("case", CASES)
def test_an_engine_gives_the_account_doubts_and_frames_of_a_file(case: str, bench: Bench) -> None:
    transactions, clients, settings, period = CASES[case]
    of_file, of_engine = bench.both(transactions, clients, settings)
    expected, found = bench.read(of_file, "file"), bench.read(of_engine, "engine")
    assert {name: getattr(found, name) for name in ACCOUNT} == {name: getattr(expected, name) for name in ACCOUNT}
    assert _doubts(found) == _doubts(expected)
    frames = [
        {
            unit: recording.of_slice(load(path))
            for unit, path in build.build(review, sources, Period.parse(period), bench.folder / name).units.items()
        }
        for review, sources, name in ((of_file, expected, "file-slices"), (of_engine, found, "engine-slices"))
    ]
    assert list(frames[0]) == list(frames[1])
    for unit, those in frames[0].items():
        assert frames[1][unit] == those


def _doubts(found: Sources) -> dict[object, object]:
    """What each doubt tells but for examples that name a row, which a server does not number, and for the remedy,
    which repeats the expressions."""
    return {
        one.key: (one.rows, one.done, one.by_month, one.share, one.units,
                  () if any(text.startswith("row ") for text in one.examples) or one.id in BY_ROW else one.examples)
        for one in found.doubts
    }  # fmt: skip


BY_ROW = ("left_out", "where_unknown", "stray_dates", "future_dates", "duplicates", "margin_partly_known")


def test_every_statement_compiles_in_every_dialect(in_duckdb: Bench) -> None:
    """SQLGlot writes each and reads back what it wrote; nothing that a dialect lacks is passed over."""
    for case in ("groups", "partial", "words"):
        transactions, clients, settings, period = CASES[case]
        _, of_engine = in_duckdb.both(transactions, clients, settings)
        found = in_duckdb.read(of_engine, case)
        build.build(of_engine, found, Period.parse(period), in_duckdb.folder / f"{case}-slices")
    statements = list(dict.fromkeys(in_duckdb.statements))
    assert len(statements) > 60
    for dialect in DIALECTS:
        for statement in statements:
            written = sqlglot.transpile(
                statement, read="duckdb", write=dialect, identify=True, unsupported_level=sqlglot.ErrorLevel.RAISE
            )
            assert len(written) == 1
            assert sqlglot.parse_one(written[0], read=dialect)


@pytest.mark.parametrize(
    ("zone", "month"),
    [("Europe/London", "2024-01-31"), ("Asia/Tokyo", "2024-02-01"), ("America/New_York", "2024-01-31")],
)
def test_an_instant_is_a_day_of_the_review_s_time_zone(zone: str, month: str, bench: Bench) -> None:
    """2024-01-31 23:30 in UTC; at the end of a month a day is a month."""
    bench.run(
        "DROP TABLE IF EXISTS moments", "CREATE TABLE moments (who text, moment timestamptz, plain timestamp, net numeric(12, 2))",
        "INSERT INTO moments VALUES ('a', '2024-01-31 23:30:00+00', '2024-01-31 23:30:00', 5)",
    )  # fmt: skip
    columns = {"client_id": "who", "date": "moment", "revenue": "net"}
    found = bench.read(bench.on_engine("select * from moments", columns, settings=f"timezone: {zone}"), "instants")
    assert found.data_until.isoformat()[:7] == month[:7]
    columns["date"] = "plain"
    found = bench.read(bench.on_engine("select * from moments", columns, settings=f"timezone: {zone}"), "local")
    assert found.data_until.isoformat()[:7] == "2024-01"


def test_money_is_exact_and_null_is_left_out_by_where(bench: Bench) -> None:
    """0.1 ten times is 1, as a double too; what `where` does not know is counted apart."""
    bench.run(
        "DROP TABLE IF EXISTS amounts", "CREATE TABLE amounts (who text, day date, net double precision, state text)",
        "INSERT INTO amounts SELECT 'c', DATE '2024-01-05', 0.1, 'paid' FROM generate_series(1, 10)",
        "INSERT INTO amounts VALUES ('c', '2024-02-05', 0.25, NULL), (NULL, '2024-02-05', 0.05, 'paid'), ('c', '2024-01-05', 9, 'void')",
    )  # fmt: skip
    review = bench.on_engine("select * from amounts", {"client_id": "who", "date": "day", "revenue": "net"})
    source = review.sources["transactions"].model_copy(update={"where": "state <> 'void'"})
    found = bench.read(review.model_copy(update={"sources": {"transactions": source}}), "found")
    told = {(one.reason, one.rows, one.revenue) for one in found.left_out}
    assert told == {("where_unknown", 1, 0.25), ("no_client", 1, 0.05), ("removed_by_where", 1, 9.0)}
    assert found.source_revenue == 10.3
    assert found.removed == (("state void", 1),)


def test_what_cannot_be_read_is_named_by_column(bench: Bench) -> None:
    bench.run(
        "DROP TABLE IF EXISTS broken", "CREATE TABLE broken (who text, day date, net double precision, bits boolean)",
        "INSERT INTO broken VALUES ('a', '2024-01-05', 'NaN', true), ('b', NULL, 5, true), ('a\u200eb', '2024-01-05', 1, true)",
    )  # fmt: skip

    def refused(name: str, **columns: str) -> str:
        given = {"client_id": "who", "date": "day", "revenue": "net", **columns}
        with pytest.raises(DataRefusedError) as error:
            bench.read(bench.on_engine("select * from broken", given), name)
        return str(error.value)

    said = refused("cells")
    assert "transactions.date" in said
    assert "a transaction without a date" in said
    assert "transactions.revenue" in said
    assert "amounts of this size have no cents" in said
    assert "expected text or a whole number, found a column of another type" in refused("type", order_id="bits")
    assert "expected a number, found a column of another type" in refused("text", revenue="who")
    assert "the expression 'sum(net)' holds an aggregate" in refused("sum", revenue="sum(net)")
    assert "holds a subquery" in refused("query", revenue="(select 1)")
    assert "does not parse as SQL" in refused("parse", revenue="net +")
    assert "the query failed" in refused("unknown", revenue="nett")


def test_texts_that_break_a_rule_are_named(bench: Bench) -> None:
    bench.run(
        "DROP TABLE IF EXISTS marked", "CREATE TABLE marked (who text, day date, net numeric(12, 2))",
        "INSERT INTO marked VALUES ('a', '2024-01-05', 1), ('a\u200eb', '2024-01-05', 1)",
    )  # fmt: skip
    with pytest.raises(DataRefusedError, match="marks of writing direction"):
        bench.read(
            bench.on_engine("select * from marked", {"client_id": "who", "date": "day", "revenue": "net"}), "marked"
        )


def test_a_column_named_like_a_currency_is_doubted(bench: Bench) -> None:
    bench.run(
        "DROP TABLE IF EXISTS money", "CREATE TABLE money (who text, day date, net numeric(12, 2), currency text)",
        "INSERT INTO money VALUES ('a', '2024-01-05', 1, 'EUR'), ('b', '2024-01-06', 2, 'eur'), ('b', '2024-01-07', 4, '$')",
    )  # fmt: skip
    review = bench.on_engine("select * from money", {"client_id": "who", "date": "day", "revenue": "net"})
    doubt = next(one for one in bench.read(review, "money").doubts if one.id == "currencies")
    assert (doubt.column, doubt.rows, doubt.by_month) == ("currency", 1, ((24288, 4.0),))
    assert doubt.examples == ("EUR (×2)", "USD (×1)")


def test_rows_that_change_before_they_are_reduced_are_noticed(in_duckdb: Bench) -> None:
    _, of_engine = in_duckdb.both(*CASES["groups"][:3])
    found = in_duckdb.read(of_engine, "found")
    in_duckdb.run("DELETE FROM sales WHERE client_id = 'c0'")
    with pytest.raises(
        DataRefusedError, match=r"the transactions changed on env:DSN while the review was made: 1,500 rows"
    ):
        build.build(of_engine, found, Period.parse("2024-11"), in_duckdb.folder / "slices")


def test_what_lies_on_an_engine_is_remembered_by_its_version(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, monkeypatch, postgres)
    _, review = bench.both(*CASES["groups"][:3])
    source = review.sources["transactions"].model_copy(update={"version_query": "select count(*) from sales"})
    review = review.model_copy(update={"sources": {**review.sources, "transactions": source}})
    found = bench.read(review, "found")
    memory = Memory(bench.folder, review, bench.folder)
    memory.keep_sources(found, memory.stamps())
    assert memory.sources() == found
    bench.run("DELETE FROM sales WHERE client_id = 'c0'")
    assert memory.sources() is None


def test_transactions_lie_on_the_engine(in_duckdb: Bench) -> None:
    with pytest.raises(ReviewFileError, match=r"sources.transactions.connection: expected env:DSN, the engine's"):
        in_duckdb.review("{path: sales.csv}", "", "engine: {connection: env:DSN}")
    with pytest.raises(ReviewFileError, match="engine"):
        in_duckdb.review("{path: sales.csv}", "", "engine: {connection: postgresql://me:secret@host/db}")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://me:s3cret-pa55@host/db", "an engine's address begins with one of postgresql://"),
        ("postgresql://me:s3cret-pa55@127.0.0.1:1/db", "the connection cannot be made"),
        (None, "the environment variable DSN is not set"),
    ],
)
def test_an_engine_that_cannot_be_reached_is_named_without_its_address(
    address: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, monkeypatch, address or "")
    monkeypatch.delenv("DSN") if address is None else monkeypatch.setenv("DSN", address)
    review = bench.on_engine("select 1", {"client_id": "a", "date": "b", "revenue": "c"})
    with pytest.raises(DataRefusedError, match=said) as error:
        bench.read(review, "found")
    assert "s3cret" not in str(error.value)
    assert "engine.connection" in str(error.value)


def test_a_library_that_is_missing_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path, monkeypatch, "spark://local[2]")
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    review = bench.on_engine("select 1", {"client_id": "a", "date": "b", "revenue": "c"})
    with pytest.raises(DataRefusedError, match=r"pip install 'portfolio-review\[spark\]'"):
        bench.read(review, "found")


def test_no_file_holds_the_password(bench: Bench) -> None:
    _, of_engine = bench.both(*CASES["groups"][:3])
    bench.read(of_engine, "found")
    files: Any = [path for path in bench.folder.rglob("*") if path.is_file() and path.name != "server.db"]
    assert files
    assert not [path for path in files if b"s3cret-pa55" in path.read_bytes()]
