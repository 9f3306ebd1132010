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
from portfolio_review.rendering.pages.cells import chance, class_of, name_of, worth
from portfolio_review.rendering.pages.view import View, between_windows_line, missing
from portfolio_review.rendering.reasons import SHOWN_ABOUT, in_words
from portfolio_review.rendering.report import Report, Row, largest

ID = "actions"
TABLES = {
    "return": "actions.return", "retain": "actions.retain", "thread": "actions.retain.thread",
    "develop": "actions.develop", "reward": "actions.reward",
}  # fmt: skip
"""The lists, in order, with the id of their table."""
LISTS = ("return", "retain", "develop", "reward")
"""The rules that have lists."""
MONEY = {"return": ("lost", "expected_back"), "retain": ("value", "at_stake")}
"""The columns of money of a list, the last the one it is about; one alone, at_stake, of the others."""
HELD_OUT = 5
"""So many of those held out stand by name under a list."""
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
    if all(report.number(f"{id}.clients") is None for id in TABLES.values()):
        return missing(report, ID, title, *(f"{id}.clients" for id in TABLES.values()), "bridge.churn")
    scale, revenue = _scale(report), _revenue_scale(report)
    lists = [_list(report, name, scale) for name in TABLES]
    lengths = [max(1, len(made["rows"])) for made in lists]
    return View(
        id=ID, title=title, message=found.message(report, ID) or _message(report), line=between_windows_line(report),
        data={
            "lists": [lists[:2], lists[2:4]], "last": lists[4],
            "stages": _stages(report, revenue), "followed": _followed(report), "contacts": _contacts(report),
            "managers": _managers(report, revenue), "unprofitable": _unprofitable(report),
            "rounded": not all(add_up(*parts, scale) for name in TABLES for parts in _parts(report, name)),
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


def _sums(name: str) -> dict[str, str]:
    """The figure that sums each column of money of a list; the one it is about comes last."""
    if name == "return":
        return {"lost": "actions.return.at_stake", "expected_back": "actions.return.expected_back"}
    return {"at_stake": f"{TABLES[name]}.at_stake"}


def _rest(report: Report, name: str, column: str) -> float:
    """The rest of the list below the rows shown, in a column of money."""
    object_ = "actions.return.expected_back" if column == "expected_back" else TABLES[name]
    return report.line(ID, object_, "others")["amount"] or 0.0


def _parts(report: Report, name: str) -> list[tuple[list[Value], Value]]:
    """Of each column that is summed the rows shown and the rest of the list, and their sum."""
    rows = report.rows(TABLES[name])[:ROWS]
    return [
        ([*(row[column] or 0.0 for row in rows), _rest(report, name, column)], report.number(id) or 0.0)
        for column, id in _sums(name).items()
    ]


def _scale(report: Report) -> Scale:
    """The scale of money at stake, the same for all lists."""
    return shared_scale([*parts, total] for name in TABLES for parts, total in _parts(report, name))


def _revenue_scale(report: Report) -> Scale:
    """The scale of revenue, the same for stages and managers."""
    stages = [row["revenue"] or 0.0 for row in report.rows("lifecycle.stage_abc")]
    return scale_for([*stages, *(row["revenue"] for row in report.rows("actions.managers"))], sum(stages))


def _list(report: Report, name: str, scale: Scale) -> dict[str, Any]:
    """One list: the first rows, the rest of it, what the capacity cut, and who is left out for other reasons."""
    of, numbers = TABLES[name], report.wording.numbers
    shown = report.rows(of)[:ROWS]
    columns, sums = MONEY.get(name, ("at_stake",)), _sums(name)
    more = report.line(ID, of, "others")["clients"] or 0
    for part in ("clients", "listed", "cut"):
        report.used.setdefault(f"{of}.{part}")
    known = report.number(f"{of}.clients") is not None

    def money(ids: dict[str, str | None]) -> list[Markup | str]:
        return ["" if (id := ids.get(column)) is None else _at_least(report, id, scale) for column in columns]

    cut = {column: _cut_id(name, column) for column in sums}
    return {
        "rule": name, "title": _title(report, name, scale), "who": _who(report, name), "known": known,
        "anyway": _anyway(report, name), "source": report.source_link(of), "heads": _heads(report, name),
        "chance": name in ("return", "retain", "thread"), "bars": len(columns) == 1,
        "rows": [_row(report, row, name, scale, largest(shown, columns[-1])) for row in shown],
        "more": {"n": numbers.plain(more),
                 "money": [numbers.scaled(_rest(report, name, column), scale) if column in sums else ""
                           for column in columns]} if more > 0 else None,
        "listed": numbers.plain(report.number(f"{of}.listed") or 0), "sums": money(dict(sums)),
        "cut": {"n": numbers.plain(report.number(f"{of}.cut") or 0), "money": money(dict(cut))}
        if report.number(f"{of}.cut") else None,
        "left_out": _left_out(report, name), "reason": "" if known else report.reason(f"{of}.clients"),
    }  # fmt: skip


def _cut_id(name: str, column: str) -> str:
    return "actions.return.expected_back_cut" if column == "expected_back" else f"{TABLES[name]}.at_stake_cut"


def _title(report: Report, name: str, scale: Scale) -> Markup:
    """The list, its clients, and in what its money is."""
    margin = (figure := report.figure("data.value")) is not None and figure.value == "margin"
    values = {
        "name": report.wording.word(name), "unit": report.wording.numbers.money_head(scale),
        "clients": report.count_of("%(n)s client", "%(n)s clients", int(report.number(f"{TABLES[name]}.clients") or 0)),
    }  # fmt: skip
    if margin:
        return report.say("%(name)s: %(clients)s, margin in %(unit)s", **values)
    return report.say("%(name)s: %(clients)s, revenue in %(unit)s", **values)


def _heads(report: Report, name: str) -> list[str]:
    text = report.wording.language.text
    match name:
        case "return":
            return [text("Lost a year"), text("Expected back")]
        case "retain":
            return [text("Value of 12 months"), text("In danger")]
        case "thread":
            return [text("Rests on it")]
        case "develop":
            return [text("Could buy")]
        case _:
            return [text("To keep")]


def _left_out(report: Report, name: str) -> Markup:
    """Who is under the rule and neither on its list nor cut by the capacity."""
    of, parts = TABLES[name], []
    if name == "return" and report.number("actions.return.recent_cut"):
        parts.append(report.say(
            "not listed though of class A and lapsed within 6 months: %(n)s with %(money)s a year",
            n=report.v("actions.return.recent_cut"), money=report.v("actions.return.recent_cut_lost", sentence=True),
        ))  # fmt: skip
    if report.number(f"{of}.light"):
        parts.append(report.say("too small to list: %(n)s", n=report.v(f"{of}.light")))
    since = f"{of}.bought_since"
    if since in CATALOG and report.number(since):
        parts.append(
            report.say(
                "bought after %(month)s, where the window ends, so left out: %(n)s",
                month=report.window_end,
                n=report.v(since),
            )
        )
    if report.number(f"{of}.held_out"):
        names = [name_of(row) for row in report.rows("actions.held_out") if row["list"] == name]
        parts.append(report.say("held out, not to be contacted: %(n)s (%(names)s)", n=report.v(f"{of}.held_out"),
                                names=", ".join([*names[:HELD_OUT],
                                *(["…"] if len(names) > HELD_OUT else [])])))  # fmt: skip
    uplift = report.figure(f"{of}.uplift")
    if uplift is not None and uplift.value is not None:
        parts.append(report.say("%(horizon)s after calling %(money)s more a client than of those held out "
           "(%(interval)s)",
                                horizon=horizon(report), money=report.v(f"{of}.uplift", sentence=True),
                                interval=report.interval(f"{of}.uplift")))  # fmt: skip
    return Markup("; ").join(parts)


def _at_least(report: Report, id: str, scale: Scale) -> Markup | str:
    """Money in the scale of the lists; `<0.1` where it is some, but rounds to nothing."""
    printed, least = report.v(id, scale=scale), Decimal(1).scaleb(-scale.decimals)
    if report.number(id) and round_half_up((report.number(id) or 0) / scale.factor, scale.decimals) < least:
        return f"<{report.wording.numbers.plain(least, scale.decimals)}"
    return printed


def _row(report: Report, row: Row, name: str, scale: Scale, full: float) -> dict[str, Any]:
    columns, numbers = MONEY.get(name, ("at_stake",)), report.wording.numbers
    money = row[columns[-1]]
    return {
        "name": name_of(row), "class": class_of(row["abc"], row["xyz"]),
        "reason": in_words(row, report.wording, shown_about=SHOWN_ABOUT),
        "chance": _chance(report, row),
        "money": [report.na if row[column] is None else numbers.scaled(row[column], scale) for column in columns],
        "width": report.width((money or 0) / full) if money else "", "owner": row["owner"] or "",
    }  # fmt: skip


def _chance(report: Report, row: Row) -> str:
    """Under return the observed share of those that came back, under retain the chance of a purchase."""
    if "chance_back" not in row:
        return chance(report, row["p_next"]) if "p_next" in row else ""
    share = row["chance_back"]
    return report.na if share is None else report.wording.numbers.percent(share, 0, mark=False)


def _who(report: Report, name: str) -> Markup:
    match name:
        case "return":
            return report.say(
                "Lapsed. Lost: value of the last active 12 months. Expected back: × the share of clients as long "
                "silent "
                "that bought again within 12 months."
            )
        case "retain":
            return report.say(
                "At risk, declining or in early decline. In danger: what goes within 12 months if they fall silent, or "
                "fall once more as they fell."
            )
        case "thread":
            return report.say(
                "Large, not falling, yet threatened, known through one person, not seen in time, with a late plan or "
                "with a contract that ends. Value of 12 months."
            )
        case "develop":
            return report.say(
                "All others. Could buy: what peers buy and they do not, or the fall from their best year."
            )
        case _:
            return report.say("Constant, large, stable or growing. To keep: value of 12 months.")


def _anyway(report: Report, name: str) -> Markup:
    """What came of the same rule before, with nobody's help that we know of: no list is a prophecy."""
    said = [_came_back(report)] if name == "return" else []
    id = {"develop": "actions.develop.took_category"}.get(name, f"{TABLES[name]}.bought_anyway")
    figure = report.figure(id) if id in CATALOG else None
    if figure is not None and figure.value is None:
        said.append(report.say("Who buys anyway is not known: %(reason)s.", reason=report.reason(id)))
    elif figure is not None:
        before = next((row for row in report.rows("actions.bought_anyway") if row["rule"] == name), None)
        values = {
            "rate": report.v(id), "horizon": horizon(report), "interval": report.interval(id, mark=False),
            "n": report.count_of("%(n)s client", "%(n)s clients", int(before["n"])) if before else report.na,
        }  # fmt: skip
        said.append(
            report.say("%(rate)s of those it named %(horizon)s earlier bought the category anyway (%(interval)s; "
               "%(n)s).",
                       **values) if name == "develop" else
            report.say("%(rate)s of those it named %(horizon)s earlier bought anyway (%(interval)s; %(n)s).", **values)
        )  # fmt: skip
    return Markup(" ").join(filter(None, said))


def _came_back(report: Report) -> Markup:
    """Expected back today with its interval, and what the same rule said 12 months ago and how many came."""
    back, then = report.figure("actions.return.expected_back"), report.figure("actions.return.expected_then")
    said = []
    if back is not None and back.value is not None and back.interval is not None:
        ends = [report.wording.numbers.money(end) for end in back.interval]
        said.append(report.say("Expected back %(money)s (%(low)s–%(high)s).", low=ends[0], high=ends[1],
                               money=report.v("actions.return.expected_back", sentence=True)))  # fmt: skip
    if then is not None and then.value is not None and then.interval is not None:
        low, high = (report.wording.numbers.plain(end, 0) for end in then.interval)
        said.append(report.say(
            "12 months ago %(low)s–%(high)s of %(n)s were expected back, %(came)s came.", low=low, high=high,
            n=report.v("actions.return.lapsed_then"), came=report.v("actions.return.came_then"),
        ))  # fmt: skip
        report.used.setdefault("actions.return.expected_then")
    return Markup(" ").join(said)


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
