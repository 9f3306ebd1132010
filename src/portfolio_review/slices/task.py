"""What is reduced: the period, its spans and the known columns; and how money is written in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from portfolio_review.calendar import Month, Period, Span

MONEY = "DECIMAL(38, 12)"
"""Sums of it are exact: the same bits in any order, whatever the threads."""


@dataclass(frozen=True)
class Task:
    """What to reduce: the period, its window, the risk horizon, and which columns are known."""

    period: Period
    window_months: int
    horizon_months: int
    has_margin: bool
    has_orders: bool
    has_category: bool
    has_product: bool
    orders_by_year: bool
    """Whether order ids are used again: an order is then one of its calendar year."""

    @property
    def spans(self) -> Mapping[str, Span]:
        """The spans whose distinct orders are counted, by name."""
        ytd = self.period.year_to_date
        return {
            "p": self.period.span,
            "pp": self.period.previous,
            "py": self.period.previous_year,
            "ytd": ytd,
            "ytd_py": ytd.shifted(-12),
            "w1": self.period.window(self.window_months),
            "w0": self.period.window(self.window_months, back=1),
        }

    @property
    def as_of_months(self) -> list[Month]:
        """Months at whose end it is asked what was known of a client then."""
        end, length = self.period.span.last, self.period.span.months
        back = {
            0,
            length,
            2 * length,
            12,
            12 + length,
            self.window_months,
            self.window_months + length,
            self.window_months + 12,
            2 * self.window_months,
            self.horizon_months,
        }
        return sorted(end - months for months in back)


def days_since_1970(day: dt.date) -> int:
    """A day as the reduction counts it."""
    return (day - dt.date(1970, 1, 1)).days
