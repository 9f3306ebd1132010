"""(h) What the search for doubts costs: reading a made table with and without it, in seconds of processor.

    python benchmarks/doubts.py [--rows 1000000] [--times 5] [--form parquet|csv] [--before OTHER/src]

Rows are drawn by a fixed seed: 20,000 clients of 12 units over three years, orders of three lines, a margin that lacks
in one row of a hundred. All ways are timed in turn and the medians compared: a tenth is allowed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import measure

SRC = Path(__file__).parents[1] / "src"
COLUMNS = (
    "'c' || hash(i // 3) % 20000 AS client_id, DATE '2024-01-01' + (hash(i // 3, 1) % 1096)::INTEGER AS date, "
    "(hash(i, 2) % 100000) / 100 AS revenue, "
    "CASE WHEN hash(i, 3) % 100 > 0 THEN (hash(i, 2) % 30000) / 100 END AS margin, "
    "'o' || i // 3 AS order_id, 'p' || hash(i, 4) % 500 AS product, 'g' || hash(i, 4) % 20 AS category, "
    "'u' || hash(i // 3) % 20000 % 12 AS unit"
)


ONE = """
import sys, time
from pathlib import Path
from portfolio_review import review as review_files
from portfolio_review.sources import reading
if sys.argv[1] == "without":
    from portfolio_review.sources import doubts
    doubts.GROUPS = ()
review = review_files.parse(Path("review.yml").read_text())
for turn in range(2):  # the first loads what is loaded once
    out = Path(f"out-{turn}")
    out.mkdir()
    started = time.process_time()
    reading.read_sources(review, Path.cwd(), out)
    taken = time.process_time() - started
print(taken)
"""


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--times", type=int, default=5)
    words.add_argument("--form", choices=("parquet", "csv"), default="parquet")
    words.add_argument("--before", type=Path, help="the folder src of an earlier version without the search")
    asked = words.parse_args()
    ways = {"with": SRC, "without": SRC, **({"before": asked.before.resolve()} if asked.before else {})}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / f"sales.{asked.form}"
        duckdb.sql(f"COPY (SELECT {COLUMNS} FROM range({asked.rows}) t(i)) TO '{file}'")
        review = f"id: made\ncurrency: EUR\nsources: {{transactions: {{path: {file}}}}}"
        for _ in range(asked.times):
            for way, source in ways.items():
                taken[way].append(_seconds(way, source, review))
    median = {way: statistics.median(found) for way, found in taken.items()}
    print(f"{asked.rows:,} rows: {median}, {median['with'] / median['without'] - 1:+.1%}")
    known = measure.known("doubts").get(asked.form, {})
    measure.keep("doubts", **{asked.form: {**known, str(asked.rows): median}})


def _seconds(way: str, source: Path, review: str) -> float:
    """Seconds of processor that reading takes, by the code in the folder `source`."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "review.yml").write_text(review, encoding="utf-8")
        command = [sys.executable, "-c", ONE, way]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": str(source)}, capture_output=True, text=True
        )
    if done.returncode:
        sys.exit(done.stderr)
    return float(done.stdout)


if __name__ == "__main__":
    main()
