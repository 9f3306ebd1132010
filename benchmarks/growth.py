"""(f) Growth over units and over transactions; what is measured already is not measured again.

    python benchmarks/growth.py [--units 1,10,40,120] [--rows 1e5,1e6,1e7,1e8] [--again] [--folder DIR]
    python benchmarks/growth.py slices FILE FOLDER      one measured process: sources and slices alone
    python benchmarks/growth.py duckdb FILE FOLDER      one measured process: the same columns grouped

10⁸ transactions take about 1 GB of disk for the data and ten times that while they are reduced. DuckDB is measured
in the same run, before and after the slices; the mean counts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import company
import measure

CLIENTS_OF_ROWS = 100
UNITS = 50
MEMORY_GB = 2


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--units", default="1,10,40,120")
    words.add_argument("--rows", default="1e5,1e6,1e7,1e8")
    words.add_argument("--again", action="store_true")
    words.add_argument("--folder", type=Path)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=asked.folder) as folder:
        work = Path(folder)
        for units in (int(word) for word in asked.units.split(",") if word):
            if asked.again or str(units) not in measure.known("growth_units"):
                measure.keep("growth_units", **{str(units): _units(work, units)})
        for rows in (int(float(word)) for word in asked.rows.split(",") if word):
            if asked.again or str(rows) not in measure.known("growth_rows"):
                measure.keep("growth_rows", **{str(rows): _rows(work, rows)})


def _units(work: Path, units: int) -> dict[str, object]:
    file = company.write(work / f"units {units}", rows=4_000 * units, clients=100 * units, units=units)
    out = file.parent / "out"
    taken = measure.run(measure.program("run", file, "--period", company.PERIOD, "--out", out, "--quiet"))
    print(f"{units} units: {taken.wall:.0f} s, {taken.cpu:.0f} s of processor")
    return vars(taken)


def _rows(work: Path, rows: int) -> dict[str, object]:
    folder = work / f"rows {rows}"
    file = company.write(folder, rows=rows, clients=max(100, rows // CLIENTS_OF_ROWS), units=UNITS)
    found: dict[str, dict[str, float]] = {}
    for number, name in enumerate(("duckdb", "slices", "duckdb")):
        here = folder / f"{number} {name}"
        here.mkdir()
        taken = measure.run([sys.executable, __file__, name, str(file), str(here)])
        print(
            f"{rows:,} rows, {name}: {taken.wall:.1f} s, {taken.cpu:.1f} s of processor, "
            f"{taken.peak_bytes / 1e9:.2f} GB"
        )
        left = [path for path in here.rglob("*") if path.is_file() and path.parent.name in (".spill", ".tmp")]
        one = {**vars(taken), "left": len(left)}
        found[name] = {key: (one[key] + found.get(name, one)[key]) / 2 for key in one}
    return found


def _slices(file: Path, folder: Path) -> None:
    from portfolio_review import review as review_files
    from portfolio_review import sources
    from portfolio_review.calendar import Period
    from portfolio_review.slices import build

    review = review_files.load(file)
    tables = folder / "tables"
    tables.mkdir()
    found = sources.read(review, file.parent, tables)
    made = build.build(review, found, Period.parse(company.PERIOD), folder / "slices")
    assert len(made.units) == UNITS + 1


def _duckdb(file: Path, folder: Path) -> None:
    import duckdb

    spill = {"memory_limit": f"{MEMORY_GB}GB", "temp_directory": str(folder / ".spill")}
    with duckdb.connect(config=spill) as con:
        con.execute(
            f"""SELECT count(*), sum(revenue) FROM (
              SELECT client_id, date_trunc('month', date) AS month, sum(revenue) AS revenue,
                     max(order_id), max(product), max(category), max(unit)
              FROM '{file.parent / "transactions.parquet"}' GROUP BY ALL)"""
        ).fetchall()


if __name__ == "__main__":
    steps = {"slices": _slices, "duckdb": _duckdb}
    if len(sys.argv) > 1 and sys.argv[1] in steps:
        steps[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
