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
from functools import cache
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portfolio_review.exhibits import resources

Code = Literal["en", "ru"]
CODES: tuple[Code, ...] = ("en", "ru")
NBSP = "\u00a0"

_MONTHS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "full": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
                 "October", "November", "December"),
        "short": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    },
    "ru": {
        "full": ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь",
                 "октябрь", "ноябрь", "декабрь"),
        "short": ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
        "genitive": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
                     "октября", "ноября", "декабря"),
        "dative": ("январю", "февралю", "марту", "апрелю", "маю", "июню", "июлю", "августу", "сентябрю",
                   "октябрю", "ноябрю", "декабрю"),
    },
}  # fmt: skip
_ROMAN = ("I", "II", "III", "IV")
_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d{2})))?")
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
_ONE_MONTH = (
    (re.compile(r"\b([Ll]ast|[Nn]ext|[Tt]he) 1 month\b"), r"\1 month"),
    (re.compile(r"\b([Пп])оследние 1\s(месяц|мес\.)"), r"\1оследний месяц"),
    (re.compile(r"\b([Пп])редшествующие 1\s(месяц|мес\.)"), r"\1редшествующий месяц"),
    (re.compile(r"\b([Пп])редшествующим 1\s(месяц|мес\.)"), r"\1редшествующему месяцу"),
)
"""One month is the last month, never the last 1 month."""


def one_month(text: str) -> str:
    """`text` in which a length of one month is told without its number, where an article or its like stands before."""
    for pattern, said in _ONE_MONTH:
        text = pattern.sub(said, text)
    return text


Case = Literal["full", "short", "genitive", "dative"]


@cache
def _catalogue(code: Code) -> gettext.NullTranslations:
    path = resources.templates() / "locale" / code / "portfolio_review.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Language:
    """One language of the report, `en` or `ru`."""

    code: Code

    def text(self, message: str, /, **values: object) -> str:
        """The message in this language, `%(name)s` filled from `values`."""
        translated = _catalogue(self.code).gettext(message)
        return one_month(translated % values) if values else translated.replace("%%", "%")

    def raw(self, message: str) -> str:
        """The message as the catalogue has it, `%(name)s` not yet filled."""
        return _catalogue(self.code).gettext(message)

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The message in the plural form that fits `n`; `%(n)s` must be given formatted in `values`."""
        return one_month(_catalogue(self.code).ngettext(singular, plural, n) % values)

    def month(self, month: str | dt.date, case: Case = "full", year: bool = True) -> str:
        """`November 2011`, `ноябрь 2011` for `2011-11`; `case` chooses the Russian form or the short name."""
        text = month.isoformat() if isinstance(month, dt.date) else str(month)
        number, names = int(text[5:7]), _MONTHS[self.code]
        name = names.get(case, names["full"])[number - 1]
        return f"{name}{NBSP}{text[:4]}" if year else name

    def period(self, period: str) -> str:
        """`November 2011`, `Q4 2011`, `H2 2011`, `2011`; `IV квартал 2011`, `II полугодие 2011`."""
        match = _PERIOD.fullmatch(period)
        if match is None:
            return period
        year, quarter, half, month = match.groups()
        if month:
            return self.month(period)
        if quarter:
            head = f"Q{quarter}" if self.code == "en" else f"{_ROMAN[int(quarter) - 1]}{NBSP}квартал"
        elif half:
            head = f"H{half}" if self.code == "en" else f"{_ROMAN[int(half) - 1]}{NBSP}полугодие"
        else:
            return year
        return f"{head}{NBSP}{year}"

    def date(self, day: str | dt.date) -> str:
        """`30 November 2011`, `30 ноября 2011 г.`"""
        date = dt.date.fromisoformat(day) if isinstance(day, str) else day
        text = f"{date.day}{NBSP}{self.month(date, 'genitive')}"
        return text + f"{NBSP}г." if self.code == "ru" else text

    def days(self, start: str, end: str) -> str:
        """`1–9 December 2011`, `1 October – 9 December 2011`; `1–9 декабря 2011 г.`"""
        first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
        if first.replace(day=1) == last.replace(day=1):
            return f"{first.day}\u2013{self.date(last)}" if first != last else self.date(last)
        month = self.month(first, "genitive", year=first.year != last.year)
        return f"{first.day}{NBSP}{month}\u2009–\u2009{self.date(last)}"

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
                return part.replace("-", "\u2212").replace(".", "," if self.code == "ru" else ".")
            case _:
                return part


def N_(message: str) -> str:
    """`message` itself: a mark for the catalogue of what a declaration says and a page translates."""
    return message
