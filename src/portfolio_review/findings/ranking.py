"""Which findings come first: by money, each story once, what lasts behind what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portfolio_review.results.finding import Finding

FIRST_PAGE = 5
STANDING = 2
"""At most so many of the first page's findings are states that last."""
TOLD = ("revenue", "left_out")
"""Stories that page one tells without a finding: in its verdict, and in its line about the data."""


DOUBT = "doubt"
"""The story of doubtful data: what is below it on the page rests on them."""


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """By the size of their money, those without money last; equal ones in the order given, that of the report."""
    return sorted(findings, key=lambda finding: -abs(finding.money or 0.0))


def first_page(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of page one: the largest doubt about the data, then the heaviest of each story with money.

    Stories of `TOLD` are left out, and any of which a finding says that nothing is clear.
    """
    known = list(findings)
    chosen = [finding for finding in known if finding.family == DOUBT][:1]
    told = {*TOLD} | {finding.family for finding in known if not finding.certain}
    for finding in ranked(known):
        if not finding.money or finding.family in told:
            continue
        if finding.standing and sum(other.kind == "risk" for other in chosen) >= STANDING:
            continue
        told.add(finding.family)
        chosen.append(finding)
    return chosen[:FIRST_PAGE]


def of_page(findings: Sequence[Finding], page: str) -> Finding | None:
    """The heaviest change that a page shows; a state that lasts where nothing changed, None where it has neither."""
    here = ranked(finding for finding in findings if finding.page == page)
    return min(here, key=lambda finding: finding.standing, default=None)
