"""The six-factor profile: scores of the tiers on one axis, and beside each score what the data say."""

from __future__ import annotations

from typing import Any

from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.exhibits.profile_rows import GROUPS, TIERS
from portfolio_review.rendering.pages.dossier_plan import progress
from portfolio_review.rendering.report import Report

PROFILE = "strategic.six_factors.profile"
MEASURES = {
    "number": ("active_clients",), "ease_of_finding": ("new_clients",),
    "how_they_pay": ("overdue_share", "days_to_pay"),
    "value_of_sale": ("revenue_per_client", "margin_per_client"), "repeat_sales": ("retention_rate", "repeat_rate"),
    "upkeep": ("contacts_per_client",),
}  # fmt: skip
"""What the data say of a factor: the first of them that is known."""
SHARES = ("overdue_share", "retention_rate", "repeat_rate")
MONEY = ("revenue_per_client", "margin_per_client")


def table(report: Report) -> dict[str, Any]:
    """Rows of factors and group means, a cell a tier: score, market against portfolio, the data's value."""
    factors = {(row["tier"], row["factor"]): row for row in report.rows("strategic.six_factors")}
    measured = {(row["tier"], row["measure"]): row["amount"] for row in report.rows("strategic.factor_data")}
    if not factors and not any(amount is not None for amount in measured.values()):
        return {}
    means = {(row["tier"], row["group"]): row for row in report.rows("strategic.factor_means")}
    scored = any(row["points"] is not None for row in factors.values())
    rows = []
    for group, members in GROUPS:
        for factor in members:
            measure = next((name for name in MEASURES[factor] if any((tier, name) in measured and
                            measured[tier, name] is not None for tier in TIERS)), "")  # fmt: skip
            scale = scale_for([measured.get((tier, measure)) for tier in TIERS]) if measure in MONEY else None
            rows.append({
                "mean": False, "name": report.wording.word(factor),
                "measure": _measure(report, measure, scale),
                "cells": [_cell(report, factors.get((tier, factor)), measured.get((tier, measure)), measure, scale)
                          for tier in TIERS],
            })  # fmt: skip
        if scored:
            rows.append({
                "mean": True, "name": report.wording.word(group), "measure": "",
                "cells": [{"score": _points(report, means.get((tier, group), {}).get("points")), "gap": "", "value": ""}
                          for tier in TIERS],
            })  # fmt: skip
    by = next((row for row in factors.values() if row["assessor"]), None)
    return {
        "rows": rows, "tiers": [report.wording.word(tier) for tier in TIERS], "scored": scored,
        "chart": report.chart(PROFILE) if scored else "", "plans": _plans(report),
        "by": (by["assessor"], report.wording.language.date(by["assessed_on"])) if by and by["assessed_on"] else None,
    }  # fmt: skip


def _plans(report: Report) -> list[dict[str, Any]]:
    """The plan's line of each tier, in their order: goal, cost, how far it is; empty when no tier has one."""
    found = {row["tier"]: row for row in report.rows("strategic.agreements") if not row["client_id"] and row["tier"]}
    if not found:
        return []
    money = report.wording.numbers.money
    return [{
        "goal": found[tier]["goal"] or "",
        "cost": money(found[tier]["cost"]) if found[tier]["cost"] is not None else "", **progress(report, found[tier]),
    } if tier in found else {} for tier in TIERS]  # fmt: skip


def _measure(report: Report, measure: str, scale: Scale | None) -> str:
    if not measure:
        return ""
    unit = report.wording.numbers.money_head(scale) if scale else "%" if measure in SHARES else ""
    name = report.wording.word(measure)
    return f"{name}, {unit}" if unit else name


def _cell(report: Report, row: Any, amount: Any, measure: str, scale: Scale | None) -> dict[str, str]:
    """The score, `2 → 3` where market and portfolio differ, and the value of the data."""
    cell = {"score": "", "gap": "", "value": ""}
    if row is not None:
        cell["score"] = _points(report, row["points"])
        if row["market"] is not None and row["portfolio"] is not None and row["market"] != row["portfolio"]:
            cell["gap"] = f"{_points(report, row['market'])}→{_points(report, row['portfolio'])}"
    numbers = report.wording.numbers
    if amount is None:
        cell["value"] = report.na if measure else ""
    elif scale:
        cell["value"] = numbers.scaled(amount, scale)
    elif measure in SHARES:
        cell["value"] = numbers.percent(amount, 0, mark=False)
    else:
        cell["value"] = numbers.plain(amount, 0 if float(amount).is_integer() else 1)
    return cell


def _points(report: Report, points: Any) -> str:
    if points is None:
        return "–"
    return report.wording.numbers.plain(points, 0 if float(points).is_integer() else 1)
