"""Checks of the risk page: chances in their range, quadrants and receivables add up.

In: frames and figures of the risk modules; out: `Check`. Source: Checks.
"""

from __future__ import annotations

import pandas as pd

from portfolio_review.figure import Figures
from portfolio_review.metrics.backtest import Backtest
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.receivables import Owed
from portfolio_review.metrics.risk import revenue_at_risk
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk


def chances_in_range(base: pd.DataFrame) -> Check:
    """Every chance lies in [0, 1], and every client that purchased has one (or none has)."""
    p = base["p_next"]
    if p.isna().all():
        return Check("chances_in_range", True, "nothing to check: no model")
    known, bought = int(p.notna().sum()), int(base["first_purchase"].notna().sum())
    passed = bool(p.dropna().between(0, 1).all()) and bool((p.notna() == base["first_purchase"].notna()).all())
    return Check("chances_in_range", passed, f"chances {p.min():.4f} to {p.max():.4f}; {known:,} = {bought:,} clients")


def risk_matrix_adds_up(matrix: pd.DataFrame, base: pd.DataFrame) -> Check:
    """Σ clients of quadrants = |A1|, Σ revenue = revenue of A1."""
    if matrix.empty:
        return Check("risk_matrix_adds_up", True, "nothing to check: no matrix")
    clients, active = int(matrix["clients"].sum()), int(base["active1"].sum())
    revenue, whole = total(matrix["revenue"]), total(base.loc[base["active1"], "r1"])
    detail = f"clients: {clients:,} = {active:,}; revenue: {revenue:,.2f} = {whole:,.2f}"
    return Check("risk_matrix_adds_up", clients == active and same_money(revenue, whole), detail)


def at_risk_adds_up(figures: Figures, base: pd.DataFrame, settings: Risk, when: Windows) -> Check:
    """Σ of the clients' money at risk = `risk.revenue_at_risk`, and the weighted risk lies in [0, 1]."""
    money, weighted = figures["risk.revenue_at_risk"].value, figures["risk.weighted_risk"].value
    if not isinstance(money, int | float) or not isinstance(weighted, int | float):
        reason = figures["risk.revenue_at_risk"].reason or figures["risk.weighted_risk"].reason
        return Check("at_risk_adds_up", True, f"nothing to check: {reason}")
    clients = total(base["at_risk"])
    again = revenue_at_risk(base["r1"], base["p_next"], settings.horizon_months / when.window_months)
    passed = same_money(clients, money) and same_money(again, money) and 0 <= weighted <= 1
    return Check("at_risk_adds_up", passed, f"clients, figure: {clients:,.2f} = {money:,.2f}; weighted {weighted:.5f}")


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
