"""What the condition of the review file removes, by the values of the columns that it names."""

from __future__ import annotations

from portfolio_review.sources import syntax
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.mapping import Mapped
from portfolio_review.sources.raw import printable

MOST_VALUES = 10
LONGEST = 40


def by_value(engine: Engine, mapped: Mapped) -> tuple[tuple[str, int], ...]:
    """The values of most rows that `where` removes, ten at most, each as `status cancelled` with its rows."""
    where = mapped.source.where
    if where is None:
        return ()
    used = dict.fromkeys(syntax.columns_of(syntax.expression(where)))
    shown = [f"{text(f'{one} ')} || coalesce(left(CAST({name(one)} AS VARCHAR), {LONGEST}), 'null')" for one in used]
    if not shown:
        return ()
    gone = f"NOT coalesce(CAST((\n{where}\n) AS BOOLEAN), true)"
    values = " || ', ' || ".join(shown)
    found = engine.rows(
        f"SELECT {values} AS value, count(*) AS n FROM {mapped.relation} WHERE {gone} "
        f"GROUP BY value ORDER BY n DESC, value LIMIT {MOST_VALUES}"
    )
    return tuple((printable(value, 200), rows) for value, rows in found)
