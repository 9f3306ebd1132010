"""Page one: the verdict, four key figures in three horizons, what changed, where the data stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portfolio_review.exhibits.chances import told
from portfolio_review.exhibits.numbers import Scale, scale_for
from portfolio_review.rendering import notes
from portfolio_review.rendering.pages import decisions, found, strips, verdict
from portfolio_review.rendering.pages.backtest import horizon
from portfolio_review.rendering.pages.bridge import POLARITY, STEPS, bridge_scale
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report, Row, largest

ID = "summary"
STILL = "retention.still_buying_rate"
"""Stands beside client retention wherever that is printed."""
_RATE_CHARTS = {"retention.client_retention_rate": "retention.trend.small"}
TREND_FROM = 4
"""A trend is drawn from this many months on."""


@dataclass(frozen=True)
class KeyFigure:
    """One of the four columns: figure id, its chart, and the rows under the number."""

    id: str
    chart: str
    title: str
    unit: str
    when: Markup
    big: Markup
    rows: tuple[tuple[str, Markup, Markup], ...]
    note: str = ""
    strip: dict[str, Any] | None = None
    ticks: tuple[dict[str, str], ...] = ()
    pale: bool = False
    under: tuple[tuple[str, Markup, Markup], ...] = ()


def view(report: Report) -> View:
    """Page one of the report."""
    return View(
        id=ID,
        title=report.wording.language.text("At a glance"),
        message=verdict.verdict(report),
        line=Markup(""),
        data={
            "key_figures": key_figures(report),
            "findings": found.first_page(report, len(report.results.notes)),
            "moves": moves(report),
            "decisions": decisions.decisions(report),
            "before": decisions.before(report),
            "notes": notes.markup(report.results.notes) if report.results.notes else "",
            "data": data_line(report),
            "trend": len(report.rows("retention.trend")) >= TREND_FROM,
        },
    )


def key_figures(report: Report) -> tuple[KeyFigure, ...]:
    """Revenue, active clients, client retention, net revenue retention."""
    return (_revenue(report), _clients(report), *(_rate(report, id) for id in (
        "retention.client_retention_rate", "retention.net_revenue_retention")))  # fmt: skip


def _revenue(report: Report) -> KeyFigure:
    id, text = "headline.revenue", report.wording.language.text
    scale = headline_scale(report)
    rows = [*_compared(report, id, scale)]
    for label, part, base in (
        (text("Year to date"), "ytd", "ytd_previous_year"),
        (text("Last %(months)s", months=report.wording.months), "window", "window_previous"),
    ):
        if report.number(id, part) is not None:
            change = (
                report.change("structure.revenue")
                if part == "window" and report.seasons_differ
                else report.change(id, base, part)
            )
            rows.append((label, report.v(id, part, scale=scale), change))
    if report.number("headline.margin") is not None:
        rows.append((text("Margin"), report.v("headline.margin", scale=scale), report.change("headline.margin")))
    return KeyFigure(
        id=id, chart="headline.trend.revenue", title=text("Revenue"), unit=report.wording.numbers.money_head(scale),
        when=Markup("%s") % report.days, big=report.v(id, scale=scale), rows=tuple(rows), note=_months_note(report),
    )  # fmt: skip


def headline_scale(report: Report) -> Scale:
    """One money scale for page one: the finest that both the period and its window need."""
    parts = [report.number("headline.revenue", part) for part in ("value", "previous_year", "target")]
    return scale_for(parts)


def _clients(report: Report) -> KeyFigure:
    id, text = "headline.clients", report.wording.language.text
    rows = [*_compared(report, id, None)]
    if report.number("structure.clients") is not None:
        rows.append((
            text("Last %(months)s", months=report.wording.months), report.v("structure.clients"),
            report.change("structure.clients", "previous_year" if report.seasons_differ else "window_previous"),
        ))  # fmt: skip
    if report.number("headline.new_clients") is not None:
        rows.append(
            (
                text("New in the period"),
                report.v("headline.new_clients"),
                report.change("headline.new_clients"),
            )
        )
    return KeyFigure(
        id=id, chart="headline.trend.clients", title=text("Active clients"), unit="", when=Markup("%s") % report.days,
        big=report.v(id), rows=tuple(rows), note=_months_note(report),
    )  # fmt: skip


def _months_note(report: Report) -> str:
    """What the columns are where the period is longer than one of them, or its last month partial."""
    head, language, rows = report.results.review, report.wording.language, report.rows("headline.trend")
    if not rows:
        return ""
    partial = language.text("Hatched: partial month.") if rows[-1].get("partial") else ""
    if head.start[:7] == head.end[:7]:
        return partial
    last = language.month(head.compared_until or head.end)
    single = language.text("Columns: single months; the label is of %(month)s", month=last)
    return f"{single}. {partial}" if partial else single


def _rate(report: Report, id: str) -> KeyFigure:
    text = report.wording.language.text
    short = {
        "retention.client_retention_rate": text("Client retention"),
        "retention.net_revenue_retention": text("Net revenue retention"),
    }
    when = report.say("%(months)s against %(months)s", months=report.wording.months)
    note = report.grey_rates if report.number(id) is not None else report.reason(id)
    if not note and report.number(id, "previous_year") is None:
        note = text("A year before: n/a, %(reason)s", reason=_year_before_reason(report))
    strip, ticks = _strip(report, id)
    return KeyFigure(
        id=id, chart=_RATE_CHARTS.get(id, ""), title=short[id], unit="%", when=when,
        big=Markup('<span class="g2">{}</span>').format(report.v(id, mark=False)) if report.grey_rates
        else report.v(id, mark=False),
        rows=_rate_rows(report, id) if report.number(id) is not None else (), note=note, strip=strip,
        ticks=ticks, pale=bool(report.grey_rates),
        under=_at_risk(report) if id == "retention.net_revenue_retention" else (),
    )  # fmt: skip


def _at_risk(report: Report) -> tuple[tuple[str, Markup, Markup], ...]:
    """The small line of revenue at risk under the last column, which is the shortest."""
    if report.number("risk.revenue_at_risk") is None:
        return ()
    label = report.wording.language.text("At risk, next %(horizon)s", horizon=horizon(report))
    if not told(report.results):
        return ((label, report.say("not shown: the model failed its test"), Markup("")),)
    return ((label, report.v("risk.revenue_at_risk", sentence=True), report.change("risk.revenue_at_risk")),)


def _rate_rows(report: Report, id: str) -> tuple[tuple[str, Markup, Markup], ...]:
    interval, text = report.interval(id, mark=False), report.wording.language.text
    first = [(text("95%% interval"), interval, Markup(""))] if interval else []
    if id == "retention.client_retention_rate" and report.figure(STILL) is not None:
        first.append((report.wording.name(STILL), report.v(STILL, mark=False), report.change(STILL)))
    return (*first, *_compared(report, id, None))


def _strip(report: Report, id: str) -> tuple[dict[str, Any] | None, tuple[dict[str, str], ...]]:
    """Point, interval and target on a scale: what a rate shows until its trend has four points."""
    figure, value = report.figure(id), report.number(id)
    if figure is None or value is None:
        return None, ()
    points = [value, *(figure.interval or ()), *([figure.target] if figure.target is not None else [])]
    scale = strips.Scale.over(points)
    return scale.strip(report, value, figure.interval, figure.target), tuple(scale.ticks(report))


def _year_before_reason(report: Report) -> str:
    head = report.results.review
    return report.wording.language.text(
        "history starts in %(starts)s", starts=report.wording.language.month(head.history_start, "genitive")
    )


def _compared(report: Report, id: str, scale: Scale | None) -> list[tuple[str, Markup, Markup]]:
    """Rows of the year before and of the target, as far as there are any."""
    text, head = report.wording.language.text, report.results.review
    before = text("Year before")
    if head.compared_until and id.startswith("headline."):
        before = text("Same days of %(year)s", year=int(head.period[:4]) - 1)
    rows = [(before, report.v(id, "previous_year", scale=scale, mark=False), report.change(id))]
    if report.number(id, "target") is not None:
        rows.append((text("Target"), report.v(id, "target", scale=scale, mark=False), report.change(id, "target")))
    return rows


def moves(report: Report) -> dict[str, Any]:
    """The steps of the bridge with money, largest first, each with its page."""
    rows = [row for row in report.rows("bridge.steps") if row["step"] in STEPS and row["amount"]]
    rows.sort(key=lambda row: -abs(row["amount"]))
    scale = bridge_scale(report)
    reason = "" if rows else report.reason("bridge.churn")
    return {
        "rows": [_move(report, row, scale, largest(rows, "amount")) for row in rows[:5]],
        "unit": report.wording.numbers.money_head(scale),
        "reason": reason,
    }


def _move(report: Report, row: Row, scale: Scale, full: float) -> dict[str, Any]:
    amount, step = row["amount"], row["step"]
    polarity = POLARITY[step]
    report.used.setdefault(f"bridge.{step}")
    return {
        "name": report.wording.word(step),
        "text": _who_moved(report, step, row["clients"]) if row["clients"] is not None else "",
        "amount": report.tinted(report.wording.numbers.scaled(amount, scale, sign=True), amount, polarity),
        "tone": "" if not polarity else "good" if amount > 0 else "bad",
        "width": report.width(abs(amount) / full),
    }


def _who_moved(report: Report, step: str, clients: int) -> Markup:
    match step:
        case "churn":
            return report.count_of(
                "%(n)s client bought in the months before and not in the last ones.",
                "%(n)s clients bought in the months before and not in the last ones.",
                clients,
            )
        case "gone_quiet":
            return report.count_of(
                "%(n)s client stayed, bought less and has gone quiet since.",
                "%(n)s clients stayed, bought less and have gone quiet since.",
                clients,
            )
        case "contraction":
            return report.count_of(
                "%(n)s client stayed and bought less.", "%(n)s clients stayed and bought less.", clients
            )
        case "expansion":
            return report.count_of(
                "%(n)s client stayed and bought more.", "%(n)s clients stayed and bought more.", clients
            )
        case "returned":
            return report.count_of(
                "%(n)s client came back after a pause.", "%(n)s clients came back after a pause.", clients
            )
        case "new":
            return report.count_of(
                "%(n)s client bought for the first time.", "%(n)s clients bought for the first time.", clients
            )
        case _:
            return report.count_of(
                "Refunds of %(n)s client that bought nothing.",
                "Refunds of %(n)s clients that bought nothing.",
                clients,
            )


def data_line(report: Report) -> dict[str, Any]:
    """Rows used and left out, checks passed; figures of `data.*` tables as the first notebook recorded them."""
    used = {row["item"]: row for row in report.rows("data.reconciliation")}
    checks = report.results.checks
    return {
        "used": used,
        "left_out": [
            row | {"name": report.wording.word(row["reason"])} for row in report.rows("data.left_out") if row["rows"]
        ],
        "passed": sum(check.passed for check in checks),
        "checks": len(checks),
        "failed": [check for check in checks if not check.passed],
    }
