"""What moved revenue between the windows: lost, staying, new and returned clients; and what moved the margin."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.findings.making import (
    MOST_OF_IT,
    UNCHANGED,
    Story,
    against_year_before,
    contributor,
    direction,
    moves_otherwise,
    who,
)
from portfolio_review.findings.values import change, count_of, money, percent, points, say, signed, since, span
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Seen

LEAST_FLOW = 0.02
"""Clients that came or went are a finding from 2 % of revenue on."""
LEAST_CHANGE = 0.05
"""Clients that go on buying are one when they bought 5 % more or less, and a margin that moves as revenue does."""
_LOST = Story("movement", "bridge", "lost")
_LESS = Story("movement", "bridge", "less")
_MORE = Story("movement", "bridge", "more")
_NEW = Story("movement", "bridge", "new")
_RETURNED = Story("movement", "bridge", "returned")
_MARGIN = Story("movement", "bridge", "margin")
_MARGIN_TOO = Story("movement", "bridge", "revenue")
"""Of a margin that moves as revenue does, which the verdict tells."""
STEPS = ("bridge.steps", "bridge.largest")
SILENT, AGAIN = "movement.new_silent_clients", "retention.second_purchase_180"
MARGIN, MARGIN_WHO = "bridge.margin", "bridge.margin_largest"


def findings(seen: Seen) -> list[Finding]:
    """The findings of the bridge."""
    return [*_lost(seen), *_stayed(seen), *_new(seen), *_returned(seen), *_margin(seen)]


def _step(seen: Seen, step: str) -> tuple[int, float]:
    row = next((row for row in seen.rows("bridge.steps") if row["step"] == step), None)
    if row is None or row["clients"] is None or row["amount"] is None:
        return 0, 0.0
    return int(row["clients"]), float(row["amount"])


def _who(seen: Seen, total: float, *steps: str) -> Clause | None:
    return contributor([row for row in seen.rows("bridge.largest") if row["step"] in steps], "amount", total)


def _lost(seen: Seen) -> Iterator[Finding]:
    """Lost clients, and with them those that bought in both windows and are silent past their own limit since."""
    (n, lost), (quiet, less) = _step(seen, "churn"), _step(seen, "gone_quiet")
    start, amount = seen.number("bridge.start") or 0.0, lost + less
    if not n + quiet or start <= 0 or lost > 0 or amount >= 0 or not seen.matters(amount, LEAST_FLOW):
        return
    if n:
        clause = count_of(
            "%(n)s client of the %(span)s before has bought nothing since: a loss of %(money)s (%(share)s of revenue "
            "then)",
            "%(n)s clients of the %(span)s before have bought nothing since: a loss of %(money)s "
            "(%(share)s of revenue then)",
            n, span=span(seen.head.window_months), money=money(-lost), share=percent(-lost / start),
        )  # fmt: skip
        earlier = seen.number("bridge.churn", "previous_year")
        clauses = [clause, None if earlier is None else against_year_before(-lost, -earlier), _quiet(quiet, less)]
    else:
        clauses = [count_of(
            "%(n)s client has gone quiet and bought %(money)s less",
            "%(n)s clients have gone quiet and bought %(money)s less",
            quiet, money=money(-less),
        )]  # fmt: skip
    yield _LOST.finding(
        "movement.lost", [*clauses, _alone(seen, amount)],
        evidence=(*STEPS, "bridge.start", "bridge.churn"), money=amount,
    )  # fmt: skip


def _alone(seen: Seen, amount: float) -> Clause | None:
    """The client that made most of what lost and quiet clients took, where it is a fifth."""
    rows = [row for row in seen.rows("bridge.largest") if row["step"] in ("churn", "gone_quiet") and row["amount"] < 0]
    first = min(rows, key=lambda row: row["amount"], default=None)
    if first is None or len(rows) < 2 or first["amount"] > MOST_OF_IT * amount:
        return None
    return say("; %(client)s alone: %(amount)s", client=who(first), amount=signed(first["amount"]))


def _quiet(n: int, amount: float) -> Clause | None:
    if not n or amount >= 0:
        return None
    return count_of(
        "; %(n)s more has gone quiet and bought %(money)s less",
        "; %(n)s more have gone quiet and bought %(money)s less",
        n, money=money(-amount),
    )  # fmt: skip


def _stayed(seen: Seen) -> Iterator[Finding]:
    """What clients that go on buying bought more or less: contraction and expansion together."""
    (_, less), (_, more) = (_step(seen, step) for step in ("contraction", "expansion"))
    base = (seen.number("bridge.start") or 0.0) + (seen.number("bridge.churn") or 0.0)
    net = less + more
    if base <= 0 or not seen.matters(net) or abs(net) < LEAST_CHANGE * base:
        return
    before = span(seen.head.window_months)
    if net < 0:
        clause = say("Clients that go on buying bought %(money)s less than in the %(span)s before", money=money(-net),
                     span=before)  # fmt: skip
    else:
        clause = say("Clients that go on buying bought %(money)s more than in the %(span)s before", money=money(net),
                     span=before)  # fmt: skip
    named = _who(seen, net, *(("contraction",) if net < 0 else ("expansion",)))
    yield (_LESS if net < 0 else _MORE).finding(
        "movement.stayed", [clause, named], evidence=(*STEPS, "bridge.start", "bridge.churn"), money=net
    )


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
    quality = [*_quality(seen)]
    evidence = [*STEPS, "bridge.new", *(id for id in (SILENT, AGAIN) if seen.number(id) is not None)]
    yield _NEW.finding(
        "movement.new", [clause, _as_far_as_known(seen), before, *quality, _who(seen, amount, "new")],
        evidence=evidence, money=amount,
    )  # fmt: skip


def _quality(seen: Seen) -> Iterator[Clause]:
    """How many of the new are silent already, and how many of their kind bought again, against a year before."""
    if silent := seen.number(SILENT):
        yield count_of("; %(n)s of them is silent already", "; %(n)s of them are silent already", int(silent))
    again, before = seen.number(AGAIN), seen.number(AGAIN, "previous_year")
    if again is not None and before is not None:
        yield say(
            "; a second purchase followed for %(rate)s, a year before for %(before)s",
            rate=percent(again), before=percent(before),
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


def _margin(seen: Seen) -> Iterator[Finding]:
    """What moved the margin: volume, mix of clients, their rates, and whose. On page one where it turned negative or
    moves otherwise than revenue."""
    parts = {row["step"].removeprefix("margin_"): row for row in seen.rows(MARGIN)}
    if not parts:
        return
    now, before = parts["end"]["amount"], parts["start"]["amount"]
    rate, rate_before = (parts[end]["margin_rate"] for end in ("end", "start"))
    way = direction(seen.number("bridge.end") or 0.0, seen.number("bridge.start") or 0.0)
    otherwise = moves_otherwise((now, before), (rate, rate_before), way) or now < 0 <= before
    apart = parts["mix"]["amount"] + parts["rate_effect"]["amount"]  # what moved it otherwise than revenue
    if now == before or not seen.matters(apart if otherwise else now - before, in_value=True):
        return
    if not otherwise and abs(now - before) < LEAST_CHANGE * abs(before):
        return
    values = {"now": money(now), "difference": signed(now - before), "span": span(seen.head.window_months)}
    told = change(now, before)
    clause = (
        say("Margin is %(now)s, %(difference)s on the %(span)s before", **values)
        if told is None else
        say("Margin is %(now)s, %(difference)s (%(change)s) on the %(span)s before", change=told, **values)
    )  # fmt: skip
    made = say(
        "; volume %(volume)s, mix of clients %(mix)s, their margin rates %(rates)s",
        volume=signed(parts["volume"]["amount"]), mix=signed(parts["mix"]["amount"]),
        rates=signed(parts["rate_effect"]["amount"]),
    )  # fmt: skip
    rates = None
    if rate is not None and rate_before is not None and abs(rate - rate_before) >= UNCHANGED:
        rates = say(", its rate %(points)s to %(rate)s", points=points(rate, rate_before), rate=percent(rate))
    yield (_MARGIN if otherwise else _MARGIN_TOO).finding(
        "movement.margin", [clause, rates, made, contributor(seen.rows(MARGIN_WHO), "amount", now - before)],
        evidence=[MARGIN, MARGIN_WHO, "bridge.start", "bridge.end"], money=now - before,
        always=otherwise,
    )  # fmt: skip
