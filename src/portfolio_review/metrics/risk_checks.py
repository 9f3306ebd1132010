"""Checks of the risk page: chances in their range, quadrants and receivables add up.

In: frames and figures of the risk modules; out: `Check`. Source: Checks.
"""

from __future__ import annotations

import pandas as pd

from portfolio_review.figure import Figure, Figures
from portfolio_review.metrics.backtest import Backtest
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.receivables import Owed


def chances_in_range(base: pd.DataFrame) -> Check:
    """Every chance lies in [0, 1], and every client that purchased has one (or none has)."""
    p = base["p_next"]
    if p.isna().all():
        return Check("chances_in_range", True, "nothing to check: no model")
    known, bought = int(p.notna().sum()), int(base["first_purchase"].notna().sum())
    passed = bool(p.dropna().between(0, 1).all()) and bool((p.notna() == base["first_purchase"].notna()).all())
    return Check("chances_in_range", passed, f"chances {p.min():.4f} to {p.max():.4f}; {known:,} = {bought:,} clients")


def risk_matrix_adds_up(matrix: pd.DataFrame, base: pd.DataFrame) -> Check:
    """Σ clients of quadrants = clients not lapsed, Σ revenue = their revenue."""
    if matrix.empty:
        return Check("risk_matrix_adds_up", True, "nothing to check: no matrix")
    clients, kept = int(matrix["clients"].sum()), int(base["client1"].sum())
    revenue, whole = total(matrix["revenue"]), total(base.loc[base["client1"], "r1"])
    detail = f"clients: {clients:,} = {kept:,}; revenue: {revenue:,.2f} = {whole:,.2f}"
    return Check("risk_matrix_adds_up", clients == kept and same_money(revenue, whole), detail)


def at_risk_adds_up(figures: Figures, base: pd.DataFrame) -> Check:
    """Σ of each part over clients = its figure, the two that may come = revenue at risk, weighted risk in [0, 1]."""
    columns = {"gone": "gone", "may_fall_silent": "may_fall_silent", "may_shrink": "may_shrink",
               "revenue_at_risk": "at_risk"}  # fmt: skip
    known = {part: figures[f"risk.{part}"].value for part in columns}
    pairs = [
        (part, total(base[columns[part]]), value) for part, value in known.items() if isinstance(value, int | float)
    ]
    if not pairs:
        return Check("at_risk_adds_up", True, f"nothing to check: {figures['risk.gone'].reason}")
    passed = all(same_money(again, float(value)) for _, again, value in pairs)
    silent, shrink, both = (known[part] for part in ("may_fall_silent", "may_shrink", "revenue_at_risk"))
    if isinstance(silent, int | float) and isinstance(shrink, int | float) and isinstance(both, int | float):
        passed = passed and same_money(silent + shrink, both)
    weighted = figures["risk.weighted_risk"].value
    passed = passed and (not isinstance(weighted, int | float) or 0 <= weighted <= 1)
    detail = "; ".join(f"{part} {again:,.2f} = {float(value):,.2f}" for part, again, value in pairs)
    return Check("at_risk_adds_up", passed, detail)


def outlook_adds_up(figures: Figures, expected_new: Figure) -> Check:
    """Today's clients + new ones = all, of the value and of the year before, for both spans; and new ones of the
    horizon = `risk.expected_new`."""
    said, passed = [], True
    for suffix in ("", "_year"):
        today, new, both = (figures[f"risk.{line}{suffix}"] for line in ("outlook_today", "outlook_new", "outlook"))
        for part in ("value", "previous_year"):
            one, two, whole = (getattr(figure, part) for figure in (today, new, both))
            if None in (one, two, whole):
                continue
            passed = passed and same_money(one + two, whole)
            said.append(f"{one:,.2f} + {two:,.2f} = {whole:,.2f}")
    here, there = figures["risk.outlook_new"].value, expected_new.value
    if isinstance(here, int | float) and isinstance(there, int | float):
        passed = passed and same_money(here, there)
    return Check("outlook_adds_up", passed, "; ".join(said) or f"nothing to check: {figures['risk.outlook'].reason}")


def value_adds_up(figures: Figures, base: pd.DataFrame, retention: pd.DataFrame) -> Check:
    """Σ expected value of the active clients = the figure = |A1| · that per client; every retention in [0, 1]."""
    whole, each = figures["risk.expected_12"], figures["risk.expected_12_per_client"].value
    if not isinstance(whole.value, int | float) or not isinstance(each, int | float):
        return Check("value_adds_up", True, f"nothing to check: {whole.reason}")
    clients, active = total(base["value_12"]), int(base["active1"].sum())
    passed = same_money(clients, whole.value) and same_money(each * active, whole.value)
    passed = passed and bool(retention["share"].dropna().between(0, 1).all())
    detail = f"clients, figure: {clients:,.2f} = {whole.value:,.2f} = {active:,} · {each:,.2f}"
    return Check("value_adds_up", passed, detail)


def calibration_adds_up(test: Backtest, table: pd.DataFrame) -> Check:
    """Σ of the tenths = clients, expected and actual buyers of the backtest, over all origins."""
    if test.model is None:
        return Check("calibration_adds_up", True, f"nothing to check: {test.reason}")
    clients, actual, expected = int(table["clients"].sum()), int(table["actual"].sum()), total(table["expected"])
    known, bought, said = (test.of_all[name].sum() for name in ("clients", "actual", "expected"))
    passed = clients == known and actual == bought and abs(expected - said) < 1e-6 * max(1.0, said)
    detail = f"clients: {clients:,} = {known:,}; actual: {actual:,} = {bought:,}; expected: {expected:,.2f}"
    return Check("calibration_adds_up", passed, detail)


def receivables_add_up(owing: Owed, figures: Figures, table: pd.DataFrame) -> Check:
    """Σ of the buckets without credit notes = receivables; Σ of those overdue = overdue."""
    if owing.reason:
        return Check("receivables_add_up", True, f"nothing to check: {owing.reason}")
    amounts = table.set_index("bucket")["amount"].drop("credit_notes", errors="ignore")
    whole, late = float(amounts.sum()), float(amounts.drop("not_due").sum())
    pairs = [("open", whole, figures["risk.receivables"].value), ("overdue", late, figures["risk.overdue"].value)]
    passed = all(isinstance(b, int | float) and same_money(a, b) for _, a, b in pairs)
    return Check("receivables_add_up", passed, "; ".join(f"{name} {a:,.2f} = {b:,.2f}" for name, a, b in pairs))
