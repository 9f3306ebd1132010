"""Why a client stands on a list, as a sentence in both languages: what it usually does, what it did now.

In: a `Reason`, a code with its numbers, as the tables of the lists hold it; out: one line of text.
Numbers are printed by whoever prints the report (`Printer`), plural forms are chosen here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol


class Printer(Protocol):
    """Prints numbers in one language; `exhibits.numbers.Numbers` does."""

    def plain(self, value: float, decimals: int = 0, *, sign: bool = False) -> str: ...
    def percent(self, share: float, decimals: int = 1) -> str: ...
    def change(self, now: float, before: float, *, decimals: int = 1) -> str: ...
    def money(self, value: float) -> str: ...


@dataclass(frozen=True)
class Reason:
    """A code of `CODES` with what the client usually does and what it did now; `about` a category.

    What the numbers are depends on the code, see `CODES`; a missing one is None.
    """

    code: str
    usual: float | None = None
    now: float | None = None
    about: str | None = None


CODES: Mapping[str, str] = MappingProxyType(
    {
        "silent": "usual: days between purchases (missing: too few to tell); now: days of silence",
        **{f"threat_{kind}": "now: the latest score, 4 to 5" for kind in ("ownership", "competitor", "price", "staff")},
        "single_contact": "no numbers",
        "unseen": "usual: days between contacts that the cadence allows; now: days since the last",
        "plan_overdue": "now: days since the action of the plan, `about`, was due",
        "contract_ends": "now: days to the end of the contract",
        "spends_less": "usual: days between purchases; now: r(W1) / r(same months a year earlier) − 1",
        "early_decline": "usual: days between purchases; now: last 3 months / a year earlier − 1",
        "grows": "usual: months of W1 with a purchase; now: r(W1) / r(same months a year earlier) − 1",
        "steady": "usual: months of W1 with a purchase; now: r(W1) / r(same months a year earlier) − 1",
        "lacks_category": "usual: categories bought; now: share of peers that buy `about`",
        "below_best": "usual: best earlier window, money; now: r(W1)",
        "lags_order_value": "usual: median of the peers, money; now: own",
        "lags_items_per_order": "usual: median of the peers; now: own",
        "lags_categories_bought": "usual: median of the peers; now: own",
        "lags_order_frequency": "usual: median of the peers; now: own, orders of W1",
        "lags_high_margin_share": "usual: median of the peers, share; now: own",
        "buys": "usual: days between purchases; now: orders of W1",
    }
)
"""Every code with what its two numbers are; days between purchases are the median gap. What is told against a year
earlier is missing where that is not known."""

YEAR_MONTHS = 12
MOST_DAYS = 92
"""Days of the longest three months in a row."""
Forms = tuple[str, str, str]
"""Russian plural forms: as after 1, after 2, after 5."""

_DAY: Forms = ("день", "дня", "дней")
_MONTH: Forms = ("месяц", "месяца", "месяцев")
_ORDER: Forms = ("заказ", "заказа", "заказов")
_CATEGORY: Forms = ("товарная категория", "товарные категории", "товарных категорий")
_OF_CATEGORY: Forms = ("товарную категорию", "товарные категории", "товарных категорий")
_ITEM: Forms = ("позиция", "позиции", "позиций")


def sentence(reason: Reason, language: str, numbers: Printer, window_months: int = 12) -> str:
    """`buys every 16 days, silent 266` / `покупает каждые 16 дней, без покупок 266 дней`.

    language: `en` or `ru`; window_months: the length of W1. Errors: KeyError for an unknown code,
    ValueError when a number that the sentence needs is missing.
    """
    make = _RUSSIAN if language == "ru" else _ENGLISH
    return make[reason.code](_Said(reason, numbers, window_months))


@dataclass(frozen=True)
class _Said:
    """The numbers of a reason as words."""

    reason: Reason
    numbers: Printer
    window_months: int

    @property
    def usual(self) -> float:
        return self._known(self.reason.usual)

    @property
    def now(self) -> float:
        return self._known(self.reason.now)

    @property
    def about(self) -> str:
        return self.reason.about or "?"

    def _known(self, number: float | None) -> float:
        if number is None or number != number:
            raise ValueError(f"the reason '{self.reason.code}' needs both its numbers, found {self.reason}")
        return number

    def changed(self, told: str, refunds: str, leap: str = "") -> str:
        """`told` with the change; `refunds` where less than nothing was bought, `leap` beyond what a multiple tells."""
        change = self.numbers.change(1 + self.now, 1.0, decimals=0)
        return refunds if self.now < -1 else told.format(change) if change else leap

    @property
    def seasons_differ(self) -> bool:
        """Whether W0 holds other months of the year than W1: a change is said to be against those of a year earlier."""
        return self.window_months < YEAR_MONTHS

    def against_a_year_en(self) -> str:
        """The change of W1, told apart from the stage, which is against W0; empty where it is not known."""
        if self.reason.now is None or self.reason.now != self.reason.now:
            return ""
        told = self.changed("revenue {} on a year earlier", "gave back more than it bought",
                            "more than 20 times the revenue of a year earlier")  # fmt: skip
        return f", {told}"

    def against_a_year_ru(self) -> str:
        if self.reason.now is None or self.reason.now != self.reason.now:
            return ""
        told = self.changed("закупки {} к тем же месяцам год назад", "возвращено больше, чем куплено",
                            "закупки более чем в 20 раз выше, чем год назад")  # fmt: skip
        return f", {told}"

    def number(self, value: float) -> str:
        """A count that may be a median: one decimal where it is not whole."""
        return self.numbers.plain(value, 0 if float(value).is_integer() else 1)

    def plural(self, value: float, one: str, many: str) -> str:
        return f"{self.number(value)} {one if value == 1 else many}"

    def forms(self, value: float, forms: Forms) -> str:
        return f"{self.number(value)} {russian(value, forms)}"

    def every_en(self) -> str:
        if self.reason.usual is None or self.reason.usual != self.reason.usual:
            return "buys seldom"
        days = whole(self.reason.usual)
        return "buys every day" if days == 1 else f"buys every {self.plural(days, 'day', 'days')}"

    def every_ru(self) -> str:
        if self.reason.usual is None or self.reason.usual != self.reason.usual:
            return "покупает редко"
        days = whole(self.reason.usual)
        if days == 1:
            return "покупает каждый день"
        return f"покупает {'каждый' if days % 10 == 1 and days % 100 != 11 else 'каждые'} {self.forms(days, _DAY)}"

    @property
    def seldom(self) -> bool:
        """Whether three months, at most `MOST_DAYS` days, may lie between two purchases as usual."""
        return self.reason.usual is not None and self.reason.usual > MOST_DAYS

    def silent_en(self) -> str:
        days = whole(self.now)
        # the unit stands beside the usual days already
        known = self.reason.usual is not None and self.reason.usual == self.reason.usual and whole(self.usual) > 1
        return f"silent {self.number(days)}" if known else f"silent {self.plural(days, 'day', 'days')}"

    def best_en(self) -> str:
        return "best month" if self.window_months == 1 else f"best {self.number(self.window_months)} months"

    def best_ru(self) -> str:
        months = self.window_months
        return "лучший месяц" if months == 1 else f"лучшие {self.forms(months, _MONTH)}"


def whole(value: float) -> int:
    """A positive number rounded half up, for the plural form that fits what is printed."""
    return math.floor(value + 0.5)


def russian(value: float, forms: Forms) -> str:
    """The form that fits `value`: 1, 21 день; 2, 3,2 дня; 0, 5, 11 дней. Fractions take the second."""
    if not float(value).is_integer():
        return forms[1]
    last, teens = abs(int(value)) % 10, abs(int(value)) % 100 in range(11, 15)
    return forms[0] if last == 1 and not teens else forms[1] if last in (2, 3, 4) and not teens else forms[2]


def _of_months_en(said: _Said) -> str:
    window = said.window_months
    return f"buys in {said.number(said.usual)} of {said.plural(window, 'month', 'months')}"


def _of_months_ru(said: _Said) -> str:
    # after «из» the genitive: из 1 месяца, из 21 месяца, из 12 месяцев
    window = said.window_months
    return f"покупки в {said.number(said.usual)} из {said.forms(window, ('месяца', 'месяцев', 'месяцев'))}"


_PEERS_RU = "у сопоставимых клиентов"
_ENGLISH: Mapping[str, Callable[[_Said], str]] = {
    "silent": lambda s: f"{s.every_en()}, {s.silent_en()}",
    "threat_ownership": lambda s: f"threat scored {s.number(s.now)} of 5: change of ownership",
    "threat_competitor": lambda s: f"threat scored {s.number(s.now)} of 5: competitor",
    "threat_price": lambda s: f"threat scored {s.number(s.now)} of 5: price",
    "threat_staff": lambda s: f"threat scored {s.number(s.now)} of 5: staff",
    "single_contact": lambda s: "known through one contact only",
    "unseen": lambda s: (
        f"last contact {s.plural(s.now, 'day', 'days')} ago, {s.plural(s.usual, 'day', 'days')} allowed"
    ),
    "plan_overdue": lambda s: f"plan: {s.about}, overdue by {s.plural(s.now, 'day', 'days')}",
    "contract_ends": lambda s: f"contract ends in {s.plural(s.now, 'day', 'days')}, no action planned",
    "spends_less": lambda s: (
        f"{s.every_en()}{s.against_a_year_en()}"
        if s.seasons_differ
        else f"{s.every_en()}, {s.changed('spends {}', 'gave back more than it bought')}"
    ),
    "early_decline": lambda s: (
        f"{s.every_en()}, last 3 months {s.changed('{} on a year earlier', 'more given back than bought')}"
        if not s.seldom
        else f"last 3 months {s.changed('{} on a year earlier', 'more given back than bought')}, but {s.every_en()}: "
        "3 months can hold no order"
    ),
    "grows": lambda s: (
        f"{_of_months_en(s)}{s.against_a_year_en()}"
        if s.seasons_differ
        else f"{_of_months_en(s)}, {s.changed('grows {}', '', 'grows more than 20-fold')}"
    ),
    "steady": lambda s: (
        f"{_of_months_en(s)}{s.against_a_year_en()}"
        if s.seasons_differ
        else f"{_of_months_en(s)}, {s.changed('stable {}', '')}"
    ),
    "lacks_category": lambda s: (
        f"buys {s.plural(s.usual, 'category', 'categories')}, not {s.about}, which "
        f"{s.numbers.percent(s.now, 0)} of peers buy"
    ),
    "below_best": lambda s: f"{s.best_en()} {s.numbers.money(s.usual)}, now {s.numbers.money(s.now)}",
    "lags_order_value": lambda s: f"{s.numbers.money(s.now)} an order, peers {s.numbers.money(s.usual)}",
    "lags_items_per_order": lambda s: (
        f"{s.plural(tenths(s.now), 'item', 'items')} an order, peers {s.number(tenths(s.usual))}"
    ),
    "lags_categories_bought": lambda s: f"{s.plural(s.now, 'category', 'categories')}, peers {s.number(s.usual)}",
    "lags_order_frequency": lambda s: f"{s.plural(s.now, 'order', 'orders')}, peers {s.number(s.usual)}",
    "lags_high_margin_share": lambda s: (
        f"high-margin share {s.numbers.percent(s.now, 0)}, peers {s.numbers.percent(s.usual, 0)}"
    ),
    "buys": lambda s: (
        f"{s.every_en()}, {s.plural(s.now, 'order', 'orders')} in {s.plural(s.window_months, 'month', 'months')}"
    ),
}
_RUSSIAN: Mapping[str, Callable[[_Said], str]] = {
    "silent": lambda s: f"{s.every_ru()}, без покупок {s.forms(whole(s.now), _DAY)}",
    "threat_ownership": lambda s: f"угроза {s.number(s.now)} из 5: смена владельца",
    "threat_competitor": lambda s: f"угроза {s.number(s.now)} из 5: конкурент",
    "threat_price": lambda s: f"угроза {s.number(s.now)} из 5: цена",
    "threat_staff": lambda s: f"угроза {s.number(s.now)} из 5: кадры",
    "single_contact": lambda s: "связь держится на одном контактном лице",
    "unseen": lambda s: f"последний контакт {s.forms(s.now, _DAY)} назад при норме {s.forms(s.usual, _DAY)}",
    "plan_overdue": lambda s: f"план: {s.about}, срок прошёл {s.forms(s.now, _DAY)} назад",
    "contract_ends": lambda s: f"договор истекает через {s.forms(s.now, _DAY)}, действий по нему нет",
    "spends_less": lambda s: (
        f"{s.every_ru()}{s.against_a_year_ru()}"
        if s.seasons_differ
        else f"{s.every_ru()}, {s.changed('закупки {}', 'возвращено больше, чем куплено')}"
    ),
    "early_decline": lambda s: (
        f"{s.every_ru()}, последние 3 месяца "
        f"{s.changed('{} к тем же месяцам год назад', '— возвращено больше, чем куплено')}"
        if not s.seldom
        else "последние 3 месяца "
        f"{s.changed('{} год к году', '— возвращено больше, чем куплено')}, но {s.every_ru()}: "
        "в них может не быть заказа"
    ),
    "grows": lambda s: (
        f"{_of_months_ru(s)}{s.against_a_year_ru()}"
        if s.seasons_differ
        else f"{_of_months_ru(s)}, {s.changed('прирост закупок {}', '', 'прирост закупок более чем в 20 раз')}"
    ),
    "steady": lambda s: (
        f"{_of_months_ru(s)}{s.against_a_year_ru()}"
        if s.seasons_differ
        else f"{_of_months_ru(s)}, {s.changed('закупки стабильны, {}', '')}"
    ),
    "lacks_category": lambda s: (
        f"покупает {s.forms(s.usual, _OF_CATEGORY)}, но не «{s.about}» "
        f"(среди сопоставимых клиентов — {s.numbers.percent(s.now, 0)})"
    ),
    "below_best": lambda s: f"{s.best_ru()} — {s.numbers.money(s.usual)}, сейчас — {s.numbers.money(s.now)}",
    "lags_order_value": lambda s: f"средний чек {s.numbers.money(s.now)}, {_PEERS_RU} {s.numbers.money(s.usual)}",
    "lags_items_per_order": lambda s: (
        f"{s.forms(tenths(s.now), _ITEM)} в заказе, {_PEERS_RU} {s.number(tenths(s.usual))}"
    ),
    "lags_categories_bought": lambda s: f"{s.forms(s.now, _CATEGORY)}, {_PEERS_RU} {s.number(s.usual)}",
    "lags_order_frequency": lambda s: f"{s.forms(s.now, _ORDER)}, {_PEERS_RU} {s.number(s.usual)}",
    "lags_high_margin_share": lambda s: (
        f"доля маржинальных товаров {s.numbers.percent(s.now, 0)}, {_PEERS_RU} {s.numbers.percent(s.usual, 0)}"
    ),
    "buys": lambda s: f"{s.every_ru()}, {s.forms(s.now, _ORDER)} за {s.forms(s.window_months, _MONTH)}",
}


def tenths(value: float) -> float:
    """A positive number rounded half up to one decimal, as it is printed."""
    return math.floor(value * 10 + 0.5) / 10
