"""The rhythm clock, MBG/CNBD-k: how likely a client buys again, by how its silence compares with its own rhythm.

A client's gaps are Erlang(k, λ), λ ~ Gamma(r, α); after every purchase, the first one too, it drops out with its own
chance p ~ Beta(a, b). In: histories (x, t_x, T) in weeks; out: parameters, log-likelihood, chances.
Sources: Platzer, Reutterer 2016, Marketing Science 35, doi 10.1287/mksc.2015.0963; Reutterer, Platzer, Schröder 2020,
International Journal of Research in Marketing 38, doi 10.1016/j.ijresmar.2020.09.002.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln

from portfolio_review.metrics.histories import Histories, Vector
from portfolio_review.metrics.optimum import maximise
from portfolio_review.metrics.stable import PARAMETER_DIGITS, significant_number

REGULARITIES = (1, 2, 3, 4, 6)
"""The k that are tried: 1 buys at random, 6 nearly by the calendar."""
NO_GAP_WEEKS = 26.0
"""The geometric mean gap where nobody has bought twice."""
LOWEST_CHANCE, HIGHEST_CHANCE = 1e-4, 1 - 1e-4

_LOW, _HIGH = np.full(4, -9.0), np.full(4, 9.0)
_SPREAD = 1.5
"""Standard deviation of the priors of ln(kα/r) and of ln(a + b)."""
_BETA_SIZE = 4.0


@dataclass(frozen=True)
class Rhythm:
    """k with r, α (weeks), a, b: all positive; `log_likelihood` Σ ln ℓ there (NaN where it was not asked)."""

    k: int
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = math.nan

    def chance(self, x: Vector, t_x: Vector, T: Vector, weeks: float) -> Vector:
        """m = 1 − ℓ(x, t_x, T + weeks) / ℓ(x, t_x, T) of each client, clipped to [1e-4, 1 − 1e-4].

        ℓ = C (D + S(T)) with C and D the same in both, so that m = S(T)/(D + S(T)) · (1 − S(T + weeks)/S(T)).
        """
        rate = self.r + self.k * x
        ln_age, ln_later = np.log(self.alpha + T), np.log(self.alpha + T + weeks)
        inside = _erlang(self.k, rate, (T - t_x) / (self.alpha + T))[0]
        later = _erlang(self.k, rate, (T + weeks - t_x) / (self.alpha + T + weeks))[0]
        z = math.log(self.a) - np.log(self.b + x) + rate * (ln_age - np.log(self.alpha + t_x)) - np.log(inside)
        silent = np.exp(np.minimum(rate * (ln_age - ln_later) + np.log(later) - np.log(inside), 0.0))
        return np.asarray(np.clip(expit(-z) * (1 - silent), LOWEST_CHANCE, HIGHEST_CHANCE))


class Likelihood:
    """Σ ln ℓ of histories with its gradient, for one k.

    ln ℓ = (k−1)·L − x·lnΓ(k) + r ln α − lnΓ(r) + ln(D + S)
    D = B(a+1, b+x)/B(a, b) · Γ(r+kx) · (α+t_x)^−(r+kx)
    S = B(a, b+x+1)/B(a, b) · Σ_(j=0..k−1) (T−t_x)^j / j! · Γ(r+kx+j) · (α+T)^−(r+kx+j)

    Both hold C = Γ(r+kx) Γ(a+b) Γ(b+x) / (Γ(b) Γ(a+b+x+1)): D = C a (α+t_x)^−ρ, S = C (b+x) (α+T)^−ρ Q, ρ = r + kx,
    Q = Σ_j w^j (ρ)_j / j!, w = (T−t_x)/(α+T). What depends on x alone is computed once for each different x.
    """

    def __init__(self, histories: Histories, log_gaps: float, k: int) -> None:
        """log_gaps: Σ ln(gap in weeks) over all gaps of all clients."""
        self._k, self._h = k, histories
        self._counts, self._place = np.unique(histories.x, return_inverse=True)
        self._of_count = np.bincount(self._place, weights=histories.clients).astype(np.float64)
        self._size = float(histories.clients.sum())
        self._silence = histories.T - histories.t_x
        repeats = _sum(histories.clients, histories.x)
        self._constant = (k - 1) * log_gaps - repeats * math.lgamma(k)

    def __call__(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Vector]:
        """Σ ln ℓ and its derivatives by r, α, a, b."""
        h, n, x, m = self._h, self._h.clients, self._counts, self._of_count
        rate = (r + self._k * x)[self._place]
        age, recent = alpha + h.T, alpha + h.t_x
        ln_age, ln_recent = np.log(age), np.log(recent)
        q, q_rate, q_silence = _erlang(self._k, rate, self._silence / age)
        # D/S = e^z; the part of D in D + S: the client has dropped out
        z = (math.log(a) - np.log(b + x))[self._place] + rate * (ln_age - ln_recent) - np.log(q)
        small = np.exp(-np.abs(z))
        gone = np.where(z < 0, small, 1.0) / (1 + small)
        both = np.maximum(z, 0.0) + np.log1p(small) - rate * ln_age + np.log(q)
        of_x = (
            gammaln(r + self._k * x) + gammaln(b + x) - gammaln(a + b + x + 1) + np.log(b + x)
            + r * math.log(alpha) - math.lgamma(r) + math.lgamma(a + b) - math.lgamma(b)
        )  # fmt: skip
        value = self._constant + _sum(m, of_x) + _sum(n, both)
        alive = 1 - gone
        alive_of = np.bincount(self._place, weights=n * alive).astype(np.float64)
        last = digamma(a + b + x + 1)
        slope = (
            self._size * (math.log(alpha) - digamma(r)) + _sum(m, digamma(r + self._k * x))
            - _sum(n, gone * ln_recent + alive * (ln_age - q_rate / q)),
            self._size * r / alpha - _sum(n, gone * rate / recent + alive * (rate + q_silence / q) / age),
            self._size * digamma(a + b) - _sum(m, last) + _sum(n, gone) / a,
            self._size * (digamma(a + b) - digamma(b)) + _sum(m, digamma(b + x) - last) + _sum(alive_of, 1 / (b + x)),
        )  # fmt: skip
        return float(value), np.array(slope, dtype=float)


def fit(histories: Histories, log_gaps: float, k: int, *, penalty: bool = True) -> Rhythm:
    """The parameters where Σ ln ℓ + `log_prior` is highest over u = (ln r, ln α, ln a, ln b), each in [−9, 9].

    ḡ: the geometric mean of all gaps in weeks (26 without one). From r .7, α .7·ḡ, a .3, b 3. Deterministic;
    parameters have the digits that are the same on every processor.
    """
    repeats = _sum(histories.clients, histories.x)
    mean_gap = log_gaps / repeats if repeats else math.log(NO_GAP_WEEKS)
    likelihood = Likelihood(histories, log_gaps, k)

    def height(u: Vector) -> tuple[float, Vector]:
        at = [float(value) for value in np.exp(u)]
        value, slope = likelihood(*at)
        prior, prior_slope = log_prior(u, k, mean_gap) if penalty else (0.0, np.zeros(4))
        return value + prior, slope * at + prior_slope

    start = np.clip(np.array([math.log(0.7), math.log(0.7) + mean_gap, math.log(0.3), math.log(3.0)]), _LOW, _HIGH)
    top = maximise(height, [start], _LOW, _HIGH, max(histories.size, 1))
    r, alpha, a, b = (significant_number(float(value), PARAMETER_DIGITS) for value in np.exp(top.at))
    return Rhythm(k, r, alpha, a, b, likelihood(r, alpha, a, b)[0])


def log_prior(u: Vector, k: int, mean_gap: float) -> tuple[float, Vector]:
    """The penalty −½ (ln r)² − ½ ((ln(kα/r) − ln ḡ)/1.5)² + 2 ln(b/(a+b)) − ½ (ln((a+b)/4)/1.5)² and its derivatives
    by u = (ln r, ln α, ln a, ln b). By ḡ (mean_gap = ln ḡ) a fit does not depend on the unit of time."""
    a, b = (float(value) for value in np.exp(u[2:]))
    rhythm = (math.log(k) + u[1] - u[0] - mean_gap) / _SPREAD
    size = math.log((a + b) / _BETA_SIZE) / _SPREAD
    stays = b / (a + b)
    value = -0.5 * u[0] ** 2 - 0.5 * rhythm**2 + 2 * math.log(stays) - 0.5 * size**2
    by_size = -size / _SPREAD
    slope = (
        -u[0] + rhythm / _SPREAD,
        -rhythm / _SPREAD,
        (1 - stays) * (by_size - 2),
        stays * by_size + 2 * (1 - stays),
    )
    return float(value), np.array(slope, dtype=float)


def _erlang(k: int, rate: Vector, share: Vector) -> tuple[Vector, Vector, Vector]:
    """Q = Σ_(j<k) share^j (rate)_j / j!, its derivative by rate, and Σ j · term: −(α+T) times that by α."""
    term = total = np.ones_like(rate)
    by_rate, weighted, slope = np.zeros_like(rate), np.zeros_like(rate), np.zeros_like(rate)
    for j in range(1, k):
        # (rate)_j = (rate)_(j−1) (rate + j − 1): its logarithm's derivative gains 1/(rate + j − 1)
        slope = slope + 1 / (rate + j - 1)
        term = term * share * (rate + j - 1) / j
        total, by_rate, weighted = total + term, by_rate + term * slope, weighted + j * term
    return total, by_rate, weighted


def _sum(one: Vector, other: Vector) -> float:
    """Σ one · other, without BLAS: its threads would make the last digits depend on the machine."""
    return float((one * other).sum())
