"""Rows of totals below a table, in the message about what they lack: the `where` that removes them."""

from __future__ import annotations

import re

from portfolio_review.sources.engine import Engine, name
from portfolio_review.sources.raw import ROW, Raw

_LOOKED_AT = 20
"""Rows that break a rule, from the last on, which are looked at: totals stand below."""
_NAMED = 5
_TOTAL = re.compile(
    r"\W*(?:(?:grand|sub|sum)[\s-]*totals?|totals?|sum|итого|всего|итог|общий итог|промежуточный итог|summe|gesamt\w*|"
    r"zwischensumme|suma|somme|totale)\b",
    re.IGNORECASE,
)


def where_of_totals(engine: Engine, raw: Raw, broken: str) -> str:
    """The `where` that leaves out rows of totals among the rows `broken` (SQL of their `ROW`); empty without any."""
    texts = [column for column, kind in raw.columns.items() if kind == "VARCHAR"]
    if not texts or not raw.has_row_numbers:
        return ""
    rows = engine.rows(
        f"SELECT {', '.join(map(name, texts))} FROM {raw.relation} "
        f"WHERE {ROW} IN (SELECT {ROW} FROM ({broken}) ORDER BY {ROW} DESC LIMIT {_LOOKED_AT})"
    )
    for place, column in enumerate(texts):
        found = dict.fromkeys(row[place] for row in rows if row[place] and _TOTAL.match(row[place]))
        if found:
            listed = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(found)[:_NAMED])
            return f"where: coalesce({name(column)}, '') NOT IN ({listed})"
    return ""
