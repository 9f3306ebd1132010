"""What page one asks to decide, and what became of what the last review asked: recorded sentences with their page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import decisions as sentences
from portfolio_review.rendering.report import Report, Row

TABLES = {
    "return": "actions.return", "retain": "actions.retain", "thread": "actions.retain.thread",
    "develop": "actions.develop", "plan": "actions.plans_due",
}  # fmt: skip
"""The table that has the row of a decision, by its rule."""
BASES = {
    "return": "actions.return.lost", "retain": "actions.retain.at_stake", "thread": "value",
    "develop": "actions.develop.at_stake", "plan": "value",
}  # fmt: skip
"""Of what its money is, as the tables of the lists name it."""


@dataclass(frozen=True)
class Decision:
    """What to do with which client, why, for how much, who and by when, on which page; or what became of it."""

    text: Markup
    client: str
    table: str
    page: str


def decisions(report: Report) -> tuple[Decision, ...]:
    """At most three decisions."""
    return tuple(_said(report, row, sentences.decision) for row in report.rows("actions.decisions"))


def before(report: Report) -> tuple[Decision, ...]:
    """What became of the last review's decisions, but of those that are asked for again."""
    again = {row["id"] for row in report.rows("actions.decisions")}
    rows = [row for row in report.rows("actions.decisions_before") if row["id"] not in again]
    return tuple(_said(report, row, sentences.became) for row in rows)


def _said(report: Report, row: Row, say: Callable[[Row, Wording], str]) -> Decision:
    """The recorded text, in another language the same row said in it; its client stands out, its money is marked."""
    recorded = report.wording.code == report.results.review.language
    text = escape(row["text"] if recorded else say(row, report.wording))
    client, money = escape(row["client"]), escape(report.wording.numbers.money(row["money"]))
    named = Markup('<b data-client="{}"><bdi>{}</bdi></b>').format(row["client_id"], client)
    said = Markup('<span data-base="{}">{}</span>').format(BASES[row["rule"]], money)
    head, sep, tail = text.partition(client)
    return Decision(
        Markup("").join((head, named if sep else "", tail.replace(money, said, 1))), str(row["client_id"]),
        TABLES[row["rule"]], row["page"],
    )  # fmt: skip
