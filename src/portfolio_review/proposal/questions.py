"""What cannot be known from the data: which amount is revenue, which of day and month stands first, the currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from portfolio_review.proposal import headings
from portfolio_review.proposal.profile import MOST, Column
from portfolio_review.proposal.roles import Place, View, own_column
from portfolio_review.proposal.tables import Seen
from portfolio_review.sources import syntax
from portfolio_review.sources.engine import name

AMOUNT, DAY, CURRENCY = "revenue", "date_format", "currency"
_COMPUTED = 60
"""How sure a price by a quantity is: less than an amount that stands on every row, more than one that does not."""
_NET = ("net", "без ндс", "excl", "без налога")
_GROSS = ("с ндс", "gross", "incl", "total", "всего", "итого", "paid")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "руб": "RUB", "₸": "KZT", "₴": "UAH", "₹": "INR", "¥": "JPY"}
_CODES = re.compile(r"\b(USD|EUR|GBP|RUB|CHF|KZT|UAH|BYN|PLN|SEK|NOK|DKK|CZK|CAD|AUD|INR|CNY|TRY|AED)\b")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """One way to count revenue: an expression over columns of the sales table, and those it needs as numbers."""

    expression: str
    columns: tuple[str, ...]
    filled: bool
    """Whether nearly every row has one: else it is of orders, and stands on their first line alone."""
    rank: int


@dataclass(frozen=True)
class Question:
    """What is asked: choices as they are shown, the first is taken where nobody answers; why it is asked."""

    id: str
    text: str
    choices: tuple[str, ...]
    values: tuple[str, ...]
    open: bool = False
    """Whether another answer than those shown may be typed."""


@cache
def quoted(column: str) -> str:
    """A column's name as expressions have it: plain words bare, all else in double quotes."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", column):
        return name(column)
    try:
        return column if syntax.columns_of(syntax.expression(column)) == [column] else name(column)
    except syntax.Unparsable:
        return name(column)


def amounts(view: View) -> list[Amount]:
    """Every way to count revenue that the sales table has, the surest first."""
    found = []
    for sure, place in view.ranked("revenue"):
        if place.table == view.base:
            column = place.column
            words = headings.words(column.name)
            rank = sure + 40 * any(one in words for one in _NET) - 15 * any(one in words for one in _GROSS)
            filled = column.filled >= MOST * column.rows
            found.append(Amount(quoted(column.name), (column.name,), filled, rank - (0 if filled else 30)))
    price, quantity = own_column(view, "price"), own_column(view, "quantity")
    if price is not None and quantity is not None:
        found.append(_computed(view, price, quantity))
    return sorted(found, key=lambda one: -one.rank)


def _computed(view: View, price: Column, quantity: Column) -> Amount:
    discount, off = own_column(view, "discount"), own_column(view, "line_discount")
    expression, columns = f"{quoted(quantity.name)} * {quoted(price.name)}", [quantity.name, price.name]
    if discount is not None and off is None:
        part = quoted(discount.name) if discount.largest <= 1 else f"{quoted(discount.name)} / 100"
        expression += f" * (1 - coalesce({part}, 0))"
        columns.append(discount.name)
    elif off is not None:
        expression += f" - coalesce({quoted(off.name)}, 0)"
        columns.append(off.name)
    return Amount(expression, tuple(columns), True, _COMPUTED)


def asked(view: View) -> tuple[Question, ...]:
    """The questions, three at most."""
    found = []
    ways = amounts(view)
    if len(ways) > 1 and ways[0].rank < 120:
        choices = tuple(
            one.expression + ("" if one.filled else "  (on the first line of an order)") for one in ways[:4]
        )
        text = "Which amount is revenue, net of tax?"
        found.append(Question(AMOUNT, text, choices, tuple(str(place) for place in range(len(choices)))))
    date = view.dates()[0]
    forms = orders_of_day(date)
    if len(forms) > 1:
        example = max(date.column.examples, key=len, default="")
        choices = tuple("day first" if one.startswith("%d") else "month first" for one in forms)
        text = (
            f"Is the day or the month first in {date.column.name}, as in {example}? Every cell can be read both ways."
        )
        found.append(Question(DAY, text, choices, forms))
    if currency(view) is None:
        likely = ("EUR", "USD", "GBP", "RUB")
        text = "In which currency are the amounts? (three letters)"
        found.append(Question(CURRENCY, text, likely, likely, open=True))
    return tuple(found)


def orders_of_day(date: Place) -> tuple[str, ...]:
    """The forms that read every cell and put day and month in another order, the likelier first."""
    forms = date.column.dates
    first = forms[0] if forms else ""
    swapped = {"%d": "%m", "%m": "%d"}
    other = re.sub("%[dm]", lambda found: swapped[found[0]], first)
    if other == first or other not in forms:
        return forms[:1]
    month_first = "%p" in first or date.column.sign == "$"
    return tuple(sorted((first, other), key=lambda one: one.startswith("%d") == month_first))


def currency(view: View) -> str | None:
    """What a column of currencies, the signs beside numbers or headings say; None where nothing does."""
    tables = [view.seen.tables[at] for at in view.steps]
    place = view.best("currency")
    if place is not None and place.column.distinct == 1 and _CODES.fullmatch(place.column.examples[0].upper()):
        return place.column.examples[0].upper()
    for table in tables:
        for column in table.columns:
            if column.sign in _SIGNS:
                return _SIGNS[column.sign]
            if (code := _CODES.search(column.sign or column.name.upper().replace("_", " "))) is not None:
                return code[1]
            if re.search(r"\bруб|₽", column.name.lower()):
                return "RUB"
    return "RUB" if is_russian(view.seen) else None


def is_russian(seen: Seen) -> bool:
    """Whether headings are written in Cyrillic."""
    names = [column.name for table in seen.tables for column in table.columns]
    return sum(bool(_CYRILLIC.search(one)) for one in names) > len(names) / 2
