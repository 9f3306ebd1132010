"""What to pull: the change of revenue split among its factors, in both readings, and the period in figures."""

from __future__ import annotations

import math
from collections.abc import Mapping

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.view import (
    Block,
    RowOf,
    Text,
    View,
    between_windows_line,
    column,
    missing,
    not_shown,
    row,
)
from portfolio_review.rendering.report import NOT_TOLD, Report, Row
from portfolio_review.rendering.tables import Column, Line, Made, Table

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
TOLD_ELSEWHERE = ("headline.year_end_revenue", "headline.target_gap")
"""Told by the notebook alone, for the rest of the year is the outlook's; and on page one, with its parts."""
READING = Table(id="drivers.factors", key="factor", columns=(
    Column(id="factor", format="plain"),
    Column(id="value_w0", width=15, format="figure", head=N_("Before"), css="py", optional=True),
    Column(id="value_w1", width=15, format="figure", head=N_("Now"), css="ac", optional=True),
    Column(id="change", width=14, format="figure", head=N_("Δ, %%"), optional=True),
    Column(id="effect", width=17, format="signed", strong=True),
    Column(id="bars", width=30, format="diverging", of="effect", head=N_("Bars"), quiet=True),
))  # fmt: skip
PERIOD = Table(id="headline", key="figure", columns=(
    Column(id="figure", format="plain"),
    Column(id="value", width=26, format="figure", head=N_("Actual"), css="ac", strong=True),
    Column(id="previous", width=30, format="figure", head=N_("Period before")),
    Column(id="previous_change", width=24, format="figure", head=N_("Change")),
    Column(id="previous_year", width=30, format="figure", head=N_("Year before"), css="py"),
    Column(id="change", width=24, format="figure", head=N_("Change")),
    Column(id="target", width=26, format="figure", head=N_("Target"), css="pl", optional=True),
))  # fmt: skip


def view(report: Report) -> View:
    """The drivers page: both readings where they exist, and the period in figures."""
    title, period = report.wording.language.text("Revenue drivers"), _period(report)
    unknown = next((id for id in FIRST if report.number(id) is None), None)
    if unknown is not None and not period.rows:
        return missing(report, ID, title, unknown)
    readings = row(column(12, not_shown(report, "", report.reason(unknown)))) if unknown else _readings(report)
    foot = report.say("New, returned and lost clients are counted here at the average client’s price; the bridge "
                      "counts them at their own.")  # fmt: skip
    return View(
        id=ID, title=title, message=found.message(report, ID), line=between_windows_line(report),
        rows=(readings, row(column(12, period))), foot="" if unknown else foot,
    )  # fmt: skip


def _readings(report: Report) -> RowOf:
    """Both readings side by side; one where both are equal."""
    second = all(report.number(id) is not None for id in SECOND)
    same = second and all(
        math.isclose(report.number(one) or 0, report.number(two) or 0, abs_tol=0.005)
        for one, two in zip(FIRST, SECOND, strict=True)
    )
    values = [report.number(id) or 0.0 for id in FIRST]
    scale, say = scale_for(values, sum(values)), report.say
    first = _reading(
        report, "orders", FIRST, scale, say("Clients, order value, frequency"),
        say("Revenue = clients × order value × orders per client; the change split by Shapley value"), OF_CLIENTS,
    )  # fmt: skip
    title = say("Clients, monthly spend, loyalty")
    other: Block | None = None
    if same:
        other = Text(title=title, paragraphs=(say("The same as on the left: one order a month"),), css="sub")
    elif second:
        other = _reading(report, "months", SECOND, scale, title, say(
            "Revenue = clients × spend per active month × active months per client; the same split"))  # fmt: skip
    return row(column(6, first), column(6, other))


def _reading(
    report: Report, reading: str, ids: Mapping[str, str], scale: Scale, title: Markup, sub: Markup,
    parts: tuple[str, ...] = (),
) -> Made:  # fmt: skip
    factors = {row["factor"]: row for row in report.rows("drivers.factors") if row["reading"] == reading}
    total = report.line("movement", "drivers.factors", "all")["amount_change"] or 0.0
    rows: list[Row] = []
    for id, factor in ids.items():
        name = report.wording.word(factor) if factors else report.wording.name(id)
        rows.append({"factor": name, "effect": report.number(id), "figures": {"effect": id}}
                    | _levels(report, factors.get(factor)))  # fmt: skip
        for part in parts if len(rows) == 1 else ():
            if report.number(part) is not None:
                reason = f": {report.reason(part)}" if report.unknown(part) else ""
                rows.append({"factor": report.wording.name(part) + reason, "css": "part",
                             "effect": report.v(part, scale=scale, sign=True)})  # fmt: skip
    whole = Line(report.say("Change of revenue of active clients"), {"effect": total, "bars": True}, "sum")
    return READING.made(report, rows, scale=scale, title=title, sub=sub, lines=(whole,), heads={
        "factor": report.wording.language.text("Factor"),
        "effect": report.wording.language.text("Effect, %(unit)s", unit=report.wording.numbers.money_head(scale)),
    })  # fmt: skip


def _levels(report: Report, factor: Row | None) -> Row:
    """The factor itself in W0 and W1, with as many decimals as tell the two apart."""
    if factor is None or factor["value_w0"] is None or factor["value_w1"] is None:
        return {}
    numbers, w0, w1 = report.wording.numbers, factor["value_w0"], factor["value_w1"]
    decimals = 0 if factor["factor"] == "N" else 2 if max(abs(w0), abs(w1)) < 1000 else 0
    return {
        "value_w0": numbers.plain(w0, decimals), "value_w1": numbers.plain(w1, decimals),
        "change": report.wording.change("count" if factor["factor"] == "N" else "number", w1, w0) or NOT_TOLD,
    }  # fmt: skip


def _period(report: Report) -> Made:
    """Every headline figure of the period with what it is compared with; one money scale but for averages."""
    parts = [report.number(f"headline.revenue_{part}") for part in ("new", "returned", "current")]
    common = scale_for(parts, report.number("headline.revenue"))
    rows: list[Row] = []
    for id, entry in CATALOG.items():
        if entry.section != "headline" or entry.kind != "figure" or id in TOLD_ELSEWHERE:
            continue
        if report.number(id) is None:
            if report.results.review.partial and id in AT_MONTH_ENDS and report.figure(id) is not None:
                rows.append({"figure": f"{report.wording.name(id)}: {report.reason(id)}", "value": report.v(id)})
            continue
        compared = [report.number(id, part) for part in ("value", "previous", "previous_year", "target")]
        scale = (scale_for(compared) if id in AVERAGES else common) if entry.unit == "money" else None
        unit = report.wording.numbers.money_head(scale) if scale else "%" if entry.unit == "share" else ""
        name = report.called(id)
        rows.append({
            "figure": name + f", {unit}" if unit and not report.wording.name(id).endswith("%") else name,
            "value": report.v(id, scale=scale, mark=False),
            "previous": report.v(id, "previous", scale=scale, mark=False),
            "previous_change": report.change(id, "previous"),
            "previous_year": report.v(id, "previous_year", scale=scale, mark=False), "change": report.change(id),
            "target": report.v(id, "target", scale=scale, mark=False) if compared[3] is not None else "",
        })  # fmt: skip
    against = report.same_days_of or report.wording.language.text(
        "Against the period before it and the same period a year before"
    )
    return PERIOD.made(
        report, rows, heads={"figure": report.wording.language.text("Figure")},
        title=report.say("The period in figures: %(period)s", period=report.days),
        sub=Markup("{}{}; {}").format(against[:1].upper(), against[1:], report.say(
            "n/a: not known or not defined; —: no single number tells the change of the two")),
    )  # fmt: skip
