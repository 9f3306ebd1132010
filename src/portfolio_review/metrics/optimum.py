"""The highest point of a smooth function of a few parameters: how the models of the risk page are fitted.

In: a function that gives its value and gradient, starting points, bounds; out: the point with what is
to be known of it. Sources: Byrd, Lu, Nocedal, Zhu 1995 (L-BFGS-B); Newton's method for the last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Vector: TypeAlias = NDArray[np.float64]
Function: TypeAlias = Callable[[Vector], tuple[float, Vector]]

NEWTON_STEPS = 25
SMALL_STEP = 1e-9
"""Converged when Newton's step is shorter than this in every parameter."""
FLAT = 1e-7
"""A direction in which the function is less curved than this, per observation, is flat."""
_DIFFERENCE = 1e-4
_EDGE = 1e-6


@dataclass(frozen=True)
class Optimum:
    """The highest point found: parameters, value there, whether the search ended, which parameters lie
    at a bound (`pinned`), and whether the others form a proper peak (`peaked`: every direction falls)."""

    at: Vector
    value: float
    converged: bool
    pinned: NDArray[np.bool_]
    peaked: bool


def maximise(function: Function, starts: Sequence[Vector], low: Vector, high: Vector, size: float) -> Optimum:
    """The point between `low` and `high` where `function` is highest.

    From each start L-BFGS-B climbs, the best end is polished by Newton's method on the parameters that
    are not at a bound, with the Hessian by central differences of the gradient. Deterministic.

    function: value and gradient at a vector of parameters of the order of one (logarithms); size: the
    number of observations that the value sums over, by which it is scaled. Errors: none; a search that
    failed says so by `converged`.
    """

    def downhill(point: Vector) -> tuple[float, Vector]:
        value, slope = function(point)
        return -value / size, -slope / size

    ends = [
        minimize(downhill, start, jac=True, method="L-BFGS-B", bounds=list(zip(low, high, strict=True)))
        for start in starts
    ]
    best = min(ends, key=lambda end: float(end.fun))
    return _polish(function, np.asarray(best.x, dtype=float), low, high, size)


def _polish(function: Function, at: Vector, low: Vector, high: Vector, size: float) -> Optimum:
    value, slope = function(at)
    free = ~_pinned(at, slope, low, high)
    curve = _hessian(function, at, free, low, high) / size
    converged, last = False, np.inf
    for _ in range(NEWTON_STEPS):
        step = np.zeros_like(at)
        step[free] = _newton_step(curve, slope[free] / size)
        length = float(np.abs(step).max(initial=0.0))
        if length < SMALL_STEP:
            converged = True
            break
        moved = _climb(function, at, value, step, low, high)
        if moved is None:
            break
        at, value, slope = moved
        still = ~_pinned(at, slope, low, high)
        # near the top the same Hessian serves every step; it is made anew where steps shrink slowly
        if length > last / 10 or (still != free).any():
            free = still
            curve = _hessian(function, at, free, low, high) / size
        last = length
    # where rounding of the value stops the climb, a gradient that is zero to rounding is the top too
    converged = converged or bool(np.abs(slope[free]).max(initial=0.0) <= 1e-8 * size)
    return Optimum(at, value, converged, ~free, bool((np.linalg.eigvalsh(curve) < -FLAT).all()))


def _pinned(at: Vector, slope: Vector, low: Vector, high: Vector) -> NDArray[np.bool_]:
    """Which parameters lie at a bound that the function pushes against."""
    return np.asarray(((at <= low + _EDGE) & (slope <= 0)) | ((at >= high - _EDGE) & (slope >= 0)))


def _hessian(function: Function, at: Vector, free: NDArray[np.bool_], low: Vector, high: Vector) -> Vector:
    places = np.flatnonzero(free)
    columns = []
    for place in places:
        step = np.zeros_like(at)
        step[place] = _DIFFERENCE
        above, below = np.minimum(at + step, high), np.maximum(at - step, low)
        rise = function(above)[1] - function(below)[1]
        columns.append(rise[places] / (above - below)[place])
    curve = np.array(columns).reshape(len(places), len(places))
    return np.asarray((curve + curve.T) / 2, dtype=float)


def _newton_step(curve: Vector, slope: Vector) -> Vector:
    """−H⁻¹g where every direction falls, else along the gradient with the curvature's size."""
    values, vectors = np.linalg.eigh(curve)
    bent = np.maximum(np.abs(values), FLAT)
    return np.asarray(vectors @ ((vectors.T @ slope) / bent), dtype=float).clip(-1.0, 1.0)


def _climb(
    function: Function, at: Vector, value: float, step: Vector, low: Vector, high: Vector
) -> tuple[Vector, float, Vector] | None:
    """One step that does not lose height beyond rounding, halved until it fits; None when none does."""
    for _ in range(30):
        there = np.clip(at + step, low, high)
        found, slope = function(there)
        if np.isfinite(found) and found >= value - 1e-12 * abs(value):
            return there, found, slope
        step = step / 2
    return None
