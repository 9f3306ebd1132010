"""The highest point of functions whose top is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from portfolio_review.metrics import optimum
from portfolio_review.metrics.optimum import maximise

Vector = NDArray[np.float64]
LOW, HIGH = np.full(2, -5.0), np.full(2, 5.0)
STARTS = (np.array([0.0, 0.0]), np.array([-3.0, 2.0]))


def bowl(point: Vector) -> tuple[float, Vector]:
    """−(x − 1)² − 10 (y + 2)² − (x − 1)(y + 2): its top is (1, −2)."""
    x, y = point[0] - 1, point[1] + 2
    return float(-(x**2) - 10 * y**2 - x * y), np.array([-2 * x - y, -20 * y - x])


def two_tops(point: Vector) -> tuple[float, Vector]:
    """Tops near −3 (lower) and 3 (higher) in x, at 0 in y."""
    x, y = point
    one, two = np.exp(-((x + 3) ** 2)), 2 * np.exp(-((x - 3) ** 2))
    return float(one + two - y**2), np.array([-2 * (x + 3) * one - 2 * (x - 3) * two, -2 * y])


def test_the_top_to_the_last_digits() -> None:
    found = maximise(bowl, STARTS, LOW, HIGH, 1.0)
    assert found.at == pytest.approx([1.0, -2.0], abs=1e-12)
    assert found.value == pytest.approx(0.0, abs=1e-20)
    assert found.converged
    assert found.peaked
    assert not found.pinned.any()


def test_the_higher_of_two_tops() -> None:
    found = maximise(two_tops, (np.array([-2.5, 1.0]), np.array([2.5, 1.0])), LOW, HIGH, 1.0)
    assert found.at == pytest.approx([3.0, 0.0], abs=1e-9)


def test_a_top_beyond_a_bound_is_pinned_there() -> None:
    found = maximise(bowl, STARTS, np.array([-5.0, -1.0]), HIGH, 1.0)
    # with y = −1 the top in x is where 2 (x − 1) + 1 = 0
    assert found.at == pytest.approx([0.5, -1.0], abs=1e-9)
    assert found.pinned.tolist() == [False, True]
    assert found.converged
    assert found.peaked


def test_a_ridge_is_no_peak() -> None:
    def ridge(point: Vector) -> tuple[float, Vector]:
        gap = point[0] + point[1] - 1
        return float(-(gap**2)), np.array([-2 * gap, -2 * gap])

    assert not maximise(ridge, STARTS, LOW, HIGH, 1.0).peaked


def test_a_function_without_a_top_ends_at_its_bound() -> None:
    found = maximise(lambda point: (float(point.sum()), np.ones(2)), STARTS, LOW, HIGH, 1.0)
    assert found.pinned.all()
    assert found.at == pytest.approx([5.0, 5.0])


def test_no_step_that_loses_height_is_taken_however_little_of_the_whole() -> None:
    def shelf(point: Vector) -> tuple[float, Vector]:
        """A slope so slight that the first search ends at 0, a top at 0.3, and half a thousandth lower from 0.7 on."""
        x = float(point[0])
        if x >= 0.7:
            return 999.5, np.zeros(1)
        beyond = max(x - 0.3, 0.0)
        return 1000 + 5e-6 * x - 4 * beyond**2, np.array([5e-6 - 8 * beyond])

    # Newton's whole step leads from 0 to 1
    found = maximise(shelf, (np.zeros(1),), np.full(1, -5.0), np.full(1, 5.0), 1.0)
    assert found.value >= 1000
    assert found.at == pytest.approx([0.3], abs=1e-3)


@pytest.mark.parametrize("size", [1.0, 1e5])
def test_the_number_of_observations_moves_no_top(size: float) -> None:
    def far(point: Vector) -> tuple[float, Vector]:
        """Its top is (60, −40), farther than Newton's steps alone lead: the first search must find the way."""
        x, y = point[0] - 60, point[1] + 40
        return -size * float(np.cosh(x / 30) + np.cosh(y / 30)), -size * np.array(
            [np.sinh(x / 30), np.sinh(y / 30)]
        ) / 30

    found = maximise(far, (np.zeros(2),), np.full(2, -500.0), np.full(2, 500.0), size)
    assert found.at == pytest.approx([60.0, -40.0], abs=1e-9)
    assert found.converged
    assert found.peaked


def test_where_the_gradient_is_never_nothing_the_length_of_the_step_ends_the_search() -> None:
    def steep(point: Vector) -> tuple[float, Vector]:
        """−10¹⁰ (x − 1/3)², its gradient in steps of some 4·10⁻⁵ for the rounding of x + 10, and never 0."""
        gap = float(point[0]) + 10 - (10 + 1 / 3)
        return -1e10 * gap**2, np.array([-2e10 * gap + 1e-5])

    found = maximise(steep, (np.zeros(1),), np.full(1, -5.0), np.full(1, 5.0), 1.0)
    assert found.at == pytest.approx([1 / 3], abs=1e-12)
    assert found.converged


def test_a_gradient_of_nothing_in_one_direction_alone_is_no_top() -> None:
    def edge(point: Vector) -> tuple[float, Vector]:
        """A bowl in x, an edge in y that the gradient denies: no step along it gains height."""
        x, y = point
        return float(-(x**2) - abs(y)), np.array([-2 * x, 1.0])

    assert not maximise(edge, (np.zeros(2),), LOW, HIGH, 1.0).converged


def test_newton_takes_the_exact_step_whatever_the_size() -> None:
    # of a quadratic one step leads to the top: value and Hessian are scaled alike
    found = optimum._polish(bowl, np.array([0.5, -1.0]), LOW, HIGH, 1000.0)
    assert found.converged
    assert found.at == pytest.approx([1.0, -2.0], abs=1e-9)


def test_the_climb_scales_value_and_slope_alike() -> None:
    calls = 0

    def counted(point: Vector) -> tuple[float, Vector]:
        nonlocal calls
        calls += 1
        return bowl(point)

    maximise(counted, STARTS[:1], LOW, HIGH, 1000.0)
    assert calls <= 60
