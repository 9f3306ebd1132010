"""Page six: the change of revenue split among its factors, in both readings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.view import View, between_windows_line, missing
from portfolio_review.rendering.report import NOT_TOLD, Report, Row

ID = "drivers"
FIRST = {"drivers.n_effect": "N", "drivers.v_effect": "V", "drivers.l_effect": "L"}
"""Effects of the first reading with the factor that each belongs to in `drivers.factors`."""
SECOND = {
    "drivers.loyalty_n_effect": "N",
    "drivers.loyalty_v_effect": "V_month",
    "drivers.loyalty_l_effect": "L_month",
}
AVERAGES = ("headline.order_value", "headline.revenue_per_client")
OF_CLIENTS = ("drivers.new_effect", "drivers.returned_effect", "drivers.lost_effect")

AT_MONTH_ENDS = tuple(
    f"headline.lapsed_{part}" for part in ("clients", "regular_clients", "revenue", "regular_revenue")
)
"""Figures that a partial period cannot have: their lines say why."""
PLAIN_RATIO = "headline.year_end_revenue"
"""Told by the notebook alone: on the pages the rest of the year is the outlook's."""


def view(report: Report) -> View:
    """The drivers page: both readings where they exist, and the period in figures."""
    title, period = report.wording.language.text("Revenue drivers"), _period(report)
    unknown = next((id for id in FIRST if report.number(id) is None), None)
    if unknown is not None and not period:
        return missing(report, ID, title, unknown)
    return View(
        id=ID,
        title=title,
        message=found.message(report, ID) or _message(report) if unknown is None else Markup("%s") % title,
        line=between_windows_line(report),
        data={"period": period, "reason": report.reason(unknown) if unknown else "", "first": None}
        | (_readings(report) if unknown is None else {}),
    )


def _readings(report: Report) -> dict[str, Any]:
    second = all(report.number(id) is not None for id in SECOND)
    same = second and all(
        math.isclose(report.number(one) or 0, report.number(two) or 0, abs_tol=0.005)
        for one, two in zip(FIRST, SECOND, strict=True)
    )
    values = [report.number(id) or 0.0 for id in FIRST]
    scale = scale_for(values, sum(values))
    return {
        "unit": report.wording.numbers.money_head(scale),
        "first": _reading(report, "orders", FIRST, scale),
        "second": _reading(report, "months", SECOND, scale) if second and not same else None,
        "factors": bool(report.rows("drivers.factors")),
        "same": same,
        "clients": _parts(report, scale),
    }


def _message(report: Report) -> Markup:
    n, v, length = (report.v(id, sentence=True, sign=True) for id in FIRST)
    total = _total(report)
    text = report.say(
        "Revenue of active clients changed by %(total)s: clients %(n)s, order value %(v)s, orders per client %(l)s",
        total=report.wording.numbers.money(total, sign=True),
        n=n,
        v=v,
        l=length,
    )
    return text + report.say("; seasons differ") if report.seasons_differ else text


def _total(report: Report) -> float:
    """The change of revenue of active clients, which the effects of either reading sum to."""
    return report.line("movement", "drivers.factors", "all")["amount_change"] or 0.0


def _reading(report: Report, reading: str, ids: Mapping[str, str], scale: Scale) -> dict[str, Any]:
    values, total = [report.number(id) or 0.0 for id in ids], _total(report)
    full = max((abs(value) for value in (*values, total)), default=0) or 1.0
    factors = {row["factor"]: row for row in report.rows("drivers.factors") if row["reading"] == reading}
    return {
        "rows": [
            _effect(report, report.wording.name(id), report.v(id, scale=scale, sign=True), value, full)
            | _levels(report, factors.get(factor))
            for (id, factor), value in zip(ids.items(), values, strict=True)
        ],
        "sum": _effect(report, report.wording.language.text("Change of revenue of active clients"),
                       report.wording.numbers.scaled(total, scale, sign=True), total, full),
    }  # fmt: skip


def _levels(report: Report, row: Row | None) -> dict[str, str]:
    """The factor itself in W0 and W1, with as many decimals as tell the two apart."""
    if row is None or row["value_w0"] is None or row["value_w1"] is None:
        return {"factor": "", "w0": "", "w1": "", "change": ""}
    numbers, w0, w1 = report.wording.numbers, row["value_w0"], row["value_w1"]
    decimals = 0 if row["factor"] == "N" else 2 if max(abs(w0), abs(w1)) < 1000 else 0
    return {
        "factor": report.wording.word(row["factor"]),
        "w0": numbers.plain(w0, decimals),
        "w1": numbers.plain(w1, decimals),
        "change": report.wording.change("count" if row["factor"] == "N" else "number", w1, w0) or NOT_TOLD,
    }


def _effect(report: Report, name: str, printed: Markup | str, value: float, full: float) -> dict[str, Any]:
    """A row with a bar that leaves the middle to the left when negative, to the right when positive."""
    part = abs(value) / full / 2
    return {
        "name": name,
        "value": printed,
        "tone": "" if not value else "good" if value > 0 else "bad",
        "left": report.left(0.5 - part if value < 0 else 0.5),
        "width": report.width(part),
    }


def _parts(report: Report, scale: Scale) -> list[dict[str, Any]]:
    return [
        {
            "name": report.wording.name(id),
            "value": report.v(id, scale=scale, sign=True),
            "reason": report.reason(id) if report.unknown(id) else "",
        }
        for id in OF_CLIENTS
        if report.number(id) is not None
    ]


def _period(report: Report) -> list[dict[str, Any]]:
    """Every headline figure of the period with what it is compared with; one money scale but for averages."""
    parts = [report.number(f"headline.revenue_{part}") for part in ("new", "returned", "current")]
    common = scale_for(parts, report.number("headline.revenue"))
    rows: list[dict[str, Any]] = []
    for id, entry in CATALOG.items():
        if entry.section != "headline" or id == PLAIN_RATIO:
            continue
        if entry.kind != "figure" or report.number(id) is None:
            if report.results.review.partial and id in AT_MONTH_ENDS and report.figure(id) is not None:
                rows.append({"name": report.wording.name(id), "value": report.v(id), "reason": report.reason(id)})
            continue
        compared = [report.number(id, part) for part in ("value", "previous", "previous_year", "target")]
        scale = (scale_for(compared) if id in AVERAGES else common) if entry.unit == "money" else None
        unit = report.wording.numbers.money_head(scale) if scale else "%" if entry.unit == "share" else ""
        name = report.wording.name(id)
        rows.append({
            "name": f"{name}, {unit}" if unit and not name.endswith("%") else name,
            "value": report.v(id, scale=scale, mark=False),
            "reason": "",
            "previous": report.v(id, "previous", scale=scale, mark=False),
            "previous_change": report.change(id, "previous"),
            "year": report.v(id, "previous_year", scale=scale, mark=False),
            "year_change": report.change(id),
            "target": report.v(id, "target", scale=scale, mark=False) if compared[3] is not None else "",
        })  # fmt: skip
    return rows
