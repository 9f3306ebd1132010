"""The validated rows as both paths read them: whole numbers for units, clients, days and months, exact money.

They lie in files, or on a server (`engine`), where the statements then run. In: the coded transactions of step 1 and
the keys of merged or grouped clients. Codes follow the binary order of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from portfolio_review.errors import DataRefusedError
from portfolio_review.slices.task import MONEY, Task
from portfolio_review.sources import Sources
from portfolio_review.sources.elsewhere import Elsewhere
from portfolio_review.sources.engine import text

_NARROW, _LARGE = "DECIMAL(18, 6)", 10**12
"""Amounts below it fit one machine word."""
_LARGEST = 9e16
"""Sums of sizes from it on hold no cents in double precision."""
_TYPES = {"unit": "INTEGER", "client": "INTEGER", "order_key": "UBIGINT", "product": "INTEGER", "category": "INTEGER"}


class Rows:
    """The validated rows, and the statements over them: on the embedded DuckDB, or on the server where they lie.

    Statements are DuckDB's SQL of the kind that engines share; what they give per client comes to `con`.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, server: Elsewhere | None = None) -> None:
        self.con = con
        self.server = server

    def keep(self, name: str, query: str) -> None:
        """A table beside the rows."""
        if self.server:
            self.server.table(name, query)
        else:
            self.con.execute(f"CREATE TABLE {name} AS {query}")

    def view(self, name: str, query: str) -> None:
        """A view beside the rows."""
        if self.server:
            self.server.view(name, query)
        else:
            self.con.execute(f"CREATE VIEW {name} AS {query}")

    def give(self, name: str, query: str) -> None:
        """What a statement over the rows gives, as a table of `con`."""
        if self.server:
            register(self.con, name, self.server.ask(query))
        else:
            self.con.execute(f"CREATE TABLE {name} AS {query}")

    def give_once(self, name: str, query: str) -> None:
        """The same for what is read once in `con`, while the tables beside the rows are there."""
        if self.server:
            self.give(name, query)
        else:
            self.con.execute(f"CREATE VIEW {name} AS {query}")

    def share(self, name: str) -> None:
        """A table of `keep` in `con` too."""
        if self.server:
            self.give(name, f"SELECT * FROM {name}")

    def drop(self, *names: str) -> None:
        """Tables of `keep` that nothing reads any more."""
        for name in names:
            if self.server:
                self.server.drop(name)
            else:
                self.con.execute(f"DROP TABLE {name}")


def register(con: duckdb.DuckDBPyConnection, name: str, found: pa.Table | pd.DataFrame) -> None:
    """A frame as a table of `con`."""
    con.register("frame", found)
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    con.unregister("frame")


def prepare(rows: Rows, sources: Sources, keys: pd.DataFrame, task: Task) -> None:
    """Leave beside the rows the views `rows`, up to the end of P, and `coded` (unit, raw, date, revenue), of all.

    In `con`: `texts` (code, value: ids of clients), `keys` (client_id, key), `codes` (raw, client_id, client), `names`
    (client, client_id), `unit_names` (unit, name) and `categories` (category, name).
    rows: unit, client, date, day (since 1970), month (12 · year + month − 1), revenue, margin, order_key (the day
    where an order has no id; of its year where ids are used again), product, category: codes, null where unknown.
    `DataRefusedError` where the sizes of amounts add up to more than doubles hold to the cent.
    """
    con = rows.con
    register(con, "keys", keys[["client_id", "key"]])
    con.execute(
        f"""CREATE TABLE texts AS {_dictionary(sources, "client_id")};
        CREATE TABLE codes AS
        SELECT code AS raw, coalesce(key, value) AS client_id,
               (dense_rank() OVER (ORDER BY coalesce(key, value)))::INTEGER AS client
        FROM texts LEFT JOIN keys ON keys.client_id = value;
        CREATE TABLE names AS SELECT DISTINCT client, client_id FROM codes"""
    )
    for table, name, column in (("unit_names", "unit", "unit"), ("categories", "category", "category")):
        query = f"SELECT code::INTEGER AS {column}, value AS name FROM ({_dictionary(sources, name)})"
        con.execute(f"CREATE TABLE {table} AS {query}")
    if rows.server:
        source = "(SELECT * FROM pr_rows WHERE bucket = 0)"
        if len(keys):
            rows.server.upload("codes", con.sql("SELECT raw::INTEGER AS raw, client FROM codes").to_arrow_table())
        day, month, of_day = "r.day", "r.month", "CONCAT('day ', CAST(r.day AS VARCHAR))"
        of_year = "CONCAT({}, ' ', CAST(r.year AS VARCHAR))"
    else:
        source = _of_files(files_of(sources))
        day = "(r.date - DATE '1970-01-01')::INTEGER"
        month = "(12 * year(r.date) + month(r.date) - 1)::INTEGER"
        of_day, of_year = "(r.date - DATE '1970-01-01')::UBIGINT", "hash({}, year(r.date))"
    money = _money(rows, source, task)
    client, join = "r.client::INTEGER", ""
    if len(keys):
        client, join = "c.client", "JOIN codes c ON c.raw = r.client"
    order = f"coalesce(r.order_key, {of_day})" if task.has_orders else of_day
    order = of_year.format(order) if task.orders_by_year else order

    def given(name: str, kind: str, has: bool) -> str:
        return f"CAST({f'r.{name}' if has else 'NULL'} AS {kind}) AS {name}"

    rows.view(
        "rows",
        f"""SELECT r.unit::INTEGER AS unit, {client} AS client, r.date::DATE AS date, {day} AS day, {month} AS month,
               r.revenue::{money} AS revenue, {given("margin", money, task.has_margin)}, {order} AS order_key,
               {given("product", "INTEGER", task.has_product)}, {given("category", "INTEGER", task.has_category)}
        FROM {source} r {join} WHERE r.date <= DATE '{task.period.end}'""",
    )
    rows.view("coded", f"SELECT unit::INTEGER AS unit, client::INTEGER AS raw, date, revenue FROM {source} r")


def _of_files(files: Sequence[Path]) -> str:
    """SQL of the rows of the embedded DuckDB."""
    if files:
        return f"read_parquet([{', '.join(text(str(file)) for file in files)}])"
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in _TYPES.items())
    return f"(SELECT {columns}, NULL::DATE AS date, NULL::DOUBLE AS revenue WHERE false)"


def files_of(sources: Sources) -> Sequence[Path]:
    """The files of the coded transactions that count."""
    return [path for folder in sources.buckets.values() for path in sorted(folder.glob("*.parquet"))]


def _dictionary(sources: Sources, column: str) -> str:
    """SQL of the texts of a coded column: code, from 1, and value."""
    path = sources.dictionary(column)
    if not path.exists():
        return "SELECT 0 AS code, '' AS value WHERE false"
    return f"SELECT DISTINCT code, value FROM read_parquet({text(str(path))}) WHERE code > 0"


def _money(rows: Rows, source: str, task: Task) -> str:
    """The SQL type that holds an amount to six decimals, the narrowest that is wide enough."""
    largest = 0.0
    for name in ("revenue", *["margin"] * task.has_margin):
        size = f"SELECT max(abs({name})) AS most, sum(abs({name})) AS whole FROM {source} AS r"
        rows.give("sizes", size)
        most, whole = rows.con.execute("SELECT most::DOUBLE, whole::DOUBLE FROM sizes").fetchall()[0]
        rows.con.execute("DROP TABLE sizes")
        if whole is not None and whole >= _LARGEST:
            raise DataRefusedError(
                "the amounts are too large to be added to the cent: give revenue and margin in thousands or millions"
            )
        largest = max(largest, most or 0.0)
    return _NARROW if largest < _LARGE else MONEY
