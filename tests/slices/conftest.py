"""A small company cut into slices: written as CSV, read (in this process, as the child does) and reduced."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portfolio_review import review as review_files
from portfolio_review.calendar import Period
from portfolio_review.slices import Slice, build, load
from portfolio_review.sources.reading import read_sources

Cut = Callable[..., Slice]


@pytest.fixture
def cut(tmp_path: Path) -> Cut:
    """`cut(transactions, period, unit, clients=…, settings=…)`: CSV texts in, the slice out."""

    def make(
        transactions: str, period: str, unit: str = "all", clients: str = "", settings: str = "", payments: str = ""
    ) -> Slice:
        folder = tmp_path / f"case{len(list(tmp_path.iterdir()))}"
        (folder / "tables").mkdir(parents=True)
        (folder / "sales.csv").write_text(transactions, encoding="utf-8")
        window = "" if "window_months" in settings else "window_months: 3"
        text = f"id: small\ncurrency: EUR\n{window}\n{settings}\nsources:\n  transactions: {{path: sales.csv}}\n"
        if clients:
            (folder / "clients.csv").write_text(clients, encoding="utf-8")
            text += "  clients: {path: clients.csv}\n"
        if payments:
            (folder / "payments.csv").write_text(payments, encoding="utf-8")
            text += "  payments: {path: payments.csv}\n"
        review = review_files.parse(text)
        found = read_sources(review, folder, folder / "tables")
        made = build.build(review, found, Period.parse(period), folder / "slices", [unit])
        return load(made.units[unit])

    return make
