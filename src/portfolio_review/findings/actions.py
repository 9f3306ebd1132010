"""Clients that fall silent or buy less, that rest on a thread, that nobody speaks to or that cost money, as their lists
have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.findings.making import Story, about, in_brackets, who
from portfolio_review.findings.strategic import HANGS_ON, flagged
from portfolio_review.findings.values import count, count_of, days, money, percent, say, span, word
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Row, Seen

FULL = "actions.full"
THREAD = "actions.retain.thread"
TOLD_OF_KEY_CLIENTS = ("single_contact", "threatened")
"""Reasons of which the findings of strategic clients tell."""
_SILENT = Story("actions", "actions", "lost")
_LESS = Story("actions", "actions", "less")
_UNDERSERVED = Story("actions", "actions", "underserved")
_UNPROFITABLE = Story("actions", "actions", "unprofitable")
_THREAD = Story("actions", "actions", "exposed")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the action lists."""
    rows = [row for row in seen.rows(FULL) if row["listed"]]
    return [*_silent(seen, rows), *_buys_less(seen, rows), *_thread(seen), *_common(seen), *_underserved(seen),
            *_unprofitable(seen)]  # fmt: skip


def _in_margin(seen: Seen) -> bool:
    """Whether money at stake is margin: then clients without margin are counted."""
    return seen.number("actions.unprofitable.margin") is not None


def _silent(seen: Seen, rows: Sequence[Row]) -> Iterator[Finding]:
    """The first client to win back: of those of class A that lapsed within half a year, in the order of the list."""
    first_to_call = (row for row in rows if row["list"] == "return" and row["recent"] and row["reason"] == "silent")
    leaving = [row for row in first_to_call if (row["revenue_last_active"] or 0) > 0]
    if not leaving or not seen.matters(leaving[0]["revenue_last_active"]):
        return
    first = leaving[0]
    brought = first["revenue_last_active"]
    values = {"client": who(first), "days": days(round(first["now"])), "money": money(brought)}
    clause = (
        say("%(client)s, %(money)s of revenue in its last active year, has bought nothing for %(days)s", **values)
        if _in_margin(seen) else
        say("%(client)s, %(money)s in its last active year, has bought nothing for %(days)s", **values)
    )  # fmt: skip
    usual = None if first["usual"] is None else say(", usually buying every %(days)s", days=days(round(first["usual"])))
    yield about(_SILENT, first).finding(
        "actions.silent", [clause, usual, _more(leaving, first)], evidence=[FULL], money=-brought
    )


def _more(leaving: Sequence[Row], first: Row) -> Clause | None:
    others = [row for row in leaving if row is not first]
    if not others:
        return None
    return count_of(
        "; %(n)s more client of class A lapsed within half a year (%(money)s a year)",
        "; %(n)s more clients of class A lapsed within half a year (%(money)s a year)",
        len(others), money=money(sum(row["revenue_last_active"] for row in others)),
    )  # fmt: skip


def _thread(seen: Seen) -> Iterator[Finding]:
    """What rests on a thread: large clients that do not fall and yet are exposed."""
    n, stake = seen.number(f"{THREAD}.listed"), seen.number(f"{THREAD}.at_stake")
    if not n or not stake or not seen.matters(stake, in_value=True):
        return
    clause = (
        count_of(
            "%(n)s large client that does not fall rests on a thread: %(money)s of margin a year",
            "%(n)s large clients that do not fall rest on a thread: %(money)s of margin a year",
            int(n), money=money(stake),
        ) if _in_margin(seen) else
        count_of(
            "%(n)s large client that does not fall rests on a thread: %(money)s a year",
            "%(n)s large clients that do not fall rest on a thread: %(money)s a year",
            int(n), money=money(stake),
        )
    )  # fmt: skip
    evidence = [f"{THREAD}.listed", f"{THREAD}.at_stake"]
    yield _THREAD.finding("actions.exposed", [clause], evidence=evidence, money=stake, better=-1.0, standing=True)


def _common(seen: Seen) -> Iterator[Finding]:
    """What holds for more than half of the large clients: it tells none from another and exposes nobody. Where the
    findings of strategic clients tell of it, they say that too."""
    for row in seen.rows(HANGS_ON):
        told = row["reason"] in TOLD_OF_KEY_CLIENTS and flagged(seen, row["reason"])
        if not row["exposes"] and not told and seen.matters(row["revenue"]):
            clause = count_of(
                "%(reason)s: %(n)s large client, %(share)s of them (%(money)s), so it tells none from another",
                "%(reason)s: %(n)s large clients, %(share)s of them (%(money)s), so it tells none from another",
                row["clients"], reason=word(row["reason"]), share=percent(row["share"]), money=money(row["revenue"]),
            )  # fmt: skip
            yield _THREAD.finding(
                f"actions.common.{row['reason']}", [clause], evidence=[HANGS_ON], money=row["revenue"], better=-1.0,
                standing=True,
            )  # fmt: skip


def _buys_less(seen: Seen, rows: Sequence[Row]) -> Iterator[Finding]:
    """The largest fall from W0 of a client that still buys and that the page shows on the list of those to retain as
    declining."""
    shown = [row for row in rows if row["list"] == "retain"][: SHOWN["actions.<rule>"]]
    falls = [
        (row["revenue_w1"] - row["revenue_w0"], row)
        for row in shown
        if row["stage"] == "declining" and row["revenue_w0"] and row["revenue_w1"] > 0
    ]
    fall, first = min(falls, key=lambda item: item[0], default=(0.0, None))
    if first is None or fall >= 0 or not seen.matters(fall):
        return
    clause = say(
        "%(client)s bought %(difference)s less than in the %(span)s before",
        client=who(first), difference=money(-fall), span=span(seen.head.window_months),
    )  # fmt: skip
    changed = in_brackets(first["revenue_w1"], first["revenue_w0"])
    yield about(_LESS, first).finding("actions.buys_less", [clause, changed], evidence=[FULL], money=fall)


def _underserved(seen: Seen) -> Iterator[Finding]:
    n, gap = seen.number("actions.underserved"), seen.number("actions.underserved_at_stake")
    overdue = seen.number("actions.contacts_overdue")
    if not n or gap is None or gap <= 0 or overdue is None or not seen.matters(gap, in_value=True):
        return
    clause = (
        count_of(
            "%(n)s smaller client could bring %(money)s of margin more and was not contacted in time",
            "%(n)s smaller clients could bring %(money)s of margin more and were not contacted in time",
            int(n), money=money(gap),
        ) if _in_margin(seen) else
        count_of(
            "%(n)s smaller client could buy %(money)s more and was not contacted in time",
            "%(n)s smaller clients could buy %(money)s more and were not contacted in time",
            int(n), money=money(gap),
        )
    )  # fmt: skip
    all_of_them = say("; clients of any size past their contact date: %(count)s", count=count(overdue))
    evidence = ["actions.underserved", "actions.underserved_at_stake", "actions.contacts_overdue"]
    yield _UNDERSERVED.finding(
        "actions.underserved", [clause, all_of_them], evidence=evidence, money=gap, better=0.0, standing=True
    )  # fmt: skip


def _unprofitable(seen: Seen) -> Iterator[Finding]:
    """Active clients without margin, which are on no list: what serving them costs a year."""
    n, revenue, margin = (seen.number(f"actions.unprofitable.{name}") for name in ("clients", "revenue", "margin"))
    if not n or revenue is None or margin is None or margin >= 0 or not seen.matters(margin, in_value=True):
        return
    clause = count_of(
        "%(n)s client is unprofitable: revenue of %(revenue)s, margin of %(margin)s",
        "%(n)s clients are unprofitable: revenue of %(revenue)s, margin of %(margin)s",
        int(n), revenue=money(revenue), margin=money(margin),
    )  # fmt: skip
    evidence = [f"actions.unprofitable.{name}" for name in ("clients", "revenue", "margin")]
    yield _UNPROFITABLE.finding("actions.unprofitable", [clause], evidence=evidence, money=margin, standing=True)
