"""Foothold: clients through which the company stands, or has begun to stand, in an industry.

In: the client frame; out: one value by client. Source: Strategic clients, candidates.
"""

from __future__ import annotations

import pandas as pd

from portfolio_review.metrics.windows import Windows

FIRST_YEAR_MONTHS = 12


def foothold(base: pd.DataFrame, when: Windows) -> pd.Series:
    """1 for a client that is a foothold in its industry, 0 for one that is not or whose industry is not known.

    A foothold is the only client of its industry active in W1; the client whose first purchase opened the
    industry; or any active client of an industry whose first purchase lies within the 12 months that end
    with P. What was first is not known of industries that were there in the first month of the history:
    they count as old. base: client frame with active1, first_purchase and, where known, industry.
    """
    if "industry" not in base or base["industry"].isna().all():
        return pd.Series(0.0, index=base.index)
    industry, active, first = base["industry"], base["active1"].astype(bool), base["first_purchase"]
    only = active & (active.groupby(industry).transform("sum") == 1)
    opened = first.groupby(industry).transform("min")
    since_history = opened < pd.Timestamp((when.history_month + 1).first)
    began = (when.p.last - (FIRST_YEAR_MONTHS - 1)).first
    opener = (first == opened) & ~since_history
    young = active & (opened >= pd.Timestamp(began)) & ~since_history
    # groups leave out clients without an industry: nothing holds for them
    return (only | opener | young).astype(float)
