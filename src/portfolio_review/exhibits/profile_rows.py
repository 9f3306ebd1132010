"""Rows and tiers of the six-factor profile, alike in the picture and in the table beside it."""

from __future__ import annotations

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("outer_market", ("number", "ease_of_finding", "how_they_pay")),
    ("inner_market", ("value_of_sale", "repeat_sales", "upkeep")),
)
"""The factors of each group, in the order of the rows; a row for the group's mean follows them."""
TIERS = ("super-key", "key", "non-key")
