"""Drivers of revenue: R = N · V · L in W0 and W1, the change split by Shapley value.

In: the client frame and the totals; out: factors, effects. Source: Drivers; Shapley, L. S. (1953), in
Contributions to the Theory of Games II, 307–317.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W0, NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.windows import Windows

EFFECTS = ("n_effect", "v_effect", "l_effect")
OF_CLIENTS = ("new_effect", "returned_effect", "lost_effect")


@dataclass(frozen=True)
class Factors:
    """One reading of a window: revenue of active clients = n · v · l.

    First reading: v revenue per order, l orders per client. Second: v revenue per active
    client-month, l active months per client.
    """

    n: float
    v: float
    l: float  # noqa: E741 (the symbol of the formula)

    @classmethod
    def of(cls, revenue: float, clients: int, times: int) -> Factors:
        """v = revenue / times, l = times / clients; both numbers must be positive."""
        return cls(n=clients, v=revenue / times, l=times / clients)

    @property
    def product(self) -> float:
        return self.n * self.v * self.l

    @property
    def all(self) -> tuple[float, float, float]:
        return self.n, self.v, self.l


def shapley(start: Sequence[float], end: Sequence[float]) -> list[float]:
    """Each factor's part of Π end − Π start: the mean, over all orders in which the factors are
    replaced one after another, of the change that its replacement brings.

    The parts sum to the change; start and end swapped, they change sign; zero and negative values
    are fine. Source: Shapley 1953.
    """
    orders = list(itertools.permutations(range(len(start))))
    parts = [0.0] * len(start)
    for order in orders:
        now = list(start)
        for factor in order:
            before = math.prod(now)
            now[factor] = end[factor]
            parts[factor] += math.prod(now) - before
    return [part / len(orders) for part in parts]


def price_per_client(start: Factors, end: Factors) -> float:
    """The Shapley price of one client: N's effect / (N1 − N0), defined also where N did not change.

    (V0·L0 + V1·L1)/3 + (V0·L1 + V1·L0)/6. Source: Drivers.
    """
    return (start.v * start.l + end.v * end.l) / 3 + (start.v * end.l + end.v * start.l) / 6


def by_orders(base: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> tuple[Factors, Factors] | str:
    """The first reading of W0 and W1, or the reason why there is none.

    totals: span (`w0`, `w1`), orders: distinct over the window. Source: Drivers.
    """
    orders = totals.set_index("span")["orders"]
    return _readings(base, int(orders.get("w0", 0)), int(orders.get("w1", 0)), when)


def by_months(base: pd.DataFrame, when: Windows) -> tuple[Factors, Factors] | str:
    """The second reading of W0 and W1, or the reason why there is none. Source: Drivers."""
    return _readings(base, int(base["months0"].sum()), int(base["months1"].sum()), when)


def _readings(base: pd.DataFrame, times0: int, times1: int, when: Windows) -> tuple[Factors, Factors] | str:
    if when.lacks_w0:
        return when.lacks_w0
    found = []
    for end, times, no_one in (("0", times0, NO_CLIENT_IN_W0), ("1", times1, NO_CLIENT_IN_W1)):
        active = base[f"active{end}"]
        if not active.any():
            return no_one
        if times <= 0:
            return f"no order in W{end}"
        found.append(Factors.of(total(base.loc[active, f"r{end}"]), int(active.sum()), times))
    return found[0], found[1]


def figures(base: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """Effects of N, V, L in the first reading, of new, returned and lost clients, and of N, V, L in
    the second reading, in money.

    new, returned and lost share N's effect at `price_per_client`; returned is 0 with its reason when
    the history starts with W0. base: client frame with `state`, months0, months1. Source: Drivers.
    """
    found: dict[str, Figure] = {}
    first = by_orders(base, totals, when)
    found |= _effects("drivers.", EFFECTS, first)
    if isinstance(first, str):
        found |= {f"drivers.{name}": undefined(first) for name in OF_CLIENTS}
    else:
        counts, price = base["state"].value_counts(), price_per_client(*first)
        for name, state, sign in zip(OF_CLIENTS, ("new", "returned", "lost"), (1, 1, -1), strict=True):
            found[f"drivers.{name}"] = Figure(
                value=sign * int(counts.get(state, 0)) * price + 0.0,
                reason=when.lacks_before_w0 if state == "returned" else None,
            )
    return found | _effects("drivers.loyalty_", EFFECTS, by_months(base, when))


def _effects(prefix: str, names: Sequence[str], reading: tuple[Factors, Factors] | str) -> dict[str, Figure]:
    if isinstance(reading, str):
        return {prefix + name: undefined(reading) for name in names}
    parts = shapley(reading[0].all, reading[1].all)
    return {prefix + name: Figure(value=part) for name, part in zip(names, parts, strict=True)}


def factor_table(base: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`drivers.factors`: reading, factor, value_w0, value_w1, change, effect; no rows where undefined.

    reading: orders (N, V, L) or months (N, V_month, L_month); where every client-month has one order
    both are equal and only the first is given. change = value_w1 / value_w0 − 1, NaN where
    value_w0 ≤ 0. Source: Drivers.
    """
    rows = []
    readings = {"orders": by_orders(base, totals, when), "months": by_months(base, when)}
    if readings["orders"] == readings["months"]:
        del readings["months"]
    for name, reading in readings.items():
        if isinstance(reading, str):
            continue
        effects = shapley(reading[0].all, reading[1].all)
        symbols = ("N", "V", "L") if name == "orders" else ("N", "V_month", "L_month")
        for factor, before, now, effect in zip(symbols, reading[0].all, reading[1].all, effects, strict=True):
            rows.append((name, factor, before, now, now / before - 1 if before > 0 else math.nan, effect))
    return pd.DataFrame(rows, columns=["reading", "factor", "value_w0", "value_w1", "change", "effect"])
