"""Clients that changed their ABC class: the largest move each way, more down than up, unusual movement."""

from __future__ import annotations

import math
from collections.abc import Iterator

from portfolio_review.findings.making import CONFIDENCE, Story, about, who
from portfolio_review.findings.values import count, money, percent, say, span, word
from portfolio_review.results.finding import Finding
from portfolio_review.results.seen import Row, Seen

ABC = "migration.abc"
PROPER = ("A", "B", "C", "none")
_DOWN = Story("migration", "migration", "less")
_UP = Story("migration", "migration", "more")
_BALANCE = Story("migration", "migration", "existing")
_MOVEMENT = Story("migration", "migration", "mobility")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the migration between ABC classes."""
    return [*_largest(seen), *_balance(seen), *_mobility(seen)]


def _largest(seen: Seen) -> Iterator[Finding]:
    movers = seen.rows(f"{ABC}.movers")
    down = min(movers, key=lambda row: row["amount_change"], default=None)
    up = max(movers, key=lambda row: row["amount_change"], default=None)
    for direction, row in (("down", down), ("up", up)):
        if row is not None and (row["amount_change"] > 0) == (direction == "up"):
            yield from _mover(seen, direction, row)


def _mover(seen: Seen, direction: str, row: Row) -> Iterator[Finding]:
    moved, before = row["amount_change"], row["revenue_w0"]
    if not seen.matters(moved) or before <= 0:
        return
    clause = say(
        "%(client)s moved from class %(start)s to %(end)s: %(before)s in the %(span)s before, now %(now)s",
        client=who(row), start=word(row["from"]), end=word(row["to"]), before=money(before),
        span=span(seen.head.window_months), now=money(row["revenue_w1"]),
    )  # fmt: skip
    yield about(_DOWN if direction == "down" else _UP, row).finding(
        f"migration.largest_{direction}", [clause], evidence=[f"{ABC}.movers"], money=moved
    )


def sign_test(one: int, other: int) -> float:
    """Two-sided p of `one` against `other` when both are equally likely (exact binomial)."""
    n, least = one + other, min(one, other)
    tail: float = sum(math.comb(n, k) for k in range(least + 1)) / 2**n
    return min(1.0, 2 * tail)


def _balance(seen: Seen) -> Iterator[Finding]:
    up, down, stay = (seen.number(f"{ABC}.{name}") for name in ("up", "down", "stay"))
    if up is None or down is None or stay is None or sign_test(int(up), int(down)) > 1 - CONFIDENCE:
        return
    moved = [row for row in seen.rows(ABC) if {row["from"], row["to"]} <= set(PROPER) and row["from"] != row["to"]]
    amount = sum(row["revenue_w1"] - row["revenue_w0"] for row in moved)
    if not seen.matters(amount):
        return
    values = {"up": count(up), "down": count(down), "stay": count(stay)}
    if down > up:
        clause = say("More clients moved down an ABC class than up: %(down)s against %(up)s; %(stay)s stayed", **values)
    else:
        clause = say("More clients moved up an ABC class than down: %(up)s against %(down)s; %(stay)s stayed", **values)
    evidence = [ABC, *(f"{ABC}.{name}" for name in ("up", "down", "stay"))]
    yield _BALANCE.finding("migration.balance", [clause], evidence=evidence, money=amount, better=up - down)


def _mobility(seen: Seen) -> Iterator[Finding]:
    *earlier, last = seen.rows(f"{ABC}.trend") or [{}]
    if not last.get("unusual") or not earlier:
        return
    rates = [row["rate"] for row in earlier if row["rate"] is not None]
    clause = say(
        "%(rate)s of the clients that stayed changed their ABC class, outside the range of the months before "
        "(%(low)s to %(high)s)",
        rate=percent(last["rate"]), low=percent(min(rates)), high=percent(max(rates)),
    )  # fmt: skip
    yield _MOVEMENT.finding("migration.unusual", [clause], evidence=[f"{ABC}.trend"], money=None)
