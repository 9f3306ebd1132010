"""Retention of clients and of their revenue between W0 and W1.

In: the client frame with states and lapse; out: rates with intervals, their trend and by class.
Source: Retention; Wilson 1927; Efron 1979.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W0, NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics import margin
from portfolio_review.metrics.intervals import ratio_interval, wilson
from portfolio_review.metrics.movement import NO_EARLIER, Earlier
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.rates import (
    Parts,
    client_retention,
    gross_revenue,
    net_revenue,
    net_revenue_with_returned,
    repeat,
    returning,
    window_pair,
)
from portfolio_review.metrics.windows import Windows

NO_REVENUE_IN_W0 = "no positive revenue in W0"
LONGEST_WITHOUT_QUIET = 3
"""In a window of so many months nobody can have gone quiet: a lapse limit is at least 90 days."""
NOBODY_LEFT = "no active client of W0 was lost"
NOBODY_STAYED = "no active client of W0 was retained"


_RATES: dict[str, Callable[[pd.DataFrame, Windows], Parts]] = {
    "retention.client_retention_rate": client_retention,
    "retention.gross_revenue_retention": gross_revenue,
    "retention.net_revenue_retention": net_revenue,
    "retention.net_revenue_retention_with_returned": net_revenue_with_returned,
    "retention.repeat_rate": repeat,
    "retention.return_rate": returning,
}
_OF_MONEY = tuple(id for id in _RATES if "revenue" in id)


def figures(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """Every rate between the windows, with its interval and as it stood with PP and PY.

    client_retention_rate, client_churn_rate = 1 − it (Wilson), gross and net revenue retention, also
    with returned clients (bootstrap), repeat_rate, return_rate (Wilson).
    base: client frame; monthly: for the windows that end with PP and PY. Source: Retention.
    """
    pairs = {
        name: None if then.lacks(then.w1) else window_pair(monthly, base, then)
        for name, then in (("previous", when.before), ("previous_year", when.year_before))
    }
    found: dict[str, Figure] = {}
    for id, rate in _RATES.items():
        found[id] = replace(
            _figure(id, rate(base, when)),
            previous=_value(rate, pairs["previous"], when.before),
            previous_year=_value(rate, pairs["previous_year"], when.year_before),
        )
        if id == "retention.client_retention_rate":
            found["retention.client_churn_rate"] = _complement(found[id])
    return found


def net(base: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`retention.net_revenue_retention` with its interval, without what it was before. Source: Retention."""
    id = "retention.net_revenue_retention"
    return {id: undefined(when.lacks_w0) if when.lacks_w0 else _figure(id, net_revenue(base, when))}


def still_buying(base: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER) -> Figure:
    """`retention.still_buying_rate`: share of A0 that bought in W1 and is not lapsed at its end, with Wilson's
    interval; undefined for windows of up to 3 months.

    base: client frame with active0, active1, lapsed; before: of `lapse.add_earlier`. Source: Retention.
    """
    if when.window_months <= LONGEST_WITHOUT_QUIET:
        unit = "month" if when.window_months == 1 else "months"
        return undefined(f"in a window of {when.window_months} {unit} nobody can have gone quiet")
    if when.lacks_w0:
        return undefined(when.lacks_w0)
    still, n = _still(base)
    if not n:
        return undefined(NO_CLIENT_IN_W0)
    then = {field: _still(frame) for field, (_, frame) in before.items()}
    earlier = {field: count / of if of else None for field, (count, of) in then.items()}
    return Figure(value=still / n, interval=wilson(still, n)).beside(earlier)


def _still(base: pd.DataFrame) -> tuple[int, int]:
    still = base["active0"] & base["active1"] & ~base["lapsed"]
    return int(still.sum()), int(base["active0"].sum())


def kept_at_end(base: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER) -> Figure:
    """`retention.kept_at_end_rate`: of the clients not lapsed at W0's end, and A1, those not lapsed at
    W1's end. base: client frame with client0, client1, active1; before: of `lapse.add_earlier`. Source:
    Retention."""
    if when.lacks_w0:
        return undefined(when.lacks_w0)
    kept, n = _kept(base)
    if not n:
        return undefined(NO_CLIENT_IN_W1)
    then = {field: _kept(frame) for field, (_, frame) in before.items()}
    earlier = {field: count / of if of else None for field, (count, of) in then.items()}
    return Figure(value=kept / n, interval=wilson(kept, n)).beside(earlier)


def _kept(base: pd.DataFrame) -> tuple[int, int]:
    of = base["client0"] | base["active1"]
    return int((of & base["client1"]).sum()), int(of.sum())


def half_life(rate: Figure) -> Figure:
    """`retention.half_life` = ln 0.5 / ln(rate), in windows: when half of today's clients are left."""

    def windows(value: object) -> float | None:
        inside = isinstance(value, float | int) and 0 < value < 1
        return math.log(0.5) / math.log(float(value)) if inside else None  # type: ignore[arg-type]

    value = windows(rate.value)
    if value is None:
        return undefined(rate.reason or (NOBODY_LEFT if rate.value else NOBODY_STAYED))
    return Figure(value=value, previous=windows(rate.previous), previous_year=windows(rate.previous_year))


def point_value(base: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER) -> dict[str, Figure]:
    """What one more percentage point of retention brings, in revenue and in margin.

    `retention.point_value` = 0.01 · |A0| · mean r(W0) of the lost; `…_margin` = it × margin rate of W1.
    Undefined when nobody was lost. base: client frame with `state`; before: of `movement.earlier`, for what it was
    with PP and PY. Source: Retention.
    """
    now = _point_value(base, when)
    then = {field: _point_value(frame, at) for field, (at, frame) in before.items()}
    return {id: figure.beside({field: of[id].value for field, of in then.items()}) for id, figure in now.items()}


def _point_value(base: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    ids = ("retention.point_value", "retention.point_value_margin")
    lost = base.loc[base["state"] == "lost", "r0"]
    reason = when.lacks_w0 or (None if base["active0"].any() else NO_CLIENT_IN_W0)
    if reason or lost.empty:
        return {id: undefined(reason or NOBODY_LEFT) for id in ids}
    value = 0.01 * int(base["active0"].sum()) * total(lost) / len(lost)
    rate = margin.rate_in(base, "1")
    in_margin = undefined(rate) if isinstance(rate, str) else Figure(value=value * rate)
    return {ids[0]: Figure(value=value), ids[1]: in_margin}


def _figure(id: str, parts: Parts) -> Figure:
    value = parts.value
    if value is None:
        return undefined(parts.reason or NO_REVENUE_IN_W0)
    if id in _OF_MONEY:
        return Figure(value=value, interval=ratio_interval(parts.above[parts.of], parts.below[parts.of]))
    return Figure(value=value, interval=wilson(int(parts.above.sum()), int(parts.below.sum())))


def _value(rate: Callable[[pd.DataFrame, Windows], Parts], pair: pd.DataFrame | None, when: Windows) -> float | None:
    return None if pair is None else rate(pair, when).value


def _complement(rate: Figure) -> Figure:
    if not isinstance(rate.value, float | int) or rate.interval is None:
        return rate
    return Figure(
        value=1 - rate.value,
        interval=(1 - rate.interval[1], 1 - rate.interval[0]),
        previous=None if rate.previous is None else 1 - rate.previous,
        previous_year=None if rate.previous_year is None else 1 - rate.previous_year,
    )
