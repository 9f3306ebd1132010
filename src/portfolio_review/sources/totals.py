"""Rows of totals and lines below a table, in the message about what they lack: the `where` that removes them."""

from __future__ import annotations

import re
from collections import Counter

from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.raw import ROW, Raw

_LOOKED_AT = 2_000
"""Rows that break a rule, from the last on, which are looked at: totals stand below their rows."""
_NAMED = 5
"""So many totals of a column are named one by one; more are told by the word that they begin with."""
_TOTAL = re.compile(
    r"\W*(?:(?:grand|sub|sum)[\s-]*totals?|totals?|sum|итого|всего|итог|общий итог|промежуточный итог|summe|gesamt\w*|"
    r"zwischensumme|suma|somme|totale)\b",
    re.IGNORECASE,
)


def where_of_totals(engine: Engine, raw: Raw, broken: str) -> str:
    """The condition that leaves out rows of totals among the rows `broken` (SQL of their `ROW`); empty without any."""
    texts = [column for column, kind in raw.columns.items() if kind == "VARCHAR"]
    if not texts or not raw.has_row_numbers:
        return ""
    filled = " + ".join(
        f"CAST(coalesce(trim(CAST({name(one)} AS VARCHAR)), '') <> '' AS INTEGER)" for one in raw.columns
    )
    rows = engine.rows(
        f"SELECT {', '.join(map(name, texts))}, {filled} FROM {raw.relation} "
        f"WHERE {ROW} IN (SELECT {ROW} FROM ({broken}) ORDER BY {ROW} DESC LIMIT {_LOOKED_AT})"
    )
    conditions = []
    for place, column in enumerate(texts):
        # a row with one text alone is no row of the table: a signature, a note
        found = {row[place] for row in rows if row[place] and (_TOTAL.match(row[place]) or row[-1] == 1)}
        if found:
            conditions.append(_without(engine, raw, broken, column, sorted(found)))
            rows = [row for row in rows if row[place] not in found]
    return " AND ".join(conditions)


def _without(engine: Engine, raw: Raw, broken: str, column: str, found: list[str]) -> str:
    """The condition that leaves out the texts `found`: by name, or by their words where no other row has these."""
    cell = f"coalesce({name(column)}, '')"
    if len(found) > _NAMED:
        words = Counter(match[0] for one in found if (match := _TOTAL.match(one)))
        several = sorted(word for word, times in words.items() if times > 1)
        told = " AND ".join(f"NOT starts_with({cell}, {text(one)})" for one in several)
        others = f"SELECT count(*) FROM {raw.relation} WHERE NOT ({told}) AND {ROW} NOT IN ({broken})"
        if several and engine.row(others)[0] == 0:
            rest = [one for one in found if not one.startswith(tuple(several))]
            return " AND ".join([*([_without(engine, raw, broken, column, rest)] if rest else []), told])
    return f"{cell} NOT IN ({', '.join(text(one) for one in found)})"
