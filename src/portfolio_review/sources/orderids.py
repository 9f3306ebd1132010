"""Whether order ids are used again: a constant of the series, by which every review of it counts its orders."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from portfolio_review.sources.coding import Coded
from portfolio_review.sources.engine import Engine, text
from portfolio_review.sources.model import rows_folder

APART_DAYS = 180
"""An order whose rows lie more days apart than this is taken for two under one id."""
PAIRS_OF_ONE_REUSED = 100
"""Ids are used again where more than one pair in so many is."""


@dataclass(frozen=True)
class OrderIds:
    """The pairs of client and order id over the positive rows of the whole series, and those used again."""

    pairs: int = 0
    reused: int = 0
    several: int = 0
    """Of them with several positive rows."""
    alike: int = 0
    """Of these with one and the same revenue in all."""

    @property
    def by_year(self) -> bool:
        """Whether an order is counted by pair and calendar year (doubt `order_ids_reused`)."""
        return self.reused * PAIRS_OF_ONE_REUSED > self.pairs


def count(engine: Engine, coded: Coded) -> OrderIds:
    """Count the pairs of the rows that are kept; none where orders have no id."""
    if "order_key" not in coded.columns:
        return OrderIds()

    def within(bucket: Path) -> tuple[int, ...]:
        rows = f"read_parquet({text(str(bucket / '*.parquet'))})"
        found: tuple[int, ...] = engine.reader.cursor().execute(  # a cursor of its own for each thread
            f"""SELECT count(*), count(*) FILTER (last - first > {APART_DAYS}), count(*) FILTER (lines > 1),
                count(*) FILTER (lines > 1 AND low = high) FROM (
                SELECT min(date) AS first, max(date) AS last, count(*) AS lines, min(revenue) AS low,
                    max(revenue) AS high FROM {rows}
                WHERE revenue > 0 AND order_key IS NOT NULL GROUP BY client, order_key)"""
        ).fetchall()[0]  # fmt: skip
        return found

    # a bucket holds whole clients: no pair stands in two of them
    with ThreadPoolExecutor(engine.threads) as pool:
        found = list(pool.map(within, rows_folder(coded.folder).glob("bucket=[0-9]*")))
    return OrderIds(*map(sum, zip(*found, strict=True))) if found else OrderIds()
