"""The four rules and `standard`: the order in which they are decided, and the class of what is gone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from acting import frame, ruled
from plain import Plain, last_day
from portfolios import build, monthly_rows, rows
from test_against_plain import both

from portfolio_review.calendar import Period
from portfolio_review.metrics import lifecycle, rules
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Abc

WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2010, 1, 1), dt.date(2021, 12, 31))
# W1: A from 100, B from 20, C below
REFERENCE = {
    "ref_a": {"abc1": "A", "r1": 100.0}, "ref_b": {"abc1": "B", "r1": 20.0}, "ref_c": {"abc1": "C", "r1": 5.0},
}  # fmt: skip
COMMON = {
    "stage": "stable", "xyz1": "Y", "lapsed": False, "early_decline": False, "r1": 0.0, "abc1": None,
    "first_purchase": pd.Timestamp("2020-03-01"), "last_purchase": pd.Timestamp("2021-11-15"),
}  # fmt: skip


def rule(monthly: list[tuple[int, float]] | None = None, when: Windows = WHEN, **values: object) -> str:
    """The rule of one client beside the reference clients; monthly: (month of 2021, revenue)."""
    base = frame({**REFERENCE, "me": values}, **COMMON)
    lines = [("me", 2021 * 12 + month - 1, money) for month, money in monthly or []]
    money = pd.DataFrame(lines, columns=["client_id", "month", "revenue"]).astype({"month": int, "revenue": float})
    return str(rules.add_rules(base, money, when, Abc())["rule"]["me"])


def test_the_first_that_fits() -> None:
    assert rule(abc1="C", xyz1="Z", stage="lapsed", lapsed=True) == "standard"
    assert rule(abc1="C", xyz1="Z", stage="at_risk") == "standard"
    assert rule(abc1="C", xyz1="Y", stage="at_risk") == "retain"
    assert rule(abc1="B", xyz1="Z", stage="declining") == "retain"
    assert rule(abc1="A", xyz1="X", stage="growing", early_decline=True) == "retain"
    assert rule(abc1="A", xyz1="X", stage="growing") == "reward"
    assert rule(abc1="A", xyz1="X", stage="new") == "develop"
    assert rule(abc1="A", xyz1="Y") == "develop"
    assert rule(abc1="none", xyz1="Z") == "develop"
    # §7: exposed clients are protected, after standard and return
    assert rule(abc1="A", xyz1="X", stage="growing", exposed=True) == "retain"
    assert rule(abc1="C", xyz1="Z", exposed=True) == "standard"
    assert rule([(11, 50.0)], stage="lapsed", lapsed=True, exposed=True) == "return"
    assert rule(stage=None) == "nan"


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        # the last purchase lies in November 2021: December 2020 to November 2021 count
        ([(11, 12.0), (5, 8.0)], "return"),  # 20 reaches B
        ([(11, 12.0), (5, 7.99)], "standard"),
        ([(11, 12.0), (0, 8.0)], "return"),  # month 0: December 2020, the twelfth back
        ([(11, 12.0), (-1, 8.0)], "standard"),  # November 2020 is the thirteenth
        ([(11, 30.0), (12, -20.0)], "return"),  # a refund after the last purchase is not of those months
        ([(11, 30.0), (10, -40.0)], "standard"),  # not positive: class `none`, §7: "in class C or none"
    ],
)
def test_the_lapsed_are_judged_by_their_last_active_12_months(months: list[tuple[int, float]], expected: str) -> None:
    assert rule(months, stage="lapsed", lapsed=True) == expected


def test_last_active_12_months_against_a_shorter_window() -> None:
    # W1 of 6 months: 39 over 12 months are 19.5 over 6, below the 20 of B; 40 are not
    half = Windows(Period.parse("2021-12"), 6, dt.date(2010, 1, 1), dt.date(2021, 12, 31))
    assert rule([(11, 39.0)], half, stage="lapsed", lapsed=True) == "standard"
    assert rule([(11, 40.0)], half, stage="lapsed", lapsed=True) == "return"


def test_by_margin_the_class_is_that_of_the_margin_but_the_money_is_revenue() -> None:
    base = frame({**REFERENCE, "me": {"stage": "lapsed", "lapsed": True}}, **COMMON).assign(
        margin1=[100.0, 20.0, 5.0, np.nan],
        **{f"{name}{end}": 1.0 for name in ("gross", "margin_gross") for end in "01"},
    )
    monthly = pd.DataFrame({"client_id": ["me"], "month": [2021 * 12 + 10], "revenue": [500.0], "margin": [10.0]})
    found = rules.add_rules(base, monthly, WHEN, Abc(measure="margin")).loc["me"]
    assert (found["rule"], found["abc_last"], found["revenue_last_active"]) == ("standard", "C", 500.0)


def test_where_nobody_buys_in_w1_nobody_lapsed_is_standard() -> None:
    made = build(rows(("a", "2019-01-01", 10.0), ("b", "2019-02-01", 1.0)), "2021-12", data_until=dt.date(2021, 12, 31))
    assert set(ruled(made)["rule"].astype(str)) == {"return"}


@pytest.mark.parametrize(
    ("first", "since", "expected"),
    [
        ("2016-12-30", None, "reward"),
        ("2016-12-31", None, "develop"),  # five years to the day are not over five
        ("2018-01-01", "2009-05-01", "reward"),  # the history is shorter than the relationship
        ("2016-01-01", "2019-05-01", "reward"),
        ("2018-01-01", "2018-05-01", "develop"),
    ],
)
def test_b_and_x_is_rewarded_after_five_years(first: str, since: str | None, expected: str) -> None:
    day = pd.Timestamp(since) if since else pd.NaT
    assert rule(abc1="B", xyz1="X", first_purchase=pd.Timestamp(first), since=day) == expected
    assert rule(abc1="C", xyz1="X", first_purchase=pd.Timestamp(first), since=day) == "develop"


def test_every_client_that_ever_bought_has_one_rule_and_no_other_has() -> None:
    made = build(
        rows(
            *monthly_rows("a", "2019-01", [100] * 36), *monthly_rows("b", "2020-01", [9] * 12),
            ("c", "2021-05-01", -3.0), ("d", "2021-12-01", 2.0),
        ),
        "2021-12",
    )  # fmt: skip
    base = ruled(made)
    # d: A holds 1200 of 1202, so it is C and Z; b: 108 in its last active 12 months are below the 1200 of A
    assert base["rule"].dropna().astype(str).to_dict() == {"a": "reward", "b": "standard", "d": "standard"}
    check = rules.one_rule_each(base)
    assert (check.passed, check.detail) == (
        True, "reward 1 + standard 2 = 3 clients",
    )  # fmt: skip
    assert not rules.one_rule_each(base.assign(rule=base["rule"].where(base.index != "a"))).passed
    assert rules.table(base, made.when).to_dict("list") == {
        "rule": ["return", "retain", "develop", "reward", "standard"],
        "clients": [0, 0, 0, 1, 2], "revenue": [0.0, 0.0, 0.0, 1200.0, 2.0],
    }  # fmt: skip


def test_without_w0_the_lapsed_and_those_at_risk_have_their_rule_and_the_rest_is_unknown() -> None:
    # the history starts with W1 (§7: "lapsed and at risk as always, the rest unknown"); of gaps of 31 days at the
    # 80 % quantile lapsed is silent for over 90 days, at risk for over 31
    made = build(
        rows(
            *monthly_rows("still", "2021-01", [50] * 12), *monthly_rows("late", "2021-01", [40] * 10),
            *monthly_rows("gone", "2021-01", [60] * 7), *monthly_rows("tiny", "2021-01", [1] * 6),
        ),
        "2021-12", data_until=dt.date(2021, 12, 31),
    )  # fmt: skip
    base = ruled(made)
    assert base["stage"].astype(str).to_dict() == {
        "gone": "lapsed", "late": "at_risk", "still": "unknown", "tiny": "lapsed",
    }  # fmt: skip
    # A: 600, 420, 400 up to 80 % of 1426; tiny is C in its last active year
    assert base["rule"].astype(str).to_dict() == {
        "gone": "return", "late": "retain", "still": "unknown", "tiny": "standard",
    }  # fmt: skip
    assert rules.table(base, made.when).to_dict("list") == {
        "rule": ["return", "retain", "standard", "unknown"], "clients": [1, 1, 1, 1],
        "revenue": [420.0, 400.0, 6.0, 600.0],
    }  # fmt: skip
    assert rules.one_rule_each(base).passed
    assert lifecycle.stages(base, made.when)["stage"].tolist() == ["at_risk", "lapsed", "unknown"]


def plain_rules(plain: Plain) -> dict[str, str]:
    """The rules once more in plain Python, from the rows."""
    end = plain.end
    r1, abc, xyz, stages = plain.r(plain.w1), plain.abc(plain.w1), plain.xyz(plain.w1), plain.stages()
    lowest_b = min((r1[c] for c in abc if abc[c] in "AB"), default=None)
    recent, year_ago = plain.r((end - 2, end)), plain.r((end - 14, end - 12))
    found = {}
    for client, stage in stages.items():
        gone = max(day for c, day, money, _ in plain.rows if c == client and money > 0)
        month = gone.year * 12 + gone.month - 1
        last = plain.r((month - 11, month))[client] * plain.window / 12
        falls = plain.fits(end - 14) and year_ago[client] > 0 and recent[client] <= 0.7 * year_ago[client] + 1e-9
        if (abc.get(client), xyz.get(client)) == ("C", "Z"):
            found[client] = "standard"
        elif stage == "lapsed":
            small = lowest_b is not None and last < lowest_b
            found[client] = "standard" if small else "return"
        elif stage in ("at_risk", "declining") or falls:
            found[client] = "retain"
        elif xyz.get(client) == "X" and abc.get(client) == "A" and stage in ("stable", "growing"):
            found[client] = "reward"
        else:
            found[client] = "develop"
    assert (last_day(end) - min(plain.first.values())).days < 5 * 365  # so that nobody is rewarded for its years
    return found


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 200), marks=pytest.mark.long)])
def test_random_portfolios_equal_the_plain_computation(seeds: range) -> None:
    seen = set()
    for seed in seeds:
        made, plain = both(seed)
        if plain.fits(plain.w0[0]):
            expected = plain_rules(plain)
            assert ruled(made)["rule"].dropna().astype(str).to_dict() == expected, seed
            seen |= set(expected.values())
    assert seen == set(rules.RULES)
