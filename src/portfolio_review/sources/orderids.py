"""Orders as pairs of client and order id, each looked at once: whether ids are used again is a constant of the series.

    pairs/N.parquet    client, order_key[, order_fold], sold, apart, several, alike; one file for each bucket of rows

They lie in the scratch folder of the engine; the search for doubts reads them and not the rows again.
"""

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
_PAIRS = "pairs"


@dataclass(frozen=True)
class OrderIds:
    """The pairs of client and order id over the positive rows of the whole series, and those used again."""

    pairs: int = 0
    reused: int = 0
    several: int = 0
    """Of them with several positive rows."""
    alike: int = 0
    """Of these with one and the same revenue in all; both whatever the year."""

    @property
    def by_year(self) -> bool:
        """Whether an order is counted by pair and calendar year (doubt `order_ids_reused`)."""
        return self.reused * PAIRS_OF_ONE_REUSED > self.pairs


def count(engine: Engine, coded: Coded) -> OrderIds:
    """Write and count the pairs of the rows that are kept; none where orders have no id."""
    if "order_key" not in coded.columns:
        return OrderIds()
    folder = engine.scratch / _PAIRS
    folder.mkdir(exist_ok=True)
    fold = ("any_value(order_fold) AS order_fold, ", "order_fold, ") if "order_fold" in coded.columns else ("", "")

    def within(bucket: Path) -> tuple[int, ...]:
        rows = f"read_parquet({text(bucket / '*.parquet')}, hive_partitioning = false)"
        path = text(folder / f"{bucket.name}.parquet")
        con = engine.reader.cursor()  # a cursor of its own for each thread
        con.execute(
            f"""COPY (SELECT client, order_key, {fold[0]}count(sold) > 0 AS sold,
                    coalesce(max(day) - min(day) > {APART_DAYS}, false) AS apart, count(sold) > 1 AS several,
                    count(sold) > 1 AND min(sold) = max(sold) AS alike
                FROM (SELECT client, order_key, {fold[1]}CASE WHEN revenue > 0 THEN date END AS day,
                    CASE WHEN revenue > 0 THEN revenue END AS sold FROM {rows} WHERE order_key IS NOT NULL)
                GROUP BY client, order_key) TO {path} (FORMAT parquet, COMPRESSION uncompressed)"""
        )
        found: tuple[int, ...] = con.execute(
            "SELECT count(*) FILTER (sold), count(*) FILTER (apart), count(*) FILTER (several), "
            f"count(*) FILTER (alike) FROM read_parquet({path})"
        ).fetchall()[0]
        return found

    # a bucket holds whole clients: no pair stands in two of them
    with ThreadPoolExecutor(engine.threads) as pool:
        found = list(pool.map(within, rows_folder(coded.folder).glob("bucket=[0-9]*")))
    return OrderIds(*map(sum, zip(*found, strict=True))) if found else OrderIds()


def written(engine: Engine) -> str | None:
    """SQL of the pairs that were counted, whatever their revenue; None when there is none."""
    folder = engine.scratch / _PAIRS
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    return f"read_parquet({text(folder / '*.parquet')}, hive_partitioning = false)"
