"""Doubts about the sources: what can be read and probably is not meant, one module for each kind.

Each doubt is an aggregate over mapped rows or over distinct texts, written as SQL; nothing is held per row. A module
gives `find`, a function from the `Scene` to its doubts; `GROUPS` names those that are looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from portfolio_review.doubt import Doubt
from portfolio_review.sources.doubts import (
    amounts,
    meeting,
    names,
    odd_ids,
    orders,
    orders_elsewhere,
    rows_and_dates,
    small_tables,
    spellings,
    unknown_cells,
)
from portfolio_review.sources.doubts.scene import Scene


def _of_orders(scene: Scene) -> Iterable[Doubt]:
    return orders.find(scene) if scene.server is None else orders_elsewhere.find(scene, scene.server)


GROUPS: tuple[Callable[[Scene], Iterable[Doubt]], ...] = (
    rows_and_dates.find, spellings.find, odd_ids.find, meeting.find, _of_orders, amounts.find, unknown_cells.find,
    small_tables.find, names.find,
)  # fmt: skip


def find(scene: Scene) -> list[Doubt]:
    """Every doubt of every group, in their order."""
    return [doubt for group in GROUPS for doubt in group(scene)]
