"""Reads a workbook back: the cells of a recorded table by its id, wherever it stands."""

from __future__ import annotations

import re

from openpyxl import Workbook
from openpyxl.cell import Cell


def table(read: Workbook, id: str) -> list[tuple[Cell, ...]]:
    """Head and rows of the table `id`, without the sums below it."""
    match = re.fullmatch(r"'(.+)'!(.+)", read.defined_names[id].attr_text)
    assert match is not None
    return list(read[match[1]][match[2].replace("$", "")])


def column(read: Workbook, id: str, head: str) -> list[Cell]:
    """The cells of one column below its head."""
    cells = table(read, id)
    place = [cell.value for cell in cells[0]].index(head)
    return [row[place] for row in cells[1:]]


def sheet_of(read: Workbook, id: str) -> str:
    """The name of the sheet that holds a table."""
    return str(read.defined_names[id].attr_text).split("!")[0].strip("'")
