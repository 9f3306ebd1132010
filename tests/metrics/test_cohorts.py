"""Cohorts by month of first purchase."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.metrics import cohorts

LINES = rows(
    ("a", "2021-01-10", 10.0), ("a", "2021-02-10", 20.0), ("a", "2021-04-10", -5.0),
    ("b", "2021-01-20", 10.0),
    ("c", "2021-02-01", -3.0), ("c", "2021-03-01", 30.0), ("c", "2021-04-02", 40.0), ("c", "2021-04-03", 1.0),
    ("d", "2021-03-05", 7.0),
    ("odd", "2021-02-01", -3.0),
)  # fmt: skip


def made() -> Portfolio:
    return build(LINES, "2021-04", window_months=1, data_until=dt.date(2021, 4, 30))


def table(portfolio: Portfolio) -> list[tuple[object, ...]]:
    frame = cohorts.cohorts(portfolio.monthly, portfolio.base(), portfolio.when)
    return list(frame.itertuples(index=False, name=None))


def test_by_month_of_first_purchase_and_age() -> None:
    # rows before the first purchase (c's refund in February) and clients that never bought belong to no cohort
    assert table(made()) == [
        ("2021-01", 0, 2, 2, 20.0, True, False),
        ("2021-01", 1, 2, 1, 20.0, True, False),
        ("2021-01", 3, 2, 0, -5.0, True, False),
        ("2021-03", 0, 2, 2, 37.0, False, False),
        ("2021-03", 1, 2, 1, 41.0, False, False),
    ]


def test_by_quarter_a_client_counts_once_however_many_months_it_bought_in() -> None:
    portfolio = build(LINES, "2021-04", window_months=1, data_until=dt.date(2021, 4, 30))
    frame = cohorts.cohorts_quarter(portfolio.monthly, portfolio.base(), portfolio.when)
    # all began in the first quarter, which holds the history's first month; of the second only April is known
    assert list(frame.itertuples(index=False, name=None)) == [
        ("2021-Q1", 0, 4, 4, 74.0, True, False),
        ("2021-Q1", 1, 4, 1, 36.0, True, True),
    ]


def test_quarters_are_those_of_the_calendar_across_years() -> None:
    lines = rows(("x", "2019-02-01", 1.0), ("a", "2020-12-31", 1.0), ("a", "2021-01-01", 2.0), ("a", "2021-03-31", 3.0))
    portfolio = build(lines, "2021-Q1", window_months=3, data_until=dt.date(2021, 3, 31))
    frame = cohorts.cohorts_quarter(portfolio.monthly, portfolio.base(), portfolio.when)
    assert list(frame.itertuples(index=False, name=None)) == [
        ("2019-Q1", 0, 1, 1, 1.0, True, False),
        ("2020-Q4", 0, 1, 1, 1.0, False, False),
        ("2020-Q4", 1, 1, 1, 5.0, False, False),
    ]


def test_the_average_leaves_out_those_who_were_clients_before() -> None:
    portfolio = made()
    frame = cohorts.cohorts(portfolio.monthly, portfolio.base(), portfolio.when)
    average = cohorts.average(frame, portfolio.when)
    assert average.to_dict("list") == {
        "age": [0, 1], "cohorts": [1, 1], "size": [2, 2], "clients": [2, 1], "rate": [1.0, 0.5],
    }  # fmt: skip


def test_the_average_counts_cohorts_that_were_old_enough() -> None:
    lines = rows(("x", "2020-12-01", 1.0), ("a", "2021-01-01", 1.0), ("b", "2021-02-01", 1.0), ("b", "2021-03-01", 1.0))
    portfolio = build(lines, "2021-03", window_months=1, data_until=dt.date(2021, 3, 31))
    average = cohorts.average(cohorts.cohorts(portfolio.monthly, portfolio.base(), portfolio.when), portfolio.when)
    # a has no row at ages 1 and 2, and counts in their size
    assert list(average["size"]) == [2, 2, 1]
    assert list(average["rate"]) == pytest.approx([1.0, 0.5, 0.0])


def test_the_average_of_nothing() -> None:
    portfolio = build(rows(("x", "2020-12-01", 1.0)), "2020-12", window_months=1)
    frame = cohorts.cohorts(portfolio.monthly, portfolio.base(), portfolio.when)
    assert list(frame["truncated"]) == [True]
    assert cohorts.average(frame, portfolio.when).empty
