"""Periods and windows: `2011-11`, `2011-Q4`, `2011-H2`, `2011` as spans of whole calendar months.

Symbols of the metrics: P the reporting period, PP the period of the same length right before it,
PY the same period one year earlier, W1 the `window_months` months that end with P, W0 as many
months right before W1.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from portfolio_review.errors import UsageError

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Dates outside these years are refused wherever they stand: nobody means them."""
PARTIAL_AFTER_DAYS = 3
"""P is partial when the data end more than this many days before it does."""


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, counted as `index` = 12 · year + month − 1."""

    index: int

    @classmethod
    def of(cls, day: dt.date) -> Month:
        return cls(day.year * 12 + day.month - 1)

    @property
    def first(self) -> dt.date:
        return dt.date(self.index // 12, self.index % 12 + 1, 1)

    @property
    def last(self) -> dt.date:
        return (self + 1).first - dt.timedelta(days=1)

    def __add__(self, months: int) -> Month:
        return Month(self.index + months)

    def __sub__(self, months: int) -> Month:
        return Month(self.index - months)

    def __str__(self) -> str:
        return f"{self.index // 12:04d}-{self.index % 12 + 1:02d}"


@dataclass(frozen=True)
class Span:
    """Whole calendar months from `first` to `last`, both included."""

    first: Month
    last: Month

    @classmethod
    def ending(cls, last: Month, months: int) -> Span:
        return cls(last - (months - 1), last)

    @property
    def start(self) -> dt.date:
        return self.first.first

    @property
    def end(self) -> dt.date:
        return self.last.last

    @property
    def months(self) -> int:
        return self.last.index - self.first.index + 1

    def shifted(self, months: int) -> Span:
        return Span(self.first + months, self.last + months)

    def __contains__(self, month: object) -> bool:
        return isinstance(month, Month) and self.first <= month <= self.last


_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    """The reporting period P with the spans that are derived from it."""

    text: str
    span: Span

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2011-11`, `2011-Q4`, `2011-H2` or `2011`; anything else is a usage error."""
        match = _PERIOD.fullmatch(text.strip())
        if match is None or not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
            raise UsageError(
                f"period '{text[:40]}' is not one of 2011-11, 2011-Q4, 2011-H2, 2011: write the year "
                f"({FIRST_YEAR} to {LAST_YEAR}) first, then a month of two digits, a quarter or a half-year"
            )
        january = int(match["year"]) * 12
        if match["month"]:
            first, months = january + int(match["month"]) - 1, 1
        elif match["quarter"]:
            first, months = january + 3 * (int(match["quarter"]) - 1), 3
        elif match["half"]:
            first, months = january + 6 * (int(match["half"]) - 1), 6
        else:
            first, months = january, 12
        return cls(match[0], Span(Month(first), Month(first + months - 1)))

    @classmethod
    def of_month(cls, month: Month) -> Period:
        return cls(str(month), Span(month, month))

    @classmethod
    def parse_range(cls, text: str) -> list[Period]:
        """One period, or every month of `A..B`, both included."""
        if ".." not in text:
            return [cls.parse(text)]
        start, _, end = text.partition("..")
        first, last = cls.parse(start).span.first, cls.parse(end).span.last
        if last < first:
            raise UsageError(f"period range '{text}' ends before it starts: write the earlier period first")
        return [cls.of_month(Month(index)) for index in range(first.index, last.index + 1)]

    @property
    def start(self) -> dt.date:
        return self.span.start

    @property
    def end(self) -> dt.date:
        return self.span.end

    @property
    def previous(self) -> Span:
        """PP: the period of the same length right before."""
        return self.span.shifted(-self.span.months)

    @property
    def previous_year(self) -> Span:
        """PY: the same period one year earlier."""
        return self.span.shifted(-12)

    def earlier(self, months: int) -> Period:
        """The period of the same form so many months earlier: a multiple of its length."""
        span = self.span.shifted(-months)
        year, month = divmod(span.first.index, 12)
        forms = {1: f"-{month + 1:02d}", 3: f"-Q{month // 3 + 1}", 6: f"-H{month // 6 + 1}", 12: ""}
        return Period(f"{year:04d}{forms[span.months]}", span)

    @property
    def year_to_date(self) -> Span:
        """January 1 of P's last year to the end of P."""
        return Span(Month(self.span.last.index // 12 * 12), self.span.last)

    def window(self, months: int, back: int = 0) -> Span:
        """W1 (`back` = 0), W0 (`back` = 1), … of `months` months each."""
        return Span.ending(self.span.last - back * months, months)

    def is_partial(self, data_until: dt.date) -> bool:
        """Whether the data end more than three days before the period does."""
        return (self.end - data_until).days > PARTIAL_AFTER_DAYS

    def judged(self, data_until: dt.date) -> Period:
        """What windows end with: P, or when it is partial the period of its length up to the last complete month."""
        if not self.is_partial(data_until):
            return self
        return Period(self.text, Span.ending(last_complete_month(data_until), self.span.months))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Days:
    """Days from `start` to `end`, both included."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class Flash:
    """A partial P, held against equally many days of what it is compared with."""

    period: Period
    data_until: dt.date

    @classmethod
    def of(cls, period: Period, data_until: dt.date) -> Flash | None:
        return cls(period, data_until) if period.is_partial(data_until) else None

    @property
    def spans(self) -> Mapping[str, Days]:
        """P, PP, PY and the years to date: the whole months that P has complete, then up to its day of the month."""
        p, ytd = self.period.span, self.period.year_to_date
        return {
            "p": self._days(p, p),
            "pp": self._days(p, self.period.previous),
            "py": self._days(p, self.period.previous_year),
            "ytd": self._days(ytd, ytd),
            "ytd_py": self._days(ytd, ytd.shifted(-12)),
        }

    @property
    def cut_after(self) -> int | None:
        """The day of the month after which the last month is cut; None where the data end with a complete month."""
        return None if Month.of(self.data_until) <= last_complete_month(self.data_until) else self.data_until.day

    def _days(self, now: Span, then: Span) -> Days:
        month = then.first + (Month.of(self.data_until).index - now.first.index)
        day = self.cut_after or month.last.day
        return Days(then.start, month.first.replace(day=min(day, month.last.day)))


def last_complete_month(data_until: dt.date) -> Month:
    """The last month that the data cover to within three days of its end."""
    month = Month.of(data_until)
    return month - 1 if Period.of_month(month).is_partial(data_until) else month
