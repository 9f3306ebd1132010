"""Money at stake, rule by rule."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from acting import NO_MIX, frame

from portfolio_review.calendar import Period
from portfolio_review.metrics import stake
from portfolio_review.metrics.windows import Windows

WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2010, 1, 1), dt.date(2021, 12, 31))
NO_ROWS = pd.DataFrame({"client_id": [], "month": [], "revenue": []})
COMMON = {
    "r1": 1000.0, "revenue_last_active": np.nan, "abc1": "B", "xyz1": "Y", "p_next": 0.25, "type": "shop",
    "potential": np.nan, "at_risk": np.nan,
}  # fmt: skip
# peers p1 to p4 of class B; Tea: 2 of 4 at 10 and 30, so 0.5 · 20 = 10
PEERS = {f"p{n}": {"rule": "standard"} for n in range(1, 5)}
TEA = pd.DataFrame({"client_id": ["p1", "p2"], "category": "Tea", "revenue_w1": [10.0, 30.0]})


def at_stake(mix: pd.DataFrame = TEA, monthly: pd.DataFrame = NO_ROWS, **values: object) -> float:
    base = frame({**PEERS, "me": values}, **COMMON)
    return float(stake.add_stakes(base, monthly, mix, WHEN)["at_stake"]["me"])


def test_return_is_what_it_last_bought_times_the_chance() -> None:
    assert at_stake(rule="return", revenue_last_active=480.0) == 120.0
    assert np.isnan(at_stake(rule="return", revenue_last_active=480.0, p_next=np.nan))


def test_retain_is_the_revenue_at_risk() -> None:
    assert at_stake(rule="retain", at_risk=187.5) == 187.5
    assert np.isnan(at_stake(rule="retain"))


def test_reward_is_the_revenue_of_w1_and_standard_nothing() -> None:
    assert at_stake(rule="reward") == 1000.0
    assert np.isnan(at_stake(rule="standard"))


def test_develop_is_the_white_space_up_to_the_potential() -> None:
    assert at_stake(rule="develop") == 10.0
    assert at_stake(rule="develop", potential=1004.0) == 4.0
    assert at_stake(rule="develop", potential=1010.0) == 10.0
    assert at_stake(rule="develop", potential=900.0) == 0.0


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


def test_chances_may_be_missing_altogether() -> None:
    base = frame({"me": {"rule": "return", "revenue_last_active": 480.0}}, **COMMON).drop(columns=["p_next", "at_risk"])
    found = stake.add_stakes(base, NO_ROWS, NO_MIX, WHEN)
    assert np.isnan(found["at_stake"]["me"])
    assert found[["p_next", "at_risk"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("rule", "mix", "kind", "reason"),
    [
        ("return", TEA, "shop", "no chance of a purchase known"),
        ("retain", TEA, "shop", "no chance of a purchase known"),
        ("develop", NO_MIX, "shop", "no category given"),
        ("develop", TEA, "shop", "no money at stake known"),
    ],
)
def test_the_reason_why_nothing_is_known(rule: str, mix: pd.DataFrame, kind: str | None, reason: str) -> None:
    assert stake.lacks_stake(frame({"me": {}}, **{**COMMON, "type": kind}), mix, rule) == reason


def test_inputs_are_not_changed() -> None:
    base = frame({**PEERS, "me": {"rule": "develop"}}, **COMMON)
    before = base.copy(deep=True)
    stake.add_stakes(base, NO_ROWS, TEA, WHEN)
    pd.testing.assert_frame_equal(base, before)
