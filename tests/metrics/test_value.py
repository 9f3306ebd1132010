"""Value: which money it is, and what each client is worth in it. Numbers are worked out by hand beside the rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.errors import UsageError
from portfolio_review.metrics import portfolio, value
from portfolio_review.metrics.value import Choice

START = dt.date(2019, 1, 1)
COLUMNS = "client_id date revenue margin"
# W1 = 2021: a 200 at 60, b 100 at −10, c 40 of which nothing is known (280 of 340 … see `of`), d a refund only
W1 = (("a", "2021-05-01", 200.0, 60.0), ("b", "2021-06-01", 100.0, -10.0), ("d", "2021-07-01", -10.0, -4.0))
W0 = (("a", "2020-06-01", 100.0, 40.0), ("c", "2020-07-01", 50.0, 20.0))
UNKNOWN = (("c", "2021-12-03", 30.0, None),)  # 310 of 340 are known: 91 %


def of(*lines: tuple[object, ...], start: dt.date = START, window_months: int = 12):  # type: ignore[no-untyped-def]
    made = build(rows(*lines, columns=COLUMNS), "2021-12", history_start=start, window_months=window_months)
    return portfolio.client_frame(made.monthly, made.clients, made.orders, made.when), made.when


def test_auto_is_margin_where_both_windows_know_nine_tenths() -> None:
    base, when = of(*W0, *W1, *UNKNOWN)
    # known: 200 + 100 − 10 of revenue, with 60 − 10 − 4 of margin
    assert value.choose(base, "auto", when) == Choice("margin", 46 / 290)
    assert value.choose(base, "margin", when) == Choice("margin", 46 / 290)
    assert value.choose(base, "revenue", when) == Choice("revenue")


@pytest.mark.parametrize("window", ["w1", "w0"])
def test_below_nine_tenths_of_either_window_auto_is_revenue_and_says_why(window: str) -> None:
    unknown = ("c", {"w1": "2021-12-04", "w0": "2020-12-04"}[window], {"w1": 40.0, "w0": 20.0}[window], None)
    base, when = of(*W0, *W1, *UNKNOWN, unknown)
    # W1: 310 of 380 = 81.6 %; W0: 150 of 170 = 88.2 %
    lacks = {"w1": "margin known for 81 % of revenue", "w0": "margin known for 88 % of revenue"}[window]
    choice = value.choose(base, "auto", when)
    assert choice == Choice("revenue", lacks=lacks)
    figure = value.figures(choice)["data.value"]
    assert (figure.value, figure.reason) == ("revenue", lacks)


def test_where_w0_lies_before_the_history_w1_decides_alone() -> None:
    base, when = of(("a", "2021-02-01", 100.0, 30.0), start=dt.date(2021, 1, 1))
    assert value.choose(base, "auto", when).measure == "margin"
    assert value.add_value(base, Choice("margin", 0.3), when)["value0"].isna().all()


def test_margin_asked_for_and_not_known_is_refused() -> None:
    base, when = of(("a", "2021-02-01", 100.0, 30.0), ("b", "2021-02-01", 100.0, None))
    with pytest.raises(UsageError, match=r"value: margin needs a known margin .* found: margin known for 50 % of rev"):
        value.choose(base, "margin", when)
    with pytest.raises(UsageError, match=r"in unit 'North', found: no margin given; write `value: auto`"):
        value.refuse_unknown("no margin given", "North")


def test_value_is_the_margin_negative_as_it_is_and_of_the_unknown_the_rate_of_all() -> None:
    base, when = of(*W0, *W1, *UNKNOWN)
    rate = 46 / 290
    valued = value.add_value(base, value.choose(base, "auto", when), when)
    assert valued["value1"].to_dict() == pytest.approx({"a": 60.0, "b": -10.0, "c": 30 * rate, "d": -4.0}, abs=1e-6)
    assert valued["value0"].to_dict() == {"a": 40.0, "b": 0.0, "c": 20.0, "d": 0.0}
    # d gave back more than it bought, c's own margin is unknown: both take the rate of all
    assert valued["margin_rate1"].to_dict() == pytest.approx({"a": 0.3, "b": -0.1, "c": rate, "d": rate}, abs=1e-12)
    worth = value.of_revenue(pd.Series(10.0, index=valued.index), valued)
    assert worth.to_dict() == pytest.approx({"a": 3.0, "b": -1.0, "c": 10 * rate, "d": 10 * rate})


def test_in_revenue_value_is_revenue() -> None:
    base, when = of(*W0, *W1)
    valued = value.add_value(base, Choice("revenue"), when)
    assert valued["value1"].to_dict() == {"a": 200.0, "b": 100.0, "c": 0.0, "d": -10.0}
    assert valued["margin_rate1"].eq(1.0).all()


def test_past_months_are_worth_their_margin_or_the_rate_of_all() -> None:
    sums = pd.DataFrame(
        {"revenue": [100.0, 50.0], "margin": [20.0, 1.0], "gross": [100.0, 50.0], "margin_gross": [95.0, 5.0]},
        index=["a", "b"],
    )
    assert value.of_past(sums, Choice("margin", 0.4)).to_dict() == {"a": 20.0, "b": 20.0}
    assert value.of_past(sums, Choice("revenue")).to_dict() == {"a": 100.0, "b": 50.0}


def test_over_twelve_months_a_short_window_is_made_a_year() -> None:
    _, when = of(*W0, *W1, window_months=6)
    assert value.over_12_months(50.0, when) == 100.0


def test_unprofitable_are_active_clients_without_value_but_for_exposed_ones_and_accounts() -> None:
    flags = {"exposed": [False, True, False, False, pd.NA]}
    base = pd.DataFrame(
        {"active1": [True, True, True, True, False], "value1": [-2.0, -2.0, -2.0, 0.0, -1.0], "r1": [9.0] * 5, **flags},
        index=list("abcde"),
    )
    choice = Choice("margin", 0.2)
    table = value.unprofitable_table(base.assign(unprofitable=value.unprofitable(base, choice, ("c",))))
    assert table["client_id"].tolist() == ["a", "d"]
    figures = value.unprofitable_figures(table, choice)
    assert [figures[f"actions.unprofitable.{name}"].value for name in ("clients", "revenue", "margin")] == [2, 18, -2]
    assert not value.unprofitable(base, Choice("revenue")).any()
    reason = value.unprofitable_figures(table.head(0), Choice("revenue", lacks="no margin given"))
    assert reason["actions.unprofitable.margin"].reason == "no margin given"


def test_the_input_is_not_changed() -> None:
    base, when = of(*W0, *W1)
    before = base.copy()
    value.add_value(base, Choice("margin", np.float64(0.2)), when)
    pd.testing.assert_frame_equal(base, before)


def test_a_margin_that_no_positive_revenue_carries_has_the_rate_nought() -> None:
    base, when = of(*W0, ("d", "2021-07-01", -10.0, -4.0))
    assert value.choose(base, "margin", when) == Choice("margin", 0.0)
