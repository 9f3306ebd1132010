"""100 random portfolios, 20 of them every day: every column of the client table that needs no further table and no
model equals the plain computation beside it (`plain_table`).

Each portfolio is a unit of one company, so that rows go the whole way: read, reduced, cut.
"""

import datetime as dt
import math
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from in_process import Company
from plain_table import Row, Series, month

from portfolio_review import clients, slices
from portfolio_review.calendar import Period
from portfolio_review.slices.build import build

SETTINGS = "id: many\ncurrency: EUR\ndata_until: {until}\nsources:\n  transactions: {{path: sales.csv}}\n"
END = dt.date(2026, 10, 31)


def portfolio(seed: int, unit: str) -> list[Row]:
    """Clients of different habits over 14 to 40 months, with refunds, zero rows and rows of one day."""
    dice = random.Random(seed)
    months, with_orders, with_margin = dice.randint(14, 40), dice.random() < 0.7, dice.random()
    start = END - dt.timedelta(days=30 * months)
    found: list[Row] = []
    for number in range(dice.randint(3, 22)):
        client, every = f"{unit}-c{number:02d}", dice.choice([9, 20, 40, 75, 150, 400])
        day = start + dt.timedelta(days=dice.randint(0, months * 30 - 1))
        until = start + dt.timedelta(days=dice.randint(0, months * 30))
        size = 10 ** dice.uniform(1, 4)
        while day <= min(until, END):
            for line in range(dice.choice([1, 1, 2])):
                revenue = round(size * dice.choice([1, 1, 1.5, 0.5, -0.3, 0]) + line, 2)
                margin = round(revenue * 0.3, 2) if dice.random() < with_margin else None
                order = f"o{seed}-{number}-{day}-{dice.choice('ab')}" if with_orders and dice.random() < 0.9 else None
                found.append((unit, client, day, revenue, margin, order))
            day += dt.timedelta(days=max(1, round(every * dice.uniform(0.5, 1.7))))
    return found


def series(folder: Path, seeds: range, period: str) -> tuple[Series, dict[str, pd.DataFrame]]:
    """The rows in plain Python, and the table of each unit by the product."""
    rows = [row for seed in seeds for row in portfolio(seed, f"u{seed:03d}")]
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    (folder / "sales.csv").write_text(
        "\n".join(["unit,client_id,date,revenue,margin,order_id", *lines]) + "\n", "utf-8"
    )
    (folder / "many.yml").write_text(SETTINGS.format(until=END), "utf-8")
    company = Company(folder / "many.yml", folder / "made")
    p = Period.parse(period)
    units = sorted({row[0] for row in rows if month(row[2]) <= p.span.last.index})
    made = build(company.review, company.sources, p, folder / "made", units)
    tables = {unit: clients.build(slices.load(made.units[unit])) for unit in units}
    return Series(rows, p.span.last.index), tables


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    if theirs is None or pd.isna(theirs):
        return ours is None or bool(pd.isna(ours))
    if isinstance(theirs, dt.date):
        return pd.Timestamp(ours) == pd.Timestamp(theirs)
    return not pd.isna(ours) and math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-6)


def check(folder: Path, seeds: range, period: str) -> None:
    plain, tables = series(folder, seeds, period)
    assert len(tables) >= len(seeds) - 2
    wrong = []
    for unit, table in tables.items():
        wanted = plain.table(unit)
        assert list(table.index) == list(wanted)
        for client, columns in wanted.items():
            row = table.loc[client]
            wrong += [(client, name, row[name], value) for name, value in columns.items() if not same(row[name], value)]
    assert wrong == []


@pytest.mark.parametrize("period", ["2026-10", "2026-Q3"])
def test_twenty_portfolios(tmp_path: Path, period: str) -> None:
    check(tmp_path, range(10) if period == "2026-10" else range(10, 20), period)


@pytest.mark.long
@pytest.mark.parametrize("batch", range(4))
def test_a_hundred_portfolios(tmp_path: Path, batch: int) -> None:
    check(tmp_path, range(25 * batch, 25 * batch + 25), ("2026-10", "2026-Q3", "2025-12", "2026-H1")[batch])
