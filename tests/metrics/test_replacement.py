"""Months to replace the largest client, by hand, and why there are none."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolios import build, rows

from portfolio_review.figure import Figure
from portfolio_review.metrics import replacement

NET = "risk.replacement_months_net"
OLD = (("old", "2019-02-01", 90.0), ("old", "2020-05-01", 90.0), ("old", "2021-05-01", 1000.0))


def both(*lines: tuple[object, ...], start: dt.date = dt.date(2019, 1, 1)) -> dict[str, Figure]:
    portfolio = build(rows(*lines), "2021-12", history_start=start, data_until=dt.date(2021, 12, 31))
    return replacement.figures(portfolio.base(), portfolio.monthly, portfolio.when)


def months(*lines: tuple[object, ...], start: dt.date = dt.date(2019, 1, 1)) -> Figure:
    return both(*lines, start=start)["risk.replacement_months"]


def cohort(clients: int = 10, first: str = "2019-12-10", **later: float) -> list[tuple[object, ...]]:
    """Clients that first bought for 12; `later` what each bought on further days, `d2020_11_30=8.0`."""
    days = {first: 12.0} | {day[1:].replace("_", "-"): money for day, money in later.items()}
    return [(f"c{n:02d}", day, money) for n in range(clients) for day, money in days.items()]


WON = [(f"n{n}", "2021-03-01", 1.0) for n in range(6)]
"""Six clients won in W1: half a client a month."""


def test_by_hand() -> None:
    # December 2019 lies 24 months before W1's last month, so does its age 11 in November 2020; age 12 is not counted
    lines = [*OLD, *WON, *cohort(d2020_11_30=8.0, d2020_12_01=500.0)]
    # 1,000 / (6 / 12 · 20) = 100 months
    assert months(*lines).value == 100.0
    # of the ten that began in 2019 nine bought no more in W1: 6 won, 10 lost (all bought in W0 only)
    assert both(*lines)[NET].reason == "the base shrinks"


def test_losses_counted() -> None:
    # nobody lost: the cohort buys on in W1, for nothing that counts at ages 0 to 11
    kept = cohort(d2020_06_01=8.0, d2021_06_01=1.0)
    assert both(*OLD, *WON, *kept)[NET].value == 100.0
    # three more lost of W0: 6 − 3 won net
    lost = [(f"l{n}", "2020-03-01", 20.0) for n in range(3)]
    found = both(*OLD, *WON, *kept, *lost)
    # the three first bought 21 months before: they are in the mean too, 20 each as the others
    assert found["risk.replacement_months"].value == 100.0
    assert found[NET].value == 200.0


def test_the_youngest_and_the_oldest_that_count() -> None:
    # November 2020 lies 13 months before December 2021: the last first purchases whose twelve months are over
    assert months(*OLD, *WON, *cohort(first="2020-11-30", d2021_10_31=8.0)).value == 100.0
    for first in ("2020-12-01", "2019-11-30"):
        assert months(*OLD, *WON, *cohort(first=first)).reason == "0 clients won 13 to 24 months before, 10 are needed"
    assert months(*OLD, *WON, *cohort(9)).reason == "9 clients won 13 to 24 months before, 10 are needed"


def test_the_historys_first_month_tells_no_first_purchase() -> None:
    lines = [("old", "2019-12-05", 90.0), OLD[-1], *WON, *cohort()]
    assert months(*lines, start=dt.date(2019, 12, 1)).reason == "0 clients won 13 to 24 months before, 10 are needed"
    assert months(*lines, start=dt.date(2019, 11, 1)).value == pytest.approx(1000 * 12 / (6 * 210 / 11))


def test_why_not() -> None:
    assert months(*OLD, *cohort()).reason == "no client was won in W1"
    refunded = [(client, "2020-02-01", -12.0) for client in sorted({line[0] for line in cohort()})]
    assert months(*OLD, *WON, *cohort(), *refunded).reason == replacement.NO_FIRST_YEAR
    assert months(*OLD, start=dt.date(2020, 5, 1)).reason == "history starts 2020-05, needs 2020-01"
    assert months(("old", "2020-05-01", 90.0)).reason == "no active client in W1"
    assert months(("a", "2021-05-01", 9.0), ("a", "2021-06-01", -9.0)).reason == "no client with positive revenue in W1"
