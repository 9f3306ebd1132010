"""(b) to (e) Nothing changed, a template changed, one row changed: a company of 40 units, and its peak memory.

python benchmarks/changes.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import company
import measure

import portfolio_review
from portfolio_review import resources

UNITS, CLIENTS, ROWS = 39, 4_000, 400_000  # and `all`


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        package = Path(portfolio_review.__file__).parent
        # a copy of the program, so that a template can be changed
        shutil.copytree(package, work / "src" / package.name)
        for name in ("notebooks", "templates"):
            shutil.copytree(resources.folder(name), work / name)
        file = company.write(work / "data", rows=ROWS, clients=CLIENTS, units=UNITS)

        def run(name: str) -> None:
            words = ("run", file, "--period", company.PERIOD, "--out", work / "out", "--quiet")
            taken = measure.run(measure.program(*words), environment={"PYTHONPATH": str(work / "src")})
            measure.keep("changes", units=UNITS + 1, rows=ROWS, **{name: taken})
            print(f"{name}: {taken.wall:.1f} s, {taken.cpu:.1f} s of processor")

        run("first")
        run("unchanged")
        style = work / "templates" / "print.css"
        style.write_text(style.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        run("template")
        _change_one_row(work / "data" / "transactions.parquet")
        run("row")


def _change_one_row(data: Path) -> None:
    """One purchase of one client becomes a cent dearer, in a month before the period."""
    code = """
import sys, duckdb
file = sys.argv[1]
con = duckdb.connect()
con.execute(f"CREATE TABLE t AS SELECT * FROM '{file}'")
one = "SELECT min(rowid) FROM t WHERE date < DATE '2025-06-01'"
con.execute(f"UPDATE t SET revenue = revenue + 0.01 WHERE rowid = ({one})")
con.execute(f"COPY t TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
"""
    subprocess.run([sys.executable, "-c", code, str(data)], check=True, env=dict(os.environ))


if __name__ == "__main__":
    main()
