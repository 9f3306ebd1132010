"""Where revenue changed: the breakdowns by attribute, the months, and the largest values month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.columns import COLUMNS
from portfolio_review.catalog.lines import OF_A_BREAKDOWN
from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.view import Chart, RowOf, View, Width, column, in_rows, row, windows_line
from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import Column, Line, Made, Table
from portfolio_review.results.contract import Results

ID = "by_what"
FAMILY = "structure.by.<attribute>"
VALUES = Table(id=FAMILY, key="value", columns=(
    Column(id="value"),
    Column(id="clients", width=12),
    Column(id="revenue_w0", width=15, head=N_("Before"), css="py", optional=True),
    Column(id="revenue", width=14, head=N_("Now"), css="ac", strong=True),
    Column(id="amount_change", width=13, format="signed", head="Δ", optional=True),
    Column(id="share_of_change", width=11, head=N_("of Δ, %%"), decimals=0, optional=True),
    Column(id="client_retention", width=12, head=N_("Kept, %%"), decimals=0, wrap=True, optional=True),
    Column(id="at_risk", width=12, head=N_("At risk"), wrap=True, optional=True),
))  # fmt: skip
NARROW = ("clients", "revenue_w0")
"""Columns for which three tables side by side have no room."""
TWO, SIDE_BY_SIDE, A_LINE = 2, 3, 4
"""From the one number of breakdowns on three stand side by side, but two where two lines hold them all."""
MONTHS = 12


def has_something_to_say(results: Results) -> bool:
    """Whether revenue is known by anything but clients."""
    return any(CATALOG[id].family == FAMILY and table.count > 1
               for id, table in results.tables.items() if id in CATALOG)  # fmt: skip


def breakdowns(report: Report) -> list[str]:
    """The tables of the attributes with two values or more, in the order of the catalogue."""
    return [id for id, entry in CATALOG.items() if entry.family == FAMILY and len(report.rows(id)) > 1]


def view(report: Report) -> View:
    """The page of breakdowns."""
    title, ids = report.wording.language.text("Where revenue changed"), breakdowns(report)
    width: Width = 4 if len(ids) >= SIDE_BY_SIDE and len(ids) != A_LINE else 6
    shown = OF_A_BREAKDOWN[len(ids) <= SIDE_BY_SIDE]
    scale = scale_for([one["revenue"] for id in ids for one in report.rows(id)], report.number("structure.revenue"))
    tables = [_breakdown(report, id, shown, scale, NARROW if width == 4 else ()) for id in ids]
    charts = (_multiples(report), months(report))
    return View(
        id=ID, title=title, message=found.message(report, ID), line=windows_line(report),
        rows=_laid_out(tables, charts, width),
        foot=Markup(" ").join(_notes(report, tables)), css="tight",
    )  # fmt: skip


def _laid_out(tables: Sequence[Made], charts: Sequence[Chart | None], width: Width) -> tuple[RowOf, ...]:
    """One or two tables with the charts beside or below them; more of them in lines, the charts last."""
    if len(tables) == 1:
        return (row(column(6, *tables), column(6, *charts)),)
    if len(tables) == TWO:
        return (row(*(column(6, table, chart) for table, chart in zip(tables, charts, strict=True))),)
    return (*in_rows(tables, width), row(*(column(6, chart) for chart in reversed(charts))))


def _notes(report: Report, tables: Sequence[Made]) -> list[Markup]:
    shown = {one.id for table in tables for one in table.columns}
    notes = []
    if "share_of_change" in shown:
        notes.append(report.say("of Δ: part of the change of all revenue, negative against it."))
    if "client_retention" in shown:
        notes.append(report.say("Kept: clients of the %(months)s before that bought again, from ten on.",
                                months=report.wording.months))  # fmt: skip
    if "at_risk" in shown:
        notes.append(report.say("At risk: what may not come over the next %(horizon)s.", horizon=report.horizon))
    notes.append(report.say("What a client is today stands for both windows."))
    return notes


def _breakdown(report: Report, id: str, shown: int, scale: Scale, without: Sequence[str]) -> Made:
    attribute, language = id.rpartition(".")[2], report.wording.language
    rows = [one | {"value": language.text("not given") if one["value"] is None else one["value"]}
            for one in report.rows(id)[:shown]]  # fmt: skip
    rest = [one for one in report.rows("structure.by_others")
            if (one["attribute"], one["shown"]) == (attribute, shown) and one["values"]]  # fmt: skip
    lines = [Line(report.count_of("%(n)s other", "%(n)s others", one["values"]), one) for one in rest]
    out = {*without}
    if report.seasons_differ:
        out |= {"revenue_w0", "amount_change", "share_of_change"}
    if report.grey_rates or report.seasons_differ:
        out.add("client_retention")
    if not told(report.results):
        out.add("at_risk")
    known = COLUMNS.get(attribute)
    return replace(VALUES, id=id).made(
        report, rows, scale=scale, lines=lines, without=out,
        heads={"value": report.wording.title(known) if known else report.wording.word(attribute)},
        title=f"{report.wording.name(id)}, {report.wording.numbers.money_head(scale)}",
    )  # fmt: skip


def months(report: Report) -> Chart | None:
    """Revenue month by month against the year before."""
    svg, trend = report.chart("headline.trend.variance"), report.rows("headline.trend")
    scale = scale_for([one["revenue"] for one in trend[-MONTHS:]])
    sub = report.say("Dark: the last months; grey: a year before. Above: change on the year before")
    if any(one.get("partial") for one in trend):
        sub += Markup(". ") + report.say("Dark and hatched: partial month")
    return Chart(
        svg=svg, sub=sub, source=report.source_link("headline.trend"),
        title=report.say("Revenue month by month, %(unit)s", unit=report.wording.numbers.money_head(scale)),
    ) if svg and trend else None  # fmt: skip


def _multiples(report: Report) -> Chart | None:
    """The largest values month by month."""
    svg, rows = report.chart("structure.by_month.multiples"), report.rows("structure.by_month")
    if not svg or not rows:
        return None
    shown = sorted({str(row["month"])[:7] for row in rows})[-MONTHS:]
    sums = {row["value"]: 0.0 for row in rows}
    for one in rows:
        sums[one["value"]] += one["revenue"] if str(one["month"])[:7] in shown else 0.0
    return Chart(
        svg=svg, source=report.source_link("structure.by_month"),
        title=report.say("%(breakdown)s: revenue month by month, %(unit)s",
                         breakdown=report.wording.name(f"structure.by.{rows[0]['attribute']}"),
                         unit=report.wording.numbers.money_head(scale_for(sums.values()))),
        sub=report.say("One scale. Dark: the last 12 months, their sum and its change above; grey: a year before"),
    )  # fmt: skip
