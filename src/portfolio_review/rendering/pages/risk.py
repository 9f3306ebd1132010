"""Page seven: revenue at risk and where it lies, how good the model was, receivables, contracts, outlook."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.numbers import scale_for
from portfolio_review.findings.making import MOST_OF_IT
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.backtest import horizon, sentences
from portfolio_review.rendering.pages.cells import chance, class_of, day, name_of
from portfolio_review.rendering.pages.view import View, missing, windows_line
from portfolio_review.rendering.report import Report, largest
from portfolio_review.results.contract import Results

ID = "risk"
AT_RISK = "risk.revenue_at_risk"
OUTLOOK = (
    "headline.year_end_revenue",
    "risk.expected_revenue",
    "risk.expected_revenue_per_client",
    "risk.top10_value_share",
    "risk.lifetime_value",
    "risk.lifetime_margin",
    "risk.replacement_months",
)
OWED = ("risk.overdue_share", "risk.days_sales_outstanding", "risk.days_late")
BUCKETS = ("not_due", "overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_over_90", "credit_notes")
QUADRANTS = (("large_safe", "large_risky"), ("small_safe", "small_risky"))
SHOWN_CONTRACTS = SHOWN["risk.contracts_ending"]
SHOWN_LARGEST = SHOWN["risk.largest"]
WORTH_SAYING = 0.01
"""A short report shows this page from this share of the window's revenue at risk on."""
WORTH_RENEWING = 0.1
"""Or from this share of it under contracts that end."""


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
        number(AT_RISK) / revenue >= WORTH_SAYING
        or number("risk.contracts_ending_revenue") / revenue >= WORTH_RENEWING))  # fmt: skip


def view(report: Report) -> View:
    """The page of risk and outlook; without a model still what is owed and which contracts end."""
    title = report.wording.language.text("Risk and outlook")
    known = report.number(AT_RISK) is not None
    ageing, contracts = _ageing(report), _contracts(report)
    if not known and not ageing and not contracts:
        return missing(report, ID, title, AT_RISK, "risk.model")
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=windows_line(report),
        data={
            "horizon": horizon(report), "matrix": _matrix(report) if known else {},
            "picture": report.chart("risk.matrix.picture") if report.rows("risk.matrix_points") else "",
            "verdict": _verdict(report), "largest": _largest(report), "backtest": sentences(report),
            "ageing": ageing, "contracts": contracts,
            "outlook": _outlook(report), "risk_reason": report.reason(AT_RISK) if not known else "",
        },
    )  # fmt: skip


def _message(report: Report) -> Markup:
    value = report.number(AT_RISK)
    if value is None:
        return report.say("Revenue at risk cannot be computed: %(reason)s", reason=report.reason(AT_RISK))
    ahead = horizon(report)
    if not value:
        return report.say("No revenue is at risk over the next %(horizon)s, by the model", horizon=ahead)
    text = report.say("Revenue at risk over the next %(horizon)s: %(money)s",
                      horizon=ahead, money=report.v(AT_RISK, sentence=True))  # fmt: skip
    of_window = report.line(ID, AT_RISK, "of_window")["share"]
    if of_window is not None:
        share = report.wording.numbers.percent(of_window)
        text += report.say(", %(share)s of the last %(months)s", share=share, months=report.wording.months)
    if report.has_change(AT_RISK):
        text += report.say(" (%(change)s on a year before)", change=report.change(AT_RISK))
    elif report.number(AT_RISK, "previous_year") is not None:
        text += report.say(" (%(before)s a year before)", before=report.v(AT_RISK, "previous_year", sentence=True))
    rows = report.rows("risk.largest")
    most = report.line(ID, "risk.largest", "first")["share"] or 0.0
    if most >= MOST_OF_IT and len(report.rows("risk.clients") or rows) > 1:
        share = report.wording.numbers.percent(most, 0)
        text += report.say("; one client holds %(share)s of it", share=share)
    return text


def _matrix(report: Report) -> dict[str, Any]:
    found = {row["quadrant"]: row for row in report.rows("risk.matrix")}
    if not found:
        return {}
    scale = scale_for([row["revenue"] for row in found.values()], sum(row["revenue"] or 0 for row in found.values()))
    full, numbers = largest(list(found.values()), "revenue"), report.wording.numbers
    before = any(row["clients_w0"] is not None for row in found.values()) and not report.seasons_differ

    def cell(quadrant: str) -> dict[str, Any]:
        row = found.get(quadrant)
        change = report.line(ID, "risk.matrix", quadrant)["clients"] if before else None
        if row is None or not row["clients"]:
            return {"empty": True, "clients": numbers.plain(0), "change": report.tinted(
                numbers.plain(change, sign=True), change, _polarity(quadrant)) if change else ""}  # fmt: skip
        return {
            "empty": False, "clients": numbers.plain(row["clients"]),
            "change": "" if change is None else report.tinted(
                numbers.plain(change, sign=True) if change else "±0", change, _polarity(quadrant)),
            "revenue": numbers.scaled(row["revenue"], scale), "width": report.width((row["revenue"] or 0) / full),
            "at_risk": numbers.money(row["at_risk"]) if row["at_risk"] is not None else report.na,
        }  # fmt: skip

    return {"unit": numbers.money_head(scale), "before": before,
            "rows": [[cell(quadrant) for quadrant in line] for line in QUADRANTS]}  # fmt: skip


def _polarity(quadrant: str) -> int:
    """More risky clients are worse; more safe ones are better."""
    return -1 if quadrant.endswith("risky") else 1


def _verdict(report: Report) -> Markup:
    """The verdict with its advice; without one the reason, where most clients are, and the direction."""
    parts = []
    if report.figure("risk.verdict") is not None:
        if _word(report, "risk.verdict"):
            parts.append(Markup("<b>{}.</b>").format(report.v("risk.verdict")))
            if _word(report, "risk.advice"):
                parts.append(Markup("{}.").format(report.v("risk.advice")))
        else:
            parts.append(report.say("No verdict: %(reason)s.", reason=report.reason("risk.verdict")))
            if _word(report, "risk.main_quadrant"):
                parts.append(report.say("Most clients: %(quadrant)s.", quadrant=_within(report, "risk.main_quadrant")))
    if _word(report, "risk.direction") and not report.seasons_differ:
        parts.append(report.say("Since %(months)s before: %(direction)s.", months=report.wording.months,
                                direction=_within(report, "risk.direction")))  # fmt: skip
    if report.number("risk.weighted_risk") is not None:
        change = report.change("risk.weighted_risk")
        told = report.say(" (%(change)s on a year before)", change=change) if change else ""
        parts.append(report.say("Weighted risk: %(share)s%(change)s.", share=report.v("risk.weighted_risk"),
                                change=told))  # fmt: skip
    return Markup(" ").join(parts)


def _word(report: Report, id: str) -> bool:
    figure = report.figure(id)
    return figure is not None and isinstance(figure.value, str)


def _within(report: Report, id: str) -> Markup:
    """A word figure inside a sentence: no capital."""
    entry = report.results.figures[id]
    word = report.wording.word(entry.figure.value)
    report.used.setdefault(id)
    return report.link(entry.source, word[:1].lower() + word[1:])


def _largest(report: Report) -> dict[str, Any]:
    rows, total = report.rows("risk.largest")[:SHOWN_LARGEST], report.number(AT_RISK)
    if not rows or total is None:
        return {}
    amounts = [row["at_risk"] or 0.0 for row in rows]
    rest, numbers = report.line(ID, "risk.largest", "others")["amount"] or 0.0, report.wording.numbers
    scale, full = scale_for([*amounts, rest], total), largest(rows, "at_risk")
    return {
        "unit": numbers.money_head(scale),
        "rows": [{
            "rank": numbers.plain(row["rank"]), "name": name_of(row), "class": class_of(row["abc"]),
            "revenue": numbers.scaled(row["revenue"], scale) if row["revenue"] is not None else report.na,
            "p": chance(report, row["p_next"]), "at_risk": numbers.scaled(row["at_risk"] or 0, scale),
            "width": report.width((row["at_risk"] or 0) / full),
        } for row in rows],
        "rest": numbers.scaled(rest, scale), "all": numbers.scaled(total, scale),
        "interval": _money_interval(report, AT_RISK),
    }  # fmt: skip


def _outlook(report: Report) -> list[dict[str, Any]]:
    rows = []
    for id in OUTLOOK:
        figure = report.figure(id)
        if figure is None or (id == "risk.lifetime_margin" and figure.value is None):
            continue  # where there is no lifetime value or no margin, the row above says enough
        known = figure.value is not None
        rows.append({
            "name": report.wording.name(id), "value": report.v(id, sentence=True) if known else report.na,
            "change": report.change(id), "reason": "" if known else report.reason(id),
            "interval": _money_interval(report, id),
        })  # fmt: skip
    return rows


def _money_interval(report: Report, id: str) -> str:
    """The 95 % interval of money, each end with its currency; empty where there is none."""
    figure, numbers = report.figure(id), report.wording.numbers
    if figure is None or figure.interval is None:
        return ""
    low, high = figure.interval
    return numbers.span(numbers.money(low), numbers.money(high))


def _ageing(report: Report) -> dict[str, Any]:
    found = {row["bucket"]: row for row in report.rows("risk.receivables_ageing")}
    rows = [found[bucket] for bucket in BUCKETS if bucket in found]
    if not rows or report.number("risk.receivables") is None:
        return {}
    numbers, owed = report.wording.numbers, [row for row in rows if row["bucket"] != "credit_notes"]
    scale, full = scale_for([row["amount"] for row in owed], report.number("risk.receivables")), largest(owed, "amount")
    return {
        "unit": numbers.money_head(scale),
        "rows": [{
            "name": report.wording.word(row["bucket"]), "clients": numbers.plain(row["clients"]),
            "amount": numbers.scaled(row["amount"] or 0, scale), "apart": row["bucket"] == "credit_notes",
            "share": numbers.percent(row["share"], mark=False) if row["share"] is not None else "",
            "width": report.width(max(row["amount"] or 0, 0) / full),
        } for row in rows],
        "all": report.v("risk.receivables", scale=scale),
        "also": [(report.wording.name(id), report.v(id)) for id in OWED if report.number(id) is not None],
    }  # fmt: skip


def _contracts(report: Report) -> dict[str, Any]:
    """The contracts that end soonest, the rest in one line."""
    rows, count = report.rows("risk.contracts_ending"), report.number("risk.contracts_ending_clients")
    if not rows or not count:
        return {}
    numbers = report.wording.numbers
    shown, rest = rows[:SHOWN_CONTRACTS], report.line(ID, "risk.contracts_ending", "others")
    scale = scale_for([row["revenue"] for row in rows], report.number("risk.contracts_ending_revenue"))
    return {
        "unit": numbers.money_head(scale), "all": report.v("risk.contracts_ending_revenue", scale=scale),
        "clients": report.v("risk.contracts_ending_clients"),
        "rows": [{
            "name": name_of(row), "ends": day(report, row["contract_end"]), "p": chance(report, row["p_next"]),
            "revenue": numbers.scaled(row["revenue"] or 0, scale),
        } for row in shown],
        "rest": {"n": numbers.plain(rest["rows"]), "revenue": numbers.scaled(rest["amount"], scale)}
        if rest["rows"] else None,
    }  # fmt: skip
