"""What a notebook has recorded so far, as the rules of findings read it: figures and tables by id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from portfolio_review.doubt import Doubt
from portfolio_review.figure import Figure
from portfolio_review.results.contract import ReviewHead

if TYPE_CHECKING:
    import pandas as pd

Part = Literal["value", "previous", "previous_year", "target", "window", "window_previous"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """What is material in a review: R(W1) and R(W0), and the least effect on value that a finding is about.

    measure: what value is counted in. rate: what one unit of revenue is worth, the margin rate of W1 where value is
    margin, else 1.
    """

    revenue: float = 0.0
    revenue_before: float = 0.0
    least: float = 0.0
    measure: Literal["revenue", "margin"] = "revenue"
    rate: float = 1.0
    usual_gap: float | None = None
    """Days: `series.usual_gap`."""


YEAR_MONTHS = 12


def window_days(head: ReviewHead) -> int:
    """The days of W1."""
    first, last = (dt.date.fromisoformat(day) for day in head.w1)
    return (last - first).days + 1


@dataclass(frozen=True)
class Seen:
    """Recorded figures and tables of one notebook; what was not recorded is None or empty."""

    head: ReviewHead
    scope: Scope
    figures: Mapping[str, Figure] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    since: Mapping[str, str] = field(default_factory=dict)
    """The month (YYYY-MM) of the first review of the series that had each finding that the last one had, by
    `Finding.key`."""

    @property
    def seasons_differ(self) -> bool:
        """Whether W0 holds other months of the year than W1, so that their difference tells nothing of the year."""
        return self.head.window_months < YEAR_MONTHS

    @property
    def window_below_gap(self) -> bool:
        """Whether clients usually buy at longer gaps than the window: no rate of retention tells who left."""
        return (self.scope.usual_gap or 0.0) > window_days(self.head)

    def beside(self, figures: Mapping[str, Figure], tables: Mapping[str, pd.DataFrame]) -> Seen:
        """The same with figures and tables that other notebooks record."""
        return replace(self, figures={**self.figures, **figures}, tables={**self.tables, **tables})

    def figure(self, id: str) -> Figure | None:
        return self.figures.get(id)

    def number(self, id: str, part: Part = "value") -> float | None:
        """A number of a figure, None where there is none."""
        figure = self.figures.get(id)
        value = None if figure is None else getattr(figure, part)
        return value if isinstance(value, int | float) else None

    def rows(self, id: str) -> list[Row]:
        """The rows of a table as mappings of column to plain value."""
        from portfolio_review.results.plain import rows_of  # pandas, which the wording of findings does not need

        frame = self.tables.get(id)
        return [] if frame is None else [dict(zip(frame.columns, row, strict=True)) for row in rows_of(frame)]

    def matters(self, money: float | None, share: float = 0.0, *, in_value: bool = False) -> bool:
        """Whether an amount is material: its effect on value not below the least of the review, nor the amount below
        `share` of R(W1). in_value: it is counted in value already; else it is revenue."""
        if money is None or not money or abs(money) < share * self.scope.revenue:
            return False
        return abs(money if in_value else money * self.scope.rate) >= self.scope.least

    def in_value(self, revenue: float | None) -> float | None:
        """What an amount of revenue is worth; None where value is revenue, and it is the amount itself."""
        return None if revenue is None or self.scope.measure == "revenue" else revenue * self.scope.rate
