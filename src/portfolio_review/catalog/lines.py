"""Catalogue: what pages print beside the rows of tables: totals, rests, shares and changes, recorded by a cell."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, table

SHOWN: Mapping[str, int] = MappingProxyType({
    "risk.contracts_ending": 4, "strategic.exposure": 9, "strategic.managers": 5, "strategic.purchases": 5,
    "actions.<rule>": 5, "bridge.largest": 3, "actions.managers": 7,
})  # fmt: skip
"""So many rows of a table a page shows; the rest stands in one line."""
OF_A_BREAKDOWN = (6, 14)
"""So many values of a breakdown, the first of its table: where there are many breakdowns, and where few."""
_COLUMNS = "object line rows clients amount_before amount amount_change share"
_SECTIONS = {
    "structure": ("Structure: totals, rests, shares", "Структура: итоги, прочие, доли"),
    "movement": ("Movement: totals and shares", "Движение: итоги и доли"),
    "retention": ("Retention: totals and shares", "Удержание: итоги и доли"),
    "risk": ("Risk: totals, rests, shares", "Риски: итоги, прочие, доли"),
    "strategic": ("Strategic clients: totals, rests, shares", "Стратегические клиенты: итоги, прочие, доли"),
    "actions": ("Actions: totals and rests", "План действий: итоги и прочие"),
}

ENTRIES: tuple[Entry, ...] = tuple(
    table(f"{section}.lines", en, ru, pick(_COLUMNS),
          "of the table named: others = all − the rows shown; share of the whole; change = amount − amount before",
          "The tables named", family="<section>.lines")
    for section, (en, ru) in _SECTIONS.items()
)  # fmt: skip
