"""What the catalogue says of one figure, table or check, and the words shared by its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["figure", "table", "check"]
Polarity = Literal[-1, 0, 1]
Unit = Literal[
    "money",  # in the currency of the review
    "share",  # 0 to 1, printed in per cent
    "chance",  # of one client, 0 to 1, printed in steps of 5 %
    "count",  # clients or rows, whole
    "orders",  # whole
    "days",
    "months",
    "windows",  # lengths of W1
    "index",  # a bare number on a scale of its own
    "number",  # a bare number that may have decimals
    "rank",  # 1, 2, 3, …: never summed
    "flag",  # true or false
    "month",  # YYYY-MM (or a quarter YYYY-Qn)
    "date",  # a day, YYYY-MM-DD
    "word",  # an id of `words`, to be translated
    "text",  # names, ids and values of the data, printed as they are
    "result",  # passed or failed
]


_WINDOW = "12"
"""The length of a window in months as it stands in labels."""


@dataclass(frozen=True)
class Word:
    """A label in English, the message of the catalogues of all languages, written for windows of twelve months."""

    en: str
    key: str = field(default="", kw_only=True)
    """The context of the message, for a language that has another word here than elsewhere."""
    of_year: bool = field(default=False, kw_only=True)
    """Whether its 12 months are a year, whatever the length of a window."""

    @property
    def context(self) -> str:
        return self.key

    def of_window(self, text: str, months: int) -> str:
        """`text`, the label in some language, for windows of so many months."""
        return text if self.of_year else text.replace(_WINDOW, str(months))


@dataclass(frozen=True, kw_only=True)
class Column(Word):
    """One column of a table: its id (`name`), its head and the unit of its cells."""

    name: str
    unit: Unit

    @property
    def context(self) -> str:
        return self.key or f"column.{self.name}"


ESTIMATED_FIGURES = (
    "headline.order_value", "headline.revenue_per_client", "headline.year_end_revenue", "retention.point_value",
    "drivers.", "actions.", "risk.revenue_at_risk", "risk.reference_revenue_per_client", "risk.expected_",
    "risk.may_", "risk.revenue_per_client", "risk.residual_value", "risk.outlook",
)  # fmt: skip
"""Ids, or how they begin, of figures in money that are no sums of amounts."""
ESTIMATED_COLUMNS = (
    "effect", "shapley", "lmdi", "sequential", "at_stake", "order_value", "order_value_peers", "white_space", "worth",
    "at_risk", "may_fall_silent", "may_shrink", "expected_3", "expected_12", "value_12", "forecast", "expected_today",
    "expected_new", "expected_all", "amount_low", "amount_high", "expected_back", "lost", "money",
    "in_danger", "rests_on_it", "could_buy", "to_keep",
    "reference", "gap",
)  # fmt: skip
"""Columns of money that hold no sums of amounts."""
_MIXED = frozenset({
    ("drivers.sensitivity", "amount"), ("strategic.factor_data", "amount"), ("risk.parts", "amount"),
    ("risk.parts", "year_before"), ("risk.parts", "amount_change"), ("risk.outlook_lines", "amount"),
})  # fmt: skip
"""Columns that hold no sums in one table though they do in others."""


@dataclass(frozen=True, kw_only=True)
class Entry(Word):
    """One id of the results: what it is called, measured in and computed by.

    `polarity` is +1 where more is better, −1 where less is, 0 where neither is. `family` is the
    pattern of ids that the entry is one of (`structure.by.<attribute>`), for lists that name a
    family once. A setting stands in a formula by its key in braces; `variants` are (setting, value, formula):
    another formula under that value. A figure with `columns` is recorded as a table too, of its parts.
    """

    id: str
    kind: Kind
    unit: Unit
    polarity: Polarity
    formula: str
    source: str
    columns: tuple[Column, ...] = ()
    family: str | None = None
    variants: tuple[tuple[str, str, str], ...] = ()

    def sums(self, column: Column | None) -> bool:
        """Whether the figure, or a column of the table, is a sum of amounts of money as they were booked, and not
        one that was divided, weighed by a chance or taken from others of its kind."""
        if column is None:
            return self.unit == "money" and not self.id.startswith(ESTIMATED_FIGURES)
        return column.unit == "money" and (self.id, column.name) not in _MIXED and column.name not in ESTIMATED_COLUMNS

    @property
    def context(self) -> str:
        return self.id

    @property
    def section(self) -> str:
        """The first part of the id: `headline`, `structure`, `bridge`, …"""
        return self.id.partition(".")[0]


def figure(
    id: str, en: str, unit: Unit, polarity: Polarity,
    formula: str, source: str, family: str | None = None,
) -> Entry:  # fmt: skip
    """A single number."""
    return Entry(
        id=id, kind="figure", en=en, unit=unit, polarity=polarity,
        formula=formula, source=source, family=family,
    )  # fmt: skip


def table(
    id: str, en: str, columns: tuple[Column, ...],
    formula: str, source: str, family: str | None = None, variants: tuple[tuple[str, str, str], ...] = (),
) -> Entry:  # fmt: skip
    """Rows of plain values under `columns`."""
    return Entry(
        id=id, kind="table", en=en, unit="text", polarity=0,
        formula=formula, source=source, columns=columns, family=family, variants=variants,
    )  # fmt: skip


def check(id: str, en: str, formula: str) -> Entry:
    """A statement that must hold, for otherwise nothing is published."""
    return Entry(id=id, kind="check", en=en, unit="result", polarity=0, formula=formula, source="Checks")
