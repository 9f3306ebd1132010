"""Months to replace the largest client, by hand, and why there are none."""

from __future__ import annotations

import datetime as dt

from portfolios import build, rows

from portfolio_review.figure import Figure
from portfolio_review.metrics import replacement


def months(*lines: tuple[object, ...], window_months: int = 12, start: dt.date = dt.date(2019, 1, 1)) -> Figure:
    portfolio = build(
        rows(*lines), "2021-12", window_months=window_months, history_start=start, data_until=dt.date(2021, 12, 31)
    )
    return replacement.replacement_months(portfolio.base(), portfolio.when)


OLD = (("old", "2020-05-01", 90.0), ("old", "2021-05-01", 100.0))


def test_by_hand() -> None:
    # new clients brought 30 + 20 in twelve months: 100 / (50 / 12) = 24 months
    assert months(*OLD, ("n", "2021-02-01", 30.0), ("m", "2021-12-01", 20.0)).value == 24
    # in a window of six months, from July on: only m is new, and nobody is larger: 20 / (20 / 6)
    assert months(*OLD, ("n", "2021-02-01", 30.0), ("m", "2021-12-01", 20.0), window_months=6).value == 6


def test_why_not() -> None:
    assert months(*OLD).reason == "new clients brought no revenue in W1"
    assert (
        months(*OLD, ("n", "2021-02-01", 30.0), ("n", "2021-03-01", -30.0)).reason
        == "new clients brought no revenue in W1"
    )
    assert months(*OLD, start=dt.date(2020, 5, 1)).reason == "history starts 2020-05, needs 2020-01"
    assert months(("old", "2020-05-01", 90.0)).reason == "no active client in W1"
    assert months(("a", "2021-05-01", 9.0), ("a", "2021-06-01", -9.0)).reason == "no client with positive revenue in W1"
