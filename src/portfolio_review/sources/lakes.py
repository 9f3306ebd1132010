"""Tables of Delta and Iceberg, by deltalake and pyiceberg: opened at one version, streamed to Parquet, sorted."""

from __future__ import annotations

import dataclasses
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_review.review import Source
from portfolio_review.review.source import scheme_of
from portfolio_review.sources import remote
from portfolio_review.sources.engine import Engine, name, stored
from portfolio_review.sources.objects import plain_http
from portfolio_review.sources.parquet import sorted_rows
from portfolio_review.sources.raw import Raw, columns_of, distinct_names
from portfolio_review.sources.remote import MOST_GB, Unreachable


@dataclass(frozen=True)
class Lake:
    """A table at one version; `rows` streams it."""

    source: Source
    label: str
    """As the review file names it."""
    version: str
    """The table's own id and, behind a colon, the version of Delta or the snapshot of Iceberg."""
    rows: Callable[[], pa.RecordBatchReader]


def open_lake(source: Source, base: Path) -> Lake:
    """Open the table of a source at the version that it has now; raises `Unreachable`."""
    with _answering(source):
        return _delta(source, base) if source.delta else _iceberg(source)


def read_lake(engine: Engine, table: str, lake: Lake) -> Raw:
    """The rows of the table, in sorted order; raises `Unreachable`."""
    part = engine.scratch / f"{table}.lake.parquet"
    with _answering(lake.source):
        reader = lake.rows()
        with pq.ParquetWriter(part, reader.schema, compression="lz4") as writer:
            for batch in reader:
                writer.write_batch(batch)
                if part.stat().st_size > MOST_GB * 1e9:
                    raise Unreachable(f"it has more than {MOST_GB:g} GB, which is the most that is fetched")
    columns = columns_of(engine, stored(part))
    names = distinct_names(reader.schema.names)
    cells = ", ".join(f"{name(theirs)} AS {name(ours)}" for theirs, ours in zip(columns, names.values(), strict=True))
    raw = sorted_rows(engine, table, "lake", lake.label, part, cells, lake.version)
    return dataclasses.replace(raw, names=names)


def _delta(source: Source, base: Path) -> Lake:
    from deltalake import DeltaTable, QueryBuilder

    written = source.delta or ""
    if scheme_of(written):
        settings = remote.settings(source)
        options = {**settings, **({"allow_http": "true"} if plain_http(settings) else {})}
        found = DeltaTable(written, storage_options=options)
    else:
        found = DeltaTable(str(base / written))

    def rows() -> pa.RecordBatchReader:
        # the log's own reader: rows that are deleted, columns that were renamed
        query: Any = QueryBuilder().register("lake", found).execute("SELECT * FROM lake")
        return pa.RecordBatchReader.from_stream(query)

    return Lake(source, written, f"{found.metadata().id}:{found.version()}", rows)


def _iceberg(source: Source) -> Lake:
    from pyiceberg.catalog import load_catalog

    written = source.iceberg or ""
    settings = {"name": "default", **remote.settings(source)}  # a catalog in a database keeps its tables by its name
    table = load_catalog(**settings).load_table(written)
    snapshot = table.current_snapshot()
    version = str(snapshot.snapshot_id) if snapshot else "empty"

    def rows() -> pa.RecordBatchReader:
        return table.scan(snapshot_id=snapshot.snapshot_id if snapshot else None).to_arrow_batch_reader()

    return Lake(source, written, f"{table.metadata.table_uuid}:{version}", rows)


@contextmanager
def _answering(source: Source) -> Iterator[None]:
    """Turn the errors of the libraries into `Unreachable`, which repeats none of their words."""
    extra = "delta" if source.delta else "iceberg"
    try:
        yield
    except Unreachable:
        raise
    except ImportError as error:
        said = f"its library is not installed ({(error.name or extra).partition('.')[0]})"
        raise Unreachable(f"{said}: pip install 'portfolio-review[{extra}]'") from None
    except Exception as error:  # the libraries have kinds of their own
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise remote.why(error, remote.keys(source)) from None
