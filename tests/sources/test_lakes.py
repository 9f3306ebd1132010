"""Tables of Delta and Iceberg, made by their own libraries: rows that count now, read as any source, known by version."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from portfolio_review.errors import MissingFileError
from portfolio_review.pipeline import memory
from portfolio_review.sources import lakes, reading, remote, secrets

from . import remote_servers
from .conftest import Bench
from .remote_servers import SECRET

deltalake = pytest.importorskip("deltalake")
catalogs = pytest.importorskip("pyiceberg.catalog")

COLUMNS = {"client_id": "id", "date": "day", "revenue": "net"}
LATE = dt.datetime(2011, 11, 30, 23, 30, tzinfo=dt.UTC)
"""Of the next day, and the next month, in Madrid."""


def rows(*ids: str, day: dt.date = dt.date(2011, 11, 30)) -> pa.Table:
    return pa.table(
        {
            "id": list(ids),
            "day": pa.array([day] * len(ids), pa.date32()),
            "net": pa.array([Decimal("7.25")] * len(ids), pa.decimal128(12, 2)),
            "sold_at": pa.array([LATE] * len(ids), pa.timestamp("us", "UTC")),
        }
    )


class Delta:
    """A Delta table in the review file's folder."""

    def __init__(self, bench: Bench, _: pytest.MonkeyPatch) -> None:
        self.source: dict[str, Any] = {"delta": "lake/sales", "columns": COLUMNS}
        self.label = "lake/sales"
        self._at = str(bench.folder / "lake" / "sales")

    def append(self, table: pa.Table) -> None:
        deltalake.write_deltalake(self._at, table, mode="append")

    def delete(self, id: str) -> None:
        deltalake.DeltaTable(self._at).delete(f"id = '{id}'")

    def version(self) -> str:
        table = deltalake.DeltaTable(self._at)
        return f"{table.metadata().id}:{table.version()}"


class Iceberg:
    """A table of an Iceberg catalog in SQLite, whose address nobody but the variable has."""

    def __init__(self, bench: Bench, patch: pytest.MonkeyPatch) -> None:
        (bench.folder / "warehouse").mkdir()
        settings = {
            "name": "of the tests",
            "type": "sql",
            "uri": f"sqlite:///{bench.folder}/catalog.db",
            "warehouse": f"file://{bench.folder}/warehouse",
        }
        patch.setenv("CATALOG", json.dumps(settings))
        self._catalog = catalogs.load_catalog(**settings)
        self._catalog.create_namespace("crm")
        self.source: dict[str, Any] = {"iceberg": "crm.sales", "connection": "env:CATALOG", "columns": COLUMNS}
        self.label = "crm.sales"

    def append(self, table: pa.Table) -> None:
        self._catalog.create_table_if_not_exists("crm.sales", schema=table.schema).append(table)

    def delete(self, id: str) -> None:
        self._catalog.load_table("crm.sales").delete(f"id == '{id}'")

    def version(self) -> str:
        table = self._catalog.load_table("crm.sales")
        snapshot = table.current_snapshot()
        return f"{table.metadata.table_uuid}:{snapshot.snapshot_id if snapshot else 'empty'}"


@pytest.fixture(autouse=True)
def no_key_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_taken", {})


@pytest.fixture(params=[Delta, Iceberg], ids=["delta", "iceberg"])
def lake(request: pytest.FixtureRequest, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Delta | Iceberg:
    made: Delta | Iceberg = request.param(bench, monkeypatch)
    return made


def test_the_rows_that_count_now(bench: Bench, lake: Delta | Iceberg) -> None:
    lake.append(rows("001", "NA"))
    lake.append(rows("b"))
    lake.delete("b")
    read = bench.read({"transactions": lake.source})
    assert read.rows(columns="client_id, date, revenue") == [
        ("001", dt.date(2011, 11, 30), 7.25),
        ("NA", dt.date(2011, 11, 30), 7.25),
    ]
    (given,) = read.sources.inputs
    assert (given.path, given.rows, given.version) == (lake.label, 2, lake.version())


def test_the_same_rows_in_another_order_are_the_same_input(bench: Bench, lake: Delta | Iceberg) -> None:
    lake.append(rows("a"))
    lake.append(rows("b"))
    before = bench.read({"transactions": lake.source}).sources.inputs[0]
    lake.delete("a")
    lake.append(rows("a"))
    after = bench.read({"transactions": lake.source}).sources.inputs[0]
    assert after.sha256 == before.sha256
    assert after.version != before.version


def test_an_instant_falls_on_the_day_of_the_reviews_zone(bench: Bench, lake: Delta | Iceberg) -> None:
    lake.append(rows("a"))
    source = {**lake.source, "columns": {**COLUMNS, "date": "sold_at"}}
    read = bench.read({"transactions": source}, timezone="Europe/Madrid")
    assert read.column("date") == [dt.date(2011, 12, 1)]


def test_faults_name_the_table(bench: Bench, lake: Delta | Iceberg) -> None:
    lake.append(rows("a"))
    (fault,) = bench.faults({"transactions": {**lake.source, "columns": {**COLUMNS, "revenue": "nett"}}})
    assert (fault.file, fault.rule) == (lake.label, "missing column 'nett'; did you mean 'net'?")


def test_an_empty_table(bench: Bench, lake: Delta | Iceberg) -> None:
    lake.append(rows("a"))
    lake.delete("a")
    (fault,) = bench.faults({"transactions": lake.source})
    assert fault.rule == "no row is left: the source has no rows"


def test_it_is_read_again_when_its_version_changed(
    bench: Bench, lake: Delta | Iceberg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "versions", reading.ask_versions)
    lake.append(rows("a"))
    review = bench.review({"transactions": lake.source})
    (bench.folder / "tables").mkdir()
    found = reading.read_sources(review, bench.folder, bench.folder / "tables")
    kept = memory.Memory(bench.folder / "series", review, bench.folder)
    kept.keep_sources(found, kept.stamps())
    assert kept.sources() == found
    lake.append(rows("b"))
    assert kept.sources() is None


def test_columns_that_differ_only_in_case(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Iceberg(bench, monkeypatch)
    lake.append(rows("a").append_column("Net", pa.array([1.0])))
    read = bench.read({"transactions": {**lake.source, "columns": {**COLUMNS, "revenue": '"Net"'}}})
    assert read.column("revenue") == [1.0]


def test_more_than_is_fetched(bench: Bench, lake: Delta | Iceberg, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.append(rows("a"))
    monkeypatch.setattr(lakes, "MOST_GB", 1e-12)
    with pytest.raises(MissingFileError, match="which is the most that is fetched"):
        bench.read({"transactions": lake.source})


@pytest.mark.parametrize(
    ("source", "settings", "said"),
    [
        ({"delta": "nowhere"}, {}, "sources.transactions.delta: 'nowhere': nothing lies there; check the address"),
        (
            {"delta": "s3://crm/sales", "connection": "env:S3"},
            {"aws_endpoint_url": "https://no.such.host.invalid", "aws_region": "eu-west-1"},
            "sources.transactions.delta: 's3://crm/sales': the name of its server is not known; check the address and S3",
        ),
        (
            {"iceberg": "crm.sales", "connection": "env:S3"},
            {"type": "rest", "uri": "https://no.such.host.invalid", "token": SECRET},
            "sources.transactions.iceberg: 'crm.sales': the name of its server is not known; check the address and S3",
        ),
        (
            {"iceberg": "crm.sales", "connection": "env:S3"},
            {"type": "rest", "uri": "http://catalog.example"},
            "sources.transactions.iceberg: 'crm.sales': S3: uri begins with http://, and keys travel by https alone",
        ),
        (
            {"iceberg": "crm.sales", "connection": "env:S3"},
            {"type": "sql", "uri": "sqlite:///:memory:"},
            "sources.transactions.iceberg: 'crm.sales': nothing lies there; check the address",
        ),
    ],
)
def test_what_is_said_of_a_table_that_cannot_be_had(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, source: dict[str, str], settings: dict[str, str], said: str
) -> None:
    keys = {"aws_access_key_id": "AK", "aws_secret_access_key": SECRET}
    monkeypatch.setenv("S3", json.dumps((keys if "delta" in source else {}) | settings))
    with pytest.raises(MissingFileError) as caught:
        bench.read({"transactions": source})
    assert str(caught.value).split("\n  ")[1] == said


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with remote_servers.s3() as endpoint:
        yield endpoint


@pytest.mark.long
def test_a_delta_table_on_an_object_store(bench: Bench, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {
        "aws_access_key_id": "AK", "aws_secret_access_key": SECRET, "aws_region": "us-east-1",
        "aws_endpoint_url": server,
    }  # fmt: skip
    deltalake.write_deltalake("s3://crm/sales", rows("001"), storage_options={**keys, "aws_allow_http": "true"})
    monkeypatch.setenv("S3", json.dumps(keys))
    source = {"delta": "s3://crm/sales", "connection": "env:S3", "columns": COLUMNS}
    read = bench.read({"transactions": source})
    assert read.column("client_id") == ["001"]
    assert str(read.sources.inputs[0].version).endswith(":0")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Performing PUT http://169.254.169.254/latest/api/token", "no keys are given; set KEYS"),
        ("status: 403 Forbidden <Code>InvalidAccessKeyId</Code> AKIA", "access is refused; check KEYS"),
        ("invalid peer certificate: UnknownIssuer", "the certificate of its server is not trusted; SSL_CERT_FILE"),
        ("AKIASECRET", "it cannot be read (ValueError)"),
    ],
)
def test_of_an_error_its_kind_is_told(words: str, said: str) -> None:
    assert str(remote.why(ValueError(words), "KEYS")).startswith(said)
    assert "AKIA" not in str(remote.why(ValueError(words), "KEYS"))
