"""What page one asks to decide, and what became of what the last review asked."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_review.rendering.pages.cells import worth
from portfolio_review.rendering.reasons import in_words
from portfolio_review.rendering.report import Report, Row

PLAN = "plan"
TABLES = {
    "return": "actions.return", "retain": "actions.retain", "thread": "actions.retain.thread",
    "develop": "actions.develop",
}  # fmt: skip
ACTIONS, STRATEGIC = "actions", "strategic"
"""The pages of the lists and of plans."""
NBSP = "\u00a0"
LONGEST = 110
"""Characters of a reason."""
LONGEST_BEFORE = 30
"""Characters of what was decided before."""
VERB = {"thread": "retain"}
"""What is done with a client of a list whose name says no verb."""


@dataclass(frozen=True)
class Decision:
    """What to do with which client; who and by when, on which page; or what became of it (`outcome`)."""

    name: str
    what: str
    line: tuple[str, ...]
    outcome: str = ""
    page: str = ""


def decisions(report: Report) -> tuple[Decision, ...]:
    """At most three decisions."""
    return tuple(_decision(report, row) for row in report.rows("actions.decisions"))


def before(report: Report) -> tuple[Decision, ...]:
    """The last review's decisions with their outcome."""
    return tuple(
        Decision(name=_name(report, row), what=_what_before(report, row), line=(), outcome=_outcome(report, row))
        for row in report.rows("actions.decisions_before")
    )


def _decision(report: Report, row: Row) -> Decision:
    text = report.wording.language.text
    day = report.wording.language.date(row["due"])
    late = row["due"] < report.results.review.end  # what is due on the last day is not late on it
    line = (
        row["owner"] or text("no owner yet"),
        text("overdue since %(day)s", day=day) if late else text("due %(day)s", day=day),
        _money(report, row),
    )
    page = STRATEGIC if row["rule"] == PLAN else ACTIONS
    return Decision(name=_name(report, row), what=_with_reason(report, row), line=line, page=page)


def _money(report: Report, row: Row) -> str:
    """The money with its base in words, in the sense of the client's list; margin where value is margin."""
    text, money = report.wording.language.text, worth(report, report.wording.numbers.money(row["at_stake"]))
    match row["rule"]:
        case "return":
            return text("%(money)s lost a year", money=money)
        case "retain":
            return text("%(money)s in danger", money=money)
        case "thread":
            return text("%(money)s a year rests on it", money=money)
        case "develop":
            return text("could buy %(money)s", money=money)
        case _:
            return text("%(money)s a year", money=money)


def _name(report: Report, row: Row) -> str:
    known = row["name"]
    said = str(known) if known else report.wording.language.text("client %(id)s", id=row["client_id"])
    return said[:1].upper() + said[1:] if not known else said


def _with_reason(report: Report, row: Row) -> str:
    """What to do, and for a client of a list why it stands there."""
    # the list first: where clients are many, those of all four rules lie in a file
    tables = () if row["rule"] == PLAN else (TABLES[row["rule"]], "actions.full")
    reasons = (_short(one, report) for id in tables for one in report.rows_of_client(id, row["client_id"]))
    return ": ".join(filter(None, (_what(report, row), next(reasons, ""))))


def _short(row: Row, report: Report) -> str:
    """The reason without its last clauses where it is longer than `LONGEST`, its word where one clause is; never cut
    inside a clause."""
    about = row.get("about")
    # a comma inside a name parts no clauses
    whole = {**row, "about": None if about is None else str(about).replace(", ", f",{NBSP}")}
    clauses = in_words(whole, report.wording).split(", ")
    while len(clauses) > 1 and len(", ".join(clauses)) > LONGEST:
        clauses.pop()
    said = ", ".join(clauses)
    return said if len(said) <= LONGEST else report.wording.word(str(row["reason"]))


def _what(report: Report, row: Row) -> str:
    return str(row["action"]) if row["rule"] == PLAN else report.wording.word(VERB.get(row["rule"], row["rule"]))


def _what_before(report: Report, row: Row) -> str:
    """What was decided in a line of its own; a plan's long action is named as one of the plan."""
    said = _what(report, row)
    return said if len(said) <= LONGEST_BEFORE else report.wording.word(PLAN)


def _outcome(report: Report, row: Row) -> str:
    said = report.wording.word(row["outcome"])
    if row["outcome"] == "bought" and row["revenue"] > 0:
        return f"{said}, {report.wording.numbers.money(row['revenue'])}"
    return said
