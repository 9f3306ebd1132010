"""What page one asks to decide, and what became of what the last review asked."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_review.rendering.pages.cells import worth
from portfolio_review.rendering.reasons import SHOWN_ABOUT, in_words
from portfolio_review.rendering.report import Report, Row

PLAN = "plan"
TABLES = {
    "return": "actions.return", "retain": "actions.retain", "thread": "actions.retain.thread",
    "develop": "actions.develop",
}  # fmt: skip
VERB = {"thread": "retain"}
"""What is done with a client of a list whose name says no verb."""


@dataclass(frozen=True)
class Decision:
    """What to do with which client; who and by when; or what became of it (`outcome`)."""

    name: str
    what: str
    line: tuple[str, ...]
    outcome: str = ""


def decisions(report: Report) -> tuple[Decision, ...]:
    """At most three decisions."""
    return tuple(_decision(report, row) for row in report.rows("actions.decisions"))


def before(report: Report) -> tuple[Decision, ...]:
    """The last review's decisions with their outcome."""
    return tuple(
        Decision(name=_name(report, row), what=_what(report, row), line=(), outcome=_outcome(report, row))
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
    return Decision(name=_name(report, row), what=_with_reason(report, row), line=line)


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
    reasons = (
        in_words(one, report.wording, shown_about=SHOWN_ABOUT)
        for id in tables
        for one in report.rows_of_client(id, row["client_id"])
    )
    return ": ".join(filter(None, (_what(report, row), next(reasons, ""))))


def _what(report: Report, row: Row) -> str:
    return str(row["action"]) if row["rule"] == PLAN else report.wording.word(VERB.get(row["rule"], row["rule"]))


def _outcome(report: Report, row: Row) -> str:
    said = report.wording.word(row["outcome"])
    if row["outcome"] == "bought" and row["revenue"] > 0:
        return f"{said}, {report.wording.numbers.money(row['revenue'])}"
    return said
