"""The frames of the reduction as files of a slice: a client is written as its number there, rows in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from portfolio_review.slices.task import ALL_CODE
from portfolio_review.sources.engine import text

CLIENT = "client"
"""The column of a client's number in a slice's file, in place of client_id."""
_PARQUET = "(FORMAT parquet, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 1000)"
"""Names are coded in a file; to code money takes longer than to write it."""
_DAY = "(DATE '1970-01-01' + {0})::TIMESTAMP AS {0}"
_FRAMES: Mapping[str, tuple[str, str]] = {
    "monthly": (
        "month, revenue, margin, gross, margin_gross, margin_revenue, orders, purchase_days, last_day, log_gaps",
        "month",
    ),
    "as_of": (f"{_DAY.format('date')}, {_DAY.format('last_purchase')}, purchase_days, gaps, gap_q80", "f.date"),
    "orders": ("span, orders", "place"),
    "part_months": ("month, revenue, purchase_days", "month"),
    "mix": (
        "name AS category, revenue_w0, revenue_w1, margin_w1, margin_revenue_w1, active_w1, revenue_then, active_since",
        "f.category NULLS LAST",
    ),
    "items": ("items", "items"),
}
"""The columns of each frame after `client`, and what its rows are ordered by after it."""


def copy(con: duckdb.DuckDBPyConnection, query: str, path: Path, values: Mapping[str, object] | None = None) -> None:
    """The rows of `query`, in their order, as a Parquet file."""
    con.execute(f"COPY ({query}) TO {text(str(path))} {_PARQUET}", dict(values or {}))


def of_slice(code: int, columns: str, frame: str) -> str:
    """SQL of the rows of a frame that a unit's slice holds, with `number`, its client's place there."""
    of_unit = "" if code == ALL_CODE else f" AND f.unit = {code}"
    return f"SELECT {columns} FROM {frame} f JOIN seen s USING (unit, client) {{0}} WHERE slice = {code}{of_unit}"


def write(con: duckdb.DuckDBPyConnection, code: int, folder: Path) -> None:
    """Write the frames of clients of a unit, by client."""
    for name, (columns, order) in _FRAMES.items():
        more = "LEFT JOIN categories USING (category)" if name == "mix" else ""
        query = of_slice(code, f"number AS {CLIENT}, {columns}", name).format(more)
        copy(con, f"{query} ORDER BY number, {order}", folder / f"{name}.parquet")


def facts_of(code: int) -> str:
    """SQL of the facts of a unit's clients, by client: client, client_id, first_purchase, second_purchase,
    first_category, median_gap."""
    days = ", ".join(_DAY.format(name) for name in ("first_purchase", "second_purchase"))
    more = (
        "JOIN names USING (client) LEFT JOIN first_categories c USING (unit, client) "
        "LEFT JOIN categories ON categories.category = c.category LEFT JOIN median_gaps USING (unit, client)"
    )
    columns = f"client, client_id, {days}, name AS first_category, median_gap"
    return f"{of_slice(code, columns, 'facts').format(more)} ORDER BY number"
