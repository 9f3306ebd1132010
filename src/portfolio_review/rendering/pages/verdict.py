"""The one sentence of page one: revenue, its change, and whether earlier or new clients made it."""

from __future__ import annotations

from markupsafe import Markup

from portfolio_review.rendering.report import Report

STEADY = 0.02
"""A change of window revenue under 2 % is called steady."""


def verdict(report: Report) -> Markup:
    """One sentence: window revenue, its change, and whether old or new clients made it."""
    if report.seasons_differ:
        return _against_year_before(report)
    now, before = (report.number("headline.revenue", part) for part in ("window", "window_previous"))
    if now is None or before is None or before <= 0:
        return _short_verdict(report)
    change = (now - before) / before
    values = {
        "months": report.wording.months,
        "revenue": report.v("headline.revenue", "window", sentence=True),
        "change": report.wording.numbers.change(now, before),
    }
    if not values["change"]:
        base = report.v("headline.revenue", "window_previous", sentence=True)
        head = report.say(
            "Revenue over %(months)s: %(revenue)s, against %(before)s in the months before", before=base,
            months=values["months"], revenue=values["revenue"],
        )  # fmt: skip
    elif abs(change) < STEADY:
        head = report.say("Revenue over %(months)s held at %(revenue)s (%(change)s)", **values)
    elif change > 0:
        head = report.say("Revenue over %(months)s rose to %(revenue)s (%(change)s)", **values)
    else:
        head = report.say("Revenue over %(months)s fell to %(revenue)s (%(change)s)", **values)
    return head + _who_made_it(report)


def _against_year_before(report: Report) -> Markup:
    """Of a window under a year: against the same months a year earlier, which the bridge does not explain."""
    now, before = (report.number("structure.revenue", part) for part in ("value", "previous_year"))
    change = report.wording.numbers.change(now, before) if now is not None and before is not None else ""
    if not change:
        return _short_verdict(report)
    return report.say(
        "Revenue over %(months)s is %(revenue)s, %(change)s on the same months a year before",
        months=report.wording.months, revenue=report.v("structure.revenue", sentence=True), change=change,
    )  # fmt: skip


def _who_made_it(report: Report) -> Markup:
    known = [report.number(f"bridge.{step}") for step in ("churn", "gone_quiet", "contraction", "expansion")]
    fresh = [report.number(f"bridge.{step}") for step in ("new", "returned")]
    if any(value is None for value in known) or fresh[0] is None:
        return Markup("")
    old, new = (report.line("movement", "bridge.steps", name)["amount_change"] or 0.0 for name in ("existing", "fresh"))
    money = report.wording.numbers.money
    values = {"old": money(abs(old)), "new": money(new)}
    for step in ("churn", "gone_quiet", "contraction", "expansion", "new", "returned"):
        report.used.setdefault(f"bridge.{step}")
    if not new:
        less = old < 0
        return (
            report.say(": earlier clients brought %(old)s less", old=values["old"])
            if less
            else report.say(": earlier clients brought %(old)s more", old=values["old"])
        )
    if not fresh[1]:  # nobody returned, or a history that starts with W0 does not tell who did
        return (
            report.say(": earlier clients brought %(old)s less, new ones %(new)s", **values)
            if old < 0
            else report.say(": earlier clients brought %(old)s more, new ones %(new)s", **values)
        )
    if old < 0:
        return report.say(": earlier clients brought %(old)s less, new and returned ones %(new)s", **values)
    return report.say(": earlier clients brought %(old)s more, new and returned ones %(new)s", **values)


def _short_verdict(report: Report) -> Markup:
    """Without a full W0: the period against the year before, or alone with the reason."""
    values = {"period": report.days, "revenue": report.v("headline.revenue", sentence=True)}
    clients = report.v("headline.clients")
    before = report.number("headline.revenue", "previous_year")
    if before is not None and not report.has_change("headline.revenue"):
        return report.say(
            "%(period)s: revenue %(revenue)s, against %(before)s a year before, from %(clients)s active clients",
            before=report.v("headline.revenue", "previous_year", sentence=True), clients=clients, **values,
        )  # fmt: skip
    if before is not None:
        change = report.change("headline.revenue")
        return report.say(
            "%(period)s: revenue %(revenue)s, %(change)s on a year before, from %(clients)s active clients",
            change=change, clients=clients, **values,
        )  # fmt: skip
    return report.say(
        "%(period)s: revenue %(revenue)s from %(clients)s active clients; there is no year before to compare with",
        clients=clients, **values,
    )  # fmt: skip
