"""Which columns play which role in what was looked at: over one table, or over those that its rows lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from portfolio_review.proposal import headings
from portfolio_review.proposal.profile import MOST, Column
from portfolio_review.proposal.tables import Link, Looked, Seen

_BARE = ("name", "title", "id", "code", "key", "description", "наименование", "код", "название")
"""Names of columns that mean what their table is of."""
_SINGULAR = {"clients": "client", "products": "product", "categories": "category", "employees": "manager"}
_NOT_SALES = ("clients", "contacts", "products", "categories", "employees")
_FARTHER = 12
"""What a step to another table takes off a score."""
_MOST_STATUSES = 30
_ID_FIRST = 30
"""An id is taken before a name, unless its name is far less like one."""
_NUMBERS = ("revenue", "price", "quantity", "discount", "line_discount", "cost", "unit_cost", "margin", "monthly")
_DATES = ("date", "since", "contract_end", "due_date", "paid_date", "last_contact", "start", "end")
_NO_REVENUE = ("price", "quantity", "discount", "line_discount", "cost", "unit_cost", "margin")


@dataclass(frozen=True)
class Place:
    """A column in one of the tables that the rows lead to."""

    table: int
    column: Column


@dataclass(frozen=True)
class View:
    """One table and all that its rows lead to, each by one link."""

    seen: Seen
    base: int

    @cached_property
    def steps(self) -> dict[int, tuple[Link, ...]]:
        """The tables at hand and the links that lead to each, the nearest first."""
        found: dict[int, tuple[Link, ...]] = {self.base: ()}
        waiting = [self.base]
        while waiting:
            at = waiting.pop(0)
            links = sorted(
                (one for one in self.seen.links if one.table == at and one.to not in found),
                key=lambda one: (headings.words(one.column) != headings.words(one.key), -one.share),
            )
            for link in links:
                if link.to not in found:
                    found[link.to] = (*found[at], link)
                    waiting.append(link.to)
        return found

    @property
    def table(self) -> Looked:
        return self.seen.tables[self.base]

    def ranked(self, role: str) -> list[tuple[int, Place]]:
        """The columns that may play a role, the surest first, each with how sure it is."""
        found = [
            (sure - _FARTHER * len(links), Place(at, column))
            for at, links in self.steps.items()
            for column in self.seen.tables[at].columns
            if (sure := _sure(self.seen.tables[at], column, role)) > 0
        ]
        return sorted(found, key=lambda one: -one[0])

    def best(self, role: str, least: int = 1) -> Place | None:
        return next((place for sure, place in self.ranked(role) if sure >= least), None)

    def dates(self) -> list[Place]:
        """The day of a sale: by name, else by content alone."""
        ranked = [place for _, place in self.ranked("date")]
        others = [
            Place(at, column)
            for at in self.steps
            for column in self.seen.tables[at].columns
            if column.is_date and not any(headings.score(column.name, one) for one in _DATES[1:])
        ]
        return ranked or others

    def client(self) -> Place | None:
        """The client: an id, else a name."""
        ids = [(sure + _ID_FIRST, one) for sure, one in self.ranked("client_id") if one.column.distinct > 1]
        found = [*ids, *self.ranked("client_name")]
        return max(found, key=lambda one: one[0])[1] if found else self._bare_name()

    def order(self) -> Place | None:
        return self.best("order_id") or self._bare_name("#")

    def _bare_name(self, start: str = "") -> Place | None:
        for column in self.table.columns:
            marked = any(one.startswith("#") for one in column.examples)
            if column.words in ("name", "наименование", "название") and marked == bool(start):
                return Place(self.base, column)
        return None


def sales(seen: Seen) -> View | None:
    """The table whose rows are sales: with an amount of its own, and a date and a client at hand; the longest."""
    views = [View(seen, at) for at, table in enumerate(seen.tables) if table.kind not in _NOT_SALES]
    views = views or [View(seen, at) for at in range(len(seen.tables))]
    fit = [one for one in views if own_amounts(one) and one.dates() and one.client()]
    return max(fit, key=lambda one: (len(one.steps) > 1, one.table.rows), default=None)


def lacking(view: View) -> list[str]:
    """What a table of sales needs and this one has not, in words."""
    has = {"a client": view.client(), "dates of one form": view.dates(), "an amount": own_amounts(view)}
    return [words for words, found in has.items() if not found]


def own_amounts(view: View) -> list[Column]:
    """Columns of the table itself that are an amount, or a price beside a quantity."""
    own = [place.column for _, place in view.ranked("revenue") if place.table == view.base]
    if own:
        return own
    roles = [own_column(view, role) for role in ("price", "quantity")]
    return [one for one in roles if one is not None] if all(roles) else []


def own_column(view: View, role: str) -> Column | None:
    """The surest column of the table itself."""
    return next((place.column for _, place in view.ranked(role) if place.table == view.base), None)


def is_subscriptions(table: Looked) -> bool:
    """Whether a table lists subscriptions: their start and a plan or an amount a month, and no day of a sale."""
    has = {role for role in ("start", "end", "plan", "monthly") for one in table.columns if _sure(table, one, role)}
    dated = any(_sure(table, one, "date") for one in table.columns)
    return "start" in has and bool({"plan", "monthly"} & has) and not dated


def _sure(table: Looked, column: Column, role: str) -> int:
    """How surely a column plays a role, by its name; 0 where what it holds is of another kind."""
    if not column.filled:
        return 0
    named = column.name
    if column.words in _BARE and table.kind in _SINGULAR:
        named = f"{_SINGULAR[table.kind]} {'id' if column.words in ('id', 'code', 'key', 'код') else 'name'}"
    sure = headings.score(named, role)
    if not sure:
        return 0
    if role in _DATES:
        return sure if column.is_date and sure == max(headings.score(named, one) for one in _DATES) else 0
    if role in _NUMBERS:
        if not column.numbers or column.is_date:
            return 0
        others = [headings.score(named, one) for one in _NO_REVENUE]
        if role == "revenue" and max(others) > sure:
            return 0
        return sure - (25 if column.filled < MOST * column.rows else 0)
    if column.is_date or (column.is_number and not column.whole):
        return 0
    if role == "client_name" and column.is_number:
        return 0
    if column.filled < 0.5 * column.rows:
        sure = max(sure - 40, 1)
    better = ("client_id", "client_name", "order_id", "product", "category", "manager")
    if role in better and max(headings.score(named, one) for one in better) > sure + 40:
        return 0
    if role == "status" and column.distinct > _MOST_STATUSES:
        return 0
    if role in ("product", "category") and column.is_number:
        return max(sure - 20, 1)  # a name says more than a number
    if role == "client_name":
        return sure - (40 if column.filled < 0.9 * column.rows else 0)
    return sure


def words_of(view: View) -> Iterator[str]:
    """The names of all columns at hand."""
    for at in view.steps:
        yield from (column.name for column in view.seen.tables[at].columns)
