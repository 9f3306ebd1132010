"""Page six: the change of revenue split among its factors, in both readings."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering.pages.view import View, missing, windows_line
from portfolio_review.rendering.report import Report

ID = "drivers"
FIRST = ("drivers.n_effect", "drivers.v_effect", "drivers.l_effect")
SECOND = ("drivers.loyalty_n_effect", "drivers.loyalty_v_effect", "drivers.loyalty_l_effect")
OF_CLIENTS = ("drivers.new_effect", "drivers.returned_effect", "drivers.lost_effect")


def view(report: Report) -> View:
    """The drivers page."""
    title = report.wording.language.text("Revenue drivers")
    if any(report.number(id) is None for id in FIRST):
        return missing(report, ID, title, *FIRST)
    second = all(report.number(id) is not None for id in SECOND)
    same = second and all(
        math.isclose(report.number(one) or 0, report.number(two) or 0, abs_tol=0.005)
        for one, two in zip(FIRST, SECOND, strict=True)
    )
    values = [report.number(id) or 0.0 for id in FIRST]
    scale = scale_for(values, sum(values))
    return View(
        id=ID, title=title, message=_message(report), line=windows_line(report),
        data={
            "unit": report.wording.numbers.money_head(scale),
            "first": _reading(report, FIRST, scale),
            "second": _reading(report, SECOND, scale) if second and not same else None,
            "same": same,
            "clients": _parts(report, scale),
            "period": _period(report),
        },
    )  # fmt: skip


def _message(report: Report) -> Markup:
    effects = {id: report.number(id) or 0.0 for id in FIRST}
    total = sum(effects.values())
    text = report.wording.language.text
    names = {
        "drivers.n_effect": text("the number of clients"), "drivers.v_effect": text("the order value"),
        "drivers.l_effect": text("the orders per client"),
    }  # fmt: skip
    main = max(effects, key=lambda id: abs(effects[id]))
    return report.say(
        "Revenue of active clients changed by %(total)s; most of it comes from %(factor)s (%(effect)s)",
        total=report.wording.numbers.money(total, sign=True), factor=names[main],
        effect=report.v(main, sentence=True, sign=True),
    )  # fmt: skip


def _reading(report: Report, ids: tuple[str, ...], scale: Scale) -> dict[str, Any]:
    values = [report.number(id) or 0.0 for id in ids]
    total = sum(values)
    full = max((abs(value) for value in (*values, total)), default=0) or 1.0
    return {
        "rows": [_effect(report, report.wording.name(id), report.v(id, scale=scale, sign=True), value, full)
                 for id, value in zip(ids, values, strict=True)],
        "sum": _effect(report, report.wording.language.text("Change of revenue of active clients"),
                       report.wording.numbers.scaled(total, scale, sign=True), total, full),
    }  # fmt: skip


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
        {"name": report.wording.name(id), "value": report.v(id, scale=scale, sign=True)}
        for id in OF_CLIENTS
        if report.number(id) is not None
    ]


def _period(report: Report) -> list[dict[str, Any]]:
    """Every headline figure of the period with what it is compared with."""
    rows = []
    for id, entry in CATALOG.items():
        if entry.section != "headline" or entry.kind != "figure" or report.figure(id) is None:
            continue
        parts = [report.number(id, part) for part in ("value", "previous", "previous_year", "target")]
        if parts[0] is None:
            continue
        scale = scale_for(parts) if entry.unit == "money" else None
        unit = report.wording.numbers.money_head(scale) if scale else "%" if entry.unit == "share" else ""
        name = report.wording.name(id)
        rows.append({
            "name": f"{name}, {unit}" if unit and not name.endswith("%") else name,
            "value": report.v(id, scale=scale, mark=False),
            "previous": report.v(id, "previous", scale=scale, mark=False),
            "previous_change": report.change(id, "previous"),
            "year": report.v(id, "previous_year", scale=scale, mark=False),
            "year_change": report.change(id),
            "target": report.v(id, "target", scale=scale, mark=False) if parts[3] is not None else "",
        })  # fmt: skip
    return rows
