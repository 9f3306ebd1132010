"""Clients who left in P: lapsed at its end and not at the end of PP, in number and in money.

In: the client frame, monthly rows, gaps; out: figures. Source: Headline, Gaps and lapse.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import xyz
from portfolio_review.metrics.lapse import Gaps, lapsed_between
from portfolio_review.metrics.portfolio import client_codes, grouped_money, month_index, total
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Xyz

AT_MONTH_ENDS = "lapse is judged at month ends"
LAST_ACTIVE_MONTHS = 12
"""A lapsed client's money is its r over so many calendar months, the last that of its last purchase."""


@dataclass(frozen=True)
class _Left:
    clients: int
    revenue: float
    regular_clients: int | None
    regular_revenue: float | None


def figures(base: pd.DataFrame, monthly: pd.DataFrame, gaps: Gaps, when: Windows, settings: Xyz) -> dict[str, Figure]:
    """`headline.lapsed_clients`, `…_revenue` and, of those X in W0, `lapsed_regular_clients`, `…_revenue`.

    Revenue: Σ r over the 12 months that end with the month of each client's last purchase.
    Undefined for a partial P, and when the history does not reach PP, the regular ones when it does not reach W0.
    """
    if when.flash:
        ids = ("lapsed_clients", "lapsed_regular_clients", "lapsed_revenue", "lapsed_regular_revenue")
        return {f"headline.{name}": undefined(AT_MONTH_ENDS) for name in ids}
    now = _left(base, monthly, gaps, when, settings)
    before = _left(base, monthly, gaps, when.before, settings)
    year_before = _left(base, monthly, gaps, when.year_before, settings)

    def figure(name: str, reason: str | None) -> Figure:
        value = getattr(now, name) if now else None
        if value is None:
            return undefined(reason or "what was known at the end of PP is not kept")
        return Figure(
            value=value,
            previous=getattr(before, name) if before else None,
            previous_year=getattr(year_before, name) if year_before else None,
        )

    lacks = when.lacks(when.pp)
    return {
        "headline.lapsed_clients": figure("clients", lacks),
        "headline.lapsed_regular_clients": figure("regular_clients", lacks or when.lacks_w0),
        "headline.lapsed_revenue": figure("revenue", lacks),
        "headline.lapsed_regular_revenue": figure("regular_revenue", lacks or when.lacks_w0),
    }


def _left(base: pd.DataFrame, monthly: pd.DataFrame, gaps: Gaps, when: Windows, settings: Xyz) -> _Left | None:
    if when.lacks(when.pp) or not (gaps.known_at(when.p.end) and gaps.known_at(when.pp.end)):
        return None
    left = lapsed_between(gaps, when)
    r = last_active_revenue(monthly, left["last_purchase"])
    if when.lacks_w0:
        return _Left(len(left), total(r), None, None)
    used = xyz.interval(gaps.series, when, settings)
    then = xyz.classify(monthly, base, when.w0, used, settings)["xyz"].reindex(left.index)
    regular = r[then == "X"]
    return _Left(len(left), total(r), len(regular), total(regular))


def last_active_revenue(monthly: pd.DataFrame, last_purchase: pd.Series, column: str = "revenue") -> pd.Series:
    """r of each client over the 12 calendar months that end with the month of its last purchase; or Σ of another
    column.

    last_purchase: day by client id; monthly: client_id, month, revenue. Source: Headline.
    """
    rows = monthly[monthly["client_id"].isin(last_purchase.index)]
    where = client_codes(rows["client_id"], last_purchase.index)
    age = month_index(last_purchase)[where] - rows["month"].to_numpy()
    inside = (age >= 0) & (age < LAST_ACTIVE_MONTHS)
    money = grouped_money(where[inside], rows.loc[inside, column], len(last_purchase), rows.loc[inside, "month"])
    return pd.Series(money, index=last_purchase.index, name=column)
