"""Columns of a source that differ only in case or blanks: an expression must quote the one that it means.

SQL compares names without regard to case, so `revenue` beside `Revenue` would be either. A name in quotes that is
exactly one of them is exchanged for the name under which the relation holds that column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portfolio_review.sources import syntax
from portfolio_review.sources.engine import name

_HEAD = "SELECT "
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


@dataclass(frozen=True)
class Alike:
    """The names of a source's columns, and those among them that are alike."""

    names: Mapping[str, str]
    """The source's own name of each column to the one it has in the relation."""
    groups: Mapping[str, tuple[str, ...]]
    """The columns that are alike, by what they have in common."""

    def of(self, one: str) -> tuple[str, ...]:
        """The columns that a name could mean, when they are several."""
        return self.groups.get(_common(one), ())

    def resolved(self, expression: str) -> tuple[str, tuple[str, ...]]:
        """The expression with the names of the relation, and the name in it that could mean several columns."""
        if not self.groups:
            return expression, ()
        written = f"{_HEAD}{expression}\n".encode()
        for node in reversed(list(syntax.walk(syntax.expression(expression)))):
            if node.get("class") != "COLUMN_REF" or not self.of(node["column_names"][0]):
                continue
            at, used = node["query_location"], node["column_names"][0]
            quoted = _QUOTED.match(written[at:].decode())
            if quoted is None or used not in self.names:
                return expression, self.of(used)
            end = at + len(quoted[0].encode())
            written = written[:at] + name(self.names[used]).encode() + written[end:]
        return written.decode()[len(_HEAD) : -1], ()


def alike(names: Mapping[str, str]) -> Alike:
    """`names`: the source's own name of each column to the one it has in the relation."""
    groups: dict[str, list[str]] = {}
    for theirs in names:
        groups.setdefault(_common(theirs), []).append(theirs)
    return Alike(names, {common: tuple(own) for common, own in groups.items() if len(own) > 1})


def said(columns: Iterable[str]) -> str:
    """`'Revenue', 'revenue'`."""
    return ", ".join(f"'{one}'" for one in columns)


def _common(one: str) -> str:
    return "".join(one.split()).casefold()
