"""The eight tables a review can read: their columns, types, required ones and fixed words.

The one home of the contract in the docs (inputs and outputs, §2); everything else refers to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "key", "text", "date", "number", "flag", "period", "word", "score"]
"""What a cell holds: ids stay as written but for their blanks and Unicode form (`ids.mended`); a key is a text that
rows are grouped by and is mended likewise; a word is one of a fixed list; a score is 1 to 5."""

NO_UNIT = "(no unit)"
RESERVED_UNIT = "all"

TIERS = ("super-key", "key", "non-key")
LEVELS = ("executive", "middle", "working")
SIDES = ("market", "portfolio")
REASONS = ("attention", "complaint", "price", "competitor", "no_need", "other")
STATUSES = ("open", "in_work", "done", "overdue", "cancelled")
CRITERIA = (
    "potential", "reference_value", "partnership", "strategic_fit", "difficulty", "relationship",
    "threat_ownership", "threat_competitor", "threat_price", "threat_staff",
    "number", "ease_of_finding", "how_they_pay", "value_of_sale", "repeat_sales", "upkeep",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a table; `words` lists what a `word` column may hold."""

    name: str
    kind: Kind = "text"
    required: bool = False
    words: tuple[str, ...] = ()

    @property
    def sql_type(self) -> str:
        return _SQL_TYPES.get(self.kind, "VARCHAR")


_SQL_TYPES = {"date": "DATE", "number": "DOUBLE", "score": "DOUBLE", "flag": "BOOLEAN"}


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order in which they are written, and the columns of which one must be given."""

    name: str
    columns: tuple[Column, ...]
    one_of: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _must(name: str, kind: Kind = "text", words: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, True, words)


_CLIENT = Column("client_id", "id")
_TIER = Column("tier", "word", words=TIERS)

CONTRACTS: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "transactions",
            (
                # a row without a client id is counted and left out, so the column is required, its cells are not
                Column("client_id", "id", True), _must("date", "date"), _must("revenue", "number"),
                Column("margin", "number"), Column("order_id", "id"), Column("product", "key"),
                Column("category", "key"), Column("quantity", "number"), Column("unit", "id"),
            ),
        ),
        Table(
            "clients",
            (
                _must("client_id", "id"), Column("name"), Column("type"), Column("industry"), Column("region"),
                Column("unit", "id"), Column("manager", "key"), Column("manager_since", "date"), Column("sponsor"),
                Column("service_model"), Column("relationship"), _TIER, Column("group_id", "id"),
                Column("since", "date"), Column("acquired_via"), Column("partners"), Column("potential", "number"),
                Column("payment_terms"), Column("payment_method"), Column("payment_currency"),
                Column("contract_end", "date"), Column("merged_into", "id"),
            ),
        ),
        Table(
            "contacts",
            (
                _must("client_id", "id"), _must("name"), Column("role"), Column("level", "word", words=LEVELS),
                Column("last_contact", "date"), Column("active", "flag"),
            ),
        ),
        Table(
            "payments",
            (
                _must("client_id", "id"), _must("due_date", "date"), _must("amount", "number"),
                Column("paid_date", "date"),
            ),
        ),
        Table(
            "targets",
            (
                _must("unit", "id"), _must("figure", "id"), _must("period", "period"), _must("value", "number"),
                Column("manager", "key"), Column("optimal", "number"), Column("critical", "number"),
            ),
        ),
        Table(
            "assessments",
            (
                _CLIENT, _TIER, _must("criterion", "word", CRITERIA), _must("score", "score"),
                Column("side", "word", words=SIDES), _must("assessor"), _must("date", "date"), Column("comment"),
            ),
            one_of=("client_id", "tier"),
        ),
        Table(
            "plans",
            (
                _CLIENT, _TIER, _must("action"), _must("owner"), _must("due", "date"),
                _must("status", "word", STATUSES), Column("goal"), Column("agreed_on", "date"),
                Column("agreed_with"), Column("cost", "number"), Column("value_for_us", "number"),
                Column("value_for_client", "number"), Column("client_result"), Column("note"),
            ),
            one_of=("client_id", "tier"),
        ),
        Table(
            "losses",
            (_must("client_id", "id"), _must("date", "date"), _must("reason", "word", REASONS), Column("note")),
        ),
    )
}  # fmt: skip
