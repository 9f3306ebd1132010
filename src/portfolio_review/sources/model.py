"""What reading the sources gives: validated tables as Parquet, and an account of every row and file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from portfolio_review.calendar import Span
from portfolio_review.doubt import MATERIAL, OF_A_WINDOW, OF_THE_WHOLE, Doubt, Months
from portfolio_review.errors import Fault
from portfolio_review.sources.contracts import RESERVED_UNIT

TRANSACTIONS = "transactions"
"""The one large table, and the folder of its coded rows."""
Reason = Literal[
    "removed_by_where", "no_client", "outside_history", "duplicate", "where_unknown", "stray_date", "future_date"
]  # fmt: skip


@dataclass(frozen=True)
class LeftOut:
    """Transactions of one unit that do not count, by the first reason that fits, with their revenue."""

    reason: Reason
    unit: str
    rows: int
    revenue: float


@dataclass(frozen=True)
class Duplicates:
    """Transactions equal in every mapped column to an earlier one: beyond the first, kept or dropped."""

    rows: int
    revenue: float


@dataclass(frozen=True)
class Input:
    """A file or table that was read, as the review file writes it (`env:NAME` for a database)."""

    table: str
    path: str
    sha256: str
    bytes: int
    rows: int | None
    """None for a CSV file that a `query` reads by arguments of its own: nobody counts its rows."""
    version: str | None = None
    """Of what lies elsewhere: of a database what its `version_query` answered before it was read, as a hash; of a file
    the version id or entity tag of its store; of a table of a lake its id and version. None where none is told."""


Versions = dict[str, dict[str, str | None]]
"""By table the version of each of its inputs that lies elsewhere, by `Input.path`."""


def dictionary(transactions: Path, column: str) -> Path:
    """Where the texts of a coded column lie, in a folder of coded transactions."""
    return transactions / f"{column}.parquet"


def rows_folder(transactions: Path) -> Path:
    """Where the rows lie, a folder for each bucket."""
    return transactions / "rows"


@dataclass(frozen=True)
class Sources:
    """The validated tables, and the reconciliation with what was read.

    Transactions lie coded in `folder/transactions` (see `sources.coding`), each other table at
    `folder/<table>.parquet`.
    """

    folder: Path
    tables: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    """The contract columns that were given, per table, in the contract's order."""
    left_out: tuple[LeftOut, ...]
    source_rows: int
    source_revenue: float
    """Transactions as read, before any is left out."""
    duplicates: Duplicates
    warnings: tuple[Fault, ...]
    inputs: tuple[Input, ...]
    history_start: dt.date
    """First day of the first month with a row that counts."""
    data_until: dt.date
    orders_by_year: bool = False
    """Whether order ids are used again (see `sources.orderids`): orders are then counted by calendar year too."""
    doubts: tuple[Doubt, ...] = ()
    """In the order in which they were found, each with its share."""
    removed: tuple[tuple[str, int], ...] = ()
    """Rows that `where` removes by the values of the columns it names, the most rows first; ten values at most."""
    revenue_by_month: Mapping[str, Months] = field(default_factory=dict)
    """Σ |revenue| of the transactions that `where` does not remove: of all, and of units that a doubt touches."""

    def path(self, table: str) -> Path:
        """Where a table lies; not for transactions."""
        return self.folder / f"{table}.parquet"

    def dictionary(self, column: str) -> Path:
        """The texts of a coded column of the transactions: `value` and `code`, for clients their `bucket` too."""
        return dictionary(self.folder / TRANSACTIONS, column)

    @property
    def buckets(self) -> dict[int, Path]:
        """The folders of the coded transactions that count: whole clients, in the order of their codes."""
        folders = rows_folder(self.folder / TRANSACTIONS).glob("bucket=[0-9]*")
        return dict(sorted((int(folder.name.partition("=")[2]), folder) for folder in folders))

    def doubts_of(self, w1: Span, w0: Span, unit: str = RESERVED_UNIT) -> list[Doubt]:
        """What is doubtful in a review of two windows, with what it touches of each.

        A unit's review has the doubts of its own rows, and of those that do not tell units apart the company's
        without examples.
        """
        spans = [range(span.first.index, span.last.index + 1) for span in (w1, w0)]
        company, own = (self.revenue_by_month.get(name, ()) for name in (RESERVED_UNIT, unit))
        found = []
        for doubt in self.doubts:
            if unit != RESERVED_UNIT and doubt.id in OF_THE_WHOLE:
                continue
            if unit == RESERVED_UNIT or doubt.units is None:
                weighed = doubt.weighed(company, *spans)
                mine = weighed if unit == RESERVED_UNIT else weighed.bare()
            else:
                part = doubt.of_unit(unit, own)
                if part is None:
                    continue
                mine = part.weighed(own, *spans)
            if doubt.id not in OF_A_WINDOW or mine.weight >= MATERIAL:
                found.append(mine.summed())
        return found

    def to_json(self) -> str:
        """The same as text; `from_json` reads it back to an equal object."""
        return _as_json().dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Sources:
        return _as_json().validate_json(text)


@cache
def _as_json() -> TypeAdapter[Sources]:
    return TypeAdapter(Sources)
