"""Page one: the verdict, the key figures, the month's cause, what changed and may cost, what to decide, the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portfolio_review.exhibits import sparkline
from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.numbers import Scale, gap_of_sum, scale_for
from portfolio_review.rendering import notes
from portfolio_review.rendering.marks import marked
from portfolio_review.rendering.pages import decisions, found
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import NOT_TOLD, SAME, Report
from portfolio_review.rendering.tables import named

ID = "summary"
REVENUE, MARGIN, MARGIN_RATE = "headline.revenue", "headline.margin", "headline.margin_rate"
CLIENTS, RETENTION = "headline.clients", "retention.client_retention_rate"
STILL = "retention.still_buying_rate"
"""Stands beside client retention wherever that is printed."""
NET, AT_RISK = "retention.net_revenue_retention", "risk.revenue_at_risk"
GAP, OTHERS = "headline.target_gap", "others"
LONG_VERDICT = 120
"""Characters from which on the verdict is set smaller."""
TREND_FROM = 4
"""A trend is drawn from this many months on."""
PARTS = ("may_fall_silent", "may_shrink")
"""The parts of risk under the money in danger."""
Line = tuple[Markup | str, Markup | str, Markup | str]
"""A line of a key figure: what it is, its value, its change or level."""


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """One key figure: its name with the unit, of when, the large number, the lines below, a trend, a note."""

    id: str
    title: Markup | str
    when: Markup | str
    big: Markup
    lines: tuple[Line, ...]
    trend: Markup | str = ""
    note: Markup | str = ""


def view(report: Report) -> View:
    """Page one of the report."""
    verdict = found.verdict(report)
    return View(
        id=ID, title=report.wording.language.text("At a glance"), message=verdict, line=Markup(""),
        css="long" if len(verdict.striptags()) > LONG_VERDICT else "",
        data={
            "key_figures": key_figures(report), "cause": cause(report),
            "findings": found.first_page(report, len(report.results.notes)),
            "all": found.every(report) if report.screen else (),
            "decisions": decisions.decisions(report), "before": decisions.before(report),
            "notes": notes.markup(report.results.notes) if report.results.notes else "", "data": data_line(report),
        },
    )  # fmt: skip


# Key figures -----------------------------------------------------------------------------------


def key_figures(report: Report) -> tuple[KeyFigure, ...]:
    """Revenue, margin where known, active clients, client retention, net revenue retention, money at risk."""
    made = (_revenue(report), _margin(report), _clients(report), _rate(report, RETENTION), _rate(report, NET),
            _at_risk(report))  # fmt: skip
    return tuple(figure for figure in made if figure is not None)


def _titled(name: str, unit: str) -> str:
    return f"{name}, {unit}"


def _revenue(report: Report) -> KeyFigure:
    text, scale = report.wording.language.text, headline_scale(report)
    lines = _compared(report, REVENUE, scale)
    for label, part, base in (
        (text("Year to date"), "ytd", "ytd_previous_year"),
        (text("Last %(months)s", months=report.wording.months), "window", "window_previous"),
    ):
        if report.number(REVENUE, part) is not None:
            seasonal = part == "window" and report.seasons_differ
            change = report.change("structure.revenue") if seasonal else report.change(REVENUE, base, part)
            lines.append((label, report.v(REVENUE, part, scale=scale), change))
    return KeyFigure(
        id=REVENUE, title=_titled(text("Revenue"), report.wording.numbers.money_head(scale)), when=report.days,
        big=report.v(REVENUE, scale=scale), lines=tuple(lines), trend=_trend(report, "headline.trend", "revenue"),
    )  # fmt: skip


def headline_scale(report: Report) -> Scale:
    """One money scale for page one: the finest that the period, its year before and its target need."""
    return scale_for([report.number(REVENUE, part) for part in ("value", "previous_year", "target")])


def _margin(report: Report) -> KeyFigure | None:
    if report.number(MARGIN) is None:
        return None
    scale, text = headline_scale(report), report.wording.language.text
    lines = _compared(report, MARGIN, scale)
    if report.number(MARGIN_RATE) is not None:
        lines.append((report.wording.name(MARGIN_RATE), report.v(MARGIN_RATE, mark=False), report.change(MARGIN_RATE)))
    if not report.seasons_differ:
        lines += _window(report, MARGIN, scale) + _window(report, MARGIN_RATE, None)
    return KeyFigure(
        id=MARGIN, title=_titled(text("Margin"), report.wording.numbers.money_head(scale)), when=report.days,
        big=report.v(MARGIN, scale=scale), lines=tuple(lines),
    )  # fmt: skip


def _window(report: Report, id: str, scale: Scale | None) -> list[Line]:
    """The line of W1 against W0; that of W0 too where no number tells the change."""
    if report.number(id, "window") is None or report.number(id, "window_previous") is None:
        return []
    months, rate = report.wording.months, id == MARGIN_RATE
    now, before = (report.v(id, part, scale=scale, mark=False) for part in ("window", "window_previous"))
    said = report.say("Rate, %(months)s", months=months) if rate else report.say("Last %(months)s", months=months)
    line = (said, now, report.change(id, "window_previous", "window"))
    return [line] if line[2] != NOT_TOLD else [line, (report.say("%(months)s before", months=months), before, "")]


def _clients(report: Report) -> KeyFigure:
    text, lines = report.wording.language.text, _compared(report, CLIENTS, None)
    if report.number("structure.clients") is not None:
        base = "previous_year" if report.seasons_differ else "window_previous"
        lines.append((text("Last %(months)s", months=report.wording.months), report.v("structure.clients"),
                      report.change("structure.clients", base)))  # fmt: skip
    if report.number("headline.new_clients") is not None:
        lines.append((report.called("headline.new_clients"), report.v("headline.new_clients"),
                      report.change("headline.new_clients")))  # fmt: skip
    return KeyFigure(
        id=CLIENTS, title=report.called(CLIENTS), when=report.days, big=report.v(CLIENTS), lines=tuple(lines),
        trend=_trend(report, "headline.trend", "clients"),
    )  # fmt: skip


def _rate(report: Report, id: str) -> KeyFigure:
    text, known = report.wording.language.text, report.number(id) is not None
    interval = report.interval(id, mark=False)
    lines: list[Line] = [(text("95%% interval"), interval, "")] if interval else []
    if id == RETENTION and report.figure(STILL) is not None:
        lines.append((report.wording.name(STILL), report.v(STILL, mark=False),
                      report.change(STILL, brief=True)))  # fmt: skip
    note = report.grey_rates if known else report.reason(id)
    if known and report.number(id, "previous_year") is not None:
        lines += _compared(report, id, None)
    elif known:
        lines += _target(report, id, None)
        month = report.wording.language.month(report.results.review.history_start, "genitive")
        reason = text("history starts in %(starts)s", starts=month)
        note = note or text("A year before: n/a, %(reason)s", reason=reason)
    note = note or _unclear(report, lines)
    big = report.v(id, mark=False)
    names = {RETENTION: text("Client retention"), NET: text("Net revenue retention")}
    return KeyFigure(
        id=id, title=_titled(names[id], "%"), lines=tuple(lines), note=note,
        when=report.say("%(months)s against %(months)s", months=report.wording.months),
        big=Markup('<span class="g2">{}</span>').format(big) if report.grey_rates else big,
        trend=_trend(report, "retention.trend", "rate") if id == RETENTION else "",
    )  # fmt: skip


def _at_risk(report: Report) -> KeyFigure | None:
    """Money at risk over the horizon, and its parts; the change where it is more than chance."""
    if report.number(AT_RISK) is None:
        return None
    text, numbers = report.wording.language.text, report.wording.numbers
    parts = {row["part"]: row for row in report.rows("risk.parts")}
    scale = scale_for([row["amount"] for row in parts.values()] or [report.number(AT_RISK)])
    if not told(report.results):
        return KeyFigure(id=AT_RISK, title=text("At risk"), when=text("next %(horizon)s", horizon=report.horizon),
                         big=Markup(report.na), lines=(),
                         note=report.say("not shown: the model failed its test"))  # fmt: skip
    whole, lines = parts.get("revenue_at_risk"), list[Line]()
    note = ""
    if whole is not None and whole["share"] is not None:
        lines.append((text("Of revenue, %%"), numbers.percent(whole["share"], mark=False), ""))
    if whole is not None and whole["year_before"] is not None:
        of = {"figure": AT_RISK, "change": "previous_year"}  # whose base is recorded where the change is clear alone
        change = report.change(AT_RISK, brief=True) if whole["clear"] else marked(SAME, "g2", **of, noise="yes")
        lines.append((text("Year before"), numbers.scaled(whole["year_before"], scale), change))
        note = _unclear(report, lines)
    for part in PARTS:
        row = parts.get(part)
        if row is not None and row["amount"] is not None:
            lines.append((report.wording.word(part), report.of_figure(f"risk.{part}", numbers.scaled(
                row["amount"], scale), scale), ""))  # fmt: skip
    return KeyFigure(
        id=AT_RISK, title=_titled(text("At risk"), numbers.money_head(scale)),
        when=text("next %(horizon)s", horizon=report.horizon), big=report.v(AT_RISK, scale=scale), lines=tuple(lines),
        note=note,
    )  # fmt: skip


def _unclear(report: Report, lines: Sequence[Line]) -> str:
    """What the sign of an unclear change means, where one stands in the lines."""
    unclear = any(SAME in change for *_, change in lines)
    return f"{SAME} {report.wording.language.text('within noise')}" if unclear else ""


def _compared(report: Report, id: str, scale: Scale | None) -> list[Line]:
    """The line of the year before, and that of the target as far as there is one."""
    text, head = report.wording.language.text, report.results.review
    before = text("Year before")
    if head.compared_until and id.startswith("headline."):
        before = text("Same days of %(year)s", year=int(head.period[:4]) - 1)
    year = (before, report.v(id, "previous_year", scale=scale, mark=False), report.change(id, brief=True))
    return [year, *_target(report, id, scale)]


def _target(report: Report, id: str, scale: Scale | None) -> list[Line]:
    """The target with how far it was reached, and the word of its level on a line of its own."""
    if report.number(id, "target") is None:
        return []
    text = report.wording.language.text
    line = (text("Target"), report.v(id, "target", scale=scale, mark=False), report.change(id, "target", brief=True))
    row = next((row for row in report.rows("headline.targets") if row["figure"] == id), None)
    if row is None or row["level"] is None:
        return [line]
    reached = report.wording.numbers.percent(row["attainment"], 0) if row["attainment"] is not None else ""
    return [line, (text("Level"), level(report, row["level"]), reached)]


def level(report: Report, word: str) -> Markup:
    """The word of a level, in the colour of bad news where it is critical, of good ones where it is optimal."""
    tone = {"critical": "bad", "optimal": "good"}.get(word, "")
    return Markup('<span class="b {}">{}</span>').format(tone, report.wording.word(word))


def _trend(report: Report, table: str, column: str) -> Markup | str:
    """The recorded whole months as a line without axes, from `TREND_FROM` of them on."""
    rows = [row for row in report.rows(table) if row[column] is not None and not row.get("partial")]
    if len(rows) < TREND_FROM:
        return ""
    points = [(12 * int(row["month"][:4]) + int(row["month"][5:7]), float(row[column])) for row in rows]
    first, last = (report.wording.language.month(row["month"]) for row in (rows[0], rows[-1]))
    return sparkline.line(
        points, report.wording.language.text("by month, %(first)s to %(last)s", first=first, last=last)
    )


# The month's cause ------------------------------------------------------------------------------


def cause(report: Report) -> Mapping[str, Any] | None:
    """Target (or the base of the comparison) → actual by named clients: rows of a bridge whose steps have a scale of
    their own; None where nothing is recorded."""
    rows = report.rows(GAP)
    whole, actual = report.number(GAP), report.number(REVENUE)
    if not rows or whole is None or actual is None:
        return None
    steps = [row["gap"] or 0.0 for row in rows]
    scale, numbers, text = scale_for([*steps, whole]), report.wording.numbers, report.wording.language.text
    places = _running(steps)
    low, high = min(0.0, *(start for start, _ in places)), max(0.0, *(start + size for start, size in places))
    span = (high - low) or 1.0
    target = report.number(REVENUE, "target")
    reason = report.figure(GAP).reason if report.figure(GAP) else None  # type: ignore[union-attr]
    base = "target" if target is not None else "previous" if reason else "previous_year"
    heads = {"target": text("Target"), "previous": text("Period before"), "previous_year": text("Year before")}
    apart = gap_of_sum(steps, whole, scale) != 0
    return {
        "rounded": marked(text("Parts may not add to totals because of rounding."), rounded=GAP) if apart else "",
        "unit": numbers.money_head(scale), "worth": scale.factor, "from": heads[base],
        "base": report.v(REVENUE, base, scale=scale),
        "actual": report.v(REVENUE, scale=scale), "note": report.reason(GAP) if reason else "",
        "gap": report.of_figure(GAP, numbers.scaled(whole, scale, sign=True), scale), "source": report.source_link(GAP),
        "steps": [{
            "name": named(row["name"] or row["client_id"], "client") if client else text("All others"),
            "key": row["client_id"], "client": client,
            "amount": report.tinted(numbers.scaled(gap, scale, sign=True), gap),
            "left": report.left((start - low) / span), "width": report.width(size / span),
            "tone": "good" if gap > 0 else "bad" if gap < 0 else "",
        } for row, gap, (start, size) in zip(rows, steps, places, strict=True)
            for client in ("" if row["client_id"] == OTHERS else row["client_id"],)],
    }  # fmt: skip


def _running(steps: Sequence[float]) -> list[tuple[float, float]]:
    """Where each floating bar begins, and how long it is, from 0 at the target on."""
    places, at = [], 0.0
    for step in steps:
        places.append((min(at, at + step), abs(step)))
        at += step
    return places


# The data --------------------------------------------------------------------------------------


def data_line(report: Report) -> dict[str, Any]:
    """Rows used and left out, checks passed; figures of `data.*` tables as the first notebook recorded them."""
    checks = report.results.checks
    return {
        "used": {row["item"]: row for row in report.rows("data.reconciliation")},
        "left_out": [
            row | {"name": report.wording.word(row["reason"])} for row in report.rows("data.left_out") if row["rows"]
        ],
        "passed": sum(check.passed for check in checks), "checks": len(checks),
        "failed": [check for check in checks if not check.passed],
    }  # fmt: skip
