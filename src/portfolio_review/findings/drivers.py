"""Which factor made most of the change of revenue: clients, order value or frequency."""

from __future__ import annotations

from portfolio_review.findings.making import Story
from portfolio_review.findings.values import label, say, signed
from portfolio_review.results.finding import Finding
from portfolio_review.results.seen import Seen

EFFECTS = ("drivers.n_effect", "drivers.v_effect", "drivers.l_effect")
LEAST_CHANGE = 0.02
_STORY = Story("drivers", "drivers", "revenue")


def findings(seen: Seen) -> list[Finding]:
    """The largest of the three effects, where it goes the way of the whole change."""
    effects = {id: seen.number(id) for id in EFFECTS}
    known = {id: value for id, value in effects.items() if value is not None}
    if len(known) < len(EFFECTS):
        return []
    total = sum(known.values())
    id = max(known, key=lambda name: abs(known[name]))
    if not seen.matters(total, LEAST_CHANGE) or known[id] * total <= 0:
        return []
    clause = say(
        "%(effect)s on revenue, the strongest of the three drivers: %(part)s; "
        "in all, revenue of active clients changed by %(total)s",
        effect=label(id), part=signed(known[id]), total=signed(total),
    )  # fmt: skip
    return [_STORY.finding("drivers.largest", [clause], evidence=EFFECTS, money=known[id])]
