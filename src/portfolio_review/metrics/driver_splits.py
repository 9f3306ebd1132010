"""Other splits of the change of revenue, margin as a fourth factor, and what one per cent brings.

In: the readings of `drivers`; out: tables and figures. Sources: Drivers; Shapley 1953; Ang, B. W. (2005),
Energy Policy 33, 867–871 (LMDI-I).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import margin
from portfolio_review.metrics.drivers import Factors, by_months, by_orders, shapley
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.retention import point_value
from portfolio_review.metrics.windows import Windows

MARGIN_EFFECTS = ("margin_n_effect", "margin_v_effect", "margin_l_effect", "margin_rate_effect")
SYMBOLS = {"orders": ("N", "V", "L"), "months": ("N", "V_month", "L_month")}


def logarithmic_mean(a: float, b: float) -> float:
    """L(a, b) = (a − b) / (ln a − ln b), L(a, a) = a, of positive numbers."""
    return a if math.isclose(a, b, rel_tol=1e-12) else (a - b) / math.log(a / b)


def lmdi(start: Sequence[float], end: Sequence[float]) -> list[float]:
    """Each factor's part of Π end − Π start: L(Π end, Π start) · ln(end / start).

    Sums exactly; NaN for all where a factor is not positive. Source: Ang 2005, LMDI-I.
    """
    if min(*start, *end) <= 0:
        return [math.nan] * len(start)
    weight = logarithmic_mean(math.prod(end), math.prod(start))
    return [weight * math.log(now / then) for then, now in zip(start, end, strict=True)]


def sequential(start: Sequence[float], end: Sequence[float]) -> list[float]:
    """Each factor's part when they are replaced one after another in the order given."""
    now, parts = list(start), []
    for place, value in enumerate(end):
        before = math.prod(now)
        now[place] = value
        parts.append(math.prod(now) - before)
    return parts


def table(base: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`drivers.splits`: reading, factor, shapley, lmdi, sequential, in money; no rows where undefined.

    Sequential: N, then V, then L. Readings as in `drivers.factors`. Source: Drivers; Ang 2005.
    """
    readings = {"orders": by_orders(base, totals, when), "months": by_months(base, when)}
    if readings["orders"] == readings["months"]:
        del readings["months"]
    rows = []
    for name, reading in readings.items():
        if isinstance(reading, str):
            continue
        start, end = reading[0].all, reading[1].all
        splits = zip(SYMBOLS[name], shapley(start, end), lmdi(start, end), sequential(start, end), strict=True)
        rows += [(name, *split) for split in splits]
    return pd.DataFrame(rows, columns=["reading", "factor", "shapley", "lmdi", "sequential"])


def margin_figures(base: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`drivers.margin_n_effect`, `_v_`, `_l_`, `margin_rate_effect`: margin = N · V · L · margin rate.

    Shapley parts of the change of the active clients' margin from W0 to W1; the rate is the known margin by the
    revenue of all their rows, so that the product is the margin. Undefined where the margin of a window is known
    for less than 90 %, or its revenue is zero. Source: Drivers.
    """
    ids = [f"drivers.{name}" for name in MARGIN_EFFECTS]
    parts = margin_effects(base, by_orders(base, totals, when))
    if isinstance(parts, str):
        return {id: undefined(parts) for id in ids}
    return {id: Figure(value=part) for id, part in zip(ids, parts, strict=True)}


def margin_effects(base: pd.DataFrame, reading: tuple[Factors, Factors] | str) -> list[float] | str:
    """The parts of N, V, L and the margin rate, or the reason why there are none."""
    lacks = margin.lacks_in(base, "1") or margin.lacks_in(base, "0")
    if lacks or isinstance(reading, str):
        return lacks or str(reading)
    factors = []
    for end, reading_of in zip("01", reading, strict=True):
        revenue = reading_of.product
        if revenue == 0:
            return f"no revenue of active clients in W{end}"
        factors.append((*reading_of.all, total(base.loc[base[f"active{end}"], f"margin{end}"]) / revenue))
    return shapley(*factors)


def sensitivity(base: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`drivers.sensitivity`: lever, amount: what 1 % more N, V or L and one point of retention bring.

    R is a product, so 1 % of any factor is 1 % of the active clients' R(W1); retention_point is
    `retention.point_value`. NaN where undefined. Source: Drivers; Retention.
    """
    reading = by_orders(base, totals, when)
    one = math.nan if isinstance(reading, str) else 0.01 * reading[1].product
    point = point_value(base, when)["retention.point_value"].value
    amounts = [one, one, one, float(point) if isinstance(point, int | float) else math.nan]
    return pd.DataFrame({"lever": ["N", "V", "L", "retention_point"], "amount": amounts})
