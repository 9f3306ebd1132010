"""MBG/CNBD-k: published fit, recovery of known parameters, gradient, likelihood and chance against plain Python."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from clocks import random_rows
from test_chances_against_plain import likelihood_by_hand

from portfolio_review.metrics import rhythm
from portfolio_review.metrics.histories import Histories
from portfolio_review.metrics.rhythm import Likelihood, Rhythm

CDNOW = Path(__file__).parents[3] / "shared" / "data" / "cdnow" / "sample.parquet"
END_OF_WEEK_39 = pd.Timestamp("1997-09-30")


def histories(clients: int = 40, seed: int = 1) -> tuple[Histories, float]:
    """Of random purchases, and Σ ln(gap in weeks)."""
    rows = random_rows(seed, clients)
    days = rows[rows["revenue"] > 0].drop_duplicates(["client_id", "date"]).sort_values(["client_id", "date"])
    of = days.groupby("client_id")["date"].agg(["min", "max", "size"])
    gaps = days.groupby("client_id")["date"].diff().dt.days.dropna()
    end = days["date"].max() + pd.Timedelta(days=9)
    return Histories.of_days(
        of["size"].to_numpy() - 1, (of["max"] - of["min"]).dt.days.to_numpy(), (end - of["min"]).dt.days.to_numpy()
    ), float(np.log(gaps / 7).sum())


@pytest.mark.parametrize("k", [1, 2, 6])
def test_the_likelihood_is_that_of_the_formula(k: int) -> None:
    of, log_gaps = histories()
    value, _ = Likelihood(of, log_gaps, k)(0.8, 3.0, 0.4, 2.5)
    by_hand = math.fsum(
        n * likelihood_by_hand(k, 0.8, 3.0, 0.4, 2.5, x, t_x, T)
        for x, t_x, T, n in zip(of.x, of.t_x, of.T, of.clients, strict=True)
    )
    assert value == pytest.approx(by_hand + (k - 1) * log_gaps, rel=1e-12)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 6])
def test_the_gradient_is_that_of_finite_differences(k: int) -> None:
    of, log_gaps = histories()
    likelihood, at = Likelihood(of, log_gaps, k), np.array([0.6, 2.0, 0.5, 1.7])
    slope = likelihood(*at)[1]
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5 * at[place]
        rise = likelihood(*(at + step))[0] - likelihood(*(at - step))[0]
        assert slope[place] == pytest.approx(rise / (2 * step[place]), rel=1e-6)


def test_many_purchases_do_not_overflow() -> None:
    of = Histories.of_days(np.array([2_000, 0]), np.array([3_000, 0]), np.array([3_650, 3_650]))
    value, slope = Likelihood(of, 0.0, 6)(0.7, 5.0, 0.3, 3.0)
    assert math.isfinite(value)
    assert np.isfinite(slope).all()
    chance = Rhythm(6, 0.7, 5.0, 0.3, 3.0).chance(of.x, of.t_x, of.T, 13.0)
    assert ((chance >= 1e-4) & (chance <= 1 - 1e-4)).all()


def test_cdnow_by_maximum_likelihood() -> None:
    # lifetimes and pymc-marketing, whose search ends at about 1e-4: r .5248, α 6.1829, a .8914, b 1.6141, LL −9582.14;
    # 2,357 clients, days of zero amount too
    if not CDNOW.is_file():
        pytest.skip(f"the data of {CDNOW} are not at hand")
    days = pd.read_parquet(CDNOW, columns=["sample_id", "date"]).drop_duplicates()
    of = days[days["date"] <= END_OF_WEEK_39].groupby("sample_id")["date"].agg(["min", "max", "size"])
    found = rhythm.fit(
        Histories.of_days(
            of["size"].to_numpy() - 1,
            (of["max"] - of["min"]).dt.days.to_numpy(),
            (END_OF_WEEK_39 - of["min"]).dt.days.to_numpy(),
        ),
        0.0, 1, penalty=False,
    )  # fmt: skip
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.5248, 6.1829, 0.8914, 1.6141), abs=2e-4)
    assert found.log_likelihood == pytest.approx(-9_582.14, abs=0.005)


def test_known_parameters_are_recovered() -> None:
    # 8,000 clients of k 3, r .85, α 1.45, a .79, b 2.42, watched for 36 to 96 weeks
    of, log_gaps = _simulated(8_000, 3, 0.85, 1.45, 0.79, 2.42)
    found = {k: rhythm.fit(of, log_gaps, k, penalty=False) for k in rhythm.REGULARITIES}
    assert max(found, key=lambda k: found[k].log_likelihood) == 3
    best = found[3]
    assert (best.r, best.alpha, best.a, best.b) == pytest.approx((0.85, 1.45, 0.79, 2.42), rel=0.2)


def _simulated(clients: int, k: int, r: float, alpha: float, a: float, b: float) -> tuple[Histories, float]:
    dice = np.random.default_rng(20)
    watched = np.floor(dice.uniform(36, 96, clients) * 7)
    rate, leaves = dice.gamma(r, 1 / alpha, clients), dice.beta(a, b, clients)
    repeats, recency, log_gaps = np.zeros(clients, int), np.zeros(clients, int), 0.0
    for client in range(clients):
        at = 0.0
        while dice.random() >= leaves[client]:
            at += dice.gamma(k, 1 / rate[client]) * 7
            if at > watched[client]:
                break
            # days are whole: two purchases of one day are one purchase day
            day = round(at)
            if day > recency[client]:
                log_gaps += math.log((day - recency[client]) / 7)
                repeats[client], recency[client] = repeats[client] + 1, day
    return Histories.of_days(repeats, recency, watched.astype(int)), log_gaps


def test_a_fit_does_not_depend_on_the_order_of_clients() -> None:
    of, log_gaps = histories(60, seed=4)
    clients = of.x[of.where], of.t_x[of.where] * 7, of.T[of.where] * 7
    turned = Histories.of_days(*(np.rint(column[::-1]).astype(np.int64) for column in clients))
    assert rhythm.fit(of, log_gaps, 2) == rhythm.fit(turned, log_gaps, 2)


def test_the_penalty_is_that_of_the_formula() -> None:
    """At the top of Σ ln ℓ + penalty, written again, every step aside is lower."""
    of, log_gaps = histories(50, seed=7)
    k = 2
    found = rhythm.fit(of, log_gaps, k)
    mean_gap = log_gaps / (of.x * of.clients).sum()

    def height(r: float, alpha: float, a: float, b: float) -> float:
        return (
            Likelihood(of, log_gaps, k)(r, alpha, a, b)[0] - math.log(r) ** 2 / 2
            - ((math.log(k * alpha / r) - mean_gap) / 1.5) ** 2 / 2
            + 2 * math.log(b / (a + b)) - (math.log((a + b) / 4) / 1.5) ** 2 / 2
        )  # fmt: skip

    top = np.array([found.r, found.alpha, found.a, found.b])
    for place in range(4):
        for factor in (0.99, 1.01):
            aside = top.copy()
            aside[place] *= factor
            assert height(*aside) < height(*top)


def test_the_penalty_and_its_slope_by_hand() -> None:
    # r = e, α = e³, a = b = 4, k = 1, ln ḡ = 1/2: ln(kα/r) − ln ḡ = 1.5, b/(a + b) = 1/2, (a + b)/4 = 2
    u = np.array([1.0, 3.0, math.log(4), math.log(4)])
    value, slope = rhythm.log_prior(u, 1, 0.5)
    assert value == pytest.approx(-0.5 - 0.5 - 2 * math.log(2) - (math.log(2) / 1.5) ** 2 / 2)
    for place in range(4):
        step = np.eye(4)[place] * 1e-6
        change = (rhythm.log_prior(u + step, 1, 0.5)[0] - rhythm.log_prior(u - step, 1, 0.5)[0]) / 2e-6
        assert slope[place] == pytest.approx(change, abs=1e-8)
    # three times the rate at k = 3 is the same rhythm
    assert rhythm.log_prior(u, 3, 0.5 + math.log(3))[0] == pytest.approx(value)


def test_without_a_gap_the_mean_is_half_a_year() -> None:
    once = Histories.of_days(np.zeros(50, int), np.zeros(50, int), np.arange(50) * 7)
    found = rhythm.fit(once, 0.0, 1)
    # nothing was bought again: the rate is at its prior, kα/r = 26 weeks or slower
    assert found.alpha / found.r > 26
    assert (found.chance(once.x, once.t_x, once.T, 13.0) < 0.2).all()
