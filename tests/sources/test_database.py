"""A query on a database, with a driver of our own in the place of Ibis."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from portfolio_review.errors import DataRefusedError
from portfolio_review.pipeline.run import load_review
from portfolio_review.sources import read, secrets

from .conftest import Bench

SECRET = "postgres://ann:s3cret%21@db.example.com:5432/crm?sslmode=on"
SOURCE = {
    "connection": "env:CRM_DSN",
    "query": "select * from crm.accounts",
    "columns": {"client_id": "id", "date": "day", "revenue": "net"},
}


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Answers `connect(address).sql(query)` from the `rows` put in, or raises the `error`."""
    import pyarrow as pa

    state: dict[str, Any] = {
        "rows": {"id": [2, 1], "day": ["2011-11-30", "2011-11-29"], "net": [5.0, 6.5]},
        "error": None,
        "query_error": None,
    }

    class Query:
        def to_pyarrow_batches(self, chunk_size: int) -> Any:
            if state["query_error"]:
                raise state["query_error"]
            return pa.table(state["rows"]).to_reader(chunk_size)

    def connect(address: str) -> Any:
        state["address"] = address
        if state["error"]:
            raise state["error"]
        return types.SimpleNamespace(sql=lambda query: state.update(query=query) or Query())

    monkeypatch.setitem(sys.modules, "ibis", types.SimpleNamespace(connect=connect))
    monkeypatch.setenv("CRM_DSN", SECRET)
    return state


def test_rows_of_a_database_in_sorted_order(bench: Bench, driver: dict[str, Any]) -> None:
    read = bench.read({"transactions": SOURCE})
    assert read.rows(columns="client_id, revenue") == [("1", 6.5), ("2", 5.0)]
    assert (driver["address"], driver["query"]) == (SECRET, "select * from crm.accounts")
    (given,) = read.sources.inputs
    assert (given.path, given.rows) == ("env:CRM_DSN", 2)


def test_a_message_never_shows_the_secret(bench: Bench, driver: dict[str, Any]) -> None:
    driver["query_error"] = RuntimeError(f"could not connect to {SECRET} (db.example.com) as ann with s3cret!")
    (fault,) = bench.faults({"transactions": SOURCE})
    assert fault.rule == "the query failed: RuntimeError: could not connect to … (…) as … with …"
    assert fault.remedy == "Correct sources.transactions.query or CRM_DSN"


@pytest.mark.parametrize("password", ["hun#ter2", "hun/ter2", "hun?ter2", "hun℀ter2", "h@n:ter2", "hun ter2"])
def test_nothing_a_driver_says_of_an_address_it_cannot_parse(
    bench: Bench, driver: dict[str, Any], monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    address = f"postgres://ann:{password}@db.example.com/crm"
    monkeypatch.setenv("CRM_DSN", address)
    driver["error"] = ValueError(f"invalid port in {address.partition('#')[0]}: hun, ter2, ann, db.example.com")
    (fault,) = bench.faults({"transactions": SOURCE})
    assert fault.rule == "the connection cannot be made (ValueError)"
    assert "percent-encoded" in fault.remedy
    assert not {"hun", "ter2", "ann", "db", "hunter2"} & set(re.findall(r"\w+", str(fault)))


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


def test_a_driver_that_is_not_installed_is_named(bench: Bench, driver: dict[str, Any]) -> None:
    driver["error"] = ImportError("No module named 'psycopg'", name="psycopg")
    (fault,) = bench.faults({"transactions": SOURCE})
    assert fault.rule == "the driver of the database is not installed (psycopg)"


def test_an_address_leaves_the_environment_and_only_the_reading_child_is_given_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shop.yml"
    file.write_text(
        "id: shop\ncurrency: EUR\nsources:\n  transactions:\n    connection: env:CRM_DSN\n    query: select 1 as x\n"
    )
    monkeypatch.setenv("CRM_DSN", SECRET)
    review = load_review(file)
    assert "CRM_DSN" not in subprocess.run(["env"], capture_output=True, text=True, check=True).stdout
    assert secrets.of(review) == {"CRM_DSN": SECRET}
    given = tmp_path / "given"
    fake = tmp_path / "ibis.py"
    fake.write_text(
        f"import os\ndef connect(address):\n    open({str(given)!r}, 'w').write(address)\n    raise OSError\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(DataRefusedError):
        read(review, tmp_path, tmp_path)
    assert given.read_text() == SECRET
    monkeypatch.setenv("CRM_DSN", "postgres://new")  # set anew within the same process
    assert secrets.of(load_review(file)) == {"CRM_DSN": "postgres://new"}


def test_a_variable_that_is_not_set(bench: Bench, driver: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_DSN")
    (fault,) = bench.faults({"transactions": SOURCE})
    assert fault.rule == "the environment variable CRM_DSN is not set"


def test_without_ibis(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ibis", None)
    monkeypatch.setenv("CRM_DSN", SECRET)
    (fault,) = bench.faults({"transactions": SOURCE})
    assert fault.rule == "connections need Ibis, which is not installed"
    assert "pip install 'ibis-framework[postgres]'" in fault.remedy


def test_columns_that_differ_only_in_case_must_be_quoted(bench: Bench, driver: dict[str, Any]) -> None:
    driver["rows"] = {"id": [1], "day": ["2011-11-30"], "Net": [120.0], "net": [100.0]}
    (fault,) = bench.faults({"transactions": SOURCE})
    assert (fault.id, fault.column) == ("columns_alike", "revenue")
    columns = {"client_id": "id", "date": "day", "revenue": '"net"'}
    assert bench.read({"transactions": {**SOURCE, "columns": columns}}).column("revenue") == [100.0]
