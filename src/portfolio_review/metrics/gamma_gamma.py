"""Gamma-Gamma: the mean money of a client's purchase days, by what it spent on those seen.

The money of a purchase day is Gamma(p, ν) with the client's own ν ~ Gamma(q, γ), independent of how often
it buys. In: the number of purchase days and their mean money by client; out: a fit, expected means.
Source: Fader, Hardie 2013, "The Gamma-Gamma Model of Monetary Value", eq. (1a), (5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from portfolio_review.metrics.optimum import Optimum, Vector, maximise
from portfolio_review.metrics.stable import PARAMETER_DIGITS, significant_number

FEWEST_CLIENTS = 30
"""Fewest clients with a positive mean, and among them with two purchase days, to fit from."""
FEW_CLIENTS = f"fewer than {FEWEST_CLIENTS} clients with money on two purchase days"
NOT_CONVERGED = "the search for the parameters did not end"
AT_AN_END = "a parameter runs to the end of its range"
FLAT = "the data do not tell the parameters apart"
ALIKE = "clients are not seen to differ in the money of a purchase day"
OWN_MEAN = "Gamma-Gamma in its limit: each client's own mean is expected"
NO_MEAN = "the money expected of a client with one purchase day is not finite (p + q ≤ 1)"

_LOW, _HIGH = np.full(3, math.log(1e-3)), np.full(3, math.log(1e5))
_P, _Q = 0, 1
_ENDLESS = math.log(100.0)
_STARTS = (np.array([1.5, 1.5, -0.5]), np.array([0.0, 1.0, 1.0]))


@dataclass(frozen=True)
class GammaGammaFit:
    """p, q (bare numbers), γ (money); `degenerate` says why they are not to be used.

    `own_mean`: the limit of p without end and γ → 0, where the means of clients with many purchase days
    spread as those of clients with few; the model then expects each client's own mean. p is infinite.
    """

    p: float
    q: float
    gamma: float
    log_likelihood: float
    clients: int
    degenerate: str | None = None
    own_mean: bool = False

    def expected_mean(self, count: Vector, mean: Vector) -> Vector:
        """E[M | x, z̄] = p (γ + x z̄) / (p x + q − 1), in money, by client: between the client's own mean
        and that of all; in the limit z̄ itself. Source: Fader, Hardie 2013, eq. (5)."""
        if self.own_mean:
            return mean
        return self.p * (self.gamma + count * mean) / (self.p * count + self.q - 1)


def fit(count: Vector, mean: Vector) -> GammaGammaFit:
    """Maximum likelihood over the clients with x > 0 and z̄ > 0.

    ln L = Σ ln Γ(px+q) − ln Γ(px) − ln Γ(q) + q ln γ + (px−1) ln z̄ + px ln x − (px+q) ln(γ + x z̄).
    count: purchase days x; mean: money z̄ per purchase day, by client. Money is divided by the geometric
    mean of z̄ for the search, so that a fit does not depend on the currency. Source: Fader, Hardie 2013,
    eq. (1a).
    """
    usable = (count > 0) & (mean > 0)
    x, z = count[usable].astype(float), mean[usable].astype(float)
    if min(len(x), int((x >= 2).sum())) < FEWEST_CLIENTS:
        return GammaGammaFit(math.nan, math.nan, math.nan, math.nan, len(x), FEW_CLIENTS)
    order = np.lexsort((z, x))
    x, z = x[order], z[order]
    unit = math.exp(float(np.log(z).mean()))
    z = z / unit
    log_z, log_x = np.log(z), np.log(x)

    def height(point: Vector) -> tuple[float, Vector]:
        p, q, gamma = (float(value) for value in np.exp(point))
        shape, whole = p * x, np.log(gamma + x * z)
        value = (
            gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * math.log(gamma)
            + (shape - 1) * log_z + shape * log_x - (shape + q) * whole
        ).sum()  # fmt: skip
        common = digamma(shape + q)
        by_p = (x * (common - digamma(shape) + log_z + log_x - whole)).sum()
        by_q = (common - digamma(q) + math.log(gamma) - whole).sum()
        by_gamma = (q / gamma - (shape + q) / (gamma + x * z)).sum()
        return float(value), np.array([p * by_p, q * by_q, gamma * by_gamma])

    top = maximise(height, _STARTS, _LOW, _HIGH, len(x))
    p, q, gamma = (significant_number(float(value), PARAMETER_DIGITS) for value in np.exp(top.at))
    # the density of z̄ in money is that of z̄ / unit, over unit
    value = height(np.log([p, q, gamma]))[0] - len(x) * math.log(unit)
    if _runs_away(top, _P):
        return GammaGammaFit(math.inf, q, 0.0, value, len(x), own_mean=True)
    return GammaGammaFit(p, q, gamma * unit, value, len(x), _fault(top, p + q))


def _runs_away(top: Optimum, place: int) -> bool:
    """Whether a parameter is on its way to infinity, with no peak to stop at."""
    return bool(top.at[place] > _ENDLESS and (top.pinned.any() or not top.converged or not top.peaked))


def _fault(top: Optimum, p_and_q: float) -> str | None:
    # all clients alike is the limit of q and γ growing together without end
    if _runs_away(top, _Q):
        return ALIKE
    if not top.converged or not math.isfinite(top.value):
        return NOT_CONVERGED
    if top.pinned.any():
        return AT_AN_END
    if not top.peaked:
        return FLAT
    return NO_MEAN if p_and_q <= 1 else None
