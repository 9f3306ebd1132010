"""BG/NBD: how often a client buys and whether it still does, by its purchase days alone.

A client buys at random with its own rate λ ~ Gamma(r, α) while it is alive, and drops out after each
repeat purchase with its own chance p ~ Beta(a, b). In: histories (x, t_x, T) and parameters; out:
log-likelihood, chances and expected purchases. Time unit: weeks.
Source: Fader, Hardie, Lee 2005, Marketing Science 24, 275–284; Fader, Hardie, Lee 2008, "Computing
P(alive) using the BG/NBD model".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.special import digamma, expit, gammaln

from portfolio_review.metrics.histories import Histories, Vector
from portfolio_review.metrics.stable import PRODUCT_DIGITS, significant

NODES = 48
"""Points of the quadrature over p; with them ten years of purchases are exact to about 1e-6."""
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Parameters:
    """r, α (weeks), a, b: all positive."""

    r: float
    alpha: float
    a: float
    b: float


class Likelihood:
    """The log-likelihood of histories with its gradient, sums over clients.

    What depends on x or on one time alone is computed once for each different value.
    """

    def __init__(self, histories: Histories) -> None:
        again = histories.x > 0
        self._clients = histories.clients
        self._x = histories.x
        self._ages, self._age_of = np.unique(histories.T, return_inverse=True)
        self._recencies, self._recency_of = np.unique(histories.t_x[again], return_inverse=True)
        self._again, self._age_again = again, self._age_of[again]
        counts, place = np.unique(histories.x, return_inverse=True)
        self._counts = np.asarray(counts, dtype=np.float64)
        self._count_clients = np.bincount(place, weights=histories.clients).astype(np.float64)
        self._clients_again, self._x_again = histories.clients[again], histories.x[again]
        self._size = float(histories.clients.sum())

    def __call__(self, p: Parameters) -> tuple[float, Vector]:
        """ln L and its derivatives by r, α, a, b.

        L = A1 · A2 · (A3 + δ_{x>0} A4), A1 = Γ(r+x) α^r / Γ(r), A2 = Γ(a+b) Γ(b+x) / (Γ(b) Γ(a+b+x)),
        A3 = (α+T)^−(r+x), A4 = a/(b+x−1) · (α+t_x)^−(r+x). Source: Fader, Hardie, Lee 2005, eq. (6).
        """
        r, alpha, a, b = p.r, p.alpha, p.a, p.b
        x, n = self._counts, self._count_clients
        log_age = np.log(alpha + self._ages)
        log_recency = np.log(alpha + self._recencies)
        # A4 / A3 = e^z, so that ln(A3 + A4) = −(r+x) ln(α+T) + ln(1 + e^z); e^z / (1 + e^z) has dropped out
        apart = log_age[self._age_again] - log_recency[self._recency_of]
        rate = r + self._x_again
        z = math.log(a) - np.log(b + self._x_again - 1) + rate * apart
        small = np.exp(-np.abs(z))
        gone = self._clients_again * np.where(z < 0, small, 1.0) / (1 + small)
        lived = self._clients * log_age[self._age_of]
        of_count = gammaln(r + x) - gammaln(r) + gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b)
        value = (
            _sum(n, of_count)
            + self._size * r * math.log(alpha)
            - _sum(lived, r + self._x)
            + _sum(self._clients_again, np.maximum(z, 0.0) + np.log1p(small))
        )
        closer = 1 / (alpha + self._ages)[self._age_again] - 1 / (alpha + self._recencies)[self._recency_of]
        both = _sum(n, digamma(a + b) - digamma(a + b + x))
        slope = (
            _sum(n, digamma(r + x) - digamma(r)) + self._size * math.log(alpha) - lived.sum() + _sum(gone, apart),
            self._size * r / alpha
            - _sum(self._clients * (r + self._x), (1 / (alpha + self._ages))[self._age_of])
            + _sum(gone, rate * closer),
            both + gone.sum() / a,
            both + _sum(n, digamma(b + x) - digamma(b)) - _sum(gone, 1 / (b + self._x_again - 1)),
        )
        return float(value), np.array(slope)


def _sum(one: Vector, other: Vector) -> float:
    """Σ one · other, without BLAS: its threads would make the last digits depend on the machine."""
    return float((one * other).sum())


def p_alive(p: Parameters, histories: Histories) -> Vector:
    """The chance that a client is still alive, by history, in [0, 1]; 1 for x = 0.

    P = 1 / (1 + δ_{x>0} a/(b+x−1) · ((α+T)/(α+t_x))^(r+x)). Source: Fader, Hardie, Lee 2008, eq. (7).
    """
    x = histories.x
    again = x > 0
    beta = np.where(again, p.b + x - 1, 1.0)
    z = np.log(p.a / beta) + (p.r + x) * (np.log(p.alpha + histories.T) - np.log(p.alpha + histories.t_x))
    return np.where(again, expit(-z), 1.0)


def p_next(p: Parameters, histories: Histories, weeks: float) -> Vector:
    """The chance of at least one purchase in the next `weeks`, by history, in [0, 1].

    P(alive) · (1 − ((α+T)/(α+T+t))^(r+x)): alive at T a client has the rate λ ~ Gamma(r+x, α+T), and it
    drops out only after a purchase. Source: Fader, Hardie, Lee 2005, §4, conditional on (x, t_x, T).
    """
    age = p.alpha + histories.T
    silent = np.expm1(-(p.r + histories.x) * np.log1p(weeks / age))
    return p_alive(p, histories) * -silent


def expected_purchases(p: Parameters, histories: Histories, weeks: float) -> Vector:
    """Expected purchase days in the next `weeks`, by history: what the published fit is held against.

    E[Y(t) | x, t_x, T] = P(alive) · E_p[(1 − (1 + p t/(α+T))^−(r+x)) / p], p ~ Beta(a, b+x): the integral
    that eq. (10) of Fader, Hardie, Lee 2005 writes as a ₂F₁, by Gauss–Jacobi quadrature, which stays
    exact where the series does not converge (long histories).
    """
    return p_alive(p, histories) * _while_alive(p, histories, weeks)


def _while_alive(p: Parameters, histories: Histories, weeks: float) -> Vector:
    """E[Y(weeks) | alive], by history; computed once for each different (x, T)."""
    pairs, where = np.unique(np.stack([histories.x, histories.T], axis=1), axis=0, return_inverse=True)
    counts, place = np.unique(pairs[:, 0], return_inverse=True)
    nodes, weights = _beta_quadrature(p.a, p.b + counts)
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        drop, rate = nodes[place[rows]], p.r + pairs[rows, :1]
        purchases = -np.expm1(-rate * np.log1p(drop * (weeks / (p.alpha + pairs[rows, 1:]))))
        found[rows] = (weights[place[rows]] * purchases / drop).sum(axis=1)
    return found[where.ravel()]


def _beta_quadrature(a: float, b: Vector) -> tuple[Vector, Vector]:
    """Nodes in (0, 1) and weights (summing to 1) of E[f(p)], p ~ Beta(a, b), one row for each b.

    Golub, Welsch 1969: the nodes are the eigenvalues of the recurrence matrix of Jacobi's polynomials.
    """
    right, left = b[:, None] - 1, a - 1
    k = np.arange(1, NODES)[None, :]
    both = right + left
    first = (left - right) / (both + 2)
    middle = (left**2 - right**2) / ((2 * k + both) * (2 * k + both + 2))
    # the factor (k + both) / (2k + both − 1) is 1 for k = 1, where it may read 0/0
    ratio = np.where(k == 1, 1.0, (k + both) / np.where(k == 1, 1.0, 2 * k + both - 1))
    beside = 4 * k * (k + right) * (k + left) * ratio / ((2 * k + both) ** 2 * (2 * k + both + 1))
    diagonal, off = np.concatenate([first, middle], axis=1), np.sqrt(beside)
    nodes, weights = np.empty_like(diagonal), np.empty_like(diagonal)
    for row in range(len(b)):
        nodes[row], vectors = eigh_tridiagonal(diagonal[row], off[row])
        weights[row] = vectors[0] ** 2
    return np.clip(significant((nodes + 1) / 2, PRODUCT_DIGITS), 1e-12, 1.0), significant(weights, PRODUCT_DIGITS)
