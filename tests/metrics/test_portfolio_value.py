"""Expected revenue of 12 months: sums, comparison with a year before, the largest."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from outlooks import Outlook, outlook
from portfolios import Portfolio, build
from test_risk import START, of_purchases

from portfolio_review.metrics import portfolio_value


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return build(of_purchases(3, 80), "2021-12", history_start=START)


@pytest.fixture(scope="module")
def found(portfolio: Portfolio) -> Outlook:
    return outlook(portfolio)


def test_sums(found: Outlook) -> None:
    base, figures = found.base, found.figures
    assert base["expected_revenue"].tolist() == pytest.approx(base["expected_12"].tolist(), nan_ok=True)
    assert figures["risk.expected_revenue"].value == pytest.approx(base["expected_12"].sum())
    active = base.loc[base["active1"], "expected_12"]
    assert figures["risk.expected_revenue_per_client"].value == pytest.approx(active.mean())
    ten = base["expected_12"].nlargest(10).sum() / base["expected_12"].sum()
    assert figures["risk.top10_value_share"].value == pytest.approx(ten)
    assert figures["risk.lifetime_value"].reason == portfolio_value.NO_LIFETIME


def test_a_year_before(portfolio: Portfolio, found: Outlook) -> None:
    then = build(of_purchases(3, 80), "2020-12", history_start=START, data_until=dt.date(2021, 12, 31))
    before = found.figures["risk.expected_revenue"].previous_year
    assert before == pytest.approx(outlook(then).figures["risk.expected_revenue"].value, rel=1e-9)


def test_the_largest(found: Outlook) -> None:
    table = portfolio_value.largest(found.base)
    assert table["rank"].tolist() == list(range(1, 11))
    assert table["expected_revenue"].is_monotonic_decreasing
    assert table["share"].sum() == pytest.approx(found.figures["risk.top10_value_share"].value)


def test_without_a_model_there_is_no_value() -> None:
    lines = pd.DataFrame({"client_id": ["a"], "date": pd.to_datetime(["2021-12-30"]), "revenue": [10.0]})
    figures = outlook(build(lines, "2021-12"), model="chain").figures
    reason = "history starts 2021-12, needs 2021-09"
    assert {figures[f"risk.{id}"].reason for id in ("expected_revenue", "lifetime_value", "lifetime_margin")} == {
        reason
    }
