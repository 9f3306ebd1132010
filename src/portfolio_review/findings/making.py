"""What all rules share: a finding from its clauses, who did most of a change, whether a change is clear."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

from portfolio_review.figure import Figure
from portfolio_review.findings.values import change, money, name, percent, say, unnamed
from portfolio_review.results.finding import Clause, Finding, Tone, Value

MOST_OF_IT = 0.2
"""A client is named when it explains a fifth of a change."""
CONFIDENCE = 0.95
UNCHANGED = 0.0005
"""A change that is printed as 0.0 % is none."""
RATE_MOVED = 0.01
"""A margin rate has moved by a point."""


@dataclass(frozen=True)
class Story:
    """Where findings of one kind belong: their section, the page that shows them, their theme, the one client they
    are about."""

    section: str
    page: str
    theme: str
    client: str | None = None

    def finding(
        self,
        id: str,
        clauses: Iterable[Clause | None],
        *,
        evidence: Iterable[str],
        money: float | None,
        better: float | None = None,
        certain: bool = True,
        standing: bool = False,
        always: bool = False,
        value: float | None = None,
    ) -> Finding:
        """A finding; `better` is positive where it is good news, by default the sign of `money`."""
        lean = (money or 0.0) if better is None else better
        tone: Tone = "neutral" if not certain or not lean else "good" if lean > 0 else "bad"
        return Finding(
            id=id,
            section=self.section,
            page=self.page,
            theme=self.theme,
            client=self.client,
            clauses=tuple(clause for clause in clauses if clause is not None),
            evidence=tuple(evidence),
            money=money,
            value=value,
            tone=tone,
            certain=certain,
            standing=standing,
            always=always,
        )


def about(story: Story, row: Mapping[str, Any] | None) -> Story:
    """The same place, of one client: page one tells of it once."""
    return story if row is None else replace(story, client=str(row["client_id"]))


def contributor(rows: Iterable[Mapping[str, Any]], amount: str, total: float) -> Clause | None:
    """`; {client} explains {x} of it`: the client that did most, None where nobody did a fifth, or one did all.

    The amount is printed without a sign: it goes the way of the change, which the sentence tells.
    """
    known = [row for row in rows if row[amount] and row[amount] * total > 0]
    first = max(known, key=lambda row: abs(row[amount]), default=None)
    if first is None or len(known) < 2 or abs(first[amount]) < MOST_OF_IT * abs(total):
        return None
    if abs(first[amount]) > abs(total):
        return None  # others outweigh the rest: a part larger than the whole explains nothing
    return say(
        "; %(client)s explains %(money)s of it", client=who(first), money=money(abs(first[amount]))
    )  # fmt: skip


def who(row: Mapping[str, Any]) -> Value:
    """The client of a row by name, by id where it has none, or its id for a name."""
    id, known = str(row["client_id"]), row.get("name")
    return name(str(known)) if known and str(known) != id else unnamed(id)


def against_year_before(now: float, before: float | None) -> Clause | None:
    """`, against {x} a year before`, for amounts of one sign; of a loss both are given positive."""
    if before is None or not before or now * before < 0:
        return None
    return say(", against %(before)s a year before", before=money(before))


def direction(now: float, before: float) -> int:
    """+1, −1, or 0 where the change is printed as none."""
    unchanged = now == before or (before > 0 and abs(now / before - 1) < UNCHANGED)
    return 0 if unchanged else 1 if now > before else -1


def moves_otherwise(margins: tuple[float, float], rates: tuple[float | None, float | None], revenue_way: int) -> bool:
    """Whether a margin (now, before) moves otherwise than revenue: its rate by a point, or the other way."""
    rate, before = rates
    moved = rate is not None and before is not None and abs(rate - before) >= RATE_MOVED - 1e-9
    return moved or direction(*margins) * revenue_way < 0


def in_brackets(now: float, before: float) -> Clause | None:
    """` (+5.0%)`; None where neither per cent nor a multiple tells the change."""
    changed = change(now, before)
    return None if changed is None else say(" (%(change)s)", change=changed)


def clear(figure: Figure, base: float, *, certain_base: bool = False) -> bool:
    """Whether a figure with a 95 % interval differs from `base` by more than chance.

    A base that was measured too is as uncertain as the figure: the difference is held against the two
    half-widths squared and added (Newcombe 1998), the interval of today standing for both. A base that
    is exact (`certain_base`: a target, one) only has to lie outside the interval. A figure without an
    interval is a count of the whole portfolio: any difference is one.
    """
    if figure.interval is None or not isinstance(figure.value, int | float):
        return True
    low, high = figure.interval
    side = figure.value - low if base < figure.value else high - figure.value
    return abs(figure.value - base) > abs(side) * (1.0 if certain_base else math.sqrt(2))


def widened(value: float, bound: float, comparisons: int) -> float:
    """A 95 % bound moved out so that `comparisons` of them err together as seldom as one (Bonferroni)."""
    error = 1 - CONFIDENCE
    wider = NormalDist().inv_cdf(1 - error / 2 / max(comparisons, 1)) / NormalDist().inv_cdf(1 - error / 2)
    return value + (bound - value) * wider


def no_clear_change() -> Clause:
    """What a sentence says whose interval covers no change."""
    return say(", no clear change")


def between(figure: Figure) -> dict[str, Any]:
    """The bounds of an interval as values `low` and `high`."""
    low, high = figure.interval or (0.0, 0.0)
    return {"low": percent(low), "high": percent(high)}
