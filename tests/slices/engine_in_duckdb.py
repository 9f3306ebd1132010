"""An engine for tests in which no server runs: a DuckDB of its own, which keeps every statement that it is given."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_review.sources.sessions import EXACT, Kind

_KINDS: dict[str, Kind] = {
    "VARCHAR": "text", **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "whole"), "DOUBLE": "float",
    "DATE": "date", "TIMESTAMP": "time", "TIMESTAMP WITH TIME ZONE": "instant", "BOOLEAN": "truth",
}  # fmt: skip


class InDuckDb:
    """Sessions of one database of files; those that were opened before are gone with their tables."""

    dialect = "duckdb"

    def __init__(self, path: str, statements: list[str], timezone: str) -> None:
        self._con = duckdb.connect(path, read_only=True)
        self._con.execute(f"SET TimeZone = '{timezone}'")
        self._statements = statements

    def table(self, name: str, query: str) -> None:
        self._do(f'CREATE TEMPORARY TABLE "{name}" AS {query}')

    def view(self, name: str, query: str) -> None:
        self._do(f'CREATE TEMPORARY VIEW "{name}" AS {query}')

    def upload(self, name: str, found: pa.Table) -> None:
        self._con.register("sent", found)
        self._con.execute(f'CREATE TEMPORARY TABLE "{name}" AS SELECT * FROM sent')
        self._con.unregister("sent")

    def drop(self, name: str) -> None:
        self._con.execute(f'DROP TABLE "{name}"')

    def kinds(self, query: str) -> dict[str, Kind]:
        described = self._con.execute(f"DESCRIBE {query}").fetchall()
        return {row[0]: "number" if row[1].startswith("DECIMAL") else _KINDS.get(row[1], "other") for row in described}

    def ask(self, query: str) -> pa.Table:
        self._statements.append(query)
        found = self._con.sql(query).to_arrow_table()
        cells = [pc.cast(cell, EXACT) if pa.types.is_decimal(cell.type) else cell for cell in found.columns]
        return pa.table(cells, names=found.column_names)

    def close(self) -> None:
        self._con.close()

    def _do(self, statement: str) -> None:
        self._statements.append(statement)
        self._con.execute(statement)
