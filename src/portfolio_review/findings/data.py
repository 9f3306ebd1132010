"""What the data lack: doubts that weigh, and rows left out that weigh in money."""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.doubt import MATERIAL, Doubt
from portfolio_review.findings.making import Story
from portfolio_review.findings.ranking import RESTATED
from portfolio_review.findings.values import count_of, lower, money, percent, period, say, span
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Seen

MEANT = ("after_period", "removed_by_where")
DOUBT_OF = {"where_unknown": "where_unknown", "stray_date": "stray_dates", "future_date": "future_dates"}
"""The doubt about the rows left out for a reason, beside `left_out`."""
_STORY = Story("data", "trust", "left_out")
_DOUBT = Story("data", "trust", "doubt")
_RESTATED = Story("data", "trust", RESTATED)
RESTATED_FROM = 0.001
"""The share of the revenue of W0 and W1 from which a change of past months is a finding."""


def findings(seen: Seen) -> list[Finding]:
    """Doubts that touch enough of a window, the largest first, and rows left out for one reason with material
    revenue.

    Rows after the period belong to a later review; those that a condition removes were meant to go, and those of an
    accepted doubt have been looked at.
    """
    found = [*_doubts(seen), *_restated(seen)]
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


def _restated(seen: Seen) -> list[Finding]:
    """Past months that an earlier review said otherwise, where that is material, and from which cause."""
    months, share = seen.rows("data.restated"), seen.number("data.restated_share")
    if not months or share is None or share < RESTATED_FROM:
        return []
    told = {row["cause"]: row for row in seen.rows("data.compared")}
    changed = seen.number("data.restated_revenue") or 0.0
    clauses = [
        count_of(
            "Since the review of %(review)s the revenue of %(n)s month changed by %(money)s, %(share)s of both windows",
            "Since the review of %(review)s the revenue of %(n)s months changed by %(money)s in all, %(share)s of both "
            "windows",
            len(months), review=period(told["data"]["review"]), money=money(changed), share=percent(share),
        ),
        _cause({cause: row["changed"] for cause, row in told.items()}),
    ]  # fmt: skip
    evidence = ["data.restated_revenue", "data.restated_share", "data.restated", "data.compared"]
    return [_RESTATED.finding("data.restated", clauses, evidence=evidence, money=None, better=-1)]


def _cause(changed: Mapping[str, str]) -> Clause:
    """Which of data, settings and method changed, as far as their hashes tell."""
    settings, method = changed["settings"], changed["method"]
    if changed["data"] == "changed":
        return say("; the data were restated")
    if settings == method == "changed":
        return say("; the program and the settings that read the data changed")
    if settings == "changed":
        return say("; the settings that read the data changed")
    if method == "changed":
        return say("; the program that reads the data changed")
    return say("; the earlier review does not tell what it was made with")


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
