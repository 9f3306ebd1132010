"""Page two: the largest clients, ABC × XYZ, concentration, value × stability, breakdowns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.formulas import filled
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering import formulas
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.cells import NO_CLASS, REGULARITY, class_of
from portfolio_review.rendering.pages.view import View, missing, windows_line
from portfolio_review.rendering.report import Report, Row, largest

ID = "structure"
CONCENTRATION = (
    "structure.top1_share", "structure.top5_share", "structure.top10_share", "structure.top20pct_share",
    "structure.half_of_revenue_clients", "structure.effective_clients", "structure.hhi", "structure.gini",
)  # fmt: skip
FAMILY = "structure.by.<attribute>"
MONTHS = 12
GROUPS = (("constant_large", "unstable_large"), ("constant_small", "unstable_small"))
BREAKDOWN_ROWS = 7
ONLY_BREAKDOWN_ROWS = 3
"""A single breakdown stands under value × stability; more of them get a page of their own."""


def view(report: Report) -> View:
    """The structure page."""
    title = report.wording.language.text("Portfolio structure")
    if not report.rows("structure.abc"):
        return missing(report, ID, title, "structure.revenue", "structure.clients")
    scale = _scale(report)
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=windows_line(report),
        data={
            "unit": report.wording.numbers.money_head(scale),
            "scale": scale,
            "largest": _largest(report, scale),
            "cells": _cells(report, scale),
            "regularities": [report.wording.word(name) for name in _regularities(report)],
            "meaning": _meaning(report),
            "concentration": _concentration(report),
            "losses": _losses(report, scale),
            "groups": _groups(report, scale),
            "groups_mean": _groups_mean(report),
            "breakdowns": _breakdowns(report, scale),
            "chart": report.chart("structure.pareto"),
            "months": report.chart("headline.trend.variance") if report.rows("headline.trend") else "",
            "months_partial": any(row.get("partial") for row in report.rows("headline.trend")),
            "months_unit": report.wording.numbers.money_head(_months_scale(report)),
            "multiples": _multiples(report),
            "measured": _measured(report),
            "classless": any(row["class"] == "none" and row["clients"] for row in report.rows("structure.abc")),
        },
    )  # fmt: skip


def _measured(report: Report) -> str:
    """What classes are cut by, where it is not what was asked for."""
    entry = report.entry("structure.abc_measure")
    if entry is None or not entry.figure.reason:
        return ""
    reason = report.reason("structure.abc_measure")
    return report.say("ABC classes are cut by revenue, not by margin: %(reason)s.", reason=reason)


def _scale(report: Report) -> Scale:
    revenue = report.number("structure.revenue")
    return scale_for([row["revenue"] for row in report.rows("structure.abc")], revenue)


def _months_scale(report: Report) -> Scale:
    """The scale in which the picture of the months prints its money: that of its own columns."""
    return scale_for([row["revenue"] for row in report.rows("headline.trend")[-MONTHS:]])


def _message(report: Report) -> Markup:
    a = next((row for row in report.rows("structure.abc") if row["class"] == "A"), None)
    share = report.number("structure.top10_share")
    if a is None or share is None or not a["clients"] or (report.number("structure.clients") or 0) <= 10:
        return _few(report)
    numbers = report.wording.numbers
    text = report.say(
        "%(clients)s bring %(share)s of revenue; the ten largest hold %(ten)s",
        clients=report.count_of("%(n)s client of class A", "%(n)s clients of class A", a["clients"]),
        share=numbers.percent(a["share_of_revenue"], 0), ten=report.v("structure.top10_share"),
    )  # fmt: skip
    before = report.number("structure.top10_share", "previous_year")
    if before is not None:
        text += report.say(" (%(change)s on a year before)", change=report.wording.change("share", share, before))
    return text


def _few(report: Report) -> Markup:
    count = report.number("structure.clients")
    clients = report.count_of("%(n)s active client", "%(n)s active clients", int(count or 0))
    if report.number("structure.top1_share") is None:
        return report.say("%(clients)s; no revenue above zero", clients=clients)
    return report.say(
        "%(clients)s; the largest alone holds %(share)s of revenue",
        clients=clients, share=report.v("structure.top1_share"),
    )  # fmt: skip


def _largest(report: Report, scale: Scale) -> dict[str, Any]:
    rows = report.rows("structure.largest")
    full = largest(rows, "revenue_w0", "revenue_w1")
    others, whole = (report.line(ID, "structure.largest", name) for name in ("others", "all"))
    return {
        "rows": [_client(report, row, scale, full) for row in rows],
        "others": _others(report, others, scale) if (others["clients"] or 0) > 0 else None,
        "all": {
            "n": report.v("structure.clients"),
            "w1": report.v("structure.revenue", scale=scale),
            "w0": _money(report, whole["amount_before"], scale),
            "change": _change(report, whole, scale),
        },
        "before": any(row["revenue_w0"] is not None for row in rows)
        and whole["amount_before"] is not None
        and not report.seasons_differ,
    }


def _client(report: Report, row: Row, scale: Scale, full: float) -> dict[str, Any]:
    numbers, w0, w1 = report.wording.numbers, row["revenue_w0"], row["revenue_w1"]
    return {
        "rank": row["rank"], "name": str(row["name"] or row["client_id"]),
        "class": class_of(row["abc"], row["xyz"]) or row["abc"],
        "w0": numbers.scaled(w0, scale) if w0 is not None else "",
        "w1": numbers.scaled(w1, scale), 
        "change": _change(report, report.line(ID, "structure.largest", str(row["client_id"])), scale),
        "w0_width": report.width((w0 or 0) / full), "w1_width": report.width(w1 / full),
        "share": numbers.percent(row["share"], mark=False) if row["share"] is not None else report.na,
        "running": numbers.percent(row["running_share"], mark=False) if row["running_share"] is not None else report.na,
    }  # fmt: skip


def _change(report: Report, line: Row, scale: Scale) -> Markup | str:
    change = line["amount_change"]
    if change is None:
        return ""
    return report.tinted(report.wording.numbers.scaled(change, scale, sign=True), change)


def _money(report: Report, amount: float | None, scale: Scale) -> str:
    return "" if amount is None else report.wording.numbers.scaled(amount, scale)


def _others(report: Report, line: Row, scale: Scale) -> dict[str, Any]:
    numbers, change = report.wording.numbers, line["amount_change"]
    return {
        "name": report.count_of("%(n)s other client", "%(n)s other clients", int(line["clients"])),
        "w0": _money(report, line["amount_before"], scale), "w1": _money(report, line["amount"], scale),
        "change": numbers.scaled(change, scale, sign=True) if change is not None else "",
        "share": numbers.percent(line["share"], mark=False) if line["share"] is not None else "",
    }  # fmt: skip


def _cells(report: Report, scale: Scale) -> list[dict[str, Any]]:
    """Rows A, B, C of the matrix with their cells X, Y, Z (and n/a where a client has no class) and the class's
    total."""
    found = {(row["abc"], row["xyz"]): row for row in report.rows("structure.abc_xyz")}
    classes = {row["class"]: row for row in report.rows("structure.abc")}
    full = largest(list(found.values()), "revenue")
    share, of_class = (_shares(report, f"structure.{id}") for id in ("abc_xyz", "abc"))
    return [
        {
            "name": abc,
            "cells": [
                _cell(report, found.get((abc, xyz)), scale, full, share(f"{abc}{xyz}")) for xyz in _regularities(report)
            ],
            "all": _cell(report, classes.get(abc), scale, full, of_class(abc)),
        }
        for abc in "ABC"
    ]


def _regularities(report: Report) -> list[str]:
    held = {row["xyz"] for row in report.rows("structure.abc_xyz") if row["clients"]}
    return [*REGULARITY, *(name for name in (NO_CLASS,) if name in held)]


def _meaning(report: Report) -> Markup:
    """What the classes of regularity mean, by the method that made them."""
    interval = report.v("series.xyz_interval")
    figure = report.figure("series.xyz_method")
    if figure is not None and figure.value == "variation":
        return report.say(
            "By variation of revenue: X even, Y uneven, Z very uneven, n/a no class (under 3 intervals, or a mean of "
            "zero or less); counted by %(interval)s. Grey: share of revenue, days between contacts", interval=interval
        )  # fmt: skip
    return report.say(
        "X buys constantly, Y irregularly, Z once; counted by %(interval)s. Grey: share of revenue, days between "
        "contacts", interval=interval
    )  # fmt: skip


def _shares(report: Report, id: str) -> Callable[[str], float | None]:
    """The recorded shares of revenue of a table's cells, by their names."""
    return lambda name: report.line(ID, id, name)["share"]


def _cell(report: Report, row: Row | None, scale: Scale, full: float, share: float | None) -> dict[str, Any]:
    numbers = report.wording.numbers
    if row is None or not row["clients"]:
        return {"clients": numbers.plain(0), "empty": True}
    cadence = row.get("cadence")
    return {
        "empty": False,
        "clients": numbers.plain(row["clients"]),
        "revenue": numbers.scaled(row["revenue"], scale),
        "share": numbers.percent(share) if share is not None else "",
        "width": report.width(max(0.0, row["revenue"]) / full),
        "cadence": report.count_of("every %(n)s day", "every %(n)s days", int(cadence)) if cadence else "",
    }


def _concentration(report: Report) -> dict[str, Any]:
    before = any(report.number(id, "previous_year") is not None for id in CONCENTRATION)
    rows = []
    for id in CONCENTRATION:
        if report.figure(id) is None:
            continue
        share = CATALOG[id].unit == "share"
        name = report.wording.name(id)
        rows.append({
            "name": f"{name}, %" if share else name,
            "before": report.v(id, "previous_year", mark=False) if before else "",
            "value": report.v(id, mark=False),
            "source": report.source_link(id),
        })  # fmt: skip
    return {"rows": rows, "before": before}


def _losses(report: Report, scale: Scale) -> list[tuple[Markup, str]]:
    return [
        (
            report.count_of("Loss of the largest client", "Loss of the %(n)s largest clients", row["largest"]),
            report.wording.numbers.scaled(row["revenue"], scale),
        )
        for row in report.rows("structure.loss_of_largest")
    ]


def _groups(report: Report, scale: Scale) -> list[list[dict[str, Any]]]:
    found = {row["group"]: row for row in report.rows("structure.value_stability")}
    full, share = largest(list(found.values()), "revenue"), _shares(report, "structure.value_stability")
    return (
        [[_cell(report, found.get(name), scale, full, share(name)) for name in line] for line in GROUPS]
        if found
        else []
    )


def _groups_mean(report: Report) -> str:
    """Which classes count as large and as constant, by the settings of the review."""
    text = report.wording.language.text(
        "Large: class {value_stability.large}; constant: class {value_stability.constant}"
    )
    return filled(text, formulas.recorded(report.results), report.wording.code)


def _breakdowns(report: Report, scale: Scale) -> list[dict[str, Any]]:
    """One table an attribute: the largest values, a total of the rest."""
    ids = [id for id, entry in CATALOG.items() if entry.family == FAMILY and len(report.rows(id)) > 1]
    others = report.rows("structure.by_others")
    limit = ONLY_BREAKDOWN_ROWS if len(ids) == 1 else BREAKDOWN_ROWS
    tables = []
    for id in ids:
        rows = sorted(report.rows(id), key=lambda row: -(row["revenue"] or 0))
        lines = [_line(report, id, row, scale) for row in rows[:limit]]
        rest = next((row for row in others if (row["attribute"], row["shown"]) == (id.rpartition(".")[2], limit)), None)
        tables.append({
            "id": id, "title": report.wording.name(id), "unit": report.wording.numbers.money_head(scale),
            "rows": lines, "rest": _rest(report, id, rest, scale) if rest and rest["values"] else None,
            "before": any(row["revenue_w0"] is not None for row in rows) and not report.seasons_differ,
            "source": report.source_link(id),
        })  # fmt: skip
    return tables


def _line(report: Report, id: str, row: Row, scale: Scale, name: str = "") -> dict[str, Any]:
    numbers, value = report.wording.numbers, str(row["value"] or "")
    return {
        "name": str(row["value"]) if row["value"] is not None else report.wording.language.text("not given"),
        "clients": numbers.plain(row["clients"]),
        "w0": numbers.scaled(row["revenue_w0"], scale) if row["revenue_w0"] is not None else "",
        "w1": numbers.scaled(row["revenue"], scale),
        "change": _change(report, report.line(ID, id, name or value), scale),
    }


def _rest(report: Report, id: str, row: Row, scale: Scale) -> dict[str, Any]:
    line = _line(report, id, {**row, "value": ""}, scale, f"others:{row['shown']}")
    return line | {"name": report.count_of("%(n)s other", "%(n)s others", row["values"])}


def _multiples(report: Report) -> dict[str, Any]:
    """The picture of the largest values month by month; its sums have one unit."""
    rows = report.rows("structure.by_month")
    if not rows:
        return {}
    months = sorted({row["month"] for row in rows})[-MONTHS:]
    sums: dict[Any, float] = {}
    for row in rows:
        if row["month"] in months:
            sums[row["value"]] = sums.get(row["value"], 0.0) + row["revenue"]
    return {
        "name": report.wording.name(f"structure.by.{rows[0]['attribute']}"),
        "unit": report.wording.numbers.money_head(scale_for(sums.values())),
        "chart": report.chart("structure.by_month.multiples"),
    }
