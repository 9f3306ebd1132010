"""A bench for the sources: files written to a folder, a review file beside them, the tables read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from portfolio_review import review as review_file
from portfolio_review.errors import DataRefusedError, Fault
from portfolio_review.sources import Sources, check_expressions
from portfolio_review.sources.reading import read_sources


@dataclass(frozen=True)
class Read:
    """What was read, with the tables' rows at hand."""

    sources: Sources

    def rows(self, table: str = "transactions", columns: str = "*") -> list[tuple[Any, ...]]:
        import duckdb

        if table != "transactions":
            return duckdb.sql(f"SELECT {columns} FROM read_parquet('{self.sources.path(table)}')").fetchall()
        return duckdb.sql(f"SELECT {columns} FROM {decoded(self.sources)} ORDER BY client_id, date, revenue").fetchall()

    def column(self, name: str, table: str = "transactions") -> list[Any]:
        return [row[0] for row in self.rows(table, name)]

    def left_out(self) -> dict[tuple[str, str], tuple[int, float]]:
        return {(one.reason, one.unit): (one.rows, one.revenue) for one in self.sources.left_out}


def decoded(sources: Sources) -> str:
    """SQL of the transactions that count with their texts; an order has its `order_key` alone."""
    joins, texts = "", ["coalesce(unit.value, '(no unit)') AS unit"]
    for column, key in (("client_id", "client"), ("unit", "unit"), ("product", "product"), ("category", "category")):
        path = sources.dictionary(column)
        known = (
            f"(SELECT DISTINCT code, value FROM read_parquet('{path}'))"
            if path.exists()
            else "(SELECT 0 code, NULL value)"
        )
        if column == "unit" or path.exists():
            joins += f" LEFT JOIN {known} {column} ON {column}.code = rows.{key}"
        if column != "unit" and path.exists():
            texts.append(f"{column}.value AS {column}")
    rows = sources.folder / "transactions" / "rows" / "bucket=[0-9]*" / "*.parquet"
    coded = ", ".join(sorted({"client", "unit", *({"product", "category"} & set(sources.columns["transactions"]))}))
    return f"(SELECT {', '.join(texts)}, rows.* EXCLUDE ({coded}) FROM read_parquet('{rows}') rows{joins})"


class Bench:
    """Writes sources to a folder and reads them in this process, as the child does in its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs = 0

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def parquet(self, name: str, sql: str) -> Path:
        import duckdb

        path = self.folder / name
        duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
        return path

    def review(self, sources: dict[str, Any], **settings: Any) -> review_file.Review:
        data = {"id": "bench", "currency": "GBP", "sources": sources, **settings}
        return review_file.parse(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "bench.yml")

    def read(self, sources: dict[str, Any], **settings: Any) -> Read:
        review = self.review(sources, **settings)
        check_expressions(review, "bench.yml")
        self._runs += 1
        out = self.folder / f"out{self._runs}"
        out.mkdir()
        return Read(read_sources(review, self.folder, out))

    def csv(self, content: str | bytes, *, name: str = "data.csv", **source: Any) -> Read:
        """Read one CSV file of transactions."""
        self.write(name, content)
        return self.read({"transactions": {"path": name, **source}})

    def faults(self, sources: dict[str, Any], **settings: Any) -> list[Fault]:
        with pytest.raises(DataRefusedError) as caught:
            self.read(sources, **settings)
        return caught.value.faults

    def csv_faults(self, content: str | bytes, *, name: str = "data.csv", **source: Any) -> list[Fault]:
        self.write(name, content)
        return self.faults({"transactions": {"path": name, **source}})

    def table_faults(self, table: str, content: str) -> list[Fault]:
        """The faults of another table beside one sound transaction."""
        return self.faults(self.beside(table, content))

    def beside(self, table: str, content: str) -> dict[str, Any]:
        self.write("sound.csv", "client_id,date,revenue\nc1,2011-11-30,5\n")
        self.write(f"{table}.csv", content)
        return {"transactions": {"path": "sound.csv"}, table: {"path": f"{table}.csv"}}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    return Bench(tmp_path)


@pytest.fixture
def one_fault(bench: Bench) -> Callable[..., Fault]:
    """The only fault of a CSV file of transactions."""

    def only(content: str | bytes, **source: Any) -> Fault:
        (fault,) = bench.csv_faults(content, **source)
        return fault

    return only
