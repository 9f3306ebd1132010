"""The second path: figures computed in SQL straight from the validated rows, to check the notebooks by.

Nothing of the reduction is used but the view `rows` of what was validated, so a slip in either path shows as a
difference. What is of a client counts under `all` once more: of one of several units from its days, of others as it is.
"""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.slices import recompute_silence
from portfolio_review.slices.rows import Rows, register
from portfolio_review.slices.task import ALL_CODE, Task

_DAYS = """SELECT unit, client, date AS day, sum(revenue) AS revenue,
       max(CASE WHEN revenue > 0 THEN 1 ELSE 0 END) = 1 AS bought
FROM rows GROUP BY unit, client, date"""

_DAYS_OF_ALL = f"""CREATE TABLE sql_several AS
SELECT client FROM sql_days GROUP BY client HAVING min(unit) <> max(unit);
INSERT INTO sql_days
SELECT {ALL_CODE}, client, day, sum(revenue), bool_or(bought) FROM sql_days SEMI JOIN sql_several USING (client)
GROUP BY ALL"""

_CLIENTS = """
SELECT unit, client,
       coalesce(sum(revenue) FILTER (day BETWEEN $w1 AND $w1_end)::DOUBLE, 0) AS r1,
       coalesce(sum(revenue) FILTER (day BETWEEN $w0 AND $w0_end)::DOUBLE, 0) AS r0,
       coalesce(sum(revenue) FILTER (day BETWEEN $p AND $end)::DOUBLE, 0) AS rp,
       coalesce(bool_or(bought) FILTER (day BETWEEN $w1 AND $w1_end), false) AS a1,
       coalesce(bool_or(bought) FILTER (day BETWEEN $w0 AND $w0_end), false) AS a0,
       coalesce(bool_or(bought) FILTER (day BETWEEN $p AND $end), false) AS ap,
       coalesce(bool_or(bought) FILTER (day BETWEEN $before AND $before_end), false) AS bought_before,
       min(day) FILTER (bought) AS first,
       count(*) FILTER (bought AND day BETWEEN $w1 AND $w1_end) AS days1
FROM sql_days GROUP BY unit, client"""

_PAIRS = """SELECT unit, client, order_key, max(CASE WHEN date >= $p THEN 1 ELSE 0 END) AS p,
       max(CASE WHEN date BETWEEN $w1 AND $w1_end THEN 1 ELSE 0 END) AS w1,
       max(CASE WHEN date BETWEEN $w0 AND $w0_end THEN 1 ELSE 0 END) AS w0
FROM rows WHERE revenue > 0 AND date >= $least GROUP BY unit, client, order_key"""

_ORDERS = f"""WITH shared AS (SELECT client FROM sql_pairs GROUP BY client HAVING min(unit) <> max(unit)),
     whole AS (  -- of a client of several units a pair counts once
    SELECT max(p) AS p, max(w1) AS w1, max(w0) AS w0
    FROM sql_pairs JOIN shared USING (client) GROUP BY client, order_key),
     each AS (SELECT unit, p, w1, w0 FROM sql_pairs UNION ALL SELECT {ALL_CODE} AS unit, p, w1, w0 FROM whole UNION ALL
              SELECT {ALL_CODE} AS unit, p, w1, w0 FROM sql_pairs WHERE client NOT IN (SELECT client FROM shared))
SELECT unit, sum(p) AS p, sum(w1) AS w1, sum(w0) AS w0 FROM each GROUP BY unit"""

_SUMS = """SELECT unit, sum(margin) AS margin, sum(abs(revenue)) AS gross,
       sum(CASE WHEN margin IS NOT NULL THEN abs(revenue) END) AS known,
       sum(CASE WHEN margin IS NOT NULL THEN revenue END) AS known_revenue
FROM rows WHERE date >= $p GROUP BY unit"""

_ROWS = f"""CREATE TABLE sql_rows AS
WITH sums AS (
    SELECT coalesce(unit, {ALL_CODE}) AS unit, sum(margin) AS margin, sum(gross) AS gross, sum(known) AS known,
           sum(known_revenue) AS known_revenue
    FROM sql_sums WHERE $has_margin GROUP BY GROUPING SETS ((unit), ())),
     margins AS (
    SELECT unit, coalesce(margin, 0)::DOUBLE AS margin, coalesce(gross, 0)::DOUBLE AS gross,
           coalesce(known, 0)::DOUBLE AS known, coalesce(known_revenue, 0)::DOUBLE AS known_revenue
    FROM (SELECT DISTINCT unit FROM sql_clients) LEFT JOIN sums USING (unit))
SELECT unit,
       -- where a margin is given, that of no row is 0; where it is known of too little, it is not known
       CASE WHEN $has_margin AND (gross = 0 OR known / gross >= 0.9 - 1e-9) THEN margin END AS margin_p,
       CASE WHEN $has_margin THEN CASE WHEN gross = 0 THEN 1 ELSE known / gross END END AS known_p, known_revenue,
       coalesce(p, 0) AS orders_p, coalesce(w1, 0)::DOUBLE AS orders1, coalesce(w0, 0)::DOUBLE AS orders0
FROM margins LEFT JOIN sql_orders USING (unit)"""

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


def run(rows: Rows, task: Task, history_start: dt.date) -> None:
    """Leave the table `recomputed` (unit, id, value) in `rows.con`; figures that look back too far are null.

    Reads `rows` and `names`, and `given_payments` where payments are given.
    """
    con, spans, started = rows.con, task.spans, history_start.replace(day=1)
    before = Span.ending(task.period.span.first - 1, task.window_months)
    values: dict[str, object] = {
        "p": spans["p"].start, "end": spans["p"].end, "w1": spans["w1"].start, "w1_end": spans["w1"].end,
        "w0": spans["w0"].start, "w0_end": spans["w0"].end, "before": before.start, "before_end": before.end,
        "least": min(spans["p"].start, spans["w0"].start), "has_margin": task.has_margin,
        "sees_w0": started <= spans["w0"].start, "sees_earlier": started < spans["w0"].start,
        "sees_before": started <= before.start,
    }  # fmt: skip
    figures = _FIGURES.format(per_client=_PER_CLIENT)
    clients = f"CREATE TABLE sql_clients AS {recompute_silence.also_of_all(_CLIENTS)} ORDER BY unit, client"
    rows.give("sql_days", _DAYS)
    con.execute(_DAYS_OF_ALL)
    con.execute(clients, _used(clients, values))
    rows.keep("sql_pairs", _written(_PAIRS, values))
    rows.give("sql_orders", _ORDERS)
    rows.drop("sql_pairs")
    rows.give("sql_sums", _written(_SUMS, values))
    con.execute(_ROWS, _used(_ROWS, values))
    con.execute("SET threads = 1")  # sums of doubles in the order of the clients: the same bits each time
    wide = [con.execute(figures, _used(figures, values)).fetch_df()]
    con.execute("RESET threads")
    wide += recompute_silence.figures(con, task, history_start)
    long = pd.concat([frame.melt("unit", var_name="id", value_name="value") for frame in wide])
    register(con, "long_figures", long.astype({"value": "float64"}))
    con.execute("CREATE TABLE recomputed AS SELECT unit::INTEGER AS unit, id, value FROM long_figures")


def _written(query: str, values: dict[str, object]) -> str:
    """The query with the days it names written out."""
    return re.sub(r"\$(\w+)", lambda found: f"DATE '{values[found[1]]}'", query)


def _used(query: str, values: dict[str, object]) -> dict[str, object]:
    """The values that a query names: DuckDB refuses those it does not know."""
    return {name: value for name, value in values.items() if re.search(rf"\${name}\b", query)}
