"""95 % intervals: Wilson's for shares of clients, the bootstrap over clients for ratios of money.

Sources: Wilson, E. B. (1927), JASA 22, 209–212; Efron, B. (1979), Annals of Statistics 7, 1–26.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

Z_95 = float(norm.ppf(0.975))
SEED = 1927
DRAWS = 2_000
MOST_RESAMPLED = 10_000
"""Above so many clients the bootstrap resamples groups of clients, see `resampled_sums`."""
SEGMENT_DRAWS = 1_000
SEGMENT_RESAMPLED = 500
"""The same of a segment, of which a review has many."""
SUM_RESAMPLED = 2_000
"""The same of a sum."""
_CELLS_AT_ONCE = 4_000_000


def wilson(successes: int, n: int) -> tuple[float, float] | None:
    """The 95 % score interval of a share; None for n = 0.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n), p = successes / n, z = 1.96, within [0, 1].
    Source: Wilson 1927.
    """
    if n == 0:
        return None
    low, high = wilson_arrays([successes], [n])
    return float(low[0]), float(high[0])


def wilson_arrays(successes: ArrayLike, n: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`wilson` for many shares at once: lows and highs, NaN where n = 0."""
    count = np.asarray(successes, dtype=float)
    size = np.asarray(n, dtype=float)
    size = np.where(size > 0, size, np.nan)
    p, z2 = count / size, Z_95**2
    middle = p + z2 / (2 * size)
    half = Z_95 * np.sqrt(p * (1 - p) / size + z2 / (4 * size**2))
    below, above = (middle - half) / (1 + z2 / size), (middle + half) / (1 + z2 / size)
    # exact at the ends: 0 of n starts at 0, n of n ends at 1
    low = np.where(count == 0, np.where(np.isnan(size), np.nan, 0.0), np.clip(below, 0.0, 1.0))
    high = np.where(count == size, 1.0, np.clip(above, 0.0, 1.0))
    return low, high


def resampled_sums(
    columns: NDArray[np.float64], draws: int = DRAWS, seed: int = SEED, most: int = MOST_RESAMPLED
) -> NDArray[np.float64]:
    """Sums of `columns` (clients × m) over `draws` samples of the clients with replacement.

    Out: draws × m. Above `most` clients, they are put at random into so many groups of
    equal size and the groups' sums are resampled: variance and skewness of a sum stay the same in
    expectation, time and memory stay bounded. Seeded: the same columns give the same sums.
    Source: Efron 1979.
    """
    rng = np.random.default_rng(seed)
    values = np.asarray(columns, dtype=float)
    if len(values) > most:
        shuffled = values[rng.permutation(len(values))]
        group = np.arange(len(values)) % most
        values = np.stack([np.bincount(group, weights=column) for column in shuffled.T], axis=1)
    n = len(values)
    sums = np.empty((draws, values.shape[1]))
    step = max(1, _CELLS_AT_ONCE // max(n, 1))
    for start in range(0, draws, step):
        chosen = rng.integers(0, n, size=(min(step, draws - start), n))
        for column in range(values.shape[1]):
            sums[start : start + step, column] = values[chosen, column].sum(axis=1)
    return sums


def ratio_interval(numerator: ArrayLike, denominator: ArrayLike) -> tuple[float, float] | None:
    """The 95 % percentile interval of Σ numerator / Σ denominator, clients resampled.

    One pair per client. None with fewer than two clients, or when more than one draw in twenty has a
    denominator that is not positive. Source: Efron 1979.
    """
    pairs = np.stack([np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)], axis=1)
    return _of_ratio(resampled_sums(pairs)) if len(pairs) > 1 else None


def ratio_intervals(pairs: Sequence[tuple[ArrayLike, ArrayLike]]) -> list[tuple[float, float] | None]:
    """`ratio_interval` for several ratios of the same clients, few enough steps for many segments.

    The clients drawn are the same for every ratio; `SEGMENT_DRAWS` samples, of at most
    `SEGMENT_RESAMPLED` groups. Source: Efron 1979.
    """
    columns = np.stack([np.asarray(part, dtype=float) for pair in pairs for part in pair], axis=1)
    if len(columns) < 2:
        return [None] * len(pairs)
    sums = resampled_sums(columns, SEGMENT_DRAWS, most=SEGMENT_RESAMPLED)
    return [_of_ratio(sums[:, [2 * place, 2 * place + 1]]) for place in range(len(pairs))]


def sum_interval(amounts: ArrayLike) -> tuple[float, float] | None:
    """The 95 % percentile interval of Σ amounts, clients resampled; None with fewer than two clients.

    One amount per client. Source: Efron 1979.
    """
    column = np.asarray(amounts, dtype=float)[:, None]
    if len(column) < 2:
        return None
    low, high = np.quantile(resampled_sums(column, most=SUM_RESAMPLED), [0.025, 0.975])
    return float(low), float(high)


def _of_ratio(sums: NDArray[np.float64]) -> tuple[float, float] | None:
    usable = sums[sums[:, 1] > 0]
    if len(usable) < 0.95 * len(sums):
        return None
    low, high = np.quantile(usable[:, 0] / usable[:, 1], [0.025, 0.975])
    return (float(low), float(high)) if math.isfinite(low) and math.isfinite(high) else None
