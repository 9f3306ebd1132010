"""What a slice holds beside its facts: attributes of clients, the given tables, and what was left out."""

from __future__ import annotations

import duckdb
import pandas as pd

from portfolio_review.calendar import Period, Span
from portfolio_review.slices import identity
from portfolio_review.slices.model import ALL, NO_UNIT, SEVERAL_UNITS
from portfolio_review.slices.rows import Rows, register
from portfolio_review.slices.task import ALL_CODE, MONEY
from portfolio_review.sources import Sources


def client_table(con: duckdb.DuckDBPyConnection, sources: Sources) -> pd.DataFrame:
    if "clients" not in sources.tables:
        return pd.DataFrame({"client_id": pd.Series(dtype="str")})
    return con.execute("SELECT * FROM read_parquet(?)", [str(sources.folder / "clients.parquet")]).fetch_df()


def attributes(rows: Rows, clients: pd.DataFrame, keys: pd.DataFrame, w1: Span, *, by_group: bool) -> None:
    """`attributes`: client_id and what it is known by, of_unit: the unit where that is so, none for every unit."""
    con = rows.con
    # in the review of all, a client's unit is an attribute like its type
    con.execute(
        f"""CREATE TABLE homes AS
        SELECT client_id, CASE WHEN min(unit) = max(unit) THEN coalesce(min(name), '{NO_UNIT}')
                               ELSE '{SEVERAL_UNITS}' END AS home
        FROM facts JOIN names USING (client) LEFT JOIN unit_names USING (unit)
        WHERE unit <> {ALL_CODE} AND first_purchase IS NOT NULL GROUP BY client_id"""
    )
    shared = keys["key"].unique()
    known = identity.attributes(clients, keys, pd.Series(dtype="float64"), by_group=by_group).assign(of_unit=None)
    if len(shared):  # of clients that count as one, the largest of each unit lends its attributes there
        members = clients[clients["client_id"].isin([*keys["client_id"], *shared])]
        sizes = _sizes(rows, w1)
        each = [
            identity.attributes(members, keys, r.droplevel("unit"), by_group=by_group).assign(of_unit=unit)
            for unit, r in sizes.groupby(level="unit")
        ]
        known = pd.concat([known[~known["client_id"].isin(shared)], *each] if each else [known], ignore_index=True)
    known = identity.told_apart(known)
    register(con, "attributes", known.astype({"of_unit": "Int32"}).drop(columns=["unit"], errors="ignore"))


def _sizes(rows: Rows, w1: Span) -> pd.Series:
    """r(W1) of every client, before mergers, by unit (also `ALL_CODE`) and client_id."""
    within = f"date BETWEEN DATE '{w1.start}' AND DATE '{w1.end}'"
    rows.give(
        "sizes_w1",
        f"SELECT unit, raw, sum(CAST(revenue AS {MONEY})) AS r FROM coded WHERE {within} GROUP BY unit, raw",
    )
    frame = rows.con.execute(
        f"""WITH mine AS (
            SELECT unit, value AS client_id, sum(r) AS r
            FROM sizes_w1 JOIN texts ON code = raw GROUP BY ALL)
        SELECT unit, client_id, r::DOUBLE AS r FROM mine UNION ALL
        SELECT {ALL_CODE}, client_id, sum(r)::DOUBLE FROM mine GROUP BY client_id"""
    ).fetch_df()
    return frame.set_index(["unit", "client_id"])["r"]


def given_tables(con: duckdb.DuckDBPyConnection, sources: Sources) -> None:
    """`given_<table>`: the other tables, re-keyed like the transactions."""
    for table in sources.tables:
        if table in ("transactions", "clients"):
            continue
        path = str(sources.folder / f"{table}.parquet")
        rekeyed = "client_id" in sources.columns[table]
        select = "t.* REPLACE (coalesce(k.key, t.client_id) AS client_id)" if rekeyed else "t.*"
        join = "LEFT JOIN keys k ON k.client_id = t.client_id" if rekeyed else ""
        con.execute(f'CREATE TABLE "given_{table}" AS SELECT {select} FROM read_parquet(?) t {join}', [path])


def left_out(rows: Rows, sources: Sources, period: Period) -> None:
    frame = pd.DataFrame(
        [(entry.unit, entry.reason, entry.rows, entry.revenue) for entry in sources.left_out],
        columns=["unit", "reason", "rows", "revenue"],
    ).astype({"unit": "str", "reason": "str", "rows": "int64", "revenue": "float64"})
    register(rows.con, "left_out_frame", frame)
    rows.give(
        "late_rows",
        f"""SELECT unit, count(*) AS n, sum(CAST(revenue AS {MONEY})) AS revenue
        FROM coded WHERE date > DATE '{period.end}' GROUP BY unit""",
    )
    rows.con.execute(
        f"""CREATE TABLE left_out AS
        WITH found AS (
            SELECT unit, reason, rows, revenue::{MONEY} AS revenue FROM left_out_frame
            UNION ALL
            SELECT coalesce(name, '{NO_UNIT}'), 'after_period', n, revenue
            FROM late_rows LEFT JOIN unit_names USING (unit))
        SELECT coalesce(unit, '{ALL}') AS unit, reason, sum(rows)::BIGINT AS rows, sum(revenue)::DOUBLE AS revenue
        FROM found GROUP BY GROUPING SETS ((unit, reason), (reason))"""
    )
