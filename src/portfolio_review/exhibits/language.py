"""Words of an edition: gettext catalogues read from `.po`, plural forms, months, periods, reasons.

English sentences are their own message ids; names of figures, columns and coded cells are the
catalogue's (`portfolio_review.catalog`), so that one word stands for one notion everywhere.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from babel.core import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol

from portfolio_review.exhibits import resources

NBSP = "\u00a0"

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d{2})))?")
_QUARTERS = ("Q1\u00a0%(year)s", "Q2\u00a0%(year)s", "Q3\u00a0%(year)s", "Q4\u00a0%(year)s")
_HALVES = ("H1\u00a0%(year)s", "H2\u00a0%(year)s")
_MONTH, _DAY = r"\d{4}-\d{2}", r"\d{4}-\d{2}-\d{2}"
REASONS: dict[str, str] = {
    rf"history starts (?P<starts>{_MONTH}), needs (?P<needs>{_MONTH})":
        "history starts in %(starts)s, the comparison needs %(needs)s",
    r"margin known for (?P<n>\d+) % of revenue": "margin known for %(n)s %% of revenue",
    rf"as of (?P<month>{_MONTH}), (?P<reason>.+)": "as of %(month)s: %(reason)s",
    rf"no client has purchased by (?P<day>{_DAY})": "no client has purchased by %(day)s",
    rf"no client had purchased before (?P<month>{_MONTH})": "no client had purchased before %(month)s",
    r"(?P<n>\d+) clients bought on two days, needs (?P<needed>\d+)":
        "clients that bought on two days: %(n)s, needs %(needed)s",
    r"BG/NBD was not used: (?P<reason>.+)": "BG/NBD was not used: %(reason)s",
    r"(?P<n>\d+) clients won (?P<first>\d+) to (?P<last>\d+) months before, (?P<needed>\d+) are needed":
        "clients won %(first)s to %(last)s months before: %(n)s, %(needed)s are needed",
    rf"what is owed is more than the revenue since (?P<month>{_MONTH})":
        "what is owed is more than the revenue since %(month)s",
    r"fewer than (?P<few>\d+) clients were seen for (?P<n>\d+) days":
        "fewer than %(few)s clients were seen for %(n)s days",
    r"in a window of 1 month nobody can have gone quiet": "in a window of 1 month nobody can have gone quiet",
    r"in a window of (?P<n>\d+) months nobody can have gone quiet":
        "in a window of %(n)s months nobody can have gone quiet",
    r"nobody began (?P<first>\d+) to (?P<last>\d+) days before the end of P":
        "nobody began %(first)s to %(last)s days before the end of P",
    **{re.escape(message): message for message in (
        "a client that is neither in clients nor in transactions",
        "The rows are kept: check the ids",
    )},
}  # fmt: skip
"""Reasons that hold a number, a date or another reason, and warnings about the data: as written, as said."""
Case = Literal["full", "short", "genitive", "dative"]
_ONE_MONTH = (
    "last 1 month = last month; next 1 month = next month; the 1 month = the month; last 1 months = last month; "
    "best 1 months = best month; 1 months = 1 month"
)
"""How a length of one month is told: the last month, never the last 1 month. Pairs of what is replaced and by what."""


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    with (resources.templates() / "locale" / code / "portfolio_review.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def forget() -> None:
    """Read the catalogues anew when they are next asked for."""
    _catalogue.cache_clear()
    _one_month.cache_clear()


@cache
def _one_month(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = (pair.split(" = ") for pair in _catalogue(code).gettext(_ONE_MONTH).split("; "))
    return tuple((re.compile(_either_case(many), re.UNICODE), one) for many, one in pairs)


def _either_case(words: str) -> str:
    first = f"[{words[0]}{words[0].upper()}]"
    return rf"(?<!\w){first}" + r"\s".join(re.escape(word) for word in words[1:].split(" ")) + r"(?!\w)"


@dataclass(frozen=True)
class Language:
    """One language of the report by its code; what it says and how stands in its catalogue."""

    code: str

    def text(self, message: str, /, **values: object) -> str:
        """The message in this language, `%(name)s` filled from `values`."""
        translated = _catalogue(self.code).gettext(message)
        return self.one_month(translated % values) if values else translated.replace("%%", "%")

    def raw(self, message: str) -> str:
        """The message as the catalogue has it, `%(name)s` not yet filled."""
        return _catalogue(self.code).gettext(message)

    def in_context(self, context: str, message: str) -> str:
        """The message as it is said in a context, as everywhere where the language makes no difference there."""
        said = _catalogue(self.code).pgettext(context, message)
        return self.raw(message) if said == message else said

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The message in the plural form that fits `n`; `%(n)s` must be given formatted in `values`."""
        return self.one_month(_catalogue(self.code).ngettext(singular, plural, n) % values)

    def plural_of(self, context: str, singular: str, plural: str, n: int, /, **values: object) -> str:
        """As `plural`, as it is said in a context."""
        said = _catalogue(self.code).npgettext(context, singular, plural, n)
        return self.plural(singular, plural, n, **values) if said in (singular, plural) else said % values

    def one_month(self, text: str) -> str:
        """`text` in which a length of one month is told without its number, where an article or its like is before."""
        for pattern, said in _one_month(self.code):
            text = pattern.sub(lambda match, said=said: said.capitalize() if match[0][0].isupper() else said, text)  # type: ignore[misc]
        return text

    @cached_property
    def decimal(self) -> str:
        """The decimal mark."""
        return get_decimal_symbol(Locale.parse(self.code))

    def month(self, month: str | dt.date, case: Case = "full", year: bool = True) -> str:
        """`November 2011`, `ноябрь 2011` for `2011-11`; `case`: the short name, or the form within a phrase."""
        text = month.isoformat() if isinstance(month, dt.date) else str(month)
        full = _MONTHS[int(text[5:7]) - 1]
        name = self.in_context(case, full[:3]) if case == "short" else self.in_context(case, full)
        return self.raw("%(month)s\u00a0%(year)s") % {"month": name, "year": text[:4]} if year else name

    def period(self, period: str) -> str:
        """`November 2011`, `Q4 2011`, `H2 2011`, `2011`; `IV квартал 2011`, `II полугодие 2011`."""
        match = _PERIOD.fullmatch(period)
        if match is None:
            return period
        year, quarter, half, month = match.groups()
        if month:
            return self.month(period)
        if quarter:
            return self.raw(_QUARTERS[int(quarter) - 1]) % {"year": year}
        return self.raw(_HALVES[int(half) - 1]) % {"year": year} if half else str(year)

    def date(self, day: str | dt.date) -> str:
        """`30 November 2011`, `30 ноября 2011 г.`"""
        date = _day(day)
        month = self.month(date, "genitive", year=False)
        return self.raw("%(day)s\u00a0%(month)s\u00a0%(year)s") % {"day": date.day, "month": month, "year": date.year}

    def short_date(self, day: str | dt.date) -> str:
        """`30 Nov 2026`, `30.11.2026`: a day in a table."""
        date = _day(day)
        parts = {"day": date.day, "dd": f"{date:%d}", "mm": f"{date:%m}", "year": f"{date:%Y}"}
        return self.raw("{day}\u00a0{month}\u00a0{year}").format(month=self.month(date, "short", year=False), **parts)

    def days(self, start: str, end: str) -> str:
        """`1–9 December 2011`, `1 October – 9 December 2011`; `1–9 декабря 2011 г.`"""
        first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
        if first == last:
            return self.date(last)
        if first.replace(day=1) == last.replace(day=1):
            return self.raw("%(first)s\u2013%(last)s") % {"first": first.day, "last": self.date(last)}
        month = self.month(first, "genitive", year=first.year != last.year)
        head = self.raw("%(day)s\u00a0%(month)s") % {"day": first.day, "month": month}
        return f"{head}\u2009–\u2009{self.date(last)}"

    def months(self, start: str, end: str) -> str:
        """The months of a window, `December 2010–November 2011`; one month stands alone."""
        first, last = self.month(start), self.month(end)
        return first if first == last else f"{first}\u2009–\u2009{last}"

    def reason(self, reason: str | None) -> str:
        """The reason of an undefined figure, in words; parts after a semicolon or within it on their own."""
        if not reason:
            return ""
        for pattern, message in REASONS.items():
            if match := re.fullmatch(pattern, reason):
                return self.raw(message) % {name: self._said(name, part) for name, part in match.groupdict().items()}
        if "; " in reason:
            return "; ".join(self.reason(part) for part in reason.split("; "))
        return self.text(reason)

    def _said(self, name: str, part: str) -> str:
        match name:
            case "reason":
                return self.reason(part)
            case "month" | "starts" | "needs":
                return self.month(part, "genitive")
            case "day":
                return self.date(part)
            case "index":
                return part.replace("-", "\u2212").replace(".", self.decimal)
            case _:
                return part


def _day(day: str | dt.date) -> dt.date:
    return dt.date.fromisoformat(day) if isinstance(day, str) else day


def N_(message: str) -> str:
    """`message` itself: a mark for the catalogue of what a declaration says and a page translates."""
    return message
