"""The sample company's findings of its last complete month, for every unit, made once.

Those of the company as a whole are kept in the notebooks: the same as a fresh run's, as their own tests prove.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from in_process import Company, Told

from portfolio_review import resources
from portfolio_review.results import store
from portfolio_review.results.finding import Finding, from_plain

ROOT = Path(__file__).parents[2]
PERIOD = "2026-10"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The demo review; its sources are read once."""
    return Company(ROOT / "params" / "demo.yml", tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="session")
def told(company: Company) -> Told:
    """`told(unit)`: the findings of a unit in the report's order."""

    @cache
    def of(unit: str) -> list[Finding]:
        if unit == "all":
            return [kept.finding for kept in store.read_notebooks(resources.notebooks()).findings]
        made = company.records(PERIOD, unit)[unit]
        return [from_plain(record["finding"]) for record in made if record["kind"] == "finding"]

    return of
