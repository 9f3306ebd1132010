"""The Pareto curve: the share of revenue that the largest clients hold. In: the client frame; out: a table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.metrics.portfolio import LIMIT_TOLERANCE
from portfolio_review.metrics.windows import Windows

HALF = 0.5
POINTS = 160
"""Points of the curve: more would be under a tenth of a millimetre apart."""


def curve(base: pd.DataFrame, when: Windows, limits: tuple[float, float]) -> pd.DataFrame:
    """`structure.pareto_curve`: clients, share, share_w0, limit at up to 160 counts of clients.

    share = Σ of the `clients` largest r(W1) / Σ r over positive r(W1); share_w0 the same of W0; NaN beyond
    the last client, and where the history does not reach W0. limit: a half or a limit of ABC on the row of
    the fewest clients that hold it (less 1e-9), NaN elsewhere. base: client frame. Source: Concentration.
    """
    now = _cumulated(base["r1"])
    before = _cumulated(base["r0"]) if when.lacks_w0 is None else np.zeros(1)
    reach = max(len(now), len(before)) - 1
    if not reach:
        return pd.DataFrame(columns=["clients", "share", "share_w0", "limit"], dtype=float)
    held: dict[int, float] = {}
    if len(now) > 1:
        for limit in (HALF, *limits):
            held.setdefault(min(int(np.searchsorted(now, limit - LIMIT_TOLERANCE)), len(now) - 1), limit)
    even = np.linspace(0, reach, POINTS).round().astype(np.int64)
    ends = [1, len(now) - 1, len(before) - 1]
    clients = np.unique(np.concatenate([even, np.array([*ends, *held], dtype=np.int64)]))
    return pd.DataFrame(
        {
            "clients": clients,
            "share": _at(now, clients),
            "share_w0": _at(before, clients),
            "limit": [held.get(int(count), np.nan) for count in clients],
        }
    )


def _cumulated(r: pd.Series) -> NDArray[np.float64]:
    """Shares of the largest 0, 1, 2 … of the positive, in one order whatever the order of clients."""
    positive = np.sort(r[r > 0].to_numpy(dtype=float))[::-1]
    if not len(positive):
        return np.zeros(1)
    return np.concatenate([[0.0], np.cumsum(positive) / positive.sum()])


def _at(shares: NDArray[np.float64], clients: NDArray[np.int64]) -> NDArray[np.float64]:
    known = clients < len(shares) if len(shares) > 1 else np.zeros(len(clients), dtype=bool)
    return np.where(known, shares[np.minimum(clients, len(shares) - 1)], np.nan)
