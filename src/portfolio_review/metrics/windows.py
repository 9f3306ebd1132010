"""The spans of one review and what the history allows: which figures may look back how far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from portfolio_review.calendar import Days, Flash, Month, Period, Span
from portfolio_review.figure import history_reason


@dataclass(frozen=True)
class Windows:
    """P with its derived spans, the first day of the series' history and its last day."""

    period: Period
    window_months: int
    history_start: dt.date
    data_until: dt.date
    flash: Flash | None = None
    """The partial period that is reported; `period` is then the one of its length up to the last complete month."""

    @property
    def p(self) -> Span:
        return self.period.span

    @property
    def pp(self) -> Span:
        return self.period.previous

    @property
    def py(self) -> Span:
        return self.period.previous_year

    @property
    def w1(self) -> Span:
        return self.period.window(self.window_months)

    @property
    def w0(self) -> Span:
        return self.period.window(self.window_months, back=1)

    @property
    def reported(self) -> Mapping[str, Span | Days]:
        """P, PP, PY and the years to date; of a partial P equally many days of each."""
        if self.flash:
            return self.flash.spans
        ytd = self.period.year_to_date
        return {"p": self.p, "pp": self.pp, "py": self.py, "ytd": ytd, "ytd_py": ytd.shifted(-12)}

    @property
    def history_month(self) -> Month:
        """The first month of the history; one that starts in its middle counts whole."""
        return Month.of(self.history_start)

    @property
    def known_months(self) -> Span:
        """The months of the history up to the end of P (P's own first month at the latest)."""
        return Span(min(self.history_month, self.p.first), self.p.last)

    def lacks(self, span: Span | Days) -> str | None:
        """Why a figure that looks back to `span` is undefined, or None when the history reaches it."""
        if Month.of(span.start) >= self.history_month:
            return None
        return history_reason(self.history_start, span.start)

    @property
    def lacks_w0(self) -> str | None:
        return self.lacks(self.w0)

    @property
    def lacks_before_w0(self) -> str | None:
        """Why nothing is known of purchases before W0: the history starts with W0 or later."""
        return self.lacks(Span(self.w0.first - 1, self.w0.first - 1))

    def back(self, months: int) -> Windows:
        """The same windows as seen `months` earlier."""
        span = self.p.shifted(-months)
        return replace(self, period=Period(f"{span.first}..{span.last}", span), flash=None)

    @property
    def before(self) -> Windows:
        """The windows that end with PP."""
        return self.back(self.p.months)

    @property
    def year_before(self) -> Windows:
        """The windows that end with PY."""
        return self.back(12)
