"""Revenue at risk, weighted risk, lists and segments by hand, and what scaling money does."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from outlooks import Outlook, outlook, random_purchases
from portfolios import Portfolio, build, monthly_rows, rows

from portfolio_review.calendar import Month
from portfolio_review.metrics import chances, risk
from portfolio_review.metrics.chances import Forecast
from portfolio_review.review.model import Risk

START = dt.date(2019, 1, 1)


def of_purchases(seed: int, clients: int, scale: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    purchases = random_purchases(seed, clients, START, dt.date(2021, 12, 31))
    lines = [(client, day) for client, days in purchases.items() for day in days]
    frame = pd.DataFrame(lines, columns=["client_id", "date"])
    frame["date"] = pd.to_datetime(frame["date"])
    # clients differ in what they spend, whatever their number of purchases
    level = pd.Series(30 / rng.gamma(4, 1, len(purchases)), index=list(purchases))
    frame["revenue"] = np.round(rng.gamma(6, 5, len(frame)) * frame["client_id"].map(level) + 1, 2) * scale
    return frame


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return build(of_purchases(3, 80), "2021-12", history_start=START)


@pytest.fixture(scope="module")
def found(portfolio: Portfolio) -> Outlook:
    return outlook(portfolio)


def test_money_by_hand() -> None:
    base = pd.DataFrame({"r1": [100.0, 40.0, -8.0, 0.0], "p_next": [0.9, 0.5, 0.5, np.nan]}, index=list("abcd"))
    # h / window_months = 1 / 4: (100 · 0.1 + 40 · 0.5 − 8 · 0.5) / 4; d never purchased
    assert risk.revenue_at_risk(base["r1"], base["p_next"], 0.25) == pytest.approx(6.5)
    # over positive r: (10 + 20) / 140
    assert risk.weighted_risk(base["r1"], base["p_next"]) == pytest.approx(30 / 140)
    assert risk.weighted_risk(base["r1"] * 0, base["p_next"]) is None


def test_the_interval_is_that_of_the_sum_over_clients_drawn_anew(found: Outlook) -> None:
    amounts = found.base["at_risk"].dropna()
    half = 1.96 * len(amounts) ** 0.5 * amounts.std(ddof=0)
    at_risk = found.figures["risk.revenue_at_risk"]
    low, high = at_risk.interval  # type: ignore[misc]
    assert low < at_risk.value < high  # type: ignore[operator]
    # a sum of 80 skewed amounts: near the normal approximation, not equal to it
    assert high - low == pytest.approx(2 * half, rel=0.1)
    expected = found.figures["risk.expected_revenue"]
    low, high = expected.interval  # type: ignore[misc]
    assert low < expected.value < high  # type: ignore[operator]


def test_columns_of_the_client_frame(portfolio: Portfolio, found: Outlook) -> None:
    base = found.base
    assert base[list(chances.COLUMNS)].notna().all(axis=1).tolist() == base["first_purchase"].notna().tolist()
    assert base["p_next"].notna().tolist() == base["first_purchase"].notna().tolist()
    expected = base["r1"] * 3 / 12 * (1 - base["p_next"])
    pd.testing.assert_series_equal(base["at_risk"], expected, check_names=False)
    # the frame that went in is left as it was
    assert "p_next" not in portfolio.base()


def test_figures(found: Outlook) -> None:
    base, figures = found.base, found.figures
    assert figures["risk.model"].value == "two_clocks"
    assert figures["risk.expected_buyers"].value == pytest.approx(base["p_next"].sum())
    assert figures["risk.revenue_at_risk"].value == pytest.approx((base["r1"] * 0.25 * (1 - base["p_next"])).sum())
    r = base["r1"].clip(lower=0)
    assert figures["risk.weighted_risk"].value == pytest.approx((r * (1 - base["p_next"])).sum() / r.sum())


def test_figures_as_they_stood_before(portfolio: Portfolio, found: Outlook) -> None:
    for id in ("risk.revenue_at_risk", "risk.weighted_risk"):
        figure = found.figures[id]
        assert figure.previous_year == figure.window_previous
        # by the review of November, and by that of December 2020
        for period, then in (("2021-11", figure.previous), ("2020-12", figure.previous_year)):
            of_then = outlook(build(of_purchases(3, 80), period, history_start=START, data_until=dt.date(2021, 12, 31)))
            assert then == pytest.approx(of_then.figures[id].value, rel=1e-6)


def test_longer_horizons_put_more_in_sight(portfolio: Portfolio) -> None:
    for model in ("auto", "bg_nbd"):
        found = outlook(portfolio, model=model).base
        assert (found["p12"].dropna() >= found["p_next"].dropna()).all()
        assert found["p12"].mean() > found["p_next"].mean()


def test_w1_that_starts_before_the_history() -> None:
    lines = rows(*(line for n in range(40) for line in monthly_rows(f"c{n:02d}", "2021-06", [10.0] * (2 + n % 6))))
    figures = outlook(build(lines, "2021-12", history_start=dt.date(2021, 6, 1))).figures
    assert figures["risk.revenue_at_risk"].reason == "history starts 2021-06, needs 2021-01"
    assert figures["risk.weighted_risk"].reason == "history starts 2021-06, needs 2021-01"


def test_no_model_no_figure() -> None:
    figures = outlook(build(rows(("a", "2021-12-30", 10.0)), "2021-12"), model="chain").figures
    reason = "history starts 2021-12, needs 2021-09"
    for id in (
        "risk.model",
        "risk.revenue_at_risk",
        "risk.weighted_risk",
        "risk.main_quadrant",
        "risk.expected_revenue",
    ):
        assert (figures[id].value, figures[id].reason) == (None, reason)


def test_nobody_with_revenue_in_w1() -> None:
    # all lapsed: the last purchase of anybody lies two years back
    lines = rows(*(line for n in range(8) for line in monthly_rows(f"c{n}", "2018-01", [10.0] * (3 + n))))
    found = outlook(build(lines, "2021-12", data_until=dt.date(2021, 12, 31)))
    assert found.figures["risk.revenue_at_risk"].value == 0.0
    assert found.figures["risk.weighted_risk"].reason == "no active client in W1"
    assert found.figures["risk.main_quadrant"].value is None
    assert (found.base["p_next"] < 0.005).all()


def test_largest_first(found: Outlook) -> None:
    largest = risk.largest(found.base)
    assert largest["rank"].tolist() == list(range(1, 11))
    assert largest["at_risk"].is_monotonic_decreasing
    assert largest["at_risk"][0] == found.base["at_risk"].max()
    everyone = risk.clients(found.base)
    assert everyone["client_id"].tolist()[:10] == largest["client_id"].tolist()
    assert len(everyone) == found.base["p_next"].notna().sum()


def test_segments_by_hand() -> None:
    base = pd.DataFrame(
        {
            "active1": [True, True, False, True],
            "r1": [100.0, 50.0, 0.0, 30.0],
            "p_next": [0.5, 1.0, 0.2, 0.0],
            "at_risk": [12.5, 0.0, 0.0, 7.5],
            "expected_revenue": [80.0, 60.0, 5.0, np.nan],
            "lifetime_value": [np.nan] * 4,
            "abc1": pd.Categorical(["A", "A", None, "B"], categories=["A", "B", "C", "none"], ordered=True),
            "region": ["north", "south", "north", None],
        },
        index=list("wxyz"),
    )
    found = risk.by_segment(base)
    assert list(found) == ["risk.by.abc", "risk.by.region"]
    by_abc = found["risk.by.abc"]
    assert by_abc["class"].tolist() == ["A", "B", "inactive"]
    assert by_abc["clients"].tolist() == [2, 1, 0]
    assert by_abc["revenue"].tolist() == [150, 30, 0]
    assert by_abc["at_risk"].tolist() == [12.5, 7.5, 0]
    # A: (100 · 0.5 + 50 · 0) / 150; the inactive have no positive revenue
    assert by_abc["weighted_risk"][:2].tolist() == pytest.approx([1 / 3, 1.0])
    assert np.isnan(by_abc["weighted_risk"][2])
    assert by_abc["expected_revenue"][[0, 2]].tolist() == [140, 5]
    assert np.isnan(by_abc["expected_revenue"][1])
    by_region = found["risk.by.region"]
    # most money at risk first, clients without a region last
    assert by_region["value"].tolist() == ["north", "south", None]
    assert by_region["at_risk"].tolist() == [12.5, 0, 7.5]


def test_segments_add_up(found: Outlook) -> None:
    for table in risk.by_segment(found.base).values():
        assert table["at_risk"].sum() == pytest.approx(found.figures["risk.revenue_at_risk"].value)
        assert table["expected_revenue"].sum() == pytest.approx(found.figures["risk.expected_revenue"].value)
        assert table["clients"].sum() == found.base["active1"].sum()


MONEY = ("risk.revenue_at_risk", "risk.expected_revenue", "risk.expected_revenue_per_client", "risk.expected_new")


@hypothesis_settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 20), st.sampled_from(["auto", "chain"]))
def test_scaling_money_scales_money_and_leaves_the_rest(seed: int, model: str) -> None:
    one, ten = (
        outlook(build(of_purchases(seed, 40, scale), "2021-12", history_start=START), model=model).figures
        for scale in (1.0, 10.0)
    )
    for id, figure in one.items():
        if isinstance(figure.value, str) or figure.value is None or id == "risk.reference_revenue_per_client":
            assert ten[id].value == figure.value, id
        else:
            assert ten[id].value == pytest.approx(figure.value * (10 if id in MONEY else 1), rel=1e-6), id


def test_the_order_of_rows_changes_nothing() -> None:
    lines = of_purchases(4, 60)
    one, other = (
        outlook(build(frame, "2021-12", history_start=START)) for frame in (lines, lines.sample(frac=1, random_state=1))
    )
    assert one.figures == other.figures
    pd.testing.assert_frame_equal(one.base, other.base)


def test_no_forecast_leaves_empty_columns() -> None:
    base = pd.DataFrame({"r1": [1.0]}, index=["a"])
    nothing = Forecast(None, Month(2021 * 12 + 11), pd.DataFrame({"p_next": []}), "none")
    portfolio = build(rows(("a", "2021-12-01", 1.0)), "2021-12")
    assert risk.add_chances(base, nothing, portfolio.when, Risk())[["p_next", "at_risk"]].isna().all(axis=None)
