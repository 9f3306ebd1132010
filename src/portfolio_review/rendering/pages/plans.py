"""Development plans: of all strategic clients with what is late, and of one client with its actions."""

from __future__ import annotations

from markupsafe import Markup

from portfolio_review.exhibits.language import N_
from portfolio_review.rendering.pages.cells import day, name_of, proposed
from portfolio_review.rendering.pages.strategic_exposure import bad
from portfolio_review.rendering.pages.view import Text
from portfolio_review.rendering.report import Report, Row
from portfolio_review.rendering.tables import Column, Made, Table, named

SHOWN_ACTIONS = 5
MONEY_ITEMS = ("overdue_receivables",)
TERMS = ((N_("cost"), "cost"), (N_("we gain"), "value_for_us"), (N_("the client gains"), "value_for_client"))
LESS_IS_BETTER = ("overdue_receivables", "overdue_actions", "rank")
GOAL = N_("Goal")
OVERVIEW = Table(id="strategic.plans", css="lists expo", columns=(
    Column(id="name", width=42, head=N_("Client")),
    Column(id="goal", format="said", head=GOAL),
    Column(id="agreed", width=20, format="said", head=N_("Agreed")),
    Column(id="done", width=31, format="said", head=N_("Planned actions")),
    Column(id="late", format="said", below=True),
    Column(id="changed", format="said", below=True),
))  # fmt: skip
ACTIONS = Table(id="strategic.plans", key="", css="dense", columns=(
    Column(id="action", format="plain", head=N_("Action")),
    Column(id="owner", width=45, format="plain", head=N_("Owner")),
    Column(id="due", width=22, format="date", head=N_("Due")),
    Column(id="state", width=38, format="said", head=N_("Status")),
    Column(id="note", width=75, format="plain", head=N_("Note"), optional=True),
))  # fmt: skip


def done(report: Report, plan: Row) -> Markup:
    """How many of a plan's actions are done."""
    plain = report.wording.numbers.plain
    return report.say("%(done)s of %(all)s done", done=plain(plan["actions_done"] or 0),
                      all=plain(plan["actions_all"] or 0))  # fmt: skip


def progress(report: Report, plan: Row) -> Markup:
    """How many are done, and how many are overdue: in words."""
    if not plan["actions_overdue"]:
        return done(report, plan)
    late = report.count_of("%(n)s overdue", "%(n)s overdue", int(plan["actions_overdue"]))
    return Markup("{}, {}").format(done(report, plan), bad(late))


def overview(report: Report) -> Made | Text | None:
    """One line a strategic client: what is agreed, how far it is, what is late, what changed since; None for nobody."""
    accounts = report.rows("strategic.dossiers")
    if not accounts:
        return None
    clients = (
        report.count_of("%(n)s client proposed as strategic", "%(n)s clients proposed as strategic", len(accounts))
        if proposed(report)
        else report.count_of("%(n)s strategic client", "%(n)s strategic clients", len(accounts))
    )
    if not report.rows("strategic.agreements") and not report.rows("strategic.plans"):
        said = report.say("Not shown: no table “%(table)s” given.", table=report.wording.word("plans"))
        return Text(title=report.say("Where the plans stand"), paragraphs=(said,), css="sub")
    return OVERVIEW.made(
        report, [_line(report, row) for row in accounts],
        title=_title(report, clients, {row["client_id"] for row in accounts}),
        sub=_since(report),
    )  # fmt: skip


def _since(report: Report) -> Markup | str:
    """Where no change is shown, why."""
    if report.rows("strategic.changes"):
        return ""
    if report.rows("actions.follow_through"):
        return report.say("Since the earlier review nothing has changed here.")
    return report.say("What changed is not known: there is no earlier review of this unit.")


def _title(report: Report, clients: Markup, accounts: set[str]) -> Markup:
    """How many promises are late."""
    actions = [row for row in report.rows("strategic.plans") if row["client_id"] in accounts]
    late = [row for row in actions if row["status"] == "overdue"]
    if not late:
        return report.say("%(clients)s: no action is overdue", clients=clients)
    return report.say(
        "%(clients)s: %(actions)s, the oldest by %(days)s", clients=clients,
        actions=report.count_of("%(n)s action is overdue", "%(n)s actions are overdue", len(late)),
        days=report.count_of("%(n)s day", "%(n)s days", max(int(row["days_overdue"] or 0) for row in late)),
    )  # fmt: skip


def _line(report: Report, account: Row) -> Row:
    client = account["client_id"]
    plan = next((row for row in report.rows("strategic.agreements") if row["client_id"] == client), None)
    late = [row for row in report.rows("strategic.plans") if row["client_id"] == client and row["status"] == "overdue"]
    changes = [row for row in report.rows("strategic.changes") if row["client_id"] == client]
    line: Row = {"client_id": client, "name": name_of(account), "done": done(report, plan) if plan else ""}
    line["goal"] = named(plan["goal"] or "") if plan else bad(report.say("no plan"))
    line["agreed"] = "" if plan is None else day(report, plan["agreed_on"]) or bad(report.say("not agreed"))
    line["late"] = report.say("Late: %(actions)s.", actions=Markup("; ").join(
        Markup("<bdi>{}</bdi> ({})").format(row["action"], Markup(", ").join(
            Markup("{}").format(part) for part in (row["owner"], day(report, row["due"])) if part))
        for row in late[:SHOWN_ACTIONS])) if late else ""  # fmt: skip
    line["changed"] = report.say("Since the earlier review: %(changes)s.", changes=Markup("; ").join(
        report.say("%(item)s %(was)s → %(now)s", item=_lower(report.wording.word(row["item"])),
                   was=_value(report, row, "was"), now=_now(report, row))
        for row in changes)) if changes else ""  # fmt: skip
    return line


def _lower(word: str) -> str:
    return word if word[:2].isupper() else word[:1].lower() + word[1:]


def _value(report: Report, row: Row, which: str) -> str:
    number, numbers = row[which], report.wording.numbers
    if number is None:
        return report.wording.word(row[f"{which}_word"]) if row[f"{which}_word"] is not None else report.na
    return numbers.money(number) if row["item"] in MONEY_ITEMS else numbers.plain(number)


def _now(report: Report, row: Row) -> Markup:
    """The new value, in the colour of what it means where it is a number."""
    text = _value(report, row, "now")
    if row["was"] is None or row["now"] is None:
        return Markup("{}").format(text)
    return report.tinted(text, row["now"] - row["was"], -1 if row["item"] in LESS_IS_BETTER else 1)


# Of one client ---------------------------------------------------------------------------------


def of_client(report: Report, client: str) -> tuple[Made | Text, ...]:
    """What is agreed with one client and the actions planned."""
    plan = next((row for row in report.rows("strategic.agreements") if row["client_id"] == client), None)
    actions = [row for row in report.rows("strategic.plans") if row["client_id"] == client]
    title = report.say("Development plan")
    if plan is None and not actions:
        said = (
            report.say("None: no goal is agreed with this client, no action is planned.")
            if report.rows("strategic.agreements")
            else report.say("Not shown: no table “%(table)s” given.", table=report.wording.word("plans"))
        )
        return (Text(title=title, paragraphs=(said,), css="sub"),)
    plain = report.wording.numbers.plain
    rows = [row | {"state": _state(report, row)} for row in actions[:SHOWN_ACTIONS]]
    shown = ""
    if len(actions) > len(rows):
        shown = report.say("Actions shown: %(n)s of %(all)s", n=plain(len(rows)), all=plain(len(actions)))
    agreed = (Text(title=title, sub=shown, paragraphs=_agreed(report, plan), css="name"),) if plan else ()
    return (*agreed, ACTIONS.made(report, rows, title="" if plan else title)) if rows else agreed


def _state(report: Report, row: Row) -> Markup | str:
    if row["status"] != "overdue":
        return report.wording.word(row["status"])
    return bad(report.count_of("overdue by %(n)s day", "overdue by %(n)s days", int(row["days_overdue"] or 0)))


def _agreed(report: Report, plan: Row) -> tuple[Markup, ...]:
    """`goal · agreed with … on … · cost: … · we gain: …`, then the client's own goal."""
    money, text = report.wording.numbers.money, report.wording.language.text
    if not plan["agreed_on"]:
        told = text("not agreed with the client")
    elif plan["agreed_with"]:
        told = text("agreed with %(who)s on %(day)s", who=plan["agreed_with"], day=day(report, plan["agreed_on"]))
    else:
        told = text("agreed on %(day)s", day=day(report, plan["agreed_on"]))
    told = told if plan["goal"] else told[:1].upper() + told[1:]
    said = Markup("{}").format(told) if plan["agreed_on"] else bad(told)
    terms = [Markup("{}: <b>{}</b>").format(text(label), money(plan[column])) for label, column in TERMS
             if plan[column] is not None]  # fmt: skip
    parts = [Markup("{}").format(plan["goal"])] if plan["goal"] else []
    parts += [said, *terms, *([bad(text("not both sides gain"))] if plan["both_gain"] is False and terms else [])]
    lines = [Markup(" · ").join(parts)]
    if plan["client_result"]:
        lines.append(report.say("The client's own goal it serves: %(goal)s", goal=plan["client_result"]))
    return tuple(lines)
