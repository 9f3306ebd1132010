"""Page nine: the four lists with money at stake and reason, lifecycle by value, what became of the last lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.lines import SHOWN
from portfolio_review.exhibits.numbers import Scale, Value, add_up, round_half_up, scale_for, shared_scale
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.pages.backtest import horizon
from portfolio_review.rendering.pages.cells import chance, class_of, name_of
from portfolio_review.rendering.pages.view import View, between_windows_line, missing
from portfolio_review.rendering.reasons import SHOWN_ABOUT, in_words
from portfolio_review.rendering.report import Report, Row, largest

ID = "actions"
LISTS = ("return", "retain", "develop", "reward")
TO_ACT = LISTS[:3]
"""Reward puts all revenue of its clients at stake, so it is not weighed against the others."""
ROWS = SHOWN["actions.<rule>"]
STAGES = ("new", "returned", "growing", "stable", "declining", "at_risk", "lapsed")
VALUES = ("A", "B", "C", "none", "inactive")
MANAGERS = SHOWN["actions.managers"]
"""So many managers stand on the page, the rest in one line."""
ONE_PAGE = 8
"""Up to so many rows of clients one above the other, all of it stands on one page."""


def view(report: Report) -> View:
    """The page of actions."""
    title = report.wording.language.text("Actions")
    if all(report.number(f"actions.{rule}.clients") is None for rule in LISTS):
        return missing(report, ID, title, *(f"actions.{rule}.clients" for rule in LISTS), "bridge.churn")
    scale, revenue = _scale(report), _revenue_scale(report)
    lists = [_list(report, rule, scale) for rule in LISTS]
    lengths = [max(1, len(made["rows"])) for made in lists]
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=between_windows_line(report),
        data={
            "lists": [lists[:2], lists[2:]],
            "stages": _stages(report, revenue), "followed": _followed(report), "contacts": _contacts(report),
            "managers": _managers(report, revenue),
            "rounded": not all(add_up(*_parts(report, rule), scale) for rule in LISTS),
            "newpage": max(lengths[:2]) + max(lengths[2:]) > ONE_PAGE,
        },
    )  # fmt: skip


def _message(report: Report) -> Markup:
    """The list with most money at stake among return, retain and develop."""
    stakes = {rule: report.number(f"actions.{rule}.at_stake") or 0.0 for rule in TO_ACT}
    first = max(stakes, key=lambda rule: stakes[rule])
    total = report.line(ID, "actions.to_act", "all")["amount"] or 0.0
    if total <= 0:
        count = int(report.number("actions.reward.listed") or 0)
        if not count:
            return report.say("No client stands on a list")
        return report.say(
            "Nothing is at stake on Return, Retain and Develop; %(clients)s to reward, with %(money)s of revenue",
            clients=report.count_of("%(n)s client", "%(n)s clients", count),
            money=report.v("actions.reward.at_stake", sentence=True),
        )  # fmt: skip
    listed = int(report.number(f"actions.{first}.listed") or 0)
    return report.say(
        "Start with “%(list)s”: %(money)s at stake with %(clients)s, of %(total)s on Return, Retain and Develop",
        list=report.wording.word(first), money=report.v(f"actions.{first}.at_stake", sentence=True),
        clients=report.count_of("%(n)s client", "%(n)s clients", listed), total=report.wording.numbers.money(total),
    )  # fmt: skip


def _parts(report: Report, rule: str) -> tuple[list[Value], Value]:
    """Money at stake of the rows shown and of the rest of the list, and their sum."""
    total = report.number(f"actions.{rule}.at_stake") or 0.0
    stakes = [row["at_stake"] or 0.0 for row in report.rows(f"actions.{rule}")[:ROWS]]
    return [*stakes, report.line(ID, f"actions.{rule}", "others")["amount"] or 0.0], total


def _scale(report: Report) -> Scale:
    """The scale of money at stake, the same for the four lists."""
    return shared_scale([*parts, total] for parts, total in (_parts(report, rule) for rule in LISTS))


def _revenue_scale(report: Report) -> Scale:
    """The scale of revenue, the same for stages and managers."""
    stages = [row["revenue"] or 0.0 for row in report.rows("lifecycle.stage_abc")]
    return scale_for([*stages, *(row["revenue"] for row in report.rows("actions.managers"))], sum(stages))


def _list(report: Report, rule: str, scale: Scale) -> dict[str, Any]:
    """One list: the first rows, the rest of it, and what the capacity cut."""
    of, numbers = f"actions.{rule}", report.wording.numbers
    shown = report.rows(of)[:ROWS]
    rest, full = _parts(report, rule)[0][-1], largest(shown, "at_stake")
    listed = int(report.number(f"{of}.listed") or 0)
    cut, more = int(report.number(f"{of}.cut") or 0), report.line(ID, of, "others")["clients"] or 0
    for part in ("listed", "cut"):
        report.used.setdefault(f"{of}.{part}")
    return {
        "rule": rule, "name": report.wording.word(rule), "unit": numbers.money_head(scale),
        "clients": report.v(f"{of}.clients"), "who": _who(report, rule), "anyway": _anyway(report, rule),
        "p": rule in ("return", "retain"), "source": report.source_link(of),
        "rows": [_row(report, row, scale, full) for row in shown],
        "more": {"n": numbers.plain(more), "at_stake": numbers.scaled(rest, scale)} if more > 0 else None,
        "listed": numbers.plain(listed), "at_stake": report.v(f"{of}.at_stake", scale=scale),
        "cut": _left_out(report, of, cut, scale),
    }  # fmt: skip


def _left_out(report: Report, of: str, cut: int, scale: Scale) -> Markup:
    """Who is under the rule and not on its list."""
    parts = []
    if cut:
        money = _at_least(report, f"{of}.at_stake_cut", scale)
        parts.append(report.say("cut by capacity: %(n)s with %(money)s", n=report.v(f"{of}.cut"), money=money))
    since = f"{of}.bought_since"
    if since in CATALOG and report.number(since):
        parts.append(
            report.say(
                "bought after %(month)s, where the window ends, so left out: %(n)s",
                month=report.window_end,
                n=report.v(since),
            )
        )
    return Markup("; ").join(parts)


def _at_least(report: Report, id: str, scale: Scale) -> Markup | str:
    """Money in the scale of the lists; `<0.1` where it is some, but rounds to nothing."""
    printed, least = report.v(id, scale=scale), Decimal(1).scaleb(-scale.decimals)
    if report.number(id) and round_half_up((report.number(id) or 0) / scale.factor, scale.decimals) < least:
        return f"<{report.wording.numbers.plain(least, scale.decimals)}"
    return printed


def _row(report: Report, row: Row, scale: Scale, full: float) -> dict[str, Any]:
    stake = row["at_stake"]
    return {
        "name": name_of(row), "class": class_of(row["abc"], row["xyz"]),
        "reason": in_words(row, report.wording, shown_about=SHOWN_ABOUT),
        "p": chance(report, row["p_next"]) if "p_next" in row else "",
        "at_stake": report.wording.numbers.scaled(stake, scale) if stake is not None else report.na,
        "width": report.width((stake or 0) / full) if stake else "", "owner": row["owner"] or "",
    }  # fmt: skip


def _who(report: Report, rule: str) -> Markup:
    months = report.wording.months
    match rule:
        case "return":
            return report.say("Lapsed. At stake: the last active %(months)s × chance of a purchase.", months=months)
        case "retain":
            return report.say("Overdue or buying less. At stake: revenue at risk over the next %(horizon)s.",
                              horizon=horizon(report))  # fmt: skip
        case "develop":
            return report.say("All others. At stake: what peers buy and they do not, or the fall from their best.")
        case _:
            return report.say("Constant, large, stable or growing. At stake: all revenue of the last %(months)s.",
                              months=months)  # fmt: skip


def _anyway(report: Report, rule: str) -> Markup:
    """How many bought with nobody's help that we know of: no list is a prophecy."""
    id = f"actions.{rule}.bought_anyway"
    figure = report.figure(id)
    if figure is None:
        return Markup("")
    if figure.value is None:
        return report.say("Who buys anyway is not known: %(reason)s.", reason=report.reason(id))
    before = next((row for row in report.rows("actions.bought_anyway") if row["rule"] == rule), None)
    return report.say(
        "%(rate)s of those it named %(horizon)s earlier bought anyway (%(interval)s; %(n)s).",
        rate=report.v(id), horizon=horizon(report), interval=report.interval(id, mark=False),
        n=report.count_of("%(n)s client", "%(n)s clients", int(before["n"])) if before else report.na,
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
            money=report.v("actions.underserved_at_stake", sentence=True),
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
