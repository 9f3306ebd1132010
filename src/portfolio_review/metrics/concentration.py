"""Concentration of revenue on few clients, over positive r of W1.

Sources: Concentration; Gini 1912; Hirschman 1945, Herfindahl 1950; Adelman 1969.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Span
from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.portfolio import (
    LIMIT_TOLERANCE,
    MONEY_DECIMALS,
    largest_first,
    names,
    revenue_in,
    rows_in,
)
from portfolio_review.metrics.windows import Windows

NO_POSITIVE_REVENUE = "no client with positive revenue in W1"
NAMED_FROM = 0.10
"""Clients with this share of revenue or more are listed by name."""
TOP = 10
SPARK_MONTHS = 12

Sizes = NDArray[np.float64]


def gini(x: Sizes) -> float:
    """G = Σ (2k − n − 1) x_(k) / (n Σ x), x_(k) the k-th smallest: 0 for equals, (n−1)/n for one holder.

    x: sizes ≥ 0 with a positive sum. Source: Gini 1912, in the form over ordered sizes.
    """
    ordered = np.sort(x)
    n = len(ordered)
    k = np.arange(1, n + 1)
    return float(((2 * k - n - 1) * ordered).sum() / (n * ordered.sum()))


def hhi(x: Sizes) -> float:
    """HHI = Σ s², s = x / Σ x: from 1/n to 1. Source: Herfindahl 1950."""
    shares = x / x.sum()
    return float((shares**2).sum())


def top_share(x: Sizes, k: int) -> float:
    """Σ of the k largest / Σ x."""
    ordered = np.sort(x)[::-1]
    return float(ordered[:k].sum() / ordered.sum())


def holders_of(x: Sizes, share: float = 0.5) -> int:
    """The fewest holders whose sizes sum to `share` of the whole (less 1e-9 of it)."""
    ordered = np.sort(x)[::-1]
    whole = ordered.sum()
    before = np.concatenate(([0.0], np.cumsum(ordered)[:-1]))
    return int((before < share * whole - LIMIT_TOLERANCE * whole).sum())


def a_fifth(n: int) -> int:
    """ceil(0.2 n)."""
    return -(-n // 5)


_MEASURES: dict[str, Callable[[Sizes], float]] = {
    "structure.top1_share": lambda x: top_share(x, 1),
    "structure.top5_share": lambda x: top_share(x, 5),
    "structure.top10_share": lambda x: top_share(x, 10),
    "structure.top20pct_share": lambda x: top_share(x, a_fifth(len(x))),
    "structure.hhi": hhi,
    "structure.effective_clients": lambda x: 1 / hhi(x),
    "structure.gini": gini,
    "structure.half_of_revenue_clients": holders_of,
}


def figures(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """Top shares, HHI, effective clients, Gini and the clients that hold half of revenue.

    base: client frame; monthly: for W1 as it ended with PP and PY. Undefined without a positive
    r(W1). Source: Concentration.
    """
    now = _positive(base["r1"])
    if not len(now):
        reason = NO_POSITIVE_REVENUE if base["active1"].any() else NO_CLIENT_IN_W1
        return {id: undefined(reason) for id in _MEASURES}
    before = _sizes(base, monthly, when, when.before.w1)
    year_before = _sizes(base, monthly, when, when.year_before.w1)
    return {
        id: Figure(
            value=measure(now),
            previous=measure(before) if before is not None else None,
            previous_year=measure(year_before) if year_before is not None else None,
        )
        for id, measure in _MEASURES.items()
    }


def _sizes(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, window: Span) -> Sizes | None:
    if when.lacks(window):
        return None
    sizes = _positive(revenue_in(monthly, base.index, window))
    return sizes if len(sizes) else None


def _positive(r: pd.Series) -> Sizes:
    # in rising order, so that sums do not depend on the order of clients
    return np.sort(r[r > 0].to_numpy(dtype=float))


def largest(base: pd.DataFrame, when: Windows, top: int = TOP) -> pd.DataFrame:
    """`structure.largest`: the `top` largest r(W1), equal ones by client id.

    Columns: rank, client_id, name, abc, xyz, revenue_w0 (NaN when the history does not reach W0),
    revenue_w1, amount_change = revenue_w1 − revenue_w0, share and running_share of the positive revenues of W1.
    base: client frame with abc1, xyz1. Source: Concentration.
    """
    positive = base[base["r1"] > 0]
    first = largest_first(positive, "r1").head(top)
    share = first["r1"] / (_positive(base["r1"]).sum() or np.nan)
    before = first["r0"] if when.lacks_w0 is None else first["r0"] * np.nan
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(first) + 1),
            "client_id": first.index,
            "name": names(first).to_numpy(),
            "abc": first["abc1"].to_numpy(dtype=object),
            "xyz": first["xyz1"].to_numpy(dtype=object),
            "revenue_w0": before.to_numpy(),
            "revenue_w1": first["r1"].to_numpy(),
            "amount_change": (first["r1"] - before).to_numpy(),
            "share": share.to_numpy(),
            "running_share": share.cumsum().to_numpy(),
        }
    )


def largest_months(largest: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`structure.largest_months`: client_id, month (YYYY-MM), revenue of each of the last 12 months known up to the
    end of W1, 0 in a month without rows; clients in the order of `largest`.

    largest: of `largest`; monthly: client_id, month, revenue. Source: Concentration.
    """
    first = max(when.history_month, when.w1.last - (SPARK_MONTHS - 1))
    months = [first + place for place in range(when.w1.last.index - first.index + 1)]
    rows = monthly.loc[rows_in(monthly, Span(first, when.w1.last)), ["client_id", "month", "revenue"]]
    sums = rows.assign(client_id=rows["client_id"].astype(object)).groupby(["client_id", "month"])["revenue"].sum()
    return pd.DataFrame(
        [
            (client, str(month), round(float(sums.get((client, month.index), 0.0)), MONEY_DECIMALS))
            for client in largest["client_id"]
            for month in months
        ],
        columns=["client_id", "month", "revenue"],
    )


def over_a_tenth(base: pd.DataFrame) -> pd.DataFrame:
    """`structure.over_10pct`: client_id, name, revenue, share of clients with r / Σ r ≥ 10 %."""
    whole = _positive(base["r1"]).sum()
    heavy = base[(base["r1"] > 0) & (base["r1"] >= (NAMED_FROM - LIMIT_TOLERANCE) * whole)]
    heavy = largest_first(heavy, "r1")
    return pd.DataFrame(
        {
            "client_id": heavy.index,
            "name": names(heavy).to_numpy(),
            "revenue": heavy["r1"].to_numpy(),
            "share": (heavy["r1"] / (whole or np.nan)).to_numpy(),
        }
    )
