"""Fits BG/NBD by maximum a posteriori (weak priors) or maximum likelihood, and says when a fit is degenerate.

In: histories; out: a fit with its parameters, or with the reason why they mean nothing.
Sources: Risk and outlook; Fader, Hardie, Lee 2005, Marketing Science 24, 275–284.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import expit

from portfolio_review.metrics.bg_nbd import Likelihood, Parameters
from portfolio_review.metrics.histories import Histories
from portfolio_review.metrics.optimum import Optimum, Vector, maximise
from portfolio_review.metrics.stable import PARAMETER_DIGITS, significant_number

ALPHA_SCALE = 10.0
"""Prior of α: Weibull of shape 2 and this scale, in weeks; of r: shape 2, scale 1."""
NO_REPEAT = "no client bought on two days"
NOT_CONVERGED = "the search for the parameters did not end"
FLAT = "the data do not tell the parameters apart"
NOBODY_LEAVES = "no client is seen to stop buying"
EVERYBODY_LEAVES = "every client is seen to stop after a repeat purchase"
AT_AN_END = "a parameter runs to the end of its range"

# the parameters searched: ln r, ln α, logit φ, ln κ with a = φκ, b = (1 − φ)κ
_LOW = np.array([math.log(1e-4), math.log(1e-3), -14.0, math.log(1e-4)])
_HIGH = np.array([math.log(1e4), math.log(1e5), 14.0, math.log(1e7)])
_STARTS = (np.array([-1.0, 1.5, -1.0, 1.0]), np.array([0.0, 2.5, -2.5, 2.5]))
_PHI, _KAPPA = 2, 3
_FAR = 7.0
"""A logit of φ beyond this, φ below 0.001 or above 0.999, with no peak in it is on its way to the end."""
_ONE_START_FROM = 5_000
"""From so many different histories on there is one peak, and one start finds it."""


@dataclass(frozen=True)
class BgNbdFit:
    """Parameters with the log-likelihood there; `degenerate` says why they are not to be used.

    κ = a + b at 1, the lowest that its prior allows, is a proper end of the prior and no fault.
    """

    parameters: Parameters
    log_likelihood: float
    clients: int
    repeat_clients: int
    degenerate: str | None = None


def fit(histories: Histories, *, priors: bool = True) -> BgNbdFit:
    """The parameters r, α (weeks), a, b where the posterior density (or the likelihood) is highest.

    priors: α ~ Weibull(2, 10), r ~ Weibull(2, 1), φ ~ U(0, 1), κ ~ Pareto(1, 1) with a = φκ,
    b = (1 − φ)κ; the mode is that of the density of (r, α, φ, κ) themselves. Without, maximum
    likelihood: Fader, Hardie, Lee 2005, eq. (6). Deterministic, whatever the order of clients; the parameters
    have the digits that are the same on every processor.
    """
    if not histories.repeat_clients:
        nothing = Parameters(math.nan, math.nan, math.nan, math.nan)
        return BgNbdFit(nothing, math.nan, histories.size, 0, NO_REPEAT)
    likelihood = Likelihood(histories)

    def height(point: Vector) -> tuple[float, Vector]:
        p, phi, kappa = _parameters(point)
        value, (by_r, by_alpha, by_a, by_b) = likelihood(p)
        slope = np.array(
            [p.r * by_r, p.alpha * by_alpha, phi * (1 - phi) * kappa * (by_a - by_b), p.a * by_a + p.b * by_b]
        )
        if not priors:
            return value, slope
        density, density_slope = _log_priors(p, kappa)
        return value + density, slope + density_slope

    low = _LOW.copy()
    if priors:
        low[_KAPPA] = 0.0
    starts = _STARTS[:1] if len(histories.x) >= _ONE_START_FROM else _STARTS
    top = maximise(height, starts, low, _HIGH, histories.size)
    found = _parameters(top.at)[0]
    parameters = Parameters(*(significant_number(value, PARAMETER_DIGITS) for value in astuple(found)))
    return BgNbdFit(
        parameters,
        likelihood(parameters)[0],
        histories.size,
        histories.repeat_clients,
        _fault(top, priors=priors),
    )


def _parameters(point: Vector) -> tuple[Parameters, float, float]:
    r, alpha, kappa = (float(value) for value in np.exp(point[[0, 1, _KAPPA]]))
    phi = float(expit(point[_PHI]))
    # 1 − φ by its own formula: exact where φ is close to 1
    return Parameters(r, alpha, phi * kappa, float(expit(-point[_PHI])) * kappa), phi, kappa


def _log_priors(p: Parameters, kappa: float) -> tuple[float, Vector]:
    """ln density of (r, α, φ, κ) up to a constant, and its derivatives by ln r, ln α, logit φ, ln κ."""
    in_r, in_alpha = p.r**2, (p.alpha / ALPHA_SCALE) ** 2
    value = math.log(p.r) - in_r + math.log(p.alpha) - in_alpha - 2 * math.log(kappa)
    return value, np.array([1 - 2 * in_r, 1 - 2 * in_alpha, 0.0, -2.0])


def _fault(top: Optimum, *, priors: bool) -> str | None:
    """Why the parameters at `top` are not to be used, or None."""
    if top.pinned[_PHI] or (abs(top.at[_PHI]) > _FAR and not top.peaked):
        return NOBODY_LEAVES if top.at[_PHI] < 0 else EVERYBODY_LEAVES
    if not top.converged or not math.isfinite(top.value):
        return NOT_CONVERGED
    pinned = top.pinned.copy()
    if priors and top.at[_KAPPA] < 1:
        pinned[_KAPPA] = False
    if pinned.any():
        return AT_AN_END
    return None if top.peaked else FLAT
