"""Checks: statements that must hold between figures, each with the numbers that it compared.

In: frames and figures of the other modules; out: `Check`. Money agrees to half a cent.
Source: Checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from portfolio_review.figure import Figure, Figures
from portfolio_review.metrics.drivers import Factors, by_months, by_orders, shapley
from portfolio_review.metrics.migration import Scheme
from portfolio_review.metrics.movement import STATES
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.windows import Windows

HALF_A_CENT = 0.005

_BOUNDED = ("_rate", "gross_revenue_retention")


@dataclass(frozen=True)
class Check:
    """One statement by id, whether it holds, and the numbers it was judged by."""

    id: str
    passed: bool
    detail: str


def same_money(one: float, other: float) -> bool:
    """Whether two amounts agree to half a cent, or to 1e-12 of them where they are that large."""
    return abs(one - other) <= max(HALF_A_CENT, 1e-12 * abs(one))


def _money(id: str, name: str, one: float, other: float) -> Check:
    return Check(id, same_money(one, other), f"{name}: {one:,.2f} = {other:,.2f}")


def _not_applicable(id: str, reason: str) -> Check:
    return Check(id, True, f"nothing to check: {reason}")


def sources_reconcile(used: float, left_out: float, sources: float) -> Check:
    """Revenue in the sources = revenue in the review + revenue of the rows left out."""
    detail = f"used {used:,.2f} + left out {left_out:,.2f} = sources {sources:,.2f}"
    return Check("sources_reconcile", same_money(used + left_out, sources), detail)


def units_add_up(units: Iterable[float], whole: float) -> Check:
    """Σ revenue of units = revenue of `all`."""
    return _money("units_add_up", "units, all", sum(sorted(units)), whole)


def windows_agree(base: pd.DataFrame, totals: pd.DataFrame) -> Check:
    """Σ r of clients = R of the window by the totals, in W1 and W0."""
    by_span = totals.set_index("span")["revenue"]
    pairs = [(total(base[f"r{end}"]), float(by_span.get(f"w{end}", 0.0))) for end in "10"]
    # each client's r is rounded to 1e-6, so many clients may differ by as many halves of it
    passed = all(abs(a - b) <= max(HALF_A_CENT, 5e-7 * len(base), 1e-12 * abs(b)) for a, b in pairs)
    detail = "; ".join(f"W{end}: {a:,.2f} = {b:,.2f}" for end, (a, b) in zip("10", pairs, strict=True))
    return Check("windows_agree", passed, detail)


def revenue_splits(figures: Figures) -> Check:
    """headline.revenue_new + revenue_returned + revenue_current = headline.revenue."""
    parts = [figures[f"headline.revenue_{name}"] for name in ("new", "returned", "current")]
    missing = next((part.reason for part in parts if part.value is None), None)
    if missing:
        return _not_applicable("revenue_splits", missing)
    parts_sum = sum(_number(part) for part in parts)
    return _money("revenue_splits", "parts, revenue", parts_sum, _number(figures["headline.revenue"]))


def adds_up(id: str, table: pd.DataFrame, base: pd.DataFrame) -> Check:
    """Σ clients = |A1| and Σ revenue = revenue of A1, for a table over the active clients of W1."""
    clients, active = int(table["clients"].sum()), int(base["active1"].sum())
    revenue, whole = total(table["revenue"]), total(base.loc[base["active1"], "r1"])
    detail = f"clients: {clients:,} = {active:,}; revenue: {revenue:,.2f} = {whole:,.2f}"
    return Check(id, clients == active and same_money(revenue, whole), detail)


def classes_add_up(tables: Mapping[str, pd.DataFrame], base: pd.DataFrame) -> list[Check]:
    """`abc_adds_up`, `xyz_adds_up`, … for every table `structure.<scheme>` given."""
    return [adds_up(f"{id.rpartition('.')[2]}_adds_up", table, base) for id, table in tables.items()]


def breakdowns_add_up(tables: Mapping[str, pd.DataFrame], base: pd.DataFrame) -> Check:
    """Σ revenue of values = R(W1) for every attribute."""
    whole = total(base["r1"])
    sums = {id.rpartition(".")[2]: total(table["revenue"]) for id, table in tables.items()}
    # rounding at 1e-6 of every client (and category) before summing
    passed = all(abs(amount - whole) <= max(HALF_A_CENT, 5e-6 * len(base)) for amount in sums.values())
    detail = "; ".join(f"{name}: {amount:,.2f} = {whole:,.2f}" for name, amount in sums.items())
    return Check("breakdowns_add_up", passed, detail or "nothing to check: no attribute known")


def bridge_closes(figures: Figures) -> Check:
    """start + churn + gone_quiet + contraction + expansion + returned + new + adjustments = end."""
    steps = {id: figure for id, figure in figures.items() if id.startswith("bridge.")}
    missing = next((figure.reason for figure in steps.values() if figure.value is None), None)
    if missing:
        return _not_applicable("bridge_closes", missing)
    arrived = sum(_number(figure) for id, figure in steps.items() if id != "bridge.end")
    return _money("bridge_closes", "sum, end", arrived, _number(steps["bridge.end"]))


def one_movement_each(base: pd.DataFrame, when: Windows) -> Check:
    """Every client that ever purchased is in exactly one movement, the others in none."""
    if when.lacks_w0:
        return _not_applicable("one_movement_each", when.lacks_w0)
    counts = base["state"].value_counts()
    bought = base["first_purchase"].notna()
    fits = bool((base["state"].notna() == bought).all())
    detail = " + ".join(f"{state} {int(counts.get(state, 0)):,}" for state in STATES)
    return Check("one_movement_each", fits, f"{detail} = {int(bought.sum()):,} clients")


def one_stage_each(base: pd.DataFrame, when: Windows) -> Check:
    """Every client with a purchase day up to the end of P is in exactly one stage."""
    if when.lacks_w0:
        return _not_applicable("one_stage_each", when.lacks_w0)
    bought, staged = base["first_purchase"].notna(), base["stage"].notna()
    detail = f"in a stage {int(staged.sum()):,} = purchased {int(bought.sum()):,}"
    return Check("one_stage_each", bool((bought == staged).all()), detail)


def migration_margins(base: pd.DataFrame, scheme: Scheme, matrix: pd.DataFrame) -> Check:
    """Row sums = class sizes at W0, column sums = class sizes at W1, in clients and in money."""
    id = f"migration_{scheme.name}_margins"
    if matrix.empty:
        return _not_applicable(id, "no matrix")
    wrong = []
    for side, column, window in (("from", scheme.at_w0, "0"), ("to", scheme.at_w1, "1")):
        mine = base[base[f"active{window}"]]
        for name in scheme.classes:
            members, cells = mine[mine[column] == name], matrix[matrix[side] == name]
            moved = int(cells["clients"].sum())
            money = same_money(total(cells[f"revenue_w{window}"]), total(members[f"r{window}"]))
            if moved != len(members) or not money:
                wrong.append(f"{side} {name}: {moved:,} clients, class {len(members):,}")
    clients = int(matrix["clients"].sum())
    return Check(id, not wrong, "; ".join(wrong) or f"all rows and columns of {clients:,} clients agree")


def rates_in_range(figures: Figures) -> Check:
    """Rates of clients and gross revenue retention lie in [0, 1]."""
    bounded = [
        (id, _number(figure))
        for id, figure in figures.items()
        if figure.value is not None and id.startswith("retention.") and id.endswith(_BOUNDED)
    ]
    passed = all(0 <= value <= 1 for _, value in bounded)
    return Check("rates_in_range", passed, "; ".join(f"{id} {value:.5f}" for id, value in bounded) or "none")


def cohorts_start_whole(*tables: pd.DataFrame) -> Check:
    """The clients of a cohort at age 0 are its size, and every cohort has that age, by month and by quarter."""
    cohorts = pd.concat(tables, ignore_index=True)
    first = cohorts[cohorts["age"] == 0]
    passed = bool((first["clients"] == first["size"]).all()) and len(first) == cohorts["cohort"].nunique()
    clients, size = int(first["clients"].sum()), int(first["size"].sum())
    return Check("cohorts_start_whole", passed, f"{len(first)} cohorts: {clients:,} = {size:,} clients")


def drivers_hold(base: pd.DataFrame, totals: pd.DataFrame, when: Windows) -> list[Check]:
    """`drivers_multiply` (N · V · L = revenue of active clients) and `drivers_add_up` (effects = change),
    in both readings."""
    readings = {"orders": by_orders(base, totals, when), "months": by_months(base, when)}
    revenue = [total(base.loc[base[f"active{end}"], f"r{end}"]) for end in "01"]
    products, sums = [], []
    for name, reading in readings.items():
        if isinstance(reading, str):
            return [_not_applicable(id, reading) for id in ("drivers_multiply", "drivers_add_up")]
        products += [(f"{name} W{end}", factors.product, revenue[end]) for end, factors in enumerate(reading)]
        sums.append((name, _shapley_sum(reading), revenue[1] - revenue[0]))
    return [_agree("drivers_multiply", products), _agree("drivers_add_up", sums)]


def margin_drivers_add_up(base: pd.DataFrame, effects: Figures) -> Check:
    """Σ of the four effects = change of the active clients' margin from W0 to W1."""
    id = "margin_drivers_add_up"
    missing = next((figure.reason for figure in effects.values() if figure.value is None), None)
    if missing:
        return _not_applicable(id, missing)
    before, now = (total(base.loc[base[f"active{end}"], f"margin{end}"]) for end in "01")
    return _money(id, "effects, change", sum(_number(figure) for figure in effects.values()), now - before)


def survival_never_rises(survival: pd.DataFrame) -> Check:
    """S(t) of `retention.survival` falls or stays, within [0, 1]."""
    s = survival["survival"]
    passed = bool(s.between(0, 1).all()) and not bool((s.diff() > 0).any())
    detail = f"from {s.iloc[0]:.4f} to {s.iloc[-1]:.4f} in {len(s)} steps" if len(s) else "nothing to check: no client"
    return Check("survival_never_rises", passed, detail)


def _shapley_sum(reading: tuple[Factors, Factors]) -> float:
    return sum(shapley(reading[0].all, reading[1].all))


def _agree(id: str, triples: list[tuple[str, float, float]]) -> Check:
    passed = all(same_money(one, other) for _, one, other in triples)
    return Check(id, passed, "; ".join(f"{name}: {one:,.2f} = {other:,.2f}" for name, one, other in triples))


def _number(figure: Figure) -> float:
    if not isinstance(figure.value, int | float):
        raise TypeError(f"a check needs a number, found {figure.value!r}")
    return float(figure.value)
