"""How much each clock counts: the top of the penalised likelihood, found again by a general search."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from portfolio_review.metrics import blend
from portfolio_review.metrics.blend import Blend


def cases(seed: int = 1, n: int = 400) -> tuple[np.ndarray, ...]:
    dice = np.random.default_rng(seed)
    chain, rhythm = dice.uniform(0.05, 0.95, n), dice.uniform(0.05, 0.95, n)
    return chain, rhythm, (dice.random(n) < 0.3 * chain + 0.7 * rhythm).astype(float), dice.uniform(0.1, 1, n)


@pytest.mark.parametrize("hold", [False, True])
def test_the_top_is_that_of_the_formula(hold: bool) -> None:
    chain, rhythm, bought, weights = cases()

    def height(b: np.ndarray) -> float:
        eta = b[0] + b[1] * np.log(chain / (1 - chain)) + b[2] * np.log(rhythm / (1 - rhythm))
        p = 1 / (1 + np.exp(-eta))
        penalty = (b[0] ** 2 + ((b[1] - 0.5) / 0.5) ** 2 + ((b[2] - 0.5) / 0.5) ** 2) / 2
        return float((weights * (bought * np.log(p) + (1 - bought) * np.log(1 - p))).sum() - penalty)

    found = blend.learn(chain, rhythm, bought, weights, hold_level=hold)
    bounds = [(0, 0) if hold else (-5, 5), (-5, 5), (-5, 5)]
    by_search = minimize(lambda b: -height(b), [0, 0.5, 0.5], bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-9})
    assert (found.b0, found.b1, found.b2) == pytest.approx(by_search.x, abs=1e-5)
    assert (found.b0 == 0) == hold


@pytest.mark.parametrize("hold", [False, True])
def test_a_step_beyond_the_top_is_halved(hold: bool) -> None:
    # both clocks are sure and wrong, but for one case in eight: a whole step would land where all is flat
    sure, bought = np.tile([0.997, 0.003], 200), np.tile([0.0, 1.0], 200)
    bought[::8] = 1.0
    found = blend.learn(sure, sure, bought, np.ones(400), hold_level=hold)

    def slope(b0: float, b1: float, b2: float) -> list[float]:
        """Of the penalised likelihood by b0, b1 = b2."""
        x = np.log(sure / (1 - sure))
        rest = bought - 1 / (1 + np.exp(-(b0 + (b1 + b2) * x)))
        return [rest.sum() - b0, (rest * x).sum() - (b1 - 0.5) / 0.25]

    assert found.b1 == pytest.approx(found.b2)
    assert found.b1 < 0
    assert slope(found.b0, found.b1, found.b2)[hold:] == pytest.approx([0.0] * (2 - hold), abs=1e-4)


def test_without_weight_the_priors_stand() -> None:
    chain, rhythm, bought, weights = cases()
    found = blend.learn(chain, rhythm, bought, weights * 1e-12, hold_level=False)
    assert (found.b0, found.b1, found.b2) == pytest.approx((0, 0.5, 0.5), abs=1e-8)


def test_all_bought_has_a_top() -> None:
    found = blend.learn(np.full(500, 0.997), np.full(500, 0.9999), np.ones(500), np.ones(500), hold_level=False)
    assert np.isfinite([found.b0, found.b1, found.b2]).all()
    assert found.chance(np.array([0.997]), np.array([0.9999]))[0] > 0.999


def test_the_chance_by_hand() -> None:
    # logit .8 = ln 4, logit .5 = 0: .1 + .5 ln 4 = .1 + ln 2
    p = Blend(0.1, 0.5, 2.0).chance(np.array([0.8]), np.array([0.5]))[0]
    assert p == pytest.approx(2 * np.exp(0.1) / (1 + 2 * np.exp(0.1)))
