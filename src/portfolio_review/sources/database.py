"""A `query` that runs on a database (`connection: env:NAME`), streamed to Parquet through Ibis.

The address comes from the environment and stands in no message: of a connection that does not come about
nothing is repeated, for what a driver cannot parse it quotes, and what it says later is searched for parts first.
"""

from __future__ import annotations

import os
from typing import Any

from portfolio_review.errors import Fault
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.files import digest
from portfolio_review.sources.model import Input
from portfolio_review.sources.parquet import rows
from portfolio_review.sources.raw import ROW, Raw, Refused, columns_of
from portfolio_review.sources.secrets import blotted

_BATCH = 100_000


def read_database(engine: Engine, table: str, connection: str, query: str) -> Raw:
    """The rows of `query`, in sorted order. Raises `Refused` when the driver, the variable or the query fails."""
    variable = connection.removeprefix("env:")
    address = os.environ.get(variable)
    if not address:
        raise Refused(
            _fault(
                table, connection, f"the environment variable {variable} is not set",
                f"Set {variable} to the connection string, for instance postgres://user:password@host/database",
            )
        )  # fmt: skip
    try:
        import ibis
    except ImportError:
        raise Refused(
            _fault(
                table, connection, "connections need Ibis, which is not installed",
                "Install it with the driver of the database, for instance pip install 'ibis-framework[postgres]'",
            )
        ) from None  # fmt: skip
    opened = _connected(ibis, table, connection, address)
    part = engine.scratch / f"{table}.database.parquet"
    try:
        import pyarrow.parquet as pq

        reader = opened.sql(query.strip().rstrip(";")).to_pyarrow_batches(chunk_size=_BATCH)
        with pq.ParquetWriter(part, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
    except Exception as error:  # drivers raise their own kinds
        said = blotted(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}", address)
        remedy = f"Correct sources.{table}.query or {variable}"
        raise Refused(_fault(table, connection, f"the query failed: {said}", remedy)) from None
    source = f"read_parquet({text(str(part))})"
    columns = columns_of(engine.reader, source)
    names = dict(zip(reader.schema.names, columns, strict=True))  # DuckDB gives names of its own to those alike
    sorted_part = engine.scratch / f"{table}.sorted.parquet"
    engine.write(
        f"SELECT row_number() OVER () AS {ROW}, {', '.join(map(name, columns))} "
        f"FROM (SELECT * FROM {source} ORDER BY ALL)",
        sorted_part,
    )
    part.unlink()
    relation = f"read_parquet({text(str(sorted_part))})"
    given = Input(table, connection, digest(sorted_part), sorted_part.stat().st_size, rows(engine.reader, sorted_part))
    return Raw(table, "connection", connection, relation, columns, (connection,), (given,), names=names)


def _connected(ibis: Any, table: str, connection: str, address: str) -> Any:
    """The connection. Why there is none is told by the kind of the error alone."""
    variable = connection.removeprefix("env:")
    try:
        return ibis.connect(address)
    except ImportError as error:
        rule = f"the driver of the database is not installed ({error.name or 'see the documentation of Ibis'})"
        remedy = "Install it, for instance pip install 'ibis-framework[postgres]'"
    except Exception as error:  # drivers raise their own kinds
        rule = f"the connection cannot be made ({type(error).__name__})"
        remedy = (
            f"Check {variable}, which is not repeated here: scheme://user:password@host:port/database, with # / ? @ : "
            "and what is no ASCII in the password percent-encoded (# is %23); then host, port, user and rights"
        )
    raise Refused(_fault(table, connection, rule, remedy))


def _fault(table: str, label: str, rule: str, remedy: str) -> Fault:
    return Fault(table, None, rule, 0, remedy, file=label)
