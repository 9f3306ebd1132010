"""Strategic clients: revenue on single contacts, plans that stand still, falling and threatened accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portfolio_review.findings.making import Story, about, who
from portfolio_review.findings.values import change, count_of, days, money, number, percent, say, signed, span
from portfolio_review.results.finding import Clause, Finding, Value
from portfolio_review.results.seen import Row, Seen

EXPOSURE = "strategic.exposure"
AGREEMENTS = "strategic.agreements"
NAMED = 3
LEAST_FALL = 0.10
"""A fall of purchases by a tenth is told beside a plan that stands still."""
_CONTACTS = Story("strategic", "strategic", "contacts")
_PLAN = Story("strategic", "strategic", "plan")
_THREATS = Story("strategic", "strategic", "threats")
_SHORTLIST = Story("strategic", "strategic", "shortlist")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the strategic clients."""
    return [*_single_contacts(seen), *_stale_plan(seen), *_threatened(seen), *_shortlist(seen)]


def _listed(rows: list[Row]) -> list[Clause]:
    """`: A (x), B (y), C (z)`: the largest by name; one alone needs no amount of its own."""
    if len(rows) == 1:
        return [say(": %(client)s", client=who(rows[0]))]
    named = [
        say(": %(client)s (%(money)s)", client=who(row), money=money(row["revenue_w1"])) for row in rows[:1]
    ]  # fmt: skip
    return named + [
        say(", %(client)s (%(money)s)", client=who(row), money=money(row["revenue_w1"]))
        for row in rows[1:NAMED]
    ]  # fmt: skip


def _single_contacts(seen: Seen) -> Iterator[Finding]:
    return _exposed(seen, "single_contact", _CONTACTS, "strategic.single_contacts", lambda n, said, share: count_of(
        "%(n)s key client is known through a single contact, %(money)s (%(share)s of revenue)",
        "%(n)s key clients are known through a single contact each, %(money)s (%(share)s of revenue)",
        n, money=said, share=share,
    ))  # fmt: skip


def _exposed(
    seen: Seen, flag: str, story: Story, id: str, told: Callable[[int, Value, Value], Clause]
) -> Iterator[Finding]:
    """Key clients that one flag of exposure concerns, the largest by name."""
    known = (f"strategic.{flag}_revenue", f"strategic.{flag}_clients")
    revenue, n = map(seen.number, known)
    rows = [row for row in seen.rows(EXPOSURE) if row[flag] and row["revenue_w1"]]
    rows.sort(key=lambda row: -row["revenue_w1"])
    if not n or revenue is None or revenue <= 0 or not rows or seen.scope.revenue <= 0 or not seen.matters(revenue):
        return
    clause = told(int(n), money(revenue), percent(revenue / seen.scope.revenue))
    yield about(story, rows[0] if len(rows) == 1 else None).finding(
        id, [clause, *_listed(rows)], evidence=[*known, EXPOSURE], money=-revenue, standing=True
    )  # fmt: skip


def _stale_plan(seen: Seen) -> Iterator[Finding]:
    """The client plan with the oldest overdue action, where none of its open actions is in time."""
    stale = [
        row for row in seen.rows(AGREEMENTS)
        if row["client_id"] and row["actions_overdue"] and row["actions_overdue"] >= (row["actions_open"] or 0)
    ]  # fmt: skip
    first = max(stale, key=lambda row: row["oldest_overdue"] or 0, default=None)
    if first is None:
        return
    exposed = next((row for row in seen.rows(EXPOSURE) if row["client_id"] == first["client_id"]), None)
    brought = exposed["revenue_w1"] if exposed else None
    if not seen.matters(brought):
        return
    clause = count_of(
        "The plan for %(client)s stands still: %(n)s open action is overdue by up to %(days)s",
        "The plan for %(client)s stands still: %(n)s open actions are overdue, the oldest by %(days)s",
        int(first["actions_overdue"]), client=who(first), days=days(first["oldest_overdue"] or 0),
    )  # fmt: skip
    clauses = [clause, _falls(seen, exposed)]
    yield about(_PLAN, first).finding(
        "strategic.stale_plan", clauses, evidence=[AGREEMENTS, EXPOSURE], money=-(brought or 0.0), standing=True
    )  # fmt: skip


def _falls(seen: Seen, row: Row | None) -> Clause | None:
    if row is None or seen.seasons_differ or not row["revenue_w0"] or row["revenue_w0"] <= 0:
        return None
    if row["revenue_w1"] > (1 - LEAST_FALL) * row["revenue_w0"]:
        return None
    values = {"difference": signed(row["revenue_w1"] - row["revenue_w0"]), "span": span(seen.head.window_months)}
    changed = change(row["revenue_w1"], row["revenue_w0"])
    if changed is None:
        return say("; its purchases: %(difference)s on the %(span)s before", **values)
    return say("; its purchases: %(difference)s on the %(span)s before (%(change)s)", change=changed, **values)


def _threatened(seen: Seen) -> Iterator[Finding]:
    return _exposed(seen, "threatened", _THREATS, "strategic.threatened", lambda n, said, share: count_of(
        "The managers see a serious threat to %(n)s key client, %(money)s (%(share)s of revenue)",
        "The managers see a serious threat to %(n)s key clients, %(money)s (%(share)s of revenue)",
        n, money=said, share=share,
    ))  # fmt: skip


def _shortlist(seen: Seen) -> Iterator[Finding]:
    """Who would take a place on the shortlist by score, where it would keep it in most weightings."""
    rows = [row for row in seen.rows("strategic.proposal") if row["decision"] == "enters"]
    first = max(rows, key=lambda row: row["score"] or 0.0, default=None)
    if first is None or first["stability"] is None or first["stability"] < 1 / 2:
        return
    clause = say(
        "By its score %(client)s would enter the shortlist of strategic clients, at place %(rank)s; "
        "it keeps a place in %(share)s of weightings",
        client=who(first), rank=number(first["rank"]), share=percent(first["stability"]),
    )  # fmt: skip
    yield _SHORTLIST.finding(
        "strategic.shortlist", [clause], evidence=["strategic.proposal"], money=None, standing=True
    )
