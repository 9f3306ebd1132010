"""The second path: figures computed in SQL straight from the validated rows, to check the notebooks by.

Nothing of the reduction is used but the rows of a bucket and the keys of clients, so a slip in either path shows
as a difference.
"""

from __future__ import annotations

import datetime as dt
import re

import duckdb

from portfolio_review.calendar import Span
from portfolio_review.slices.codes import ALL_CODE, CLIENT, OF_ALL, Bucket
from portfolio_review.slices.task import MONEY, Task

_CLIENTS = f"""INSERT INTO sql_clients
WITH found AS (
    SELECT who,
           sum(revenue) FILTER (day BETWEEN $w1 AND $w1_end) AS r1,
           sum(revenue) FILTER (day BETWEEN $w0 AND $w0_end) AS r0,
           sum(revenue) FILTER (day BETWEEN $p AND $end) AS rp,
           coalesce(bool_or(bought) FILTER (day BETWEEN $w1 AND $w1_end), false) AS a1,
           coalesce(bool_or(bought) FILTER (day BETWEEN $w0 AND $w0_end), false) AS a0,
           coalesce(bool_or(bought) FILTER (day BETWEEN $p AND $end), false) AS ap,
           coalesce(bool_or(bought) FILTER (day BETWEEN $before AND $before_end), false) AS bought_before,
           min(day) FILTER (bought) AS first,
           count(*) FILTER (bought AND day BETWEEN $w1 AND $w1_end) AS days1
    FROM sql_days GROUP BY who),
     days AS (
    SELECT {CLIENT} AS client, count(DISTINCT day) AS bought_days
    FROM sql_days SEMI JOIN sql_several ON client = {CLIENT} WHERE bought AND day BETWEEN $w1 AND $w1_end GROUP BY ALL),
     whole AS (
    SELECT {OF_ALL} AS who, sum(r1) AS r1, sum(r0) AS r0, sum(rp) AS rp, bool_or(a1) AS a1, bool_or(a0) AS a0,
           bool_or(ap) AS ap, bool_or(bought_before) AS bought_before, min(first) AS first,
           any_value(coalesce(bought_days, found.days1)) AS days1
    FROM found LEFT JOIN days ON days.client = {CLIENT} GROUP BY ALL),
     each AS (SELECT * FROM found UNION ALL SELECT * FROM whole)
SELECT who >> 32, {CLIENT}, coalesce(round(r1, 6)::DOUBLE, 0), coalesce(round(r0, 6)::DOUBLE, 0),
       coalesce(rp::DOUBLE, 0), a1, a0, ap, bought_before, first, days1
FROM each"""

_ORDERS = f"""INSERT INTO sql_orders
WITH pairs AS (
    SELECT who, {{order}} AS key, {{year}} AS year, bool_or(day >= $p) AS p, bool_or(day BETWEEN $w1 AND $w1_end) AS w1,
           bool_or(day BETWEEN $w0 AND $w0_end) AS w0
    FROM rows WHERE bought AND day >= $least GROUP BY ALL),
     whole AS (  -- of a client of several units a pair counts once
    SELECT bool_or(p) AS p, bool_or(w1) AS w1, bool_or(w0) AS w0
    FROM pairs SEMI JOIN sql_several ON client = {CLIENT} GROUP BY {CLIENT}, key, year),
     each AS (
    SELECT who >> 32 AS unit, p, w1, w0 FROM pairs UNION ALL
    SELECT {ALL_CODE}, p, w1, w0 FROM pairs ANTI JOIN sql_several ON client = {CLIENT} UNION ALL
    SELECT {ALL_CODE}, p, w1, w0 FROM whole)
SELECT unit, count(*) FILTER (p), count(*) FILTER (w1), count(*) FILTER (w0) FROM each GROUP BY unit"""

_MARGINS = """sum(margin), sum(abs(revenue)), sum(abs(revenue)) FILTER (margin IS NOT NULL),
    sum(revenue) FILTER (margin IS NOT NULL)"""

_MARGIN = """CASE WHEN gross = 0 OR known / gross >= 0.9 - 1e-9 THEN margin END AS margin_p,
    CASE WHEN gross = 0 THEN 1 ELSE known / gross END AS known_p, of_known AS known_revenue"""

_FIGURES = """
WITH per_client AS ({per_client}),
     factors AS (
  SELECT *, "structure.clients"::DOUBLE AS n1, a0_clients::DOUBLE AS n0,
         revenue_a1 / nullif(orders1, 0) AS v1, revenue_a0 / nullif(orders0, 0) AS v0,
         orders1 / nullif(n1, 0) AS l1, orders0 / nullif(n0, 0) AS l0
  FROM per_client JOIN sql_rows USING (unit))
SELECT * EXCLUDE (a0_clients, revenue_a1, revenue_a0, orders_p, orders1, orders0, margin_p, known_p, known_revenue,
                  n1, n0, v1, v0, l1, l0),
  orders_p AS "headline.orders",
  margin_p AS "headline.margin",
  known_p AS "data.margin_known",
  "headline.revenue" / nullif(orders_p, 0) AS "headline.order_value",
  "headline.revenue" / nullif("headline.clients", 0) AS "headline.revenue_per_client",
  CASE WHEN known_revenue > 0 THEN margin_p / known_revenue END AS "headline.margin_rate",
  (n1 - n0) * ((v0 * l0 + v1 * l1) / 3 + (v0 * l1 + v1 * l0) / 6) AS "drivers.n_effect",
  (v1 - v0) * ((n0 * l0 + n1 * l1) / 3 + (n0 * l1 + n1 * l0) / 6) AS "drivers.v_effect",
  (l1 - l0) * ((n0 * v0 + n1 * v1) / 3 + (n0 * v1 + n1 * v0) / 6) AS "drivers.l_effect"
FROM factors"""

_PER_CLIENT = """
SELECT unit,
  CASE WHEN $sees_w0 THEN count(*) FILTER (a0) END AS a0_clients,
  sum(r1) FILTER (a1) AS revenue_a1,
  CASE WHEN $sees_w0 THEN sum(r0) FILTER (a0) END AS revenue_a0,
  sum(rp) AS "headline.revenue",
  count(*) FILTER (ap) AS "headline.clients",
  count(*) FILTER (first >= $p) AS "headline.new_clients",
  coalesce(sum(rp) FILTER (first >= $p), 0) AS "headline.revenue_new",
  CASE WHEN $sees_before THEN coalesce(sum(rp) FILTER (ap AND first < $p AND NOT bought_before), 0) END
    AS "headline.revenue_returned",
  CASE WHEN $sees_before
    THEN coalesce(sum(rp) FILTER (NOT coalesce(first >= $p OR (ap AND NOT bought_before), false)), 0) END
    AS "headline.revenue_current",
  count(*) FILTER (a1) AS "structure.clients",
  sum(r1) AS "structure.revenue",
  CASE WHEN sum(r1) FILTER (a1 AND r1 > 0) > 0
    THEN max(r1) FILTER (a1) / sum(r1) FILTER (a1 AND r1 > 0) END AS "structure.top1_share",
  sum(r1 * r1) FILTER (a1 AND r1 > 0) / power(sum(r1) FILTER (a1 AND r1 > 0), 2) AS "structure.hhi",
  CASE WHEN count(*) FILTER (a1) > 0
    THEN count(*) FILTER (a1 AND days1 >= 2) / count(*) FILTER (a1) END AS "retention.repeat_rate",
  CASE WHEN $sees_w0 THEN count(*) FILTER (a0 AND a1) END AS "movement.retained_clients",
  CASE WHEN $sees_w0 THEN count(*) FILTER (a0 AND NOT a1) END AS "movement.lost_clients",
  CASE WHEN $sees_w0 THEN count(*) FILTER (a1 AND first >= $w1) END AS "movement.new_clients",
  CASE WHEN $sees_earlier THEN count(*) FILTER (a1 AND NOT a0 AND first < $w0) END AS "movement.returned_clients",
  CASE WHEN $sees_earlier THEN count(*) FILTER (NOT a1 AND NOT a0 AND first < $w0) END AS "movement.dormant_clients",
  CASE WHEN $sees_w0 THEN sum(r0) END AS "bridge.start",
  CASE WHEN $sees_w0 THEN -coalesce(sum(r0) FILTER (a0 AND NOT a1), 0) END AS "bridge.churn",
  CASE WHEN $sees_w0 THEN coalesce(sum(greatest(r1 - r0, 0)) FILTER (a0 AND a1), 0) END AS "bridge.expansion",
  CASE WHEN $sees_w0 THEN coalesce(sum(r1) FILTER (a1 AND NOT a0 AND first < $w0), 0) END AS "bridge.returned",
  CASE WHEN $sees_w0 THEN coalesce(sum(r1) FILTER (a1 AND first >= $w1), 0) END AS "bridge.new",
  CASE WHEN $sees_w0 THEN coalesce(sum(r1) FILTER (NOT a1), 0) - coalesce(sum(r0) FILTER (NOT a0), 0) END
    AS "bridge.adjustments",
  CASE WHEN $sees_w0 THEN sum(r1) END AS "bridge.end",
  CASE WHEN $sees_w0 AND count(*) FILTER (a0) > 0
    THEN count(*) FILTER (a0 AND a1) / count(*) FILTER (a0) END AS "retention.client_retention_rate",
  CASE WHEN $sees_w0 AND sum(greatest(r0, 0)) FILTER (a0) > 0
    THEN sum(least(greatest(r1, 0), greatest(r0, 0))) FILTER (a0) / sum(greatest(r0, 0)) FILTER (a0) END
    AS "retention.gross_revenue_retention",
  CASE WHEN $sees_w0 AND sum(r0) FILTER (a0) > 0 THEN sum(r1) FILTER (a0) / sum(r0) FILTER (a0) END
    AS "retention.net_revenue_retention",
  CASE WHEN $sees_earlier AND sum(r0) FILTER (a0) > 0
    THEN (sum(r1) FILTER (a0) + coalesce(sum(r1) FILTER (a1 AND NOT a0 AND first < $w0), 0)) / sum(r0) FILTER (a0) END
    AS "retention.net_revenue_retention_with_returned",
  CASE WHEN $sees_w0 AND count(*) FILTER (a0) > 0
    THEN count(*) FILTER (a0 AND NOT a1) / count(*) FILTER (a0) END AS "retention.client_churn_rate",
  CASE WHEN $sees_earlier AND count(*) FILTER (first < $w0 AND NOT a0) >= 10
    THEN count(*) FILTER (a1 AND NOT a0 AND first < $w0) / count(*) FILTER (first < $w0 AND NOT a0) END
    AS "retention.return_rate",
  CASE WHEN $sees_w0 AND count(*) FILTER (a0 AND NOT a1) > 0
    THEN 0.01 * count(*) FILTER (a0) * avg(r0) FILTER (a0 AND NOT a1) END AS "retention.point_value"
FROM sql_clients GROUP BY unit"""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""CREATE TABLE sql_clients (unit INTEGER, client UINTEGER, r1 DOUBLE, r0 DOUBLE, rp DOUBLE, a1 BOOLEAN,
            a0 BOOLEAN, ap BOOLEAN, bought_before BOOLEAN, first DATE, days1 BIGINT);
        CREATE TABLE sql_margins (unit INTEGER, margin {MONEY}, gross {MONEY}, known {MONEY}, known_revenue {MONEY});
        CREATE TABLE sql_orders (unit INTEGER, p BIGINT, w1 BIGINT, w0 BIGINT)"""
    )


def add(con: duckdb.DuckDBPyConnection, task: Task, bucket: Bucket) -> None:
    """Add the rows of a bucket: leaves `sql_days` (who, day) of them too, and `sql_several`."""
    days = _days(task)
    known = [name for name in ("margin", "order_key") if name in bucket.columns]
    columns = ", ".join(
        ["date AS day", *(f"{name}::{MONEY} AS {name}" if name == "margin" else name for name in known)]
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP VIEW rows AS
        SELECT unit::BIGINT << 32 | client AS who, revenue::{bucket.money} AS revenue, revenue > 0 AS bought, {columns}
        FROM ({bucket.rows})"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE sql_days AS
        SELECT who, day, sum(revenue) AS revenue, bool_or(bought) AS bought FROM rows GROUP BY who, day"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE sql_several AS
        SELECT {CLIENT} AS client FROM sql_days GROUP BY ALL HAVING min(who) <> max(who)"""
    )
    con.execute(_CLIENTS, days)
    if task.has_margin:
        con.execute(
            f"""INSERT INTO sql_margins
            SELECT who >> 32 AS unit, {_MARGINS} FROM rows WHERE day >= $p GROUP BY ALL UNION ALL
            SELECT {ALL_CODE}, {_MARGINS} FROM rows WHERE day >= $p""",
            {"p": days["p"]},
        )
    # an order without an id is a client's purchase day
    order = "(day - DATE '1970-01-01')::UBIGINT"
    order = f"coalesce(order_key, {order})" if task.has_orders else order
    query = _ORDERS.format(order=order, year="year(day)" if task.orders_by_year else "NULL")
    days["least"] = min(task.spans[name].start for name in ("p", "w0"))
    con.execute(query, _used(query, days))


def recompute(con: duckdb.DuckDBPyConnection, task: Task, history_start: dt.date) -> None:
    """Leave the table `recomputed` (unit, id, value) in `con`; figures that look back too far are null."""
    spans, days = task.spans, _days(task)
    before = Span.ending(task.period.span.first - 1, task.window_months)
    started = history_start.replace(day=1)
    sees = {
        "sees_w0": started <= spans["w0"].start,
        "sees_earlier": started < spans["w0"].start,
        "sees_before": started <= before.start,
    }
    # where a margin is given, that of no row is 0; where it is known of too little, it is not known
    margin = _MARGIN if task.has_margin else "NULL::DOUBLE AS margin_p, NULL::DOUBLE AS known_p, NULL AS known_revenue"
    con.execute(
        f"""CREATE TEMP TABLE sql_rows AS
        WITH sums AS (
            SELECT unit, coalesce(sum(margin), 0)::DOUBLE AS margin, coalesce(sum(gross), 0)::DOUBLE AS gross,
                   coalesce(sum(known), 0)::DOUBLE AS known, coalesce(sum(known_revenue), 0)::DOUBLE AS of_known
            FROM (SELECT DISTINCT unit FROM sql_clients) LEFT JOIN sql_margins USING (unit) GROUP BY unit),
             margins AS (SELECT unit, {margin} FROM sums),
             counted AS (SELECT unit, sum(p)::BIGINT AS p, sum(w1)::BIGINT AS w1, sum(w0)::BIGINT AS w0
                         FROM sql_orders GROUP BY unit)
        SELECT unit, margin_p, known_p, known_revenue, coalesce(p, 0) AS orders_p, coalesce(w1, 0)::DOUBLE AS orders1,
               coalesce(w0, 0)::DOUBLE AS orders0
        FROM (SELECT DISTINCT unit FROM sql_clients) LEFT JOIN margins USING (unit) LEFT JOIN counted USING (unit)"""
    )
    # sums of doubles in the order of the clients: the same bits each time
    con.execute("CREATE OR REPLACE TABLE sql_clients AS SELECT * FROM sql_clients ORDER BY unit, client")
    figures = _FIGURES.format(per_client=_PER_CLIENT)
    con.execute("SET threads = 1")
    wide = con.execute(figures, _used(figures, {**days, **sees})).fetch_df()
    con.execute("RESET threads")
    con.register("long_figures", wide.melt("unit", var_name="id", value_name="value").astype({"value": "float64"}))
    con.execute("CREATE TABLE recomputed AS SELECT unit::INTEGER AS unit, id, value FROM long_figures")
    con.unregister("long_figures")


def _days(task: Task) -> dict[str, object]:
    spans = task.spans
    before = Span.ending(task.period.span.first - 1, task.window_months)
    return {
        "p": spans["p"].start,
        "end": spans["p"].end,
        "w1": spans["w1"].start,
        "w1_end": spans["w1"].end,
        "w0": spans["w0"].start,
        "w0_end": spans["w0"].end,
        "before": before.start,
        "before_end": before.end,
    }


def _used(query: str, values: dict[str, object]) -> dict[str, object]:
    """The values that a query names: DuckDB refuses those it does not know."""
    return {name: value for name, value in values.items() if re.search(rf"\${name}\b", query)}
