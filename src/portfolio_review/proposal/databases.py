"""The tables of a database as tables that were looked at; the job of a child process that is told the address."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import urlsplit

from portfolio_review.errors import DataRefusedError, Fault
from portfolio_review.proposal import profile
from portfolio_review.proposal.looking import MOST_TABLES
from portfolio_review.proposal.tables import Looked, Seen, links
from portfolio_review.review import FileOptions, Source
from portfolio_review.sources import secrets
from portfolio_review.sources.database import read_database
from portfolio_review.sources.engine import Engine, open_engine, stored
from portfolio_review.sources.raw import Raw, Refused
from portfolio_review.sources.reading import STAGE

MOST_ROWS = 200_000
"""Rows of a table that are looked at; of more only the first are."""
_TABLE = "transactions"
_SYSTEM = "('information_schema', 'pg_catalog', 'mysql', 'performance_schema', 'sys', 'INFORMATION_SCHEMA')"
_OF_SCHEMA = (
    f"select table_schema as s, table_name as n from information_schema.tables where table_schema not in {_SYSTEM}"
)
_LISTS = {
    "sqlite": "select 'main' as s, name as n from sqlite_master where type in ('table', 'view') "
    "and name not like 'sqlite!_%' escape '!'",
    "mysql": "select table_schema as s, table_name as n from information_schema.tables where table_schema = database()",
}
"""The query for the tables, where it is not the general one."""
_PLAIN_SCHEMAS = ("main", "public")


def look(connection: str, folder: Path) -> Seen:
    """Every table that the database shows; raises `DataRefusedError` where it does not answer or has none."""
    address = secrets.address(connection.removeprefix("env:")) or ""
    scheme = urlsplit(address).scheme.partition("+")[0].lower().replace("mariadb", "mysql")
    quote = "`" if scheme in ("mysql", "bigquery") else '"'
    engine = open_engine(folder, [], "UTC", None)
    found: list[tuple[Looked, Raw]] = []
    passed: list[str] = []
    try:
        (engine.scratch / STAGE).write_text(f"{connection} was read", encoding="utf-8")
        try:
            names = _names(engine, connection, _LISTS.get(scheme, _OF_SCHEMA))
        except Refused as refused:
            raise DataRefusedError(
                "the database cannot be looked at", [_plain(one) for one in refused.faults]
            ) from None
        if len(names) > MOST_TABLES:
            passed.append(f"{connection}: only the first {MOST_TABLES} of {len(names)} tables are looked at")
        for number, (schema, name) in enumerate(names[:MOST_TABLES]):
            parts = [name] if schema in _PLAIN_SCHEMAS or scheme == "mysql" else [schema, name]
            place = ".".join(f"{quote}{one.replace(quote, 2 * quote)}{quote}" for one in parts)
            try:
                raw = _read(engine, connection, f"select * from {place} limit {MOST_ROWS}", number)
            except Refused as refused:
                passed += [str(_plain(one)) for one in refused.faults]
                continue
            columns = profile.columns(engine, raw)
            rows = columns[0].rows if columns else 0
            notes = (f"only the first {rows:,} rows were looked at",) if rows == MOST_ROWS else ()
            looked = Looked(name, place, FileOptions(), rows, columns, notes, whole=rows < MOST_ROWS)
            found.append((looked, raw))
        if not found:
            raise DataRefusedError(
                f"{connection}: no table can be read there" + "".join(f"\n  {one}" for one in passed)
            )
        return Seen(tuple(one for one, _ in found), links(engine, found), tuple(passed), connection, quote)
    finally:
        engine.close()


def _names(engine: Engine, connection: str, query: str) -> list[tuple[str, str]]:
    raw = _read(engine, connection, query, -1)
    return sorted(
        engine.reader.execute(f"SELECT CAST(s AS VARCHAR), CAST(n AS VARCHAR) FROM {raw.relation}").fetchall()
    )


def _read(engine: Engine, connection: str, query: str, number: int) -> Raw:
    """The rows of a query, in a file of their own: the reader has one for each table of a review alone."""
    raw = read_database(engine, _TABLE, Source(connection=connection, query=query, columns={}))
    path = engine.scratch / f"looked.{number + 1}.parquet"
    engine.write(f"SELECT * FROM {raw.relation}", path)
    return dataclasses.replace(raw, relation=stored(path))


def _plain(fault: Fault) -> Fault:
    return dataclasses.replace(fault, table="data")
