"""Edges at which a small slip of a formula would go unseen: the very day, the very cent, the empty window."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from portfolios import build, monthly_rows, rows, settings

from portfolio_review.calendar import Period
from portfolio_review.metrics import (
    abc,
    actions,
    concentration,
    headline,
    lapse,
    movement,
    newcomers,
    receivables,
    retention,
    scoring,
    xyz,
)
from portfolio_review.metrics.criterion_weights import CRITERIA
from portfolio_review.metrics.holdout import Draw
from portfolio_review.metrics.windows import Windows

LONG_AGO = dt.date(2018, 1, 1)


def test_a_first_purchase_on_the_first_day_of_w1_is_a_new_client() -> None:
    lines = rows(("first", "2021-01-01", 10.0), ("eve", "2020-12-31", 10.0), ("eve", "2021-03-01", 5.0))
    made = build(lines, "2021-12", history_start=LONG_AGO)
    assert made.base()["state"].astype(str).to_dict() == {"first": "new", "eve": "retained"}


def test_a_lost_client_counts_as_lost_whatever_it_brought() -> None:
    # bought in W0 and returned all of it: r(W0) is 0, and it is lost all the same
    lines = rows(("nil", "2020-05-01", 10.0), ("nil", "2020-06-01", -10.0), ("a", "2021-05-01", 1.0))
    made = build(lines, "2021-12", history_start=LONG_AGO)
    steps = movement.bridge_steps(made.base(), made.when).set_index("step")
    assert steps.loc["churn", "clients"] == 1
    assert steps.loc["churn", "amount"] == 0.0


def test_returned_clients_of_an_earlier_window_that_cannot_know_them_are_unknown() -> None:
    # now: W0 starts 2020-01, a month of history lies before it; as of PP: W0 starts with the history
    lines = rows(("a", "2019-12-05", 10.0), ("b", "2020-05-05", 10.0), ("a", "2021-05-05", 7.0))
    made = build(lines, "2021-12", history_start=dt.date(2019, 12, 1))
    base = made.base()
    before = lapse.add_earlier(movement.earlier(base, made.monthly, made.when), made.gaps)
    returned = movement.figures(base, made.when, before)["movement.returned_clients"]
    assert (returned.value, returned.previous) == (1, None)
    bridge = movement.bridge_figures(base, made.when, before)
    assert (bridge["bridge.returned"].value, bridge["bridge.returned"].previous) == (7.0, None)
    assert bridge["bridge.end"].previous == 7.0
    rate = retention.figures(base, made.monthly, made.when)["retention.net_revenue_retention_with_returned"]
    assert rate.previous is None, "the window of PP is judged by the history it had, not by today's"


def test_who_was_lapsed_already_did_not_lapse_in_p() -> None:
    # both buy every 30 days; long stopped a year ago, late has been silent since August
    lines = rows(
        *monthly_rows("long", "2019-01", [10.0] * 24),
        *monthly_rows("late", "2019-01", [10.0] * 32, day=28),
        *monthly_rows("on", "2019-01", [10.0] * 36),
    )
    made = build(lines, "2021-11", data_until=dt.date(2021, 11, 30))
    assert lapse.at_end(made.gaps, made.when)["lapsed"].to_dict() == {"late": True, "long": True, "on": False}
    assert list(lapse.lapsed_between(made.gaps, made.when).index) == ["late"]


def test_a_point_of_retention_is_a_point_of_those_active_in_w0() -> None:
    # |A0| = 2, |A1| = 4; one lost with 50: 0.01 · 2 · 50
    lines = rows(
        ("kept", "2020-05-01", 9.0), ("lost", "2020-05-01", 50.0), ("kept", "2021-05-01", 9.0),
        ("n1", "2021-05-01", 1.0), ("n2", "2021-05-01", 1.0), ("n3", "2021-05-01", 1.0),
    )  # fmt: skip
    made = build(lines, "2021-12", history_start=LONG_AGO)
    assert retention.point_value(made.base(), made.when)["retention.point_value"].value == pytest.approx(1.0)


def test_a_month_whose_revenue_is_0_has_a_margin_and_no_rate_of_it() -> None:
    lines = rows(
        ("a", "2021-12-01", 100.0, 30.0), ("a", "2021-12-02", -100.0, -20.0), ("a", "2021-11-01", 50.0, 10.0),
        columns="client_id date revenue margin",
    )  # fmt: skip
    made = build(lines, "2021-12", history_start=LONG_AGO)
    found = headline.figures(made.totals, made.monthly, made.when)
    assert (found["headline.revenue"].value, found["headline.margin"].value) == (0.0, 10.0)
    assert found["headline.margin_rate"].value is None
    assert found["headline.margin_rate"].previous == pytest.approx(0.2)


def test_variation_takes_the_standard_deviation_of_a_sample() -> None:
    # mean 62/3, squares 242.67: s/mean is 0.533 by n − 1 (Y) and would be 0.435 by n (X)
    lines = rows(*monthly_rows("a", "2021-10", [10.0, 20.0, 32.0]))
    made = build(lines, "2021-12", review=settings(xyz={"method": "variation", "interval": "month"}))
    found = xyz.classify(made.monthly, made.base(), made.when.w1, "month", made.review.xyz)
    assert list(found["xyz"]) == ["Y"]


def test_weights_swing_by_a_quarter_and_no_more() -> None:
    # six places; the seventh candidate has all of potential (0.36), the others all of revenue (0.64): by a quarter
    # 0.48 at least stands against 0.45 at most, by a third the seventh would come in now and then
    points = {name: {"revenue": 1.0, "potential": 0.0} for name in "abcdef"} | {"g": {"revenue": 0.0, "potential": 1.0}}
    base = pd.DataFrame(
        [[of.get(name, np.nan) for name in CRITERIA] for of in points.values()],
        columns=[f"{name}_points" for name in CRITERIA],
        index=pd.Index(points),
    ).assign(candidate=True, account=False, r1=100.0)

    def used(revenue: float, potential: float) -> pd.DataFrame:
        given = {"revenue": revenue, "potential": potential}
        return pd.DataFrame({"criterion": list(CRITERIA), "weight_used": [given.get(name, 0.0) for name in CRITERIA]})

    found = scoring.add_scores(base, used(0.64, 0.36))
    assert found["stability"].to_dict() == {**dict.fromkeys("abcdef", 1.0), "g": 0.0}
    near = scoring.add_scores(base, used(0.55, 0.45))
    assert 0 < near["stability"]["g"] < 1


def test_what_was_paid_on_the_last_day_is_paid() -> None:
    made = build(rows(("a", "2021-05-01", 10.0)), "2021-12", data_until=dt.date(2021, 12, 31))
    day = pd.Timestamp("2021-12-31")
    table = pd.DataFrame(
        {"client_id": ["a", "a"], "due_date": [day, day], "amount": [5.0, 7.0],
         "paid_date": [day, pd.Timestamp("2022-01-01")]}
    )  # fmt: skip
    owing = receivables.owed(table, made.base(), made.when)
    assert list(owing.open["amount"]) == [7.0]
    assert list(owing.paid["amount"]) == [5.0]


def test_what_was_paid_on_the_first_day_of_w1_was_paid_in_it() -> None:
    made = build(rows(("a", "2021-05-01", 10.0)), "2021-12", data_until=dt.date(2021, 12, 31))
    days = pd.to_datetime(["2021-01-01", "2020-12-31"])
    table = pd.DataFrame({"client_id": ["a", "a"], "due_date": days, "amount": [5.0, 7.0], "paid_date": days})
    assert list(receivables.owed(table, made.base(), made.when).paid["amount"]) == [5.0]


@pytest.mark.parametrize(("short_of_it", "expected"), [(0.000_004, "B"), (0.000_02, "A")])
def test_a_limit_of_abc_leaves_a_billionth(short_of_it: float, expected: str) -> None:
    # T = 10,000: a billionth of it is 0.00001; the second client starts just below 80 %
    r = pd.Series({"first": 8_000 - short_of_it, "second": 1_000 + short_of_it, "third": 1_000.0})
    assert str(abc.classify(r, pd.Series(True, index=r.index))["second"]) == expected


@pytest.mark.parametrize(("short_of_it", "holders"), [(0.000_004, 1), (0.000_02, 2)])
def test_half_of_revenue_leaves_a_billionth(short_of_it: float, holders: int) -> None:
    assert concentration.holders_of(np.array([5_000 - short_of_it, 3_000.0, 2_000 + short_of_it])) == holders


def test_an_earlier_window_without_revenue_has_no_concentration() -> None:
    # W1 as of PY holds a refund alone; the history reaches far enough
    made = build(rows(("a", "2021-05-01", 10.0), ("a", "2020-05-01", -1.0)), "2021-12", history_start=LONG_AGO)
    found = concentration.figures(made.base(), made.monthly, made.when)
    assert (found["structure.gini"].value, found["structure.gini"].previous_year) == (0.0, None)
    assert found["structure.half_of_revenue_clients"].previous_year is None


def test_places_on_a_list_begin_with_one() -> None:
    usual = {"r1": 0.0, "value1": 1.0, "value_year": 1.0, "unprofitable": False, "lapsed": True, "abc_last": "B",
             "silence": 400, "lapse_limit": 100.0, "bought_since": False}  # fmt: skip
    base = pd.DataFrame(
        {"list": ["return", "return", "retain", "return"], "at_stake": [5.0, 9.0, 1.0, 7.0],
         "lost": [5.0, 9.0, np.nan, 7.0], "expected_back": [5.0, 9.0, np.nan, 7.0], **usual},
        index=pd.Index(["a", "b", "c", "d"], name="client_id"),
    )  # fmt: skip
    when = Windows(Period.parse("2021-12"), 12, LONG_AGO, dt.date(2021, 12, 31))
    found = actions.ranked(base, when, 2, Draw(0.0, "test", "2021-12"))
    assert found["rank"].to_dict() == {"b": 1, "d": 2, "a": 3, "c": 1}
    assert found["listed"].to_dict() == {"b": True, "d": True, "a": False, "c": True}


def test_the_share_that_bought_again_stood_beside_as_it_was_a_year_before() -> None:
    # as of the end of 2020, 180 to 545 days before it: two began, one of them bought again
    lines = rows(
        ("a", "2020-01-10", 5.0), ("a", "2020-02-10", 5.0), ("b", "2020-01-10", 5.0),
        ("c", "2021-01-10", 5.0), ("c", "2021-02-10", 5.0),
    )  # fmt: skip
    made = build(lines, "2021-12", history_start=LONG_AGO)
    found = newcomers.second_purchase(made.base(), made.when)["retention.second_purchase_180"]
    assert found.previous_year == pytest.approx(0.5)
