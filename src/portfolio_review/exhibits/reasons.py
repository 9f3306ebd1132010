"""Why a client stands on a list, as one line of text: what it usually does, what it did now.

In: a `Reason`, a code with its numbers, as the tables of the lists hold it; out: the sentence in the language of the
report.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio_review.catalog.reasons import CODES, Reason
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.wording import Wording

COLUMNS = ("reason", "usual", "now", "about")
"""A table with these four says why in a code and its numbers."""
SHOWN_ABOUT = 40
"""Characters of a category's name that a page shows."""
YEAR_MONTHS = 12
MOST_DAYS = 92
"""Days of the longest three months in a row."""
_THREAT = {
    "threat_ownership": N_("threat scored %(n)s of 5: change of ownership"),
    "threat_competitor": N_("threat scored %(n)s of 5: competitor"),
    "threat_price": N_("threat scored %(n)s of 5: price"),
    "threat_staff": N_("threat scored %(n)s of 5: staff"),
}


def in_words(row: Mapping[str, Any], wording: Wording, *, shown_about: int | None = None) -> str:
    """`buys every 16 days, silent 266`; empty without a code, the code's word where a number is missing."""
    code = row.get("reason")
    if not isinstance(code, str) or code not in CODES:
        return str(code or "")
    about = row.get("about")
    if about is not None and shown_about is not None and len(str(about)) > shown_about:
        about = f"{str(about)[: shown_about - 1]}…"
    reason = Reason(code, row.get("usual"), row.get("now"), None if about is None else str(about))
    try:
        return sentence(reason, wording)
    except ValueError:
        return wording.word(code)


def sentence(reason: Reason, wording: Wording) -> str:
    """`buys every 16 days, silent 266` / `покупает каждые 16 дней, без покупок 266 дней`.

    Errors: KeyError for an unknown code, ValueError when a number that the sentence needs is missing.
    """
    return _Said(reason, wording).sentence()


@dataclass(frozen=True)
class _Said:
    reason: Reason
    wording: Wording

    @property
    def usual(self) -> float:
        return self._known(self.reason.usual)

    @property
    def now(self) -> float:
        return self._known(self.reason.now)

    def _known(self, number: float | None) -> float:
        if _missing(number):
            raise ValueError(f"the reason '{self.reason.code}' needs both its numbers, found {self.reason}")
        assert number is not None
        return number

    def sentence(self) -> str:
        text, numbers, about = self.wording.language.text, self.wording.numbers, self.reason.about or "?"
        plural, window = self.plural, self.wording.window_months
        match self.reason.code:
            case "silent":
                return f"{self.every()}, {self.silent()}"
            case code if code in _THREAT:
                return text(_THREAT[code], n=self.number(self.now))
            case "single_contact":
                return text("known through one contact only")
            case "unseen":
                return text(
                    "last contact %(since)s ago, %(usual)s allowed",
                    since=self.days(self.now),
                    usual=self.days(self.usual),
                )
            case "plan_overdue":
                return plural(
                    "plan: %(about)s, overdue by %(n)s day",
                    "plan: %(about)s, overdue by %(n)s days",
                    self.now,
                    about=about,
                )
            case "contract_ends":
                return plural(
                    "contract ends in %(n)s day, no action planned", "contract ends in %(n)s days, no action planned",
                    self.now,
                )  # fmt: skip
            case "spends_less" if window < YEAR_MONTHS:
                return f"{self.every()}{self.against_a_year()}"
            case "spends_less":
                told = self.changed(text("spends %(change)s"), text("gave back more than it bought"))
                return f"{self.every()}, {told}"
            case "early_decline" if self.reason.usual is not None and self.reason.usual > MOST_DAYS:
                told = self.changed(text("%(change)s on a year earlier, but"), text("more given back than bought, but"))
                last = text("last 3 months %(change)s", change=told)
                return text("%(last)s %(every)s: 3 months can hold no order", last=last, every=self.every())
            case "early_decline":
                told = self.changed(text("%(change)s on a year earlier"), text("more given back than bought"))
                last = text("last 3 months %(change)s", change=told)
                return f"{self.every()}, {last}"
            case "grows" | "steady" if window < YEAR_MONTHS:
                return f"{self.of_months()}{self.against_a_year()}"
            case "grows":
                told = self.changed(text("grows %(change)s"), "", text("grows more than 20-fold"))
                return f"{self.of_months()}, {told}"
            case "steady":
                told = self.changed(text("stable %(change)s"), "")
                return f"{self.of_months()}, {told}"
            case "lacks_category":
                return plural(
                    "buys %(n)s category, not %(about)s, which %(share)s of peers buy",
                    "buys %(n)s categories, not %(about)s, which %(share)s of peers buy",
                    self.usual, about=about, share=numbers.percent(self.now, 0),
                )  # fmt: skip
            case "below_best":
                values = {"usual": numbers.money(self.usual), "now": numbers.money(self.now)}
                if window == 1:
                    return text("best month %(usual)s, now %(now)s", **values)
                return plural(
                    "best %(n)s month %(usual)s, now %(now)s",
                    "best %(n)s months %(usual)s, now %(now)s",
                    window,
                    **values,
                )
            case "lags_order_value":
                return text(
                    "%(now)s an order, peers %(peers)s", now=numbers.money(self.now), peers=numbers.money(self.usual)
                )
            case "lags_items_per_order":
                return plural(
                    "%(n)s item an order, peers %(peers)s", "%(n)s items an order, peers %(peers)s",
                    tenths(self.now), peers=self.number(tenths(self.usual)),
                )  # fmt: skip
            case "lags_categories_bought":
                return plural(
                    "%(n)s category, peers %(peers)s", "%(n)s categories, peers %(peers)s",
                    self.now, peers=self.number(self.usual),
                )  # fmt: skip
            case "lags_order_frequency":
                return plural(
                    "%(n)s order, peers %(peers)s", "%(n)s orders, peers %(peers)s",
                    self.now, peers=self.number(self.usual),
                )  # fmt: skip
            case "lags_high_margin_share":
                now, peers = numbers.percent(self.now, 0), numbers.percent(self.usual, 0)
                return text("high-margin share %(now)s, peers %(peers)s", now=now, peers=peers)
            case "buys":
                months = plural("%(n)s month", "%(n)s months", window)
                told = plural("%(n)s order in %(months)s", "%(n)s orders in %(months)s", self.now, months=months)
                return f"{self.every()}, {told}"
            case code:
                raise KeyError(code)

    def plural(self, singular: str, plural: str, value: float, **values: str) -> str:
        """The message in the form that fits `value`; a fraction takes that of 2."""
        n = int(value) if float(value).is_integer() else 2
        return self.wording.language.plural(singular, plural, n, n=self.number(value), **values)

    def number(self, value: float) -> str:
        """A count that may be a median: one decimal where it is not whole."""
        return self.wording.numbers.plain(value, 0 if float(value).is_integer() else 1)

    def days(self, value: float) -> str:
        return self.plural("%(n)s day", "%(n)s days", value)

    def every(self) -> str:
        text = self.wording.language.text
        if _missing(self.reason.usual):
            return text("buys seldom")
        days = whole(self.usual)
        if days == 1:
            return text("buys every day")
        return self.plural("buys every %(n)s day", "buys every %(n)s days", days)

    def silent(self) -> str:
        days = whole(self.now)
        if not _missing(self.reason.usual) and whole(self.usual) > 1:  # the unit stands beside the usual days already
            return self.plural("silent %(n)s", "silent %(n)s", days)
        return self.plural("silent %(n)s day", "silent %(n)s days", days)

    def changed(self, told: str, refunds: str, leap: str = "") -> str:
        """`told` with the change; `refunds` where less than nothing was bought, `leap` beyond what a multiple tells."""
        change = self.wording.numbers.change(1 + self.now, 1.0, decimals=0)
        return refunds if self.now < -1 else told % {"change": change} if change else leap

    def against_a_year(self) -> str:
        """The change of a window under a year, told apart from the stage, which is against W0; empty where unknown."""
        if _missing(self.reason.now):
            return ""
        text = self.wording.language.text
        told = self.changed(
            text("revenue %(change)s on a year earlier"), text("gave back more than it bought"),
            text("more than 20 times the revenue of a year earlier"),
        )  # fmt: skip
        return f", {told}"

    def of_months(self) -> str:
        usual, window = self.number(self.usual), self.wording.window_months
        return self.plural("buys in %(usual)s of %(n)s month", "buys in %(usual)s of %(n)s months", window, usual=usual)


def _missing(number: float | None) -> bool:
    return number is None or number != number


def whole(value: float) -> int:
    """A positive number rounded half up, for the plural form that fits what is printed."""
    return math.floor(value + 0.5)


def tenths(value: float) -> float:
    """A positive number rounded half up to one decimal, as it is printed."""
    return math.floor(value * 10 + 0.5) / 10
