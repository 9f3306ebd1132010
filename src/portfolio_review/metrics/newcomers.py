"""The quality of new clients: how many, how many bought again, and where they came from.

In: the client frame; out: figures and a table. Source: Retention, new clients' quality.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month, Span
from portfolio_review.figure import NO_CLIENT_IN_W0, Figure, undefined
from portfolio_review.metrics.intervals import wilson, wilson_arrays
from portfolio_review.metrics.portfolio import first_in
from portfolio_review.metrics.rates import window_pair
from portfolio_review.metrics.windows import Windows

AGAIN_WITHIN_DAYS = 180
YOUNGEST_DAYS = 180
OLDEST_DAYS = 545


def new_rate(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`movement.new_rate` = new clients / |A0|, also of the windows that end with PP and PY.

    May exceed 1. Undefined when the history does not reach W0 or A0 is empty. Source: Retention.
    """
    id = "movement.new_rate"
    reason = when.lacks_w0 or (None if base["active0"].any() else NO_CLIENT_IN_W0)
    if reason:
        return {id: undefined(reason)}
    now = _rate(base["active0"], base["active1"], base["first_purchase"], when)
    earlier = {}
    for field, then in (("previous", when.before), ("previous_year", when.year_before)):
        pair = None if then.lacks_w0 else window_pair(monthly, base, then)
        earlier[field] = None if pair is None else _rate(pair["active0"], pair["active1"], pair["first_purchase"], then)
    return {id: Figure(value=now, previous=earlier["previous"], previous_year=earlier["previous_year"])}


def _rate(active0: pd.Series, active1: pd.Series, first: pd.Series, when: Windows) -> float | None:
    size = int(active0.sum())
    return int((active1 & first_in(first, when.w1)).sum()) / size if size else None


def silent(base: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`movement.new_silent_clients`: new clients of W1 that are lapsed at its end. base: client frame with state,
    lapsed. Undefined when the history does not reach W0. Source: Retention, new clients' quality."""
    id = "movement.new_silent_clients"
    if when.lacks_w0:
        return {id: undefined(when.lacks_w0)}
    return {id: Figure(value=int(((base["state"] == "new") & base["lapsed"]).sum()))}


def second_purchase(base: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`retention.second_purchase_180`: of the clients whose first purchase lies 180 to 545 days before
    the end of P, those that bought again within 180 days of it, with the Wilson 95 % interval; also as it stood
    at the end of PP and of PY.

    Undefined when those days start before the history, or nobody began in them. Source: Retention.
    """
    id = "retention.second_purchase_180"
    lacks = _lacks_oldest(when)
    count, n = _second(base, when)
    if lacks or not n:
        return {id: undefined(lacks or f"nobody began {YOUNGEST_DAYS} to {OLDEST_DAYS} days before the end of P")}
    earlier = {}
    for field, then in (("previous", when.before), ("previous_year", when.year_before)):
        again, began = _second(base, then)
        earlier[field] = None if _lacks_oldest(then) or not began else again / began
    return {id: Figure(value=count / n, interval=wilson(count, n)).beside(earlier)}


def _lacks_oldest(when: Windows) -> str | None:
    return when.lacks(Span(Month.of(when.p.end - dt.timedelta(days=OLDEST_DAYS)), when.p.last))


def _second(base: pd.DataFrame, when: Windows) -> tuple[int, int]:
    """Clients that bought again, and those that began; who began 180 days ago or earlier did both by now."""
    began = _began(base, when)
    return int((began & _again(base)).sum()), int(began.sum())


def _began(base: pd.DataFrame, when: Windows) -> pd.Series:
    age = (pd.Timestamp(when.p.end) - base["first_purchase"]).dt.days
    inside: pd.Series = (age >= YOUNGEST_DAYS) & (age <= OLDEST_DAYS)
    return inside


def _again(base: pd.DataFrame) -> pd.Series:
    again: pd.Series = (base["second_purchase"] - base["first_purchase"]).dt.days <= AGAIN_WITHIN_DAYS
    return again


def by_acquired_via(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.new_by_acquired_via`: value, clients, revenue, base, rate, low, high.

    clients and revenue: the new clients of W1 and their r(W1); base: those whose first purchase lies
    180 to 545 days before the end of P; rate: of them, those that bought again within 180 days. Most
    clients first; clients without a value form no row. No rows where acquired_via is not known or
    the history does not reach W0. Source: Retention, new clients' quality.
    """
    columns = ["value", "clients", "revenue", "base", "rate", "low", "high"]
    if "acquired_via" not in base or when.lacks_w0:
        return pd.DataFrame(columns=columns)
    new, began = base["state"] == "new", _began(base, when)
    sums = pd.DataFrame(
        {
            "value": base["acquired_via"].astype(object),
            "clients": new.astype(np.int64),
            "revenue": base["r1"].where(new, 0.0),
            "base": began.astype(np.int64),
            "again": (began & _again(base)).astype(np.int64),
        }
    )
    frame = sums.groupby("value").sum().reset_index()
    frame = frame[(frame["clients"] > 0) | (frame["base"] > 0)]
    low, high = wilson_arrays(frame["again"], frame["base"])
    frame = frame.assign(rate=frame["again"] / frame["base"].where(frame["base"] > 0), low=low, high=high)
    return frame.sort_values(["clients", "value"], ascending=[False, True])[columns].reset_index(drop=True)
