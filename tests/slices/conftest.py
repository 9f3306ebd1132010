"""A small company cut into slices: written as CSV, read (in this process, as the child does) and reduced."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portfolio_review import review as review_files
from portfolio_review.calendar import Period
from portfolio_review.slices import Slice, build, load
from portfolio_review.sources.reading import read_sources

Cut = Callable[..., Slice]
CutUnits = Callable[..., dict[str, Slice]]


@pytest.fixture
def cut_units(tmp_path: Path) -> CutUnits:
    """`cut_units(transactions, period, units, clients=…, settings=…)`: CSV texts in, the slice of each unit out."""
    return partial(_cut, tmp_path)


@pytest.fixture(scope="module")
def kept_units(tmp_path_factory: pytest.TempPathFactory) -> CutUnits:
    """The same, for what a whole module shares."""
    return partial(_cut, tmp_path_factory.mktemp("kept"))


def _cut(
    tmp_path: Path,
    transactions: str,
    period: str,
    units: list[str],
    clients: str = "",
    settings: str = "",
    payments: str = "",
) -> dict[str, Slice]:
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
    made = build.build(review, found, Period.parse(period), folder / "slices", units)
    return {unit: load(made.units[unit]) for unit in units}


@pytest.fixture
def cut(cut_units: CutUnits) -> Cut:
    """`cut(transactions, period, unit, clients=…, settings=…)`: CSV texts in, the slice out."""

    def make(transactions: str, period: str, unit: str = "all", **more: str) -> Slice:
        return cut_units(transactions, period, [unit], **more)[unit]

    return make
