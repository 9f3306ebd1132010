"""BG/NBD given its parameters: likelihood, chances and expected purchases against other ways to them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlooks import log_posterior
from scipy.integrate import quad
from scipy.special import hyp2f1
from scipy.stats import beta as beta_law

from portfolio_review.metrics import bg_nbd
from portfolio_review.metrics.bg_nbd import Histories, Likelihood, Parameters

P = Parameters(0.2426, 4.4136, 0.7929, 2.4259)
# (x, t_x, T) in days: one purchase only; silent since; bought on the last day; two alike
HISTORIES = Histories.of_days(
    repeats=np.array([0, 2, 7, 2, 0]), recency=np.array([0, 213, 272, 213, 0]), age=np.array([272, 272, 272, 272, 7])
)


def test_equal_histories_are_counted_once() -> None:
    assert len(HISTORIES.x) == 4
    assert (HISTORIES.size, HISTORIES.repeat_clients) == (5, 3)
    assert HISTORIES.where[1] == HISTORIES.where[3]
    assert HISTORIES.T[HISTORIES.where[0]] == 272 / 7
    assert HISTORIES.t_x[HISTORIES.where].tolist() == [0.0, 213 / 7, 272 / 7, 213 / 7, 0.0]


def test_an_impossible_history_is_refused() -> None:
    with pytest.raises(ValueError, match="a history needs 0 ≤ recency ≤ age in days and repeats ≥ 0"):
        Histories.of_days(np.array([1]), np.array([10]), np.array([9]))


@pytest.mark.parametrize("p", [P, Parameters(3.0, 60.0, 0.3, 9.0), Parameters(0.5, 1.0, 20.0, 0.01)])
def test_the_likelihood_and_its_gradient(p: Parameters) -> None:
    likelihood = Likelihood(HISTORIES)
    value, slope = likelihood(p)
    each = HISTORIES.where
    # in plain Python, client by client: `outlooks.log_posterior`
    of_clients = (HISTORIES.x[each], HISTORIES.t_x[each], HISTORIES.T[each])
    assert value == pytest.approx(log_posterior(p, *of_clients, priors=False), rel=1e-12)
    for place, name in enumerate(("r", "alpha", "a", "b")):
        step = 1e-5 * getattr(p, name)
        above, below = (
            likelihood(Parameters(**{**p.__dict__, name: getattr(p, name) + sign * step}))[0] for sign in (1, -1)
        )
        assert slope[place] == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-6)


def test_p_alive_by_hand() -> None:
    alive = bg_nbd.p_alive(P, HISTORIES)[HISTORIES.where]
    # one purchase only: nobody drops out before a repeat purchase
    assert alive[0] == 1.0
    # 1 / (1 + 0.7929 / (2.4259 + 2 − 1) · ((4.4136 + 38.857) / (4.4136 + 30.429))^2.2426)
    odds = 0.7929 / 3.4259 * ((4.4136 + 272 / 7) / (4.4136 + 213 / 7)) ** 2.2426
    assert alive[1] == pytest.approx(1 / (1 + odds), rel=1e-12)
    # bought on the last day: 1 / (1 + a / (b + x − 1))
    assert alive[2] == pytest.approx(1 / (1 + 0.7929 / 8.4259), rel=1e-12)


def test_p_next_by_the_two_integrals() -> None:
    weeks = 13.0
    for place in range(len(HISTORIES.x)):
        x, age = HISTORIES.x[place], HISTORIES.T[place]
        # alive at T the rate λ is Gamma(r + x, α + T); no purchase in t weeks with the chance e^(−λ t)
        shape, scale = P.r + x, P.alpha + age
        silent, _ = quad(
            lambda rate, shape=shape, scale=scale: (
                rate ** (shape - 1) * math.exp(-rate * (scale + weeks)) * scale**shape / math.gamma(shape)
            ),
            0, np.inf, epsabs=1e-12,
        )  # fmt: skip
        expected = bg_nbd.p_alive(P, HISTORIES)[place] * (1 - silent)
        assert bg_nbd.p_next(P, HISTORIES, weeks)[place] == pytest.approx(expected, rel=1e-6)


def test_p_next_of_long_and_extreme_histories_stays_in_range() -> None:
    extreme = Histories.of_days(
        np.array([2_000, 2_000, 1]), np.array([4_000, 4_000, 1]), np.array([9_000, 4_000, 9_000])
    )
    chance = bg_nbd.p_next(P, extreme, 13.0)
    assert np.all((chance >= 0) & (chance <= 1))
    # the one that bought on its last day, and the two that have been silent for years
    assert chance[extreme.where[1]] > 0.99
    assert chance[extreme.where[0]] < 1e-12


def by_series(p: Parameters, h: Histories, t: float) -> np.ndarray:
    """Fader, Hardie, Lee 2005, eq. (10)."""
    x = h.x
    scale = ((p.alpha + h.T) / (p.alpha + h.T + t)) ** (p.r + x)
    ahead = 1 - scale * hyp2f1(p.r + x, p.b + x, p.a + p.b + x - 1, t / (p.alpha + h.T + t))
    return (p.a + p.b + x - 1) / (p.a - 1) * ahead * bg_nbd.p_alive(p, h)


@pytest.mark.parametrize("weeks", [1.0, 13.0, 52.0, 520.0])
@pytest.mark.parametrize("p", [P, Parameters(0.7, 2.2, 0.13, 7.4), Parameters(4.0, 60.0, 0.35, 9.5)])
def test_expected_purchases_equal_the_published_form(p: Parameters, weeks: float) -> None:
    assert bg_nbd.expected_purchases(p, HISTORIES, weeks) == pytest.approx(by_series(p, HISTORIES, weeks), rel=1e-6)


def test_expected_purchases_where_the_published_form_fails() -> None:
    # a = 1 divides by zero there; a client of 900 purchases: the integral over p, by adaptive quadrature
    p = Parameters(0.7, 2.2, 1.0, 7.4)
    history = Histories.of_days(np.array([900]), np.array([1_900]), np.array([1_900]))
    scale, rate, weeks = p.alpha + 1_900 / 7, p.r + 900, 52.0
    law = beta_law(p.a, p.b + 900)
    alive, _ = quad(
        lambda drop: law.pdf(drop) * (1 - (1 + drop * weeks / scale) ** -rate) / drop,
        1e-12,
        0.05,
        epsrel=1e-11,
        limit=500,
    )
    expected = alive * bg_nbd.p_alive(p, history)[0]
    assert bg_nbd.expected_purchases(p, history, weeks)[0] == pytest.approx(expected, rel=1e-8)


parameter = st.floats(0.05, 20.0)


@settings(max_examples=30, deadline=None)
@given(parameter, parameter, parameter, parameter, st.integers(0, 50), st.integers(0, 900), st.integers(0, 900))
def test_chances_are_chances(r: float, alpha: float, a: float, b: float, x: int, recency: int, silence: int) -> None:
    p = Parameters(r, alpha, a, b)
    repeats = np.array([x, x])
    recencies = np.array([recency, recency]) if x else np.array([0, 0])
    histories = Histories.of_days(repeats, recencies, recencies + np.array([silence, silence + 30]))
    alive, chance = bg_nbd.p_alive(p, histories)[histories.where], bg_nbd.p_next(p, histories, 13.0)[histories.where]
    assert np.all((alive >= 0) & (alive <= 1) & (chance >= 0) & (chance <= alive))
    # a month longer silent is never likelier to buy
    assert chance[1] <= chance[0]
    longer = bg_nbd.p_next(p, histories, 26.0)[histories.where]
    assert np.all(longer >= chance)
    expected = bg_nbd.expected_purchases(p, histories, 13.0)[histories.where]
    assert np.all(expected >= chance * (1 - 1e-9))
