"""Page ten: the lists, lifecycle by value, what became of the last lists, contacts and managers."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.numbers import Scale, add_up, scale_for
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.action_lists import TABLES, made_list, parts, scale_of
from portfolio_review.rendering.pages.cells import worth
from portfolio_review.rendering.pages.view import View, between_windows_line, missing
from portfolio_review.rendering.report import Report, Row

ID = "actions"
LISTS = ("return", "retain", "develop", "reward")
"""The rules that have lists."""
STAGES = ("new", "returned", "growing", "stable", "declining", "at_risk", "lapsed")
VALUES = ("A", "B", "C", "none", "inactive")
MANAGERS = SHOWN["actions.managers"]
"""So many managers stand on the page, the rest in one line."""
ONE_PAGE = 8
"""Up to so many rows of clients one above the other, all of it stands on one page."""


def view(report: Report) -> View:
    """The page of actions."""
    title = report.wording.language.text("Actions")
    if all(report.number(f"{id}.clients") is None for id in TABLES.values()):
        return missing(report, ID, title, *(f"{id}.clients" for id in TABLES.values()), "bridge.churn")
    scale, revenue = scale_of(report), _revenue_scale(report)
    lists = [made_list(report, name, scale) for name in TABLES]
    lengths = [max(1, len(made["rows"])) for made in lists]
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=between_windows_line(report),
        data={
            "lists": [lists[:2], lists[2:4]], "last": lists[4],
            "stages": _stages(report, revenue), "no_stages": _no_stages(report), "followed": _followed(report),
            "contacts": _contacts(report),
            "managers": _managers(report, revenue), "unprofitable": _unprofitable(report),
            "rounded": not all(add_up(*each, scale) for name in TABLES for each in parts(report, name)),
            "newpage": max(lengths[:2]) + max(lengths[2:4]) > ONE_PAGE,
        },
    )  # fmt: skip


def _message(report: Report) -> Markup:
    """What is lost and may come back, and what is in danger: two meanings of money, never one sum."""
    lost, danger = (report.number(f"actions.{name}.at_stake") or 0.0 for name in ("return", "retain"))
    back = report.number("actions.return.expected_back")
    if lost > 0 and back is not None and danger > 0:
        return report.say(
            "%(lost)s a year lost on “Return”, %(back)s of it expected back; %(danger)s in danger on “Retain”",
            lost=Markup(worth(report, report.v("actions.return.at_stake", sentence=True))),
            back=report.v("actions.return.expected_back", sentence=True),
            danger=Markup(worth(report, report.v("actions.retain.at_stake", sentence=True))),
        )  # fmt: skip
    if danger > 0:
        return report.say("%(danger)s in danger on “Retain”: %(clients)s to call",
                          danger=Markup(worth(report, report.v("actions.retain.at_stake", sentence=True))),
                          clients=_clients(report, "actions.retain.listed"))  # fmt: skip
    if lost > 0:
        return report.say("%(lost)s a year lost on “Return”: %(clients)s to win back",
                          lost=Markup(worth(report, report.v("actions.return.at_stake", sentence=True))),
                          clients=_clients(report, "actions.return.listed"))  # fmt: skip
    if report.number("actions.reward.listed"):
        return report.say("Nobody to return or to retain; %(clients)s to reward, with %(money)s to keep",
                          clients=_clients(report, "actions.reward.listed"),
                          money=Markup(worth(report, report.v("actions.reward.at_stake", sentence=True))))  # fmt: skip
    return report.say("No client stands on a list")


def _clients(report: Report, id: str) -> Markup:
    report.used.setdefault(id)
    return report.count_of("%(n)s client", "%(n)s clients", int(report.number(id) or 0))


def _revenue_scale(report: Report) -> Scale:
    """The scale of revenue, the same for stages and managers."""
    stages = [row["revenue"] or 0.0 for row in report.rows("lifecycle.stage_abc")]
    return scale_for([*stages, *(row["revenue"] for row in report.rows("actions.managers"))], sum(stages))


def _unprofitable(report: Report) -> Markup:
    """`unprofitable: 12 clients, £x revenue, −£y margin`; nothing where there is none."""
    count = report.number("actions.unprofitable.clients")
    if not count:
        return Markup("")
    return report.say(
        "Unprofitable, on no list: %(clients)s, %(revenue)s revenue, %(margin)s margin.",
        clients=_clients(report, "actions.unprofitable.clients"),
        revenue=report.v("actions.unprofitable.revenue", sentence=True),
        margin=report.v("actions.unprofitable.margin", sentence=True),
    )  # fmt: skip


def _stages(report: Report, scale: Scale) -> dict[str, Any]:
    """Lifecycle × value: clients, with their revenue under them."""
    cells = {(row["stage"], row["abc"]): row for row in report.rows("lifecycle.stage_abc")}
    if not cells:
        return {}
    numbers, untold = report.wording.numbers, {"clients": report.na, "empty": True, "revenue": ""}
    stages = [stage for stage in STAGES if any(key[0] == stage for key in cells)]
    sums = {value: report.line("retention", "lifecycle.stage_abc", f"abc:{value}") for value in VALUES}
    values = [value for value in VALUES if value in VALUES[:3] or sums[value]["clients"]]

    def pair(clients: float, revenue: float) -> dict[str, Any]:
        return {"clients": numbers.plain(clients), "empty": not clients,
                "revenue": numbers.scaled(revenue, scale) if clients else ""}  # fmt: skip

    def unknown(stage: str) -> bool:
        return stage == "returned" and report.unknown_returned

    def cell(stage: str, value: str) -> dict[str, Any]:
        if unknown(stage):
            return untold
        row = cells.get((stage, value))
        return pair(row["clients"], row["revenue"] or 0.0) if row else pair(0, 0)

    def whole(stage: str) -> dict[str, Any]:
        line = report.line("retention", "lifecycle.stage_abc", f"stage:{stage}")
        return untold if unknown(stage) else summed(line)

    def summed(line: Row) -> dict[str, Any]:
        return pair(line["clients"] or 0, line["amount"] or 0.0)

    return {
        "unit": numbers.money_head(scale), "columns": [_value(report, value) for value in values],
        "rows": [{
            "name": report.wording.word(stage), "cells": [cell(stage, value) for value in values],
            "all": whole(stage),
        } for stage in stages],
        "sums": [summed(sums[value]) for value in values],
        "all": summed(report.line("retention", "lifecycle.stage_abc", "all")),
    }  # fmt: skip


def _no_stages(report: Report) -> str:
    """Why nothing is told of lifecycle by value: the history, where reward is not known for it either."""
    if report.number("actions.reward.clients") is None:
        return str(report.reason("actions.reward.clients"))
    return report.wording.language.text("no notebook of this review computed it")


def _value(report: Report, value: str) -> str:
    return report.wording.language.text("none") if value == "none" else report.wording.word(value)


def _followed(report: Report) -> dict[str, Any]:
    """The lists of the earlier review: listed beside cut, or why there is nothing to tell."""
    found = {(row["rule"], row["group"]): row for row in report.rows("actions.follow_through")}
    if not found:
        return {"rows": [], "reason": report.reason("actions.return.followed")}
    for rule in LISTS:
        report.used.setdefault(f"actions.{rule}.followed")
    scale, numbers = scale_for([row["revenue"] for row in found.values()]), report.wording.numbers

    def group(rule: str, name: str) -> dict[str, str]:
        row = found.get((rule, name))
        if row is None or not row["n"]:
            return {"n": numbers.plain(0), "kept": "", "rate": "", "interval": "", "revenue": ""}
        known = row["rate"] is not None
        return {
            "n": numbers.plain(row["n"]), "kept": numbers.plain(row["kept"]) if row["kept"] is not None else "",
            "rate": numbers.percent(row["rate"], 0, mark=False) if known else report.na,
            "interval": numbers.span(numbers.percent(row["low"], 0, mark=False),
                                     numbers.percent(row["high"], 0, mark=False))
            if known and row["low"] is not None else "",
            "revenue": numbers.scaled(row["revenue"], scale) if row["revenue"] is not None else "",
        }  # fmt: skip

    rows = [
        {"name": report.wording.word(rule), "listed": group(rule, "listed"), "cut": group(rule, "cut")}
        for rule in LISTS
    ]
    return {"rows": rows, "reason": "", "unit": numbers.money_head(scale)}


def _contacts(report: Report) -> Markup:
    """Clients past their cadence, and those with a gap to fill whom nobody talks to."""
    overdue = report.figure("actions.contacts_overdue")
    if overdue is None:
        return Markup("")
    if overdue.value is None:
        return report.say("Not shown: %(reason)s.", reason=report.reason("actions.contacts_overdue"))
    count = int(report.number("actions.contacts_overdue") or 0)
    report.used.setdefault("actions.contacts_overdue")
    text = report.count_of("%(n)s active client is past its contact cadence.",
                           "%(n)s active clients are past their contact cadence.", count)  # fmt: skip
    under = report.number("actions.underserved")
    if under:
        report.used.setdefault("actions.underserved")
        text += " " + report.say(
            "Underserved, with a gap to develop and no contact in time: %(clients)s with %(money)s.",
            clients=report.count_of("%(n)s client", "%(n)s clients", int(under)),
            money=Markup(worth(report, report.v("actions.underserved_at_stake", sentence=True))),
        )  # fmt: skip
    return text


def _managers(report: Report, scale: Scale) -> dict[str, Any]:
    """Each manager's clients: plan, retention, money at risk; columns of what is not known are left out."""
    rows = report.rows("actions.managers")
    if not rows:
        return {}
    numbers = report.wording.numbers
    shown, rest = rows[:MANAGERS], report.line(ID, "actions.managers", "others")

    def percent(value: Any, places: int = 0) -> str:
        return report.na if value is None else numbers.percent(value, places, mark=False)

    return {
        "unit": numbers.money_head(scale),
        "plans": any(row["target"] is not None for row in rows),
        "contacts": any(row["contacts_overdue"] is not None for row in rows),
        "rows": [{
            "name": row["manager"] or report.wording.language.text("No manager"),
            "clients": numbers.plain(row["clients"]),
            "revenue": numbers.scaled(row["revenue"], scale), "attainment": percent(row["attainment"]),
            "rate": percent(row["rate"]), "n": numbers.plain(row["base"]),
            "interval": "" if row["low"] is None else numbers.span(percent(row["low"]), percent(row["high"])),
            "at_risk": report.na if row["at_risk"] is None else numbers.scaled(row["at_risk"], scale),
            "contacts": report.na if row["contacts_overdue"] is None else numbers.plain(int(row["contacts_overdue"])),
        } for row in shown],
        "rest": {"n": numbers.plain(rest["rows"]), "clients": numbers.plain(rest["clients"]),
                 "revenue": numbers.scaled(rest["amount"], scale)} if rest["rows"] else None,
    }  # fmt: skip
