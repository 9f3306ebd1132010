"""What looking at data gives: tables with their columns, and how the rows of one lead to those of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio_review.proposal import profile
from portfolio_review.proposal.headings import singular, table_kind
from portfolio_review.proposal.profile import Column
from portfolio_review.review import FileOptions
from portfolio_review.sources.engine import Engine, name
from portfolio_review.sources.raw import Raw

_SOME = 0.02
"""The share of values that must meet where only the first rows of a table are known."""


@dataclass(frozen=True)
class Link:
    """Rows of one table that lead to one row of another: by these columns; share: of its values that are there."""

    table: int
    column: str
    to: int
    key: str
    share: float


@dataclass(frozen=True)
class Looked:
    """One table: a file, a sheet, or a table of a database.

    path: from the folder of the review file to be; name: of the file, sheet or table, without more.
    """

    name: str
    path: str
    options: FileOptions
    rows: int
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    totals: str = ""
    """The condition that leaves out rows of totals below the table."""
    whole: bool = True
    """Whether every row was looked at, and not only the first of many."""

    @property
    def place(self) -> str:
        sheet = self.options.sheet
        if sheet is None:
            return self.path
        return f"{self.path}, sheet {sheet}" if isinstance(sheet, str) else f"{self.path}, sheets {', '.join(sheet)}"

    @property
    def kind(self) -> str | None:
        return table_kind(self.name)

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)


@dataclass(frozen=True)
class Seen:
    """All that was looked at: tables, how they lead to each other, what was passed over and why."""

    tables: tuple[Looked, ...]
    links: tuple[Link, ...] = ()
    passed: tuple[str, ...] = ()
    connection: str | None = None
    quote: str = '"'
    """What stands around a name in the SQL of the connection."""


def links(engine: Engine, tables: Sequence[tuple[Looked, Raw]]) -> tuple[Link, ...]:
    """How tables lead to each other: a column whose values lie in a key of another table.

    By name where both are named alike or the one after the other's table; by content alone where the values are
    no mere numbers, for small numbers lie in every key.
    """
    found = []
    for at, (looked, raw) in enumerate(tables):
        for column in looked.columns:
            if not column.filled or column.is_date or (column.is_number and not column.whole):
                continue
            for to, (other, target) in enumerate(tables):
                if to == at:
                    continue
                for key in other.columns:
                    if not key.is_key or not _may_lead(column, key, other):
                        continue
                    share = _share(engine, (raw, column.name), (target, key.name))
                    if share >= (profile.MOST if looked.whole and other.whole else _SOME):
                        found.append(Link(at, column.name, to, key.name, share))
    return tuple(found)


def _may_lead(column: Column, key: Column, other: Looked) -> bool:
    if other.kind == "contacts":
        return False  # people at clients, however few of them each has
    ours, theirs = column.words, key.words
    single = singular(other.name)
    if ours == theirs:
        return ours not in ("id", "name", "code", "наименование", "код")
    if theirs in ("id", "code", "код", "ид", "key") and single in ours:
        return True
    return not column.is_number and column.distinct > 5 and column.is_text == key.is_text and not key.is_number


def _share(engine: Engine, ours: tuple[Raw, str], theirs: tuple[Raw, str]) -> float:
    values = [
        f"SELECT DISTINCT CAST({name(own_name(raw, column))} AS VARCHAR) AS v FROM {raw.relation} "
        f"WHERE nullif(trim(CAST({name(own_name(raw, column))} AS VARCHAR)), '') IS NOT NULL"
        for raw, column in (ours, theirs)
    ]
    query = f"SELECT count(*), count(b.v) FROM ({values[0]}) a LEFT JOIN ({values[1]}) b USING (v)"
    count, met = engine.row(query)
    return met / count if count else 0.0


def own_name(raw: Raw, column: str) -> str:
    """The name under which the relation has a column of the source."""
    return next(ours for ours, theirs in raw.source_names.items() if theirs == column)
