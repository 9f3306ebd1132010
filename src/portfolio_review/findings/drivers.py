"""What clients, order value and frequency each made of the change of revenue."""

from __future__ import annotations

from portfolio_review.findings.making import Story
from portfolio_review.findings.values import money, say, signed
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Seen

EFFECTS = ("drivers.n_effect", "drivers.v_effect", "drivers.l_effect")
LEAST_CHANGE = 0.02
_STORY = Story("drivers", "drivers", "revenue")


def findings(seen: Seen) -> list[Finding]:
    """The three effects, the largest first, and what they come to together."""
    effects = {id: seen.number(id) for id in EFFECTS}
    known = {id: value for id, value in effects.items() if value is not None}
    total = sum(known.values())
    if len(known) < len(EFFECTS) or not seen.matters(total, LEAST_CHANGE):
        return []
    first, *others = sorted((id for id in known if known[id]), key=lambda id: -abs(known[id]))
    clauses = [_first(first, known[first]), *(_other(id, known[id]) for id in others)]
    together = say(", together %(total)s", total=signed(total)) if others else None
    return [_STORY.finding("drivers.largest", [*clauses, together], evidence=EFFECTS, money=total)]


def _first(id: str, effect: float) -> Clause:
    values = {"money": money(abs(effect))}
    match id.partition(".")[2], effect > 0:
        case "n_effect", True:
            return say("More clients added %(money)s", **values)
        case "n_effect", False:
            return say("Fewer clients took %(money)s", **values)
        case "v_effect", True:
            return say("Higher order value added %(money)s", **values)
        case "v_effect", False:
            return say("Lower order value took %(money)s", **values)
        case _, True:
            return say("More orders per client added %(money)s", **values)
        case _:
            return say("Fewer orders per client took %(money)s", **values)


def _other(id: str, effect: float) -> Clause:
    values = {"money": money(abs(effect))}
    match id.partition(".")[2], effect > 0:
        case "n_effect", True:
            return say(", more clients added %(money)s", **values)
        case "n_effect", False:
            return say(", fewer clients took %(money)s", **values)
        case "v_effect", True:
            return say(", higher order value added %(money)s", **values)
        case "v_effect", False:
            return say(", lower order value took %(money)s", **values)
        case _, True:
            return say(", more orders per client added %(money)s", **values)
        case _:
            return say(", fewer orders per client took %(money)s", **values)
