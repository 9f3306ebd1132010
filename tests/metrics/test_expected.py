"""Expected revenue, its interval, new clients and seasons by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from clocks import month, of_rows

from portfolio_review.metrics import expected

NOW = month("2021-12")


def rows(*lines: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(lines), columns=["client_id", "date", "revenue"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def by_month(client: str, year: int, months: range, revenue: float) -> list[tuple[str, str, float]]:
    return [(client, f"{year}-{number:02d}-10", revenue) for number in months]


def of_horizon(p: float, *lines: tuple[str, str, float], horizon: int = 3) -> float:
    made = of_rows(rows(*lines))
    known = made.history.at(NOW)
    return float(expected.of_horizon(made.fits, made.earnings, NOW, horizon, np.full(len(known), p))[0])


def test_a_client_of_every_month() -> None:
    # 1,200 in the last 12 months: a pace of 300 in 3; each of its windows had a purchase: q = 1
    lines = [*by_month("a", 2020, range(1, 13), 100.0), *by_month("a", 2021, range(1, 13), 100.0)]
    assert of_horizon(0.9, *lines) == pytest.approx(270)


def test_a_client_that_bought_seldom_is_held_against_its_own_windows() -> None:
    # bought in January 2020 and June 2021, 400: of the 12 windows of 3 months that end in 2021 three had a purchase
    lines = [("a", "2020-01-10", 50.0), ("a", "2021-06-10", 400.0)]
    pace, q = 400 * 3 / 12, 3 / 12
    assert of_horizon(0.1, *lines) == pytest.approx(pace * 0.1 / q)
    # never above its pace
    assert of_horizon(0.9, *lines) == pytest.approx(pace)


def test_a_young_client_has_the_pace_of_its_life() -> None:
    # first purchase in August: 5 months of life; windows ending in August to December: those of August to October hold
    # August, those from November on October's purchase too: all five
    lines = [("a", "2021-08-10", 100.0), ("a", "2021-10-10", 100.0), ("b", "2019-01-01", 1.0)]
    assert of_horizon(0.5, *lines) == pytest.approx(200 * 3 / 5 * 0.5)
    # a life shorter than the horizon counts as the horizon
    assert of_horizon(0.5, ("a", "2021-12-10", 90.0), ("b", "2019-01-01", 1.0)) == pytest.approx(90 * 0.5)


def test_a_client_without_a_purchase_for_a_year() -> None:
    # 300 in three months with a purchase, a refund of 30 later: 90 a month
    lines = [*by_month("a", 2019, range(1, 4), 100.0), ("a", "2021-03-01", -30.0)]
    assert of_horizon(0.2, *lines) == pytest.approx(0.2 * 90)
    made = of_rows(rows(*lines))
    assert expected.of_year(made.fits, made.earnings, NOW, np.array([0.4])).tolist() == pytest.approx([0.4 * 90])


def test_a_year_of_an_active_client() -> None:
    made = of_rows(rows(("a", "2021-06-10", 400.0), ("a", "2019-06-10", 1_000.0)))
    assert expected.of_year(made.fits, made.earnings, NOW, np.array([0.75])).tolist() == [300.0]


def test_refunds_beyond_what_was_bought_are_no_negative_expectation() -> None:
    assert of_horizon(0.9, ("a", "2021-06-10", 40.0), ("a", "2021-07-10", -90.0), ("b", "2019-01-01", 1.0)) == 0


def test_the_interval_of_buyers() -> None:
    p = np.full(100, 0.5)
    # without a backtest s = .1: variance 25 + (.1 · 50)² = 50
    half = 1.96 * math.sqrt(50)
    assert expected.buyers_interval(p, []) == pytest.approx((50 - half, 50 + half))
    # one origin, 80 for 40: s² = (.01 + ln² 2) / 2
    s = math.sqrt((0.01 + math.log(2) ** 2) / 2)
    half = 1.96 * math.sqrt(25 + (s * 50) ** 2)
    assert expected.buyers_interval(p, [(40, 80)]) == pytest.approx((max(50 - half, 0), min(50 + half, 100)))
    # nobody came: counted as a half; cut to 0 and to all clients
    assert expected.buyers_interval(p, [(40, 0)]) == (0.0, 100.0)


def test_the_interval_of_revenue() -> None:
    # V = 800 · 20 / 10 = 1,600; s = .1 without a usable origin: (.1 · 300)² = 900
    low, high = expected.revenue_interval(300, 20, [(100, -5)], 800, 10)
    assert (low, high) == pytest.approx((300 - 1.96 * 50, 300 + 1.96 * 50))
    assert expected.revenue_interval(300, 20, [(100, 400)], 800, 10)[0] == 0


def test_new_clients_are_those_of_the_same_months_a_year_ago() -> None:
    made = of_rows(rows(
        ("old", "2019-01-10", 1.0), ("old", "2021-02-10", 70.0), ("new", "2021-02-10", 50.0), ("new", "2021-03-10", 30.0),
        ("new", "2021-04-10", 999.0), ("late", "2021-04-02", 500.0),
        ("first", "2021-01-01", 10.0), ("last", "2021-03-31", 5.0), ("early", "2020-12-31", 1.0), ("early", "2021-01-31", 400.0),
    ))  # fmt: skip
    # of January to March: new 50 and 30, first 10, last 5
    found = expected.of_new(made.monthly, made.clients, made.start, NOW, 3)
    assert found.value == 95
    # those months lie within the first twelve of the history
    young = expected.of_new(made.monthly, made.clients, month("2020-02"), NOW, 3)
    assert young.reason == "history starts 2020-02, needs 2020-01"
    assert expected.of_new(made.monthly, made.clients, month("2020-01"), NOW, 3).value == 95


@pytest.mark.parametrize(
    ("first", "second", "seasonal"),
    # revenue of January to March of two years, other months 100; a mean of 12 months near 100
    [(200, 200, True), (200, 100, False), (40, 30, True), (200, 30, False), (110, 110, False)],
)
def test_a_season_shown_twice(first: float, second: float, seasonal: bool) -> None:
    lines = []
    for year, level in ((2019, 100), (2020, first), (2021, second)):
        lines += by_month("a", year, range(1, 4), level) + by_month("a", year, range(4, 13), 100.0)
    made = of_rows(rows(*lines))
    assert expected.is_seasonal(made.monthly, made.start, NOW, 3) == seasonal


def test_a_history_of_two_years_has_not_shown_a_season_twice() -> None:
    lines = by_month("a", 2019, range(12, 13), 100.0) + by_month("a", 2020, range(1, 13), 100.0)
    made = of_rows(rows(*lines, *by_month("a", 2021, range(1, 13), 100.0)))
    assert not expected.is_seasonal(made.monthly, month("2019-12"), NOW, 3)
    assert expected.is_seasonal(made.monthly, month("2020-01"), NOW, 3)
    assert dt.date(2021, 12, 31) == NOW.last


def test_exactly_a_quarter_above_the_year_is_no_season() -> None:
    # years of 1200: the three months ahead 125 each, the others 100 but the last, 25
    def year(start: str, ahead: float) -> pd.DataFrame:
        amounts = [ahead] * 3 + [100.0] * 8 + [1200.0 - 800 - 3 * ahead]
        first = month(start).index
        return pd.DataFrame({"month": range(first, first + 12), "revenue": amounts})

    for ahead, seasonal in ((125.0, False), (126.0, True)):
        monthly = pd.concat([year("2019-01", ahead), year("2020-01", ahead), year("2021-01", ahead)])
        assert expected.is_seasonal(monthly, month("2019-01"), month("2021-12"), 3) is seasonal


def test_an_origin_of_which_nothing_was_expected_says_nothing_of_the_error() -> None:
    p = np.array([0.5, 0.5, 0.5, 0.5])
    assert expected.buyers_interval(p, [(2.0, 2.0), (0.0, 3.0)]) == expected.buyers_interval(p, [(2.0, 2.0)])
