"""All heavy work in one place: the rows of one bucket after the other in, per-client facts of every unit out.

A bucket holds whole clients. Its rows are sorted once by client and day, and everything is a sum or a count over
runs of that order, in whole numbers: exact, so neither the order of rows nor the division into buckets matters.
Unit `all` is reduced from the same rows, never added up from units; of a client of one unit alone the rows of both
are the same, and are reduced once. Memory is bounded by a bucket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from portfolio_review.calendar import Days, Span
from portfolio_review.slices import months as by_month
from portfolio_review.slices import orders, totals
from portfolio_review.slices.codes import ALL_CODE, CLIENT, Bucket
from portfolio_review.slices.comebacks import Comebacks
from portfolio_review.slices.exact import changes, numbered
from portfolio_review.slices.frames import Frames
from portfolio_review.slices.months import Months
from portfolio_review.slices.rows import NONE, Rows, read
from portfolio_review.slices.silence import Purchases, Silence
from portfolio_review.slices.task import Task, days_since_1970, pieces

NO_DAY = np.datetime64("NaT", "us")


class Reduction:
    """The first path: buckets are added one by one, or several at once; `finish` leaves in `con` what was found."""

    def __init__(self, con: duckdb.DuckDBPyConnection, task: Task, frames: Frames, categories: Sequence[str]) -> None:
        """`categories` are their names by code."""
        self.task, self.frames, self.categories, self.silence = task, frames, categories, Silence(task)
        self.comebacks = Comebacks(task, frames.folder)
        totals.prepare(con)
        con.execute(
            """CREATE TABLE used_parts (unit INTEGER, rows BIGINT, cents BIGINT, rest BIGINT);
            CREATE TABLE facts_parts (who BIGINT, single BOOLEAN, first_purchase TIMESTAMP, second_purchase TIMESTAMP,
                first_category UINTEGER, median_gap DOUBLE)"""
        )

    def add(self, con: duckdb.DuckDBPyConnection, number: int, bucket: Bucket) -> None:
        """Reduce the rows of a bucket; the frames of buckets follow one another by `number`."""
        found = read(con, bucket)
        if found is None:
            return
        used, rows = found
        cents, rest = used.revenue.normal
        totals.insert(con, "used_parts", {"unit": used.unit, "rows": used.rows, "cents": cents, "rest": rest})
        months = Months.of(rows)
        bought = Purchases.of(rows, months.bought)
        ordered = orders.Orders.of(rows, months, by_year=self.task.orders_by_year)
        of_month = orders.in_months(ordered, months)
        cut = self.task.flash.cut_after if self.task.flash else None
        parts, in_parts = months, ordered
        if cut:  # the figures of a partial P are of days
            parts = Months.of(rows, cut)
            in_parts = orders.Orders.of(rows, parts, by_year=self.task.orders_by_year)
        counts = orders.by_client(in_parts, parts, self.task, len(rows.clients))
        totals.add(con, self.task, rows, months, parts, counts, of_month)
        self.comebacks.add(number, rows, bought)
        who = rows.clients.unit.astype(np.int64) << 32 | rows.clients.client
        totals.insert(
            con, "facts_parts", {"who": who, "single": rows.clients.single, **_facts(rows, bought, self.task)}
        )
        self.frames.add(number, rows.clients, {
            "monthly": by_month.monthly(months, of_month, bought),
            "as_of": self.silence.at_days(rows, bought),
            "orders": orders.in_spans(counts),
            "part_months": by_month.part(parts, self.task) if cut else {},
            "mix": _mix(rows, self.task),
            "items": _items(rows, ordered, months, self.task),
        })  # fmt: skip

    def finish(self, con: duckdb.DuckDBPyConnection) -> None:
        """Leave `totals`, `series`, `used` and `facts` in `con`: of clients who, single, client_id, first_purchase,
        second_purchase, first_category, median_gap; `chance_back`."""
        totals.finish(con, self.task)
        for name, frame in (("series", self.silence.series()), ("chance_back", self.comebacks.finish())):
            con.register("frame", frame)
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
            con.unregister("frame")
        con.register(
            "category_frame", pd.DataFrame({"name": pd.Series(self.categories, dtype="str")}).reset_index(names="code")
        )
        con.execute(
            f"""CREATE TABLE used AS
            WITH units AS (SELECT * FROM used_parts UNION ALL SELECT * REPLACE ({ALL_CODE} AS unit) FROM used_parts)
            SELECT unit, sum(rows)::BIGINT AS rows, sum(cents) AS cents, sum(rest) AS rest
            FROM units GROUP BY unit;
            CREATE TABLE facts AS
            SELECT who, single, n.client_id, first_purchase,
                   second_purchase, c.name AS first_category,
                   CASE WHEN isnan(median_gap) THEN NULL ELSE median_gap END AS median_gap
            FROM facts_parts JOIN names n ON n.code = {CLIENT} LEFT JOIN category_frame c ON c.code = first_category
            ORDER BY who;
            DROP TABLE facts_parts"""
        )
        con.unregister("category_frame")


def facts_of(unit: int) -> str:
    """SQL of the facts of a unit's clients, or of those of `all`, by client."""
    columns = "SELECT * EXCLUDE (who, single) FROM facts WHERE"
    if unit != ALL_CODE:
        return f"{columns} who BETWEEN {unit << 32} AND {(unit + 1 << 32) - 1} ORDER BY who"
    return f"{columns} single OR who >= {unit << 32} ORDER BY {CLIENT}"


def _facts(rows: Rows, bought: Purchases, task: Task) -> dict[str, np.ndarray]:
    """First and second purchase of every client with rows, its median gap as of its last purchase, and the category it
    began with: of the first purchase day that of most money, of equal ones the first name; rows of positive revenue
    that name one."""
    clients = len(rows.clients)
    days = {}
    for number, name in enumerate(("first_purchase", "second_purchase")):
        found, nth = np.full(clients, NO_DAY), bought.nth == number
        found[bought.who[nth]] = bought.day[nth].astype("datetime64[D]")
        days[name] = found
    category = np.full(clients, NONE, dtype=np.uint32)
    if rows.category is not None:
        began = days["first_purchase"][rows.day_who] == rows.day.astype("datetime64[D]")
        row = np.flatnonzero(began[rows.day_of] & rows.bought & (rows.category != NONE))
        who, named = rows.who[row], rows.category[row]
        cells, cell = _cells(who, named, clients)
        cents, rest = rows.revenue[row].totals(cell, len(cells.who)).normal
        best = np.lexsort((cells.category, -rest, -cents, cells.who))
        first = best[changes(cells.who[best])] if len(best) else best
        category[cells.who[first]] = cells.category[first]
    median = bought.median_gaps(clients, task.w1.last.last)
    return {**days, "first_category": category, "median_gap": median}


@dataclass(frozen=True)
class _Cells:
    who: np.ndarray
    category: np.ndarray


def _cells(who: np.ndarray, category: np.ndarray, clients: int) -> tuple[_Cells, np.ndarray]:
    """The pairs of client and category, by both (rows that name none last), and for each row its place there."""
    highest = int(category[category != NONE].max(initial=0))
    width = highest + 2
    wide = np.minimum(category, highest + 1).astype(np.int64)
    found, place = numbered(who * np.int64(width) + wide, max(clients * width, 1))
    code = found % width
    return _Cells(found // width, np.where(code > highest, NONE, code).astype(np.uint32)), place


def _mix(rows: Rows, task: Task) -> dict[str, np.ndarray]:
    """`mix`: revenue of both windows, and of W1 as it was h months earlier, by client and category; whether a row
    of W1, and one of the last h months, has positive revenue."""
    if rows.category is None:
        return {}
    w1, w0, h = task.spans["w1"], task.spans["w0"], task.horizon_months
    then, since = task.w1.shifted(-h), Span.ending(task.w1.last, h)
    begin = min(w0.start, then.start)
    within = ((rows.day >= days_since_1970(begin)) & (rows.day <= days_since_1970(w1.end)))[rows.day_of]
    row = np.flatnonzero(within)
    cells, cell = _cells(rows.who[row], rows.category[row], len(rows.clients))

    def inside(span: Span | Days) -> np.ndarray:
        of_day = (rows.day >= days_since_1970(span.start)) & (rows.day <= days_since_1970(span.end))
        return np.asarray(of_day[rows.day_of[row]])

    now = inside(w1)
    money = {}
    for name, asked in (("revenue_w0", inside(w0)), ("revenue_w1", now), ("revenue_then", inside(then))):
        money[name] = rows.revenue[row[asked]].totals(cell[asked], len(cells.who)).floats()
    margin = margin_revenue = np.full(len(cells.who), np.nan)
    if rows.margin is not None:
        known = now if rows.margin_known is None else now & rows.margin_known[row]
        sums, of = (amounts[row[known]].totals(cell[known], len(cells.who)).floats()
                    for amounts in (rows.margin, rows.revenue))  # fmt: skip
        stated = np.bincount(cell[known], minlength=len(cells.who)) > 0
        margin, margin_revenue = np.where(stated, sums, np.nan), np.where(stated, of, np.nan)
    active, active_since = (
        np.bincount(cell[asked & rows.bought[row]], minlength=len(cells.who)) > 0 for asked in (now, inside(since))
    )
    columns = {**money, "margin_w1": margin, "margin_revenue_w1": margin_revenue, "active_w1": active}
    return {"who": cells.who, "category": cells.category, **columns, "active_since": active_since}


def _items(rows: Rows, ordered: orders.Orders, months: Months, task: Task) -> dict[str, np.ndarray]:
    """`items`: distinct pairs of order and product with a positive row in W1, counted by client."""
    if rows.product is None:
        return {}
    first, last = pieces(task.spans["w1"])
    piece = months.piece[ordered.month[ordered.run]]
    asked = (piece >= first) & (piece <= last) & (rows.product[ordered.row] != NONE)
    order, product = ordered.same[ordered.run[asked]], rows.product[ordered.row[asked]]
    width = int(product.max(initial=0)) + 1
    pairs = np.sort(order * np.int64(width) + product)
    pairs = pairs[changes(pairs)] if len(pairs) else pairs
    counts = np.bincount(months.who[ordered.month[pairs // width]], minlength=len(rows.clients))
    who = np.flatnonzero(counts)
    return {"who": who, "items": counts[who]}
