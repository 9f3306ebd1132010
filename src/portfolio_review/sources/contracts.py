"""The eight tables a review can read: their columns, types, required ones, fixed words and what they mean.

The one home of the contract in the docs (inputs and outputs, §2); everything else refers to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "key", "text", "date", "number", "flag", "period", "word", "score"]
"""What a cell holds: ids stay as written but for their blanks and Unicode form (`ids.mended`); a key is a text that
rows are grouped by and is mended likewise; a word is one of a fixed list; a score is 1 to 5."""

KINDS: dict[Kind, str] = {
    "id": "text, as written: 00417 keeps its zeros",
    "key": "text",
    "text": "text",
    "date": "a day: ISO, or of csv.date_format",
    "number": "a number",
    "flag": "true or false; yes or no, 1 or 0",
    "period": "2011-11, 2011-Q4, 2011-H2 or 2011",
    "word": "one of its words",
    "score": "a number from 1 to 5",
}
"""What a cell of each kind may be, in words."""

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
    """One column of a table; `words` lists what a `word` column may hold, `note` says what its cells mean."""

    name: str
    kind: Kind = "text"
    required: bool = False
    words: tuple[str, ...] = ()
    note: str = ""

    @property
    def sql_type(self) -> str:
        return _SQL_TYPES.get(self.kind, "VARCHAR")


_SQL_TYPES = {"date": "DATE", "number": "DOUBLE", "score": "DOUBLE", "flag": "BOOLEAN"}


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order in which they are written, and the columns of which one must be given.

    row: what one row is; adds: what a review has with it and lacks without.
    """

    name: str
    row: str
    adds: str
    columns: tuple[Column, ...]
    one_of: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _may(name: str, note: str, kind: Kind = "text", words: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, False, words, note)


def _must(name: str, note: str, kind: Kind = "text", words: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, True, words, note)


_THE_CLIENT = "the client's id, as in transactions"
_CLIENT = _may("client_id", _THE_CLIENT, "id")
_TIER = _may("tier", "importance of a client; empty: decided by rule", "word", TIERS)

CONTRACTS: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "transactions", "one invoice line, or one invoice", "everything",
            (
                # a row without a client id is counted and left out, so the column is required, its cells are not
                _must("client_id", "who bought: an id, or a name where there is no id", "id"),
                _must("date", "day of the invoice or of the sale", "date"),
                _must("revenue", "amount net of tax, returns below zero", "number"),
                _may("margin", "revenue less cost", "number"),
                _may("order_id", "number of the order or invoice; several rows may have one", "id"),
                _may("product", "what was sold", "key"),
                _may("category", "group of products", "key"),
                _may("quantity", "how many were sold", "number"),
                _may("unit", "business unit: a review is made for each", "id"),
            ),
        ),
        Table(
            "clients", "one client", "names, breakdowns by type, industry and region, tiers, groups, managers' pages",
            (
                _must("client_id", _THE_CLIENT, "id"),
                _may("name", "as it is printed"),
                _may("type", "for a breakdown, as retail or wholesale"),
                _may("industry", "for a breakdown"),
                _may("region", "for a breakdown: country, region or city"),
                _may("unit", "business unit, where transactions have none", "id"),
                _may("manager", "who of ours looks after the client", "key"),
                _may("manager_since", "day since when", "date"),
                _may("sponsor", "the executive of ours who looks after the client"),
                _may("service_model", "how the client is served"),
                _may("relationship", "how close the relationship is"),
                _TIER,
                _may("group_id", "legal entities of one group have one (client_level: group)", "id"),
                _may("since", "day of becoming a client", "date"),
                _may("acquired_via", "how the client was won"),
                _may("partners", "partners through whom it buys"),
                _may("potential", "what it buys of our range in a year, from anybody", "number"),
                _may("payment_terms", "as agreed, such as 30 days"),
                _may("payment_method", "how it pays"),
                _may("payment_currency", "the currency in which it pays"),
                _may("contract_end", "day on which the contract ends", "date"),
                _may("merged_into", "the client that took this one over: its history moves there", "id"),
            ),
        ),
        Table(
            "contacts", "one person at a client",
            "exposure: how many people a client is known through; contacts in time",
            (
                _must("client_id", _THE_CLIENT, "id"),
                _must("name", "of the person"),
                _may("role", "position of the person"),
                _may("level", "standing of the person", "word", LEVELS),
                _may("last_contact", "day on which somebody of ours last spoke to the person", "date"),
                _may("active", "false: has left", "flag"),
            ),
        ),
        Table(
            "payments", "one invoice or instalment", "how clients pay, receivables",
            (
                _must("client_id", _THE_CLIENT, "id"),
                _must("due_date", "day on which it is due", "date"),
                _must("amount", "what is due", "number"),
                _may("paid_date", "day on which it was paid; empty: it is open", "date"),
            ),
        ),
        Table(
            "targets", "the plan of one figure for a unit and a period", "plan against fact, levels",
            (
                _must("unit", "the unit, or all", "id"),
                _must("figure", "id of the figure, such as headline.revenue", "id"),
                _must("period", "2011-11, 2011-Q4, 2011-H2 or 2011", "period"),
                _must("value", "what is planned", "number"),
                _may("manager", "of whom it is planned; empty: of the unit", "key"),
                _may("optimal", "from where on it is good", "number"),
                _may("critical", "from where on it is bad", "number"),
            ),
        ),
        Table(
            "assessments", "one judgement of a client or tier by one person",
            "the score card of strategic clients, the six factors",
            (
                _CLIENT, _TIER,
                _must("criterion", "what is judged", "word", CRITERIA),
                _must("score", "1 to 5", "score"),
                _may("side", "of a tier: seen from the market or from the portfolio", "word", SIDES),
                _must("assessor", "who judged"),
                _must("date", "on which day", "date"),
                _may("comment", "why"),
            ),
            one_of=("client_id", "tier"),
        ),
        Table(
            "plans", "one action agreed for a client or tier", "development plans, decisions, what is late",
            (
                _CLIENT, _TIER,
                _must("action", "what is to be done"),
                _must("owner", "by whom"),
                _must("due", "by which day", "date"),
                _must("status", "how far it is", "word", STATUSES),
                _may("goal", "what it is for"),
                _may("agreed_on", "day on which it was agreed", "date"),
                _may("agreed_with", "with whom"),
                _may("cost", "what it costs us", "number"),
                _may("value_for_us", "what it brings us", "number"),
                _may("value_for_client", "what it brings the client", "number"),
                _may("client_result", "what the client gets of it"),
                _may("note", "anything else"),
            ),
            one_of=("client_id", "tier"),
        ),
        Table(
            "losses", "one client that left", "why clients left",
            (
                _must("client_id", _THE_CLIENT, "id"),
                _must("date", "day on which it was known", "date"),
                _must("reason", "why", "word", REASONS),
                _may("note", "in somebody's words"),
            ),
        ),
    )
}  # fmt: skip
