"""Strategic clients: revenue on single contacts, plans that stand still, falling and threatened accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.findings.making import Story, about, who
from portfolio_review.findings.values import change, count_of, days, money, number, percent, say, signed, span
from portfolio_review.results.finding import Clause, Finding, Value
from portfolio_review.results.seen import Row, Seen

EXPOSURE = "strategic.exposure"
AGREEMENTS = "strategic.agreements"
HANGS_ON = "actions.exposure_reasons"
NAMED = 3
LEAST_FALL = 0.10
"""A fall of purchases by a tenth is told beside a plan that stands still."""
_FALLING = Story("strategic", "strategic", "strategic")
_UNSEEN = Story("strategic", "strategic", "strategic")
_CONTACTS = Story("strategic", "strategic", "exposed")
_PLAN = Story("strategic", "strategic", "strategic")
_THREATS = Story("strategic", "strategic", "exposed")
_SHORTLIST = Story("strategic", "strategic", "shortlist")
_ASSESS = Story("strategic", "strategic", "assess_first")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the strategic clients."""
    return [
        *_falling(seen), *_single_contacts(seen), *_stale_plan(seen), *_threatened(seen), *_unseen(seen),
        *_shortlist(seen), *_assess_first(seen),
    ]  # fmt: skip


def _listed(rows: list[Row], *, alone: bool = False) -> list[Clause]:
    """`: A (x), B (y), C (z)`: the largest by name; one that all is about needs no amount of its own."""
    if alone:
        return [say(": %(client)s", client=who(rows[0]))]
    named = [
        say(": %(client)s (%(money)s)", client=who(row), money=money(row["revenue_w1"])) for row in rows[:1]
    ]  # fmt: skip
    return named + [
        say(", %(client)s (%(money)s)", client=who(row), money=money(row["revenue_w1"]))
        for row in rows[1:NAMED]
    ]  # fmt: skip


def _single_contacts(seen: Seen) -> Iterator[Finding]:
    return _exposed(seen, "single_contact", _CONTACTS, "strategic.single_contacts", lambda n, said: count_of(
        "We know %(n)s key client through one person only (%(money)s)",
        "We know %(n)s key clients through one person only each (%(money)s)",
        n, money=said,
    ))  # fmt: skip


def _falling(seen: Seen) -> Iterator[Finding]:
    """The strategic client that still buys and fell most below 0.8 of the window before, and how many more did."""
    rows = [
        row for row in seen.rows(EXPOSURE)
        if row["account"] and row["falling"] and row["stage"] != "lapsed" and row["revenue_w0"] and _change(row) < 0
    ]  # fmt: skip
    lost = sum(map(_change, rows))
    if not rows or seen.seasons_differ or not seen.matters(lost):
        return
    rows.sort(key=_change)
    first = rows[0]
    told, values = change(first["revenue_w1"], first["revenue_w0"]), {"client": who(first)}
    values["money"] = money(first["revenue_w1"])
    clause = (
        say("%(client)s, a strategic client, gave back more than it bought: %(money)s", **values) if told is None else
        say("%(client)s, a strategic client, bought for %(money)s, %(change)s on the %(span)s before",
            change=told, span=span(seen.head.window_months), **values)
    )  # fmt: skip
    yield about(_FALLING, first).finding("strategic.falling", [clause, _others(rows)], evidence=[EXPOSURE], money=lost)


def _unseen(seen: Seen) -> Iterator[Finding]:
    """The strategic client that nobody has talked to for longest, beyond its cadence, and how many more there are."""
    rows = [row for row in seen.rows(EXPOSURE) if row["account"] and row["stale_contact"] and row["contact_days"]]
    revenue = sum(row["revenue_w1"] or 0.0 for row in rows)
    if not rows or revenue <= 0 or not seen.matters(revenue):
        return
    rows.sort(key=lambda row: -row["contact_days"])
    clause = say(
        "No contact with %(client)s, a strategic client, for %(days)s, longer than its cadence",
        client=who(rows[0]), days=days(rows[0]["contact_days"]),
    )  # fmt: skip
    more = None if len(rows) == 1 else count_of(
        ", nor in time with %(n)s more strategic client",
        ", nor in time with %(n)s more strategic clients", len(rows) - 1,
    )  # fmt: skip
    yield about(_UNSEEN, rows[0]).finding(
        "strategic.unseen", [clause, more], evidence=[EXPOSURE], money=-revenue, standing=True
    )


def _change(row: Row) -> float:
    """What the client bought more (less: below 0) than in the window before."""
    return float(row["revenue_w1"] - row["revenue_w0"])


def _others(rows: list[Row]) -> Clause | None:
    if len(rows) == 1:
        return None
    return count_of(
        "; the same of %(n)s more strategic client", "; the same of %(n)s more strategic clients", len(rows) - 1
    )


def _exposed(seen: Seen, flag: str, story: Story, id: str, told: Callable[[int, Value], Clause]) -> Iterator[Finding]:
    """Key clients that one flag of exposure concerns, the largest by name."""
    rows = flagged(seen, flag)
    if not rows:
        return
    here = _on_page(seen)
    named = [row for row in rows if row["client_id"] in here]
    known = [f"strategic.{flag}_revenue", f"strategic.{flag}_clients"]
    revenue, n = (seen.number(id) or 0.0 for id in known)
    clause = told(int(n), money(revenue))
    common = next((row for row in seen.rows(HANGS_ON) if row["reason"] == flag and not row["exposes"]), None)
    evidence = [*known, EXPOSURE, *([] if common is None else [HANGS_ON])]
    yield about(story, rows[0] if len(rows) == 1 else None).finding(
        id, [clause, *(_listed(named, alone=len(rows) == 1) if named else ()), _of_most(common)], evidence=evidence,
        money=-revenue, standing=True,
    )  # fmt: skip


def _on_page(seen: Seen) -> list[str]:
    """The clients that the page shows with their warning signs: accounts, then those with one, most money first."""
    rows = seen.rows(EXPOSURE)
    shown = [row for row in rows if row["account"]] + [row for row in rows if not row["account"] and row["flags"]]
    return [row["client_id"] for row in shown[: SHOWN[EXPOSURE]]]


def flagged(seen: Seen, flag: str) -> list[Row]:
    """The key clients of a flag of which a finding tells, the largest first; none where they do not matter."""
    revenue, n = seen.number(f"strategic.{flag}_revenue"), seen.number(f"strategic.{flag}_clients")
    rows = [row for row in seen.rows(EXPOSURE) if row[flag] and row["revenue_w1"]]
    if not n or revenue is None or revenue <= 0 or seen.scope.revenue <= 0 or not seen.matters(revenue):
        return []
    return sorted(rows, key=lambda row: -row["revenue_w1"])


def _of_most(common: Row | None) -> Clause | None:
    """What holds for more than half of the large clients exposes nobody, and says so in the same sentence."""
    if common is None:
        return None
    return say("; it holds for %(share)s of all large clients, so it tells none from another",
               share=percent(common["share"]))  # fmt: skip


def _stale_plan(seen: Seen) -> Iterator[Finding]:
    """The plan with the oldest overdue action of a client that the page shows, where no open action is in time."""
    here = _on_page(seen)
    stale = [
        row for row in seen.rows(AGREEMENTS)
        if row["client_id"] in here and row["actions_overdue"] and row["actions_overdue"] >= (row["actions_open"] or 0)
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
    return _exposed(seen, "threatened", _THREATS, "strategic.threatened", lambda n, said: count_of(
        "The managers see a serious threat to %(n)s key client, %(money)s",
        "The managers see a serious threat to %(n)s key clients, %(money)s",
        n, money=said,
    ))  # fmt: skip


def _shortlist(seen: Seen) -> Iterator[Finding]:
    """Who would take a place on the shortlist by score, where it would keep it in most draws."""
    rows = [row for row in seen.rows("strategic.proposal") if row["decision"] == "enters"]
    first = max(rows, key=lambda row: row["score"] or 0.0, default=None)
    if first is None or first["stability"] is None or first["stability"] < 1 / 2:
        return
    clause = say(
        "By its score %(client)s would enter the shortlist of strategic clients, at place %(rank)s; "
        "it keeps a place in %(share)s of draws",
        client=who(first), rank=number(first["rank"]), share=percent(first["stability"]),
    )  # fmt: skip
    yield _SHORTLIST.finding(
        "strategic.shortlist", [clause], evidence=["strategic.proposal"], money=None, standing=True
    )


def _assess_first(seen: Seen) -> Iterator[Finding]:
    """How many candidates too little is known of to decide anything, the largest by name."""
    rows = [row for row in seen.rows("strategic.proposal") if row["decision"] == "assess_first"]
    waiting = int(seen.number("strategic.assess_first") or 0)
    if not rows or not waiting or not seen.matters(rows[0]["revenue_w1"]):
        return
    clause = count_of(
        "Too little is known of %(n)s candidate to decide on its place on the shortlist; to be assessed first",
        "Too little is known of %(n)s candidates to decide on their places on the shortlist; to be assessed first",
        waiting,
    )  # fmt: skip
    yield about(_ASSESS, rows[0] if waiting == 1 else None).finding(
        "strategic.assess_first",
        [clause, *_listed(rows, alone=waiting == 1)],
        evidence=["strategic.assess_first", "strategic.proposal"],
        money=None,
        standing=True,
    )
