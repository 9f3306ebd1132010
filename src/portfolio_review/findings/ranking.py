"""Which findings page one tells: what changed, what may cost, which doubt about the data weighs most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from portfolio_review.results.finding import Finding

CHANGES = 5
RISKS = 2
"""At most so many changes and standing risks stand on page one."""
TOLD = ("revenue", "existing")
"""Themes that the verdict tells: the window's change, and what existing clients made of it."""
DOUBT = "doubt"
"""The theme of doubtful data: what the page says rests on them."""
RESTATED = "restated"
"""The theme of past months that an earlier review said otherwise."""

FIRST = frozenset({
    "data.counted", "movement.net", "migration.net", "drivers.largest", "drivers.factors", "actions.lists",
})  # fmt: skip
"""Findings that stand over their page whatever else was found: they tell what all of its main exhibit shows."""


@dataclass(frozen=True)
class FirstPage:
    """The findings of page one: changes and standing risks, each the heaviest first, and the largest doubt, or where
    there is none what of the past was restated."""

    changes: tuple[Finding, ...] = ()
    risks: tuple[Finding, ...] = ()
    doubt: Finding | None = None

    @property
    def shorter(self) -> FirstPage | None:
        """The same without the lightest change that need not stand there; None where every one must."""
        light = next((finding for finding in reversed(self.changes) if not finding.always), None)
        kept = tuple(finding for finding in self.changes if finding is not light)
        return None if light is None else replace(self, changes=kept)

    def __iter__(self) -> Iterator[Finding]:
        yield from (*self.changes, *self.risks, *((self.doubt,) if self.doubt else ()))

    def __len__(self) -> int:
        return len(tuple(iter(self)))


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """By the size of their effect on value, those without money last; equal ones in the order given, the report's."""
    return sorted(findings, key=lambda finding: -finding.weight)


def first_page(findings: Iterable[Finding]) -> FirstPage:
    """The findings of page one.

    At most five changes by their effect on value and two standing risks: one of a theme and one of a client. A theme
    that the verdict tells is left out, and one of which a finding says that nothing is clear. What must stand there
    (`always`) takes the place of the lightest.
    """
    known = list(findings)
    told = {*TOLD} | {finding.theme for finding in known if not finding.certain}
    weighty = [finding for finding in ranked(known) if finding.weight or finding.always]
    changes = [finding for finding in weighty if finding.kind == "change"]
    must = _apart((finding for finding in changes if finding.always), set(), set())[:CHANGES]
    others = _apart(changes, told | {finding.theme for finding in must}, _clients(must))
    chosen = ranked([*must, *others[: CHANGES - len(must)]])
    risks = [finding for finding in weighty if finding.kind == "risk"]
    return FirstPage(
        changes=tuple(chosen),
        risks=tuple(_apart(risks, told | {finding.theme for finding in chosen}, _clients(chosen))[:RISKS]),
        doubt=next((finding for theme in (DOUBT, RESTATED) for finding in known if finding.theme == theme), None),
    )


def _apart(findings: Iterable[Finding], themes: set[str], clients: set[str]) -> list[Finding]:
    """The first of each theme and client but `themes` and `clients`."""
    chosen: list[Finding] = []
    themes, clients = set(themes), set(clients)
    for finding in findings:
        if finding.theme not in themes and finding.client not in clients:
            chosen.append(finding)
            themes.add(finding.theme)
            clients |= _clients([finding])
    return chosen


def _clients(findings: Iterable[Finding]) -> set[str]:
    return {finding.client for finding in findings if finding.client is not None}


def of_page(findings: Sequence[Finding], page: str) -> Finding | None:
    """What stands over a page: one of `FIRST`, else the heaviest change that it shows, a state that lasts where nothing
    changed; None where it has none."""
    here = ranked(finding for finding in findings if finding.page == page)
    return min(here, key=lambda finding: (finding.id not in FIRST, finding.standing), default=None)
