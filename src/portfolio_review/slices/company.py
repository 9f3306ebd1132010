"""The company's models of chances, for units with few clients: learned once, from the clients of all units.

In: the frames of the reduction; out: for each unit the models that its review takes from the whole series.
Only parameters and counts travel, like the usual gap. Source: chances of a purchase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from portfolio_review.calendar import Month
from portfolio_review.metrics.chance_models import BG_NBD
from portfolio_review.metrics.company_models import Models, asked
from portfolio_review.metrics.purchase_history import PurchaseHistory
from portfolio_review.metrics.two_clocks import FEWEST_REPEAT_CLIENTS, Fits
from portfolio_review.slices.frames import of_slice
from portfolio_review.slices.task import ALL_CODE, Task, days_since_1970


def models(
    con: duckdb.DuckDBPyConnection, task: Task, units: Mapping[str, int], model: str, start: Month
) -> dict[str, Models]:
    """By unit the company's models that it needs: of each month end at which fewer than 30 of its clients had bought on
    two days; none for `all`, which learns its own.

    con: holds `facts`; units: the codes of those that are cut; model: `risk.model`; start: the history's first month.
    """
    end = task.judged.span.last
    wanted = [
        (month, horizon)
        for month, horizon in asked(end, task.judged.span.months, task.window_months, task.horizon_months)
        if month >= start
    ]
    if model == BG_NBD:
        return {unit: {} for unit in units}
    few = _few(con, {code: unit for unit, code in units.items() if code != ALL_CODE}, wanted)
    needed = sorted({key for keys in few.values() for key in keys})
    found = {}
    if needed:
        fits = Fits(_history(con, start))
        found = {key: fits.two_clocks(*key) for key in needed}
    return {unit: {key: found[key] for key in few.get(unit, ())} for unit in units}


def _few(
    con: duckdb.DuckDBPyConnection, units: Mapping[int, str], wanted: Sequence[tuple[Month, int]]
) -> dict[str, list[tuple[Month, int]]]:
    """By unit those of `wanted` at whose month end it had clients, and fewer than 30 that had bought on two days."""
    found: dict[str, list[tuple[Month, int]]] = {unit: [] for unit in units.values()}
    for month in sorted({month for month, _ in wanted}):
        counts = con.execute(
            """SELECT unit, count(*) FILTER (second_purchase <= $day) FROM facts
            WHERE first_purchase <= $day GROUP BY unit""",
            {"day": days_since_1970(month.last)},
        ).fetchall()
        for code, repeat in counts:
            if code in units and repeat < FEWEST_REPEAT_CLIENTS:
                found[units[code]] += [key for key in wanted if key[0] == month]
    return found


def _history(con: duckdb.DuckDBPyConnection, start: Month) -> PurchaseHistory:
    """The purchase history of all units' clients, numbered in the order of their ids."""
    first = "CAST(DATE '1970-01-01' + first_purchase AS TIMESTAMP) AS first_purchase"
    clients, monthly = (
        con.execute(of_slice(ALL_CODE, f"number AS client_id, {columns}", frame).format("") + more).fetch_df()
        for columns, frame, more in (
            (first, "facts", " ORDER BY number"),
            ("month, purchase_days, last_day, log_gaps", "monthly", " AND purchase_days > 0 ORDER BY number, month"),
        )
    )
    return PurchaseHistory.of(monthly, clients, start)
