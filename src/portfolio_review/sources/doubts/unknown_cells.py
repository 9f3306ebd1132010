"""Doubts about cells whose value is not known: errors of a spreadsheet, formulas that nobody has computed."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.doubt import Doubt, Months
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.errorcells import in_error
from portfolio_review.sources.mapping import KEEP, Mapped
from portfolio_review.sources.model import TRANSACTIONS


def find(scene: Scene) -> Iterator[Doubt]:
    """One for each column that is made of cells in error and may be empty: a required one is a fault."""
    for mapped in scene.tables.values():
        for column in mapped.errors:
            rows = f"(SELECT * FROM {mapped.checked} WHERE {KEEP} AND error_{column} IS NOT NULL)"
            count, shown = mapped.raw.counted(scene.engine, f"error_{column}", rows)
            if count and mapped.has(column):
                yield in_error(mapped.raw.table, column, count, shown, _money(scene, mapped, rows))


def _money(scene: Scene, mapped: Mapped, rows: str) -> Months | None:
    """Σ |revenue| of the rows by month; None for a table without money."""
    if mapped.raw.table != TRANSACTIONS:
        return None
    found = scene.engine.rows(
        f"SELECT 12 * year(value_date) + month(value_date) - 1 AS month, sum(abs(value_revenue)) FROM {rows} "
        "WHERE value_date IS NOT NULL GROUP BY month ORDER BY month"
    )
    return tuple((month, total) for month, total in found if total)
