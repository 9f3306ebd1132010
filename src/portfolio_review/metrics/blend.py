"""How much each clock counts: logit p = b0 + b1 · logit c + b2 · logit m, learned from past month ends.

In: chances by both clocks, who bought, weights; out: b0, b1, b2. Source: chances of a purchase; Newton's method on
the penalised likelihood of the logistic model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from portfolio_review.metrics.histories import Vector
from portfolio_review.metrics.stable import PARAMETER_DIGITS, significant

_CENTRE, _SPREAD = np.array([0.0, 0.5, 0.5]), np.array([1.0, 0.5, 0.5])
_STEPS = 100
_SMALL_STEP = 1e-10


@dataclass(frozen=True)
class Blend:
    """b0 (0 where it was held), b1 of the chain, b2 of the rhythm."""

    b0: float
    b1: float
    b2: float

    def chance(self, chain: Vector, rhythm: Vector) -> Vector:
        """The chance of each client, by those of both clocks."""
        return np.asarray(expit(self.b0 + self.b1 * logit(chain) + self.b2 * logit(rhythm)))


def learn(chain: Vector, rhythm: Vector, bought: Vector, weights: Vector, *, hold_level: bool) -> Blend:
    """Where Σ w ln L − ½ [b0² + ((b1 − .5)/.5)² + ((b2 − .5)/.5)²] is highest, by Newton from (0, .5, .5).

    chain, rhythm: c and m of each case, in (0, 1); bought: 1 or 0. `hold_level`: b0 stays 0, for too few month ends
    would project the level of one season. The function is concave: there is one top.
    """
    columns = [np.ones_like(chain), np.asarray(logit(chain)), np.asarray(logit(rhythm))]
    free = slice(1, 3) if hold_level else slice(0, 3)
    used = columns[free]
    at = _CENTRE.copy()
    height = _height(columns, at, bought, weights)
    for _ in range(_STEPS):
        p = expit(at[0] + at[1] * columns[1] + at[2] * columns[2])
        rest, bent = weights * (bought - p), weights * p * (1 - p)
        slope = np.array([(column * rest).sum() for column in used]) - ((at - _CENTRE) / _SPREAD**2)[free]
        curve = np.array([[(one * other * bent).sum() for other in used] for one in used])
        step = np.zeros(3)
        step[free] = np.linalg.solve(curve + np.diag(1 / _SPREAD[free] ** 2), slope)
        while True:
            moved = at + step
            there = _height(columns, moved, bought, weights)
            if not (there < height - 1e-12 * abs(height) and np.abs(step).max() > _SMALL_STEP):
                break
            step = step / 2
        at, height = moved, there
        if np.abs(step).max() < _SMALL_STEP:
            break
    b0, b1, b2 = significant(at, PARAMETER_DIGITS).tolist()
    return Blend(b0, b1, b2)


def _height(columns: list[Vector], at: Vector, bought: Vector, weights: Vector) -> float:
    """Σ w (y η − ln(1 + e^η)) less the penalty."""
    eta = at[0] + at[1] * columns[1] + at[2] * columns[2]
    value = (weights * (bought * eta - np.logaddexp(0.0, eta))).sum()
    return float(value - 0.5 * (((at - _CENTRE) / _SPREAD) ** 2).sum())
