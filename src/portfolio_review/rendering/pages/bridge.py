"""Why the window differs from the one before: the bridge of revenue, that of margin, and revenue by vintage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from markupsafe import Markup

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, in_percent, scale_for
from portfolio_review.findings.making import clear
from portfolio_review.rendering.marks import marked
from portfolio_review.rendering.pages import by_what, found
from portfolio_review.rendering.pages.cells import name_of
from portfolio_review.rendering.pages.view import Text, View, between_windows_line, column, missing, row
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Line, Made, Table

ID = "bridge"
ENDS = ("start", "end")
STEPS = ("churn", "gone_quiet", "contraction", "expansion", "returned", "new", "adjustments")
NEUTRAL = "adjustments"
"""Refunds of clients who bought nothing: neither good nor bad."""
MARGIN = "bridge.margin"
CUT = 0.5
"""The bars start at zero unless all steps happen above this part of the longest; then the ends are cut, and say so."""
ROOM = 0.12
"""What of the width stands left of the lowest step where the ends are cut."""
FEW_STEPS = 7
"""Up to so many rows of the bridge leave room for revenue by month, where no page of breakdowns holds it."""
BRIDGE = Table(id="bridge.steps", key="id", css="steps", columns=(
    Column(id="step", width=49, format="said"),
    Column(id="clients", width=13),
    Column(id="bars", width=84, format="bar", head=N_("Bars"), quiet=True),
    Column(id="amount", width=18, format="figure", strong=True),
    Column(id="share", width=16, format="figure", head=N_("%% of before")),
    Column(id="largest", format="said", head=N_("The largest clients of the bar")),
    Column(id="of_bar", width=12, format="figure", head=N_("%% of bar")),
))  # fmt: skip
OF_MARGIN = Table(id=MARGIN, key="step", columns=(
    Column(id="step", format="word"),
    Column(id="amount", width=20, format="figure", strong=True),
    Column(id="margin_rate", width=18, format="figure", head=N_("Rate, %%"), optional=True),
))  # fmt: skip
VINTAGES = Table(id="retention.vintages", key="year", columns=(
    Column(id="year", format="plain"),
    Column(id="clients", width=16),
    Column(id="revenue_w0", width=17, head=N_("Before"), css="py", optional=True),
    Column(id="revenue_w1", width=17, head=N_("Now"), css="ac", strong=True),
    Column(id="revenue_w1_bars", width=26, format="pair", of="revenue_w0", head=N_("Bars"), quiet=True),
    Column(id="amount_change", width=15, format="signed", head="Δ", optional=True),
    Column(id="share", width=16, head=N_("Share, %%")),
))  # fmt: skip


def bridge_scale(report: Report) -> Scale:
    """The scale in which the printed steps add up to the printed change."""
    amounts = {one["step"]: one["amount"] for one in report.rows("bridge.steps")}
    return scale_for([amounts.get(step) for step in ("start", *STEPS)], amounts.get("end"))


def view(report: Report) -> View:
    """The bridge page."""
    title = report.wording.language.text("What moved revenue")
    steps = {one["step"]: one for one in report.rows("bridge.steps")}
    if not steps or steps["start"]["amount"] is None or steps["end"]["amount"] is None:
        return missing(report, ID, title, "bridge.start", "bridge.churn")
    steps = {
        step: one
        for step, one in steps.items()
        if step in ENDS or one["amount"] or one["clients"] or _unknown(report, step)
    }
    margin = _margin(report)
    read = Text(title=report.say("How to read"), paragraphs=tuple(_read(report, steps)))
    elsewhere = len(steps) > FEW_STEPS or by_what.has_something_to_say(report.results)
    months = None if elsewhere else by_what.months(report)
    return View(
        id=ID, title=title, message=found.message(report, ID), line=between_windows_line(report),
        rows=(row(column(12, _bridge(report, steps))),
              row(column(7, _vintages(report)), column(5, margin, months, read))),
        css="tight",
    )  # fmt: skip


def _bridge(report: Report, steps: Mapping[str, Row]) -> Made:
    """A row a step: what it is, its bar, what it makes, and its largest clients by name."""
    scale, numbers = bridge_scale(report), report.wording.numbers
    bars, start = _bars(report, steps), steps["start"]["amount"]
    rows: list[Row] = []
    for step, one in steps.items():
        amount, total = one["amount"], step in ENDS
        known = amount is not None and not _unknown(report, step)
        share, of_bar = (report.line("movement", f"bridge.{id}", step)["share"] for id in ("steps", "largest"))
        named = [client for client in report.rows("bridge.largest")
                 if client["step"] == step and client["rank"] <= SHOWN["bridge.largest"]]  # fmt: skip
        in_words = share is not None and in_percent(amount if total else start + amount, start)
        tone = 0 if total or step == NEUTRAL else 1
        printed = numbers.scaled(amount, scale, sign=not total) if known else ""
        rows.append({
            "id": step, "step": Markup('<b>{}</b><br><span class="g2 s7">{}</span>').format(
                report.wording.word(step), _explained(report, step)),
            "clients": one["clients"] if known else None, "bars": bars.get(step, ""),
            "amount": report.tinted(printed, amount, tone) if known else report.na,
            "share": numbers.percent(share, sign=not total, mark=False) if known and in_words else report.na,
            "largest": _named(report, named, scale, total) if known else "",
            "of_bar": numbers.percent(of_bar, 0, mark=False) if known and named and of_bar is not None else "",
            "css": "sum" if step == "end" else "", "figures": {"amount": f"bridge.{step}"},
        })  # fmt: skip
    return BRIDGE.made(report, rows, scale=scale, heads={"amount": numbers.money_head(scale)}, note=_together(report))


def _together(report: Report) -> Markup:
    """What the steps of existing clients, and those of new and returning ones, come to."""
    old, fresh = (report.line("movement", "bridge.steps", name)["amount_change"] for name in ("existing", "fresh"))
    if report.seasons_differ or old is None or fresh is None:
        return Markup("")
    money = report.wording.numbers.money
    kept = report.figure("retention.net_revenue_retention")
    chance = "" if kept is None or clear(kept, 1.0, certain_base=True) else report.say(" (within chance)")
    return report.say("Existing clients together: %(old)s%(chance)s; returned and new ones: %(fresh)s.",
                      old=money(old, sign=True), chance=chance, fresh=money(fresh, sign=True))  # fmt: skip


def _unknown(report: Report, step: str) -> bool:
    """Whether the history cannot tell what a step made: its 0 stands for one that is not known."""
    return step == "returned" and report.unknown_returned


def _bars(report: Report, steps: Mapping[str, Row]) -> dict[str, Markup]:
    """The bar of each step from where the one before ended; both ends from the edge, cut where the steps are far
    from zero."""
    levels = [("start", 0.0, steps["start"]["amount"])]
    for step in (step for step in steps if step not in ENDS):
        before = levels[-1][2]
        levels.append((step, before, before + (steps[step]["amount"] or 0.0)))
    ends = [level for _, _, level in levels]
    low, high = min(ends), max(*ends, 0.0)
    cut = low > CUT * high
    floor = low - ROOM * (high - low or high) if cut else min(low, 0.0)
    reach = (high - floor) or 1.0

    def place(level: float) -> float:
        return float((max(level, floor) - floor) / reach)

    drawn = {}
    last = ("end", 0.0, steps["end"]["amount"])
    for (step, start, end), after in pairwise([*levels, last, last]):
        total = step in ENDS
        left, right = sorted((place(start if not total else min(0.0, floor) if cut else 0.0), place(end)))
        css = {"start": "w0", "end": "w1", NEUTRAL: "mute"}.get(step) or ("good" if end > start else "bad")
        parts = [Markup('<i class="{} {} {}"></i>').format(css, report.left(left), report.width(right - left))]
        if total and cut:
            parts.append(Markup('<b class="cut"></b>'))
        if after[0] != step:
            parts.append(Markup('<u class="{}"></u>').format(report.left(place(end))))
        drawn[step] = Markup('<div class="fall">{}</div>').format(Markup("").join(parts))
    return drawn


def _named(report: Report, clients: list[Row], scale: Scale, total: bool) -> Markup:
    """Whole names with their amounts, one after another."""
    fine = scale.decimals + 1 if scale.factor > 1 else scale.decimals
    return Markup("; ").join(
        Markup('<bdi data-client="{}" data-name="client">{}</bdi>\u00a0{}').format(
            client["client_id"], name_of(client),
            marked(report.wording.numbers.scaled(client["amount"], scale, sign=not total, decimals=fine),
                   value="signed", scale=scale.factor))
        for client in clients
    )  # fmt: skip


def _explained(report: Report, step: str) -> str:
    text = report.wording.language.text
    return {
        "start": report.w0,
        "churn": text("bought before, not in the last months"),
        "gone_quiet": text("bought in both windows, silent past their limit since"),
        "contraction": text("bought in both windows"),
        "expansion": text("bought in both windows"),
        "returned": text("bought earlier, not in the months before"),
        "new": _new(report),
        "adjustments": text("refunds of clients who did not buy"),
        "end": report.w1,
    }[step]


def _new(report: Report) -> str:
    """Where the history starts with W0, nobody knows who bought before it: the new are new since then."""
    language, head = report.wording.language, report.results.review
    if head.history_start < head.w0[0]:
        return language.text("first purchase ever")
    return language.text("first purchase since %(month)s", month=language.month(head.history_start, "genitive"))


def _read(report: Report, steps: Mapping[str, Row]) -> Iterator[Markup]:
    """What the words mean, and the bridge to the cent, which closes whatever the rounding of the table."""
    numbers = report.wording.numbers
    all_quiet, quiet = report.number("movement.gone_quiet_clients"), steps.get("gone_quiet")
    if all_quiet and quiet is not None and quiet["clients"] is not None:
        less = report.count_of("%(n)s had bought less", "%(n)s had bought less", quiet["clients"])
        yield report.say("Of %(all)s gone quiet, %(less)s.", all=report.v("movement.gone_quiet_clients"), less=less)
    yield report.say("Lost: no purchase in the last %(months)s. Lapsed: silent past its own limit. At risk: overdue.",
                     months=report.wording.months)  # fmt: skip
    if report.unknown_returned:
        yield report.say("Returned clients cannot be known: %(reason)s. New means new since the history starts.",
                         reason=report.reason("movement.returned_clients"))  # fmt: skip
    parts = " ".join(numbers.plain(one["amount"], numbers.minor, sign=step != "start") for step, one in steps.items()
                     if step == "start" or (step != "end" and one["amount"]))  # fmt: skip
    yield report.say("To the cent, in %(currency)s: %(equation)s.", currency=numbers.symbol,
                     equation=f"{parts} = {numbers.plain(steps['end']['amount'], numbers.minor)}")  # fmt: skip


def _margin(report: Report) -> Made | None:
    """The bridge of the margin, where it is known."""
    rows = report.rows(MARGIN) if MARGIN in report.results.tables else []
    if not rows:
        return None
    numbers = report.wording.numbers
    scale = scale_for([one["amount"] for one in rows[:-1]], rows[-1]["amount"])
    shown = [one | {"amount": report.tinted(numbers.scaled(one["amount"], scale, sign=True), one["amount"])}
             for one in rows[1:-1]]  # fmt: skip
    first, last = (
        one | {"amount": numbers.scaled(one["amount"], scale),
               "margin_rate": "" if rate is None else numbers.percent(rate, mark=False)}
        for one in (rows[0], rows[-1]) for rate in (one["margin_rate"],)
    )  # fmt: skip
    return OF_MARGIN.made(
        report, [first, *shown, last | {"css": "sum"}], heads={"amount": numbers.money_head(scale)},
        title=report.say("Margin bridge"),
        sub=report.say("Volume at the old rate; mix: new, lost and shifts between clients; rates: of those who stayed"),
    )  # fmt: skip


def _vintages(report: Report) -> Made | None:
    """How much each year of first purchase brings."""
    rows = report.rows("retention.vintages")
    if not rows:
        return None
    scale = scale_for([one["revenue_w1"] for one in rows], report.number("structure.revenue"))
    whole = report.line("structure", "structure.largest", "all")
    known = whole["amount_before"] is not None and not report.seasons_differ
    return VINTAGES.made(
        report, [one | {"year": _vintage(report, one)} for one in rows], scale=scale,
        without=() if known else ("revenue_w0", "amount_change"),
        lines=(Line(report.say("All"), {
            "clients": report.v("structure.clients"), "revenue_w0": whole["amount_before"],
            "revenue_w1": report.v("structure.revenue", scale=scale), "amount_change": whole["amount_change"],
        }, "sum"),),
        title=report.say("Revenue by year of first purchase, %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=report.say("Active clients; share of all positive revenue"),
    )  # fmt: skip


def _vintage(report: Report, one: Row) -> str:
    """The year; of those that were there when the history starts, that it is not known."""
    language = report.wording.language
    if one["truncated"]:
        return language.text("not known: clients since the history starts, %(month)s",
                             month=language.month(report.results.review.history_start))  # fmt: skip
    return one["year"] or language.text("never bought: refunds alone")
