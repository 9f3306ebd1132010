"""Retention against a year before and its target, the segment that keeps least, why clients left.

A rate is said to have changed only where its interval does not cover the change; where it does, the
sentence says so and the finding is not certain.
"""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.exhibits.numbers import in_percent
from portfolio_review.findings.making import Story, between, clear, no_clear_change, widened
from portfolio_review.findings.values import clients, label, lower, money, name, percent, points, say
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Row, Seen

RATE = "retention.client_retention_rate"
STILL = "retention.still_buying_rate"
NET = "retention.net_revenue_retention"
POINT = "retention.point_value"
SEGMENTS = ("unit", "type", "industry", "region", "acquired_via")
LEAST_CHANGE = 0.05
"""Net retention within 5 % of one is no news, however sure."""
FEWEST = 10
"""Segments with fewer clients are not compared."""
HALF = 0.5
LEADING = 2
"""A reason leads when at least so many clients gave it."""
_CLIENTS = Story("retention", "retention", "retention")
_NET = Story("retention", "retention", "existing")
_SEGMENT = Story("retention", "retention", "lost")
_REASON = Story("retention", "retention", "lost")


def findings(seen: Seen) -> list[Finding]:
    """The findings of retention."""
    return [*_clients(seen), *_net(seen), *_segment(seen), *_reasons(seen)]


def _clients(seen: Seen) -> Iterator[Finding]:
    figure, point = seen.figure(RATE), seen.number(POINT)
    if figure is None or not isinstance(figure.value, int | float) or figure.previous_year is None or point is None:
        return
    moved = (figure.value - figure.previous_year) * 100 * point
    certain = clear(figure, figure.previous_year)
    missed = figure.target is not None and clear(figure, figure.target, certain_base=True)
    if not seen.matters(moved) and not missed:
        return
    clause = say(
        "Client retention is %(rate)s, %(points)s on a year before",
        rate=percent(figure.value), points=points(figure.value, figure.previous_year),
    )  # fmt: skip
    target = say("; the target is %(target)s", target=percent(figure.target)) if figure.target is not None else None
    yield _CLIENTS.finding(
        "retention.clients", [clause, None if certain else no_clear_change(), _still(seen), target if missed else None],
        evidence=[RATE, POINT, *([STILL] if seen.number(STILL) is not None else [])], money=moved, certain=certain,
    )  # fmt: skip


def _still(seen: Seen) -> Clause | None:
    """Who bought and is not silent past its own limit: what retention alone does not tell."""
    rate = seen.number(STILL)
    return None if rate is None else say("; still buying: %(rate)s", rate=percent(rate))


def _net(seen: Seen) -> Iterator[Finding]:
    figure = seen.figure(NET)
    if figure is None or not isinstance(figure.value, int | float) or figure.interval is None:
        return
    money = (figure.value - 1) * seen.scope.revenue_before
    if not seen.matters(money):
        return
    certain = clear(figure, 1.0, certain_base=True)
    if certain and abs(figure.value - 1) < LEAST_CHANGE:
        return
    values = {"rate": percent(figure.value), **between(figure)}
    told = in_percent(figure.value, 1.0)
    if not certain:
        clause = say(
            "Existing clients show no clear change: net revenue retention is %(rate)s (interval %(low)s to %(high)s)",
            **values,
        )  # fmt: skip
    elif figure.value < 1 and told:
        clause = say(
            "Existing clients buy less than before: net revenue retention is %(rate)s "
            "(interval %(low)s to %(high)s)", **values,
        )  # fmt: skip
    elif figure.value < 1:
        clause = say(
            "Existing clients gave back more than they bought: net revenue retention is %(rate)s "
            "(interval %(low)s to %(high)s)", **values,
        )  # fmt: skip
    elif not told:
        clause = say(
            "Existing clients buy several times what they bought before: net revenue retention is %(rate)s "
            "(interval %(low)s to %(high)s)", **values,
        )  # fmt: skip
    else:
        clause = say(
            "Existing clients buy more than before: net revenue retention is %(rate)s "
            "(interval %(low)s to %(high)s)", **values,
        )  # fmt: skip
    past = figure.previous_year
    earlier = None if past is None else say(", %(before)s a year before", before=percent(past))
    yield _NET.finding("retention.net_revenue", [clause, earlier], evidence=[NET], money=money, certain=certain)


def _segment(seen: Seen) -> Iterator[Finding]:
    overall, point = seen.number(RATE), seen.number(POINT)
    tables = {f"retention.by_{name}": seen.rows(f"retention.by_{name}") for name in SEGMENTS}
    compared = [(id, row) for id, rows in tables.items() for row in rows if row["value"] and row["base"] >= FEWEST]
    if overall is None or point is None or not compared:
        return
    all_clients = max(sum(row["base"] for row in rows) for rows in tables.values())
    behind = [
        (overall - row["rate"], id, row)
        for id, row in compared
        if row["rate"] is not None and widened(row["rate"], row["high"], len(compared)) < overall
    ]
    gap, id, row = max(behind, key=lambda item: item[0] * item[2]["base"], default=(0.0, "", {}))
    if not row:
        return
    missing = -gap * 100 * point * row["base"] / all_clients
    if not seen.matters(missing):
        return
    clause = say(
        "%(by)s is lowest for “%(value)s”: %(rate)s, against %(overall)s of all clients",
        by=label(id), value=name(str(row["value"])), rate=percent(row["rate"]), overall=percent(overall),
    )  # fmt: skip
    yield _SEGMENT.finding("retention.segment", [clause], evidence=[id, RATE, POINT], money=missing)


def _reasons(seen: Seen) -> Iterator[Finding]:
    known = seen.number("retention.loss_reasons_known")
    rows = [row for row in seen.rows("retention.loss_reasons") if row["loss_reason"] not in ("unknown", "other")]
    rows.sort(key=lambda row: -row["clients"])
    if known is None or known < HALF or len(rows) < LEADING or not _leads(rows):
        return
    first = rows[0]
    if not seen.matters(first["revenue"]):
        return
    clause: Clause = say(
        "The reason for leaving named most is “%(reason)s”: %(clients)s, %(money)s",
        reason=lower(first["loss_reason"]), clients=clients(first["clients"]), money=money(first["revenue"]),
    )  # fmt: skip
    share = say("; a reason is known for %(share)s of the lost clients", share=percent(known))
    yield _REASON.finding(
        "retention.reasons", [clause, share], evidence=["retention.loss_reasons", "retention.loss_reasons_known"],
        money=-first["revenue"],
    )  # fmt: skip


def _leads(rows: list[Row]) -> bool:
    return bool(rows[0]["clients"] >= LEADING and rows[0]["clients"] > rows[1]["clients"])
