"""The last page: what each printed figure means; on paper as many as two pages hold, on a screen all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portfolio_review import glyphs
from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.language import N_
from portfolio_review.rendering import formulas
from portfolio_review.rendering.pages.view import RowOf, Text, View, column, row
from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import Column, Table

ID = "definitions"
AVERAGE_PRICE = N_("at the average client's price")
FIXED_LIMITS = N_("by fixed limits")
OTHERWISE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "retention.client_retention_rate": (
        ("retention.still_buying_rate", N_("of those still buying at the end")),
        ("retention.kept_at_end_rate", N_("from end to end of the windows"))),
    "retention.net_revenue_retention": (
        ("retention.net_revenue_retention_with_returned", N_("with returned clients")),),
    "bridge.churn": (("drivers.lost_effect", AVERAGE_PRICE),),
    "bridge.new": (("drivers.new_effect", AVERAGE_PRICE),),
    "bridge.returned": (("drivers.returned_effect", AVERAGE_PRICE),),
    "migration.abc.up": (("migration.abc_fixed.up", FIXED_LIMITS),),
    "migration.abc.down": (("migration.abc_fixed.down", FIXED_LIMITS),),
    "risk.replacement_months": (("risk.replacement_months_net", N_("less the clients lost")),),
}  # fmt: skip
"""Figures of which a convention decides, with those that another convention gives of the same thing, in words."""
SPLITS = {
    f"drivers.{name}_effect": factor for name, factor in (
        ("n", "N"), ("v", "V"), ("l", "L"), ("loyalty_n", "N"), ("loyalty_v", "V_month"), ("loyalty_l", "L_month"))
}  # fmt: skip
"""Effects of the Shapley split, of which `drivers.splits` holds two other splits."""
IDS = re.compile(r"\b[a-z]+(?:\.[a-z_0-9]+)+")
WIDTH, BETWEEN, LINE = 52, 0.5, 2.97
"""Of a column in widths of the type, names being bold; millimetres between two definitions; of a line of 7 points."""
ROOM = 163.0 + 163.0 + 178.0 + 178.0
"""Millimetres of the two columns of two sheets, the first below the message."""
ON_SCREEN = Table(id=ID, key="id", css="defs", columns=(
    Column(id="said", width=68, format="said", head=N_("Figure")),
    Column(id="value", width=24, format="figure", head=N_("Value"), wrap=True),
    Column(id="formula", format="said", head=N_("Formula"), css="in"),
    Column(id="source", width=52, format="said", head=N_("Notebook, cell")),
))  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """One figure: its name, its value, its formula with what another convention gives, why it has no value."""

    id: str
    name: Markup
    value: Markup
    formula: str
    otherwise: Markup
    reason: str

    @property
    def more(self) -> Markup:
        """What follows the formula."""
        return Markup(" ").join(part for part in (self.otherwise, self.reason) if part)

    @property
    def height(self) -> float:
        """Millimetres on paper."""
        text = " ".join(Markup(part).striptags() for part in (self.name, self.value, self.formula, self.more))
        return LINE * glyphs.lines(text, WIDTH) + BETWEEN


def title(report: Report) -> str:
    """The name of the page, which stands in the contents before the page is made."""
    return report.wording.language.text("Definitions")


def view(report: Report) -> View:
    """The definitions of the figures used so far; built after all other pages."""
    for id in tuple(report.used):  # what stands beside a figure is defined too
        for other, _ in OTHERWISE.get(id, ()):
            if report.number(other) is not None:
                report.used.setdefault(other)
    made = [_definition(report, id) for id in CATALOG if id in report.used and id in report.results.figures]
    rows = _on_screen(report, made) if report.screen else _on_paper(report, made)
    return View(
        id=ID, title=title(report),
        message=report.count_of(
            "What %(n)s figure of this report means, and what another convention would give",
            "What %(n)s figures of this report mean, and what another convention would give", len(made),
        ),
        line=_windows(report) + " " + report.say(
            "W0: the %(months)s before. A0, A1: clients active in W0, W1. r(W): revenue of a client in W. "
            "R: revenue of all.", months=report.wording.months,
        ),
        rows=rows, css="tight" if report.screen else "tight columns",
    )  # fmt: skip


def _windows(report: Report) -> Markup:
    """What P and W1 are: the window of a partial period ends before it."""
    if report.results.review.partial:
        return report.say("P: reporting period. W1: the %(months)s that end with %(month)s, the last complete month.",
                          months=report.wording.months, month=report.window_end)  # fmt: skip
    return report.say("P: reporting period. W1: its last %(months)s.", months=report.wording.months)


def _definition(report: Report, id: str) -> Definition:
    entry, text = CATALOG[id], report.wording.language.text
    formula = formulas.printed(entry, report.results, report.wording)
    if not report.screen:  # which prints no ids
        formula = IDS.sub(lambda id: report.wording.name(id[0]) if id[0] in CATALOG else id[0], formula)
    return Definition(
        id, report.called(id), report.v(id, sentence=True),
        formula.replace("∩", text("and")),  # the font has no sign for it
        _otherwise(report, id), text("n/a: %(reason)s", reason=report.reason(id)) if report.unknown(id) else "",
    )  # fmt: skip


def _otherwise(report: Report, id: str) -> Markup:
    """`otherwise: still buying 73.3%`: the value under another convention; empty where none is recorded."""
    text = report.wording.language.text
    parts = [Markup("{} {}").format(report.v(other, sentence=True), text(how))
             for other, how in OTHERWISE.get(id, ()) if report.number(other) is not None]  # fmt: skip
    if id in SPLITS:
        reading = "months" if "loyalty" in id else "orders"
        parts += [
            Markup("{} {}").format(report.wording.numbers.money(line[split], sign=True), text(how))
            for line in report.rows("drivers.splits") if (line["reading"], line["factor"]) == (reading, SPLITS[id])
            for split, how in (("lmdi", N_("by logarithms")), ("sequential", N_("one factor after another")))
            if line[split] is not None
        ]  # fmt: skip
    return report.say("Otherwise: %(values)s", values=Markup("; ").join(parts)) if parts else Markup("")


def _on_screen(report: Report, made: Sequence[Definition]) -> tuple[RowOf, ...]:
    rows = []
    for one in made:
        source = report.results.figures[one.id].source
        rows.append({
            "id": one.id, "said": Markup('{}<br><span class="g2">{}</span>').format(one.name, one.id),
            "value": one.value, "source": report.link(source, f"{source.notebook}, {source.cell}"),
            "formula": Markup('{}{}<span class="g2">{}</span>').format(
                one.formula, Markup("<br>") if one.more else "", one.more),
        })  # fmt: skip
    return (row(column(12, ON_SCREEN.made(report, rows))),)


def _on_paper(report: Report, made: Sequence[Definition]) -> tuple[RowOf, ...]:
    """In two columns over the sheets: as many as there is room for."""
    kept = _fitting(made)
    said = Markup('<b>{}</b> {} <span class="formula">{}</span> {}')
    lines = [said.format(one.name, one.value, one.formula, one.more) for one in made if one.id in kept]
    if len(kept) < len(made):
        left = report.wording.numbers.plain(len(made) - len(kept))
        lines.append(report.say("%(n)s more, in the HTML and in the workbook", n=left))
    return (row(column(12, Text(paragraphs=tuple(lines), css="def"))),)


def _fitting(made: Sequence[Definition]) -> frozenset[str]:
    """The ids that two sheets hold, those that a convention decides before the others; a line is left for the rest."""
    room = ROOM - LINE * 6  # the end of a column is never quite full
    kept: list[str] = []
    for one in sorted(made, key=lambda one: not one.otherwise):  # stable: in the order of the catalogue
        if room < one.height:
            break
        room -= one.height
        kept.append(one.id)
    return frozenset(kept)
