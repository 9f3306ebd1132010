"""Changes of risk against a year before, with the interval that says whether they are more than chance.

In: what each client adds now and then; out: `Change`. Source: Risk and outlook; Efron 1979.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.metrics.intervals import SUM_RESAMPLED, resampled_sums
from portfolio_review.metrics.portfolio import total

BOUNDS = (0.025, 0.975)


@dataclass(frozen=True)
class Change:
    """What it was before, now less before, and the 95 % interval of that difference."""

    before: float
    difference: float
    low: float
    high: float

    @classmethod
    def unknown(cls) -> Change:
        return cls(math.nan, math.nan, math.nan, math.nan)

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def change_of_sum(now: pd.Series, then: pd.Series) -> Change:
    """Σ now − Σ then, by bootstrap over the clients; missing amounts add nothing. Both by the same client ids."""
    pair = np.stack([now.fillna(0.0).to_numpy(dtype=float), then.fillna(0.0).to_numpy(dtype=float)], axis=1)
    before, difference = total(then) + 0.0, total(now) - total(then)
    if len(pair) < 2:
        return Change(before, difference, math.nan, math.nan)
    sums = resampled_sums(pair, most=SUM_RESAMPLED)
    low, high = np.quantile(sums[:, 0] - sums[:, 1], BOUNDS)
    return Change(before, difference, float(low), float(high))


def change_of_ratio(above: pd.Series, below: pd.Series, above_then: pd.Series, below_then: pd.Series) -> Change | None:
    """Σ above / Σ below now less the same then, by bootstrap over the clients; None where a base is not positive.

    Draws with a base that is not positive are left out; more than one in twenty of them, and there is no interval.
    """
    if total(below) <= 0 or total(below_then) <= 0:
        return None
    parts = (above, below, above_then, below_then)
    columns = np.stack([part.to_numpy(dtype=float) for part in parts], axis=1)
    before = total(above_then) / total(below_then)
    difference = total(above) / total(below) - before
    sums = resampled_sums(columns, most=SUM_RESAMPLED) if len(columns) > 1 else np.empty((0, 4))
    usable = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    if len(sums) == 0 or len(usable) < 0.95 * len(sums):
        return Change(before, difference, math.nan, math.nan)
    low, high = np.quantile(usable[:, 0] / usable[:, 1] - usable[:, 2] / usable[:, 3], BOUNDS)
    return Change(before, difference, float(low), float(high))
