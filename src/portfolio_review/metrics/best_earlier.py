"""The best earlier window of a client: the most it ever bought in as many months as W1 has.

In: monthly rows; out: money by client. Source: Lifecycle and the four rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from portfolio_review.metrics.portfolio import MONEY_DECIMALS, client_codes
from portfolio_review.metrics.windows import Windows

YEAR_MONTHS = 12
_CELLS_AT_ONCE = 4_000_000


def best_earlier(monthly: pd.DataFrame, index: pd.Index, when: Windows) -> pd.Series:
    """max r_i(W) over the windows W of `window_months` whole calendar months that ended a year ago or earlier.

    Windows slide by a month and lie wholly in the history; the last one ends 12 months before the end of W1. Missing
    when none fits. monthly: client_id, month, revenue; index: the
    clients asked for. Source: Lifecycle and the four rules.
    """
    last = when.w1.last - YEAR_MONTHS
    first, months = when.known_months.first.index, when.known_months.months - YEAR_MONTHS
    if months < when.window_months:
        return pd.Series(np.nan, index=index, name="best_earlier")
    rows = monthly[(monthly["month"] <= last.index) & monthly["client_id"].isin(index)]
    where, month = client_codes(rows["client_id"], index), rows["month"].to_numpy(dtype=np.int64) - first
    order = np.argsort(where, kind="stable")
    where, month, revenue = where[order], month[order], rows["revenue"].to_numpy(dtype=float)[order]
    best = np.empty(len(index))
    step = max(1, _CELLS_AT_ONCE // months)
    for start in range(0, len(index), step):
        stop = min(start + step, len(index))
        part = slice(*np.searchsorted(where, [start, stop]))
        grid = np.zeros((stop - start, months))
        np.add.at(grid, (where[part] - start, month[part]), revenue[part])
        sums = sliding_window_view(grid, when.window_months, axis=1).sum(axis=-1)
        best[start:stop] = np.round(sums, MONEY_DECIMALS).max(axis=1) + 0.0
    return pd.Series(best, index=index, name="best_earlier")
