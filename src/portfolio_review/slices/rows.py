"""The rows of one bucket as arrays, sorted by client and day; the clients of several units once more under `all`."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from portfolio_review.slices.codes import ALL_CODE, Bucket
from portfolio_review.slices.exact import Amounts, changes, numbered, stable_order

NONE = 2**32 - 1
"""The code of a product or category that is not named: after all others."""


@dataclass(frozen=True)
class Clients:
    """Who has rows: a client in a unit, called `who`, by unit and client; arrays of one entry each."""

    unit: np.ndarray
    client: np.ndarray
    single: np.ndarray
    """Whether the client has rows in this unit alone: then it is the same under `all`."""

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def of_all(self) -> np.ndarray:
        """Where `all` finds its clients: those of a single unit, and its own."""
        return np.asarray(self.single | (self.unit == ALL_CODE))


@dataclass(frozen=True)
class Rows:
    """Rows sorted by who and day. `days` are runs of rows of one who and day; months of one who and month."""

    clients: Clients
    revenue: Amounts
    margin: Amounts | None
    margin_known: np.ndarray | None
    """Whether the margin is stated, where it is not in every row."""
    bought: np.ndarray
    order: np.ndarray | None
    """The key of the order; `counted` tells whether there is one, in a row of positive revenue."""
    counted: np.ndarray
    product: np.ndarray | None
    category: np.ndarray | None
    day_of: np.ndarray
    """For each row its place among the days."""
    day_starts: np.ndarray
    day_who: np.ndarray
    day: np.ndarray
    """Days since 1970-01-01."""

    @property
    def who(self) -> np.ndarray:
        return np.asarray(self.day_who[self.day_of])


def read(con: duckdb.DuckDBPyConnection, bucket: Bucket) -> tuple[dict[str, np.ndarray], Rows] | None:
    """The rows of a bucket as they lie (unit, revenue), and sorted; None where there is none."""
    columns = {
        "unit": "unit::INTEGER", "client": "client", "day": "(date - DATE '1970-01-01')::INTEGER",
        "revenue": "revenue", "margin": "coalesce(margin, 0)", "margin_known": "margin IS NOT NULL",
        "order_key": "coalesce(order_key, 0)", "counted": "order_key IS NOT NULL AND revenue > 0",
        "product": f"coalesce(product, {NONE})", "category": f"coalesce(category, {NONE})",
    }  # fmt: skip
    needs = {"margin_known": "margin", "counted": "order_key"}
    chosen = [f"{sql} AS {name}" for name, sql in columns.items() if needs.get(name, name) in bucket.columns]
    found = con.execute(f"SELECT {', '.join(chosen)} FROM ({bucket.rows})").fetchnumpy()
    given = {name: np.asarray(column) for name, column in found.items()}
    if not len(given["unit"]):
        return None
    return given, _sorted(given)


def _sorted(given: dict[str, np.ndarray]) -> Rows:
    base = given["client"].min()
    client = (given["client"] - base).astype(np.int64)
    span = int(client.max()) + 1
    units, unit = numbered(given["unit"].astype(np.int64), int(given["unit"].max()) + 1)
    home = np.zeros(span, dtype=unit.dtype)
    home[client] = unit
    several = np.zeros(span, dtype=bool)
    several[client[unit != home[client]]] = True
    columns = {name: column for name, column in given.items() if name not in ("unit", "client")}
    if several.any():  # under `all` they are reduced anew from the same rows
        again = np.flatnonzero(several[client])
        columns = {name: np.concatenate([column, column[again]]) for name, column in columns.items()}
        unit = np.concatenate([unit, np.full(len(again), len(units))])
        client = np.concatenate([client, client[again]])
        units = np.append(units, ALL_CODE)
    whos, who = numbered(unit * np.int64(span) + client, len(units) * span)
    known = Clients(units[whos // span], whos % span + base, ~several[whos % span])
    first_day = int(columns["day"].min())
    days = int(columns["day"].max()) - first_day + 1
    key = who * np.int64(days) + (columns.pop("day") - first_day)
    order = stable_order(key, len(whos) * days)
    key = key.take(order, mode="clip")
    columns = {name: column.take(order, mode="clip") for name, column in columns.items()}  # none lies outside
    new = changes(key)
    starts = np.flatnonzero(new)
    bought = columns["revenue"] > 0
    stated = columns.get("margin_known")
    return Rows(
        clients=known,
        revenue=Amounts.of(columns["revenue"]),
        margin=Amounts.of(columns["margin"]) if "margin" in columns else None,
        margin_known=None if stated is None or stated.all() else stated,
        bought=bought,
        order=columns.get("order_key"),
        counted=columns.get("counted", bought),
        product=columns.get("product"),
        category=columns.get("category"),
        day_of=np.cumsum(new, dtype=np.int32) - np.int32(1),
        day_starts=starts,
        day_who=(key[starts] // days).astype(np.int32),
        day=(key[starts] % days + first_day).astype(np.int32),
    )
