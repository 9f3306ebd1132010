"""What the review file makes of a source's columns, known before any is read: which of ours each one feeds."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.review import Source
from portfolio_review.sources import syntax
from portfolio_review.sources.contracts import CONTRACTS

NAMES_OF_OTHERS = ("product", "category", "manager")
"""Columns of text that name something, as ids do."""


def uses(table: str, source: Source) -> dict[str, tuple[str, ...]]:
    """The columns of ours by the source column that they are made of, in small letters; `where` last, as ''."""
    found: dict[str, dict[str, None]] = {}
    for column, used in _named(table, source):
        found.setdefault(used.lower(), {})[column] = None
    return {used: tuple(columns) for used, columns in found.items()}


def said_of(table: str, source: Source) -> dict[str, str]:
    """What to call a source column that is used, by its name in small letters: ours, or its own in `where` alone."""
    found = {}
    for theirs, columns in uses(table, source).items():
        own = [column for column in columns if column]
        found[theirs] = own[0] if own else theirs
    return found


def ids(table: str, source: Source) -> frozenset[str]:
    """The source columns, in small letters, that are ids or name something."""
    known = {column.name for column in CONTRACTS[table].columns if column.kind == "id"}.union(NAMES_OF_OTHERS)
    return frozenset(theirs for theirs, columns in uses(table, source).items() if known.intersection(columns))


def _named(table: str, source: Source) -> Iterator[tuple[str, str]]:
    contract = CONTRACTS[table].names
    if source.columns is None:
        yield from ((column, column) for column in contract)
    else:
        for column in contract:
            if column in source.columns:
                yield from ((column, used) for used in syntax.columns_of(syntax.expression(source.columns[column])))
    if source.where is not None:
        yield from (("", used) for used in syntax.columns_of(syntax.expression(source.where)))
