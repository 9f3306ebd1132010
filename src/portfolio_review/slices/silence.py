"""Purchases and the gaps between them: of each client at the days asked for, of the whole series, and who came back.

In: `purchases`, `facts`, `seen` of the reduction. A quantile is read off a running count in ascending order, in whole
fifths of a day: the place 4 (n − 1) / 5 of n gaps, between the two that it lies between. Source: Gaps and lapse.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.metrics import chance_back
from portfolio_review.metrics.chance_back import BANDS_FROM, WITHIN_MONTHS
from portfolio_review.metrics.lapse import FEWEST_OWN_GAPS, LONGEST_LIMIT_DAYS, SHORTEST_LIMIT_DAYS
from portfolio_review.slices.rows import register
from portfolio_review.slices.task import ALL_CODE, Task, days_since_1970

RECENT_MONTHS = 24
"""Only gaps whose later day lies in so many calendar months count (metric "usual gap")."""
_YOUNGEST = 2
"""At the end of the second month after a purchase the silence can first be longer than 90 days."""


def run(con: duckdb.DuckDBPyConnection, task: Task) -> None:
    """Leave in `con` `as_of` and `median_gaps` by unit and client, `series` and `chance_back`."""
    for statement in _as_of(task):
        con.execute(statement)
    counts = con.execute(
        f"""SELECT month, gap, count(*) AS times FROM purchases JOIN seen USING (unit, client)
        WHERE slice = {ALL_CODE} AND gap IS NOT NULL GROUP BY month, gap"""
    ).fetch_df()
    by_gap = counts.pivot(index="month", columns="gap", values="times").fillna(0).sort_index()
    for name, frame in (("series", _series(by_gap, task)), ("chance_back", _chance_back(con, by_gap, task))):
        register(con, name, frame)


def _as_of(task: Task) -> Iterator[str]:
    """At each month end asked for: last purchase, purchase days, gaps of 24 months and their 80 % quantile; and the
    median gap of the 24 months up to the last purchase, missing below 4."""
    months = [month.index for month in task.as_of_months]
    recent = {f"_{at}": f"month BETWEEN {at - RECENT_MONTHS + 1} AND {at}" for at in months}
    recent["_own"] = f"month BETWEEN last_month - {RECENT_MONTHS - 1} AND last_month"
    counts = ", ".join(f"sum(CASE WHEN {within} THEN 1 ELSE 0 END)::INTEGER AS n{at}" for at, within in recent.items())
    window = "PARTITION BY unit, client ORDER BY gap NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    running = ", ".join(f"sum(n{at}) OVER ({window}) AS u{at}" for at in recent)
    whole = ", ".join(f"sum(n{at}) AS t{at}" for at in recent)
    read = ", ".join(_read_off(at, *((1, 2) if at == "_own" else (4, 5))) for at in recent)
    yield f"""CREATE TABLE own_gaps AS
        WITH often AS (
            SELECT unit, client, gap, {counts} FROM purchases JOIN facts USING (unit, client)
            WHERE gap IS NOT NULL AND month <= {task.w1.last.index} GROUP BY unit, client, gap),
             ranked AS (SELECT *, {running} FROM often),
             whole AS (SELECT unit, client, {whole} FROM often GROUP BY unit, client)
        SELECT unit, client, {read} FROM ranked JOIN whole USING (unit, client) GROUP BY unit, client"""
    yield f"""CREATE TABLE median_gaps AS
        SELECT unit, client, (low_own + high_own) / 2.0::DOUBLE AS median_gap FROM own_gaps
        WHERE gaps_own >= {FEWEST_OWN_GAPS}"""
    known = ", ".join(
        f"max(CASE WHEN month <= {at} THEN day END) AS last_{at}, "
        f"sum(CASE WHEN month <= {at} THEN 1 ELSE 0 END)::INTEGER AS days_{at}"
        for at in months
    )
    yield f"CREATE TABLE known_at AS SELECT unit, client, {known} FROM purchases GROUP BY unit, client"
    long = " UNION ALL ".join(
        f"""SELECT unit, client, {days_since_1970(Month(at).last)} AS date, last_{at} AS last_purchase,
            days_{at} AS purchase_days, coalesce(gaps_{at}, 0) AS gaps,
            (low_{at} * (5 - 4 * (gaps_{at} - 1) % 5) + high_{at} * (4 * (gaps_{at} - 1) % 5)) / 5.0::DOUBLE AS gap_q80
        FROM known_at LEFT JOIN own_gaps USING (unit, client) WHERE days_{at} > 0"""
        for at in months
    )
    yield f"CREATE TABLE as_of AS {long} ORDER BY unit"


def _read_off(at: str, part: int, whole: int) -> str:
    """SQL of how many gaps there are and of the two that the place part · (n − 1) / whole lies between."""
    place = f"{part} * (t{at} - 1)"
    holds = f"CASE WHEN n{at} > 0 AND {whole} * u{at} >"
    return (
        f"max(t{at})::INTEGER AS gaps{at}, min({holds} {place} THEN gap END) AS low{at}, "
        f"min({holds} {place} + ({whole} - ({place}) % {whole}) % {whole} THEN gap END) AS high{at}"
    )


def _quantile(by_gap: pd.DataFrame, month: int, part: int, whole: int) -> int | None:
    """The quantile part/whole of the gaps of the 24 months up to a month, times `whole`; None where there is none.

    by_gap: how often a gap stands in all units together, by month of its later day (rows) and days (columns).
    """
    rows = by_gap[(by_gap.index > month - RECENT_MONTHS) & (by_gap.index <= month)]
    upto = np.cumsum(rows.sum().to_numpy(dtype=np.int64))
    if not len(upto) or not upto[-1]:
        return None
    place = part * (int(upto[-1]) - 1)
    at = [int(np.searchsorted(upto, whole_place, side="right")) for whole_place in (place // whole, -(-place // whole))]
    low, high = (int(by_gap.columns[each]) for each in at)
    return low * (whole - place % whole) + high * (place % whole)


def _series(by_gap: pd.DataFrame, task: Task) -> pd.DataFrame:
    """The usual and the median gap of all units together at each date."""
    found = [
        (pd.Timestamp(month.last), *(_quantile(by_gap, month.index, part, whole) for part, whole in ((4, 5), (1, 2))))
        for month in task.as_of_months
    ]
    frame = pd.DataFrame(found, columns=["date", "usual_gap", "median_gap"])
    frame = frame.astype({"date": "datetime64[us]", "usual_gap": "float64", "median_gap": "float64"})
    return frame.assign(usual_gap=frame["usual_gap"] / 5, median_gap=frame["median_gap"] / 2)


def _limit(usual: str) -> str:
    """SQL of min(max(2 g, 90), max(365, g)) in fifths of a day, of g in fifths."""
    short, long = 5 * SHORTEST_LIMIT_DAYS, 5 * LONGEST_LIMIT_DAYS
    return (
        f"CASE WHEN 2 * {usual} < {short} THEN {short} WHEN 2 * {usual} < {long} THEN 2 * {usual} "
        f"WHEN {usual} < {long} THEN {long} ELSE {usual} END"
    )


def _chance_back(con: duckdb.DuckDBPyConnection, by_gap: pd.DataFrame, task: Task) -> pd.DataFrame:
    """`chance_back`: date, from_months, cases, bought, clients (see `chance_back.joined`), as of W1's end and as of 12
    months earlier; no rows as of a date where too few lapsed clients were seen.

    A case is a client lapsed at a month end: after a purchase silent for longer than its limit, the client's own while
    4 of its gaps are recent, the series' then.
    """
    last = task.w1.last.index
    ends = (last - WITHIN_MONTHS, last - 2 * WITHIN_MONTHS)
    first = con.execute("SELECT min(month) FROM purchases").fetchall()[0][0]
    months = range(first, ends[0] + 1) if first is not None else range(0)
    limits = [
        f"({at}, {days_since_1970(Month(at).last)}, {-1 if usual is None else usual})"
        for at in months
        for usual in [_quantile(by_gap, at, 4, 5)]
    ]
    rows: list[tuple[object, ...]] = []
    if limits:
        for statement in _cases(", ".join(limits), ends):
            con.execute(statement)
    for number, end in enumerate(ends if limits else ()):
        cases, bought = np.zeros(len(BANDS_FROM), dtype=np.int64), np.zeros(len(BANDS_FROM), dtype=np.int64)
        for band, times, came in con.execute(
            f"SELECT band, sum(weight), sum(weight * came) FROM cases WHERE month <= {end} GROUP BY band"
        ).fetchall():
            cases[band], bought[band] = times, came
        clients = np.zeros(1 << len(BANDS_FROM), dtype=np.int64)
        bits = " + ".join(f"{1 << band} * b{number}_{band}" for band in range(len(BANDS_FROM)))
        for which, times in con.execute(f"SELECT {bits}, count(*) FROM bands_seen GROUP BY 1").fetchall():
            clients[which] = times
        rows += [
            (pd.Timestamp(Month(end + WITHIN_MONTHS).last), band.from_months, band.cases, band.bought, band.clients)
            for band in chance_back.joined(cases.tolist(), bought.tolist(), clients)
        ]
    kinds = {"date": "datetime64[us]", **dict.fromkeys(chance_back.COUNTED[1:], "int64")}
    return pd.DataFrame(rows, columns=list(chance_back.COUNTED)).astype(kinds).sort_values(["date", "from_months"])


def _cases(limits: str, ends: tuple[int, int]) -> Iterator[str]:
    """`cases` (month, band, came, weight) and `bands_seen`: of each client the bands it was seen in up to each end.

    Silences that go by the series' limits are alike where day, next purchase and begin are: they are counted by kind.
    """
    yield f"""CREATE TABLE limits AS
        SELECT month, last_day, CASE WHEN usual < 0 THEN {5 * LONGEST_LIMIT_DAYS} ELSE {_limit("usual")} END AS fifths
        FROM (VALUES {limits}) AS l(month, last_day, usual)"""
    # common: from which month end on fewer than 4 gaps of the client's own are recent
    yield f"""CREATE TABLE spells AS
        WITH silent AS (
            SELECT p.unit, p.client, day, month, coalesce(following, {1 << 24}) AS following,
                   CASE WHEN following <= {ends[0]} THEN following - 1 ELSE {ends[0]} END AS last,
                   CASE WHEN nth > {FEWEST_OWN_GAPS} AND third_before + {RECENT_MONTHS} > month + {_YOUNGEST}
                        THEN third_before + {RECENT_MONTHS} ELSE month + {_YOUNGEST} END AS common
            FROM purchases p JOIN seen USING (unit, client) WHERE slice = {ALL_CODE})
        SELECT * FROM silent WHERE last >= month + {_YOUNGEST}"""
    yield f"""CREATE TABLE own_silences AS
        WITH asked AS (
            SELECT s.*, l.month AS month_end, 5 * (l.last_day - s.day) AS silence,
                   {_limit("(5 * f.longest)")} AS settled  -- where the longest gap settles it, no quantile is taken
            FROM spells s JOIN limits l ON l.month >= s.month + {_YOUNGEST} AND l.month < s.common AND l.month <= s.last
            JOIN facts f ON f.unit = s.unit AND f.client = s.client
            WHERE l.last_day - s.day > {SHORTEST_LIMIT_DAYS}),
             gaps AS (
            SELECT a.unit, a.client, a.day, a.month_end, g.gap,
                   row_number() OVER (PARTITION BY a.unit, a.client, a.day, a.month_end ORDER BY g.gap) - 1 AS place,
                   4 * (count(*) OVER (PARTITION BY a.unit, a.client, a.day, a.month_end) - 1) AS fifths
            FROM asked a JOIN purchases g ON g.unit = a.unit AND g.client = a.client AND g.day <= a.day
                 AND g.month > a.month_end - {RECENT_MONTHS}
            WHERE a.silence <= a.settled AND g.gap IS NOT NULL),
             usual AS (
            SELECT unit, client, day, month_end,
                   max(CASE WHEN 5 * place <= fifths THEN gap END) * (5 - max(fifths) % 5)
                   + min(CASE WHEN 5 * place >= fifths THEN gap END) * (max(fifths) % 5) AS usual
            FROM gaps GROUP BY unit, client, day, month_end)
        SELECT a.unit, a.client, a.month AS bought_in, a.month_end, a.following FROM asked a
        LEFT JOIN usual u ON u.unit = a.unit AND u.client = a.client AND u.day = a.day AND u.month_end = a.month_end
        WHERE a.silence > a.settled OR a.silence > {_limit("u.usual")}"""
    bands = [(place, since) for place, since in enumerate(BANDS_FROM) if place]
    band = " ".join(f"WHEN month_end - bought_in >= {since} THEN {place}" for place, since in reversed(bands))
    columns = (
        f"month_end AS month, CASE {band} ELSE 0 END AS band, "
        f"CASE WHEN following <= month_end + {WITHIN_MONTHS} THEN 1 ELSE 0 END AS came"
    )
    kind = "day, following, common, last"
    yield f"""CREATE TABLE kinds AS
        WITH alike AS (
            SELECT {kind}, max(month) AS bought_in, count(*) AS weight FROM spells
            WHERE common <= last GROUP BY {kind}),
             lapsed AS (
            SELECT a.*, l.month AS month_end FROM alike a JOIN limits l ON l.month BETWEEN a.common AND a.last
            WHERE 5 * (l.last_day - a.day) > l.fifths)
        SELECT {kind}, weight, {columns} FROM lapsed"""
    yield f"""CREATE TABLE own_cases AS SELECT unit, client, {columns} FROM own_silences"""
    yield """CREATE TABLE cases AS
        SELECT month, band, came, weight FROM kinds UNION ALL SELECT month, band, came, 1 FROM own_cases"""
    seen = ", ".join(
        f"max(CASE WHEN band = {place} AND month <= {end} THEN 1 ELSE 0 END) AS b{number}_{place}"
        for number, end in enumerate(ends)
        for place in range(len(BANDS_FROM))
    )
    names = [f"b{number}_{place}" for number in range(len(ends)) for place in range(len(BANDS_FROM))]
    most = ", ".join(f"max({name}) AS {name}" for name in names)
    yield f"""CREATE TABLE bands_seen AS
        WITH of_kind AS (SELECT {kind}, {seen} FROM kinds GROUP BY {kind}),
             each AS (
            SELECT unit, client, {", ".join(names)} FROM spells JOIN of_kind USING ({kind}) UNION ALL
            SELECT unit, client, {seen} FROM own_cases GROUP BY unit, client)
        SELECT {most} FROM each GROUP BY unit, client"""
