"""A doubt: data that can be read and probably mean something else; it lets the review go on and is said.

A fault (`errors.Fault`) stops a run, a doubt does not. Sources find them, a slice carries them, notebook 00 records
them, and `check`, page one and the trust page say them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

MOST_EXAMPLES = 5
IDS = (
    "left_out", "where_unknown", "stray_dates", "future_dates", "empty_months", "sparse_month", "duplicates",
    "ids_alike", "ids_like_missing", "ids_from_numbers", "ids_never_meet", "orders_of_several_clients",
    "order_ids_reused", "order_totals_repeated", "thousands_as_decimals", "currencies", "swapped_days", "other_sheets",
    "cells_in_error", "margin_partly_known", "columns_alike", "int96", "targets_unused", "losses_of_buyers",
    "notes_unused", "terms_unread", "attributes_differ", "names_shared", "no_glyph", "text_damaged", "few_rows",
)  # fmt: skip
"""Every id that a doubt, or a fault in its place, can have."""
ALWAYS_FOUND = ("int96", "other_sheets")
"""Findings whatever they touch: they change what was read as a whole."""
OF_THE_WHOLE = ("empty_months",)
"""Doubts of the company's review alone: of a unit they are none."""
OF_A_WINDOW = ("margin_partly_known",)
"""Doubts only where they touch enough of W1 or W0."""
MATERIAL = 0.01
"""The share of the revenue of W1 or W0 from which a doubt is a finding."""
GROWN = 2
"""An accepted doubt whose share is more than so many times that of the review before is open again."""
OUR_VALUES = frozenset({"table", "column", "setting", "month"})
"""Names of a phrase's values that are ours or the source's own words, and no names or ids of the data."""
UNSAID = "…"

Months = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Phrase:
    """A sentence kept as a message of the gettext catalogue with its values, so that every language can word it.

    Whole numbers are printed as counts, other numbers are shares and printed in per cent, text stands as it is.
    """

    message: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    parts: tuple[Phrase, ...] = ()
    """What `%(parts)s` in the message lists."""
    unnamed: Phrase | None = None
    """The same said without the names and ids of the data, where the message is made around them."""

    def __str__(self) -> str:
        """In English; whole numbers with thousands."""
        shown = {name: _plain(value) for name, value in self.values.items()}
        if self.parts:
            shown["parts"] = ", ".join(map(str, self.parts))
        return self.message % shown if shown else self.message.replace("%%", "%")

    def bare(self) -> Phrase:
        """The same without the names and ids of the data that its values hold."""
        if self.unnamed is not None:
            return self.unnamed
        hidden = {
            name: UNSAID if isinstance(value, str) and name not in OUR_VALUES else value
            for name, value in self.values.items()
        }
        return Phrase(self.message, hidden, tuple(part.bare() for part in self.parts))

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Phrase:
        unnamed = data.get("unnamed")
        return cls(
            data["message"], data["values"], tuple(map(cls.from_plain, data.get("parts", ()))),
            None if unnamed is None else cls.from_plain(unnamed),
        )  # fmt: skip


def _plain(value: str | int | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:.1%}"


@dataclass(frozen=True)
class Part:
    """What a doubt touches of one unit: rows, Σ |revenue| by month, examples of these rows."""

    rows: int
    by_month: Months = ()
    examples: tuple[str, ...] = ()
    done: Phrase | None = None
    """What the review did with them, where that counts what is the unit's; None: the same as with all."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One doubt about one column of a table (None: about its rows).

    rows: how many rows (ids, where the doubt is about ids of a small table) it concerns.
    by_month: Σ |revenue| of the rows it touches by month (12 · year + month − 1), as `calendar.Month`; None where
    the table has no money. share: of the table's Σ |revenue|, 0 to 1; None where there is none.
    examples: up to five, with row number or id, ready to print.
    done: what the review did with them; remedy: the one change of the review file that settles it.
    units: what it touches by unit; None where that is not told apart, for then a unit's review names the doubt of
    the whole company (of_company): without its examples, and as a finding only where it always is one.
    of_w1, of_w0: the share of each window's Σ |revenue| in a review.
    """

    id: str
    table: str
    column: str | None
    rows: int
    done: Phrase
    remedy: Phrase
    examples: tuple[str, ...] = ()
    by_month: Months | None = None
    share: float | None = None
    accepted: bool = False
    units: Mapping[str, Part] | None = None
    of_w1: float | None = None
    of_w0: float | None = None
    of_company: bool = False

    @property
    def key(self) -> str:
        """The same doubt in another review."""
        return key(self.id, self.table, self.column)

    @property
    def word(self) -> str:
        """The word of the catalogue for it."""
        return "rows_left_out" if self.id == "left_out" else self.id

    @property
    def weight(self) -> float:
        """The larger share of W1 and W0 that it touches."""
        return max(self.of_w1 or 0.0, self.of_w0 or 0.0)

    @property
    def is_finding(self) -> bool:
        return not self.accepted and (self.weight >= MATERIAL or self.id in ALWAYS_FOUND)

    def shared(self, base: Months) -> Doubt:
        """With its share of `base`, the table's Σ |revenue| by month, where it touches money and has no share yet."""
        if self.by_month is None or self.share is not None:
            return self
        return replace(self, share=_quotient(self.by_month, base))

    def weighed(self, base: Months, w1: range, w0: range) -> Doubt:
        """With its shares of the Σ |revenue| of the months of two windows."""
        if self.by_month is None:
            return self
        of_w1, of_w0 = (_quotient(_within(self.by_month, span), _within(base, span)) for span in (w1, w0))
        return replace(self, of_w1=of_w1, of_w0=of_w0)

    def summed(self) -> Doubt:
        """Without what only shares are made of."""
        return replace(self, by_month=None, units=None)

    def bare(self) -> Doubt:
        """The doubt of the company as a unit's review tells it: without examples, names and ids."""
        # rounded, for a changed cent of another unit is no news
        share = None if self.share is None else round(self.share, 3)
        done, remedy = self.done.bare(), self.remedy.bare()
        return replace(
            self, examples=(), done=done, remedy=remedy, share=share, of_w1=None, of_w0=None, of_company=True
        )

    def of_unit(self, unit: str, base: Months) -> Doubt | None:
        """What it touches of a unit, whose Σ |revenue| by month is `base`; None where that is nothing."""
        part = (self.units or {}).get(unit)
        if part is None or not part.rows:
            return None
        own = replace(
            self, rows=part.rows, by_month=None if self.by_month is None else part.by_month,
            examples=part.examples, share=None, units=None,
            done=part.done or self.done.bare(), remedy=self.remedy.bare(),
        )  # fmt: skip
        return own.shared(base)

    def said(self) -> dict[str, Any]:
        """As `check` and `results.json` list it, in English."""
        return {
            "id": self.id, "table": self.table, "column": self.column, "rows": self.rows, "share": self.share,
            "examples": list(self.examples), "done": str(self.done), "remedy": str(self.remedy),
            "accepted": self.accepted,
        }  # fmt: skip

    def to_plain(self) -> dict[str, Any]:
        """Plain values for JSON; `from_plain` reads them back to an equal doubt."""
        return asdict(self)

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Doubt:
        by_month, units = data["by_month"], data["units"]
        return cls(
            **{
                **data,
                "done": Phrase.from_plain(data["done"]),
                "remedy": Phrase.from_plain(data["remedy"]),
                "examples": tuple(data["examples"]),
                "by_month": None if by_month is None else months(by_month),
                "units": None if units is None else {name: _part(part) for name, part in units.items()},
            }
        )


def key(id: str, table: str, column: str | None) -> str:
    """What a doubt is known by from one review to the next."""
    return ":".join((id, table, *([column] if column else [])))


def _part(data: Mapping[str, Any]) -> Part:
    done = data["done"]
    return Part(
        data["rows"],
        months(data["by_month"]),
        tuple(data["examples"]),
        None if done is None else Phrase.from_plain(done),
    )


def months(found: Iterable[Iterable[Any]]) -> Months:
    """Pairs of month and money, from JSON or a result set."""
    return tuple((int(month), float(money)) for month, money in found)


def _within(by_month: Months, span: range) -> Months:
    return tuple((month, money) for month, money in by_month if month in span)


def _quotient(part: Months, whole: Months) -> float | None:
    total = math.fsum(money for _, money in whole)
    return round(math.fsum(money for _, money in part) / total, 12) if total else None


def in_order(doubts: Iterable[Doubt]) -> list[Doubt]:
    """The largest share first, those without a share behind, the accepted ones last."""
    return sorted(doubts, key=lambda doubt: (doubt.accepted, doubt.share is None, -(doubt.share or 0.0)))


def judged(
    doubts: Iterable[Doubt], accepted: Mapping[str, float | None], earlier: Mapping[str, float] | None = None
) -> list[Doubt]:
    """The doubts in order, those marked that the review file accepts.

    accepted: id → up to which share, None: any that is not more than twice that of the latest earlier review.
    earlier: the shares of that review by `Doubt.key`; what it does not know has no limit.
    """
    return in_order(replace(doubt, accepted=_is_accepted(doubt, accepted, earlier or {})) for doubt in doubts)


def _is_accepted(doubt: Doubt, accepted: Mapping[str, float | None], earlier: Mapping[str, float]) -> bool:
    if doubt.id not in accepted:
        return False
    limit, before, share = accepted[doubt.id], earlier.get(doubt.key), doubt.share or 0.0
    if limit is not None:
        return share <= limit
    return before is None or share <= GROWN * before


def not_met(doubts: Iterable[Doubt], accepted: Iterable[str]) -> list[str]:
    """The ids that the review file accepts and no doubt has."""
    found = {doubt.id for doubt in doubts}
    return [id for id in accepted if id not in found]
