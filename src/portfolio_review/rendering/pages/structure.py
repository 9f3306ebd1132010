"""Who brings the money: the ten largest clients, ABC × XYZ, value × stability, concentration and the Pareto curve."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.formulas import filled
from portfolio_review.exhibits import sparkline
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering import formulas
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.cells import CLASSES, NO_CLASS, REGULARITY
from portfolio_review.rendering.pages.view import (
    Chart,
    Matrix,
    MatrixCell,
    View,
    column,
    missing,
    row,
    windows_line,
)
from portfolio_review.rendering.report import Report, Row, largest
from portfolio_review.rendering.tables import Column, Line, Made, Table

ID = "structure"
CONCENTRATION = (
    "structure.top1_share", "structure.top5_share", "structure.top10_share", "structure.top20pct_share",
    "structure.half_of_revenue_clients", "structure.effective_clients",
)  # fmt: skip
"""HHI and Gini stand in the notebook and the workbook."""
GROUPS = (("constant_large", "unstable_large"), ("constant_small", "unstable_small"))
LARGEST = Table(id="structure.largest", columns=(
    Column(id="rank", width=6, quiet=True),
    Column(id="name"),
    Column(id="abc", width=14, format="class", head=N_("Class")),
    Column(id="spark", width=22, format="said", head=N_("Last months")),
    Column(id="revenue_w0", width=14, head=N_("Before"), css="py", optional=True),
    Column(id="revenue_w1", width=14, head=N_("Now"), css="ac", strong=True),
    Column(id="amount_change", width=13, format="signed", head="Δ", optional=True),
    Column(id="share", width=13, head=N_("Share, %%")),
    Column(id="running_share", width=15, head=N_("Running, %%")),
))  # fmt: skip
HELD = Table(id="structure.loss_of_largest", key="measure", columns=(
    Column(id="measure", format="plain", head=N_("Measure")),
    Column(id="previous_year", width=18, format="figure", head=N_("Year before"), css="py", optional=True),
    Column(id="now", width=16, format="figure", head=N_("Now"), css="ac", strong=True),
))  # fmt: skip


def view(report: Report) -> View:
    """The structure page."""
    title = report.wording.language.text("Portfolio structure")
    classes = report.rows("structure.abc")
    if not classes:
        return missing(report, ID, title, "structure.revenue", "structure.clients")
    scale = scale_for([one["revenue"] for one in classes], report.number("structure.revenue"))
    return View(
        id=ID, title=title, message=found.message(report, ID), line=windows_line(report),
        rows=(
            row(column(7, _largest(report, scale)), column(5, _abc_xyz(report, scale))),
            row(column(4, _pareto(report)), column(4, _concentration(report, scale)),
                column(4, _value_stability(report, scale))),
        ),
        foot=Markup(" ").join(_notes(report)), css="tight",
    )  # fmt: skip


def _notes(report: Report) -> Iterable[Markup]:
    measure = report.entry("structure.abc_measure")
    if measure is not None and measure.figure.reason:
        yield report.say("ABC classes are cut by revenue, not by margin: %(reason)s.",
                         reason=report.reason("structure.abc_measure"))  # fmt: skip
    if any(one["class"] == "none" and one["clients"] for one in report.rows("structure.abc")):
        yield report.say("“%(none)s”: active clients whose revenue is zero or negative; they stand in no class.",
                         none=report.wording.language.text("none"))  # fmt: skip


def _largest(report: Report, scale: Scale) -> Made:
    whole, others = (report.line(ID, "structure.largest", name) for name in ("all", "others"))
    rows = [one | {"spark": _spark(report, str(one["client_id"]))} for one in report.rows("structure.largest")]
    known = whole["amount_before"] is not None and not report.seasons_differ
    lines = [Line(report.say("All %(n)s", n=report.v("structure.clients")), {
        "revenue_w0": whole["amount_before"], "revenue_w1": report.v("structure.revenue", scale=scale),
        "amount_change": whole["amount_change"]}, "sum")]  # fmt: skip
    if (others["clients"] or 0) > 0:
        lines.insert(0, Line(
            report.count_of("%(n)s other client", "%(n)s other clients", int(others["clients"])),
            {"revenue_w0": others["amount_before"], "revenue_w1": others["amount"],
             "amount_change": others["amount_change"], "share": others["share"]},
        ))  # fmt: skip
    return LARGEST.made(
        report, rows, scale=scale, lines=lines, without=() if known else ("revenue_w0", "amount_change"),
        title=report.say("The ten largest clients: revenue, %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=report.say("Lines: each client’s last months on a scale of its own; shares of all positive revenue"),
    )  # fmt: skip


def _spark(report: Report, client: str) -> Markup:
    """The client's months as a line."""
    months = [one for one in report.rows("structure.largest_months") if one["client_id"] == client]
    if len(months) < 2:
        return Markup("")
    language = report.wording.language
    words = report.say("Revenue by month, %(span)s; the last month: %(money)s",
                       span=language.months(months[0]["month"], months[-1]["month"]),
                       money=report.wording.numbers.money(months[-1]["revenue"]))  # fmt: skip
    return sparkline.line([(place, one["revenue"]) for place, one in enumerate(months)], words)


def _abc_xyz(report: Report, scale: Scale) -> Matrix:
    """Rows A, B, C, columns X, Y, Z (and n/a where a client has no class) and the class's total."""
    cells = {one["abc"] + one["xyz"]: one for one in report.rows("structure.abc_xyz")}
    classes = {one["class"]: one for one in report.rows("structure.abc")}
    without = any(one["xyz"] == NO_CLASS and one["clients"] for one in cells.values())
    names = [*REGULARITY, NO_CLASS] if without else [*REGULARITY]
    of_cell, of_class = (_cells(report, id, scale) for id in ("structure.abc_xyz", "structure.abc"))
    return Matrix(
        id="structure.abc_xyz", worth=scale.factor, corner=report.wording.language.text("Class"), head_width=8,
        columns=(*map(report.wording.word, names), report.wording.language.text("All")),
        rows=tuple(
            (abc, (*(of_cell(abc + xyz, cells.get(abc + xyz)) for xyz in names), of_class(abc, classes.get(abc))))
            for abc in CLASSES
        ),
        title=report.say("ABC × XYZ: clients, and revenue in %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=_meaning(report), source=report.source_link("structure.abc_xyz"),
    )  # fmt: skip


def _meaning(report: Report) -> Markup:
    """What the classes of regularity mean, by the method that made them."""
    interval, figure = report.v("series.xyz_interval"), report.figure("series.xyz_method")
    if figure is not None and figure.value == "variation":
        return report.say(
            "By variation of revenue: X even, Y uneven, Z very uneven, n/a no class (under 3 intervals, or a mean of "
            "zero or less); counted by %(interval)s. Grey: share of revenue, days between contacts", interval=interval
        )  # fmt: skip
    return report.say(
        "X buys constantly, Y irregularly, Z once; counted by %(interval)s. Grey: share of revenue, days between "
        "contacts", interval=interval
    )  # fmt: skip


def _cells(report: Report, id: str, scale: Scale) -> Callable[[str, Row | None], MatrixCell]:
    """What makes a cell of the table `id`: clients, revenue with its bar and recorded share, days between contacts."""
    numbers, full = report.wording.numbers, largest(report.rows(id), "revenue")

    def made(name: str, one: Row | None) -> MatrixCell:
        if one is None or not one["clients"]:
            return MatrixCell(numbers.plain(0), empty=True)
        share, cadence = report.line(ID, id, name)["share"], one.get("cadence")
        return MatrixCell(
            numbers.plain(one["clients"]), money=numbers.scaled(one["revenue"], scale),
            bar="" if id == "structure.abc" else report.width(max(0.0, one["revenue"]) / full),
            small="" if share is None else numbers.percent(share),
            under=report.count_of("every %(n)s day", "every %(n)s days", int(cadence)) if cadence else "", key=name,
        )  # fmt: skip

    return made


def _pareto(report: Report) -> Chart | None:
    svg = report.chart("structure.pareto")
    sub = report.say("Clients ranked by revenue; dark now, grey before where known")
    return Chart(
        svg=svg, title=report.say("Revenue held by the largest clients, %% of all"),
        sub=sub + report.say("; seasons differ") if report.seasons_differ else sub,
        source=report.source_link("structure.pareto"),
    ) if svg else None  # fmt: skip


def _concentration(report: Report, scale: Scale) -> Made:
    rows: list[Row] = []
    before = any(report.number(id, "previous_year") is not None for id in CONCENTRATION)
    for id in CONCENTRATION:
        if report.figure(id) is not None:
            name = report.called(id)
            rows.append({
                "measure": name + ", %" if CATALOG[id].unit == "share" else name, "now": report.v(id, mark=False),
                "previous_year": report.v(id, "previous_year", mark=False) if before else None,
            })  # fmt: skip
    unit = report.wording.numbers.money_head(scale)
    for one in report.rows("structure.loss_of_largest"):
        lost = report.count_of("Loss of the largest client", "Loss of the %(n)s largest clients", one["largest"])
        rows.append({"measure": f"{lost}, {unit}", "now": report.wording.numbers.scaled(one["revenue"], scale)})
    return HELD.made(report, rows, title=report.say("Concentration"),
                     sub=report.say("Over clients with positive revenue, last months"))  # fmt: skip


def _value_stability(report: Report, scale: Scale) -> Matrix | None:
    groups = {one["group"]: one for one in report.rows("structure.value_stability")}
    text, cell = report.wording.language.text, _cells(report, "structure.value_stability", scale)
    means = text("Large: class {value_stability.large}; constant: class {value_stability.constant}")
    return Matrix(
        id="structure.value_stability", corner=text("Group"), columns=(text("Constant"), text("Unstable")),
        worth=scale.factor,
        rows=tuple(
            (head, tuple(cell(name, groups.get(name)) for name in line))
            for head, line in zip((text("Large"), text("Small")), GROUPS, strict=True)
        ),
        title=report.say("Value × stability: clients, and revenue in %(unit)s",
                         unit=report.wording.numbers.money_head(scale)),
        sub=filled(means, formulas.recorded(report.results), report.wording.language.decimal),
        source=report.source_link("structure.value_stability"),
    ) if groups else None  # fmt: skip
