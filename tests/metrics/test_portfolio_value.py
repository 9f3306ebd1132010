"""Expected revenue and lifetime value against their formulas, by hand, and against what then happened."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outlooks import Outlook, outlook
from portfolios import build, monthly_rows, rows
from test_risk import START, of_purchases

from portfolio_review.calendar import Month
from portfolio_review.metrics import bg_nbd, portfolio_value, recency_chain
from portfolio_review.metrics.bg_nbd import YEAR_WEEKS

LINES = of_purchases(3, 80)


@pytest.fixture(scope="module")
def found() -> Outlook:
    return outlook(build(LINES, "2021-12", history_start=START), discount_rate=0.2)


def test_bg_nbd_and_gamma_gamma(found: Outlook) -> None:
    value, fit, histories = found.value, found.found.fit, found.found.histories
    assert value.fit is not None
    assert fit is not None
    assert histories is not None
    assert (value.no_revenue, value.no_lifetime) == (None, None)
    assert abs(value.correlation or 1) <= portfolio_value.MOST_CORRELATED
    days = LINES[LINES["revenue"] > 0].groupby("client_id")["date"].nunique()
    mean = LINES.groupby("client_id")["revenue"].sum() / days
    # 12 months are 365 days from 31 December 2021
    purchases = bg_nbd.expected_purchases(fit.parameters, histories, 365 / 7)[histories.where]
    each = value.fit.expected_mean(days.to_numpy(dtype=float), mean.to_numpy())
    assert value.by_client["expected_revenue"].to_numpy() == pytest.approx(purchases * each, rel=1e-6)
    # ten years: 3,652 days
    ahead = bg_nbd.expected_purchases(fit.parameters, histories, 3_652 / 7, 0.2)[histories.where]
    assert value.by_client["lifetime_value"].to_numpy() == pytest.approx(ahead * each, rel=1e-6)


def test_figures(found: Outlook) -> None:
    base, figures = found.base, found.figures
    expected = base["expected_revenue"].sum()
    assert figures["risk.expected_revenue"].value == pytest.approx(expected)
    # the money of the active clients over the active clients: others are expected to bring something too
    of_active = base.loc[base["active1"], "expected_revenue"].sum()
    assert of_active < expected
    assert figures["risk.expected_revenue_per_client"].value == pytest.approx(of_active / base["active1"].sum())
    ten = base["expected_revenue"].sort_values().tail(10).sum()
    assert figures["risk.top10_value_share"].value == pytest.approx(ten / expected)
    assert figures["risk.lifetime_value"].value == pytest.approx(base["lifetime_value"].sum())
    assert figures["risk.lifetime_margin"].reason == "no margin given"


def test_a_higher_discount_leaves_less(found: Outlook) -> None:
    portfolio = build(LINES, "2021-12", history_start=START)
    free = outlook(portfolio, discount_rate=0).base["lifetime_value"]
    assert (free.dropna() >= found.base["lifetime_value"].dropna()).all()
    # no purchase is discounted by more than ten years at 20 %
    assert (found.base["lifetime_value"].dropna() >= free.dropna() * 1.2**-10 * (1 - 1e-9)).all()
    assert pytest.approx(365.25 / 7) == YEAR_WEEKS


def test_margin() -> None:
    with_margin = build(LINES.assign(margin=LINES["revenue"] * 0.25), "2021-12", history_start=START)
    figures = outlook(with_margin).figures
    assert figures["risk.lifetime_margin"].value == pytest.approx(figures["risk.lifetime_value"].value * 0.25)


def test_largest(found: Outlook) -> None:
    table = portfolio_value.largest(found.base)
    assert table["expected_revenue"].is_monotonic_decreasing
    assert table["share"].sum() == pytest.approx(found.figures["risk.top10_value_share"].value)
    assert table["rank"].tolist() == list(range(1, 11))


def test_fit_table(found: Outlook) -> None:
    table = portfolio_value.fit_table(found.value)
    assert table["parameter"].tolist() == ["p", "q", "gamma", "log_likelihood", "clients", "correlation"]
    assert np.isfinite(table["value"]).all()


def test_by_the_chain_by_hand() -> None:
    # a buys 10 every month of 2020 and 2021; b bought 7 in March 2020 and was refunded 2 in May
    lines = rows(
        *monthly_rows("a", "2020-01", [10.0] * 24, day=28),
        ("b", "2020-03-05", 7.0), ("b", "2020-05-05", -2.0),
    )  # fmt: skip
    portfolio = build(lines, "2021-12", data_until=dt.date(2021, 12, 31))
    found = outlook(portfolio)
    chain = recency_chain.learn(portfolio.monthly, Month(2021 * 12 + 11), 12)
    assert chain is not None
    # cases with a known year after: a at 12 month ends, silent 0, all bought; b from March to December 2020, silent
    # 0 to 9, none bought: 13 cases of silence 0, then nine of one each, pooled with them to 22 in all
    assert chain.cases.tolist() == [13] + [1] * 9
    assert chain.chance.tolist() == pytest.approx([12 / 22] * 10)
    # the last active 12 months of b end with March 2020: 7, its refund in May lies after
    assert found.base["expected_revenue"].to_dict() == pytest.approx({"a": 120 * 12 / 22, "b": 7 * 12 / 22})
    assert found.figures["risk.lifetime_value"].reason == portfolio_value.BY_CHAIN
    assert portfolio_value.fit_table(found.value).empty


def test_by_the_chain_a_year_must_be_known() -> None:
    lines = rows(*monthly_rows("a", "2021-03", [10.0] * 10, day=28))
    found = outlook(build(lines, "2021-12"))
    assert found.figures["risk.model"].value == "chain"
    for id in ("risk.expected_revenue", "risk.lifetime_value", "risk.top10_value_share"):
        assert found.figures[id].reason == "history starts 2021-03, needs 2020-12"


def test_gamma_gamma_needs_independence() -> None:
    # who buys often buys much: the money of a purchase day grows with their number
    grown = LINES.assign(revenue=LINES["revenue"] * LINES.groupby("client_id")["date"].transform("nunique") ** 2)
    found = outlook(build(grown, "2021-12", history_start=START))
    assert (found.value.correlation or 0) > portfolio_value.MOST_CORRELATED
    reason = found.figures["risk.lifetime_value"].reason or ""
    assert reason.startswith("Gamma-Gamma was not used: ")
    # each client's own mean takes its place
    fit, histories = found.found.fit, found.found.histories
    assert fit is not None
    assert histories is not None
    mean = grown.groupby("client_id")["revenue"].sum() / grown.groupby("client_id")["date"].nunique()
    purchases = bg_nbd.expected_purchases(fit.parameters, histories, 365 / 7)[histories.where]
    assert found.value.by_client["expected_revenue"].to_numpy() == pytest.approx(purchases * mean.to_numpy(), rel=1e-6)


def test_a_client_whose_purchases_were_all_refunded_is_worth_nothing() -> None:
    lines = pd.concat([LINES, rows(("zz", "2021-05-01", 50.0), ("zz", "2021-06-01", -60.0))])
    found = outlook(build(lines, "2021-12", history_start=START))
    assert found.base.loc["zz", "expected_revenue"] == 0.0
    assert found.base.loc["zz", "p_next"] > 0
