"""The risk page of whole portfolios: figures, segments, and what scaling money and the order of rows do."""

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

from portfolio_review.catalog import lookup
from portfolio_review.metrics import risk

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


def test_weighted_risk_by_hand() -> None:
    base = pd.DataFrame({"r1": [100.0, 40.0, -8.0, 0.0], "p_next": [0.9, 0.5, 0.5, np.nan]}, index=list("abcd"))
    # over positive r: (10 + 20) / 140; d never purchased
    assert risk.weighted_risk(base["r1"], base["p_next"]) == pytest.approx(30 / 140)
    assert risk.weighted_risk(base["r1"] * 0, base["p_next"]) is None


def test_the_interval_is_that_of_the_sum_over_clients_drawn_anew(found: Outlook) -> None:
    amounts = found.base["at_risk"].dropna()
    half = 1.96 * len(amounts) ** 0.5 * amounts.std(ddof=0)
    at_risk = found.figures["risk.revenue_at_risk"]
    low, high = at_risk.interval  # type: ignore[misc]
    assert low < at_risk.value < high  # type: ignore[operator]
    # a sum of skewed amounts: near the normal approximation, not equal to it
    assert high - low == pytest.approx(2 * half, rel=0.1)


def test_columns_of_the_client_frame(portfolio: Portfolio, found: Outlook) -> None:
    base = found.base
    assert base["p_next"].notna().tolist() == base["first_purchase"].notna().tolist()
    assert base["at_risk"].isna().tolist() == base["lapsed"].tolist()
    whole = base["r1"].clip(lower=0) / 4
    assert (base["at_risk"].dropna() <= whole[base["at_risk"].notna()] + 1e-9).all()
    # the frame that went in is left as it was
    assert "p_next" not in portfolio.base()


def test_figures(found: Outlook) -> None:
    base, figures = found.base, found.figures
    assert figures["risk.expected_buyers"].value == pytest.approx(base["p_next"].sum())
    assert figures["risk.gone"].value == pytest.approx(base.loc[base["lapsed"], "r1"].clip(lower=0).sum())
    assert figures["risk.revenue_at_risk"].value == pytest.approx(base["at_risk"].sum())
    r = base["r1"].clip(lower=0).where(~base["lapsed"], 0.0)
    assert figures["risk.weighted_risk"].value == pytest.approx((r * (1 - base["p_next"])).sum() / r.sum())
    assert figures["risk.outlook_today"].value == pytest.approx(base["expected_3"].sum())
    assert figures["risk.expected_12"].value == pytest.approx(base.loc[base["active1"], "expected_12"].sum())


def test_longer_horizons_put_more_in_sight(portfolio: Portfolio, found: Outlook) -> None:
    year = outlook(portfolio, horizon_months=12).base["p_next"]
    # a model of its own horizon each: on the whole more buy in a year than in a quarter
    assert year.sum() > found.base["p_next"].sum()


def test_w1_that_starts_before_the_history() -> None:
    lines = rows(*(line for n in range(40) for line in monthly_rows(f"c{n:02d}", "2021-06", [10.0] * (2 + n % 6))))
    figures = outlook(build(lines, "2021-12", history_start=dt.date(2021, 6, 1))).figures
    assert figures["risk.revenue_at_risk"].reason == "history starts 2021-06, needs 2021-01"
    assert figures["risk.weighted_risk"].reason == "history starts 2021-06, needs 2021-01"


def test_nobody_with_revenue_in_w1() -> None:
    # all lapsed: the last purchase of anybody lies two years back
    lines = rows(*(line for n in range(8) for line in monthly_rows(f"c{n}", "2018-01", [10.0] * (3 + n))))
    found = outlook(build(lines, "2021-12", data_until=dt.date(2021, 12, 31)))
    assert found.figures["risk.revenue_at_risk"].value == 0.0
    assert found.figures["risk.gone"].value == 0.0
    assert found.figures["risk.weighted_risk"].reason == "no active client in W1"
    assert found.figures["risk.main_quadrant"].value is None


def test_largest_first(found: Outlook) -> None:
    everyone = risk.clients(found.base)
    assert everyone["at_risk"].fillna(0.0).is_monotonic_decreasing
    assert everyone["at_risk"][0] == found.base["at_risk"].max()
    assert len(everyone) == found.base["p_next"].notna().sum()


def test_segments_by_hand() -> None:
    base = pd.DataFrame(
        {
            "active1": [True, True, False, True],
            "r1": [100.0, 50.0, 0.0, 30.0],
            "p_next": [0.5, 1.0, 0.2, 0.0],
            "lapsed": [False, False, True, False],
            "gone": [np.nan, np.nan, 9.0, np.nan],
            "at_risk": [12.5, 0.0, np.nan, 7.5],
            "expected_12": [80.0, 60.0, 5.0, np.nan],
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
    assert by_abc["at_risk"].tolist()[:2] == [12.5, 7.5]
    assert np.isnan(by_abc["at_risk"][2])
    assert by_abc["gone"][2] == 9
    # A: (100 · 0.5 + 50 · 0) / 150; the inactive have no positive revenue
    assert by_abc["weighted_risk"][:2].tolist() == pytest.approx([1 / 3, 1.0])
    assert np.isnan(by_abc["weighted_risk"][2])
    assert by_abc["expected_12"][[0, 2]].tolist() == [140, 5]
    assert np.isnan(by_abc["expected_12"][1])
    by_region = found["risk.by.region"]
    # most money at risk first, clients without a region last
    assert by_region["value"].tolist() == ["north", "south", None]
    assert by_region["at_risk"].tolist() == [12.5, 0, 7.5]


def test_segments_add_up(found: Outlook) -> None:
    for table in risk.by_segment(found.base).values():
        assert table["at_risk"].sum() == pytest.approx(found.figures["risk.revenue_at_risk"].value)
        assert table["gone"].sum() == pytest.approx(found.figures["risk.gone"].value)
        assert table["expected_12"].sum() == pytest.approx(found.base["expected_12"].sum())
        assert table["clients"].sum() == found.base["active1"].sum()


@hypothesis_settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 20), st.sampled_from(["auto", "chain"]))
def test_scaling_money_scales_money_and_leaves_the_rest(seed: int, model: str) -> None:
    one, ten = (
        outlook(build(of_purchases(seed, 40, scale), "2021-12", history_start=START), model=model).figures
        for scale in (1.0, 10.0)
    )
    for id, figure in one.items():
        if isinstance(figure.value, str) or figure.value is None:
            assert ten[id].value == figure.value, id
        else:
            assert ten[id].value == pytest.approx(figure.value * (10 if lookup(id).unit == "money" else 1), rel=1e-6), (
                id
            )


def test_the_order_of_rows_changes_nothing() -> None:
    lines = of_purchases(4, 60)
    one, other = (
        outlook(build(frame, "2021-12", history_start=START)) for frame in (lines, lines.sample(frac=1, random_state=1))
    )
    assert one.figures == other.figures
    pd.testing.assert_frame_equal(one.base, other.base)


def test_parts_as_they_stood_where_the_gaps_of_that_day_are_kept(portfolio: Portfolio, found: Outlook) -> None:
    when = portfolio.when
    earlier = found.found.earlier(when)
    kept = {day.date() for day in portfolio.gaps.series["date"]}
    before = risk.earlier(found.base, portfolio.monthly, portfolio.gaps, earlier, found.review.risk)
    assert set(before) == {field for field, (then, said) in earlier.items() if said.model and then.p.end in kept}
    assert before
