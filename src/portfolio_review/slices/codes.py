"""Clients as numbers: under which code each counts, and the rows of one bucket of whole clients at a time.

In: the coded transactions of step 1 and the keys of merged or grouped clients. Codes follow the order of the
ids, and the buckets follow one another in it, so what is reduced bucket by bucket comes in the order of clients.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd

from portfolio_review.slices.task import Task
from portfolio_review.sources import Sources
from portfolio_review.sources.engine import text

ALL_CODE = 1 << 30
"""The unit code of the review of all."""
CLIENT = f"(who & {(1 << 32) - 1})"
"""SQL of the client's code: `who` is unit · 2³² + client, one number to group and to sort by."""
OF_ALL = f"({ALL_CODE}::BIGINT << 32 | {CLIENT})"
"""SQL of the same client under `all`."""
_LARGE = 10**6
"""Amounts below it fit a DECIMAL(18, 12), half the width."""


def prepare(con: duckdb.DuckDBPyConnection, sources: Sources, keys: pd.DataFrame) -> None:
    """Leave `keys`, `names` (code, client_id), `unit_names` (unit, name) and, where clients count under others,
    `codes` (raw, code, bucket, moved) in `con`."""
    con.register("key_frame", keys)
    con.execute("CREATE TEMP TABLE keys AS SELECT client_id, key FROM key_frame")
    con.unregister("key_frame")
    known = (
        "SELECT DISTINCT code, value, bucket FROM "
        f"read_parquet({text(str(sources.dictionary('client_id')))}) WHERE value IS NOT NULL"
    )
    if keys.empty:
        con.execute(f"CREATE TEMP TABLE names AS SELECT code, value AS client_id FROM ({known})")
    else:
        con.execute(
            f"""CREATE TEMP TABLE codes AS
            WITH known AS ({known}),
                 keyed AS (SELECT k.code AS raw, bucket, coalesce(key, value) AS client_id
                           FROM known k LEFT JOIN keys ON keys.client_id = k.value),
                 -- a key lies in the bucket of the first client at or after it in the order of ids
                 placed AS (SELECT raw, client_id, bucket, (SELECT max(bucket) FROM known) AS last,
                                   dense_rank() OVER (ORDER BY client_id)::UINTEGER AS code FROM keyed),
                 homes AS (SELECT p.client_id, coalesce(any_value(k.bucket), any_value(p.last)) AS bucket
                           FROM (SELECT DISTINCT client_id, last FROM placed) p
                           ASOF LEFT JOIN known k ON k.value >= p.client_id GROUP BY p.client_id)
            SELECT raw, code, client_id, h.bucket, h.bucket <> p.bucket AS moved
            FROM placed p JOIN homes h USING (client_id)"""
        )
        con.execute("CREATE TEMP TABLE names AS SELECT DISTINCT code, client_id FROM codes")
    units = sources.dictionary("unit")
    named = (
        f"SELECT DISTINCT code::INTEGER AS unit, value AS name FROM read_parquet({text(str(units))}) WHERE code > 0"
        if units.exists()
        else "SELECT 0 AS unit, '' AS name WHERE false"
    )
    con.execute(f"CREATE TEMP TABLE unit_names AS {named}")


def buckets(con: duckdb.DuckDBPyConnection, sources: Sources, task: Task) -> Iterator[int]:
    """Fill the table `rows` with the rows of one bucket after the other, up to the end of P; gives its number.

    `rows`: who, day, revenue, bought (whether revenue is positive), and margin, order_key, product, category where
    they are known.
    """
    folders = sources.buckets
    every = ", ".join(f"{text(str(folder / '*.parquet'))}" for folder in folders.values())
    money = "DECIMAL(38, 12)"
    if every:
        most = con.execute(
            f"SELECT max(abs(revenue)), max(abs({'margin' if task.has_margin else '0'})) FROM read_parquet([{every}])"
        ).fetchall()[0]
        money = "DECIMAL(18, 12)" if max(value or 0 for value in most) < _LARGE else money
    known = ["order_key"] * task.has_orders + ["product"] * task.has_product + ["category"] * task.has_category
    known += [f"margin::{money} AS margin"] * task.has_margin
    chosen = ", ".join(["date AS day", f"revenue::{money} AS revenue", "revenue > 0 AS bought", *known])
    until = f"date <= DATE '{task.period.end}'"
    keyed = bool(con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'codes'").fetchall())
    numbers = list(folders)
    if keyed and every:
        con.execute(
            f"""CREATE TEMP TABLE moved AS SELECT unit::BIGINT << 32 | c.code AS who, c.bucket, {chosen}
            FROM read_parquet([{every}]) r JOIN codes c ON c.raw = r.client AND c.moved WHERE {until}"""
        )
        more = con.execute("SELECT DISTINCT bucket FROM moved").fetchall()
        numbers = sorted({*folders, *(row[0] for row in more)})
    for number in numbers:
        parts = []
        if number in folders:
            client, join = ("c.code", "JOIN codes c ON c.raw = r.client AND NOT c.moved") if keyed else ("client", "")
            files = text(str(folders[number] / "*.parquet"))
            who = f"unit::BIGINT << 32 | {client} AS who"
            parts.append(f"SELECT {who}, {chosen} FROM read_parquet({files}) r {join} WHERE {until}")
        if keyed:
            parts.append(f"SELECT * EXCLUDE (bucket) FROM moved WHERE bucket = {number}")
        # what is grouped needs no order, and is read in half of the time without
        con.execute("SET preserve_insertion_order = false")
        con.execute(f"CREATE OR REPLACE TEMP TABLE rows AS {' UNION ALL '.join(parts)}")
        yield number
        con.execute("SET preserve_insertion_order = true")
    con.execute("DROP TABLE IF EXISTS rows")
    con.execute("DROP TABLE IF EXISTS moved")
