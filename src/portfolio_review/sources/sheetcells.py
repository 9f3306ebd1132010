"""Cells of a sheet, and the type of a column by the types of its cells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

_WHOLE_BELOW = 2**53


@dataclass
class Column:
    """The types of the cells seen in one column."""

    name: str
    types: set[str]
    errors: bool = False
    """Whether a cell is in error, or a formula that nobody has computed."""

    @property
    def type(self) -> str:
        if self.types <= {"whole"}:
            return "whole" if self.types else "text"
        if self.types <= {"whole", "number"}:
            return "number"
        return next(iter(self.types)) if len(self.types) == 1 else "text"


def type_of(cell: object) -> str:
    """`flag`, `whole`, `number`, `date` or `text`."""
    if isinstance(cell, bool):
        return "flag"
    if isinstance(cell, int | float):
        return "whole" if abs(cell) < _WHOLE_BELOW and cell == int(cell) else "number"  # not a NaN
    if isinstance(cell, dt.date):
        return "date"
    return "text"


def typed(cell: Any, kind: str, decimal: str) -> object:
    """A cell as its column holds it."""
    if kind == "whole":
        return int(cell)
    if kind == "number":
        return float(cell)
    if kind == "flag":
        return cell
    if kind == "date":
        return cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())
    return plain(cell, decimal)


def plain(cell: object, decimal: str) -> str:
    """A cell as it would be typed."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if type_of(cell) == "whole" else repr(cell).replace(".", decimal)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)
