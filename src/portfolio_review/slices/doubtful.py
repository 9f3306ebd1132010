"""What a unit's review says of doubtful data: the doubts of its own rows, and those of the company bare of examples.

No review names what belongs to another unit: a doubt that knows its units tells each its own rows, any other is told
without examples, names and ids.
"""

from __future__ import annotations

import duckdb

from portfolio_review.calendar import Period, Span
from portfolio_review.doubt import Doubt, Phrase
from portfolio_review.review import Review
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.task import ALL_CODE
from portfolio_review.sources import Sources

FEW_CLIENTS, FEW_ROWS = 12, 100


def of_review(
    con: duckdb.DuckDBPyConnection, review: Review, sources: Sources, period: Period, unit: str, code: int
) -> list[Doubt]:
    """The doubts of a unit's review of a period, weighed by its windows."""
    judged = period.judged(sources.data_until)  # no window ends with a partial P
    w1, w0 = judged.window(review.window_months), judged.window(review.window_months, back=1)
    return [*sources.doubts_of(w1, w0, unit), *_few_rows(con, code)]


def rows_of_window(rows: Rows, window: Span) -> None:
    """`window_rows`: how many rows of W1 each unit has."""
    rows.give(
        "window_rows",
        f"""SELECT unit, count(*) AS n FROM coded
        WHERE date BETWEEN DATE '{window.start}' AND DATE '{window.end}' GROUP BY unit""",
    )


def _few_rows(con: duckdb.DuckDBPyConnection, code: int) -> list[Doubt]:
    """Too little for rates to mean much: fewer than 12 clients or 100 rows in W1."""
    rows, clients = con.execute(
        f"""SELECT coalesce((SELECT sum(n)::BIGINT FROM window_rows WHERE {code} IN (unit, {ALL_CODE})), 0),
                   coalesce((SELECT sum(clients)::BIGINT FROM totals WHERE unit = {code} AND span = 'w1'), 0)"""
    ).fetchall()[0]
    if clients >= FEW_CLIENTS and rows >= FEW_ROWS:
        return []
    return [
        Doubt(
            id="few_rows", table="transactions", column=None, rows=rows,
            done=Phrase(
                "W1 has %(rows)s rows of %(clients)s clients: rates swing with every one of them.",
                {"rows": rows, "clients": clients},
            ),
            remedy=Phrase("Review a longer window (window_months) or a larger unit."),
        )
    ]  # fmt: skip
