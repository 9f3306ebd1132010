"""Doubts about cells whose value is not known: errors of a spreadsheet, formulas that nobody has computed."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.doubt import Doubt, Months, Phrase
from portfolio_review.sources.doubts.scene import Scene
from portfolio_review.sources.mapping import KEEP, Mapped
from portfolio_review.sources.model import TRANSACTIONS
from portfolio_review.sources.raw import ROW


def find(scene: Scene) -> Iterator[Doubt]:
    """One for each column that is made of cells in error and may be empty: a required one is a fault."""
    for mapped in scene.tables.values():
        for column in mapped.errors:
            rows = f"(SELECT * FROM {mapped.checked} WHERE {KEEP} AND error_{column} IS NOT NULL)"
            count = scene.engine.reader.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0]
            if count and mapped.has(column):
                yield Doubt(
                    id="cells_in_error", table=mapped.raw.table, column=column, rows=count,
                    done=Phrase("The value of a cell in error is not known: it is neither 0 nor blank."),
                    remedy=Phrase(
                        "Correct the cells of %(column)s and save the workbook before it is read or exported.",
                        {"column": column},
                    ),
                    examples=scene.examples(mapped, f"SELECT {ROW}, error_{column} FROM {rows}"),
                    by_month=_money(scene, mapped, rows),
                )  # fmt: skip


def _money(scene: Scene, mapped: Mapped, rows: str) -> Months | None:
    """Σ |revenue| of the rows by month; None for a table without money."""
    if mapped.raw.table != TRANSACTIONS:
        return None
    found = scene.engine.reader.execute(
        f"SELECT 12 * year(value_date) + month(value_date) - 1 AS month, sum(abs(value_revenue)) FROM {rows} "
        "WHERE value_date IS NOT NULL GROUP BY month ORDER BY month"
    ).fetchall()
    return tuple((month, total) for month, total in found if total)
