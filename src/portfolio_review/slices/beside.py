"""What a slice holds beside its facts: attributes of clients, the given tables, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from portfolio_review.calendar import Period, Span
from portfolio_review.slices import identity
from portfolio_review.slices.model import ALL, NO_UNIT, SEVERAL_UNITS
from portfolio_review.slices.task import ALL_CODE, MONEY
from portfolio_review.sources import Sources


def client_table(con: duckdb.DuckDBPyConnection, sources: Sources) -> pd.DataFrame:
    if "clients" not in sources.tables:
        return pd.DataFrame({"client_id": pd.Series(dtype="str")})
    return con.execute("SELECT * FROM read_parquet(?)", [str(sources.folder / "clients.parquet")]).fetch_df()


def attributes(
    con: duckdb.DuckDBPyConnection,
    sources: Sources,
    clients: pd.DataFrame,
    keys: pd.DataFrame,
    files: Sequence[Path],
    w1: Span,
    *,
    by_group: bool,
) -> None:
    """`attributes`: client_id and what it is known by, of_unit: the unit where that is so, none for every unit."""
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
    if len(shared) and files:  # of clients that count as one, the largest of each unit lends its attributes there
        members = clients[clients["client_id"].isin([*keys["client_id"], *shared])]
        sizes = _sizes(con, sources, files, w1)
        each = [
            identity.attributes(members, keys, r.droplevel("unit"), by_group=by_group).assign(of_unit=unit)
            for unit, r in sizes.groupby(level="unit")
        ]
        known = pd.concat([known[~known["client_id"].isin(shared)], *each] if each else [known], ignore_index=True)
    known = identity.told_apart(known)
    con.register("attribute_frame", known.astype({"of_unit": "Int32"}).drop(columns=["unit"], errors="ignore"))
    con.execute("CREATE TABLE attributes AS SELECT * FROM attribute_frame")
    con.unregister("attribute_frame")


def _sizes(con: duckdb.DuckDBPyConnection, sources: Sources, files: Sequence[Path], w1: Span) -> pd.Series:
    """r(W1) of every client, before mergers, by unit (also `ALL_CODE`) and client_id."""
    frame = con.execute(
        f"""WITH mine AS (
            SELECT unit::INTEGER AS unit, value AS client_id, sum(revenue::{MONEY}) AS r
            FROM read_parquet(?) r JOIN (SELECT DISTINCT code, value FROM read_parquet(?)) d ON d.code = r.client
            WHERE date BETWEEN ? AND ? GROUP BY ALL)
        SELECT unit, client_id, r::DOUBLE AS r FROM mine UNION ALL
        SELECT {ALL_CODE}, client_id, sum(r)::DOUBLE FROM mine GROUP BY client_id""",
        [[str(file) for file in files], str(sources.dictionary("client_id")), w1.start, w1.end],
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


def left_out(con: duckdb.DuckDBPyConnection, sources: Sources, files: Sequence[Path], period: Period) -> None:
    frame = pd.DataFrame(
        [(entry.unit, entry.reason, entry.rows, entry.revenue) for entry in sources.left_out],
        columns=["unit", "reason", "rows", "revenue"],
    ).astype({"unit": "str", "reason": "str", "rows": "int64", "revenue": "float64"})
    con.register("left_out_frame", frame)
    con.execute(
        f"""CREATE TABLE left_out AS
        WITH late AS (
            SELECT unit::INTEGER AS unit, count(*) AS rows, sum(revenue::{MONEY}) AS revenue
            FROM read_parquet(?) WHERE date > ? GROUP BY unit),
             found AS (
            SELECT unit, reason, rows, revenue::{MONEY} AS revenue FROM left_out_frame
            UNION ALL
            SELECT coalesce(name, '{NO_UNIT}'), 'after_period', rows, revenue
            FROM late LEFT JOIN unit_names USING (unit))
        SELECT coalesce(unit, '{ALL}') AS unit, reason, sum(rows)::BIGINT AS rows, sum(revenue)::DOUBLE AS revenue
        FROM found GROUP BY GROUPING SETS ((unit, reason), (reason))""",
        [[str(file) for file in files], period.end],
    )
    con.unregister("left_out_frame")
