"""Large clients that fall silent or buy less, clients nobody speaks to, what became of the last lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portfolio_review.findings.making import Story, about, in_brackets, who
from portfolio_review.findings.values import count, count_of, days, money, say, span
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Row, Seen

FULL = "actions.full"
GONE = ("at_risk", "lapsed")
LARGE = "A"
SELDOM = 0.10
"""A forecast above this chance of a purchase speaks against a departure: the client may only be late."""
_CLIENT = Story("actions", "actions", "client")
_UNDERSERVED = Story("actions", "actions", "underserved")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the action lists."""
    rows = seen.rows(FULL)
    return [*_silent(seen, rows), *_buys_less(seen, rows), *_underserved(seen)]


def _silent(seen: Seen, rows: Sequence[Row]) -> Iterator[Finding]:
    """The largest client that has bought in W1, is silent, and will hardly buy by itself."""
    leaving = [
        row for row in rows
        if row["stage"] in GONE and row["reason"] == "silent" and row["abc"] == LARGE and row["revenue_w1"]
        and row["p_next"] is not None and row["p_next"] < SELDOM
    ]  # fmt: skip
    first = max(leaving, key=lambda row: row["revenue_last_active"] or 0.0, default=None)
    if first is None or (first["revenue_last_active"] or 0.0) <= 0 or not seen.matters(first["revenue_last_active"]):
        return
    clause = say(
        "%(client)s, %(money)s in its last active year, has bought nothing for %(days)s",
        client=who(first), days=days(round(first["now"])), money=money(first["revenue_last_active"]),
    )  # fmt: skip
    usual = None if first["usual"] is None else say(", usually buying every %(days)s", days=days(round(first["usual"])))
    yield about(_CLIENT, first).finding(
        "actions.silent", [clause, usual, _more(leaving, first)], evidence=[FULL], money=-first["revenue_last_active"]
    )  # fmt: skip


def _more(leaving: Sequence[Row], first: Row) -> Clause | None:
    others = [row for row in leaving if row is not first]
    if not others:
        return None
    return count_of(
        "; %(n)s more client of class A is as silent (%(money)s)",
        "; %(n)s more clients of class A are as silent (%(money)s)",
        len(others), money=money(sum(row["revenue_last_active"] or 0.0 for row in others)),
    )  # fmt: skip


def _buys_less(seen: Seen, rows: Sequence[Row]) -> Iterator[Finding]:
    """The largest fall of a client that still buys, from the reason it stands on the list of those to retain."""
    falls = [
        (row["revenue_w1"] - row["revenue_w1"] / (1 + row["now"]), row)
        for row in rows
        if row["reason"] == "spends_less" and row["revenue_w1"] and row["now"] is not None and -1 < row["now"] < 0
    ]
    fall, first = min(falls, key=lambda item: item[0], default=(0.0, None))
    if first is None or fall >= 0 or not seen.matters(fall):
        return
    clause = say(
        "%(client)s bought %(difference)s less than in the %(span)s before",
        client=who(first), difference=money(-fall), span=span(seen.head.window_months),
    )  # fmt: skip
    changed = in_brackets(1 + first["now"], 1.0)
    yield about(_CLIENT, first).finding("actions.buys_less", [clause, changed], evidence=[FULL], money=fall)


def _underserved(seen: Seen) -> Iterator[Finding]:
    n, gap = seen.number("actions.underserved"), seen.number("actions.underserved_at_stake")
    overdue = seen.number("actions.contacts_overdue")
    if not n or gap is None or gap <= 0 or overdue is None or not seen.matters(gap):
        return
    clause = count_of(
        "%(n)s smaller client that could buy %(money)s more has not been spoken to in time",
        "%(n)s smaller clients that could buy %(money)s more have not been spoken to in time",
        int(n), money=money(gap),
    )  # fmt: skip
    all_of_them = say("; clients of any size past their contact date: %(count)s", count=count(overdue))
    evidence = ["actions.underserved", "actions.underserved_at_stake", "actions.contacts_overdue"]
    yield _UNDERSERVED.finding(
        "actions.underserved", [clause, all_of_them], evidence=evidence, money=gap, better=0.0, standing=True
    )  # fmt: skip
