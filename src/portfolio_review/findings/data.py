"""What the data lack: rows left out that weigh in money."""

from __future__ import annotations

from portfolio_review.findings.making import Story
from portfolio_review.findings.values import count_of, lower, money
from portfolio_review.results.finding import Finding
from portfolio_review.results.seen import Seen

MEANT = ("after_period", "removed_by_where")
_STORY = Story("data", "trust", "left_out")


def findings(seen: Seen) -> list[Finding]:
    """Rows left out for one reason with material revenue.

    Rows after the period belong to a later review; those that a condition removes were meant to go.
    """
    found = []
    for row in seen.rows("data.left_out"):
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
