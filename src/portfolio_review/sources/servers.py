"""Servers that answer a query: PostgreSQL, Snowflake, BigQuery (ADBC), SQLite, MySQL and MariaDB, DuckDB.

In: an address and a query. Out: record batches with the columns c0, c1, …, and for each column the form in which its
cells stand there. Every connection only reads; an instant is one in UTC, and the day of one in a query that of the
review's time zone (MySQL: UTC).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote

import pyarrow as pa
import pyarrow.compute as pc

BATCH = 65_536
"""Rows that are in memory at once."""
EXTRAS = {"adbc_driver_postgresql": "postgres", "pymysql": "mysql", "adbc_driver_snowflake": "snowflake",
          "adbc_driver_bigquery": "bigquery", **dict.fromkeys(("pyspark", "grpc", "py4j"), "spark")}  # fmt: skip
"""The extra that installs each driver."""

Form = Literal["as it is", "number", "whole", "date", "time", "instant", "float"]
"""What a cell is, where it is not what its Arrow type says: the text of an exact number, of a whole one, a date, a time
without zone, an instant in UTC, a double."""


class Place(Exception):
    """An address that leads nowhere; says what is wrong with it without repeating any of it."""


@dataclass(frozen=True)
class Column:
    """A column of an answer; `unreadable` says why it cannot be read, and nothing of it is."""

    name: str
    form: Form = "as it is"
    unreadable: str = ""


@dataclass(frozen=True)
class Answer:
    """Columns, and their rows as they come; what is seen only then is added to `unreadable`, by column."""

    columns: tuple[Column, ...]
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    unreadable: dict[int, str]


Ask = Callable[[str], Answer]


Opened = tuple[Any, Callable[[Any, ExitStack, str], Answer]]


@contextmanager
def connected(address: SplitResult, timezone: str, memory_gb: float) -> Iterator[Ask]:
    """A connection that answers queries. Raises `Place`, ImportError, or whatever the driver does."""
    connection, ask = _SERVERS[address.scheme](address, timezone, memory_gb)
    with closing(connection), ExitStack() as open_cursors:
        yield partial(ask, connection, open_cursors)


def _file(address: SplitResult) -> Path:
    """The file of a database that is one: `sqlite:///relative/to/the/review.db`, `sqlite:////from/the/root.db`."""
    path = Path(unquote(address.path[1:]))
    if address.netloc or address.query or not path.is_file():
        raise Place(f"no file lies where it says: {address.scheme}:/// and the path from the review file, no options")
    return path


# PostgreSQL, Snowflake, BigQuery

_NATIVE = {"bool", "int2", "int4", "int8", "float4", "float8", "date", "timestamp", "timestamptz", "text", "varchar",
           "bpchar", "name", "numeric"}  # fmt: skip
"""Types of PostgreSQL that the driver gives as they are; others are asked for as the text that the server writes."""


def _postgres(address: SplitResult, timezone: str, _memory_gb: float) -> Opened:
    from adbc_driver_postgresql import dbapi

    connection = dbapi.connect(address.geturl())
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"SET LOCAL TIME ZONE '{timezone}'")
    return connection, _ask_postgres


def _ask_postgres(connection: Any, open_cursors: ExitStack, query: str) -> Answer:
    cursor = open_cursors.enter_context(connection.cursor())
    columns, cells = [], []
    for at, field in enumerate(cursor.adbc_execute_schema(query)):
        kind = field.metadata[b"POSTGRESQL:type"].decode()
        form: Form = "number" if kind in ("numeric", "money") else "as it is"
        columns.append(Column(field.name, form))
        cast = "" if kind in _NATIVE else "::numeric" if kind == "money" else "::text"
        cells.append(f"c{at}{cast} AS c{at}")
    names = ", ".join(f"c{at}" for at in range(len(columns)))
    cursor.execute(f"SELECT {', '.join(cells)} FROM (\n{query}\n) AS answer({names})")
    return _of_arrow(cursor.fetch_record_batch(), columns, infinite=True)


_EPOCH = {32: 10_957, 64: 946_684_800_000_000}
"""The day 2000-01-01, from which PostgreSQL counts, in days and microseconds since 1970."""


def _with_infinity(cell: pa.Array) -> pa.Array:
    """The days or times of PostgreSQL with its infinities as Arrow and DuckDB write them.

    The driver moves the greatest and the least number by the epoch as if they were days: the one goes over.
    """
    bits = cell.type.bit_width
    numbers = cell.view(f"int{bits}")
    most, over = 2 ** (bits - 1) - 1, _EPOCH[bits] - 1 - 2 ** (bits - 1)
    if not len(cell) or (pc.min(numbers).as_py() or 0) > over + 1:
        return cell
    infinite = pc.if_else(pc.equal(numbers, over), most, -most)
    return pc.if_else(pc.less_equal(numbers, over + 1), infinite.cast(numbers.type), numbers).view(cell.type)


def _snowflake(address: SplitResult, _timezone: str, _memory_gb: float) -> Opened:
    from adbc_driver_snowflake import dbapi

    return dbapi.connect(address.geturl().partition("://")[2]), _ask_adbc


def _bigquery(address: SplitResult, _timezone: str, _memory_gb: float) -> Opened:
    from adbc_driver_bigquery import dbapi

    given = {"project_id": address.netloc, "dataset_id": address.path.strip("/")}
    return dbapi.connect({f"adbc.bigquery.sql.{key}": value for key, value in given.items() if value}), _ask_adbc


def _ask_adbc(connection: Any, open_cursors: ExitStack, query: str) -> Answer:
    cursor = open_cursors.enter_context(connection.cursor())
    cursor.execute(query)
    reader = cursor.fetch_record_batch()
    return _of_arrow(reader, [Column(field.name) for field in reader.schema])


def _of_arrow(reader: pa.RecordBatchReader, columns: list[Column], infinite: bool = False) -> Answer:
    """An answer of batches in which what no table holds (lists, bytes) is left out, and wide decimals are text."""
    wanted, found = [], []
    for at, (column, field) in enumerate(zip(columns, reader.schema, strict=True)):
        kind = getattr(field.type, "storage_type", field.type)
        if pa.types.is_decimal256(kind):
            column, kind = Column(column.name, "number"), pa.string()
        elif pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_interval(kind):
            column, kind = Column(column.name, unreadable=f"holds values of the type {field.type}"), pa.null()
        wanted.append(pa.field(f"c{at}", kind))
        found.append(column)
    schema = pa.schema(wanted)
    return Answer(tuple(found), schema, (_cast(batch, schema, infinite) for batch in reader), {})


def _cast(batch: pa.RecordBatch, schema: pa.Schema, infinite: bool) -> pa.RecordBatch:
    cells = []
    for cell, field in zip(batch.columns, schema, strict=True):
        cell = getattr(cell, "storage", cell)
        if pa.types.is_null(field.type):
            cell = pa.nulls(len(cell))
        elif infinite and pa.types.is_temporal(field.type):
            cell = _with_infinity(cell)
        cells.append(cell.cast(field.type))
    return pa.RecordBatch.from_arrays(cells, schema=schema)


# DuckDB

_PLAIN = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*|DATE|TIMESTAMP.*|VARCHAR")


def _duckdb(address: SplitResult, timezone: str, memory_gb: float) -> Opened:
    import duckdb

    connection = duckdb.connect(
        str(_file(address)), read_only=True,
        config={"memory_limit": f"{memory_gb * 1000:.0f}MB", "threads": 1, "python_enable_replacements": False},
    )  # fmt: skip
    for setting in (f"TimeZone = '{timezone}'", "enable_external_access = false", "lock_configuration = true"):
        connection.execute(f"SET {setting}")
    return connection, _ask_duckdb


def _ask_duckdb(connection: Any, _open_cursors: ExitStack, query: str) -> Answer:
    columns, cells = [], []
    for at, (name, kind, *_) in enumerate(connection.execute(f"DESCRIBE (\n{query}\n)").fetchall()):
        wide = kind in ("HUGEINT", "UHUGEINT")
        columns.append(Column(name, "number" if wide else "as it is"))
        cells.append(f"c{at}" if _PLAIN.fullmatch(kind) else f"CAST(c{at} AS VARCHAR) AS c{at}")
    names = ", ".join(f"c{at}" for at in range(len(columns)))
    found = connection.sql(f"SELECT {', '.join(cells)} FROM (\n{query}\n) AS answer({names})")
    return _of_arrow(found.to_arrow_reader(BATCH), columns)


# SQLite

_TYPES = {"integer": pa.int64(), "real": pa.float64(), "text": pa.string()}


def _sqlite(address: SplitResult, _timezone: str, _memory_gb: float) -> Opened:
    connection = sqlite3.connect(f"file:{quote(str(_file(address)))}?mode=ro", uri=True)
    connection.execute("PRAGMA schema_version")  # looks at the file for the first time
    return connection, _ask_sqlite


def _ask_sqlite(connection: Any, _open_cursors: ExitStack, query: str) -> Answer:
    """Cells of SQLite have a type each: one column may hold several, and only all of its cells tell which."""
    names = [described[0] for described in connection.execute(f"SELECT * FROM (\n{query}\n) LIMIT 0").description]
    cells = [f"c{at}" for at in range(len(names))]
    answer = f"WITH answer({', '.join(cells)}) AS (\n{query}\n)"
    kinds = [f"max(typeof({cell}) = '{kind}')" for cell in cells for kind in (*_TYPES, "blob")]
    if not connection.in_transaction:
        connection.execute("BEGIN")  # so that both see the same
    there = connection.execute(f"{answer} SELECT {', '.join(kinds)} FROM answer").fetchone()
    columns, types, wanted = [], [], []
    for at, cell in enumerate(cells):
        whole, real, text, blob = there[4 * at : 4 * at + 4]
        columns.append(Column(names[at], unreadable="holds values of the type BLOB" if blob else ""))
        kind = "text" if text else "real" if real else "integer" if whole else ""
        types.append(pa.null() if blob or not kind else _TYPES[kind])
        wanted.append("NULL" if blob else f"CAST({cell} AS {kind})" if kind and whole + real + text > 1 else cell)
    schema = pa.schema([pa.field(cell, kind) for cell, kind in zip(cells, types, strict=True)])
    rows = connection.execute(f"{answer} SELECT {', '.join(wanted)} FROM answer")
    return Answer(tuple(columns), schema, _batches(rows, schema, {}), {})


def _batches(cursor: Any, schema: pa.Schema, unreadable: dict[int, str]) -> Iterator[pa.RecordBatch]:
    """Rows of a driver of Python's own kind, as batches; bytes among texts make their column unreadable."""
    while rows := cursor.fetchmany(BATCH):
        cells = []
        for at, (field, column) in enumerate(zip(schema, zip(*rows, strict=True), strict=True)):
            if at not in unreadable and any(type(cell) is bytes for cell in column):
                unreadable[at] = "holds bytes"
            cells.append(pa.nulls(len(rows), field.type) if at in unreadable else pa.array(column, field.type))
        yield pa.RecordBatch.from_arrays(cells, schema=schema)


# MySQL, MariaDB

_OPTIONS = {"ssl_ca", "ssl_cert", "ssl_key", "unix_socket"}
_FLAGS = {"ssl_verify_cert", "ssl_verify_identity"}


def _mysql(address: SplitResult, _timezone: str, _memory_gb: float) -> Opened:
    import pymysql.converters
    import pymysql.cursors

    options: dict[str, Any] = {}
    for option, value in parse_qsl(address.query, keep_blank_values=True):
        if option in _FLAGS and value in ("true", "false"):
            options[option] = value == "true"
        elif option in _OPTIONS:
            options[option] = value
        else:
            known = ", ".join((*sorted(_OPTIONS), *(f"{one}=true" for one in sorted(_FLAGS))))
            raise Place(f"it has an option that is not known; known are {known}")
    connection = pymysql.connect(
        host=address.hostname or "localhost", port=address.port or 3306, user=unquote(address.username or ""),
        password=unquote(address.password or ""), database=unquote(address.path[1:]) or None, charset="utf8mb4",
        conv=pymysql.converters.encoders, cursorclass=pymysql.cursors.SSCursor,
        init_command="SET time_zone = '+00:00'", **options,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")  # CREATE and DROP end a transaction before they begin
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
    return connection, _ask_mysql


def _ask_mysql(connection: Any, _open_cursors: ExitStack, query: str) -> Answer:
    from pymysql.constants import FIELD_TYPE as TYPE

    forms: dict[int, Form] = {
        **dict.fromkeys((TYPE.DECIMAL, TYPE.NEWDECIMAL), "number"),
        **dict.fromkeys((TYPE.TINY, TYPE.SHORT, TYPE.INT24, TYPE.LONG, TYPE.LONGLONG, TYPE.YEAR), "whole"),
        **dict.fromkeys((TYPE.FLOAT, TYPE.DOUBLE), "float"),
        **dict.fromkeys((TYPE.DATE, TYPE.NEWDATE), "date"), TYPE.DATETIME: "time", TYPE.TIMESTAMP: "instant",
    }  # fmt: skip
    cursor = connection.cursor()
    cursor.execute(query)
    columns = tuple(Column(one[0], forms.get(one[1], "as it is")) for one in cursor.description or ())
    schema = pa.schema([pa.field(f"c{at}", pa.string()) for at in range(len(columns))])
    unreadable: dict[int, str] = {}
    return Answer(columns, schema, _batches(cursor, schema, unreadable), unreadable)


_SERVERS = {
    "postgresql": _postgres, "postgres": _postgres, "sqlite": _sqlite, "mysql": _mysql, "mariadb": _mysql,
    "duckdb": _duckdb, "snowflake": _snowflake, "bigquery": _bigquery,
}  # fmt: skip
SCHEMES = tuple(_SERVERS)
