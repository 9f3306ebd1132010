"""Money at stake, list by list, in value over 12 months. Expected numbers are worked out beside the frames."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from acting import NO_MIX, back_of, frame

from portfolio_review.calendar import Period
from portfolio_review.metrics import stake
from portfolio_review.metrics.value import Choice
from portfolio_review.metrics.windows import Windows

DAY = dt.date(2021, 12, 31)
WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2010, 1, 1), DAY)
HALF = Windows(Period.parse("2021-12"), 6, dt.date(2010, 1, 1), DAY)
NO_ROWS = pd.DataFrame({"client_id": [], "month": [], "revenue": []})
COMMON = {
    "r0": 1000.0, "r1": 1000.0, "value1": 1000.0, "margin_rate1": 1.0, "active1": True, "abc1": "B", "xyz1": "Y",
    "p12": 0.9, "type": "shop", "potential": np.nan, "stage": "stable", "early_decline": False, "revenue_recent": 0.0,
    "revenue_year_ago": 0.0, "lapsed": False, "last_purchase": pd.Timestamp("2021-12-01"),
}  # fmt: skip
# peers p1 to p4 of class B; Tea: 2 of 4 at 10 and 30, so 0.5 · 20 = 10
PEERS = {f"p{n}": {"rule": "standard"} for n in range(1, 5)}
TEA = pd.DataFrame({"client_id": ["p1", "p2"], "category": "Tea", "revenue_w1": [10.0, 30.0]})
MONEY = stake.Money(Choice("revenue"), back_of(DAY))


def staked(
    mix: pd.DataFrame = TEA, monthly: pd.DataFrame = NO_ROWS, when: Windows = WHEN, money: stake.Money = MONEY,
    **values: object,
) -> pd.Series:  # fmt: skip
    base = frame({**PEERS, "me": values}, **COMMON)
    return stake.add_stakes(base, monthly, mix, when, money).loc["me"]


def at_stake(**values: object) -> float:
    return float(staked(**values)["at_stake"])


LAST = pd.DataFrame(
    {
        "client_id": ["me"] * 3, "month": [2020 * 12 + 4, 2020 * 12 + 5, 2019 * 12 + 5], "revenue": [380.0, 100.0, 9.0],
        "margin": [60.0, 20.0, 1.0], "gross": [380.0, 100.0, 9.0], "margin_gross": [380.0, 100.0, 9.0],
    }
)  # fmt: skip
GONE = {"rule": "return", "stage": "lapsed", "lapsed": True, "last_purchase": pd.Timestamp("2020-06-03")}


def test_return_is_what_the_last_active_year_brought_and_the_chance_weighs_it() -> None:
    # July 2019 to June 2020: 380 + 100; June 2019 is the thirteenth month back. 18 months silent: of bands 0–11 and
    # 12 on, 10 of 40 cases came back
    back = back_of(DAY, (0, 60, 30, 30), (12, 40, 10, 25))
    found = staked(monthly=LAST, money=stake.Money(Choice("revenue"), back), **GONE)
    assert found[["at_stake", "lost", "chance_back", "expected_back"]].tolist() == [480.0, 480.0, 0.25, 120.0]
    in_margin = staked(monthly=LAST, money=stake.Money(Choice("margin", 0.2), back), **GONE)
    assert in_margin[["lost", "expected_back"]].tolist() == [80.0, 20.0]


def test_where_too_few_came_back_to_tell_return_is_lost_alone() -> None:
    nothing = stake.Money(Choice("revenue"), back_of(DAY, (0, 1, 0, 1)).__class__(back_of(DAY).bands.head(0)))
    found = staked(monthly=LAST, money=nothing, **GONE)
    assert found["at_stake"] == 480.0
    assert found[["chance_back", "expected_back"]].isna().all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # value(W1) · (1 − p12 · f)
        ({"stage": "at_risk"}, 100.0),  # f = 1: 1000 · (1 − 0.9)
        ({"stage": "declining", "r0": 2000.0}, 550.0),  # f = 0.5: 1000 · (1 − 0.45)
        ({"stage": "declining", "r0": -5.0}, 100.0),  # no base: f = 1
        ({"stage": "stable", "early_decline": True, "revenue_recent": 30.0, "revenue_year_ago": 100.0}, 730.0),
        # the window fell further than the three months: f = 0.2
        ({"stage": "declining", "r0": 5000.0, "early_decline": True, "revenue_recent": 30.0, "revenue_year_ago": 100.0}, 820.0),
        ({"stage": "declining", "r0": 2000.0, "r1": -7.0}, 1000.0),  # f = 0
        # without a chance: value · (1 − f) for the falling, 0 for at risk
        ({"stage": "declining", "r0": 2000.0, "p12": np.nan}, 500.0),
        ({"stage": "at_risk", "p12": np.nan}, 0.0),
    ],
)  # fmt: skip
def test_in_danger_is_what_goes_if_it_falls_silent_or_falls_once_more(
    values: dict[str, object], expected: float
) -> None:
    assert at_stake(rule="retain", **values) == pytest.approx(expected, abs=1e-6)


def test_where_the_backtest_lost_nothing_is_ordered_by_a_chance() -> None:
    lost = stake.Money(Choice("revenue"), back_of(DAY), by_chance=False)
    assert at_stake(rule="retain", stage="declining", r0=2000.0, money=lost) == 500.0
    assert at_stake(rule="retain", stage="at_risk", money=lost) == 0.0


def test_thread_and_reward_are_the_value_of_12_months_and_standard_is_nothing() -> None:
    thread = staked(rule="retain", value1=250.0)
    assert (thread["list"], thread["at_stake"]) == ("thread", 250.0)
    assert at_stake(rule="reward", value1=250.0) == 250.0
    assert at_stake(rule="reward", value1=250.0, when=HALF) == 500.0  # of six months
    assert np.isnan(at_stake(rule="standard"))


def test_develop_is_what_it_could_buy_up_to_the_potential() -> None:
    assert at_stake(rule="develop") == 10.0
    assert at_stake(rule="develop", potential=1004.0) == 4.0
    assert at_stake(rule="develop", potential=1010.0) == 10.0
    assert at_stake(rule="develop", potential=900.0) == 0.0
    # in margin by the client's own rate; over six months twice, within a yearly potential of 2000 + 15
    assert at_stake(rule="develop", margin_rate1=0.3) == pytest.approx(3.0)
    assert at_stake(rule="develop", when=HALF) == 20.0
    assert at_stake(rule="develop", when=HALF, potential=2015.0) == 15.0


def month_rows(money: float) -> pd.DataFrame:
    return pd.DataFrame({"client_id": ["me"], "month": [2019 * 12], "revenue": [money]})


@pytest.mark.parametrize(
    ("abc", "xyz", "best", "expected"),
    [
        ("A", "Y", 1300.0, 300.0),
        ("A", "Z", 1300.0, 300.0),
        ("A", "X", 1300.0, 0.0),  # constant: white space only; no peer of class A
        ("B", "Y", 1300.0, 10.0),
        ("A", "Y", 900.0, 0.0),
    ],
)
def test_large_unsteady_clients_at_least_their_fall(abc: str, xyz: str, best: float, expected: float) -> None:
    assert at_stake(rule="develop", abc1=abc, xyz1=xyz, monthly=month_rows(best)) == expected


def test_the_fall_is_not_cut_by_the_potential() -> None:
    assert at_stake(rule="develop", abc1="A", potential=1001.0, monthly=month_rows(1300.0)) == 300.0


def test_what_is_not_known_is_not_zero() -> None:
    assert np.isnan(at_stake(rule="develop", mix=NO_MIX))
    assert np.isnan(at_stake(rule="develop", abc1=None))  # not active in W1: no class, no peers
    assert at_stake(rule="develop", abc1="A", mix=NO_MIX, monthly=month_rows(1300.0)) == 300.0


@pytest.mark.parametrize(
    ("list_", "mix", "reason"),
    [
        ("return", TEA, "no money at stake known"),
        ("develop", NO_MIX, "no category given"),
        ("develop", TEA, "no money at stake known"),
    ],
)
def test_the_reason_why_nothing_is_known(list_: str, mix: pd.DataFrame, reason: str) -> None:
    assert stake.lacks_stake(mix, list_) == reason


def test_inputs_are_not_changed() -> None:
    base = frame({**PEERS, "me": {"rule": "develop"}}, **COMMON)
    before = base.copy(deep=True)
    stake.add_stakes(base, NO_ROWS, TEA, WHEN, MONEY)
    pd.testing.assert_frame_equal(base, before)
