"""Survival against scipy, by hand, and between segments."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from portfolios import build, monthly_rows, rows
from scipy import stats

from portfolio_review.catalog import lookup
from portfolio_review.metrics import checks, survival


def lives(*pairs: tuple[float, bool]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["duration", "ended"])


def random_lives(seed: int, n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    # whole days, so that ends and censorings fall together
    return pd.DataFrame({"duration": rng.integers(1, 120, n).astype(float), "ended": rng.random(n) < 0.6})


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined at some observations")
@pytest.mark.parametrize("seed", range(5))
def test_the_curve_equals_that_of_scipy(seed: int) -> None:
    sample = random_lives(seed)
    ended, duration = sample["ended"], sample["duration"]
    expected = stats.ecdf(stats.CensoredData(uncensored=duration[ended], right=duration[~ended])).sf
    found = survival.curve(sample)
    assert survival.survival_at(found, expected.quantiles) == pytest.approx(expected.probabilities)
    interval = expected.confidence_interval(method="log-log")
    inside = (found["survival"] > 0) & (found["survival"] < 1)
    for name, end in (("low", interval.low), ("high", interval.high)):
        at = np.searchsorted(end.quantiles, found.loc[inside, "day"], side="right") - 1
        assert found.loc[inside, name].to_numpy() == pytest.approx(end.probabilities[at])


def test_by_hand() -> None:
    # at 10: 1 of 4 ends; 20 censored; at 30: 1 of 2: S = 3/4, then 3/8
    found = survival.curve(lives((10, True), (20, False), (30, True), (40, False)))
    assert list(found["day"]) == [10, 30]
    assert list(found["at_risk"]) == [4, 2]
    assert list(found["survival"]) == pytest.approx([0.75, 0.375])
    assert survival.median_life(found) == 30
    assert list(survival.survival_at(found, [0, 9.9, 10, 29, 30, 99])) == pytest.approx(
        [1, 1, 0.75, 0.75, 0.375, 0.375]
    )


def test_those_censored_on_the_day_of_an_end_were_still_there() -> None:
    assert list(survival.curve(lives((10, True), (10, False)))["survival"]) == [0.5]


def test_figures() -> None:
    found = survival.figures(lives(*[(100.0, True)] * 3, *[(200.0, False)] * 7))
    assert found["retention.survival_90"].value == 1.0
    assert found["retention.survival_180"].value == pytest.approx(0.7)
    low, high = found["retention.survival_180"].interval  # type: ignore[misc]
    assert low < 0.7 < high
    assert found["retention.survival_365"].reason == "no client was seen for 365 days"
    assert found["retention.median_life"].reason == "more than half of the clients are still clients"


def test_figures_of_nobody() -> None:
    found = survival.figures(lives().astype({"duration": float, "ended": bool}))
    assert {f.value for f in found.values()} == {None}


def test_the_life_of_a_client() -> None:
    # left: monthly until 2020-05-15, gaps of 30 or 31 days, limit 90; stays: until December
    lines = rows(*monthly_rows("left", "2020-01", [1.0] * 5), *monthly_rows("stays", "2020-03", [1.0] * 10))
    made = build(lines, "2020-12", window_months=6, data_until=dt.date(2020, 12, 31))
    found = survival.lives(made.base(), made.when)
    assert found["ended"].to_dict() == {"left": True, "stays": False}
    assert found["duration"]["left"] == (dt.date(2020, 5, 15) - dt.date(2020, 1, 15)).days + 90
    assert found["duration"]["stays"] == (dt.date(2020, 12, 31) - dt.date(2020, 3, 15)).days


def test_table_every_thirty_days() -> None:
    table = survival.table(lives((10, True), (20, False), (30, True), (70, False)))
    assert tuple(table.columns) == tuple(column.name for column in lookup("retention.survival").columns)
    assert list(table["day"]) == [0, 30, 60]
    assert list(table["alive"]) == [4, 2, 1]
    assert list(table["survival"]) == pytest.approx([1.0, 0.375, 0.375])
    assert table["low"].isna().tolist() == [True, False, False]
    assert checks.survival_never_rises(table).passed
    assert not checks.survival_never_rises(table.assign(survival=[0.5, 0.6, 0.4])).passed
    assert checks.survival_never_rises(table.head(0)).passed


@pytest.mark.parametrize("seed", range(4))
def test_the_log_rank_test_of_two_segments_equals_that_of_scipy(seed: int) -> None:
    sample = random_lives(seed)
    segment = pd.Series(np.where(np.arange(200) % 3 == 0, "x", "y"))
    samples = [
        stats.CensoredData(uncensored=mine["duration"][mine["ended"]], right=mine["duration"][~mine["ended"]])
        for mine in (sample[segment == "x"], sample[segment == "y"])
    ]
    expected = stats.logrank(*samples)
    statistic, freedom, p = survival.log_rank(sample, segment)  # type: ignore[misc]
    assert (statistic, freedom, p) == pytest.approx((expected.statistic**2, 1, expected.pvalue))


def test_three_segments() -> None:
    # Mantel by hand on the ends at 1, 2, 3 of segments x, y, z with two lives each, ends 1 2 | 1 3 | 3 3
    sample = lives((1, True), (2, True), (1, True), (3, True), (3, True), (3, True))
    segment = pd.Series(["x", "x", "y", "y", "z", "z"])
    # O − E: x 2 − (2·2/6 + 1·1/4) = 13/12; y 2 − (2/3 + 1/4 + 3·1/3) = 1/12; z 2 − (2/3 + 1/2 + 2) = −7/6
    statistic, freedom, _ = survival.log_rank(sample, segment)  # type: ignore[misc]
    difference = np.array([13 / 12, 1 / 12, -14 / 12])
    at = [(2, 4, 6, np.array([2, 2, 2]) / 6), (1, 3, 4, np.array([1, 1, 2]) / 4)]
    covariance = sum(d * left / (n - 1) * (np.diag(s) - np.outer(s, s)) for d, left, n, s in at)
    expected = difference[:2] @ np.linalg.inv(covariance[:2, :2]) @ difference[:2]
    assert (statistic, freedom) == (pytest.approx(expected), 2)


def test_nothing_to_compare() -> None:
    sample = lives((1, True), (2, False))
    assert survival.log_rank(sample, pd.Series(["x", "x"])) is None
    assert survival.log_rank(lives((1, False), (2, False)), pd.Series(["x", "y"])) is None


def test_segments_and_their_differences() -> None:
    sample = random_lives(3)
    segment = pd.Series(["x"] * 100 + ["y"] * 96 + ["few"] * 4)
    table = survival.by_segment(sample, segment)
    assert list(table["value"]) == ["x", "y"]
    assert list(table["clients"]) == [100, 96]
    assert table["survival_180"].isna().all()
    base = pd.DataFrame({"type": segment, "region": "one"})
    differences = survival.differences(base, sample, ("type", "region", "manager"))
    assert tuple(differences.columns) == tuple(c.name for c in lookup("retention.survival_differences").columns)
    assert list(differences["attribute"]) == ["type"]
    assert list(differences["segments"]) == [2]
