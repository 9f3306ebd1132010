"""A query on a database, with a driver of our own in the place of Ibis."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest

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
    }

    class Query:
        def to_pyarrow_batches(self, chunk_size: int) -> Any:
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
    driver["error"] = RuntimeError(f"could not connect to {SECRET} (db.example.com) as ann with s3cret!")
    (fault,) = bench.faults({"transactions": SOURCE})
    assert fault.rule == "the query failed: RuntimeError: could not connect to … (…) as … with …"
    assert fault.remedy == "Correct sources.transactions.query or CRM_DSN"


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
