"""Models of the whole series, for the reviews of units with few clients: which are needed, and as a table.

In: month ends and horizons that a review asks; out: the two clocks of each, to a frame and back. A unit's slice holds
parameters and counts of the whole, no client of another unit. Source: chances of a purchase.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.metrics.blend import Blend
from portfolio_review.metrics.expected import YEAR
from portfolio_review.metrics.recency_chain import Chain, pooled
from portfolio_review.metrics.rhythm import Rhythm
from portfolio_review.metrics.two_clocks import TwoClocks

Models = Mapping[tuple[Month, int], TwoClocks]
ORIGINS = 4
COLUMNS: dict[str, Any] = {
    "month": np.int64, "horizon": np.int64, "k": np.int64, "r": float, "alpha": float, "a": float, "b": float,
    "log_likelihood": float, "b0": float, "b1": float, "b2": float, "month_ends": np.int64, "reason": "str",
}  # fmt: skip
CHAIN_COLUMNS = dict.fromkeys(("month", "horizon", "silence", "cases", "bought"), np.int64)


def asked(month: Month, period_months: int, window_months: int, horizon: int) -> list[tuple[Month, int]]:
    """The month ends and horizons whose models a review that ends with `month` asks for."""
    found = {(month - horizon * back, horizon) for back in range(ORIGINS + 1)}
    found |= {(month - YEAR * back, YEAR) for back in range(ORIGINS + 1)}
    found |= {(month - back, horizon) for back in (period_months, YEAR, window_months)}
    return sorted(found | {(month - horizon, YEAR)})


def to_frames(models: Models) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frames `company` (month, horizon, k, r, alpha, a, b, log_likelihood, b0, b1, b2, month_ends, reason) and
    `company_chain` (month, horizon, silence, cases, bought): months as 12 · year + month − 1."""
    rows, chains = [], []
    for (month, horizon), model in sorted(models.items()):
        rhythm, blend = model.rhythm, model.blend
        weights = (blend.b0, blend.b1, blend.b2) if blend else (math.nan, math.nan, math.nan)
        rows.append((month.index, horizon, rhythm.k, rhythm.r, rhythm.alpha, rhythm.a, rhythm.b, rhythm.log_likelihood,
                     *weights, model.month_ends, model.reason))  # fmt: skip
        if model.chain is not None:
            table = model.chain.table()[["silence", "cases", "bought"]]
            chains.append(table.assign(month=month.index, horizon=horizon)[list(CHAIN_COLUMNS)])
    whole = pd.concat(chains, ignore_index=True) if chains else pd.DataFrame(columns=list(CHAIN_COLUMNS))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS), whole.astype(CHAIN_COLUMNS)


def from_frames(company: pd.DataFrame, chains: pd.DataFrame) -> Models:
    """The models that `to_frames` gave."""
    by_model = dict(list(chains.groupby(["month", "horizon"])))
    found = {}
    for row in company.to_dict("records"):
        month, horizon = int(row["month"]), int(row["horizon"])
        chain = None
        if (month, horizon) in by_model:
            rows = by_model[month, horizon].sort_values("silence")
            cases, bought = (rows[name].to_numpy(dtype=np.int64) for name in ("cases", "bought"))
            chain = Chain(horizon, cases, bought, pooled(cases, bought))
        rhythm = Rhythm(row["k"], *(row[name] for name in ("r", "alpha", "a", "b", "log_likelihood")))
        blend = None if math.isnan(row["b1"]) else Blend(row["b0"], row["b1"], row["b2"])
        reason = row["reason"] if isinstance(row["reason"], str) else None
        found[Month(month), horizon] = TwoClocks(Month(month), horizon, rhythm, chain, blend, row["month_ends"], reason)
    return found
