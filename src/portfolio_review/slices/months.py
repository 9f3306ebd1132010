"""The days of a bucket by client and month: `monthly`, and what orders and totals are counted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portfolio_review.metrics.margin import MONEY
from portfolio_review.slices.exact import Amounts, changes
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.silence import Purchases
from portfolio_review.slices.task import Task, pieces


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
    piece: np.ndarray
    """Twice the month; one more for the days of it after the day at which runs were cut."""
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

    @property
    def month(self) -> np.ndarray:
        """12 · year + month − 1."""
        return np.asarray(self.piece // 2)

    @classmethod
    def of(cls, rows: Rows, cut_after: int | None = None) -> Months:
        """The runs of whole months, or where a day of the month is given of the days up to it and of those after."""
        calendar = _calendar(rows.day, cut_after)
        piece = calendar[rows.day - rows.day.min()]
        new = changes(rows.day_who, piece)
        starts = np.flatnonzero(new)
        row_starts = rows.day_starts[starts]
        bought = np.logical_or.reduceat(rows.bought, rows.day_starts)
        known = np.full(len(starts), rows.margin is not None)
        if rows.margin_known is not None:
            known = np.logical_or.reduceat(rows.margin_known, row_starts)
        return cls(
            who=rows.day_who[starts],
            piece=piece[starts],
            of_day=np.cumsum(new, dtype=np.int32) - np.int32(1),
            revenue=rows.revenue.sums(row_starts),
            margin=rows.margin.sums(row_starts) if rows.margin is not None else None,
            margin_known=known,
            known=Known.of(rows, row_starts) if rows.margin is not None else None,
            bought=bought,
            purchase_days=np.add.reduceat(bought, starts, dtype=np.int32),
        )


def _calendar(days: np.ndarray, cut_after: int | None) -> np.ndarray:
    """The piece of a month of every day from the first to the last."""
    every = np.arange(days.min(), days.max() + 1).astype("datetime64[D]")
    months = every.astype("datetime64[M]")
    late = (every - months.astype("datetime64[D]")).astype(np.int64) >= (cut_after or 31)
    return np.asarray(2 * (months.astype(np.int64) + 1970 * 12) + late, dtype=np.int32)


def monthly(months: Months, orders: np.ndarray, bought: Purchases) -> dict[str, np.ndarray]:
    """`monthly`, with how many `orders` each month has and what was `bought` in it."""
    return {
        "who": months.who,
        "month": months.month,
        "revenue": months.revenue.floats(),
        "margin": stated(months.margin, months.margin_known),
        **_of_margin(months),
        "orders": orders,
        "purchase_days": months.purchase_days,
        **bought.in_months(months.of_day[months.bought], len(months.who)),
    }


def part(parts: Months, task: Task) -> dict[str, np.ndarray]:
    """`part_months`: the first days of the months in which PP and PY are cut, for a partial P."""
    cut = [pieces(task.spans[name])[1] for name in ("pp", "py")]
    here = np.flatnonzero(np.isin(parts.piece, [2 * (last // 2) for last in cut]))
    revenue = parts.revenue.floats()
    columns = {"who": parts.who, "month": parts.month, "revenue": revenue, "purchase_days": parts.purchase_days}
    return {name: column[here] for name, column in columns.items()}


def _of_margin(months: Months) -> dict[str, np.ndarray]:
    if months.known is None:
        return {name: np.full(len(months.who), np.nan) for name in MONEY}
    return {name: amounts.floats() for name, amounts in months.known.amounts.items()}


def stated(margin: Amounts | None, known: np.ndarray) -> np.ndarray:
    """Margins as doubles; NaN where none is known."""
    return np.full(len(known), np.nan) if margin is None else np.where(known, margin.floats(), np.nan)
