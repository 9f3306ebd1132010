"""A finding as a sentence of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.finding import Clause, Finding, Value, ValueKind

LONGEST_NAME = 60
"""A longer name of the data is cut with an ellipsis."""


Shown = Callable[[Value, Wording], str]
"""How a value stands in a sentence."""


def printed(value: Value, wording: Wording) -> str:
    """One value as it stands in a sentence."""
    return _PRINTED[value.kind](value.value, wording)


def text(finding: Finding, wording: Wording, shown: Shown = printed) -> str:
    """The whole sentence, with its full stop."""
    return _stopped(_said(finding.clauses, wording, shown))


def on_page_one(finding: Finding, wording: Wording, shown: Shown = printed) -> str:
    """What page one says: a state that lasts in one line, without its details; all else as a whole sentence."""
    return _stopped(headline(finding, wording, shown)) if finding.kind == "risk" else text(finding, wording, shown)


def headline(finding: Finding, wording: Wording, shown: Shown = printed) -> str:
    """What stands over a page: the sentence up to its details (from the first semicolon or colon on), no full stop."""
    details = (n for n, clause in enumerate(finding.clauses) if n and clause.message.startswith((";", ":")))
    return _said(finding.clauses[: next(details, None)], wording, shown)


def sentences(parts: Sequence[Sequence[Clause]], wording: Wording, shown: Shown = printed) -> str:
    """Whole sentences, one after another; one that opens with what a head would introduce begins with a capital."""
    said = (_said(clauses, wording, shown).removeprefix(": ") for clauses in parts)
    return " ".join(_stopped(sentence[:1].upper() + sentence[1:]) for sentence in said)


def _said(clauses: Sequence[Clause], wording: Wording, shown: Shown) -> str:
    """The clauses as one sentence; one that a client without a name opens begins with a capital."""
    sentence = "".join(_clause(clause, wording, shown) for clause in clauses)
    unnamed = (value for clause in clauses for value in clause.values.values() if value.kind == "unnamed")
    opened = any(sentence.startswith(shown(value, wording)) for value in unnamed)
    return sentence[:1].upper() + sentence[1:] if opened else sentence


def _clause(clause: Clause, wording: Wording, shown: Shown) -> str:
    values = {name: shown(value, wording) for name, value in clause.values.items()}
    if clause.plural is None or clause.n is None:
        return wording.language.text(clause.message, **values) if values else wording.language.text(clause.message)
    return wording.language.plural(clause.message, clause.plural, clause.n, **values)


def _stopped(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _name(text: str, wording: Wording) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"


def _unnamed(id: str, wording: Wording) -> str:
    return wording.language.text("client %(id)s", id=_name(id, wording))


def _counted(singular: str, plural: str) -> Callable[[int, Wording], str]:
    def said(n: int, wording: Wording) -> str:
        return wording.language.plural(singular, plural, n, n=wording.numbers.plain(n))

    return said


def _span(months: int, wording: Wording) -> str:
    n = wording.numbers.plain(months)
    return wording.language.plural_of("after a preposition", "%(n)s month", "%(n)s months", months, n=n)


def _period(text: str, wording: Wording) -> str:
    return wording.language.in_context("sentence", "%(period)s") % {"period": wording.language.period(text)}


def _since_this_year(month: str, wording: Wording) -> str:
    named = wording.language.month(month, "genitive", year=False)
    return wording.language.in_context("this year", "since %(month)s") % {"month": named}


def _since(month: str, wording: Wording) -> str:
    named = wording.language.month(month, "genitive")
    return wording.language.in_context("sentence", "since %(month)s") % {"month": named}


def _number(value: float, wording: Wording) -> str:
    return wording.numbers.plain(value, 0 if float(value).is_integer() else 1)


def _lower(id: str, wording: Wording) -> str:
    said = wording.word(id)
    return said if said[:2].isupper() else said[:1].lower() + said[1:]


_PRINTED: Mapping[ValueKind, Callable[..., str]] = {
    "money": lambda value, wording: wording.numbers.money(value),
    "signed": lambda value, wording: wording.numbers.money(value, sign=True),
    "percent": lambda value, wording: wording.numbers.percent(value),
    "change": lambda value, wording: wording.numbers.change(1 + value, 1.0),
    "points": lambda value, wording: wording.numbers.points(value),
    "count": lambda value, wording: wording.numbers.plain(value),
    "number": _number,
    "clients": _counted("%(n)s client", "%(n)s clients"),
    "days": _counted("%(n)s day", "%(n)s days"),
    "span": _span,
    "month": _period,
    "since": _since,
    "since_this_year": _since_this_year,
    "period": _period,
    "date": lambda value, wording: wording.language.date(value),
    "word": lambda value, wording: wording.word(value),
    "lower": _lower,
    "label": lambda value, wording: wording.name(value),
    "name": _name,
    "unnamed": _unnamed,
}
