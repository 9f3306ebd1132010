"""Page five: rates with intervals, their trend, cohorts, stages of the lifecycle."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.exhibits import notation
from portfolio_review.exhibits.numbers import add_up, scale_for
from portfolio_review.rendering.pages import found, strips
from portfolio_review.rendering.pages.view import View, between_windows_line, missing
from portfolio_review.rendering.report import Report, Row, largest

ID = "retention"
STILL = "retention.still_buying_rate"
RATES = (
    "retention.client_retention_rate",
    STILL,
    "retention.kept_at_end_rate",
    "retention.gross_revenue_retention",
    "retention.net_revenue_retention",
    "retention.net_revenue_retention_with_returned",
    "retention.repeat_rate",
    "retention.return_rate",
)
STAGES = ("new", "returned", "growing", "stable", "declining", "at_risk", "lapsed")
COHORTS = 10
AGES = 12
QUARTERS = 8
"""Quarters of age that the page shows; the workbook has them all."""


def view(report: Report) -> View:
    """The retention page."""
    title = report.wording.language.text("Retention and churn")
    rate = report.figure("retention.client_retention_rate")
    stages = _stages(report)
    cohorts = _cohorts(report)
    if rate is None and not stages and not cohorts:
        return missing(report, ID, title)
    return View(
        id=ID,
        title=title,
        message=found.message(report, ID) or _message(report),
        line=between_windows_line(report),
        data={
            "rates": _rates(report),
            "classes": _classes(report),
            "trend": report.chart("retention.trend.band") if len(report.rows("retention.trend")) > 1 else Markup(""),
            "survival": report.chart("retention.survival.curve") if report.rows("retention.survival_steps") else "",
            "ends_at_once": _ends_at_once(report),
            "trend_months": len(report.rows("retention.trend")),
            "cohorts": cohorts,
            "stages": stages,
        },
    )


def _message(report: Report) -> Markup:
    id, lost = "retention.client_retention_rate", report.number("movement.lost_clients")
    if report.number(id) is None:
        return report.say("Retention cannot be computed yet: %(reason)s", reason=report.reason(id))
    if report.grey_rates:
        return report.say("Retention says little here: %(reason)s", reason=report.grey_rates)
    text = report.say("%(rate)s of clients bought again", rate=report.v(id))
    before, target = report.number(id, "previous_year"), report.number(id, "target")
    if before is not None:
        text += report.say(" (%(change)s on a year before)", change=report.change(id))
    elif target is not None:
        text += report.say(" (%(change)s on target)", change=report.change(id, "target"))
    if report.number(STILL) is not None:
        text += report.say(", %(rate)s are still buying", rate=report.v(STILL))
    if lost is not None and report.number("bridge.churn") is not None:
        text += report.say(
            "; %(lost)s with %(money)s of revenue did not",
            lost=report.count_of("%(n)s client", "%(n)s clients", int(lost)),
            money=report.wording.numbers.money(abs(report.number("bridge.churn") or 0.0)),
        )
        report.used.update(dict.fromkeys(("movement.lost_clients", "bridge.churn")))
    return text


def _ends_at_once(report: Report) -> bool:
    """Whether the survival curve starts below 100 %: who bought on one day and lapsed ends at age 0."""
    first = next(iter(report.rows("retention.survival_steps")), None)
    return first is not None and first["survival"] is not None and first["survival"] < 1


def _rates(report: Report) -> dict[str, Any]:
    figures = [(id, report.figure(id)) for id in RATES]
    points = [
        bound
        for _, figure in figures
        if figure is not None
        for bound in (figure.value, *(figure.interval or ()), figure.target)
        if isinstance(bound, float | int)
    ]
    axis = strips.Scale.over(points)
    rows = []
    for id, figure in figures:
        if figure is None:
            continue
        value = report.number(id)
        rows.append(
            {
                "name": report.wording.name(id),
                "value": report.v(id, mark=False),
                "interval": report.interval(id, mark=False),
                "before": report.v(id, "previous_year", mark=False) if figure.previous_year is not None else report.na,
                "target": report.v(id, "target", mark=False) if figure.target is not None else "",
                "reason": "" if value is not None else report.reason(id),
                "strip": axis.strip(report, value, figure.interval, figure.target) if value is not None else None,
            }
        )
    return {
        "rows": rows,
        "grey": report.grey_rates,
        "ticks": axis.ticks(report),
        "targets": any(row["target"] for row in rows),
    }


def _classes(report: Report) -> dict[str, Any]:
    rows = [row for row in report.rows("retention.by_abc") if row["base"]]
    points = [row[name] for row in rows for name in ("rate", "low", "high") if row[name] is not None]
    axis = strips.Scale.over(points)
    numbers = report.wording.numbers

    def rate(row: Row, name: str) -> str:
        return numbers.percent(row[name], mark=False) if row[name] is not None else report.na

    return {
        "ticks": axis.ticks(report),
        "rows": [
            {
                "name": report.wording.language.text("none") if row["class"] == "none" else row["class"],
                "base": numbers.plain(row["base"]),
                "retained": numbers.plain(row["retained"]),
                "rate": rate(row, "rate"),
                "grr": rate(row, "grr"),
                "nrr": rate(row, "nrr"),
                "strip": axis.strip(report, row["rate"], (row["low"], row["high"]))
                if row["rate"] is not None and row["low"] is not None
                else None,
            }
            for row in rows
        ],
    }


def _stages(report: Report) -> dict[str, Any]:
    found = {row["stage"]: row for row in report.rows("lifecycle.stages")}
    if not found:
        return {}
    rows = [found[stage] for stage in STAGES if stage in found]
    revenues, whole = [row["revenue"] or 0 for row in rows], report.line(ID, "lifecycle.stages", "all")
    revenue, clients = whole["amount"] or 0.0, whole["clients"] or 0
    scale = scale_for(revenues, revenue)
    full, numbers = largest(rows, "clients"), report.wording.numbers
    unknown = {"returned"} if report.unknown_returned else set()
    return {
        "unit": numbers.money_head(scale),
        "rows": [
            {
                "name": report.wording.word(row["stage"]),
                "clients": numbers.plain(row["clients"]),
                "share": _percent(report, report.line(ID, "lifecycle.stages", row["stage"])["share"]),
                "revenue": numbers.scaled(row["revenue"], scale) if row["revenue"] is not None else report.na,
                "width": report.width(row["clients"] / full),
            }
            | (dict.fromkeys(("clients", "share", "revenue"), report.na) if row["stage"] in unknown else {})
            for row in rows
        ],
        "unknown_returned": report.unknown_returned,
        "clients": numbers.plain(clients),
        "revenue": numbers.scaled(revenue, scale),
        "rounded": not add_up(revenues, revenue, scale),
    }


def _cohorts(report: Report) -> dict[str, Any]:
    """The latest cohorts and, first, those who were clients before; share active in each quarter of age.

    By month where no cohorts by quarter were recorded.
    """
    quarterly = report.rows("retention.cohorts_quarter")
    id = "retention.cohorts_quarter" if quarterly else "retention.cohorts"
    by_cohort: dict[str, dict[int, Row]] = {}
    for row in report.rows(id):
        share = report.line(ID, id, f"{row['cohort']}:{row['age']}")["share"]
        by_cohort.setdefault(str(row["cohort"]), {})[int(row["age"])] = {**row, "share": share}
    average = {int(row["age"]): row["rate"] for row in report.rows("retention.cohort_average")
               if not quarterly}  # fmt: skip
    names = sorted(by_cohort)
    if not names:
        return {}
    first = [names[0]] if len(names) > COHORTS and _truncated(by_cohort[names[0]]) else []
    shown = [*first, *[name for name in names if name not in first][-(COHORTS - len(first)) :]]
    newest = max(_step(name) + age for name, cells in by_cohort.items() for age in cells)
    oldest = QUARTERS if quarterly else AGES
    ages = list(range(1, oldest + 1))
    known = [row["share"] for name in shown for age, row in by_cohort[name].items() if 0 < age <= oldest]
    top = max((share for share in known if share is not None), default=0) or 1
    partial = {_step(name) + age for name, cells in by_cohort.items() for age, row in cells.items() if row["partial"]}
    lines = [_cohort(report, name, by_cohort[name], ages, newest, partial, top) for name in shown]
    return {
        "quarterly": bool(quarterly),
        "ages": [report.wording.numbers.plain(age, sign=True) for age in ages],
        "rows": lines,
        "average": [_percent(report, average.get(age)) for age in ages] if average else [],
        "left_out": len(names) - len(shown),
        "partial": any("partial" in cell["css"] for line in lines for cell in line["cells"]),
    }


def _cohort(
    report: Report, name: str, cells: dict[int, Row], ages: list[int], newest: int, partial: set[int], top: float
) -> dict[str, Any]:
    size = next(iter(cells.values()))["size"]
    made = []
    for age in ages:
        row = cells.get(age)
        when = _step(name) + age
        if row is None and when > newest:
            made.append({"text": "", "css": ""})
            continue
        share = row["share"] if row is not None else (0.0 if size else None)
        step = round(notation.HEAT_STEPS * (share or 0) / top)
        made.append(
            {
                "text": _percent(report, share),
                "css": f"h{step}" + (" partial" if when in partial else ""),
            }
        )
    language = report.wording.language
    return {
        "name": language.period(name) if "Q" in name else language.month(name, "short"),
        "already": _truncated(cells),
        "size": report.wording.numbers.plain(size),
        "cells": made,
    }


def _truncated(cells: dict[int, Row]) -> bool:
    return any(row["truncated"] for row in cells.values())


def _percent(report: Report, share: float | None) -> str:
    return "" if share is None else report.wording.numbers.percent(share, 0, mark=False)


def _step(name: str) -> int:
    """Months or quarters on one count: `2026-10`, `2026-Q4`."""
    year, _, part = name.partition("-")
    return int(year) * 4 + int(part[1:]) if part.startswith("Q") else int(year) * 12 + int(part)
