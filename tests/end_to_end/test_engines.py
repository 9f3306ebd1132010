"""The same review file but for its engine and its sources' address gives the same `results.json`.

Source of every expected value: the run of the embedded engine on the file. What names the source differs: versions,
inputs, and examples of doubts that name a row, for a server numbers none.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from portfolio_review.pipeline.run import Options, Watcher, run
from portfolio_review.sources import secrets

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
RETAIL = DATA / "online_retail_ii" / "transactions_raw.parquet"
SAMPLE = ROOT / "params" / "demo"
WHERE = {
    "file": "not (sheet = 'Year 2010-2011' and invoice_ts < timestamp '2010-12-10')",
    "postgres": "not (sheet = 'Year 2010-2011' and invoice_ts < timestamp '2010-12-10')",
    "spark": "not (sheet = 'Year 2010-2011' and invoice_ts < timestamp_ntz '2010-12-10')",
}
OF_RETAIL = """id: online-retail-ii
currency: GBP
timezone: Europe/London
{engine}
report: {{formats: [html]}}
sources:
  transactions:
    {source}
    where: "{where}"
    columns:
      client_id: customer_id
      date: invoice_ts
      revenue: quantity * price
      order_id: invoice
      product: stock_code
      quantity: quantity
      unit: country
"""
OF_SAMPLE = """id: demo
currency: EUR
timezone: Europe/Berlin
{engine}
report: {{formats: [html]}}
sources:
  clients: {{path: demo/clients.csv}}
  contacts: {{path: demo/contacts.csv}}
  payments: {{path: demo/payments.parquet}}
  transactions:
    {source}
    columns: {{{columns}}}
"""
_BY_ROW = ("left_out", "where_unknown", "stray_dates", "future_dates", "duplicates", "margin_partly_known")
_NAMES_THE_SOURCE = ("data.versions", "data.inputs", "data.settings")


@contextmanager
def postgres(*files: tuple[str, Path]) -> Iterator[str]:
    """The address of a cluster that holds files as tables."""
    dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi")
    found = importlib.util.spec_from_file_location("servers", ROOT / "tests" / "sources" / "database_servers.py")
    assert found is not None
    assert found.loader is not None
    servers = importlib.util.module_from_spec(found)
    found.loader.exec_module(servers)
    with servers.postgres() as address:
        with dbapi.connect(address) as connection:
            for name, path in files:
                with connection.cursor() as cursor:
                    cursor.adbc_ingest(name, pq.read_table(path), mode="create")
            connection.commit()
        yield address


@contextmanager
def spark(*_files: tuple[str, Path]) -> Iterator[str]:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java: default-jre-headless")
    yield "spark://local[2]"


ENGINES: dict[str, Callable[..., Any]] = {"postgres": postgres, "spark": spark}


def retail(engine: str, address: str) -> str:
    query = "select * from retail" if engine == "postgres" else f"select * from parquet.`{RETAIL}`"
    return _review(OF_RETAIL, engine, query, RETAIL, address, WHERE[engine])


def sample(engine: str, address: str) -> str:
    path = SAMPLE / "transactions.parquet"
    query = "select * from sample" if engine == "postgres" else f"select * from parquet.`{path}`"
    names = pq.read_schema(path).names
    return _review(OF_SAMPLE, engine, query, path, address, "", ", ".join(f"{one}: {one}" for one in names))


def _review(form: str, engine: str, query: str, path: Path, address: str, where: str, columns: str = "") -> str:
    if engine == "file":
        return form.format(engine="", source=f"path: {path}", where=where, columns=columns)
    source = f"connection: env:REVIEW_DSN\n    query: {query}"
    text = form.format(engine="engine: {connection: env:REVIEW_DSN}", source=source, where=where, columns=columns)
    os.environ["REVIEW_DSN"] = address
    return text


def results(text: str, folder: Path, period: str, unit: str) -> dict[str, Any]:
    folder.mkdir(parents=True)
    (folder / "review.yml").write_text(text, encoding="utf-8")
    (folder / "demo").symlink_to(SAMPLE)
    made = run(Options(folder / "review.yml", folder / "out", period, (unit,)), Watcher())
    assert made.exit_code == 0
    (found,) = (folder / "out").rglob("results.json")
    assert not [path for path in folder.rglob("*") if path.is_file() and b"s3cret-pa55" in path.read_bytes()]
    return _compared(json.loads(found.read_text(encoding="utf-8")))


def _compared(document: dict[str, Any]) -> dict[str, Any]:
    for name in _NAMES_THE_SOURCE:
        document["tables"].pop(name, None)
    for doubt in document["doubts"]:
        if doubt["id"] in _BY_ROW:
            doubt["examples"] = []
    return document


@pytest.fixture(autouse=True)
def no_address_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_taken", {})


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("review", "table", "path", "period", "unit"),
    [
        (sample, "sample", SAMPLE / "transactions.parquet", "2026-10", "all"),
        (retail, "retail", RETAIL, "2011-11", "all"),
    ],
)
def test_results_are_those_of_the_embedded_engine(
    engine: str, review: Callable[[str, str], str], table: str, path: Path, period: str, unit: str, tmp_path: Path
) -> None:
    if not path.exists():
        pytest.skip(f"not on this machine: {path.name}")
    expected = results(review("file", ""), tmp_path / "file", period, unit)
    with ENGINES[engine]((table, path)) as address:
        found = results(review(engine, address), tmp_path / engine, period, unit)
        assert "REVIEW_DSN" not in os.environ
    for part in ("review", "figures", "tables", "findings", "checks", "doubts"):
        assert found[part] == expected[part], part
