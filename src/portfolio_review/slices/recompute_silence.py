"""The second path, figures of silence: gaps, lapse, second purchases and overdue payments in SQL from the rows.

Like `recompute`, whose tables of days and clients it reads, it uses nothing of the reduction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pandas as pd

from portfolio_review.calendar import Month, Span
from portfolio_review.slices.task import ALL_CODE, MONEY, Task

_RECENT_MONTHS = 24

_GAPS = """CREATE TABLE sql_gaps AS
SELECT unit, client, day, day - lag(day) OVER w AS gap, row_number() OVER w AS nth
FROM sql_days WHERE bought WINDOW w AS (PARTITION BY unit, client ORDER BY day)"""

_OWN = """SELECT unit, client, '{name}' AS name, max(day) AS last, DATE '{day}' - max(day) AS silence,
    count(gap) FILTER (day >= DATE '{since}') AS gaps, quantile_cont(gap, 0.8) FILTER (day >= DATE '{since}') AS q
FROM sql_gaps WHERE day <= DATE '{day}' GROUP BY unit, client"""

_COMMON = """SELECT '{name}' AS name, gap, count(*) AS times
FROM sql_gaps WHERE gap IS NOT NULL AND day BETWEEN DATE '{since}' AND DATE '{day}'
  AND (unit = {all} OR client NOT IN (SELECT client FROM sql_several)) GROUP BY gap"""

_BEGAN = """
SELECT unit, client, min(day) FILTER (nth = 1) AS first, min(day) FILTER (nth = 2) AS second
FROM sql_gaps WHERE nth <= 2 GROUP BY unit, client"""

_YEARS = """
WITH ends AS (SELECT unit, client, max(day) AS last FROM sql_gaps GROUP BY unit, client)
SELECT unit, client, sum(revenue) AS r FROM ends JOIN sql_days USING (unit, client)
WHERE day BETWEEN date_trunc('month', last) - INTERVAL 11 MONTH AND last_day(last) GROUP BY unit, client"""

_FIRST_YEARS = """
WITH started AS (
    SELECT unit, client, day AS first FROM sql_gaps
    WHERE nth = 1 AND day BETWEEN date_trunc('month', DATE '{end}') - INTERVAL 24 MONTH
                              AND last_day(DATE '{end}' - INTERVAL 13 MONTH))
SELECT unit, client, first, sum(revenue) AS r FROM started JOIN sql_days USING (unit, client)
WHERE day BETWEEN date_trunc('month', first) AND last_day(first + INTERVAL 11 MONTH) GROUP BY unit, client, first"""

_SILENCE = """CREATE TABLE sql_silence AS
WITH ranked AS (
    SELECT name, gap, sum(times) OVER (PARTITION BY name ORDER BY gap) AS upto,
           0.8::DOUBLE * (sum(times) OVER (PARTITION BY name) - 1) AS place
    FROM sql_common),
     ends AS (
    SELECT name, min(gap) FILTER (upto > floor(place)) AS low, min(gap) FILTER (upto > ceil(place)) AS high,
           any_value(place - floor(place)) AS part FROM ranked GROUP BY name),
     common AS (SELECT name, low * (1 - part) + high * part AS g FROM ends),
     usual AS (
    SELECT *, CASE WHEN gaps >= 4 THEN q ELSE g END AS usual_gap FROM sql_own LEFT JOIN common USING (name))
SELECT name, unit, client, last, g,
       -- least and greatest pass over NULL: without any gap there is no rhythm to go by
       silence > CASE WHEN usual_gap IS NULL THEN 365
                      ELSE least(greatest(2 * usual_gap, 90), greatest(365, usual_gap)) END + 1e-9 AS lapsed
FROM usual"""

_FIGURES = f"""
WITH now AS (SELECT * FROM sql_silence WHERE name = 'p'),
     before AS (SELECT unit, client, lapsed AS lapsed_pp FROM sql_silence WHERE name = 'pp'),
     early AS (SELECT unit, client, NOT lapsed AS client0 FROM sql_silence WHERE name = 'w0'),
     gone AS (
    SELECT unit, client FROM now LEFT JOIN before USING (unit, client)
    WHERE lapsed AND NOT coalesce(lapsed_pp, false)),
     lapsed AS (
    SELECT unit, count(*) AS clients, sum(r)::DOUBLE AS revenue
    FROM gone JOIN sql_years USING (unit, client) GROUP BY unit),
     kept AS (
    SELECT unit, count(*) FILTER (client0 OR a1) AS base,
           count(*) FILTER ((client0 OR a1) AND NOT coalesce(now.lapsed, true)) AS kept
    FROM sql_clients LEFT JOIN now USING (unit, client) LEFT JOIN early USING (unit, client) GROUP BY unit),
     quiet AS (
    SELECT unit, count(*) FILTER (a0) AS of, count(*) FILTER (a0 AND a1 AND coalesce(lapsed, false)) AS clients,
           count(*) FILTER (a0 AND a1 AND NOT coalesce(lapsed, false)) AS still,
           sum(least(r1 - r0, 0)::{MONEY}) FILTER (a0 AND a1 AND coalesce(lapsed, false))::DOUBLE AS lost,
           sum(least(r1 - r0, 0)::{MONEY}) FILTER (a0 AND a1 AND NOT coalesce(lapsed, false))::DOUBLE AS less
    FROM sql_clients LEFT JOIN now USING (unit, client) GROUP BY unit),
     second AS (
    SELECT unit, count(*) AS base, count(*) FILTER (second - first <= 180) AS again
    FROM sql_began WHERE $end - first BETWEEN 180 AND 545 GROUP BY unit),
     moved AS (
    SELECT unit, count(*) FILTER (a0) AS a0, count(*) FILTER (a1 AND first >= $w1) AS new,
           count(*) FILTER (a0 AND NOT a1) AS lost, count(*) FILTER (a1) AS a1, max(r1) AS largest,
           sum(r1::{MONEY})::DOUBLE AS revenue
    FROM sql_clients GROUP BY unit),
     first_years AS (
    SELECT unit, count(*) AS clients, sum(r::{MONEY})::DOUBLE / count(*) AS mean
    FROM sql_first_years WHERE first >= $second_month GROUP BY unit),
     silent AS (
    SELECT unit, sum(greatest(r1, 0)::{MONEY}) FILTER (lapsed)::DOUBLE AS revenue
    FROM sql_clients JOIN now USING (unit, client) GROUP BY unit)
SELECT unit,
  (SELECT any_value(g) FROM sql_silence WHERE name = 'p') AS "series.usual_gap",
  CASE WHEN $sees_pp THEN coalesce(lapsed.clients, 0) END AS "headline.lapsed_clients",
  CASE WHEN $sees_pp THEN coalesce(lapsed.revenue, 0) END AS "headline.lapsed_revenue",
  CASE WHEN $sees_w0 AND kept.base > 0 THEN kept.kept / kept.base END AS "retention.kept_at_end_rate",
  CASE WHEN $sees_w0 THEN quiet.clients END AS "movement.gone_quiet_clients",
  CASE WHEN $sees_w0 THEN coalesce(quiet.lost, 0) END AS "bridge.gone_quiet",
  CASE WHEN $sees_w0 THEN coalesce(quiet.less, 0) END AS "bridge.contraction",
  CASE WHEN $sees_w0 AND $months > 3 AND quiet.of > 0 THEN quiet.still / quiet.of END AS "retention.still_buying_rate",
  CASE WHEN $sees_545 AND second.base > 0 THEN second.again / second.base END AS "retention.second_purchase_180",
  CASE WHEN $sees_w0 AND a0 > 0 THEN new / a0 END AS "movement.new_rate",
  CASE WHEN $sees_w0 AND largest > 0 AND new > 0 AND first_years.clients >= 10 AND mean > 0
    THEN largest * $months / (new * mean) END AS "risk.replacement_months",
  CASE WHEN $sees_w0 AND largest > 0 AND new > moved.lost AND first_years.clients >= 10 AND mean > 0
    THEN largest * $months / ((new - moved.lost) * mean) END AS "risk.replacement_months_net",
  CASE WHEN $sees_w1 THEN coalesce(silent.revenue, 0) END AS "risk.gone",
  CASE WHEN $sees_w1 AND moved.a1 > 0 THEN moved.revenue / moved.a1 END AS "risk.revenue_per_client"
FROM moved LEFT JOIN lapsed USING (unit) LEFT JOIN kept USING (unit) LEFT JOIN second USING (unit)
     LEFT JOIN quiet USING (unit) LEFT JOIN first_years USING (unit) LEFT JOIN silent USING (unit)"""

# in a unit, of clients that buy in no other: a payment does not tell its unit
_OVERDUE = f"""
WITH shared AS (
    SELECT client FROM sql_clients WHERE unit <> {ALL_CODE} AND first IS NOT NULL GROUP BY client HAVING count(*) > 1)
SELECT unit,
  CASE WHEN count(p.client_id) > 0
    THEN coalesce(sum(amount::{MONEY}) FILTER (open)::DOUBLE, 0) END AS "risk.overdue",
  CASE WHEN count(p.client_id) > 0
    THEN coalesce(sum(amount::{MONEY}) FILTER (open AND $silent - due_date::DATE > 90)::DOUBLE, 0) END
    AS "risk.overdue_over_90"
FROM (
    SELECT client_id, due_date, amount,
           amount > 0 AND due_date::DATE < $silent AND coalesce({{paid}} > $silent, true) AS open FROM given_payments) p
JOIN names n USING (client_id) RIGHT JOIN sql_clients c
    ON c.client = n.client AND (unit = {ALL_CODE} OR c.client NOT IN (SELECT client FROM shared)) GROUP BY unit"""


def also_of_all(query: str) -> str:
    """The rows of `query` by unit and client, and those of clients of one unit once more under `all`."""
    return (
        f"WITH found AS ({query}) SELECT * FROM found UNION ALL "
        f"SELECT * REPLACE ({ALL_CODE} AS unit) FROM found ANTI JOIN sql_several USING (client)"
    )


def figures(con: duckdb.DuckDBPyConnection, task: Task, history_start: dt.date) -> Iterator[pd.DataFrame]:
    """Its figures by unit, a column each; those that look back too far are null."""
    spans, started, end = task.spans, history_start.replace(day=1), task.judged.end
    last, length = task.judged.span.last, task.judged.span.months
    asked = [
        {"name": name, "day": at.last, "since": (at - (_RECENT_MONTHS - 1)).first, "all": ALL_CODE}
        for name, at in (("p", last), ("pp", last - length), ("w0", last - task.window_months))
    ]
    con.execute(_GAPS)
    own, common = (" UNION ALL ".join(query.format(**each) for each in asked) for query in (_OWN, _COMMON))
    con.execute(f"CREATE TABLE sql_common AS {common}")
    first_years = _FIRST_YEARS.format(end=end)
    for table, query in (("own", own), ("began", _BEGAN), ("years", _YEARS), ("first_years", first_years)):
        con.execute(f"CREATE TABLE sql_{table} AS {also_of_all(query)}")
    con.execute(_SILENCE)
    oldest = Month.of(end - dt.timedelta(days=545))
    values = {
        "end": end,
        "w1": spans["w1"].start,
        "months": task.window_months,
        "sees_w0": started <= spans["w0"].start,
        "sees_w1": started <= spans["w1"].start,
        "second_month": (Month.of(history_start) + 1).first,
        "sees_pp": task.flash is None and started <= spans["pp"].start,  # lapse is judged at month ends
        "sees_545": started <= Span(oldest, oldest).start,
    }
    yield con.execute(_FIGURES, values).fetch_df()
    given = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "given_payments" in given:
        columns = {row[0] for row in con.execute("DESCRIBE given_payments").fetchall()}
        paid = "paid_date::DATE" if "paid_date" in columns else "NULL::DATE"
        yield con.execute(_OVERDUE.format(paid=paid), {"silent": end}).fetch_df()
