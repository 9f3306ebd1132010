"""Gaps, silence, lapse limits, overdue and lapsed, at several days."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.calendar import Period
from portfolio_review.metrics import lapse
from portfolio_review.metrics.windows import Windows

DAY = dt.date(2021, 12, 31)


def known(**clients: tuple[int, int, float | None]) -> pd.DataFrame:
    """Clients as silence in days at `DAY`, gaps, and the 80 % quantile of their own gaps."""
    return pd.DataFrame(
        [
            (name, pd.Timestamp(DAY), pd.Timestamp(DAY) - pd.Timedelta(days=silence), gaps, q80)
            for name, (silence, gaps, q80) in clients.items()
        ],
        columns=["client_id", "date", "last_purchase", "gaps", "gap_q80"],
    )


def series(usual: float | None, *days: dt.date) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.to_datetime(list(days) or [DAY]), "usual_gap": usual, "median_gap": usual})


def gaps(usual: float | None = 40.0, **clients: tuple[int, int, float | None]) -> lapse.Gaps:
    return lapse.Gaps(known(**clients), series(usual))


def test_a_usual_gap_of_its_own_from_four_gaps_on() -> None:
    found = lapse.as_of(gaps(own=(1, 4, 12.5), few=(1, 3, 12.5), none=(1, 0, None)), DAY)
    assert found["usual_gap"].to_dict() == {"own": 12.5, "few": 40.0, "none": 40.0}


@pytest.mark.parametrize(
    ("usual", "limit"),
    # min(max(2g, 90), max(365, g))
    [(10.0, 90.0), (45.0, 90.0), (46.0, 92.0), (182.0, 364.0), (190.0, 365.0), (400.0, 400.0)],
)
def test_lapse_limit(usual: float, limit: float) -> None:
    assert lapse.as_of(gaps(a=(1, 5, usual)), DAY)["limit"]["a"] == limit


def test_overdue_and_lapsed_begin_after_their_limits() -> None:
    found = lapse.as_of(gaps(a=(50, 5, 50.0), b=(51, 5, 50.0), c=(100, 5, 50.0), d=(101, 5, 50.0)), DAY)
    assert found["overdue"].to_dict() == {"a": False, "b": True, "c": True, "d": True}
    assert found["lapsed"].to_dict() == {"a": False, "b": False, "c": False, "d": True}


def test_a_quantile_that_is_off_by_a_rounding_error_is_not_passed() -> None:
    assert not lapse.as_of(gaps(a=(50, 5, 50.0 - 1e-12)), DAY)["overdue"]["a"]


def test_where_no_gap_is_known_at_all() -> None:
    found = lapse.as_of(gaps(None, a=(365, 0, None), b=(366, 0, None)), DAY)
    assert not found["overdue"].any()
    assert found["lapsed"].to_dict() == {"a": False, "b": True}
    assert lapse.series_figures(lapse.Gaps(known(), series(None)), _when())["series.usual_gap"].reason == (
        "no client bought on two days"
    )


def test_the_series_gap_is_a_figure() -> None:
    assert lapse.series_figures(gaps(), _when())["series.usual_gap"].value == 40.0


def test_a_day_that_is_not_kept() -> None:
    with pytest.raises(KeyError, match="no usual gap is known as of 2020-01-31"):
        lapse.as_of(gaps(), dt.date(2020, 1, 31))


def test_who_was_a_client_at_the_end_of_both_windows() -> None:
    # windows 2020 and 2021. gone: last purchase 2020-01; stays: buys in every December; late: first in 2021-12
    lines = rows(
        ("gone", "2020-01-05", 1.0),
        ("stays", "2020-12-20", 1.0),
        ("stays", "2021-12-20", 1.0),
        ("late", "2021-12-21", 1.0),
        ("never", "2021-12-21", -1.0),
    )
    base = build(lines, "2021-12").base()
    # the only gap is 365 days: limit 365; gone was silent for 361 days at the end of 2020, 726 a year later
    assert base["client0"].to_dict() == {"gone": True, "late": False, "never": False, "stays": True}
    assert base["client1"].to_dict() == {"gone": False, "late": True, "never": False, "stays": True}
    assert base["lapsed"].to_dict() == {"gone": True, "late": False, "never": False, "stays": False}


def test_only_gaps_of_the_last_24_months_count() -> None:
    # the gap of 10 days ended before 2020-01; those of 665 and 300 days count: 300 + 0.8 · (665 − 300)
    lines = rows(*(("a", day, 1.0) for day in ("2019-01-01", "2019-01-11", "2020-11-06", "2021-09-02")))
    assert build(lines, "2021-12").gaps.usual(DAY) == pytest.approx(300 + 0.8 * 365)


def _when() -> Windows:
    return Windows(Period.parse("2021-12"), 12, dt.date(2019, 1, 1), DAY)


def test_a_day_is_known_where_the_series_holds_it() -> None:
    other = DAY - dt.timedelta(days=31)
    held = lapse.Gaps(known(), series(40.0, DAY))
    assert held.known_at(DAY)
    assert not held.known_at(other)
