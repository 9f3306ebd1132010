"""(h) What the search for doubts costs: reading a made table with and without it, in seconds of processor.

    python benchmarks/doubts.py [--rows 1000000] [--times 5] [--form parquet|csv]

Rows are drawn by a fixed seed: 20,000 clients of 12 units over three years, orders of three lines, a margin that lacks
in one row of a hundred. Both ways are timed in turn, in this process, and the medians compared: a tenth is allowed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from unittest import mock

import duckdb

from portfolio_review import review as review_files
from portfolio_review.sources import doubts
from portfolio_review.sources.reading import read_sources

COLUMNS = (
    "'c' || hash(i // 3) % 20000 AS client_id, DATE '2024-01-01' + (hash(i // 3, 1) % 1096)::INTEGER AS date, "
    "(hash(i, 2) % 100000) / 100 AS revenue, "
    "CASE WHEN hash(i, 3) % 100 > 0 THEN (hash(i, 2) % 30000) / 100 END AS margin, "
    "'o' || i // 3 AS order_id, 'p' || hash(i, 4) % 500 AS product, 'g' || hash(i, 4) % 20 AS category, "
    "'u' || hash(i // 3) % 20000 % 12 AS unit"
)


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--times", type=int, default=5)
    words.add_argument("--form", choices=("parquet", "csv"), default="parquet")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / f"sales.{asked.form}"
        duckdb.sql(f"COPY (SELECT {COLUMNS} FROM range({asked.rows}) t(i)) TO '{file}'")
        review = review_files.parse(f"id: made\ncurrency: EUR\nsources: {{transactions: {{path: {file.name}}}}}")
        os.chdir(folder)
        taken: dict[str, list[float]] = {"with": [], "without": []}
        for turn in range(asked.times):
            for way in taken:
                out = folder / f"{way}{turn}"
                out.mkdir()
                groups = doubts.GROUPS if way == "with" else ()
                with mock.patch.object(doubts, "GROUPS", groups):
                    started = time.process_time()
                    found = read_sources(review, folder, out)
                    taken[way].append(time.process_time() - started)
                print(f"{way}: {taken[way][-1]:.2f} s, doubts: {', '.join(one.id for one in found.doubts) or 'none'}")
    whole, bare = (statistics.median(taken[way]) for way in ("with", "without"))
    print(f"{asked.rows:,} rows: {whole:.2f} s with, {bare:.2f} s without, {whole / bare - 1:+.1%}")


if __name__ == "__main__":
    main()
