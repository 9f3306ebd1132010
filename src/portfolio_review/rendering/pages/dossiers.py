"""After page eight: a dossier a page for each strategic client; between quarters what changed and what is overdue."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.rendering.pages.cells import day, name_of, proposed
from portfolio_review.rendering.pages.dossier import dossier
from portfolio_review.rendering.pages.dossier_plan import progress
from portfolio_review.rendering.pages.view import View, between_windows_line
from portfolio_review.rendering.report import Report, Row
from portfolio_review.results.contract import Results

ID = "dossiers"
MONEY_ITEMS = ("overdue_receivables",)
LESS_IS_BETTER = ("overdue_receivables", "overdue_actions", "rank")
SHOWN_ACTIONS = 24


def has_something_to_say(results: Results) -> bool:
    """Whether strategic clients buy here and, between the full dossiers, anything is planned or has changed."""

    def known(name: str) -> bool:
        table = results.tables.get(f"strategic.{name}")
        return bool(table and table.rows)

    edition = results.figures.get("strategic.edition")
    if edition is not None and edition.figure.value == "changes":
        return known("dossiers") and any(known(name) for name in ("plans", "agreements", "changes"))
    return known("dossiers")


def view(report: Report) -> View:
    """All dossiers in full, or one page of changes and overdue actions."""
    title = report.wording.language.text("Client dossiers")
    report.used.setdefault("strategic.edition")
    edition = report.figure("strategic.edition")
    rows = report.rows("strategic.dossiers")
    if edition is not None and edition.value == "changes":
        overdue, changes = _overdue(report, rows), _changes(report)
        return View(
            id=ID, title=title, message=_message(report, rows), line=between_windows_line(report),
            data={"full": False, "overdue": overdue, "changes": changes, "plans": _plans(report, rows),
                  "earlier": bool(report.rows("actions.follow_through"))},
        )  # fmt: skip
    made = [dossier(report, row) for row in rows]
    return View(id=ID, title=title, message=Markup("{}").format(title), line=between_windows_line(report),
                data={"full": True, "dossiers": made})  # fmt: skip


def _message(report: Report, rows: list[Row]) -> Markup:
    """How many promises are late, in the months between the full dossiers."""
    clients = (
        report.count_of("%(n)s client proposed as strategic", "%(n)s clients proposed as strategic", len(rows))
        if proposed(report)
        else report.count_of("%(n)s strategic client", "%(n)s strategic clients", len(rows))
    )
    late = [row for row in report.rows("strategic.plans") if row["status"] == "overdue" and row["client_id"]]
    mine = [row for row in late if row["client_id"] in {row["client_id"] for row in rows}]
    if not mine:
        return report.say("%(clients)s: no action is overdue", clients=clients)
    days = max(int(row["days_overdue"] or 0) for row in mine)
    return report.say(
        "%(clients)s: %(actions)s, the oldest by %(days)s", clients=clients,
        actions=report.count_of("%(n)s action is overdue", "%(n)s actions are overdue", len(mine)),
        days=report.count_of("%(n)s day", "%(n)s days", days),
    )  # fmt: skip


def _overdue(report: Report, rows: list[Row]) -> dict[str, Any]:
    """The overdue actions of the strategic clients, the oldest first."""
    accounts = {row["client_id"] for row in rows}
    late = [
        row for row in report.rows("strategic.plans") if row["status"] == "overdue" and row["client_id"] in accounts
    ]
    shown = late[:SHOWN_ACTIONS]
    return {
        "rows": [{
            "name": name_of(row), "action": row["action"] or "", "owner": row["owner"] or "",
            "due": day(report, row["due"]),
            "days": report.count_of("overdue by %(n)s day", "overdue by %(n)s days", int(row["days_overdue"] or 0)),
            "note": row["note"] or "",
        } for row in shown],
        "left": report.wording.numbers.plain(len(late) - len(shown)) if len(late) > len(shown) else "",
        "known": bool(report.rows("strategic.plans")),
    }  # fmt: skip


def _changes(report: Report) -> list[dict[str, Any]]:
    return [{
        "name": name_of(row), "item": report.wording.word(row["item"]),
        "was": _cell(report, row, "was"), "now": _now(report, row),
    } for row in report.rows("strategic.changes")]  # fmt: skip


def _cell(report: Report, row: Row, which: str) -> str:
    number, numbers = row[which], report.wording.numbers
    if number is None:
        return report.wording.word(row[f"{which}_word"]) if row[f"{which}_word"] is not None else report.na
    return numbers.money(number) if row["item"] in MONEY_ITEMS else numbers.plain(number)


def _now(report: Report, row: Row) -> Markup:
    """The new value, in the colour of what it means where it is a number."""
    text = _cell(report, row, "now")
    if row["was"] is None or row["now"] is None:
        return Markup("{}").format(text)
    return report.tinted(text, row["now"] - row["was"], -1 if row["item"] in LESS_IS_BETTER else 1)


def _plans(report: Report, rows: list[Row]) -> list[dict[str, Any]]:
    """One line a client: what is agreed, and how far it is."""
    found = {row["client_id"]: row for row in report.rows("strategic.agreements") if row["client_id"]}
    made = []
    for row in rows:
        plan = found.get(row["client_id"])
        made.append({
            "name": name_of(row), "goal": (plan["goal"] or "") if plan else "",
            "agreed": day(report, plan["agreed_on"]) if plan and plan["agreed_on"] else "",
            "plan": plan is not None,
            **(progress(report, plan) if plan else {"done": "", "overdue": ""}),
        })  # fmt: skip
    return made
