"""Building the client table, one step a cell, as a reviewer reads it; or whole, where a notebook is opened alone."""

from __future__ import annotations

from html import escape

import pandas as pd

from portfolio_review.clients.columns import DECLARED, undeclared, words_as_text
from portfolio_review.clients.steps import STEPS, Facts
from portfolio_review.metrics.portfolio import largest_first, names
from portfolio_review.results.show import number
from portfolio_review.slices import Slice

EXAMPLES = 3
"""Clients shown beside each formula: the largest of W1."""


class Shown:
    """The columns of one step: what each is called, its type, unit and formula, for how many clients it is known,
    and its values for the largest clients, so that they can be computed again by hand."""

    def __init__(self, step: str, table: pd.DataFrame) -> None:
        few = largest_first(table, "r1").head(EXAMPLES)
        self.caption = f"{step}: {len(DECLARED[step])} columns of {len(table):,} clients"
        self.head = ("Column", "Type", "Unit", "Formula", "Known", *names(few).astype(str))
        self.rows = [
            (column.name, column.type, column.unit, column.formula, f"{table[column.name].notna().sum():,}",
             *(number(None if pd.isna(value) else value, column.unit) for value in few[column.name].tolist()))
            for column in DECLARED[step]
        ]  # fmt: skip

    def _repr_html_(self) -> str:
        def line(cells: tuple[str, ...], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        body = "".join(line(row, "td") for row in self.rows)
        caption = f"<caption>{escape(self.caption)}</caption>"
        return f"<table>{caption}<thead>{line(self.head, 'th')}</thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        return "\n".join([self.caption, *("\t".join(row) for row in (self.head, *self.rows))])


class Building:
    """The client table while it is built.

    `table` has one row for each client with rows up to the end of W1, by client id; its columns are those of the
    steps taken so far.
    """

    def __init__(self, data: Slice) -> None:
        self.facts = Facts(data)
        self.table = pd.DataFrame()
        self._left = list(STEPS)

    def add(self, step: str) -> Shown:
        """Take the next step and show its columns. Errors: ValueError for a step out of order, or for columns that
        are not as declared."""
        if not self._left or step != self._left[0]:
            raise ValueError(f"the next step is '{self._left[0] if self._left else 'none'}', not '{step}'")
        before = self.table.columns
        table = STEPS[step](self.table, self.facts)
        if wrong := undeclared(table, before, step):
            raise ValueError(wrong)
        self.table = words_as_text(table, step).copy()  # in one piece: the next step looks columns up faster
        del self._left[0]
        return Shown(step, self.table)


def build(data: Slice) -> pd.DataFrame:
    """The whole table of a slice: every step in order."""
    building = Building(data)
    for step in STEPS:
        building.add(step)
    return building.table
