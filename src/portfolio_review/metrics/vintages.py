"""What each year of first purchase brings: revenue of both windows by vintage. In: the client frame; out: a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.portfolio import month_index
from portfolio_review.metrics.windows import Windows

COLUMNS = ("year", "clients", "revenue_w1", "share", "revenue_w0", "amount_change", "truncated")
YEAR = 12


def table(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.vintages`: year (of the first purchase, YYYY), clients (active in W1), revenue_w1, share,
    revenue_w0, amount_change, truncated; the earliest first.

    revenue_w1 = Σ r(W1), refunds included, so that the vintages add up to R(W1); share = Σ of positive r(W1) / all of
    them; revenue_w0 and amount_change NaN where the history does not reach W0. truncated: clients of the history's
    first month, a row of their own before the others: they may have bought earlier. Clients that never bought (refunds
    alone) are the last row, without a year. Vintages without revenue or clients in either window are left out.
    base: client frame. Source: Retention, vintages; Ground terms, left truncation.
    """
    month = pd.Series(month_index(base["first_purchase"]), index=base.index)
    truncated = month == when.history_month.index
    frame = pd.DataFrame(
        {
            "year": (month // YEAR).where(month >= 0, np.inf),
            "late": ~truncated,
            "clients": base["active1"].astype(np.int64),
            "revenue_w1": base["r1"],
            "share": base["r1"].clip(lower=0.0),
            "revenue_w0": base["r0"],
        }
    )
    sums = frame.groupby(["year", "late"]).sum().reset_index()
    sums = sums[(sums["clients"] > 0) | (sums["revenue_w1"] != 0) | (sums["revenue_w0"] != 0)]
    sums["share"] /= sums["share"].sum() or np.nan
    if when.lacks_w0:
        sums["revenue_w0"] = np.nan
    years = [f"{int(year):04d}" if np.isfinite(year) else None for year in sums["year"]]
    found = sums.assign(
        year=pd.Series(years, index=sums.index, dtype=object),
        amount_change=sums["revenue_w1"] - sums["revenue_w0"],
        truncated=~sums["late"],
    )
    return found[list(COLUMNS)].reset_index(drop=True)
