"""Transactions that stay where they are: read, coded and left out by statements on the engine of the review file.

    pr_base   the user's query with his expressions, in the server's own SQL: cell_<column>, judged (`where`)
    pr_read   one row each: cells of ids, date, exact money, order, kept and open (see `mapping`)
    pr_map_*  ours: a text of an id and its code, where dictionaries gave one (see `coding`)
    pr_coded  rows with codes, and the bucket of the reason for which one is left out (0: it counts)
    pr_rows   the same once strays and duplicates are told

All but the first two are written once in DuckDB's SQL and translated by SQLGlot. The steps are kept beside the
dictionaries, so that cutting slices takes them again in a session of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_review.errors import DataRefusedError
from portfolio_review.sources import database, secrets, sessions
from portfolio_review.sources.engine import stored
from portfolio_review.sources.model import TRANSACTIONS, Sources
from portfolio_review.sources.raw import ROW, Refused
from portfolio_review.sources.servers import Place
from portfolio_review.sources.sessions import Kind, Session

_STEPS = "engine.json"
ENGINE = "engine.connection"


def translated(query: str, dialect: str) -> str:
    """DuckDB's SQL as an engine writes it."""
    import sqlglot

    return str(sqlglot.transpile(query, read="duckdb", write=dialect, identify=True)[0])


class Elsewhere:
    """A session on an engine, with the steps that lead to its rows."""

    def __init__(self, session: Session, connection: str, timezone: str) -> None:
        self.session = session
        self.connection = connection
        self.timezone = timezone
        self._steps: list[dict[str, str]] = []

    def own(self, name: str, query: str) -> None:
        """A view of a query in the engine's own SQL."""
        self._do("view", name, query)

    def view(self, name: str, query: str) -> None:
        self._do("view", name, translated(query, self.session.dialect))

    def table(self, name: str, query: str) -> None:
        self._do("table", name, translated(query, self.session.dialect))

    def send(self, name: str, path: Path) -> None:
        """A table from a Parquet file beside the dictionaries."""
        self._do("send", name, path.name, path.parent)

    def upload(self, name: str, found: pa.Table) -> None:
        self.session.upload(name, found)

    def drop(self, name: str) -> None:
        self._steps.append({"do": "drop", "name": name, "sql": ""})
        self.session.drop(name)

    def ask(self, query: str) -> pa.Table:
        with self.told():
            return self.session.ask(translated(query, self.session.dialect))

    def kinds(self, name: str) -> dict[str, Kind]:
        """The columns of a view or table."""
        with self.told():
            return self.session.kinds(translated(f"SELECT * FROM {name}", self.session.dialect))

    def quoted(self, name: str) -> str:
        """A name as the engine's own SQL quotes it."""
        import sqlglot

        return str(sqlglot.exp.to_identifier(name, quoted=True).sql(dialect=self.session.dialect))

    def keep(self, folder: Path, rows: int) -> None:
        """Write the steps beside the dictionaries, with the number of rows that they lead to."""
        found = {"connection": self.connection, "timezone": self.timezone, "rows": rows, "steps": self._steps}
        (folder / _STEPS).write_text(json.dumps(found), encoding="utf-8")

    def again(self, folder: Path) -> None:
        """Take the steps of a folder. `DataRefusedError` where they lead to other rows than when they were kept."""
        kept = json.loads((folder / _STEPS).read_text(encoding="utf-8"))
        for step in kept["steps"]:
            self._do(step["do"], step["name"], step["sql"], folder)
        rows = self.ask("SELECT count(*) AS n FROM pr_rows")["n"][0].as_py()
        if rows != kept["rows"]:
            raise DataRefusedError(
                f"the transactions changed on {self.connection} while the review was made: {kept['rows']:,} rows were "
                f"read, now there are {rows:,}; run it again"
            )

    def _do(self, what: str, name: str, sql: str, folder: Path | None = None) -> None:
        self._steps.append({"do": what, "name": name, "sql": sql})
        with self.told():
            if what == "view":
                self.session.view(name, sql)
            elif what == "table":
                self.session.table(name, sql)
            elif what == "drop":
                self.session.drop(name)
            else:
                assert folder is not None
                self.session.upload(name, pq.read_table(folder / sql))

    @contextmanager
    def told(self) -> Iterator[None]:
        """What the engine says of a statement, without its address."""
        with database.answering(TRANSACTIONS, self.connection, _address(self.connection), "sources.transactions"):
            yield


def _address(connection: str) -> str:
    return secrets.address(connection.removeprefix("env:")) or ""


@contextmanager
def session(connection: str, timezone: str) -> Iterator[Elsewhere]:
    """A session on the engine of a review file; raises `Refused`."""
    variable = connection.removeprefix("env:")
    with database.opening(ENGINE, connection):
        address = _address(connection)
        if not address:
            raise Place(f"the environment variable {variable} is not set")
        opened_session = sessions.opened(address, timezone)
    try:
        yield Elsewhere(opened_session, connection, timezone)
    finally:
        opened_session.close()


@contextmanager
def opened(sources: Sources) -> Iterator[Elsewhere | None]:
    """A session in which the transactions of `sources` are `pr_rows`; None where they lie in files.

    Raises `DataRefusedError` when the engine does not answer, or its rows are others now.
    """
    folder = sources.folder / TRANSACTIONS
    if not (folder / _STEPS).exists():
        yield None
        return
    kept = json.loads((folder / _STEPS).read_text(encoding="utf-8"))
    try:
        with session(kept["connection"], kept["timezone"]) as server:
            server.again(folder)
            yield server
    except Refused as refused:
        raise DataRefusedError("the engine does not answer", list(refused.faults)) from None


@dataclass(frozen=True)
class Reading:
    """Which columns are read, each with its expression in the engine's own SQL."""

    expressions: dict[str, str]
    where: str | None
    currencies: tuple[str, ...] = ()
    """Columns of the source that are named like a currency and that no amount is made with."""

    def base(self, server: Elsewhere, query: str) -> str:
        """SQL, the engine's own, of `pr_base`."""
        cells = [f"(\n{written}\n) AS {server.quoted(f'cell_{name}')}" for name, written in self.expressions.items()]
        kind = translated_type("VARCHAR", server)
        cells += [
            f"CAST({server.quoted(column)} AS {kind}) AS {server.quoted(f'currency_{at}')}"
            for at, column in enumerate(self.currencies)
        ]
        if self.where is not None:
            cells.append(f"(\n{self.where}\n) AS {server.quoted('judged')}")
        return f"SELECT {', '.join(cells)} FROM (\n{query}\n) AS source"

    def rows(self) -> str:
        """SQL of `pr_read`."""
        cells = [f"cell_{name}" for name in self.expressions if name not in ("date", "revenue", "margin", "order_id")]
        cells += ["cell_date AS moment", "CAST(cell_date AS DATE) AS date"]
        cells += [f"{_amount(name)} AS {name}" for name in ("revenue", "margin") if name in self.expressions]
        cells += [
            f"cell_{name} IS NOT NULL AS given_{name}" for name in ("revenue", "margin") if name in self.expressions
        ]
        cells += ["CAST(cell_order_id AS VARCHAR) AS order_id"] * ("order_id" in self.expressions)
        cells += [f"currency_{at}" for at in range(len(self.currencies))]
        kept, is_open = "1", "1"
        if self.where is not None:
            kept, is_open = "CASE WHEN judged THEN 1 ELSE 0 END", "CASE WHEN NOT judged THEN 0 ELSE 1 END"
        return f"SELECT {', '.join(cells)}, {kept} AS kept, {is_open} AS not_removed FROM pr_base"


def translated_type(kind: str, server: Elsewhere) -> str:
    """A type as the engine's own SQL names it."""
    return translated(f"SELECT CAST(x AS {kind})", server.session.dialect).rpartition(" AS ")[2].rstrip(")")


_LARGEST = "1000000000000000"
MONEY = "DECIMAL(24, 6)"


def _amount(name: str) -> str:
    """SQL of an exact amount; null where it is none, or too large."""
    cell = f"cell_{name}"
    return f"CASE WHEN {cell} > -{_LARGEST} AND {cell} < {_LARGEST} THEN CAST({cell} AS {MONEY}) END"


def write(found: pa.Table, path: Path) -> str:
    """An answer as a Parquet file, and the SQL that reads it."""
    pq.write_table(found, path)
    return stored(path)


def columns_of(written: str, dialect: str) -> list[str]:
    """The columns of the source that an expression names, each once."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(f"SELECT (\n{written}\n)", read=dialect)
    return list(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def numbered(found: pa.Table) -> pa.Table:
    """Rows with numbers from 1, as `ROW`."""
    return found.append_column(ROW, pa.array(range(1, len(found) + 1), pa.int64()))
