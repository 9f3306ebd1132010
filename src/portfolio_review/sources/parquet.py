"""Parquet files in place: DuckDB scans them, nothing is copied."""

from __future__ import annotations

from pathlib import Path

import duckdb

from portfolio_review.errors import Fault
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.files import Found, digest
from portfolio_review.sources.model import Input
from portfolio_review.sources.raw import ROW, ROWS_PER_FILE, Raw, Refused, printable

_KINDS = {"VARCHAR": "text", "DATE": "a date", "BOOLEAN": "true or false", "BLOB": "bytes"}


def read_parquet(engine: Engine, found: Found) -> Raw:
    """The relation over one file, or over several that have the same columns."""
    columns = _columns(engine, found.table, found.names[0], found.paths[0])
    for other, path in zip(found.names[1:], found.paths[1:], strict=True):
        _same_columns(found, columns, other, _columns(engine, found.table, other, path))
    listed = ", ".join(text(str(path)) for path in found.paths)
    scan = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    described = engine.reader.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    columns = {row[0]: row[1] for row in described}
    number = f"CAST(file_index * {ROWS_PER_FILE} + file_row_number + 1 AS BIGINT) AS {ROW}"
    relation = f"(SELECT {', '.join([number, *map(name, columns)])} FROM {scan})"
    inputs = tuple(
        Input(found.table, label, digest(path), path.stat().st_size, rows(engine.reader, path))
        for label, path in zip(found.names, found.paths, strict=True)
    )
    return Raw(found.table, "parquet", found.label, relation, columns, found.names, inputs)


def rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The number of rows that a Parquet file declares."""
    counted = connection.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({text(str(path))})").fetchall()
    return int(counted[0][0] or 0)


def _columns(engine: Engine, table: str, label: str, path: Path) -> dict[str, str]:
    try:
        described = engine.reader.execute(
            f"DESCRIBE SELECT * FROM read_parquet({text(str(path))}, hive_partitioning = false)"
        ).fetchall()
    except duckdb.Error as error:
        said = printable(str(error).split("\n")[0].replace(str(path), label), 200)
        raise Refused(
            Fault(table, None, f"the file cannot be read as Parquet: {said}", 0, "Export it again", file=label)
        ) from None
    return {row[0]: row[1] for row in described}


def _same_columns(found: Found, first: dict[str, str], label: str, other: dict[str, str]) -> None:
    lacking = [column for column in first if column not in other]
    more = [column for column in other if column not in first]
    differing = [column for column in first if column in other and _kind(first[column]) != _kind(other[column])]
    said = (
        [f"lacks {', '.join(lacking)}"] * bool(lacking)
        + [f"also has {', '.join(more)}"] * bool(more)
        + [f"has {column} as {_kind(other[column])}, not {_kind(first[column])}" for column in differing]
    )
    if said:
        raise Refused(
            Fault(
                found.table, None, f"the file differs in its columns from {found.names[0]}: it {'; '.join(said)}", 0,
                "Files of one glob need the same columns: export them alike, or name fewer files", file=label,
            )
        )  # fmt: skip


def _kind(sql_type: str) -> str:
    if sql_type.startswith("TIMESTAMP"):
        return "a time with zone" if "ZONE" in sql_type else "a date"
    if sql_type in _KINDS or sql_type.startswith(("STRUCT", "MAP", "ENUM", "UUID", "TIME")) or sql_type.endswith("]"):
        return _KINDS.get(sql_type, "text" if sql_type.startswith(("ENUM", "UUID")) else sql_type)
    return "a number"
