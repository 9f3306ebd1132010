"""What moved revenue between the windows: lost, staying, new and returned clients."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.findings.making import Story, against_year_before, contributor, in_brackets
from portfolio_review.findings.values import count_of, money, percent, say, since, span
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Seen

LEAST_FLOW = 0.02
"""Clients that came or went are a finding from 2 % of revenue on."""
LEAST_CHANGE = 0.05
"""Clients that stayed are one when they bought 5 % more or less."""
_LOST = Story("movement", "bridge", "lost")
_LESS = Story("movement", "bridge", "less")
_MORE = Story("movement", "bridge", "more")
_NEW = Story("movement", "bridge", "new")
_RETURNED = Story("movement", "bridge", "returned")
STEPS = ("bridge.steps", "bridge.largest")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the bridge."""
    return [*_lost(seen), *_stayed(seen), *_new(seen), *_returned(seen)]


def _step(seen: Seen, step: str) -> tuple[int, float]:
    row = next((row for row in seen.rows("bridge.steps") if row["step"] == step), None)
    if row is None or row["clients"] is None or row["amount"] is None:
        return 0, 0.0
    return int(row["clients"]), float(row["amount"])


def _who(seen: Seen, total: float, *steps: str) -> Clause | None:
    return contributor([row for row in seen.rows("bridge.largest") if row["step"] in steps], "amount", total)


def _lost(seen: Seen) -> Iterator[Finding]:
    n, amount = _step(seen, "churn")
    start = seen.number("bridge.start") or 0.0
    if not n or start <= 0 or amount >= 0 or not seen.matters(amount, LEAST_FLOW):
        return
    clause = count_of(
        "%(n)s client of the %(span)s before has bought nothing since: a loss of %(money)s (%(share)s of revenue then)",
        "%(n)s clients of the %(span)s before have bought nothing since: a loss of %(money)s "
        "(%(share)s of revenue then)",
        n, span=span(seen.head.window_months), money=money(-amount), share=percent(-amount / start),
    )  # fmt: skip
    earlier = seen.number("bridge.churn", "previous_year")
    before = None if earlier is None else against_year_before(-amount, -earlier)
    yield _LOST.finding(
        "movement.lost", [clause, before, _who(seen, amount, "churn")],
        evidence=(*STEPS, "bridge.start", "bridge.churn"), money=amount,
    )  # fmt: skip


def _stayed(seen: Seen) -> Iterator[Finding]:
    (quiet, gone), (_, less), (_, more) = (_step(seen, step) for step in ("gone_quiet", "contraction", "expansion"))
    base = (seen.number("bridge.start") or 0.0) + (seen.number("bridge.churn") or 0.0)
    net = gone + less + more
    if base <= 0 or not seen.matters(net) or abs(net) < LEAST_CHANGE * base:
        return
    before = span(seen.head.window_months)
    if net < 0:
        clause = say("Clients that stayed bought %(money)s less than in the %(span)s before", money=money(-net),
                     span=before)  # fmt: skip
    else:
        clause = say("Clients that stayed bought %(money)s more than in the %(span)s before", money=money(net),
                     span=before)  # fmt: skip
    named = _who(seen, net, *(("gone_quiet", "contraction") if net < 0 else ("expansion",)))
    yield (_LESS if net < 0 else _MORE).finding(
        "movement.stayed", [clause, in_brackets(base + net, base), _quiet(seen, quiet, gone), named],
        evidence=(*STEPS, "bridge.start", "bridge.churn"), money=net,
    )  # fmt: skip


def _quiet(seen: Seen, n: int, amount: float) -> Clause | None:
    """The part of those that bought in both windows and are silent past their own limit since."""
    if not n or amount >= 0 or not seen.matters(amount):
        return None
    return count_of(
        "; %(n)s of them bought %(money)s less and has gone quiet since",
        "; %(n)s of them bought %(money)s less and have gone quiet since",
        n, money=money(-amount),
    )  # fmt: skip


def _new(seen: Seen) -> Iterator[Finding]:
    n, amount = _step(seen, "new")
    if not n or amount <= 0 or seen.scope.revenue <= 0 or not seen.matters(amount, LEAST_FLOW):
        return
    clause = count_of(
        "%(n)s new client brought %(money)s (%(share)s of revenue)",
        "%(n)s new clients brought %(money)s (%(share)s of revenue)",
        n, money=money(amount), share=percent(amount / seen.scope.revenue),
    )  # fmt: skip
    before = against_year_before(amount, seen.number("bridge.new", "previous_year"))
    yield _NEW.finding(
        "movement.new", [clause, _as_far_as_known(seen), before, _who(seen, amount, "new")],
        evidence=(*STEPS, "bridge.new"), money=amount,
    )  # fmt: skip


def _as_far_as_known(seen: Seen) -> Clause | None:
    """Where the history starts with W0 nobody can be known to have returned: the new are new since then."""
    if seen.head.history_start < seen.head.w0[0]:
        return None
    return say(", counted as new %(since)s", since=since(seen.head.history_start))


def _returned(seen: Seen) -> Iterator[Finding]:
    n, amount = _step(seen, "returned")
    if not n or amount <= 0 or seen.scope.revenue <= 0 or not seen.matters(amount):
        return
    clause = count_of(
        "%(n)s client came back after more than %(span)s without a purchase and brought %(money)s "
        "(%(share)s of revenue)",
        "%(n)s clients came back after more than %(span)s without a purchase and brought %(money)s "
        "(%(share)s of revenue)",
        n, span=span(seen.head.window_months), money=money(amount), share=percent(amount / seen.scope.revenue),
    )  # fmt: skip
    before = against_year_before(amount, seen.number("bridge.returned", "previous_year"))
    yield _RETURNED.finding(
        "movement.returned", [clause, before, _who(seen, amount, "returned")], evidence=(*STEPS, "bridge.returned"),
        money=amount,
    )  # fmt: skip
