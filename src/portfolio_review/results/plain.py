"""Values of frames as plain JSON values, and long tables as Parquet with a hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from portfolio_review.results.contract import Cell


def plain(value: Any) -> Any:
    """numpy and pandas scalars as Python's own; days as ISO text; missing and non-finite as None."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.datetime | pd.Timestamp):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be recorded; convert it to text or a number")


def rows_of(frame: pd.DataFrame) -> list[list[Cell]]:
    """The rows of a frame as lists of plain values."""
    columns = [[plain(value) for value in frame[name].tolist()] for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []


def write_parquet(frame: pd.DataFrame, path: Path) -> str:
    """Write a frame; the same frame gives the same bytes. Returns their sha256."""
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None), path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
