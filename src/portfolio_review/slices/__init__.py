"""Step 2: what the notebooks of one unit compute from, cut from the validated tables."""

from portfolio_review.slices.model import ALL, NO_UNIT, Slice
from portfolio_review.slices.store import load

__all__ = ["ALL", "NO_UNIT", "Slice", "load"]
