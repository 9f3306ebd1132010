"""Concentration, classes that do not separate, and the segment in which revenue changed most."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.findings.making import Story, about, who
from portfolio_review.findings.values import (
    change,
    count,
    count_of,
    label,
    money,
    name,
    percent,
    say,
    signed,
    span,
    word,
)
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Part, Row, Seen

LEAST_SHARE = 0.15
TIMES_EQUAL = 2
"""A concentration is a client with 15 % of revenue that holds twice its equal share: a fifth of five is none."""
LEAST_POINTS = 0.02
LEAST_CHANGE = 0.10
LEAST_RISE, LEAST_CLIENTS = 0.02, 3
"""A unit rises in money and falls in clients by 2 % each and by three clients."""
NOT_SEPARATED = 0.90
NO_CLASS = "n/a"
_HELD = Story("structure", "structure", "concentration")
_FEWER = Story("structure", "structure", "clients")
_CLASSES = Story("structure", "structure", "classes")
_SEGMENT = Story("structure", "by_what", "revenue")
ATTRIBUTES = ("type", "industry", "region", "category")
"""Attributes whose largest change is told; a manager's book is no cause, a relationship is a result."""


def findings(seen: Seen) -> list[Finding]:
    """The findings of the structure."""
    return [
        *_concentration(seen), *_ten_largest(seen), *_regularity(seen), *_segment(seen), *_fewer_clients(seen),
    ]  # fmt: skip


def _concentration(seen: Seen) -> Iterator[Finding]:
    clients = seen.number("structure.clients") or 0
    least = max(LEAST_SHARE, TIMES_EQUAL / clients if clients else 1.0)
    heavy = [row for row in seen.rows("structure.over_10pct") if row["share"] >= least]
    if not heavy or not seen.matters(heavy[0]["revenue"]):
        return
    first = max(heavy, key=lambda row: row["revenue"])
    if len(heavy) == 1:
        clause = say(
            "%(client)s alone brings %(share)s of revenue, %(money)s over %(span)s",
            client=who(first), share=percent(first["share"]), money=money(first["revenue"]),
            span=span(seen.head.window_months),
        )  # fmt: skip
    else:
        clause = count_of(
            "%(n)s client brings %(share)s of revenue; it is %(client)s with %(money)s",
            "%(n)s clients bring %(share)s of revenue between them; the largest is %(client)s with %(money)s",
            len(heavy), share=percent(sum(row["share"] for row in heavy)), client=who(first),
            money=money(first["revenue"]),
        )  # fmt: skip
    evidence = ["structure.over_10pct", "structure.clients", "structure.top1_share"]
    yield about(_HELD, first if len(heavy) == 1 else None).finding(
        "structure.concentration", [clause, _since(seen) if len(heavy) == 1 else None], evidence=evidence,
        money=-first["revenue"], standing=True,
    )  # fmt: skip


def _since(seen: Seen) -> Clause | None:
    now, before = (seen.number("structure.top1_share", part) for part in ("value", "previous_year"))
    if now is None or before is None or abs(now - before) < LEAST_POINTS:
        return None
    return say(", %(before)s the largest one a year before", before=percent(before))


def _ten_largest(seen: Seen) -> Iterator[Finding]:
    now, before = (seen.number("structure.top10_share", part) for part in ("value", "previous_year"))
    clients = seen.number("structure.clients") or 0
    if now is None or before is None or abs(now - before) < LEAST_POINTS or clients < 10 * TIMES_EQUAL:
        return
    if not seen.matters((now - before) * seen.scope.revenue):
        return
    clause = say(
        "The ten largest clients hold %(share)s of revenue, against %(before)s a year before",
        share=percent(now), before=percent(before),
    )  # fmt: skip
    yield _HELD.finding(
        "structure.ten_largest", [clause], evidence=["structure.top10_share"], money=None
    )  # fmt: skip


def _fewer_clients(seen: Seen) -> Iterator[Finding]:
    """A unit that rises in money and falls in clients: its weight is what the clients that are fewer brought."""
    part: Part = "previous_year" if seen.seasons_differ else "window_previous"
    (revenue, before), (n, n_before) = (
        (seen.number(f"structure.{name}"), seen.number(f"structure.{name}", part)) for name in ("revenue", "clients")
    )
    if revenue is None or n is None or not before or before <= 0 or not n_before:
        return
    risen, fallen, worth = revenue / before - 1, 1 - n / n_before, (n - n_before) * before / n_before
    if risen < LEAST_RISE or fallen < LEAST_RISE or n_before - n < LEAST_CLIENTS or not seen.matters(worth):
        return
    told = change(revenue, before)
    if told is None:
        return
    values = {"revenue": money(revenue), "change": told, "now": count(n), "before": count(n_before)}
    clause = (
        say("Revenue rises with fewer clients: %(revenue)s, %(change)s on the same months a year before, from %(now)s "
            "clients instead of %(before)s", **values)
        if seen.seasons_differ else
        say("Revenue rises with fewer clients: %(revenue)s, %(change)s on the %(span)s before, from %(now)s "
            "clients instead of %(before)s", span=span(seen.head.window_months), **values)
    )  # fmt: skip
    yield _FEWER.finding(
        "structure.fewer_clients", [clause], evidence=["structure.revenue", "structure.clients"], money=None,
        better=-1.0, value=seen.in_value(worth) or worth,
    )  # fmt: skip


def _regularity(seen: Seen) -> Iterator[Finding]:
    rows = seen.rows("structure.xyz")
    total = sum(row["clients"] for row in rows)
    for row in rows:
        if row["class"] != NO_CLASS and row["clients"] > NOT_SEPARATED * total:
            clause = say(
                "%(share)s of clients are in class %(word)s: the limits of XYZ do not separate this portfolio",
                share=percent(row["clients"] / total), word=word(row["class"]),
            )  # fmt: skip
            yield _CLASSES.finding(
                "structure.xyz_not_separated", [clause], evidence=["structure.xyz"], money=None, standing=True
            )  # fmt: skip


def _segment(seen: Seen) -> Iterator[Finding]:
    """Of the attributes whose largest change is a tenth of what that value brought before, the largest."""
    found: list[tuple[float, str, Row]] = []
    for attribute in ATTRIBUTES:
        id = f"structure.by.{attribute}"
        rows = [row for row in seen.rows(id) if row["value"] and row["revenue_w0"] and row["revenue_w0"] > 0]
        if len(rows) > 1:
            found.append(max(((_moved(row), id, row) for row in rows), key=lambda item: abs(item[0])))
    large = [item for item in found if abs(item[0]) >= LEAST_CHANGE * item[2]["revenue_w0"]]
    moved, id, row = max(large, key=lambda item: abs(item[0]), default=(0.0, "", {}))
    if not row or not seen.matters(moved):
        return
    clause = say(
        "%(by)s, the largest change is “%(value)s”: %(difference)s on the %(span)s before, to %(now)s",
        by=label(id), value=name(str(row["value"])), difference=signed(moved), now=money(row["revenue"]),
        span=span(seen.head.window_months),
    )  # fmt: skip
    yield _SEGMENT.finding("structure.segment", [clause], evidence=[id], money=moved)


def _moved(row: Row) -> float:
    return float(row["revenue"] - row["revenue_w0"])
