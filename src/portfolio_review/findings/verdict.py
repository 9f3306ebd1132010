"""The verdict: the period against its target, then the window with what made it, in at most two sentences.

In: what was recorded of the headline, the targets and the bridge; out: clauses with their values. Source: Findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portfolio_review.exhibits.numbers import in_percent
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings.making import UNCHANGED, clear, direction, moves_otherwise, who
from portfolio_review.findings.values import (
    change,
    clients,
    date,
    lower,
    money,
    month,
    percent,
    period,
    points,
    say,
    signed,
    span,
)
from portfolio_review.findings.wording import sentences
from portfolio_review.results.finding import Clause, Verdict
from portfolio_review.results.seen import Part, Row, Seen

REVENUE, MARGIN, RATE, TARGETS = "headline.revenue", "headline.margin", "headline.margin_rate", "headline.targets"
NET = "retention.net_revenue_retention"
EXISTING = ("bridge.churn", "bridge.gone_quiet", "bridge.contraction", "bridge.expansion")
NEW, RETURNED = "bridge.new", "bridge.returned"
LARGE = 0.25
"""A single client is named that made a quarter of the change."""
ENDS = ("start", "end", "adjustments")


def of(seen: Seen) -> Verdict | None:
    """The verdict in the language of the review; None where no revenue was recorded."""
    now = seen.number(REVENUE)
    if now is None:
        return None
    row = target_row(seen)
    first, way = _period(seen, now, row)
    same_span = row is None and (seen.head.start, seen.head.end) == seen.head.w1
    second, window_way = _window(seen, way, same_span=same_span)
    parts = tuple(tuple(clauses) for clauses in (first, second) if clauses)
    evidence = [REVENUE, *([TARGETS] if row else []), *(_evidence(seen) if window_way is not None else [])]
    made = Verdict(parts, tuple(evidence), None if row is None else row["level"])
    return made.with_text(sentences(made.sentences, Wording.of(seen.head)))


def target_row(seen: Seen, figure: str = REVENUE) -> Row | None:
    """The row of `headline.targets` of a figure, None where it has no target or was not reached at all."""
    row = next((row for row in seen.rows(TARGETS) if row["figure"] == figure), None)
    return None if row is None or row["reached"] is None or row["target"] is None else row


def _period(seen: Seen, now: float, row: Row | None) -> tuple[list[Clause], int | None]:
    """What the period brought against its target, else against the year before, and which way that goes."""
    values, until = {"period": period(seen.head.period), "now": money(now)}, seen.head.compared_until
    first = (
        say("Revenue of %(period)s up to %(day)s is %(now)s", day=date(until), **values)
        if until
        else say("Revenue of %(period)s is %(now)s", **values)
    )
    if row is not None:
        level = say(" (%(level)s)", level=lower(row["level"])) if row["level"] else None
        held = _against_target(now, row["target"], partial=until is not None)
        return [first, held, *([level] if level else [])], direction(now, row["target"])
    before = seen.number(REVENUE, "previous_year")
    if before is not None:
        return [first, _against_year(now, before, partial=until is not None)], direction(now, before)
    active = seen.number("headline.clients")
    from_whom = say(" from %(clients)s", clients=clients(active)) if active else None
    none = say("; there is no year before to compare with")
    return [first, *([from_whom] if from_whom else []), none], None


def _against_target(now: float, target: float, *, partial: bool) -> Clause:
    way, values = direction(now, target), {"target": money(target)}
    if not way:
        return (
            say(", as much as its target of %(target)s for these days", **values)
            if partial
            else say(", as much as its target of %(target)s", **values)
        )
    if not in_percent(now, target):
        return (
            say(", against a target of %(target)s for these days", **values)
            if partial
            else say(", against a target of %(target)s", **values)
        )
    values["share"] = percent(abs(now / target - 1))
    if way < 0:
        return (
            say(", %(share)s below its target of %(target)s for these days", **values)
            if partial
            else say(", %(share)s below its target of %(target)s", **values)
        )
    return (
        say(", %(share)s above its target of %(target)s for these days", **values)
        if partial
        else say(", %(share)s above its target of %(target)s", **values)
    )


def _against_year(now: float, before: float, *, partial: bool) -> Clause:
    told = change(now, before)
    if not direction(now, before):
        return say(", unchanged on the same days a year before") if partial else say(", unchanged on a year before")
    if told is None:
        values = {"before": money(before)}
        return (
            say(", against %(before)s in the same days a year before", **values)
            if partial
            else say(", against %(before)s a year before", **values)
        )
    return (
        say(", %(change)s on the same days a year before", change=told)
        if partial
        else say(", %(change)s on a year before", change=told)
    )


def _window(seen: Seen, way: int | None, *, same_span: bool) -> tuple[list[Clause], int | None]:
    """What the window brought and who made it; nothing without a window before it. `same_span`: it is the period's
    own, which has been told."""
    id, past = ("structure.revenue", "previous_year") if seen.seasons_differ else (REVENUE, "window_previous")
    now, before = seen.number(id, "value" if seen.seasons_differ else "window"), seen.number(id, _part(past))
    if now is None or before is None:
        return [], None
    its = direction(now, before)
    made = [] if seen.seasons_differ else [*_made_by(seen, now - before, its), *_margin(seen, its)]
    if same_span:
        return made, its
    but = way is not None and way * its < 0
    head = [_over(seen, but=but), _moved(now, before, its)]
    if seen.seasons_differ:
        head.append(say(" on the same months a year earlier"))
    return [*head, *made], its


def _part(name: str) -> Part:
    return "previous_year" if name == "previous_year" else "window_previous"


def _over(seen: Seen, *, but: bool) -> Clause:
    months, until = seen.head.window_months, seen.head.w1[1]
    if until != seen.head.end:  # of a partial period, whose last months are complete
        values: dict[str, Any] = {"span": span(months), "month": month(until[:7])}
        return say("But over %(span)s to %(month)s", **values) if but else say("Over %(span)s to %(month)s", **values)
    if months == 1:
        return say("But over the last month") if but else say("Over the last month")
    values = {"span": span(months)}
    return say("But over the last %(span)s", **values) if but else say("Over the last %(span)s", **values)


def _moved(now: float, before: float, way: int) -> Clause:
    if not way:
        return say(" revenue is unchanged at %(now)s", now=money(now))
    if in_percent(now, before):
        values = {"now": money(now), "share": percent(abs(now / before - 1))}
        return (
            say(" revenue rose %(share)s to %(now)s", **values)
            if way > 0
            else say(" revenue fell %(share)s to %(now)s", **values)
        )
    return say(" revenue came to %(now)s, from %(before)s", now=money(now), before=money(before))


def _made_by(seen: Seen, moved: float, way: int) -> Iterator[Clause]:
    """Existing clients, new and returning ones, and the single client that made a quarter of the change."""
    steps = [seen.number(id) for id in EXISTING]
    if any(step is None for step in steps):
        return
    old = sum(step or 0.0 for step in steps)
    yield _existing(old)
    if old and not existing_is_clear(seen):
        yield say(", within chance")
    yield from _fresh(seen)
    rows = [row for row in seen.rows("bridge.largest") if row["step"] not in ENDS and row["amount"] * moved > 0]
    first = max(rows, key=lambda row: abs(row["amount"]), default=None)
    if way and first is not None and abs(first["amount"]) >= LARGE * abs(moved):
        yield say("; %(client)s alone: %(amount)s", client=who(first), amount=signed(first["amount"]))


def existing_is_clear(seen: Seen) -> bool:
    """Whether net revenue retention differs from one by more than chance; where it has no interval, it does."""
    figure = seen.figure(NET)
    return figure is None or clear(figure, 1.0, certain_base=True)


def _existing(amount: float) -> Clause:
    if not amount:
        return say(": existing clients bought as much as before")
    values = {"old": money(abs(amount))}
    return (
        say(": existing clients bought %(old)s less", **values)
        if amount < 0
        else say(": existing clients bought %(old)s more", **values)
    )


def _fresh(seen: Seen) -> Iterator[Clause]:
    new, returned = seen.number(NEW), seen.number(RETURNED)
    amount = (new or 0.0) + (returned or 0.0)
    if not amount:
        return
    values = {"new": money(amount)}
    if amount < 0:  # they gave back more than they bought
        yield say("; new and returning ones: %(new)s", **values)
    elif returned:
        yield say("; new and returning ones added %(new)s", **values)
    else:  # nobody returned, or a history that starts with W0 does not tell who did
        yield say("; new ones added %(new)s", **values)


def margin_moves_otherwise(seen: Seen, way: int) -> bool:
    """Whether the margin of the window goes the other way than its revenue (`way`), or its rate moved by a point."""
    now, before = (seen.number(MARGIN, part) for part in WINDOWS)
    rate, rate_before = (seen.number(RATE, part) for part in WINDOWS)
    return now is not None and before is not None and moves_otherwise((now, before), (rate, rate_before), way)


WINDOWS: tuple[Part, Part] = ("window", "window_previous")


def _margin(seen: Seen, way: int) -> Iterator[Clause]:
    if not margin_moves_otherwise(seen, way):
        return
    now, before = (seen.number(MARGIN, part) or 0.0 for part in WINDOWS)
    told = change(now, before)
    yield (
        say("; margin came to %(margin)s, from %(before)s", margin=money(now), before=money(before))
        if told is None
        else say("; margin %(change)s to %(margin)s", change=told, margin=money(now))
    )
    rate, rate_before = (seen.number(RATE, part) for part in WINDOWS)
    if rate is not None and rate_before is not None and abs(rate - rate_before) >= UNCHANGED:
        yield say(", its rate %(points)s to %(rate)s", points=points(rate, rate_before), rate=percent(rate))


def _evidence(seen: Seen) -> list[str]:
    if seen.seasons_differ:
        return ["structure.revenue"]
    margin = [MARGIN, RATE] if margin_moves_otherwise(seen, _way(seen)) else []
    steps = [id for id in (*EXISTING, NEW, RETURNED) if seen.number(id) is not None]
    return [*margin, *steps, *(["bridge.largest"] if seen.rows("bridge.largest") else [])]


def _way(seen: Seen) -> int:
    now, before = (seen.number(REVENUE, part) or 0.0 for part in WINDOWS)
    return direction(now, before)
