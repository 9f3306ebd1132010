"""Every figure, table and check of a review by id: names, unit, polarity, formula, source.

One home for these facts: recorders, templates and the definitions page refer to it. A section is a
module with its `ENTRIES`; a new section is a new module in `_SECTIONS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from portfolio_review.catalog import (
    actions,
    checks,
    clients,
    data,
    drivers,
    headline,
    lifecycle,
    lines,
    movement,
    pictures,
    retention,
    risk,
    strategic,
    structure,
)
from portfolio_review.catalog.entry import Column, Entry, Kind, Polarity, Unit, Word
from portfolio_review.catalog.words import WORDS
from portfolio_review.errors import nearest

__all__ = ["CATALOG", "WORDS", "Column", "Entry", "Kind", "Polarity", "Unit", "Word", "lookup"]

_SECTIONS = (
    data, headline, structure, movement, retention, drivers, lifecycle, actions, risk, strategic, clients, pictures,
    lines, checks,
)  # fmt: skip


def _by_id(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in found:
            raise ValueError(f"the catalogue names '{entry.id}' twice")
        found[entry.id] = entry
    return MappingProxyType(found)


CATALOG: Mapping[str, Entry] = _by_id(entry for section in _SECTIONS for entry in section.ENTRIES)
"""Entries by id in the order of the report; every member of a family stands on its own."""


def lookup(id: str) -> Entry:
    """The entry of `id`; a KeyError names the nearest id when there is none."""
    try:
        return CATALOG[id]
    except KeyError:
        raise KeyError(f"'{id}' is not in the catalogue{nearest(id, CATALOG)}") from None
