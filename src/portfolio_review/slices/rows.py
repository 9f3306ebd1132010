"""The validated rows as both paths read them: whole numbers for units, clients, days and months, exact money.

In: the coded transactions of step 1 and the keys of merged or grouped clients. Codes follow the binary order of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from portfolio_review.errors import DataRefusedError
from portfolio_review.slices.task import MONEY, Task
from portfolio_review.sources import Sources
from portfolio_review.sources.engine import text

_NARROW, _LARGE = "DECIMAL(18, 6)", 10**12
"""Amounts below it fit one machine word."""
_LARGEST = 9e16
"""Sums of sizes from it on hold no cents in double precision."""
_TYPES = {"unit": "INTEGER", "client": "INTEGER", "order_key": "UBIGINT", "product": "INTEGER", "category": "INTEGER"}


def prepare(con: duckdb.DuckDBPyConnection, sources: Sources, keys: pd.DataFrame, task: Task) -> None:
    """Leave in `con` the view `rows`, up to the end of P, `keys` (client_id, key), `names` (client, client_id),
    `unit_names` (unit, name) and `categories` (category, name).

    rows: unit, client, date, day (since 1970), month (12 · year + month − 1), revenue, margin, order_key (the day
    where an order has no id; of its year where ids are used again), product, category: codes, null where unknown.
    `DataRefusedError` where the sizes of amounts add up to more than doubles hold to the cent.
    """
    con.register("key_frame", keys)
    con.execute("CREATE TABLE keys AS SELECT client_id, key FROM key_frame")
    con.unregister("key_frame")
    known = _dictionary(sources, "client_id")
    con.execute(
        f"""CREATE TABLE codes AS
        SELECT code AS raw, coalesce(key, value) AS client_id,
               (dense_rank() OVER (ORDER BY coalesce(key, value)))::INTEGER AS client
        FROM ({known}) LEFT JOIN keys ON keys.client_id = value;
        CREATE TABLE names AS SELECT DISTINCT client, client_id FROM codes"""
    )
    for table, name, column in (("unit_names", "unit", "unit"), ("categories", "category", "category")):
        query = f"SELECT code::INTEGER AS {column}, value AS name FROM ({_dictionary(sources, name)})"
        con.execute(f"CREATE TABLE {table} AS {query}")
    files = files_of(sources)
    if not files:
        columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in _TYPES.items())
        source = f"(SELECT {columns}, NULL::DATE AS date, NULL::DOUBLE AS revenue WHERE false)"
    else:
        source = f"read_parquet([{', '.join(text(str(file)) for file in files)}])"
    money = _money(con, source, task)
    client, join = "r.client::INTEGER", ""
    if len(keys):
        client, join = "c.client", "JOIN codes c ON c.raw = r.client"
    order = "(r.date - DATE '1970-01-01')::UBIGINT"
    order = f"coalesce(r.order_key, {order})" if task.has_orders else order
    order = f"hash({order}, year(r.date))" if task.orders_by_year else order

    def given(name: str, has: bool) -> str:
        return f"r.{name}::{_TYPES[name]} AS {name}" if has else f"NULL::{_TYPES[name]} AS {name}"

    con.execute(
        f"""CREATE VIEW rows AS
        SELECT r.unit::INTEGER AS unit, {client} AS client, r.date::DATE AS date,
               (r.date - DATE '1970-01-01')::INTEGER AS day, (12 * year(r.date) + month(r.date) - 1)::INTEGER AS month,
               r.revenue::{money} AS revenue, {f"r.margin::{money}" if task.has_margin else f"NULL::{money}"} AS margin,
               {order} AS order_key, {given("product", task.has_product)},
               {given("category", task.has_category)}
        FROM {source} r {join} WHERE r.date <= DATE '{task.period.end}'"""
    )


def files_of(sources: Sources) -> Sequence[Path]:
    """The files of the coded transactions that count."""
    return [path for folder in sources.buckets.values() for path in sorted(folder.glob("*.parquet"))]


def _dictionary(sources: Sources, column: str) -> str:
    """SQL of the texts of a coded column: code, from 1, and value."""
    path = sources.dictionary(column)
    if not path.exists():
        return "SELECT 0 AS code, '' AS value WHERE false"
    return f"SELECT DISTINCT code, value FROM read_parquet({text(str(path))}) WHERE code > 0"


def _money(con: duckdb.DuckDBPyConnection, source: str, task: Task) -> str:
    """The SQL type that holds an amount to six decimals, the narrowest that is wide enough."""
    largest = 0.0
    for name in ("revenue", *["margin"] * task.has_margin):
        most, whole = con.execute(f"SELECT max(abs({name})), sum(abs({name})) FROM {source}").fetchall()[0]
        if whole is not None and whole >= _LARGEST:
            raise DataRefusedError(
                "the amounts are too large to be added to the cent: give revenue and margin in thousands or millions"
            )
        largest = max(largest, most or 0.0)
    return _NARROW if largest < _LARGE else MONEY
