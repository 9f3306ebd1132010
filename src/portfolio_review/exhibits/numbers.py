"""Numbers as they are printed: half-up rounding, separators of the language, money scales.

Every rounding of the report happens here. The minus is U+2212, a rounded zero has no sign, and the
scale of a table is chosen so that its printed parts add up to their printed total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import Locale
from babel.numbers import NumberPattern, get_currency_precision, parse_pattern

from portfolio_review.exhibits.language import N_, NBSP, Language

MINUS = "\u2212"
TIMES = "\u00d7"
DASH = "\u2013"
Value = float | int | Decimal

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "RUB": "₽", "JPY": "¥"}
"""Currencies with a sign of their own; the others are printed as their ISO code."""


@dataclass(frozen=True)
class Scale:
    """A money unit: `factor` currency units, printed with `decimals`; `name` is thousand, million …"""

    factor: int
    decimals: int
    name: str


_AMOUNTS = {
    "": "%(sign)s%(currency)s%(number)s",
    "k": "%(sign)s%(currency)s%(number)sk",
    "m": "%(sign)s%(currency)s%(number)sm",
    "bn": "%(sign)s%(currency)s%(number)sbn",
}
"""An amount in a sentence by its unit."""
_POINTS = N_("%(n)s\u00a0pp")
_HEADS = {"": "%(currency)s", "thousand": "%(currency)s\u00a0thousand", "million": "%(currency)s\u00a0million"}
"""The unit of a table head by the name of its scale."""

FINE_MILLION = Scale(10**6, 1, "million")
"""Only to make parts add up: under a billion, thousands say more."""
SCALES = (
    Scale(10**6, 0, "million"),
    FINE_MILLION,
    Scale(10**3, 0, "thousand"),
    Scale(10**3, 1, "thousand"),
    Scale(1, 0, ""),
    Scale(1, 2, ""),
)
"""From coarse to fine. A table never needs billions: millions show them with four digits."""
LONGEST = 10**8
"""Amounts of tables that share a scale are printed with fewer digits before the point than this has."""
MOST_PERCENT = 2.0
"""A change is printed in per cent up to 200 %,"""
MOST_TIMES = 20.0
"""beyond it as a multiple up to 20-fold."""
WHOLE_MONEY_FROM = 1000.0
"""A column of money whose largest amount reaches this is shown without cents where people read it."""
FEWEST = 10
"""Counts below this have no per cent."""
_EDGE = 1e-9


def printed_units(language: Language) -> dict[str, Decimal]:
    """What the language writes after a number to say its unit, and how much one of that is worth."""
    worth = {_AMOUNTS["k"]: 10**3, _AMOUNTS["m"]: 10**6, _AMOUNTS["bn"]: 10**9}
    after = {language.raw(said).partition("%(number)s")[2]: Decimal(of) for said, of in worth.items()}
    after[language.raw(_POINTS).removeprefix("%(n)s")] = Decimal("0.01")
    return {"%": Decimal("0.01")} | {said.replace("%(currency)s", "").strip(): of for said, of in after.items()}


def in_percent(now: Value, before: Value, *, counts: bool = False) -> bool:
    """Whether the change from `before` to `now` may be printed in per cent.

    Only on a base above zero, with a result not below it, and up to `MOST_PERCENT`; not for `counts` of which
    one is below `FEWEST`.
    """
    if counts and min(now, before) < FEWEST:
        return False
    return before > 0 and now >= 0 and abs(float(now) / float(before) - 1) <= MOST_PERCENT + _EDGE


def as_multiple(now: Value, before: Value, *, counts: bool = False) -> bool:
    """Whether the change is printed as `×3.4`: above what per cent tell, up to `MOST_TIMES`."""
    if before <= 0 or in_percent(now, before, counts=counts) or (counts and min(now, before) < FEWEST):
        return False
    return 1 + MOST_PERCENT < float(now) / float(before) <= MOST_TIMES + _EDGE


def comparable(now: Value, before: Value, *, counts: bool = False) -> bool:
    """Whether one number tells the change; where none does, both values are printed."""
    return in_percent(now, before, counts=counts) or as_multiple(now, before, counts=counts)


def round_half_up(value: Value, decimals: int = 0) -> Decimal:
    """`value` to `decimals` places, halves away from zero, as people round; never a negative zero."""
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def point_change(now: Value, before: Value, decimals: int = 1) -> Decimal:
    """now − before of two shares as they are printed in per cent, so that the change said agrees with a table
    of both: 27.8 after 32.5 is −4.7 points, whatever lies behind the decimal."""
    return (round_half_up(_times(now, 100), decimals) - round_half_up(_times(before, 100), decimals)) / 100


def _legible(largest: float, scale: Scale) -> bool:
    if scale.factor == 1:
        return scale.decimals == 2 or largest >= 100 or largest == 0
    return largest / scale.factor * pow(10.0, scale.decimals) >= 1000


def add_up(parts: Sequence[Value], total: Value, scale: Scale) -> bool:
    """Whether the parts rounded to `scale` sum to the total rounded to it."""
    return gap_of_sum(parts, total, scale) == 0


def gap_of_sum(parts: Sequence[Value], total: Value, scale: Scale) -> Decimal:
    """By how many units of the last printed digit the parts rounded to `scale` sum to more than the total rounded."""
    rounded = [round_half_up(_decimal(part) / scale.factor, scale.decimals) for part in parts]
    whole: Decimal = sum(rounded, Decimal(0))
    return (whole - round_half_up(_decimal(total) / scale.factor, scale.decimals)).scaleb(scale.decimals)


def scale_for(parts: Iterable[Value | None], total: Value | None = None) -> Scale:
    """The coarsest scale that shows the largest part with four digits.

    With a `total`, one decimal more where only that makes the printed parts add up; where neither
    does, the coarse scale stands and the page says so (`add_up`). Money under 100 is printed to the
    cent, larger money never: nobody reads cents beside thousands.
    """
    known = [part for part in parts if part is not None]
    largest = max((abs(float(part)) for part in [*known, *([] if total is None else [total])]), default=0.0)
    coarse = next(scale for scale in SCALES if scale != FINE_MILLION and _legible(largest, scale))
    finer = [scale for scale in SCALES if scale.factor == coarse.factor > 1 and scale.decimals > coarse.decimals]
    if total is not None:
        for scale in (coarse, *finer):
            if add_up(known, total, scale):
                return scale
    return coarse


def shared_scale(tables: Iterable[Iterable[Value | None]]) -> Scale:
    """One scale for several tables of one measure on a page, so that their figures compare by eye.

    The largest amount of all picks million (from a billion), thousand (from 100 thousand) or one; a unit
    finer where the largest of some table would print as less than one, unless that makes the others longer
    than `LONGEST`. One decimal, none where every table has four digits without it or the unit is one.
    """
    sizes = [max((abs(float(part)) for part in table if part is not None), default=0.0) for table in tables]
    known = [size for size in sizes if size] or [0.0]
    most, least = max(known), min(known)
    units = [Scale(10**6, 1, "million"), Scale(10**3, 1, "thousand"), Scale(1, 0, "")]
    while len(units) > 1 and most < units[0].factor * (1000 if units[0].factor > 1000 else 100):
        units.pop(0)
    if len(units) > 1 and least < units[0].factor and most < units[1].factor * LONGEST:
        units.pop(0)
    scale = units[0]
    if scale.factor > 1:
        return scale if least < 1000 * scale.factor else Scale(scale.factor, 0, scale.name)
    return scale if most >= 100 else scale_for([most])


@cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern("#,##0." + "0" * decimals if decimals else "#,##0")


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@dataclass(frozen=True)
class Numbers:
    """Formats numbers for one language and one currency."""

    language: Language
    currency: str

    @property
    def symbol(self) -> str:
        return SYMBOLS.get(self.currency, self.currency)

    @property
    def minor(self) -> int:
        """Decimals of the currency's smallest unit (ISO 4217, from CLDR): 2 of euros, 0 of yen, 3 of dinars."""
        return get_currency_precision(self.currency)

    def plain(self, value: Value, decimals: int = 0, *, sign: bool = False) -> str:
        """`1,132.5` / `1 132,5`; with `sign` a plus stands before what is above zero."""
        rounded = round_half_up(value, decimals)
        digits: str = _pattern(decimals).apply(abs(rounded), _locale(self.language.code), decimal_quantization=False)
        lead = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
        return lead + digits

    def percent(self, share: Value, decimals: int = 1, *, sign: bool = False, mark: bool = True) -> str:
        """A share as per cent: `63.6%` / `63,6 %`; without `mark` where the head names the unit."""
        text = self.plain(_times(share, 100), decimals, sign=sign)
        if not mark:
            return text
        return self.language.raw("%(n)s%%") % {"n": text}

    def change(self, now: Value, before: Value, *, decimals: int = 1, mark: bool = True, counts: bool = False) -> str:
        """The change from `before` to `now`: `+5.0%`, `×3.4`, empty where it is not `comparable`."""
        if in_percent(now, before, counts=counts):
            return self.percent((float(now) - float(before)) / float(before), decimals, sign=True, mark=mark)
        if as_multiple(now, before, counts=counts):
            return TIMES + self.plain(float(now) / float(before), 1)
        return ""

    def points(self, change: Value, decimals: int = 1) -> str:
        """A change of a share (`point_change`) in percentage points: `+0.2 pp` / `+0,2 п. п.`"""
        return self.language.raw(_POINTS) % {"n": self.plain(_times(change, 100), decimals, sign=True)}

    def scaled(self, value: Value, scale: Scale, *, sign: bool = False, decimals: int | None = None) -> str:
        """Money as a bare number of a table whose head names the scale."""
        of_scale = self.minor if scale.factor == 1 and scale.decimals else scale.decimals
        places = of_scale if decimals is None else decimals
        return self.plain(_decimal(value) / scale.factor, places, sign=sign)

    def of_unit(
        self, value: Value, unit: str, *, scale: Scale | None = None, sentence: bool = False, mark: bool = True,
        sign: bool = False, decimals: int | None = None,
    ) -> str:  # fmt: skip
        """A value of a unit of the catalogue: in a cell money is a bare number of `scale`, in a `sentence` short and
        with its currency; shares have their sign unless `mark` is off."""
        places = decimals
        match unit:
            case "money" if sentence:
                return self.money(value, sign=sign)
            case "money":
                return self.scaled(value, scale or scale_for([value]), sign=sign, decimals=decimals)
            case "share":
                return self.percent(value, 1 if decimals is None else decimals, sign=sign, mark=mark)
            case "index":
                places = (3 if abs(float(value)) >= 0.1 else 4) if decimals is None else decimals
            case "days" | "months" | "windows" | "number" if decimals is None:
                places = 0 if float(value).is_integer() else 1
        return self.plain(value, places or 0, sign=sign)

    def money(self, value: Value, *, sign: bool = False, digits: int = 3) -> str:
        """Money in a sentence with three significant digits: `£7.96m`, `£976k` / `7,96 млн ₽`, `976 тыс. ₽`."""
        exact = _decimal(value)
        name, number, decimals = "", exact, 0
        for factor, unit in ((10**9, "bn"), (10**6, "m"), (10**3, "k"), (1, "")):
            scaled = exact / factor
            places = _places(scaled, digits)
            if abs(round_half_up(scaled, places)) >= 1 or factor == 1:
                name, number = unit, scaled
                small = abs(scaled) < 10 and scaled != scaled.to_integral_value()
                decimals = places if unit else self.minor if small else 0
                break
        return self.with_currency(self.plain(number, decimals, sign=sign), name)

    def exact_money(self, value: Value, *, sign: bool = False) -> str:
        """Money to the smallest unit: `£1,132,407.74` / `1 132 407,74 ₽`, `¥1,132,408`."""
        return self.with_currency(self.plain(value, self.minor, sign=sign), "")

    def with_currency(self, number: str, unit: str) -> str:
        """A printed number with its sign, unit (k, m, bn or none) and currency in the language's order."""
        sign = number[0] if number[0] in (MINUS, "+") else ""
        gap = "" if self.currency in SYMBOLS else NBSP
        said = self.language.raw(_AMOUNTS[unit])
        return (said % {"sign": sign, "currency": self.symbol + gap, "number": number[len(sign) :]}).rstrip(NBSP)

    def money_head(self, scale: Scale) -> str:
        """The unit of a table head: `£ thousand` / `тыс. ₽`."""
        return self.language.raw(_HEADS[scale.name]) % {"currency": self.symbol}

    def span(self, low: str, high: str) -> str:
        """Two printed bounds: `62.1–65.0`; in words when one is negative."""
        if MINUS in low or MINUS in high:
            return self.language.text("%(low)s to %(high)s", low=low, high=high)
        return f"{low}{DASH}{high}"


def _decimal(value: Value) -> Decimal:
    """Exactly the number that `repr` shows, so that 0.285 rounds to 0.29."""
    if isinstance(value, Decimal):
        return value
    number = float(value)
    return Decimal(int(value)) if number.is_integer() else Decimal(repr(number))


def _times(value: Value, factor: int) -> Decimal:
    return _decimal(value) * factor


def _places(value: Decimal, digits: int) -> int:
    """Decimal places that print `value` with `digits` significant digits, rounding carried over."""
    size = abs(value)
    if size < 1:
        return digits - 1
    places = max(0, digits - len(str(int(size))))
    return max(0, digits - len(str(int(round_half_up(size, places)))))
