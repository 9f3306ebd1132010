"""Targets: attainment and the words of the levels."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_review.catalog import lookup
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import targets

FIGURES = {
    "headline.revenue": Figure(value=90.0),
    "headline.margin": undefined("no margin given"),
    "headline.clients": Figure(value=8),
    "headline.orders": Figure(value=5),
}


@pytest.mark.parametrize(
    ("value", "optimal", "critical", "word"),
    [
        (100, 100, 80, "optimal"), (99, 100, 80, "watch"), (80, 100, 80, "critical"),
        # less is better where the optimal level lies below the critical one
        (5, 5, 9, "optimal"), (6, 5, 9, "watch"), (9, 5, 9, "critical"),
        (5, None, None, None), (5, 5, None, "optimal"), (4, 5, None, "watch"), (4, None, 5, "critical"),
    ],
)  # fmt: skip
def test_levels(value: float, optimal: float | None, critical: float | None, word: str | None) -> None:
    assert targets.level(value, optimal, critical) == word


def test_a_single_level_follows_the_polarity() -> None:
    assert targets.level(4, 5, None, polarity=-1) == "optimal"
    assert targets.level(6, None, 5, polarity=-1) == "critical"


def test_table() -> None:
    plan = pd.DataFrame(
        [
            ("headline.clients", "2021-12", 10.0, None, 8.0, 5.0),
            ("headline.revenue", "2021-12", 100.0, None, None, None),
            ("headline.revenue", "2021-11", 1.0, None, None, None),
            ("headline.revenue", "2021-12", 7.0, "Ann", None, None),
            ("headline.margin", "2021-12", 0.0, None, None, None),
        ],
        columns=["figure", "period", "value", "manager", "optimal", "critical"],
    )
    found = targets.table(FIGURES, plan, "2021-12")
    assert tuple(found.columns) == tuple(column.name for column in lookup("headline.targets").columns)
    assert list(found["figure"]) == ["headline.revenue", "headline.margin", "headline.clients"]
    assert list(found["attainment"][[0, 2]]) == pytest.approx([0.9, 0.8])
    assert pd.isna(found["attainment"][1])
    assert list(found["level"].fillna("")) == ["", "", "optimal"]


def test_without_targets() -> None:
    plan = pd.DataFrame(columns=["figure", "period", "value"])
    assert targets.table(FIGURES, plan, "2021-12").empty
