"""A proposal tried on the data: read as a run reads, three rows as they were understood, the first figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from portfolio_review import sources
from portfolio_review.review import Review
from portfolio_review.sources import Sources
from portfolio_review.sources.engine import text

_TEXTS = {"client_id": "client", "unit": "unit", "product": "product", "category": "category"}
_LONGEST = 28


@dataclass(frozen=True)
class Trial:
    """What was read: sample rows by our columns; clients, months and revenue of the rows that count."""

    sample: tuple[dict[str, str], ...]
    clients: int
    months: int
    revenue: float
    rows: int
    left_out: int
    first: str
    last: str


def read(review: Review, base: Path, folder: Path) -> tuple[Sources, Trial]:
    """Read every source into `folder`; raises what a run would raise."""
    found = sources.read(review, base, folder)
    rows = f"read_parquet({text(str(folder / 'transactions' / 'rows' / '*' / '*.parquet'))}, hive_partitioning = true)"
    counted = f"(SELECT * FROM {rows} WHERE bucket >= 0)"
    columns = [
        one for one in found.columns["transactions"] if one in {"date", "revenue", "margin", "quantity", *_TEXTS}
    ]
    chosen, joins = [], []
    for column in columns:
        if column in _TEXTS:
            path = text(str(found.dictionary(column)))
            joins.append(f"LEFT JOIN read_parquet({path}) d_{column} ON d_{column}.code = r.{_TEXTS[column]}")
            chosen.append(f"d_{column}.value")
        else:
            chosen.append(f"r.{column}")
    order = "ORDER BY r.date DESC, abs(r.revenue) DESC LIMIT 3"
    sample = duckdb.execute(f"SELECT {', '.join(chosen)} FROM {counted} r {' '.join(joins)} {order}").fetchall()
    total = "count(DISTINCT client), count(DISTINCT date_trunc('month', date)), sum(revenue), count(*)"
    clients, months, revenue, kept = duckdb.execute(f"SELECT {total} FROM {counted}").fetchall()[0]
    shown = tuple({one: _shown(cell) for one, cell in zip(columns, row, strict=True)} for row in sample)
    first, last = found.history_start.isoformat(), found.data_until.isoformat()
    left = sum(one.rows for one in found.left_out)
    return found, Trial(shown, clients, months, float(revenue or 0.0), kept, left, first, last)


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:,.2f}".removesuffix(".00")
    said = str(cell)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
