"""Gamma-Gamma: the published fit, the likelihood by another road, faults that are said."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from portfolio_review.metrics import gamma_gamma
from portfolio_review.metrics.gamma_gamma import GammaGammaFit

CDNOW = Path(__file__).parents[3] / "shared" / "data" / "cdnow" / "sample.parquet"
Vector = NDArray[np.float64]


def drawn(n: int = 3_000, seed: int = 1, p: float = 6.0, q: float = 4.0, gamma: float = 15.0) -> tuple[Vector, Vector]:
    """Purchase days and their mean money, drawn from the model itself."""
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 12, n).astype(float)
    nu = rng.gamma(q, 1 / gamma, n)
    return count, rng.gamma(p * count, 1 / (nu * count))


def log_likelihood(fit: GammaGammaFit, count: Vector, mean: Vector) -> float:
    """Fader, Hardie 2013, eq. (1a), client by client."""
    p, q, gamma, total = fit.p, fit.q, fit.gamma, 0.0
    for x, z in zip(count, mean, strict=True):
        total += math.lgamma(p * x + q) - math.lgamma(p * x) - math.lgamma(q) + q * math.log(gamma)
        total += (p * x - 1) * math.log(z) + p * x * math.log(x) - (p * x + q) * math.log(gamma + x * z)
    return total


def test_cdnow() -> None:
    if not CDNOW.is_file():
        pytest.skip(f"the data of {CDNOW} are not at hand")
    rows = pd.read_parquet(CDNOW, columns=["sample_id", "date", "amount"])
    days = rows[rows["date"] <= "1997-09-30"].groupby(["sample_id", "date"], as_index=False)["amount"].sum()
    repeats = days[days.groupby("sample_id").cumcount() > 0].groupby("sample_id")["amount"].agg(["size", "mean"])
    found = gamma_gamma.fit(repeats["size"].to_numpy(dtype=float), repeats["mean"].to_numpy())
    # metrics.md §8, on unrounded means; Fader, Hardie 2013, §3: p 6.25, q 3.74, γ 15.44
    assert (found.p, found.q, found.gamma) == pytest.approx((6.250, 3.744, 15.44), abs=5e-3)
    assert found.clients == 946
    assert found.degenerate is None


def test_parameters_are_found_again() -> None:
    count, mean = drawn(20_000)
    found = gamma_gamma.fit(count, mean)
    assert (found.p, found.q, found.gamma) == pytest.approx((6.0, 4.0, 15.0), rel=0.05)


def test_the_likelihood_is_that_of_the_paper_and_highest_there() -> None:
    count, mean = drawn(200)
    found = gamma_gamma.fit(count, mean)
    top = log_likelihood(found, count, mean)
    assert found.log_likelihood == pytest.approx(top, rel=1e-12)
    for name in ("p", "q", "gamma"):
        for factor in (0.97, 1.03):
            aside = GammaGammaFit(**{**found.__dict__, name: factor * getattr(found, name)})
            assert log_likelihood(aside, count, mean) < top


def test_money_in_another_currency() -> None:
    count, mean = drawn(200)
    one, other = gamma_gamma.fit(count, mean), gamma_gamma.fit(count, mean * 1_000)
    assert (other.p, other.q, other.gamma) == pytest.approx((one.p, one.q, one.gamma * 1_000), rel=1e-6)
    assert other.expected_mean(count, mean * 1_000) == pytest.approx(one.expected_mean(count, mean) * 1_000, rel=1e-9)


def test_the_expected_mean_by_hand() -> None:
    fit = GammaGammaFit(6.25, 3.744, 15.44, 0.0, 946)
    # 6.25 · (15.44 + 2 · 50) / (6.25 · 2 + 3.744 − 1) = 47.33; the mean of all is 6.25 · 15.44 / 2.744 = 35.17
    assert fit.expected_mean(np.array([2.0]), np.array([50.0])) == pytest.approx([721.5 / 15.244])
    # between the client's own and that of all, and closer to its own the more it bought
    assert 35.17 < fit.expected_mean(np.array([2.0]), np.array([50.0]))[0] < 50
    assert fit.expected_mean(np.array([40.0]), np.array([50.0]))[0] == pytest.approx(50, abs=1)


def test_the_order_of_clients_changes_nothing() -> None:
    count, mean = drawn(300)
    assert gamma_gamma.fit(count, mean) == gamma_gamma.fit(count[::-1], mean[::-1])


@pytest.mark.parametrize(
    ("count", "mean", "fault"),
    [
        (np.full(29, 3.0), np.linspace(1, 9, 29), gamma_gamma.FEW_CLIENTS),
        (np.ones(100), np.linspace(1, 9, 100), gamma_gamma.FEW_CLIENTS),
    ],
)
def test_faults(count: Vector, mean: Vector, fault: str) -> None:
    assert gamma_gamma.fit(count, mean).degenerate == fault


def test_clients_that_do_not_differ() -> None:
    rng = np.random.default_rng(2)
    count = rng.integers(2, 30, 300).astype(float)
    assert gamma_gamma.fit(count, rng.gamma(6 * count, 5 / count)).degenerate == gamma_gamma.ALIKE


def test_means_that_do_not_close_in_with_more_purchases() -> None:
    # each client spends the same on every purchase day, q = 3: its own mean is all there is to know
    rng = np.random.default_rng(4)
    count, mean = rng.integers(1, 60, 2_000).astype(float), 50 / rng.gamma(3, 1, 2_000)
    found = gamma_gamma.fit(count, mean)
    assert found.p > 100
    assert found.expected_mean(count, mean) == pytest.approx(mean, rel=0.05)
    # and all clients the same: p grows without end
    count, mean = np.full(60, 3.0), np.full(60, 10.0)
    found = gamma_gamma.fit(count, mean)
    assert (found.own_mean, found.degenerate) == (True, None)
    assert found.expected_mean(count, mean).tolist() == mean.tolist()


def test_a_mean_that_is_not_finite() -> None:
    # fat tails: of one client with one purchase day no mean can be expected
    rng = np.random.default_rng(3)
    found = gamma_gamma.fit(np.full(400, 2.0), np.exp(rng.standard_cauchy(400).clip(-40, 40)))
    assert found.p + found.q <= 1
    assert found.degenerate == gamma_gamma.NO_MEAN
