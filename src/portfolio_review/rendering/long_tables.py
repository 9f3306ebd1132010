"""Rows of recorded tables that are too long for `results.json` and lie beside it as Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portfolio_review.errors import RenderingError
from portfolio_review.results.contract import RecordedTable


def rows(table: RecordedTable, folder: Path | None, id: str) -> Sequence[Sequence[Any]]:
    """All rows; `RenderingError` where they lie in a file that is not in `folder`."""
    if table.rows is not None:
        return table.rows
    path = _path(table, folder)
    if path is None:
        raise RenderingError(f"table {id} lies in {table.file}, which is not beside the results")
    import pyarrow.parquet as pq

    read = pq.read_table(path, columns=list(table.columns))
    return list(zip(*(column.to_pylist() for column in read.columns), strict=True))


def rows_of_client(table: RecordedTable, folder: Path | None, client_id: str) -> list[dict[str, Any]]:
    """The rows of one client; none where the file is not in `folder`."""
    if table.rows is not None:
        found = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
        return [row for row in found if row["client_id"] == client_id]
    path = _path(table, folder)
    if path is None:
        return []
    import pyarrow.parquet as pq

    read = pq.read_table(path, columns=list(table.columns), filters=[("client_id", "=", client_id)])
    return list(read.to_pylist())


def _path(table: RecordedTable, folder: Path | None) -> Path | None:
    path = None if folder is None or table.file is None else folder / table.file
    return path if path is not None and path.is_file() else None
