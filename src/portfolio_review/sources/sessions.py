"""Sessions on engines that reduce transactions where they lie: PostgreSQL by ADBC, Spark (Connect or one of its own).

In: an address. Out: statements run in the engine's own SQL, their answers as Arrow tables, and tables of a session
alone, which end with it. Texts are compared byte by byte, a day is one of the review's time zone.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar, Literal, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from portfolio_review.sources.servers import Place

Kind = Literal["text", "whole", "number", "float", "date", "time", "instant", "truth", "other"]
EXACT = pa.decimal128(38, 6)
"""Sums of amounts, as both the embedded engine and these have them."""


class Session(Protocol):
    """What an engine must do; `dialect` is its name in SQLGlot."""

    dialect: str

    def table(self, name: str, query: str) -> None:
        """Put the answer of a query down as a table of this session."""

    def view(self, name: str, query: str) -> None:
        """Name a query for this session."""

    def upload(self, name: str, found: pa.Table) -> None:
        """A table of this session from rows of ours."""

    def drop(self, name: str) -> None: ...

    def kinds(self, query: str) -> dict[str, Kind]:
        """The columns of a query's answer, which is not computed."""

    def ask(self, query: str) -> pa.Table:
        """The answer of a query, exact numbers with six decimals."""

    def close(self) -> None: ...


def opened(address: str, timezone: str) -> Session:
    """A session at an address. Raises `Place`, ImportError, or whatever the driver does."""
    scheme = address.partition("://")[0].partition("+")[0].lower()
    if scheme not in _ENGINES:
        raise Place(f"an engine's address begins with one of {', '.join(f'{one}://' for one in _ENGINES)}")
    try:
        import sqlglot  # noqa: F401  # where it is missing that is told before anything is connected
    except ImportError:
        raise ImportError(name="pyspark" if _ENGINES[scheme] is Spark else "adbc_driver_postgresql") from None
    return _ENGINES[scheme](f"{scheme}://{address.partition('://')[2]}", timezone)


class PostgreSql:
    """A transaction that sees the data of one moment and is never committed: its temporary tables go with it."""

    dialect = "postgres"
    _KINDS: ClassVar[dict[str, Kind]] = {
        **dict.fromkeys(("text", "varchar", "bpchar", "name"), "text"),
        **dict.fromkeys(("int2", "int4", "int8"), "whole"),
        **dict.fromkeys(("float4", "float8"), "float"), "numeric": "number", "money": "number", "date": "date",
        "timestamp": "time", "timestamptz": "instant", "bool": "truth",
    }  # fmt: skip

    def __init__(self, address: str, timezone: str) -> None:
        from adbc_driver_postgresql import dbapi

        self._connection = dbapi.connect(address)
        self._run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self._run(f"SET LOCAL TIME ZONE '{timezone}'")

    def table(self, name: str, query: str) -> None:
        self._run(f'CREATE TEMPORARY TABLE "{name}" AS {query}')
        self._run(f'ANALYZE "{name}"')

    def view(self, name: str, query: str) -> None:
        self._run(f'CREATE TEMPORARY VIEW "{name}" AS {query}')

    def upload(self, name: str, found: pa.Table) -> None:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(name, found, mode="create", temporary=True)
        self._run(f'ANALYZE "{name}"')

    def drop(self, name: str) -> None:
        self._run(f'DROP TABLE "{name}" CASCADE')

    def kinds(self, query: str) -> dict[str, Kind]:
        with self._connection.cursor() as cursor:
            schema = cursor.adbc_execute_schema(query)
        return {field.name: self._KINDS.get(field.metadata[b"POSTGRESQL:type"].decode(), "other") for field in schema}

    def ask(self, query: str) -> pa.Table:
        kinds = self.kinds(query)
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            found = cursor.fetch_arrow_table()
        cells = [
            _exact(_plain(cell)) if kind == "number" else _plain(cell)
            for cell, kind in zip(found.columns, kinds.values(), strict=True)
        ]
        return pa.table(cells, names=list(kinds))

    def close(self) -> None:
        self._connection.close()

    def _run(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)


def _plain(cell: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells without the wrapping of a type that Arrow does not know."""
    kind = getattr(cell.type, "storage_type", None)
    return cell if kind is None else pa.chunked_array([chunk.storage for chunk in cell.chunks], kind)


def _exact(cell: pa.ChunkedArray) -> pa.ChunkedArray:
    """Exact numbers, which the driver gives as text; what has more than six decimals loses them as amounts do."""
    if pa.types.is_string(cell.type):
        numbers = [None if one is None else round(Decimal(one), 6) for one in cell.to_pylist()]
        return pa.chunked_array([pa.array(numbers, EXACT)])
    return pc.cast(cell, EXACT)


class Spark:
    """A session of Spark: `sc://host:port` by Connect, `spark://local[2]` or `spark://host:port` by one of its own."""

    dialect = "spark"
    _KINDS: ClassVar[dict[str, Kind]] = {
        "string": "text", **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "whole"),
        **dict.fromkeys(("float", "double"), "float"), "date": "date", "timestamp_ntz": "time", "timestamp": "instant",
        "boolean": "truth",
    }  # fmt: skip

    def __init__(self, address: str, timezone: str) -> None:
        with _without_warnings():
            self._session = _spark(address)
        self._cached: dict[str, Any] = {}
        self._session.conf.set("spark.sql.session.timeZone", timezone)
        self._session.conf.set("spark.sql.ansi.enabled", "true")

    def table(self, name: str, query: str) -> None:
        frame = self._session.sql(query).persist()
        frame.count()  # computed now, while what it is made of is there
        frame.createOrReplaceTempView(name)
        self._cached[name] = frame

    def view(self, name: str, query: str) -> None:
        self._session.sql(query).createOrReplaceTempView(name)

    def upload(self, name: str, found: pa.Table) -> None:
        if not len(found):  # Connect takes none of no rows
            kinds = {field.name: "BIGINT" if pa.types.is_integer(field.type) else "STRING" for field in found.schema}
            cells = ", ".join(f"CAST(NULL AS {kind}) AS `{column}`" for column, kind in kinds.items())
            self.view(name, f"SELECT {cells} WHERE 1 = 0")
            return
        with _without_warnings():
            self._session.createDataFrame(found).createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        """Its memory alone: Connect looks a view up by name whenever what is made of it is asked for."""
        if name in self._cached:
            self._cached.pop(name).unpersist()

    def kinds(self, query: str) -> dict[str, Kind]:
        fields = self._session.sql(query).schema.fields
        return {
            field.name: "number" if kind.startswith("decimal") else self._KINDS.get(kind, "other")
            for field in fields
            for kind in [field.dataType.simpleString()]
        }

    def ask(self, query: str) -> pa.Table:
        with _without_warnings():
            found = self._session.sql(query).toArrow()
        cells = [pc.cast(cell, EXACT) if pa.types.is_decimal(cell.type) else _plain(cell) for cell in found.columns]
        return pa.table(cells, names=found.column_names)

    def close(self) -> None:
        for name in list(self._cached):
            self.drop(name)
        self._session.stop()


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Spark warns of releases of pandas, which no row of ours meets, and of the loopback address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _spark(address: str) -> Any:
    """A session of Spark. Connect keeps the address, which may hold a token, in no variable of the environment."""
    if address.startswith("sc://"):
        from pyspark.sql.connect.session import SparkSession as Connected

        before = dict(os.environ)
        try:
            return Connected.builder.remote(address).create()
        finally:
            for name in set(os.environ) - set(before):
                del os.environ[name]
    from pyspark.sql import SparkSession

    here = address.removeprefix("spark://")
    master = here if here.startswith("local") else address
    builder = SparkSession.builder.master(master).appName("portfolio-review")
    settings: dict[str, bool | float | int | str | None] = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF",
    }  # fmt: skip
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings["spark.sql.shuffle.partitions"] = "4"  # 200 by default: those of a cluster
    return builder.config(map=settings).getOrCreate()


_ENGINES: dict[str, Callable[[str, str], Session]] = {
    "postgresql": PostgreSql, "postgres": PostgreSql, "sc": Spark, "spark": Spark,
}  # fmt: skip
