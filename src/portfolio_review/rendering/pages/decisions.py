"""What page one asks to decide, and what became of what the last review asked."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_review.rendering.report import Report, Row

PLAN = "plan"


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
        Decision(name=_name(row), what=_what(report, row), line=(), outcome=_outcome(report, row))
        for row in report.rows("actions.decisions_before")
    )


def _decision(report: Report, row: Row) -> Decision:
    text = report.wording.language.text
    day = report.wording.language.date(row["due"])
    late = row["due"] <= report.results.review.end
    line = (
        row["owner"] or text("no owner yet"),
        text("overdue since %(day)s", day=day) if late else text("due %(day)s", day=day),
        report.wording.numbers.money(row["at_stake"]),
    )
    return Decision(name=_name(row), what=_what(report, row), line=line)


def _name(row: Row) -> str:
    return str(row["name"] or row["client_id"])


def _what(report: Report, row: Row) -> str:
    return str(row["action"]) if row["rule"] == PLAN else report.wording.word(row["rule"])


def _outcome(report: Report, row: Row) -> str:
    said = report.wording.word(row["outcome"])
    if row["outcome"] == "bought" and row["revenue"] > 0:
        return f"{said}, {report.wording.numbers.money(row['revenue'])}"
    return said
