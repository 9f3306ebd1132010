"""The headline of P: horizons, ratios, new, returned and current clients, the trend."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.metrics import headline

LINES = rows(
    ("old", "2019-12-10", 100.0, 10.0, "o1"),
    ("old", "2020-12-10", 110.0, 11.0, "o2"),
    ("old", "2021-11-10", 40.0, 4.0, "o3"),
    ("old", "2021-12-10", 50.0, 5.0, "o4"),
    ("old", "2021-12-20", -5.0, -1.0, "o5"),
    ("back", "2020-03-10", 30.0, 3.0, "o6"),
    ("back", "2021-12-11", 20.0, 2.0, "o7"),
    ("new", "2021-12-12", 7.0, 1.0, "o8"),
    ("new", "2021-12-12", 8.0, 1.0, "o9"),
    ("refund", "2021-12-13", -3.0, 0.0, "o10"),
    columns="client_id date revenue margin order_id",
)


def made(period: str = "2021-12", **more: object) -> Portfolio:
    return build(LINES, period, history_start=dt.date(2019, 12, 1), data_until=dt.date(2021, 12, 31), **more)  # type: ignore[arg-type]


def test_revenue_over_every_horizon() -> None:
    portfolio = made()
    revenue = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)["headline.revenue"]
    assert (revenue.value, revenue.previous, revenue.previous_year) == (77.0, 40.0, 110.0)
    # 2021 from January 1; 2020 from January 1; W1 = 2021; W0 = 2020
    assert (revenue.ytd, revenue.ytd_previous_year) == (117.0, 140.0)
    assert (revenue.window, revenue.window_previous) == (117.0, 140.0)


def test_counts_and_ratios() -> None:
    portfolio = made()
    figures = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)
    assert figures["headline.clients"].value == 3
    assert figures["headline.orders"].value == 4
    assert figures["headline.order_value"].value == pytest.approx(77 / 4)
    assert figures["headline.order_value"].previous == 40.0
    assert figures["headline.revenue_per_client"].value == pytest.approx(77 / 3)
    assert figures["headline.margin"].value == 8.0
    assert figures["headline.margin_rate"].value == pytest.approx(8 / 77)
    assert figures["headline.margin_rate"].window == pytest.approx(12 / 117)


def test_a_span_that_starts_before_the_history_is_left_empty() -> None:
    portfolio = made("2020-12")
    revenue = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)["headline.revenue"]
    # the history starts 2019-12: November 2020 is in it without rows, January 2019 is not
    assert (revenue.previous, revenue.previous_year) == (0.0, 100.0)
    assert revenue.ytd == 140.0
    assert (revenue.ytd_previous_year, revenue.window_previous) == (None, None)


def test_without_margin() -> None:
    portfolio = build(rows(("a", "2021-12-01", 5.0)), "2021-12")
    figures = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)
    assert figures["headline.margin"].reason == "no margin given"
    assert figures["headline.margin_rate"].reason == "no margin given"


def test_an_empty_period() -> None:
    portfolio = made("2021-10")
    figures = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)
    assert figures["headline.revenue"].value == 0.0
    assert figures["headline.orders"].value == 0
    assert figures["headline.order_value"].reason == "no order in P"
    assert figures["headline.revenue_per_client"].reason == "no active client in P"
    assert figures["headline.margin_rate"].reason == "no positive revenue in P"


def test_revenue_of_new_returned_and_current_clients() -> None:
    portfolio = made()
    figures = headline.split_figures(portfolio.base(), portfolio.monthly, portfolio.when)
    # new 15; back bought in 2020-03 and not in the twelve months before P; current: old 45, refund −3
    assert figures["headline.new_clients"].value == 1
    assert figures["headline.revenue_new"].value == 15.0
    assert figures["headline.revenue_returned"].value == 20.0
    assert figures["headline.revenue_current"].value == 42.0
    # a year before: December 2020, old bought in December 2019, the first of the twelve months before
    assert figures["headline.revenue_current"].previous_year == 110.0
    assert figures["headline.new_clients"].previous == 0


def test_new_is_known_where_returned_is_not() -> None:
    portfolio = made("2020-11")
    figures = headline.split_figures(portfolio.base(), portfolio.monthly, portfolio.when)
    assert figures["headline.new_clients"].value == 0
    assert figures["headline.revenue_new"].value == 0.0
    # the months before P, 2019-11 to 2020-10, start before the history
    assert figures["headline.revenue_returned"].reason == "history starts 2019-12, needs 2019-11"
    assert figures["headline.revenue_current"].reason == "history starts 2019-12, needs 2019-11"


def test_trend_holds_the_last_24_months_of_the_history() -> None:
    portfolio = made()
    trend = headline.trend(portfolio.totals, portfolio.base(), portfolio.when)
    assert list(trend["month"][[0, 23]]) == ["2020-01", "2021-12"]
    assert list(trend.iloc[-1]) == ["2021-12", 77.0, 3, 4, 1, False]
    assert list(trend.iloc[-3]) == ["2021-10", 0.0, 0, 0, 0, False]
    assert trend["new_clients"].sum() == 2  # back in March 2020, new in December 2021


def test_trend_of_a_short_history() -> None:
    portfolio = build(rows(("a", "2021-11-20", 5.0), ("a", "2021-12-20", 5.0)), "2021-12")
    trend = headline.trend(portfolio.totals, portfolio.base(), portfolio.when)
    assert list(trend["month"]) == ["2021-11", "2021-12"]


def test_where_no_margin_is_known_its_known_share_is_nothing() -> None:
    lines = rows(("a", "2021-11-10", 4.0, 1.0), ("a", "2021-12-10", 5.0, None), columns="client_id date revenue margin")
    portfolio = build(lines, "2021-12", history_start=dt.date(2019, 12, 1), data_until=dt.date(2021, 12, 31))
    known = headline.figures(portfolio.totals, portfolio.monthly, portfolio.when)["data.margin_known"]
    assert (known.value, known.previous) == (0.0, 1.0)
    assert known.ytd == pytest.approx(4 / 9)
