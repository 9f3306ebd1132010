"""Clients who left in P: lapsed at its end, not at the end of PP."""

from __future__ import annotations

import datetime as dt

from portfolios import Portfolio, build, monthly_rows, rows

from portfolio_review.metrics import leavers

START = dt.date(2019, 1, 1)


def made(period: str = "2021-12", start: dt.date = START) -> Portfolio:
    """a: monthly until 2021-09-15; its gaps of 28 to 31 days give a limit of 90 days, passed in December.

    b: last purchase 2021-08-15, lapsed in November; c buys on; d: a refund in the month of its last purchase.
    """
    lines = rows(
        *monthly_rows("a", "2020-01", [10.0] * 21),
        *monthly_rows("b", "2020-01", [10.0] * 20),
        *monthly_rows("c", "2020-01", [1.0] * 24),
        *monthly_rows("d", "2020-03", [5.0] * 18),
        ("d", "2021-09-15", 5.0),
        ("d", "2021-09-28", -2.0),
        ("d", "2021-10-28", -1.0),
    )
    return build(lines, period, history_start=start)


def left(portfolio: Portfolio) -> dict[str, object]:
    figures = leavers.figures(portfolio.base(), portfolio.monthly, portfolio.gaps, portfolio.when, portfolio.review.xyz)
    return {id.partition(".")[2]: figure for id, figure in figures.items()}


def test_who_crossed_the_limit_in_p() -> None:
    figures = left(made())
    # silence at 2021-12-31 from 2021-09-15: 107 days > 90; at 2021-11-30: 76 days
    assert figures["lapsed_clients"].value == 2
    assert figures["lapsed_clients"].previous == 1
    assert figures["lapsed_clients"].previous_year == 0


def test_their_money_is_that_of_the_twelve_months_that_end_with_their_last_purchase() -> None:
    figures = left(made())
    # a: 12 · 10; d: October 2020 to September 2021: 11 · 5 + 5 − 2; the refund of October is later
    assert figures["lapsed_revenue"].value == 120.0 + 58.0
    assert figures["lapsed_revenue"].previous == 120.0


def test_those_that_were_constant_in_w0() -> None:
    figures = left(made())
    # W0 = 2020: a has 12 of 12 months, d 10 of 10 since its first purchase: both X
    assert figures["lapsed_regular_clients"].value == 2
    assert figures["lapsed_regular_revenue"].value == 178.0


def test_the_history_decides() -> None:
    figures = left(made(start=dt.date(2020, 1, 1)))
    assert figures["lapsed_clients"].value == 2
    assert figures["lapsed_regular_clients"].value == 2
    # W0 of the windows that end with PP starts 2019-12
    assert figures["lapsed_regular_clients"].previous is None
    late = left(made("2020-11", dt.date(2020, 1, 1)))
    assert late["lapsed_clients"].value == 0
    assert late["lapsed_regular_clients"].reason == "history starts 2020-01, needs 2018-12"
    first = left(made("2020-01", dt.date(2020, 1, 1)))
    assert first["lapsed_clients"].reason == "history starts 2020-01, needs 2019-12"
