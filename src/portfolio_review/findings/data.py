"""What the data lack: doubts that weigh, and rows left out that weigh in money."""

from __future__ import annotations

from portfolio_review.doubt import MATERIAL, Doubt
from portfolio_review.findings.making import Story
from portfolio_review.findings.values import count_of, lower, money, percent, say, span
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Seen

MEANT = ("after_period", "removed_by_where")
DOUBT_OF = {"where_unknown": "where_unknown", "stray_date": "stray_dates", "future_date": "future_dates"}
"""The doubt about the rows left out for a reason, beside `left_out`."""
_STORY = Story("data", "trust", "left_out")
_DOUBT = Story("data", "trust", "doubt")


def findings(seen: Seen) -> list[Finding]:
    """Doubts that touch enough of a window, the largest first, and rows left out for one reason with material
    revenue.

    Rows after the period belong to a later review; those that a condition removes were meant to go, and those of an
    accepted doubt have been looked at.
    """
    found = _doubts(seen)
    accepted = {doubt.id for doubt in seen.doubts if doubt.accepted}
    for row in seen.rows("data.left_out"):
        if row["reason"] != "duplicate" and accepted & {"left_out", DOUBT_OF.get(row["reason"])}:
            continue
        if row["reason"] not in MEANT and seen.matters(row["revenue"]):
            clause = count_of(
                "%(n)s row is left out, %(money)s: %(reason)s",
                "%(n)s rows are left out, %(money)s: %(reason)s",
                row["rows"], money=money(row["revenue"]), reason=lower(row["reason"]),
            )  # fmt: skip
            found.append(
                _STORY.finding(
                    f"data.left_out.{row['reason']}", [clause], evidence=["data.left_out"],
                    money=-abs(row["revenue"]), standing=True,
                )
            )  # fmt: skip
    return found


def _doubts(seen: Seen) -> list[Finding]:
    """One for each doubt that is a finding; the first, which page one tells, counts all others that are open."""
    told = sorted((doubt for doubt in seen.doubts if doubt.is_finding), key=lambda doubt: -doubt.weight)
    others = sum(not doubt.accepted for doubt in seen.doubts) - 1
    found = []
    for place, doubt in enumerate(told):
        clauses: list[Clause | None] = [_weighed(doubt, seen.head.window_months)]
        if not place and others:
            clauses.append(count_of("; %(n)s more doubt about the data", "; %(n)s more doubts about the data", others))
        found.append(
            _DOUBT.finding(
                f"data.doubt.{doubt.key}", clauses, evidence=["data.doubts"], money=None, better=-1, standing=True
            )
        )
    return found


def _weighed(doubt: Doubt, months: int) -> Clause:
    """The doubt with the larger of its shares of W1 and W0, and of which it is."""
    if doubt.of_company:
        return say("Doubtful data of the whole company: %(doubt)s", doubt=lower(doubt.word))
    if doubt.weight < MATERIAL:
        return say("Doubtful data: %(doubt)s", doubt=lower(doubt.word))
    share, window = percent(doubt.weight), span(months)
    if (doubt.of_w1 or 0.0) >= (doubt.of_w0 or 0.0):
        return say(
            "Doubtful data: %(doubt)s, %(share)s of the revenue of the last %(span)s",
            doubt=lower(doubt.word), share=share, span=window,
        )  # fmt: skip
    return say(
        "Doubtful data: %(doubt)s, %(share)s of the revenue of the %(span)s before",
        doubt=lower(doubt.word), share=share, span=window,
    )  # fmt: skip
