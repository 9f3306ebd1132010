"""Purchases and the gaps between them: of each client at the days asked for, and of the whole series."""

from __future__ import annotations

import duckdb

from portfolio_review.slices.codes import ALL_CODE
from portfolio_review.slices.task import Task

RECENT_MONTHS = 24
"""Only gaps whose later day lies in so many calendar months count (metric "usual gap")."""


def prepare(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    con.execute("CREATE TEMP TABLE as_of_days (date DATE, since DATE)")
    con.executemany(
        "INSERT INTO as_of_days VALUES (?, ?)",
        [(month.last, (month - (RECENT_MONTHS - 1)).first) for month in task.as_of_months],
    )
    con.execute("CREATE TEMP TABLE gap_counts (date DATE, gap BIGINT, times BIGINT)")


def purchases(con: duckdb.DuckDBPyConnection) -> None:
    """`purchases` of `bought_days`: each with its number and the days since the one before; `bucket_as_of`; and
    how often each gap stands in all units together at each day, in `gap_counts`."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE purchases AS
        SELECT unit, client, day, row_number() OVER w AS nth, day - lag(day) OVER w AS gap
        FROM bought_days WINDOW w AS (PARTITION BY unit, client ORDER BY day)"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE bucket_as_of AS
        SELECT unit, client, date::TIMESTAMP AS date,
               max(day)::TIMESTAMP AS last_purchase, count(*)::INTEGER AS purchase_days,
               count(gap) FILTER (day >= since)::INTEGER AS gaps,
               quantile_cont(gap::DOUBLE, 0.8) FILTER (day >= since) AS gap_q80
        FROM purchases, as_of_days WHERE day <= date GROUP BY ALL"""
    )
    con.execute(
        f"""INSERT INTO gap_counts
        WITH of_all AS (
            SELECT day, gap, count(*) AS times FROM (
                SELECT day, gap FROM purchases ANTI JOIN of_several USING (client) UNION ALL
                SELECT day, gap FROM purchases WHERE unit = {ALL_CODE})
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
