"""The best earlier window of a client."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from portfolio_review.calendar import Period
from portfolio_review.metrics.best_earlier import best_earlier
from portfolio_review.metrics.windows import Windows

FIRST = 2020 * 12


def best(revenues: list[float], window: int, index: str = "a") -> float:
    """`revenues` of January 2020 onwards, P ends 12 months after the last of these months."""
    last = len(revenues) + 11
    period = f"{2020 + last // 12}-{last % 12 + 1:02d}"
    when = Windows(Period.parse(period), window, dt.date(2020, 1, 5), dt.date(2030, 1, 1))
    monthly = pd.DataFrame({"client_id": "a", "month": [FIRST + n for n in range(len(revenues))], "revenue": revenues})
    return float(best_earlier(monthly, pd.Index([index]), when)[index])


@pytest.mark.parametrize(
    ("revenues", "expected"),
    [
        ([1, 2, 9, 3, 4], 16.0),  # windows of three months: 12, 14, 16
        ([5, 0, 0, 0, 0], 5.0),
        ([0, 0, 0, 7, 8], 15.0),  # the one that ended a year ago to the month
        ([-1, -2, -3, -4, -5], -6.0),
        ([0.1, 0.2, 0.3, 0, 0], 0.6),  # rounded to 1e-6
    ],
)
def test_the_most_of_any_window_that_ended_a_year_ago_or_earlier(revenues: list[float], expected: float) -> None:
    assert best(revenues, 3) == expected


def test_a_window_that_ended_11_months_ago_is_too_late() -> None:
    # metrics.md §7: "the best window that ended a year ago or earlier"; of 50 in February and P in the January after
    # it ended 11 months ago
    monthly = pd.DataFrame({"client_id": "a", "month": [FIRST, FIRST + 1], "revenue": [2.0, 50.0]})
    for period, expected in (("2021-01", 2.0), ("2021-02", 50.0)):
        when = Windows(Period.parse(period), 1, dt.date(2020, 1, 5), dt.date(2030, 1, 1))
        assert best_earlier(monthly, pd.Index(["a"]), when)["a"] == expected


def test_unknown_where_no_window_fits_and_zero_for_who_bought_nothing() -> None:
    assert np.isnan(best([1, 1], 3))
    assert best([1, 1, 1], 3) == 3.0
    assert best([1, 1, 1], 3, index="b") == 0.0


def test_many_clients_at_once_equal_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    grid = rng.integers(-5, 50, size=(30, 20)).astype(float)
    lines = [(f"c{i:02d}", FIRST + m, grid[i, m]) for i in range(30) for m in range(20)]
    monthly = pd.DataFrame(lines, columns=["client_id", "month", "revenue"]).sample(frac=1, random_state=1)
    when = Windows(Period.parse("2022-08"), 6, dt.date(2020, 1, 1), dt.date(2030, 1, 1))
    index = pd.Index([f"c{i:02d}" for i in range(30)])
    monkeypatch.setattr("portfolio_review.metrics.best_earlier._CELLS_AT_ONCE", 70)
    expected = [max(row[k : k + 6].sum() for k in range(20 - 6 + 1)) for row in grid]
    assert best_earlier(monthly, index, when).tolist() == expected
