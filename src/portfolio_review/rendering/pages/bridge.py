"""Page three: the revenue bridge W0 → W1, one row a step beside its bar, with the largest clients."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.exhibits.numbers import Scale, in_percent, scale_for
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.view import View, between_windows_line, missing
from portfolio_review.rendering.report import Report

ID = "bridge"
STEPS = ("churn", "gone_quiet", "contraction", "expansion", "returned", "new", "adjustments")
POLARITY = {"churn": 1, "gone_quiet": 1, "contraction": 1, "expansion": 1, "returned": 1, "new": 1, "adjustments": 0}
"""Adjustments are refunds of clients who bought nothing: neither good nor bad."""
SHOWN_CLIENTS = 5
"""As many as are recorded; their names stand on two lines."""


def bridge_scale(report: Report) -> Scale:
    """The scale in which the printed steps add up to the printed change."""
    amounts = {row["step"]: row["amount"] for row in report.rows("bridge.steps")}
    return scale_for([amounts.get(step) for step in ("start", *STEPS)], amounts.get("end"))


def view(report: Report) -> View:
    """The bridge page."""
    title = report.wording.language.text("What moved revenue")
    steps = {row["step"]: row for row in report.rows("bridge.steps")}
    if not steps or steps["start"]["amount"] is None or steps["end"]["amount"] is None:
        return missing(report, ID, title, "bridge.start", "bridge.churn")
    scale = bridge_scale(report)
    return View(
        id=ID,
        title=title,
        message=found.message(report, ID) or _message(report),
        line=between_windows_line(report),
        data={
            "rows": _rows(report, steps, scale),
            "unit": report.wording.numbers.money_head(scale),
            "exact": _exact(report, steps),
            "unknown_returned": report.unknown_returned,
            "quiet": _quiet(report, steps),
        },
    )


def _message(report: Report) -> Markup:
    amounts = {step: report.number(f"bridge.{step}") or 0.0 for step in ("start", *STEPS, "end")}
    for step in amounts:
        report.used.setdefault(f"bridge.{step}")
    down, up = (report.line("movement", "bridge.steps", name)["amount_change"] or 0.0 for name in ("losses", "gains"))
    money = report.wording.numbers.money
    text = report.say(
        "Losses took %(down)s, gains brought %(up)s: revenue went from %(start)s to %(end)s",
        down=money(-down),
        up=money(up),
        start=money(amounts["start"]),
        end=money(amounts["end"]),
    )
    if report.seasons_differ:
        return text + report.say("; seasons differ")
    change = report.wording.numbers.change(amounts["end"], amounts["start"])
    return text + report.say(" (%(change)s)", change=change) if change else text


def _rows(report: Report, steps: dict[str, Any], scale: Scale) -> list[dict[str, Any]]:
    start = steps["start"]["amount"]
    clients = report.rows("bridge.largest")
    rows = []
    for step in ("start", *STEPS, "end"):
        row = steps.get(step)
        if row is None:
            continue
        amount, total = row["amount"], step in ("start", "end")
        mine = [client for client in clients if client["step"] == step][:SHOWN_CLIENTS]
        unknown = step == "returned" and report.unknown_returned
        known = amount is not None and not unknown
        printed = report.wording.numbers.scaled(amount, scale, sign=not total) if known else report.na
        share, of_bar = (report.line("movement", f"bridge.{id}", step)["share"] for id in ("steps", "largest"))
        rows.append(
            {
                "step": step,
                "name": report.wording.word(step),
                "explained": _explained(report, step),
                "total": total,
                "clients": report.wording.numbers.plain(row["clients"])
                if known and row["clients"] is not None
                else report.na,
                "amount": report.tinted(printed, 0 if total or not known else amount, POLARITY.get(step, 0)),
                "share": report.wording.numbers.percent(share, sign=not total, mark=False)
                if known and share is not None and in_percent(amount if total else start + amount, start)
                else report.na,
                "largest": [_client(report, client, scale, total) for client in mine],
                "of_bar": report.wording.numbers.percent(of_bar, 0, mark=False)
                if known and mine and of_bar is not None
                else "",
            }
        )
    return rows


def _quiet(report: Report, steps: dict[str, Any]) -> Markup:
    """Of those gone quiet, how many had bought less: the bar holds the money of these alone."""
    all_quiet, row = report.number("movement.gone_quiet_clients"), steps.get("gone_quiet")
    if not all_quiet or row is None or row["clients"] is None:
        return Markup("")
    less = report.count_of("%(n)s had bought less", "%(n)s had bought less", row["clients"])
    return report.say("Of %(all)s gone quiet, %(less)s.", all=report.v("movement.gone_quiet_clients"), less=less)


def _client(report: Report, client: Any, scale: Scale, total: bool) -> dict[str, str]:
    fine = scale.decimals + 1 if scale.factor > 1 else scale.decimals
    return {
        "name": str(client["name"] or client["client_id"]),
        "amount": report.wording.numbers.scaled(client["amount"], scale, sign=not total, decimals=fine),
    }


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


def _exact(report: Report, steps: dict[str, Any]) -> str:
    """The bridge as an equation to the cent, which closes whatever the rounding of the table."""
    numbers = report.wording.numbers
    parts = [numbers.plain(steps[step]["amount"], numbers.minor, sign=step != "start") for step in ("start", *STEPS)
             if step in steps and (step == "start" or steps[step]["amount"])]  # fmt: skip
    return f"{' '.join(parts)} = {numbers.plain(steps['end']['amount'], numbers.minor)}"
