"""What stands over a page of which nothing else was found: the sentence that its main exhibit proves.

These findings are without money, so that page one, which is ordered by money, does not tell them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from portfolio_review.findings.decisions import OPEN
from portfolio_review.findings.making import Story, in_brackets
from portfolio_review.findings.values import clients, count, days, lower, money, percent, say, signed, since
from portfolio_review.results.finding import Finding, Value
from portfolio_review.results.seen import Seen, window_days

RATE, STILL = "retention.client_retention_rate", "retention.still_buying_rate"
LOST, BACK, DANGER = "actions.return.at_stake", "actions.return.expected_back", "actions.retain.at_stake"
_LISTS = Story("actions", "actions", "lists")
_RATES = Story("retention", "retention", "rates")
_BRIDGE = Story("movement", "bridge", "net")
_MOVES = Story("migration", "migration", "balance")
_LEDGER = Story("actions", "ledger", "decisions")
LEDGER = "actions.ledger"


def _lists(seen: Seen) -> Iterator[Finding]:
    """What is lost and may come back, and what is in danger: two meanings of money, never one sum."""
    lost, back, danger = (seen.number(id) or 0.0 for id in (LOST, BACK, DANGER))
    keep, ids = seen.number("actions.reward.at_stake"), [LOST, DANGER]
    if lost > 0 and back > 0 and danger > 0:
        clause = say(
            "On “Return” %(lost)s a year lost, %(back)s of it expected back; %(danger)s in danger on “Retain”",
            lost=money(lost), back=money(back), danger=money(danger),
        )  # fmt: skip
        ids = [LOST, BACK, DANGER]
    elif danger > 0:
        clause = say("In danger on “Retain”: %(danger)s, %(clients)s to call",
                     danger=money(danger), clients=_listed(seen, "retain"))  # fmt: skip
    elif lost > 0:
        clause = say("On “Return” %(lost)s a year lost, %(clients)s to win back",
                     lost=money(lost), clients=_listed(seen, "return"))  # fmt: skip
    elif keep:
        clause = say("Nobody to return or to retain; %(clients)s to reward, with %(money)s to keep",
                     clients=_listed(seen, "reward"), money=money(keep))  # fmt: skip
        ids = ["actions.reward.at_stake", "actions.reward.listed"]
    else:
        clause = say("No client stands on a list")
    in_margin = say(" (in margin)") if seen.number("actions.unprofitable.margin") is not None else None
    yield _LISTS.finding("actions.lists", [clause, in_margin], evidence=ids, money=None, better=0.0, standing=True)


def _listed(seen: Seen, rule: str) -> Value:
    return clients(seen.number(f"actions.{rule}.listed") or 0)


def _rates(seen: Seen) -> Iterator[Finding]:
    """Who bought again and who is still buying; that rates say little where clients buy at longer gaps than W1."""
    rate, still = seen.number(RATE), seen.number(STILL)
    if rate is None:
        return
    clause = (
        say("Retention says little here: clients buy every %(gap)s, the window has %(days)s",
            gap=days(seen.scope.usual_gap or 0), days=days(window_days(seen.head))) if seen.window_below_gap else
        say("%(rate)s of clients bought again", rate=percent(rate))
    )  # fmt: skip
    buying = None if still is None or seen.window_below_gap else say(", %(rate)s are still buying", rate=percent(still))
    yield _RATES.finding("retention.rates", [clause, buying], evidence=[RATE, *([STILL] if still is not None else [])],
                         money=None, better=0.0, standing=True)  # fmt: skip


def _bridge(seen: Seen) -> Iterator[Finding]:
    """What all losses took and all gains brought: from the revenue of W0 to that of W1."""
    start, end = (seen.number(f"bridge.{step}") for step in ("start", "end"))
    lines = {
        row["line"]: row["amount_change"] for row in seen.rows("movement.lines") if row["object"] == "bridge.steps"
    }
    if start is None or end is None or not lines or seen.seasons_differ:
        return
    clause = say(
        "Losses took %(down)s, gains brought %(up)s: revenue went from %(start)s to %(end)s",
        down=money(-lines["losses"]), up=money(lines["gains"]), start=money(start), end=money(end),
    )  # fmt: skip
    changed = in_brackets(end, start) if start else None
    yield _BRIDGE.finding("movement.net", [clause, changed], money=None, better=end - start, standing=True,
                          evidence=["movement.lines", "bridge.start", "bridge.end"])  # fmt: skip


def _moves(seen: Seen) -> Iterator[Finding]:
    """What clients that changed their ABC class brought more or less: its net effect in money."""
    lines = {row["line"]: row for row in seen.rows("movement.lines") if row["object"] == "migration.abc"}
    if not lines or seen.seasons_differ:
        return
    n, net = (lines["moved"][name] for name in ("clients", "amount_change"))
    if n:
        clause = say(
            "Clients that rose an ABC class changed revenue by %(up)s, those that fell by %(down)s: together %(net)s",
            up=signed(lines["rose"]["amount_change"]), down=signed(lines["fell"]["amount_change"]), net=signed(net),
        )  # fmt: skip
    else:
        clause = say("No client that bought in both windows changed its ABC class")
    yield _MOVES.finding("migration.net", [clause], evidence=["movement.lines", "migration.abc"], money=None,
                         better=net, standing=True)  # fmt: skip


def _ledger(seen: Seen) -> Iterator[Finding]:
    """How many decisions are closed, and how."""
    rows = seen.rows(LEDGER)
    if not rows:
        return
    closed = sorted(row["outcome"] for row in rows if row["outcome"] not in OPEN)
    first = say(
        "%(closed)s of %(all)s decisions %(since)s are closed", closed=count(len(closed)), all=count(len(rows)),
        since=since(min(row["since"] for row in rows)),
    )  # fmt: skip
    ways = [(lower(way), count(n)) for way, n in Counter(closed).most_common()]
    told = [say(": %(outcome)s %(n)s", outcome=way, n=n) for way, n in ways[:1]]
    told += [say(", %(outcome)s %(n)s", outcome=way, n=n) for way, n in ways[1:]]
    yield _LEDGER.finding("actions.ledger", [first, *told], evidence=[LEDGER], money=None, better=0.0, standing=True)


RULES: Mapping[str, Callable[[Seen], Iterator[Finding]]] = {
    "actions": _lists, "retention": _rates, "movement": _bridge, "migration": _moves, "ledger": _ledger,
}  # fmt: skip
