"""(i) Seconds of processor of all notebooks' cells at 10,000 clients, and of the client table at 100,000.

    python benchmarks/clients.py [--clients 10000] [--table 100000]

The cells' own time is taken inside the kernel, as `overhead.py` does. The client table is built in a process of its
own, from a slice that is cut beforehand: chances of both horizons and what was said before, without backtest.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import chances as portfolio
import measure
import numpy as np
import overhead
import pandas as pd

from portfolio_review import resources, slices
from portfolio_review.calendar import Period
from portfolio_review.clients import Facts
from portfolio_review.clients.building import Building
from portfolio_review.clients.steps import STEPS
from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.execution.runner import execute
from portfolio_review.metrics import chances
from portfolio_review.pipeline.run import load_review
from portfolio_review.slices.build import build
from portfolio_review.sources import read

PERIOD = "2024-12"
REVIEW = """id: bench
currency: EUR
sources:
  transactions: {path: transactions.parquet}
  clients: {path: clients.parquet}
limits: {memory_gb: 4}
"""


def company(folder: Path, clients: int) -> Path:
    """A review file with three years of purchases, each an order of two lines with margin, category and product."""
    sold = portfolio.purchases(clients)
    number, line = np.arange(len(sold)).repeat(2), np.tile([0, 1], len(sold))
    rows = sold.iloc[number].reset_index(drop=True)
    product = (number * 7919 + line * 31) % 200
    rows = rows.assign(
        revenue=(rows["revenue"] * np.where(line == 0, 0.7, 0.3)).round(2), order_id=pd.Series(number).astype(str),
        product=pd.Series(product).map("p{:03d}".format), category=pd.Series(product % 12).map("k{:02d}".format),
    )  # fmt: skip
    rows = rows.assign(margin=(rows["revenue"] * (0.2 + product % 5 / 20)).round(2))
    rows.to_parquet(folder / "transactions.parquet", index=False)
    ids = pd.Series(rows["client_id"].unique())
    place = ids.index
    pd.DataFrame(
        {"client_id": ids, "name": "Client " + ids, "type": (place % 3).map("type {}".format),
         "region": (place % 8).map("region {}".format), "manager": (place % 20).map("manager {}".format)}
    ).to_parquet(folder / "clients.parquet", index=False)  # fmt: skip
    file = folder / "bench.yml"
    file.write_text(REVIEW, encoding="utf-8")
    return file


def cut(file: Path) -> Path:
    """The slice of all, beside the review file."""
    review, tables, target = load_review(file), file.parent / "tables", file.parent / "slices"
    for folder in (tables, target):
        folder.mkdir()
    return build(review, read(review, file.parent, tables), Period.parse(PERIOD), target, ["all"]).units["all"]


def cells(clients: int) -> dict[str, Any]:
    """Seconds of processor of each notebook's cells, and of the chances alone."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ForkedKernels() as kernels:
        work = Path(folder)
        slice_ = cut(company(work, clients))
        os.environ.update(kernels.environment())
        parameters = {"review": "bench.yml", "period": PERIOD, "unit": "all", "workspace": slice_.name}
        found = {}
        for source in resources.notebooks():
            watched = overhead.watched(source, work)
            execute(watched, work / "out.ipynb", parameters, slice_.parent, 600)
            found[source.stem] = overhead.own_seconds(work / "out.ipynb")
            print(f"{source.stem}: {found[source.stem]:.2f} s of processor", flush=True)
        facts = Facts(slices.load(slice_))
        began = time.process_time()
        assert all(test.model for test in facts.chances.tests.values())
        of_chances = time.process_time() - began
    return {"clients": clients, "notebooks": found, "cells": sum(found.values()), "chances": of_chances}


def table(slice_: Path) -> dict[str, Any]:
    """Seconds of processor and most memory of the client table of a slice."""
    data = slices.load(slice_)
    began = time.process_time()
    building = Building(data)
    facts = building.facts
    fitted = chances.fit(facts.seen, data.when, data.review.risk, tested=False)
    of_chances = time.process_time() - began
    vars(facts)["chances"] = fitted
    for step in STEPS:
        building.add(step)
    cpu = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"clients": len(building.table), "cpu": cpu, "chances": of_chances, "peak_bytes": peak}


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--clients", type=int, default=10_000)
    words.add_argument("--table", type=int, default=100_000)
    words.add_argument("--of", type=Path, help="a slice: build its client table and print what that took")
    asked = words.parse_args()
    if asked.of:
        print(json.dumps(table(asked.of)))
        return
    of_cells = cells(asked.clients)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        slice_ = cut(company(Path(folder), asked.table))
        done = subprocess.run(
            [sys.executable, __file__, "--of", str(slice_)], check=True, stdout=subprocess.PIPE, text=True
        )
    of_table = json.loads(done.stdout)
    print(of_table)
    measure.keep("clients", cells=of_cells, table=of_table)


if __name__ == "__main__":
    main()
