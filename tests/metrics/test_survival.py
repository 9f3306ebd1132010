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
    """Lives seen from their first day on."""
    return pd.DataFrame(pairs, columns=["duration", "ended"]).assign(entry=survival.BEFORE_BIRTH)


def random_lives(seed: int, n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    # whole days, so that ends and censorings fall together
    sample = pd.DataFrame({"duration": rng.integers(1, 120, n).astype(float), "ended": rng.random(n) < 0.6})
    return sample.assign(entry=survival.BEFORE_BIRTH)


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


def test_a_published_curve() -> None:
    # weeks of remission under 6-MP: Freireich et al. 1963, Blood 21, 699–716; the estimate as printed in Klein,
    # Moeschberger 2003, table 4.1
    ended, censored = (6, 6, 6, 7, 10, 13, 16, 22, 23), (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    found = survival.curve(lives(*((week, True) for week in ended), *((week, False) for week in censored)))
    assert found["day"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert found["survival"].round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_a_life_that_enters_late_is_at_risk_from_then_on() -> None:
    # seen from birth: ends at 0 and 20; entered at 10: ends at 20, still there at 30; entered at 20: not yet at risk then
    sample = pd.DataFrame(
        [(-1.0, 0.0, True), (-1.0, 20.0, True), (10.0, 20.0, True), (10.0, 30.0, False), (20.0, 40.0, True)],
        columns=["entry", "duration", "ended"],
    )
    found = survival.curve(sample)
    assert found[["day", "at_risk", "events"]].to_numpy().tolist() == [[0, 2, 1], [20, 3, 2], [40, 1, 1]]
    assert found["survival"].tolist() == pytest.approx([1 / 2, 1 / 2 * 1 / 3, 0])
    assert survival.at_risk(sample, [0, 10, 11, 20, 21, 30, 31]).tolist() == [2, 1, 3, 3, 2, 2, 1]
    # who ended on the day it entered was never at risk
    never = pd.concat([sample, pd.DataFrame({"entry": [20.0], "duration": [20.0], "ended": [True]})])
    pd.testing.assert_frame_equal(survival.curve(never), found)


def test_figures() -> None:
    found = survival.figures(lives(*[(100.0, True)] * 3, *[(200.0, False)] * 10))
    assert found["retention.survival_n"].value == 13
    assert found["retention.survival_90"].value == 1.0
    assert found["retention.survival_180"].value == pytest.approx(10 / 13)
    low, high = found["retention.survival_180"].interval  # type: ignore[misc]
    assert low < 10 / 13 < high
    assert found["retention.survival_365"].reason == "fewer than 10 clients were seen for 365 days"
    assert found["retention.median_life"].reason == "more than half of the clients are still clients"


def test_figures_of_nobody() -> None:
    found = survival.figures(lives().astype({"duration": float, "ended": bool}))
    assert {id: f.value for id, f in found.items() if f.value is not None} == {"retention.survival_n": 0}


def test_s_is_printed_where_ten_are_at_risk() -> None:
    nine = survival.figures(lives(*[(40.0, True)] * 3, *[(90.0, False)] * 9))["retention.survival_90"]
    assert nine.reason == "fewer than 10 clients were seen for 90 days"
    ten = survival.figures(lives(*[(40.0, True)] * 3, *[(90.0, False)] * 10))["retention.survival_90"]
    assert ten.value == pytest.approx(10 / 13)


def test_the_life_of_a_client() -> None:
    # gaps of at most 31 days, so that every limit is 90 days; the end of W1 less the limit is 2020-10-02
    lines = rows(
        ("old", "2019-12-01", 1.0), ("old", "2020-01-01", 1.0),
        *monthly_rows("left", "2020-01", [1.0] * 5), *monthly_rows("stays", "2020-03", [1.0] * 10),
        ("once", "2020-04-20", 1.0),
        ("late", "2020-10-03", 1.0), ("just", "2020-10-02", 1.0),
    )  # fmt: skip
    made = build(lines, "2020-12", window_months=6, data_until=dt.date(2020, 12, 31))
    base = made.base()
    assert set(base["lapse_limit"]) == {90.0}
    found = survival.lives(base, made.when)
    # old: a client before the history began, and nobody knows since when; late: whether it goes on cannot be known yet
    assert found.index.tolist() == ["just", "left", "once", "stays"]
    assert found["ended"].to_dict() == {"just": False, "left": True, "once": True, "stays": False}
    assert found["duration"].to_dict() == {
        "just": 0.0,  # censored on the day it came
        "left": (dt.date(2020, 5, 15) - dt.date(2020, 1, 15)).days,  # at its last purchase, not when we notice
        "once": 0.0,
        "stays": (dt.date(2020, 10, 2) - dt.date(2020, 3, 15)).days,
    }
    assert set(found["entry"]) == {survival.BEFORE_BIRTH}
    # S(0) < 1: one of the four ended at age 0
    assert survival.curve(found)["survival"].iloc[0] == 0.75


def test_clients_of_the_first_month_of_the_history_enter_at_their_age() -> None:
    lines = rows(
        *((name, "2020-01-10", 1.0) for name in ("known", "same", "after", "unknown")),
        *((name, "2020-01-30", 1.0) for name in ("known", "same", "after", "unknown")),
        ("later", "2020-02-01", 1.0),
    )  # fmt: skip
    since = {"known": "2018-01-10", "same": "2020-01-10", "after": "2020-01-11", "unknown": None, "later": "2015-01-01"}
    attributes = pd.DataFrame({"client_id": list(since), "since": pd.to_datetime(list(since.values()))})
    made = build(lines, "2020-12", window_months=6, data_until=dt.date(2020, 12, 31), attributes=attributes)
    found = survival.lives(made.base(), made.when)
    # `since` counts in the first month alone; after its first purchase, or missing: out
    assert found[["entry", "duration"]].T.to_dict("list") == {"known": [730, 750], "later": [-1, 0], "same": [0, 20]}
    beside = survival.earlier({"previous": (made.when, made.base().drop(columns="since"))}, made.base())
    pd.testing.assert_frame_equal(beside["previous"], found)


def test_table_every_thirty_days() -> None:
    table = survival.table(lives(*[(10, True), (20, False), (30, True), (70, False)] * 10))
    assert tuple(table.columns) == tuple(column.name for column in lookup("retention.survival").columns)
    assert list(table["day"]) == [0, 30, 60]
    assert list(table["alive"]) == [40, 20, 10]
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


def test_the_interval_of_a_figure_is_that_of_the_last_end_before_it() -> None:
    # 40 lives: one ends at 50 days, one at 100, one at 200 and so on
    sample = lives(*((50.0 * n, True) for n in range(1, 8)), *((400.0, False) for _ in range(33)))
    found = survival._figures(sample)["retention.survival_365"]
    last = survival.curve(sample).set_index("day").loc[350.0]
    assert found.value == last["survival"]
    assert found.interval == (last["low"], last["high"])


def test_the_log_rank_test_of_two_lives_by_hand() -> None:
    # x ends at 1, of two: E = 1/2, variance 1 · 1/2 · 1/2; y ends at 2, alone: nothing to tell. χ² = (1/2)² / (1/4)
    statistic, freedom, _ = survival.log_rank(lives((1, True), (2, True)), pd.Series(["x", "y"]))  # type: ignore[misc]
    assert (statistic, freedom) == (pytest.approx(1.0), 1)
