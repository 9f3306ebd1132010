"""Values and clauses of findings: how rules write a sentence without writing a number.

Messages are gettext ids; `say` and `count_of` are found by the extraction of the catalogue's messages.
"""

from __future__ import annotations

from portfolio_review.exhibits.numbers import comparable, point_change
from portfolio_review.results.finding import Clause, Value


def say(message: str, /, **values: Value) -> Clause:
    """A clause with its values."""
    return Clause(message, values)


def count_of(singular: str, plural: str, n: int, /, **values: Value) -> Clause:
    """A clause in the plural form that fits `n`; the messages hold `%(n)s`."""
    return Clause(singular, {**values, "n": count(n)}, plural, n)


def money(value: float) -> Value:
    """An amount, a negative one with its minus. Where words say which way it goes (`a loss of`), `-value` is given."""
    return Value("money", value)


def signed(value: float) -> Value:
    """A change in money, always with its sign."""
    return Value("signed", value)


def percent(share: float) -> Value:
    """A share from 0 to 1."""
    return Value("percent", share)


def change(now: float, before: float) -> Value | None:
    """now / before − 1; None where neither per cent nor a multiple tells the change: the rule says both values."""
    return Value("change", now / before - 1) if comparable(now, before) else None


def points(now: float, before: float) -> Value:
    """The difference of two shares as they are printed."""
    return Value("points", float(point_change(now, before)))


def count(n: float) -> Value:
    return Value("count", int(n))


def clients(n: float) -> Value:
    """A number of clients with its noun."""
    return Value("clients", int(n))


def days(n: float) -> Value:
    """A number of days with its noun."""
    return Value("days", int(n))


def span(months: float) -> Value:
    """A length in months."""
    return Value("span", int(months))


def number(value: float) -> Value:
    return Value("number", value)


def month(text: str) -> Value:
    return Value("month", text)


def since(text: str, *, this_year: bool = False) -> Value:
    """From which month on: `since December 2009`, of this year `since August`."""
    return Value("since_this_year" if this_year else "since", text)


def period(text: str) -> Value:
    return Value("period", text)


def date(iso: str) -> Value:
    return Value("date", iso)


def word(id: str) -> Value:
    """A word of the catalogue, as it stands in tables."""
    return Value("word", id)


def lower(id: str) -> Value:
    """The same within a sentence."""
    return Value("lower", id)


def label(id: str) -> Value:
    """What the catalogue calls a figure or table."""
    return Value("label", id)


def name(text: str) -> Value:
    """A name of the data: a client, a region."""
    return Value("name", text)


def unnamed(id: str) -> Value:
    """A client that the data give no name: its id, said to be a client's."""
    return Value("unnamed", id)
