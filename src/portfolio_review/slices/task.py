"""What is reduced: the period, its spans and the known columns; and how money is written in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from portfolio_review.calendar import Days, Flash, Month, Period, Span

ALL_CODE = 1 << 30
"""The unit code of the review of all."""
ORIGINS = 4
"""Past month ends, each a horizon apart, at which the chances of a purchase are tested."""
MONEY = "DECIMAL(38, 6)"
"""Amounts of rows have six decimals. Sums of it are exact: the same bits in any order, whatever the threads."""


@dataclass(frozen=True)
class Task:
    """What to reduce: the period, the data's last day, the window, the risk horizon, and which columns are known."""

    period: Period
    data_until: dt.date
    window_months: int
    horizon_months: int
    has_margin: bool
    has_orders: bool
    has_category: bool
    has_product: bool
    orders_by_year: bool
    """Whether order ids are used again: an order is then one of its calendar year."""

    @property
    def flash(self) -> Flash | None:
        """P where it is partial."""
        return Flash.of(self.period, self.data_until)

    @property
    def judged(self) -> Period:
        """The period that windows end with."""
        return self.period.judged(self.data_until)

    @property
    def spans(self) -> Mapping[str, Span | Days]:
        """The spans whose distinct orders are counted, by name."""
        ytd = self.period.year_to_date
        whole: Mapping[str, Span | Days] = {
            "p": self.period.span,
            "pp": self.period.previous,
            "py": self.period.previous_year,
            "ytd": ytd,
            "ytd_py": ytd.shifted(-12),
        }
        return {
            **(self.flash.spans if self.flash else whole),
            "w1": self.w1,
            "w0": self.judged.window(self.window_months, back=1),
        }

    @property
    def w1(self) -> Span:
        return self.judged.window(self.window_months)

    @property
    def as_of_months(self) -> list[Month]:
        """Months at whose end it is asked what was known of a client then."""
        end, length = self.judged.span.last, self.judged.span.months
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
            *(self.horizon_months * times for times in range(1, ORIGINS + 2)),
        }
        return sorted(end - months for months in back)


def days_since_1970(day: dt.date) -> int:
    """A day as the reduction counts it."""
    return (day - dt.date(1970, 1, 1)).days
