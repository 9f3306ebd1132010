"""Purchases and the gaps between them: of each client at the days asked for, and of the whole series."""

from __future__ import annotations

import datetime as dt

import duckdb

from portfolio_review.slices.codes import ALL_CODE, CLIENT
from portfolio_review.slices.task import Task

RECENT_MONTHS = 24
"""Only gaps whose later day lies in so many calendar months count (metric "usual gap")."""


def prepare(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    con.execute("CREATE TEMP TABLE as_of_days (date DATE, since DATE)")
    con.executemany("INSERT INTO as_of_days VALUES (?, ?)", _asked(task))
    con.execute("CREATE TEMP TABLE gap_counts (date DATE, gap BIGINT, times BIGINT)")


def _asked(task: Task) -> list[tuple[dt.date, dt.date]]:
    """The days asked for, each with the first day whose gaps are recent then."""
    return [(month.last, (month - (RECENT_MONTHS - 1)).first) for month in task.as_of_months]


def purchases(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """`purchases` of `bought_days`: each with its number and the days since the one before; `bucket_as_of`; and
    how often each gap stands in all units together at each day, in `gap_counts`."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE purchases AS
        SELECT who, day, row_number() OVER w AS nth, day - lag(day) OVER w AS gap
        FROM bought_days WINDOW w AS (PARTITION BY who ORDER BY day)"""
    )
    # one look at every purchase for all days: a filter costs less than a row for each day
    facts, parts = [], []
    for number, (date, since) in enumerate(_asked(task)):
        until, recent = f"day <= DATE '{date}'", f"day BETWEEN DATE '{since}' AND DATE '{date}'"
        facts.append(
            f"max(day) FILTER ({until}) AS last{number}, count(*) FILTER ({until}) AS days{number}, "
            f"count(gap) FILTER ({recent}) AS gaps{number}, quantile_cont(gap, 0.8) FILTER ({recent}) AS q{number}"
        )
        parts.append(
            f"SELECT who, TIMESTAMP '{date}' AS date, last{number}::TIMESTAMP AS last_purchase, "
            f"days{number}::INTEGER AS purchase_days, gaps{number}::INTEGER AS gaps, q{number} AS gap_q80 "
            f"FROM asked WHERE days{number} > 0"
        )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE bucket_as_of AS
        WITH asked AS MATERIALIZED (SELECT who, {", ".join(facts)} FROM purchases GROUP BY who)
        {" UNION ALL ".join(parts)}"""
    )
    con.execute(
        f"""INSERT INTO gap_counts
        WITH of_all AS (
            SELECT day, gap, count(*) AS times FROM (
                SELECT day, gap FROM purchases ANTI JOIN of_several ON client = {CLIENT} UNION ALL
                SELECT day, gap FROM purchases WHERE who >> 32 = {ALL_CODE})
            WHERE gap IS NOT NULL GROUP BY ALL)
        SELECT date, gap, sum(times) FROM of_all JOIN as_of_days ON day BETWEEN since AND date GROUP BY ALL"""
    )


def series(con: duckdb.DuckDBPyConnection) -> None:
    """`series`: the usual and the median gap of all units together at each day, from how often each gap stands."""
    con.execute(
        f"""CREATE TEMP TABLE series AS
        WITH counted AS (SELECT date, gap, sum(times) AS times FROM gap_counts GROUP BY ALL),
             placed AS (SELECT *, sum(times) OVER (PARTITION BY date ORDER BY gap) AS upto,
                               sum(times) OVER (PARTITION BY date) AS n FROM counted)
        SELECT d.date::TIMESTAMP AS date, {_quantile(0.8)} AS usual_gap, {_quantile(0.5)} AS median_gap
        FROM as_of_days d LEFT JOIN placed USING (date) GROUP BY d.date"""
    )


def _quantile(q: float) -> str:
    """SQL of a quantile by linear interpolation between the two values at the place (n − 1)·q, counted from 0."""
    place = f"((n - 1)::DOUBLE * {q}::DOUBLE)"
    low, high = (f"min(gap) FILTER (upto > {rounded}({place}))::DOUBLE" for rounded in ("floor", "ceil"))
    return f"{low} + ({high} - {low}) * any_value({place} - floor({place}))"
