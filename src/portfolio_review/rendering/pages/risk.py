"""What will come: outlook, what was said and what came, revenue × risk, clients in danger, receivables, contracts."""

from __future__ import annotations

from markupsafe import Markup

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.language import N_
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering.marks import marked
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.cells import in_margin, worth
from portfolio_review.rendering.pages.view import (
    Block,
    Chart,
    Matrix,
    MatrixCell,
    Text,
    View,
    column,
    missing,
    not_given,
    not_shown,
    row,
    windows_line,
)
from portfolio_review.rendering.report import Report, Row, largest
from portfolio_review.rendering.tables import Column, Line, Made, Table
from portfolio_review.results.contract import Results

ID = "risk"
SILENT, LIST, THREAD = "risk.may_fall_silent", "actions.retain", "actions.retain.thread"
OWED = ("risk.days_sales_outstanding",)
NOTES = "credit_notes"
QUADRANTS = (("large_safe", "large_risky"), ("small_safe", "small_risky"))
VALUE = ("risk.expected_12", "risk.residual_value", "risk.replacement_months")
WORTH_SAYING = 0.01
"""A short report shows this page from this share of the window's revenue at risk on."""
WORTH_RENEWING = 0.1
"""Or from this share of it under contracts that end."""
OUTLOOK = Table(id="risk.outlook_lines", key="forecast_line", css="lists", columns=(
    Column(id="forecast_line", format="plain", head=N_("Of")),
    Column(id="amount", width=17, head=N_("Expected"), strong=True),
    Column(id="amount_low", width=24, format="interval", of="amount_high", head=N_("95%% interval")),
    Column(id="money_target", width=14, css="pl", optional=True),
    Column(id="target_change", width=14, format="figure", head="Δ", optional=True),
    Column(id="year_before", width=17, css="py"),
    Column(id="year_change", width=14, format="figure", head="Δ"),
))  # fmt: skip
THEN = Table(id="risk.forecasts_then_and_now", key="forecast_months", css="lists", columns=(
    Column(id="known_until", head=N_("Said at the end of")),
    Column(id="forecast_months", width=34, head=N_("Months ahead")),
    Column(id="expected_today", width=24, head=N_("Expected")), Column(id="actual_today", width=22, head=N_("Came"),
                                                                       strong=True),
))  # fmt: skip
PARTS = Table(id="risk.parts", key="part", css="lists", columns=(
    Column(id="part", format="plain"), Column(id="amount", width=15, strong=True),
    Column(id="share", width=20, head=N_("%% of revenue")),
    Column(id="amount_change", width=36, format="signed", polarity=0, head=N_("Δ on a year before"), optional=True),
))  # fmt: skip
DANGER = Table(id="risk.largest", css="lists", columns=(
    Column(id="name"), Column(id="abc", width=10, format="class"),
    Column(id="value", width=17, format="money", head=N_("Value of 12 months"), wrap=True),
    Column(id="p12", width=16, head=N_("p, %%")), Column(id="part", width=31, head=N_("How")),
    Column(id="at_stake", width=16, head=N_("In danger"), strong=True),
))  # fmt: skip
OWING = Table(id="risk.receivables_ageing", key="bucket", css="lists", columns=(
    Column(id="bucket"), Column(id="clients", width=18), Column(id="amount", width=20, strong=True),
    Column(id="share", width=14, head="%"), Column(id="bars", width=24, format="bar", of="amount", head=N_("Bars"),
                                                   quiet=True),
))  # fmt: skip
CONTRACTS = Table(id="risk.contracts_ending", css="lists", columns=(
    Column(id="name"), Column(id="contract_end", width=24, head=N_("Ends")),
    Column(id="p_next", width=16, head=N_("p, %%")), Column(id="revenue", width=20, css="ac", strong=True),
))  # fmt: skip
FIGURES = Table(id="risk.value_largest", key="figure", columns=(
    Column(id="figure", format="plain"), Column(id="value", width=24, format="figure", strong=True),
    Column(id="interval", width=36, format="figure", head=N_("95%% interval"), optional=True),
))  # fmt: skip


def has_something_to_say(results: Results) -> bool:
    """Whether the short report of a small unit shows this page: money at risk, old debts, contracts that end."""

    def number(id: str, part: str = "value") -> float:
        recorded = results.figures.get(id)
        value = getattr(recorded.figure, part) if recorded else None
        return value if isinstance(value, int | float) else 0.0

    revenue = number("headline.revenue", "window")
    verdict = results.figures.get("risk.verdict")
    high = verdict is not None and str(verdict.figure.value).endswith("high_risk")
    return high or number("risk.overdue_over_90") > 0 or (revenue > 0 and (
        max(number("risk.revenue_at_risk"), number(SILENT)) / revenue >= WORTH_SAYING
        or number("risk.contracts_ending_revenue") / revenue >= WORTH_RENEWING))  # fmt: skip


def view(report: Report) -> View:
    """The page of the outlook; without a model still what is owed and which contracts end."""
    title, name = report.wording.language.text("Risk and outlook"), report.wording.name
    known, owing, contracts = report.number(SILENT) is not None, _owing(report), _contracts(report)
    if not known and not owing and not contracts:
        return missing(report, ID, title, "risk.revenue_at_risk", "risk.model")
    ahead: tuple[Block | None, ...] = (_outlook(report), _then(report))
    risk: tuple[Block | None, ...] = (_matrix(report), _verdict(report))
    danger: tuple[Block | None, ...] = (_danger(report), _parts(report))
    plain = not owing and not contracts
    lacking = {name(id): report.reason(figure) for id, figure in (
        ("risk.receivables_ageing", "risk.receivables"), ("risk.contracts_ending", "risk.contracts_ending_clients"))
        if report.number(figure) is None}  # fmt: skip
    return View(
        id=ID, title=title, message=found.message(report, ID), line=windows_line(report),
        css="tight",
        rows=(row(column(6, *ahead, *((_value(report),) if plain else danger)),
                  column(6, *risk, *(danger if plain else (owing, contracts)))),),
        foot=not_given(report, lacking),
    )  # fmt: skip


# What will come ----------------------------------------------------------------------------------


def _outlook(report: Report) -> Made | None:
    """Today's clients, new ones and both, for the next months and, while it lasts, the rest of the year."""
    say, number = report.say, report.number
    spans = {"": say("Next %(horizon)s", horizon=report.horizon), "_year": say("Rest of the year")}
    if number("risk.outlook_today_year") is None:
        del spans["_year"]
    rows: list[Row] = []
    for span, ahead in spans.items():
        for line, name in {"_today": say("Today's clients"), "_new": say("New clients"), "": ahead}.items():
            id = f"risk.outlook{line}{span}"
            value, figure, target = number(id), report.figure(id), number(id, "target")
            low, high = (figure.interval if figure and not line else None) or (None, None)
            rows.append({
                "forecast_line": name, "amount": value, "amount_low": low, "amount_high": high,
                "money_target": Markup("") if target is None else target,
                "target_change": "" if target is None else report.change(id, "target", brief=True),
                "year_before": number(id, "previous_year"),
                "year_change": "" if line else report.change(id, "previous_year", brief=True),
                "css": "" if line else "sum", "sums": ["amount", "year_before"], "figures": {"amount": id},
            })  # fmt: skip
    if all(one["amount"] is None for one in rows):
        return None
    scale = OUTLOOK.scale(rows)
    return OUTLOOK.made(
        report, rows, scale=scale, title=say("Outlook, %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=say("New clients as in the same months of the last year. Δ: on the column before it; ≈: within noise"),
        note=say("n/a: %(reason)s.", reason=report.reason("risk.outlook_new")) if report.unknown("risk.outlook_new")
        else "",
    )  # fmt: skip


def _then(report: Report) -> Made | None:
    rows = [one for one in report.rows("risk.forecasts_then_and_now") if one["expected_today"] is not None]
    scale = THEN.scale(rows)
    return THEN.made(
        report, rows, scale=scale,
        title=report.say("What was said of clients known then, and what came, %(unit)s",
                         unit=report.wording.numbers.money_head(scale)),
    ) if rows else None  # fmt: skip


def _value(report: Report) -> Made | None:
    """The value of today's clients, and what it takes to replace the largest."""
    rows = [{"figure": report.called(id), "value": report.v(id, sentence=True),
             "interval": report.interval(id, sentence=True)} for id in VALUE if not report.unknown(id)]  # fmt: skip
    title = N_("Value of today's clients, margin") if in_margin(report) else N_("Value of today's clients, revenue")
    heads = {"figure": report.wording.language.text("Figure"), "value": report.wording.language.text("Value")}
    return FIGURES.made(report, rows, title=report.say(title), heads=heads) if rows else None


# Revenue × risk ------------------------------------------------------------------------------------


def _matrix(report: Report) -> Block:
    """The picture of every client; the four quadrants where no client's chance may be told."""
    id, say, numbers = "risk.matrix", report.say, report.wording.numbers
    cells = {one["quadrant"]: one for one in report.rows(id)}
    if report.number(SILENT) is None or not cells:
        return not_shown(report, say("Revenue × risk"), report.reason(SILENT))
    limit = report.v("risk.risky_above", decimals=0)
    if told(report.results) and report.rows("risk.matrix_points"):
        return Chart(
            svg=report.chart("risk.matrix.picture"), source=report.source_link(id),
            title=say("Revenue × risk: each client, or several alike, as a point"),
            sub=say("Upwards: revenue of %(months)s, logarithmic. Large: as an A client; risky: above %(limit)s",
                    months=report.wording.months, limit=limit),
        )  # fmt: skip
    scale, full = scale_for([one["revenue"] for one in cells.values()]), largest([*cells.values()], "revenue")

    def cell(quadrant: str) -> MatrixCell:
        one = cells.get(quadrant, {"clients": 0})
        if not one["clients"]:
            return MatrixCell(numbers.plain(0), empty=True)
        change = None if report.seasons_differ else report.line(ID, id, quadrant)["clients"]
        aside = "" if change is None else report.tinted(
            numbers.plain(change, sign=True), change, -1 if quadrant.endswith("risky") else 1)  # fmt: skip
        return MatrixCell(numbers.plain(one["clients"]), aside, report.width((one["revenue"] or 0) / full),
                          numbers.scaled(one["revenue"], scale), say("at risk %(money)s", money=report.na if
                          one["at_risk"] is None else numbers.money(one["at_risk"])), key=quadrant)  # fmt: skip

    text = report.wording.language.text
    return Matrix(
        id=id, corner=text("Group"), columns=(text("Safe"), text("Risky")), source=report.source_link(id),
        worth=scale.factor,
        title=say("Revenue × risk: clients, and revenue in %(unit)s", unit=numbers.money_head(scale)),
        sub=say("Large: from the smallest A client up; risky: chance of no purchase above %(limit)s", limit=limit),
        rows=tuple((head, tuple(map(cell, line))) for head, line in
                   zip((text("Large"), text("Small")), QUADRANTS, strict=True)),
    )  # fmt: skip


def _verdict(report: Report) -> Text | None:
    """The verdict and its advice, or why there is none; where most clients are, and the direction."""
    if report.figure("risk.verdict") is None:
        return None
    filled, percent = report.filled, report.wording.numbers.percent
    lines = (
        report.say("No verdict: %(reason)s.", reason=report.reason("risk.verdict")) if report.unknown("risk.verdict")
        else Markup("<b>{}.</b> {}.").format(report.v("risk.verdict"), report.v("risk.advice")),
        *(report.say("Risk is high: %(criterion)s, %(share)s of revenue (limit %(limit)s).",
                     criterion=" ".join(filter(None, (report.wording.word(one["criterion"]), one["name"]))),
                     share=percent(one["share"], 0), limit=percent(one["limit"], 0))
          for one in report.rows("risk.level") if one["over_limit"]),
        Markup("") if report.seasons_differ else filled(
            N_("Since %(months)s before: %(direction)s."), months=Markup(report.wording.months),
            direction="risk.direction"),
        filled(N_("Chances tested on the past: %(verdict)s."), verdict="risk.backtest_verdict"),
    )  # fmt: skip
    return Text(paragraphs=(Markup(" ").join(filter(None, lines)),))


# Who is in danger, and how ---------------------------------------------------------------------------


def _scale(rows: list[Row], total: float) -> Scale:
    return DANGER.scale([*rows, {"at_stake": total}])


def _danger(report: Report) -> Block:
    """The first rows of the list in danger, in its order and its money, and what is most likely to happen to them."""
    rows, total = report.rows("risk.largest")[: SHOWN["actions.<rule>"]], report.number(f"{LIST}.at_stake")
    title, say = report.say("First of the list in danger"), report.say
    if not rows or total is None:
        unknown = report.number(f"{LIST}.clients") is None
        return not_shown(report, title, report.reason(f"{LIST}.clients")) if unknown else Text(
            title=title, paragraphs=(say("None"),))  # fmt: skip
    scale, rest = _scale(rows, total), report.line("actions", LIST, "others")
    trusted, base = told(report.results), in_margin(report)
    more = Line(say("%(n)s more on the list", n=report.wording.numbers.plain(rest["clients"] or 0)),
                {"at_stake": rest["amount"]})  # fmt: skip
    sum_ = Line(say("All %(n)s", n=report.v(f"{LIST}.listed")),
                {"at_stake": total, "figures": {"at_stake": f"{LIST}.at_stake"}}, "sum")  # fmt: skip
    order = say("The list of the page of actions, in its order. Margin of 12 months.") if base else say(
        "The list of the page of actions, in its order. Revenue of 12 months.")  # fmt: skip
    return DANGER.made(
        report, rows, scale=scale, lines=(more, sum_) if rest["clients"] else (sum_,),
        without=() if trusted else ("p12",),
        title=say("First of the list in danger, %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=order + " " + (say("p: chance of a purchase within 12 months") if trusted else
                           say("No chance plays a part: the model failed its test")),
        note=_exposed(report),
    )  # fmt: skip


def _exposed(report: Report) -> Markup:
    """Who rests on a thread, whom another list of the page of actions names."""
    n = report.number(f"{THREAD}.listed")
    return report.say(
        "Exposed, resting on a thread: %(clients)s with %(money)s.",
        clients=report.count_of("%(n)s client", "%(n)s clients", int(n)),
        money=Markup(worth(report, report.v(f"{THREAD}.at_stake", sentence=True))),
    ) if n else Markup("")  # fmt: skip


def _parts(report: Report) -> Made | None:
    """Gone, may fall silent, may shrink and the latter two together, with the change where it is more than chance."""
    rows, scale, text = report.rows("risk.parts"), PARTS.scale(report.rows("risk.parts")), report.wording.language.text
    ahead, months = report.say("next %(horizon)s", horizon=report.horizon), report.say(
        "last %(months)s", months=report.wording.months)  # fmt: skip

    def printed(one: Row) -> Row:
        name = report.say("%(part)s, %(span)s", part=report.wording.word(one["part"]),
                          span=months if one["part"] == "gone" else ahead)  # fmt: skip
        of = {"figure": f"risk.{one['part']}", "change": "previous_year"}
        moved = None if one["year_before"] is None else marked(text("within noise"), **of, noise="yes")
        if one["clear"] and one["amount_change"] is not None:
            moved = marked(report.wording.numbers.scaled(one["amount_change"], scale, sign=True), **of)
        return one | {"part": name, "css": {"revenue_at_risk": "sum", "gone": "group"}.get(one["part"], ""),
                      "sums": ["amount"], "figures": {"amount": f"risk.{one['part']}"},
                      "amount_change": moved}  # fmt: skip

    return PARTS.made(report, [printed(one) for one in rows], scale=scale, title=report.say(
        "Risk in three parts, %(unit)s", unit=report.wording.numbers.money_head(scale))) if rows else None  # fmt: skip


# What is owed, what ends -------------------------------------------------------------------------------


def _owing(report: Report) -> Made | None:
    rows = {one["bucket"]: one for one in report.rows("risk.receivables_ageing")}
    notes = rows.pop(NOTES, None)
    owed = report.number("risk.receivables")
    if not rows or owed is None:
        return None
    scale = scale_for([one["amount"] for one in rows.values()], owed)
    also = [(report.wording.name(id), report.v(id)) for id in OWED if report.number(id) is not None]
    if notes:
        also.append((report.wording.word(NOTES), Markup(report.wording.numbers.money(notes["amount"]))))
    whole = Line(
        report.say("All, credit notes apart"), {"amount": owed, "figures": {"amount": "risk.receivables"}}, "sum"
    )
    return OWING.made(
        report, [*rows.values()], scale=scale, lines=(whole,),
        title=report.say("Receivables by days overdue, %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=report.say("Not paid by the end of the period; clients that buy in no other unit")
        if report.results.review.unit != "all" else "",
        note=Markup(" · ").join(filter(None, (*(Markup("{}: <b>{}</b>").format(*one) for one in also),
                                              found.whole(report, "risk.overdue")))),
    )  # fmt: skip


def _contracts(report: Report) -> Made | None:
    """The contracts that end within 90 days, the most money first, the rest in one line."""
    id, count = "risk.contracts_ending", report.number("risk.contracts_ending_clients")
    rows, rest = report.rows(id), report.line(ID, id, "others")
    if not rows or not count:
        return None
    whole = report.number(f"{id}_revenue")
    scale = scale_for([one["revenue"] for one in rows], whole)
    more = Line(report.say("%(n)s more, in the workbook", n=report.wording.numbers.plain(rest["rows"] or 0)),
                {"revenue": rest["amount"]})  # fmt: skip
    sum_ = Line(report.say("All %(n)s", n=report.v(f"{id}_clients")),
                {"revenue": whole, "figures": {"revenue": f"{id}_revenue"}}, "sum")  # fmt: skip
    return CONTRACTS.made(
        report, rows[: SHOWN[id]], scale=scale, lines=(more, sum_) if rest["rows"] else (sum_,),
        title=report.say("Contracts ending within 90 days, %(unit)s", unit=report.wording.numbers.money_head(scale)),
        sub=report.say("p: chance of a purchase within %(horizon)s", horizon=report.horizon)
        if told(report.results) else "",
    )  # fmt: skip
