"""Clients as numbers: under which code each counts, and the rows of one bucket of whole clients at a time.

In: the coded transactions of step 1 and the keys of merged or grouped clients. Codes follow the order of the
ids, and the buckets follow one another in it, so what is reduced bucket by bucket comes in the order of clients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pandas as pd

from portfolio_review.slices.task import MONEY, Task
from portfolio_review.sources import Sources
from portfolio_review.sources.engine import text

ALL_CODE = 1 << 30
"""The unit code of the review of all."""
CLIENT = f"(who & {(1 << 32) - 1})"
"""SQL of the client's code: `who` is unit · 2³² + client, one number to group and to sort by."""
OF_ALL = f"({ALL_CODE}::BIGINT << 32 | {CLIENT})"
"""SQL of the same client under `all`."""
_NARROW, _LARGE = "DECIMAL(18, 6)", 10**12
"""Amounts below it fit half the width."""


@dataclass(frozen=True)
class Bucket:
    """The rows of whole clients up to the end of P, as SQL: unit, client, date, revenue and what else is known."""

    rows: str
    columns: tuple[str, ...]
    money: str
    """The SQL type that holds an amount to six decimals, the narrowest that is wide enough."""


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
            f"""CREATE TABLE codes AS
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


def words(con: duckdb.DuckDBPyConnection, sources: Sources, column: str) -> list[str]:
    """The texts of a coded column by code; codes begin with 1, so the first stands for none."""
    path = sources.dictionary(column)
    if not path.exists():
        return [""]
    known = con.execute(
        f"SELECT DISTINCT code, value FROM read_parquet({text(str(path))}) WHERE code > 0 ORDER BY code"
    ).fetchall()
    return ["", *(value for _, value in known)]


def buckets(con: duckdb.DuckDBPyConnection, sources: Sources, task: Task) -> Iterator[Bucket]:
    """One bucket after the other, in the order of clients; merged or grouped clients under their own code.

    Columns: unit, client, date, revenue, and margin, order_key, product, category where they are known.
    """
    folders = sources.buckets
    known = {"margin": task.has_margin, "order_key": task.has_orders, "product": task.has_product}
    known["category"] = task.has_category
    columns = ("unit", "client", "date", "day", "revenue", *(name for name, given in known.items() if given))
    chosen = ", ".join(["unit", "date", "revenue", *(name for name, given in known.items() if given)])
    until = f"date <= DATE '{task.period.end}'"
    keyed = bool(con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'codes'").fetchall())
    numbers, money = list(folders), MONEY
    if folders:
        every = ", ".join(f"{text(str(folder / '*.parquet'))}" for folder in folders.values())
        most = con.execute(f"SELECT max(abs(revenue)) FROM read_parquet([{every}])").fetchall()[0][0]
        money = _NARROW if most is not None and most < _LARGE else MONEY
    if keyed and folders:
        con.execute(
            f"""CREATE TABLE moved AS SELECT c.code AS client, c.bucket, {chosen}
            FROM read_parquet([{every}]) r JOIN codes c ON c.raw = r.client AND c.moved WHERE {until}"""
        )
        more = con.execute("SELECT DISTINCT bucket FROM moved").fetchall()
        numbers = sorted({*folders, *(row[0] for row in more)})
    for number in numbers:
        parts = []
        if number in folders:
            files = text(str(folders[number] / "*.parquet"))
            client, join = ("c.code", "JOIN codes c ON c.raw = r.client AND NOT c.moved") if keyed else ("client", "")
            parts.append(f"SELECT {client} AS client, {chosen} FROM read_parquet({files}) r {join} WHERE {until}")
        if keyed:
            parts.append(f"SELECT client, {chosen} FROM moved WHERE bucket = {number}")
        yield Bucket(" UNION ALL ".join(parts), columns, money)
