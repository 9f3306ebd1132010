"""A doubt: data that can be read and probably mean something else; it lets the review go on and is said.

A fault (`errors.Fault`) stops a run, a doubt does not. Sources find them, a slice carries them, notebook 00 records
them, and `check`, page one and the trust page say them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Phrase:
    """A sentence kept as a message of the gettext catalogue with its values, so that every language can word it."""

    message: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        """In English; whole numbers with thousands."""
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in self.values.items()}
        return self.message % shown if shown else self.message


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One doubt about one column of a table (None: about its rows).

    rows: how many rows (ids, where the doubt is about ids of a small table) it concerns.
    by_month: Σ |revenue| of the rows it touches by month (12 · year + month − 1), as `calendar.Month`; None where
    the table has no money. share: of the table's Σ |revenue|, 0 to 1; None where there is none.
    examples: up to five, with row number or id, ready to print.
    done: what the review did with them; remedy: the one change of the review file that settles it.
    """

    id: str
    table: str
    column: str | None
    rows: int
    done: Phrase
    remedy: Phrase
    examples: tuple[str, ...] = ()
    by_month: tuple[tuple[int, float], ...] | None = None
    share: float | None = None
    accepted: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Plain values for JSON; `from_plain` reads them back to an equal doubt."""
        return asdict(self)

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Doubt:
        by_month = data["by_month"]
        return cls(
            **{
                **data,
                "done": Phrase(**data["done"]),
                "remedy": Phrase(**data["remedy"]),
                "examples": tuple(data["examples"]),
                "by_month": None if by_month is None else tuple((month, money) for month, money in by_month),
            }
        )
