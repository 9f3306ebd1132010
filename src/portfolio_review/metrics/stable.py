"""Numbers that processors compute differently in their last bits, rounded before anything is made of them.

Matrix products, decompositions and searches run through BLAS, whose kernels add up in an order of their own. Measured
between kernels: 1e-12 of a fitted parameter, 1e-15 of a product. Rounded far above that, a number is the same on
every processor, and so is all that follows from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

RECORDED_DIGITS = 12
"""Significant digits of what is recorded; orders and ranks go by them."""
PARAMETER_DIGITS = 8
"""Significant digits of the parameters of a fit, before anything is computed by them."""
PRODUCT_DIGITS = 10
"""Significant digits of what comes from a matrix product or a decomposition."""
CHANCE_DECIMALS = 10
"""Decimals of a chance, before money is weighed by it."""


def significant(values: ArrayLike, digits: int = RECORDED_DIGITS) -> NDArray[np.float64]:
    """`values` to so many significant digits: the double nearest to that decimal number."""
    given = np.asarray(values, dtype=np.float64)
    rounded = [float(f"{value:.{digits}g}") for value in given.ravel().tolist()]
    return np.array(rounded, dtype=np.float64).reshape(given.shape)


def significant_number(value: float, digits: int = RECORDED_DIGITS) -> float:
    """One number to so many significant digits."""
    return float(f"{value:.{digits}g}")
