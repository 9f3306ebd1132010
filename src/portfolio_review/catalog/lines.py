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
    "structure": "Structure: totals, rests, shares",
    "movement": "Movement: totals and shares",
    "retention": "Retention: totals and shares",
    "risk": "Risk: totals, rests, shares",
    "strategic": "Strategic clients: totals, rests, shares",
    "actions": "Actions: totals and rests",
}

ENTRIES: tuple[Entry, ...] = tuple(
    table(f"{section}.lines", en, pick(_COLUMNS),
          "of the table named: others = all − the rows shown; share of the whole; change = amount − amount before",
          "The tables named", family="<section>.lines")
    for section, en in _SECTIONS.items()
)  # fmt: skip
