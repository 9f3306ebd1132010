"""Findings: rules over recorded figures and tables that say in words what was found.

One module per section; a rule is a function from what was recorded (`Seen`) to findings. Numbers of a
sentence are figures or cells of tables, never typed. `tell` is what notebooks call.
Source: Findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import (
    actions,
    data,
    drivers,
    headline,
    migration,
    movement,
    overviews,
    ranking,
    retention,
    risk,
    strategic,
    structure,
)
from portfolio_review.findings.decisions import decided as decided
from portfolio_review.findings.decisions import entered as entered
from portfolio_review.findings.decisions import told as told
from portfolio_review.findings.owners import addressed as addressed
from portfolio_review.findings.ranking import ranked
from portfolio_review.findings.values import say, since
from portfolio_review.findings.wording import text
from portfolio_review.results.finding import Finding
from portfolio_review.results.seen import Seen

Rules = Callable[[Seen], list[Finding]]
SECTIONS: Mapping[str, Rules] = {
    "data": data.findings,
    "headline": headline.findings,
    "structure": structure.findings,
    "movement": movement.findings,
    "migration": migration.findings,
    "retention": retention.findings,
    "drivers": drivers.findings,
    "strategic": strategic.findings,
    "risk": risk.findings,
    "actions": actions.findings,
}
"""The rules of each section, in the order of the report."""
BETWEEN_WINDOWS = (
    "movement",
    "migration",
    "drivers",
    "structure.segment",
    "retention.net_revenue",
    "actions.buys_less",
)
"""Sections, or single findings, that tell what changed from W0 to W1."""


IN_VALUE = ("movement.margin", "actions.exposed", "actions.underserved")
"""Findings whose money is counted in value: margin where value is margin. That of all others is revenue."""


def _valued(finding: Finding, seen: Seen) -> Finding:
    """The finding with its effect on value, where that is not its money."""
    if finding.value is not None or finding.id in IN_VALUE:
        return finding
    return replace(finding, value=seen.in_value(finding.money))


def _since(finding: Finding, seen: Seen) -> Finding:
    """The finding with the month of the first review that had it, where it lasts and an earlier one had it; its
    sentence says so before its details."""
    month = seen.since.get(finding.key)
    if month is None or not finding.standing:
        return finding
    said = say(", %(since)s", since=since(month, this_year=month[:4] == seen.head.period[:4]))
    first, *details = finding.clauses
    return replace(finding, since=month, clauses=(first, said, *details))


def _silenced(finding: Finding, seen: Seen) -> bool:
    """Whether a sentence rests on W1 against W0 where their seasons differ, or on retention in too short a window."""
    between_windows = finding.section in BETWEEN_WINDOWS or finding.id in BETWEEN_WINDOWS
    return (seen.seasons_differ and between_windows) or (seen.window_below_gap and finding.section == "retention")


def tell(seen: Seen, *sections: str) -> list[Finding]:
    """The findings of `sections` in the language of the review, the heaviest first.

    A KeyError for a section without rules.
    """
    wording = Wording.of(seen.head)
    found = [finding for section in sections for finding in SECTIONS[section](seen) if not _silenced(finding, seen)]
    valued = ranked(_since(_valued(finding, seen), seen) for finding in found)
    return [replace(finding, text=text(finding, wording)) for finding in valued]


def over(seen: Seen, *pages: str, told: Sequence[Finding] = ()) -> list[Finding]:
    """What stands over `pages`: for each of which nothing is `told` yet, or that always says the same
    (`ranking.FIRST`), the sentence that its main exhibit proves."""
    wording, known = Wording.of(seen.head), {finding.page for finding in told}
    first = {finding.page for finding in told if finding.id in ranking.FIRST}
    made = [finding for page in pages for finding in overviews.RULES[page](seen)
            if page not in known or (finding.id in ranking.FIRST and page not in first)]  # fmt: skip
    held = seen.figures.keys() | seen.tables.keys()
    known_of = {one.id: tuple(id for id in one.evidence if id in held) for one in made}
    return [replace(one, text=text(one, wording), evidence=known_of[one.id] or one.evidence) for one in made]
