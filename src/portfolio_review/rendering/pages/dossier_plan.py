"""The development plan of one client: goal, agreement, what it costs and what each side gets, actions."""

from __future__ import annotations

from typing import Any

from portfolio_review.rendering.pages.cells import day
from portfolio_review.rendering.report import Report, Row

SHOWN_ACTIONS = 5


def plan(report: Report, client: str) -> dict[str, Any]:
    """The plan's lines and actions; `known` says whether any plan is given at all."""
    agreement = next((row for row in report.rows("strategic.agreements") if row["client_id"] == client), None)
    actions = [row for row in report.rows("strategic.plans") if row["client_id"] == client]
    if agreement is None and not actions:
        return {"known": bool(report.rows("strategic.agreements")), "goal": "", "actions": []}
    numbers, text = report.wording.numbers, report.wording.language.text
    shown = actions[:SHOWN_ACTIONS]
    made = {
        "known": True, "goal": "", "agreed": "", "terms": [], "result": "",
        "actions": [_action(report, row) for row in shown],
        "shown": text("Actions shown: %(n)s of %(all)s", n=numbers.plain(len(shown)), all=numbers.plain(len(actions)))
        if len(actions) > len(shown) else "",
    }  # fmt: skip
    if agreement is None:
        return made
    if agreement["agreed_on"]:
        when = day(report, agreement["agreed_on"])
        agreed = text("agreed with %(who)s on %(day)s", who=agreement["agreed_with"], day=when) if (
            agreement["agreed_with"]) else text("agreed on %(day)s", day=when)  # fmt: skip
    else:
        agreed = text("not agreed with the client")
    sums = (
        (text("Cost"), "cost"),
        (text("We gain"), "value_for_us"),
        (text("The client gains"), "value_for_client"),
    )
    terms = [(label, numbers.money(agreement[column])) for label, column in sums if agreement[column] is not None]
    return made | {
        "goal": agreement["goal"] or "", "agreed": agreed, "unagreed": not agreement["agreed_on"],
        "terms": terms, "one_sided": agreement["both_gain"] is False and bool(terms),
        "result": agreement["client_result"] or "",
    }  # fmt: skip


def _action(report: Report, row: Row) -> dict[str, Any]:
    late = row["status"] == "overdue"
    return {
        "action": row["action"] or "", "owner": row["owner"] or "", "due": day(report, row["due"]), "late": late,
        "status": report.count_of("overdue by %(n)s day", "overdue by %(n)s days", int(row["days_overdue"] or 0))
        if late else report.wording.word(row["status"]), "note": row["note"] or "",
    }  # fmt: skip


def progress(report: Report, row: Row) -> dict[str, Any]:
    """How many of a plan's actions are done, and how many are overdue: in words."""
    numbers, text = report.wording.numbers, report.wording.language.text
    return {
        "done": text("%(done)s of %(all)s done", done=numbers.plain(row["actions_done"] or 0),
                     all=numbers.plain(row["actions_all"] or 0)),
        "overdue": report.count_of("%(n)s overdue", "%(n)s overdue", int(row["actions_overdue"]))
        if row["actions_overdue"] else "",
    }  # fmt: skip
