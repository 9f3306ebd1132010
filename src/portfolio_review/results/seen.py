"""What a notebook has recorded so far, as the rules of findings read it: figures and tables by id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """What is material in a review: R(W1) and R(W0), and the least money that a finding is about."""

    revenue: float = 0.0
    revenue_before: float = 0.0
    least: float = 0.0
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

    @property
    def seasons_differ(self) -> bool:
        """Whether W0 holds other months of the year than W1, so that their difference tells nothing of the year."""
        return self.head.window_months < YEAR_MONTHS

    @property
    def window_below_gap(self) -> bool:
        """Whether clients usually buy at longer gaps than the window: no rate of retention tells who left."""
        return (self.scope.usual_gap or 0.0) > window_days(self.head)

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

    def matters(self, money: float | None, share: float = 0.0) -> bool:
        """Whether an amount is material: not below the least of the review, nor `share` of R(W1)."""
        return money is not None and abs(money) > 0 and abs(money) >= max(self.scope.least, share * self.scope.revenue)
