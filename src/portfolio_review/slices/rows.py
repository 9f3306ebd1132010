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
class Used:
    """Rows and revenue of each unit."""

    unit: np.ndarray
    rows: np.ndarray
    revenue: Amounts


@dataclass(frozen=True)
class Rows:
    """Rows sorted by who and day. `days` are runs of rows of one who and day; months of one who and month."""

    clients: Clients
    revenue: Amounts
    margin: Amounts | None
    margin_known: np.ndarray | None
    """Whether the margin is stated, where it is not in every row."""
    bought: np.ndarray
    order: np.ndarray
    """The key of the order among those of the client; the day where it has no id."""
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


def read(con: duckdb.DuckDBPyConnection, bucket: Bucket) -> tuple[Used, Rows] | None:
    """How much each unit has, and the rows sorted; None where there is none."""
    columns = {
        "unit": "unit::INTEGER", "client": "client", "day": "(date - DATE '1970-01-01')::INTEGER",
        "revenue": "revenue", "margin": "coalesce(margin, 0)", "margin_known": "margin IS NOT NULL",
        "order_key": "coalesce(order_key, (date - DATE '1970-01-01')::UBIGINT)",
        "product": f"coalesce(product, {NONE})", "category": f"coalesce(category, {NONE})",
    }  # fmt: skip
    needs = {"margin_known": "margin"}
    chosen = [f"{sql} AS {name}" for name, sql in columns.items() if needs.get(name, name) in bucket.columns]
    found = con.execute(f"SELECT {', '.join(chosen)} FROM ({bucket.rows})").fetchnumpy()
    given = {name: np.asarray(column) for name, column in found.items()}
    if not len(given["unit"]):
        return None
    unit, revenue = given.pop("unit"), Amounts.of(given.pop("revenue"))
    count = int(unit.max()) + 1
    rows = np.bincount(unit, minlength=count)
    has = np.flatnonzero(rows)
    used = Used(has, rows[has], revenue.totals(unit, count)[has])
    return used, _sorted(unit, given.pop("client"), given.pop("day"), revenue, given)


def _sorted(
    units_of: np.ndarray, client: np.ndarray, day: np.ndarray, revenue: Amounts, columns: dict[str, np.ndarray]
) -> Rows:
    base = client.min()
    client = (client - base).astype(np.int64)
    span = int(client.max()) + 1
    units, unit = numbered(units_of, int(units_of.max()) + 1)
    home = np.zeros(span, dtype=unit.dtype)
    home[client] = unit
    several = np.zeros(span, dtype=bool)
    several[client[unit != home[client]]] = True
    source = None
    if several.any():  # under `all` they are reduced anew from the same rows
        again = np.flatnonzero(several[client])
        source = np.append(np.arange(len(client)), again)
        unit = np.append(unit, np.full(len(again), len(units), dtype=unit.dtype))
        client, day = client[source], day[source]
        units = np.append(units, ALL_CODE)
    whos, who = numbered(unit * np.int64(span) + client, len(units) * span)
    known = Clients(units[whos // span], whos % span + base, ~several[whos % span])
    first_day = int(day.min())
    days = int(day.max()) - first_day + 1
    key = who * np.int64(days) + (day - first_day)
    order = stable_order(key, len(whos) * days)
    key = key.take(order)
    new = changes(key)
    starts = np.flatnonzero(new)
    if source is not None:
        order = source[order]
    revenue = revenue[order]
    margin = Amounts.of(columns.pop("margin"))[order] if "margin" in columns else None
    columns = {name: column.take(order) for name, column in columns.items()}
    bought, stated = revenue.positive, columns.get("margin_known")
    return Rows(
        clients=known,
        revenue=revenue,
        margin=margin,
        margin_known=None if stated is None or stated.all() else stated,
        bought=bought,
        order=columns["order_key"] if "order_key" in columns else (key % days + first_day).astype(np.uint64),
        product=columns.get("product"),
        category=columns.get("category"),
        day_of=np.cumsum(new, dtype=np.int32) - np.int32(1),
        day_starts=starts,
        day_who=(key[starts] // days).astype(np.int32),
        day=(key[starts] % days + first_day).astype(np.int32),
    )
