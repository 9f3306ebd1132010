"""Expected revenue: what each client brings in the months ahead, by its pace and its chance of a purchase.

In: months of revenue, what was known of purchases, chances; out: money by client, and the interval of its sum.
Source: chances of a purchase, expected revenue.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month, Span
from portfolio_review.figure import Figure, history_reason, undefined
from portfolio_review.metrics.histories import Vector
from portfolio_review.metrics.portfolio import client_codes, grouped_money, month_index, total
from portfolio_review.metrics.purchase_history import Known
from portfolio_review.metrics.two_clocks import Fits

YEAR = 12
"""Pace is that of the last twelve months; also the longer horizon."""
LEAST_ERROR = 0.1
"""Standard error, as a share, of a sum that no backtest has tried."""
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Earnings:
    """Revenue by client (place in the purchase history) and month, of clients with a purchase day."""

    clients: int
    client: NDArray[np.intp]
    month: NDArray[np.int64]
    revenue: pd.Series

    @classmethod
    def of(cls, monthly: pd.DataFrame, ids: pd.Index) -> Earnings:
        """monthly: client_id, month, revenue; ids: of the purchase history."""
        rows = monthly.loc[monthly["client_id"].isin(ids).to_numpy()]
        client = client_codes(rows["client_id"], ids)
        return cls(len(ids), client, rows["month"].to_numpy(dtype=np.int64), rows["revenue"])

    def r(self, span: Span) -> Vector:
        """r_i(span) of every client, in money, rounded to 1e-6."""
        inside = (self.month >= span.first.index) & (self.month <= span.last.index)
        return grouped_money(self.client[inside], self.revenue[inside], self.clients, self.month[inside])


def of_horizon(fits: Fits, earnings: Earnings, month: Month, horizon: int, p: Vector) -> Vector:
    """E of the `horizon` months after the end of `month`, in money, of each client known then; 0 ≤ E ≤ pace.

    E = pace · min(p/q, 1), pace = max(r of the last 12 months, 0) · h / max(min(life, 12), h); q = share with a
    purchase day among the windows of h months that end at `month` and at each of the 11 months before it and in the
    client's life. Without a purchase day in the last 12 months E = p · max(r of its whole life, 0) / its months with
    a purchase day. p: chance of each client of `fits.known(month)`.
    """
    known = fits.known(month)
    year = np.maximum(_last_year(earnings, month)[known.client], 0.0)
    pace = year * horizon / np.maximum(np.minimum(known.life, YEAR), horizon)
    windows, bought = np.zeros(len(known)), np.zeros(len(known))
    for back in range(YEAR):
        then = fits.known(month - back)
        place = np.searchsorted(known.client, then.client)
        windows[place] += 1
        bought[place] += then.silence < horizon
    active = known.silence < YEAR
    share = np.where(active, bought / np.maximum(windows, 1), 1.0)
    expected = np.where(active, pace * np.minimum(p / np.where(share > 0, share, 1.0), 1.0), 0.0)
    return _or_by_month(expected, active, earnings, known, p)


def of_year(fits: Fits, earnings: Earnings, month: Month, p12: Vector) -> Vector:
    """E of the 12 months after the end of `month`, in money: max(r of the last 12 months, 0) · p12 where the client
    bought in them, else p12 · max(r of its whole life, 0) / its months with a purchase day."""
    known = fits.known(month)
    year = np.maximum(_last_year(earnings, month)[known.client], 0.0)
    return _or_by_month(year * p12, known.silence < YEAR, earnings, known, p12)


def _last_year(earnings: Earnings, month: Month) -> Vector:
    return earnings.r(Span.ending(month, YEAR))


def _or_by_month(expected: Vector, active: NDArray[np.bool_], earnings: Earnings, known: Known, p: Vector) -> Vector:
    """`expected` of those active; of the others p times the mean of a month with a purchase day."""
    if active.all():
        return expected
    life = np.maximum(earnings.r(Span(Month(0), known.month))[known.client], 0.0)
    return np.where(active, expected, p * life / known.months_bought)


def buyers_interval(p: Vector, tested: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The 95 % interval of the number of buyers: Σp ± 1.96 · √(Σ p(1−p) + (s·Σp)²), cut to 0 … clients.

    s² = (.1² + Σ ln²(max(actual, ½)/expected)) / (1 + n) over the n backtest origins. tested: expected, actual of each.
    """
    expected = math.fsum(p)
    off = [math.log(max(actual, 0.5) / said) for said, actual in tested if said > 0]
    spread = NORMAL_95 * math.sqrt(math.fsum(p * (1 - p)) + (_relative_error(off) * expected) ** 2)
    return max(expected - spread, 0.0), min(expected + spread, float(len(p)))


def revenue_interval(
    expected: float, clients: int, tested: Sequence[tuple[float, float]], squares: float, tested_clients: int
) -> tuple[float, float]:
    """The 95 % interval of ΣE: ± 1.96 · √(V + (s·ΣE)²), cut at 0.

    V = Σ (actual − E)² of the clients at the first backtest origin · clients now / clients then; s as of
    `buyers_interval` with money, sums that are not above 0 left out. tested: expected, actual revenue of each origin.
    """
    off = [math.log(actual / said) for said, actual in tested if said > 0 and actual > 0]
    variance = squares * clients / tested_clients
    spread = NORMAL_95 * math.sqrt(variance + (_relative_error(off) * expected) ** 2)
    return max(expected - spread, 0.0), expected + spread


def _relative_error(off: Sequence[float]) -> float:
    return math.sqrt((LEAST_ERROR**2 + math.fsum(value**2 for value in off)) / (1 + len(off)))


def of_new(monthly: pd.DataFrame, clients: pd.DataFrame, start: Month, month: Month, horizon: int) -> Figure:
    """`risk.expected_new`: revenue in the same months a year ago of clients whose first purchase day lay in them.

    Clients that return are known and in the expected revenue of today's. Undefined where those months begin within the
    history's first 12. monthly: client_id, month, revenue; clients: client_id, first_purchase.
    """
    span = Span(month + 1 - YEAR, month + horizon - YEAR)
    if span.first < start + YEAR:
        return undefined(history_reason(start.first, (span.first - YEAR).first))
    first = month_index(clients["first_purchase"])
    fresh = clients.loc[(first >= span.first.index) & (first <= span.last.index), "client_id"]
    inside = (monthly["month"] >= span.first.index) & (monthly["month"] <= span.last.index)
    return Figure(value=total(monthly.loc[inside & monthly["client_id"].isin(fresh), "revenue"]))


def is_seasonal(monthly: pd.DataFrame, start: Month, month: Month, horizon: int) -> bool:
    """Whether the months ahead are to be read with last year's same months: a season that the history has not shown
    twice is in no model here.

    With fewer than 25 months up to `month`; or where for j = 1 and 2 the mean month's revenue of the h months ahead,
    j years ago, lies more than 25 % on the same side of that of the 12 months that begin with them.
    """
    if month.index - start.index + 1 < 2 * YEAR + 1:
        return True
    by_month = monthly.groupby("month")["revenue"].sum()
    sides = []
    for years in (1, 2):
        first = month + 1 - YEAR * years
        ahead, whole = (
            float(by_month.reindex(range(first.index, first.index + length), fill_value=0.0).sum()) / length
            for length in (horizon, YEAR)
        )
        off = ahead - whole
        sides.append(math.copysign(1, off) if abs(off) > 0.25 * abs(whole) else 0)
    return sides[0] != 0 and sides[0] == sides[1]
