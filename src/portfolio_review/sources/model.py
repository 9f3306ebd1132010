"""What reading the sources gives: validated tables as Parquet, and an account of every row and file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from portfolio_review.doubt import Doubt
from portfolio_review.errors import Fault

TRANSACTIONS = "transactions"
"""The one large table, and the folder of its coded rows."""
Reason = Literal["removed_by_where", "no_client", "outside_history", "duplicate"]


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
    """A file that was read, by its path as the review file writes it (`env:NAME` for a database)."""

    table: str
    path: str
    sha256: str
    bytes: int
    rows: int | None
    """None for a CSV file inside a `query`, whose rows nobody counts."""


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
    """In the order in which they were found."""

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

    def to_json(self) -> str:
        """The same as text; `from_json` reads it back to an equal object."""
        data = dataclasses.asdict(self)
        data["folder"] = str(self.folder)
        data["history_start"] = self.history_start.isoformat()
        data["data_until"] = self.data_until.isoformat()
        return json.dumps(data, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Sources:
        data: dict[str, Any] = json.loads(text)
        return cls(
            folder=Path(data["folder"]),
            tables=tuple(data["tables"]),
            columns={table: tuple(names) for table, names in data["columns"].items()},
            left_out=tuple(LeftOut(**item) for item in data["left_out"]),
            source_rows=data["source_rows"],
            source_revenue=data["source_revenue"],
            duplicates=Duplicates(**data["duplicates"]),
            warnings=tuple(fault_from(item) for item in data["warnings"]),
            inputs=tuple(Input(**item) for item in data["inputs"]),
            history_start=dt.date.fromisoformat(data["history_start"]),
            data_until=dt.date.fromisoformat(data["data_until"]),
            orders_by_year=data["orders_by_year"],
            doubts=tuple(map(Doubt.from_plain, data["doubts"])),
        )


def fault_from(data: dict[str, Any]) -> Fault:
    """A fault from its JSON form (`dataclasses.asdict`)."""
    return Fault(**{**data, "examples": tuple((row, value) for row, value in data["examples"])})
