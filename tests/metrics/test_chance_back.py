"""Chance to come back: bands of silence joined by hand, their shares, and the chance of each silence."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from portfolio_review.catalog import lookup
from portfolio_review.metrics import chance_back
from portfolio_review.metrics.chance_back import Band, Chances
from portfolio_review.metrics.intervals import wilson

CASES, BOUGHT = (40, 30, 20, 10), (8, 3, 1, 0)
DAY = dt.date(2021, 12, 31)


def seen(**clients: int) -> np.ndarray:
    """How many clients were seen in exactly the bands named, as `b0`, `b23`, of the four."""
    counts = np.zeros(16, dtype=np.int64)
    for bands, number in clients.items():
        counts[sum(2 ** int(band) for band in bands[1:])] = number
    return counts


def test_bands_of_twenty_clients_stand_alone() -> None:
    found = chance_back.joined(CASES, BOUGHT, seen(b0=20, b1=15, b12=5, b2=15, b3=20))
    # 5 clients were seen in two bands: each band counts them
    assert found == [Band(0, 40, 8, 20), Band(6, 30, 3, 20), Band(12, 20, 1, 20), Band(24, 10, 0, 20)]


def test_from_the_longest_down_a_small_band_joins_the_shorter() -> None:
    # 24 and more: 19, joins 12 to 23: 2 + 19 + 3 in both, each counted once; 6 to 11: 19, joins 0 to 5
    found = chance_back.joined(CASES, BOUGHT, seen(b0=20, b1=19, b2=2, b3=16, b23=3))
    assert found == [Band(0, 70, 11, 39), Band(12, 30, 1, 21)]


def test_the_shortest_joins_the_longer() -> None:
    found = chance_back.joined(CASES, BOUGHT, seen(b0=19, b1=20, b2=20, b3=20))
    assert found == [Band(0, 70, 11, 39), Band(12, 20, 1, 20), Band(24, 10, 0, 20)]


def test_below_twenty_in_all_nothing_is_told() -> None:
    assert chance_back.joined(CASES, BOUGHT, seen(b0=10, b1=5, b3=4)) == []
    assert chance_back.joined(CASES, BOUGHT, seen(b0=10, b1=5, b3=5)) == [Band(0, 100, 12, 20)]


@pytest.fixture
def chances() -> Chances:
    counted = pd.DataFrame(
        [(DAY, 12, 30, 3, 20), (DAY, 0, 40, 10, 25), (dt.date(2021, 11, 30), 0, 9, 9, 30)],
        columns=list(chance_back.COUNTED),
    )
    return Chances.at(counted.assign(date=pd.to_datetime(counted["date"])), DAY)


def test_shares_are_of_cases_and_intervals_of_clients(chances: Chances) -> None:
    found = chance_back.table(chances)
    assert tuple(found.columns) == tuple(column.name for column in lookup("actions.chance_back").columns)
    assert found[["band", "cases", "clients", "share"]].to_numpy(dtype=object).tolist() == [
        ["0–11", 40, 25, 0.25], ["12+", 30, 20, 0.1],
    ]  # fmt: skip
    # 25 · 1/4 hits of 25 clients, 20 · 1/10 of 20
    assert tuple(found.loc[0, ["low", "high"]]) == pytest.approx(wilson(6.25, 25))
    assert tuple(found.loc[1, ["low", "high"]]) == pytest.approx(wilson(2, 20))


def test_each_silence_has_the_share_of_its_band(chances: Chances) -> None:
    assert chances.known
    assert chances.of(np.array([0, 11, 12, 400]))["share"].tolist() == [0.25, 0.25, 0.1, 0.1]


def test_where_too_few_were_seen_no_chance_is_told() -> None:
    nothing = Chances.at(pd.DataFrame(columns=list(chance_back.COUNTED)).astype({"date": "datetime64[us]"}), DAY)
    assert not nothing.known
    assert nothing.of(np.array([3, 4])).isna().all(axis=None)
    assert len(nothing.of(np.array([3, 4]))) == 2


def test_silence_in_calendar_months() -> None:
    last = pd.Series(pd.to_datetime(["2021-12-01", "2021-11-30", "2020-12-31"]))
    assert chance_back.silent_months(last, DAY).tolist() == [0, 1, 12]


def test_what_is_expected_back_is_money_times_share() -> None:
    money = pd.Series([100.0, 200.0])
    chance = pd.DataFrame({"share": [0.25, 0.1], "low": [0.1, 0.0], "high": [0.5, 0.2]})
    found = chance_back.expected(money, chance, chance_back.TOO_FEW)
    assert (found.value, found.interval) == (45.0, (10.0, 90.0))
    assert chance_back.expected(money, chance * np.nan, chance_back.TOO_FEW).reason == chance_back.TOO_FEW
    assert chance_back.expected(money[:0], chance[:0], chance_back.TOO_FEW).value == 0.0
