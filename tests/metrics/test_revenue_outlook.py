"""The outlook by hand: three lines that add up, targets that cover the months, and what was said before."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import Portfolio, build, monthly_rows, rows

from portfolio_review.calendar import Month, Span
from portfolio_review.figure import Figure
from portfolio_review.metrics import revenue_outlook
from portfolio_review.metrics.revenue_outlook import Expected

NO_TARGETS = pd.DataFrame({"figure": [], "period": [], "value": []})


def portfolio(period: str = "2021-10", start: dt.date = dt.date(2019, 1, 1)) -> Portfolio:
    """`old` buys 100 a month; `fresh` began in November 2020 with 10, `late` in February 2021 with 7, monthly."""
    lines = rows(
        *monthly_rows("old", "2019-02", [100.0] * 33),
        *monthly_rows("fresh", "2020-11", [10.0] * 12),
        *monthly_rows("late", "2021-02", [7.0] * 9),
        ("older", "2019-01-05", 1.0),
    )
    return build(lines, period, history_start=start, data_until=dt.date(2021, 10, 31))


KNOWN = (Expected(3, 300.0, (270.0, 330.0)), Expected(12, 1020.0, (900.0, 1140.0)))


def figures(
    of: Portfolio | None = None,
    known: tuple[Expected, ...] = KNOWN,
    targets: pd.DataFrame = NO_TARGETS,
    horizon: int = 3,
) -> dict[str, Figure]:
    made = of or portfolio()
    found = revenue_outlook.figures(made.base(), made.monthly, known, horizon, targets, made.when)
    return {id.removeprefix("risk."): figure for id, figure in found.items()}


def test_the_next_months_by_hand() -> None:
    found = figures()
    # of November 2020 to January 2021 `fresh` was new with three purchases
    assert [found[line].value for line in ("outlook_today", "outlook_new", "outlook")] == [300.0, 30.0, 330.0]
    # the same months a year ago: 300 of old, 30 of fresh
    assert [found[line].previous_year for line in ("outlook_today", "outlook_new", "outlook")] == [300.0, 30.0, 330.0]
    # one client alone has no interval by bootstrap: that of today's clients stands
    assert found["outlook"].interval == pytest.approx((300.0, 360.0))


def test_the_rest_of_the_year_lies_between_nothing_and_the_horizon() -> None:
    found = figures()
    # November and December: two of three months
    assert found["outlook_today_year"].value == pytest.approx(200.0)
    assert found["outlook_today_year"].interval == pytest.approx((180.0, 220.0))
    assert found["outlook_new_year"].value == 20.0
    assert found["outlook_year"].value == pytest.approx(220.0)
    # beyond the horizon on the way to 12 months: 300 + (1020 − 300) · 6 / 9
    assert Expected.over(9, KNOWN).amount == pytest.approx(780.0)
    assert Expected.over(9, KNOWN).interval == pytest.approx((270 + 630 * 6 / 9, 330 + 810 * 6 / 9))
    assert Expected.over(12, KNOWN) == Expected(12, 1020.0, (900.0, 1140.0))


def test_in_december_the_year_is_over() -> None:
    lines = rows(*monthly_rows("old", "2019-02", [100.0] * 35), ("older", "2019-01-05", 1.0))
    december = build(lines, "2021-12", data_until=dt.date(2021, 12, 31))
    assert revenue_outlook.rest_of_year(december.when) is None
    found = figures(december)
    for line in ("outlook_today_year", "outlook_new_year", "outlook_year"):
        assert found[line].reason == "the year ends with the period"


def test_intervals_of_both_lines_add_as_squares() -> None:
    lines = rows(
        *monthly_rows("old", "2019-02", [100.0] * 33),
        *(line for n in range(9) for line in monthly_rows(f"f{n}", "2020-11", [10.0 + n] * 12)),
    )
    made = build(lines, "2021-10", history_start=dt.date(2019, 1, 1), data_until=dt.date(2021, 10, 31))
    found = figures(made)
    new, both = found["outlook_new"], found["outlook"]
    (low, high), (new_low, new_high) = both.interval, new.interval  # type: ignore[misc]
    assert both.value - low == pytest.approx(np.hypot(30, new.value - new_low))  # type: ignore[operator]
    assert high - both.value == pytest.approx(np.hypot(30, new_high - new.value))  # type: ignore[operator]


def test_new_clients_need_a_year_before_theirs() -> None:
    # chances.md §3: null when those months begin within the history's first 12
    found = figures(portfolio(start=dt.date(2019, 12, 1)))
    reason = "history starts 2019-12, needs 2019-11"
    assert (found["outlook_new"].value, found["outlook_new"].reason) == (None, reason)
    assert found["outlook"].reason == reason
    assert found["outlook_today"].value == 300.0
    assert figures(portfolio(start=dt.date(2019, 11, 1)))["outlook_new"].value == 30.0


def test_without_a_model() -> None:
    found = figures(known=(Expected(3, None, reason="no model can be had"), KNOWN[1]))
    for line in ("outlook_today", "outlook", "outlook_today_year", "outlook_year"):
        assert found[line].reason == "no model can be had"
    assert found["outlook_new"].value == 30.0


def targets(*lines: tuple[str, float], figure: str = "headline.revenue") -> pd.DataFrame:
    return pd.DataFrame([(figure, period, value) for period, value in lines], columns=["figure", "period", "value"])


def test_targets_that_cover_the_months() -> None:
    ahead = Span(Month.of(dt.date(2021, 11, 1)), Month.of(dt.date(2022, 1, 1)))
    assert revenue_outlook.planned(targets(("2021-11", 1.0), ("2021-12", 2.0), ("2022-01", 4.0)), ahead) == 7.0
    assert revenue_outlook.planned(targets(("2021-11", 1.0), ("2021-12", 2.0)), ahead) is None
    # a quarter where it lies wholly inside, else nothing can be said of its months
    quarter = Span(Month.of(dt.date(2022, 1, 1)), Month.of(dt.date(2022, 6, 1)))
    assert revenue_outlook.planned(targets(("2022-Q1", 10.0), ("2022-Q2", 20.0)), quarter) == 30.0
    assert revenue_outlook.planned(targets(("2022-H1", 40.0)), quarter) == 40.0
    assert revenue_outlook.planned(targets(("2022", 90.0)), quarter) is None
    assert revenue_outlook.planned(targets(("2022-H1", 1.0), figure="headline.margin"), quarter) is None
    # of single managers
    of_manager = targets(("2022-H1", 40.0)).assign(manager="Ann")
    assert revenue_outlook.planned(of_manager, quarter) is None
    found = figures(targets=targets(("2021-11", 90.0), ("2021-12", 100.0), ("2022-01", 110.0)))
    assert (found["outlook"].target, found["outlook_year"].target) == (300.0, 190.0)
    assert found["outlook_today"].target is None


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=2), st.integers(1, 12))
def test_lines_add_up_whatever_is_expected(amounts: list[float], horizon: int) -> None:
    known = (Expected(horizon, amounts[0]), Expected(12, max(amounts)))
    found = figures(PORTFOLIO, known, horizon=horizon)
    for suffix in ("", "_year"):
        today, new, both = (found[f"{line}{suffix}"] for line in ("outlook_today", "outlook_new", "outlook"))
        assert today.value + new.value == pytest.approx(both.value)  # type: ignore[operator]
        assert today.previous_year + new.previous_year == pytest.approx(both.previous_year)  # type: ignore[operator]


PORTFOLIO = portfolio()


def test_the_table_of_lines() -> None:
    made = portfolio()
    found = revenue_outlook.table(revenue_outlook.figures(made.base(), made.monthly, KNOWN, 3, NO_TARGETS, made.when))
    assert found["ahead"].tolist() == ["horizon"] * 3 + ["rest_of_year"] * 3
    assert found["forecast_line"].tolist() == ["today", "new", "together"] * 2
    assert found["amount"].tolist() == pytest.approx([300, 30, 330, 200, 20, 220])
    assert found["amount_low"].tolist()[2] == pytest.approx(300.0)


def test_what_was_said_and_what_came() -> None:
    made = portfolio()
    # three months ago all three were known; twelve months ago `old` and `older` alone
    said = {3: pd.Series({"old": 290.0, "fresh": 25.0, "late": 20.0, "older": 1.0}),
            12: pd.Series({"old": 1000.0, "older": 2.0})}  # fmt: skip
    found = revenue_outlook.then_and_now(said, made.base(), made.monthly, made.when).set_index("forecast_months")
    assert found["known_until"].to_dict() == {3: "2021-07", 12: "2020-10"}
    assert found["expected_today"].to_dict() == {3: 336.0, 12: 1002.0}
    # 3 · (100 + 10 + 7); 12 · 100
    assert found["actual_today"].to_dict() == {3: 351.0, 12: 1200.0}
    # nobody was new in August to October of 2021 nor of 2020; in the 12 months `fresh` 120 and `late` 63
    assert found["actual_new"].to_dict() == {3: 0.0, 12: 183.0}
    assert found["expected_new"][3] == 0.0
    # November 2019 lies within the history's first 12 months
    assert np.isnan(found["expected_new"][12])
    assert found["actual_all"].to_dict() == {3: 351.0, 12: 1383.0}
    assert revenue_outlook.then_and_now({3: pd.Series(dtype=float)}, made.base(), made.monthly, made.when).empty
