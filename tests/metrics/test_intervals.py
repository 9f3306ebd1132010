"""Intervals: Wilson against published values and an inversion of the score test; the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from portfolio_review.metrics import intervals
from portfolio_review.metrics.intervals import (
    MOST_RESAMPLED,
    ratio_interval,
    ratio_intervals,
    resampled_sums,
    wilson,
    wilson_arrays,
)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # 8 and 0 of 10: by the formula, by hand; 81 of 263: Newcombe, R. G. (1998), Statistics in Medicine 17, table I, method 3
        (8, 10, 0.490, 0.943),
        (0, 10, 0.0, 0.278),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_values(successes: int, n: int, low: float, high: float) -> None:
    digits = 5e-4 if n == 10 else 5e-5
    assert wilson(successes, n) == pytest.approx((low, high), abs=digits)


def test_its_ends_are_where_the_score_test_rejects() -> None:
    z = norm.ppf(0.975)
    ends = [
        brentq(lambda p: abs(0.3 - p) / np.sqrt(p * (1 - p) / 40) - z, *span) for span in ((1e-9, 0.3), (0.3, 1 - 1e-9))
    ]
    assert wilson(12, 40) == pytest.approx(ends, abs=1e-9)


def test_all_and_none() -> None:
    assert wilson(0, 0) is None
    assert wilson(5, 5)[1] == 1.0  # type: ignore[index]
    assert wilson(0, 5)[0] == 0.0  # type: ignore[index]
    low, high = wilson_arrays([0, 3], [0, 4])
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert (low[1], high[1]) == wilson(3, 4)


def test_the_bootstrap_is_seeded() -> None:
    above, below = [1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 5.0, 4.0]
    assert ratio_interval(above, below) == ratio_interval(above, below)


def test_its_spread_is_that_of_the_delta_method() -> None:
    # ratio of means: s² = Σ (above − R·below)² / (Σ below)²; for 3,000 clients normal to within 3 %
    rng = np.random.default_rng(5)
    below = rng.gamma(2.0, 50.0, 3_000)
    above = below * rng.uniform(0, 1.4, 3_000)
    ratio = above.sum() / below.sum()
    s = np.sqrt(((above - ratio * below) ** 2).sum()) / below.sum()
    low, high = ratio_interval(above, below)  # type: ignore[misc]
    assert (high - low) / 2 == pytest.approx(norm.ppf(0.975) * s, rel=0.05)
    assert low < ratio < high


def test_groups_of_clients_spread_as_clients_do() -> None:
    rng = np.random.default_rng(6)
    values = rng.gamma(0.5, 100.0, (5 * MOST_RESAMPLED, 1))
    spread = resampled_sums(values).std()
    # resampling n clients: the variance of a sum is n · variance
    assert spread == pytest.approx(np.sqrt(len(values)) * values.std(), rel=0.06)


def test_a_ratio_that_needs_more_than_one_client_or_a_positive_base() -> None:
    assert ratio_interval([1.0], [1.0]) is None
    assert ratio_interval([1.0, 1.0], [1.0, -5.0]) is None


def test_the_low_end_of_a_rare_share() -> None:
    # 1 of 10,000: (p + z²/2n − z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964, by hand
    assert wilson(1, 10_000)[0] == pytest.approx(1.7653e-05, abs=1e-9)
    assert wilson_arrays([1], [10_000])[0][0] == pytest.approx(1.7653e-05, abs=1e-9)


def test_two_clients_have_intervals_of_several_ratios_too() -> None:
    (found,) = ratio_intervals([([1.0, 3.0], [10.0, 10.0])])
    # of two clients either is drawn twice in a quarter of the samples
    assert found == pytest.approx((0.1, 0.3))
    assert ratio_intervals([([1.0], [10.0])]) == [None]


def test_one_draw_in_twenty_may_be_without_a_base() -> None:
    sums = np.column_stack([np.arange(100.0), np.r_[np.zeros(5), np.ones(95)]])
    assert intervals._of_ratio(sums) is not None
    sums[5, 1] = 0.0
    assert intervals._of_ratio(sums) is None
