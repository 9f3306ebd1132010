"""The days of a bucket by client and month: `monthly`, and what orders and totals are counted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portfolio_review.metrics.margin import MONEY
from portfolio_review.slices.exact import Amounts, changes
from portfolio_review.slices.rows import Rows


@dataclass(frozen=True)
class Known:
    """Of each month Σ |revenue|, the same of the rows that state their margin, and the revenue of those."""

    gross: Amounts
    margin_gross: Amounts
    margin_revenue: Amounts

    @classmethod
    def of(cls, rows: Rows, starts: np.ndarray) -> Known:
        """Of the runs of rows that begin at `starts`."""
        sizes, stated = rows.revenue.sizes, rows.margin_known
        gross = sizes.sums(starts)
        if stated is None:
            return cls(gross, gross, rows.revenue.sums(starts))
        return cls(gross, sizes.where(stated).sums(starts), rows.revenue.where(stated).sums(starts))

    @property
    def amounts(self) -> Mapping[str, Amounts]:
        return {"gross": self.gross, "margin_gross": self.margin_gross, "margin_revenue": self.margin_revenue}


@dataclass(frozen=True)
class Months:
    """Runs of days of one client and month, by client and month."""

    who: np.ndarray
    month: np.ndarray
    """12 · year + month − 1."""
    of_day: np.ndarray
    """For each day its place among the months."""
    revenue: Amounts
    margin: Amounts | None
    margin_known: np.ndarray
    """Whether any row of the month states its margin."""
    known: Known | None
    """Of how much revenue it is; None where no margin is given."""
    bought: np.ndarray
    """Of each day, whether it is a purchase day."""
    purchase_days: np.ndarray

    @classmethod
    def of(cls, rows: Rows) -> Months:
        calendar = _calendar(rows.day)
        month = calendar[rows.day - rows.day.min()]
        new = changes(rows.day_who, month)
        starts = np.flatnonzero(new)
        row_starts = rows.day_starts[starts]
        bought = np.logical_or.reduceat(rows.bought, rows.day_starts)
        known = np.full(len(starts), rows.margin is not None)
        if rows.margin_known is not None:
            known = np.logical_or.reduceat(rows.margin_known, row_starts)
        return cls(
            who=rows.day_who[starts],
            month=month[starts],
            of_day=np.cumsum(new, dtype=np.int32) - np.int32(1),
            revenue=rows.revenue.sums(row_starts),
            margin=rows.margin.sums(row_starts) if rows.margin is not None else None,
            margin_known=known,
            known=Known.of(rows, row_starts) if rows.margin is not None else None,
            bought=bought,
            purchase_days=np.add.reduceat(bought, starts, dtype=np.int32),
        )


def _calendar(days: np.ndarray) -> np.ndarray:
    """The month of every day from the first to the last."""
    every = np.arange(days.min(), days.max() + 1).astype("datetime64[D]")
    return (every.astype("datetime64[M]").astype(np.int64) + 1970 * 12).astype(np.int32)


def monthly(months: Months, orders: np.ndarray) -> dict[str, np.ndarray]:
    """`monthly`, with how many `orders` each month has."""
    return {
        "who": months.who,
        "month": months.month,
        "revenue": months.revenue.floats(),
        "margin": stated(months.margin, months.margin_known),
        **_of_margin(months),
        "orders": orders,
        "purchase_days": months.purchase_days,
    }


def _of_margin(months: Months) -> dict[str, np.ndarray]:
    if months.known is None:
        return {name: np.full(len(months.who), np.nan) for name in MONEY}
    return {name: amounts.floats() for name, amounts in months.known.amounts.items()}


def stated(margin: Amounts | None, known: np.ndarray) -> np.ndarray:
    """Margins as doubles; NaN where none is known."""
    return np.full(len(known), np.nan) if margin is None else np.where(known, margin.floats(), np.nan)
