"""Stages of the lifecycle: the first that fits, and the limits of growing and declining."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.calendar import Period
from portfolio_review.metrics import lifecycle
from portfolio_review.metrics.windows import Windows

WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2019, 1, 1), dt.date(2021, 12, 31))


def stage(state: str = "retained", r0: float = 100.0, r1: float = 100.0, **flags: bool) -> str:
    base = pd.DataFrame(
        {
            "first_purchase": [pd.Timestamp("2019-01-01")],
            "lapsed": [flags.get("lapsed", False)],
            "overdue": [flags.get("overdue", False)],
            "state": [state],
            "r0": [r0],
            "r1": [r1],
        }
    )
    return str(lifecycle.add_stages(base, WHEN)["stage"].iloc[0])


def test_the_first_that_fits() -> None:
    assert stage("new", lapsed=True, overdue=True) == "lapsed"
    assert stage("new", overdue=True) == "at_risk"
    assert stage("new", r0=0.0, r1=900.0) == "new"
    assert stage("returned", r0=-5.0) == "returned"


@pytest.mark.parametrize(
    ("r1", "expected"),
    [
        (120.0, "growing"), (119.99, "stable"), (80.01, "stable"), (80.0, "declining"), (-5.0, "declining"),
        # equal to a limit but for a rounding error
        (120.0 - 5e-8, "growing"), (80.0 + 5e-8, "declining"),
    ],
)  # fmt: skip
def test_growing_and_declining(r1: float, expected: str) -> None:
    assert stage(r1=r1) == expected


def test_without_revenue_before_there_is_nothing_to_compare() -> None:
    assert stage(r0=0.0, r1=500.0) == "stable"
    assert stage(r0=-1.0, r1=-500.0) == "stable"


def test_table_over_all_clients_that_ever_bought() -> None:
    lines = rows(
        ("a", "2020-12-01", 10.0), ("a", "2021-12-01", 12.0),
        ("b", "2020-12-02", 10.0), ("b", "2021-12-02", 5.0),
        ("c", "2021-12-03", 7.0),
        ("d", "2020-01-01", 7.0), ("d", "2021-01-01", -2.0),
        ("e", "2021-01-01", -2.0),
    )  # fmt: skip
    portfolio = build(lines, "2021-12", history_start=dt.date(2020, 1, 1))
    table = lifecycle.stages(portfolio.base(), portfolio.when)
    assert list(table["stage"]) == ["new", "returned", "growing", "stable", "declining", "at_risk", "lapsed"]
    assert list(table["clients"]) == [1, 0, 1, 0, 1, 0, 1]
    assert list(table["revenue"]) == [7.0, 0.0, 12.0, 0.0, 5.0, 0.0, -2.0]


def test_without_w0_the_stage_is_unknown_but_for_the_lapsed_and_those_at_risk() -> None:
    # §7: "Without W0: lapsed and at risk as always, the rest unknown"
    portfolio = build(rows(("a", "2021-12-01", 12.0)), "2021-12")
    assert portfolio.base()["stage"].tolist() == ["unknown"]
    table = lifecycle.stages(portfolio.base(), portfolio.when)
    assert table.to_dict("list") == {
        "stage": ["at_risk", "lapsed", "unknown"], "clients": [0, 0, 1], "revenue": [0.0, 0.0, 12.0],
    }  # fmt: skip
