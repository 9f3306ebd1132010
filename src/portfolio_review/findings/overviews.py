"""What stands over a page of which nothing else was found: the sentence that its main exhibit proves.

A rule for each page, from what is recorded to one finding; its numbers are printed on that page. These findings are
without money, so that page one, which is ordered by money, does not tell them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from portfolio_review.catalog import CATALOG
from portfolio_review.catalog.lines import OF_A_BREAKDOWN
from portfolio_review.findings.decisions import OPEN
from portfolio_review.findings.making import Story
from portfolio_review.findings.values import (
    clients,
    count,
    count_of,
    days,
    label,
    lower,
    money,
    name,
    number,
    percent,
    period,
    say,
    signed,
    since,
    span,
)
from portfolio_review.findings.verdict import existing_is_clear
from portfolio_review.results.finding import Clause, Finding, Value
from portfolio_review.results.seen import Seen, window_days

RATE, STILL = "retention.client_retention_rate", "retention.still_buying_rate"
REPEAT, GAP = "retention.repeat_rate", "series.usual_gap"
LOST, BACK, DANGER = "actions.return.at_stake", "actions.return.expected_back", "actions.retain.at_stake"
LEDGER, RECONCILED = "actions.ledger", "data.reconciliation"
EFFECTS = {"n": "drivers.n_effect", "v": "drivers.v_effect", "l": "drivers.l_effect"}
ENDING = 90
"""Days within which a contract counts as ending."""
BY = "structure.by.<attribute>"
FEW = 10
"""Of so many clients or fewer the largest is told, of more the ten largest."""
LEAST_TOLD = 0.0005
"""A share that a decimal of a per cent tells."""
_TRUST = Story("data", "trust", "doubts")
_LISTS = Story("actions", "actions", "lists")
_RATES = Story("retention", "retention", "rates")
_BRIDGE = Story("movement", "bridge", "net")
_MOVES = Story("migration", "migration", "balance")
_HELD = Story("structure", "structure", "held")
_BY = Story("structure", "by_what", "by")
_FACTORS = Story("drivers", "drivers", "factors")
_ACCOUNTS = Story("strategic", "strategic", "accounts")
_AHEAD = Story("risk", "risk", "ahead")
_LEDGER = Story("actions", "ledger", "decisions")


def _stands(story: Story, id: str, clauses: Iterable[Clause | None], *evidence: str) -> Finding:
    return story.finding(id, clauses, evidence=evidence, money=None, better=0.0, standing=True)


def _data(seen: Seen) -> Iterator[Finding]:
    """The largest open doubt, a unit's own before the company's, and how many of the rows read the review counts."""
    rows = {row["item"]: row["rows"] for row in seen.rows(RECONCILED)}
    if not {"used", "sources"} <= rows.keys():
        return
    every, values = rows["used"] == rows["sources"], {"used": count(rows["used"]), "all": count(rows["sources"])}
    still = sorted((doubt for doubt in seen.doubts if not doubt.accepted), key=lambda doubt: doubt.of_company)
    if not still:
        clause = (
            say("All %(all)s rows of the sources are counted", all=values["all"]) if every else
            say("Rows of the sources counted: %(used)s of %(all)s", **values)
        )  # fmt: skip
        yield _stands(_TRUST, "data.counted", [clause], RECONCILED)
        return
    doubt = still[0]
    first = (
        say("Doubtful in the whole company: %(doubt)s", doubt=lower(doubt.word)) if doubt.of_company else
        say("Doubtful: %(doubt)s", doubt=lower(doubt.word))
    )  # fmt: skip
    share = None
    if doubt.share is not None and (doubt.share >= LEAST_TOLD or not doubt.share):
        share = say(" (%(share)s of all revenue read)", share=percent(doubt.share))
    counted = (
        say(". All %(all)s rows of the sources are counted", all=values["all"]) if every else
        say(". Rows of the sources counted: %(used)s of %(all)s", **values)
    )  # fmt: skip
    yield _stands(_TRUST, "data.counted", [first, share, counted], "data.doubts", RECONCILED)


def _structure(seen: Seen) -> Iterator[Finding]:
    """How much few clients hold; of a portfolio of ten or fewer, what the largest holds."""
    n = int(seen.number("structure.clients") or 0)
    ten, one = seen.number("structure.top10_share"), seen.number("structure.top1_share")
    a = next((row for row in seen.rows("structure.abc") if row["class"] == "A" and row["clients"]), None)
    if n > FEW and a is not None and ten is not None and a["share_of_revenue"] is not None:
        clause = count_of(
            "%(n)s client of class A brings %(share)s of revenue, the ten largest hold %(ten)s",
            "%(n)s clients of class A bring %(share)s of revenue, the ten largest hold %(ten)s",
            int(a["clients"]), share=percent(a["share_of_revenue"]), ten=percent(ten),
        )  # fmt: skip
        yield _stands(_HELD, "structure.held", [clause], "structure.abc", "structure.top10_share")
        return
    if not n:
        return
    active = count_of("%(n)s active client", "%(n)s active clients", n)
    held = (
        say(", no revenue above zero") if one is None else
        say(", the largest alone holds %(share)s of revenue", share=percent(one))
    )  # fmt: skip
    yield _stands(_HELD, "structure.held", [active, held], "structure.clients", "structure.top1_share")


def _by_what(seen: Seen) -> Iterator[Finding]:
    """What stands first in the first breakdown, where no change is large enough to be a finding."""
    shown = {id: [row for row in seen.rows(id)[: OF_A_BREAKDOWN[0]] if row["value"] is not None]
             for id, entry in CATALOG.items() if entry.family == BY and len(seen.rows(id)) > 1}  # fmt: skip
    id, rows = next(((id, rows) for id, rows in shown.items() if rows), ("", []))
    if not rows:
        return
    moved = [row for row in rows if row["amount_change"] is not None]
    if not moved or seen.seasons_differ:
        largest = max(rows, key=lambda row: row["revenue"])
        clause = say("%(by)s, the largest is “%(value)s”: %(money)s", by=label(id), value=name(str(largest["value"])),
                     money=money(largest["revenue"]))  # fmt: skip
    else:
        most = max(moved, key=lambda row: abs(row["amount_change"]))
        clause = say(
            "%(by)s, nothing changed much; most did “%(value)s”: %(money)s", by=label(id),
            value=name(str(most["value"])), money=signed(most["amount_change"]),
        )  # fmt: skip
    yield _stands(_BY, "structure.by_what", [clause], id)


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
    yield _stands(_LISTS, "actions.lists", [clause, in_margin], *ids)


def _listed(seen: Seen, rule: str) -> Value:
    return clients(seen.number(f"actions.{rule}.listed") or 0)


def _rates(seen: Seen) -> Iterator[Finding]:
    """Who bought again and who is still buying; that rates say little where clients buy at longer gaps than W1."""
    rate, still = seen.number(RATE), seen.number(STILL)
    if rate is None:
        yield from _without_rate(seen)
        return
    clause = (
        say("Retention says little here: clients buy every %(gap)s, the window has %(days)s",
            gap=days(seen.scope.usual_gap or 0), days=days(window_days(seen.head))) if seen.window_below_gap else
        say("%(rate)s of clients bought again", rate=percent(rate))
    )  # fmt: skip
    buying = None if still is None or seen.window_below_gap else say(", %(rate)s are still buying", rate=percent(still))
    yield _stands(_RATES, "retention.rates", [clause, buying], RATE, *([STILL] if still is not None else []))


def _without_rate(seen: Seen) -> Iterator[Finding]:
    """Where the history is too short to tell who was kept: who bought more than once, else how often clients buy."""
    repeat, gap = seen.number(REPEAT), seen.number(GAP)
    if repeat is not None:
        clause = say("%(rate)s of clients bought on more than one day", rate=percent(repeat))
        yield _stands(_RATES, "retention.rates", [clause], REPEAT)
    elif gap is not None:
        yield _stands(_RATES, "retention.rates", [say("Clients buy every %(gap)s", gap=days(gap))], GAP)


def _bridge(seen: Seen) -> Iterator[Finding]:
    """What existing clients bought less or more, what new and returning ones added: from R(W0) to R(W1). Where W0 is
    of another season, what of R(W1) came from new and returning clients."""
    start, end = (seen.number(f"bridge.{step}") for step in ("start", "end"))
    lines = {
        row["line"]: row["amount_change"] for row in seen.rows("movement.lines") if row["object"] == "bridge.steps"
    }
    if start is None or end is None or not lines:
        return
    evidence = ["movement.lines", "bridge.start", "bridge.end"]
    if seen.seasons_differ:
        yield _stands(_BRIDGE, "movement.net", [_of_window(seen, end)], "bridge.new", "bridge.returned", "bridge.end")
        return
    old, fresh = lines["existing"], lines["fresh"]
    unclear = say(" (within chance)") if old and not existing_is_clear(seen) else None
    went = say(", revenue went from %(start)s to %(end)s", start=money(start), end=money(end))
    yield _stands(_BRIDGE, "movement.net", [_existing(old), unclear, _fresh(seen, fresh), went], *evidence)


def _of_window(seen: Seen, end: float) -> Clause:
    new, returned = (seen.number(f"bridge.{step}") or 0.0 for step in ("new", "returned"))
    values = {"span": span(seen.head.window_months), "end": money(end)}
    if new and returned:
        return say("Of the %(end)s of the last %(span)s, new clients brought %(new)s, returned ones %(returned)s",
                   new=money(new), returned=money(returned), **values)  # fmt: skip
    if new:
        return say("Of the %(end)s of the last %(span)s, new clients brought %(new)s", new=money(new), **values)
    if returned:
        return say("Of the %(end)s of the last %(span)s, returned clients brought %(returned)s",
                   returned=money(returned), **values)  # fmt: skip
    return say("Nobody was new or had returned: %(end)s in the last %(span)s", **values)


def _existing(amount: float) -> Clause:
    if not amount:
        return say("Existing clients bought as much as before")
    values = {"old": money(abs(amount))}
    return (
        say("Existing clients bought %(old)s less", **values) if amount < 0 else
        say("Existing clients bought %(old)s more", **values)
    )  # fmt: skip


def _fresh(seen: Seen, amount: float) -> Clause | None:
    """What new and returning clients added; nobody is said to have returned where nobody did, or nobody can know."""
    if not amount:
        return None
    values = {"new": money(amount)}
    if amount < 0:  # they gave back more than they bought
        return say(", new and returning ones %(new)s", **values)
    return (
        say(", new and returning ones added %(new)s", **values) if seen.number("bridge.returned") else
        say(", new ones added %(new)s", **values)
    )  # fmt: skip


def _moves(seen: Seen) -> Iterator[Finding]:
    """What clients that changed their ABC class brought more or less: its net effect in money. Where W0 is of another
    season, how many they are."""
    lines = {row["line"]: row for row in seen.rows("movement.lines") if row["object"] == "migration.abc"}
    up, down = (seen.number(f"migration.abc.{way}") for way in ("up", "down"))
    if not lines or up is None or down is None:
        return
    n, net = (lines["moved"][name] for name in ("clients", "amount_change"))
    if not n:
        clause = say("No client that bought in both windows changed its ABC class")
    elif seen.seasons_differ:
        clause = say(
            "Of the clients that bought in both windows %(up)s rose an ABC class and %(down)s fell, but the seasons "
            "differ", up=count(up), down=count(down),
        )  # fmt: skip
    elif not down:
        clause = say("Clients that rose an ABC class changed revenue by %(up)s, none fell",
                     up=signed(lines["rose"]["amount_change"]))  # fmt: skip
    elif not up:
        clause = say("Clients that fell an ABC class changed revenue by %(down)s, none rose",
                     down=signed(lines["fell"]["amount_change"]))  # fmt: skip
    else:
        clause = say(
            "Clients that rose an ABC class changed revenue by %(up)s, those that fell by %(down)s, together %(net)s",
            up=signed(lines["rose"]["amount_change"]), down=signed(lines["fell"]["amount_change"]), net=signed(net),
        )  # fmt: skip
    yield _stands(_MOVES, "migration.net", [clause], "movement.lines", "migration.abc")


def _drivers(seen: Seen) -> Iterator[Finding]:
    """The three effects; where W0 is of another season the three factors; without W0 the period in its factors."""
    effects = {name: seen.number(id) for name, id in EFFECTS.items()}
    factors = {row["factor"]: row for row in seen.rows("drivers.factors") if row["reading"] == "orders"}
    if None in effects.values():
        yield from _period(seen)
    elif seen.seasons_differ:
        now = {name: factors[name]["value_w1"] for name in ("N", "V", "L")} if {"N", "V", "L"} <= set(factors) else {}
        if now and None not in now.values():
            clause = say(
                "Over the last %(span)s %(clients)s bought for %(value)s an order, %(orders)s orders each",
                span=span(seen.head.window_months), clients=clients(now["N"]), value=money(now["V"]),
                orders=number(now["L"]),
            )  # fmt: skip
            yield _stands(_FACTORS, "drivers.factors", [clause], "drivers.factors")
    else:
        made = {name: signed(value or 0.0) for name, value in effects.items()}
        values = {"total": signed(sum(value or 0.0 for value in effects.values())), "v": made["v"], "l": made["l"]}
        clause = say(
            "Revenue of active clients changed by %(total)s: clients %(n)s, order value %(v)s, orders per client %(l)s",
            n=made["n"], **values,
        ) if effects["n"] else say(
            "Revenue of active clients, as many as before, changed by %(total)s: order value %(v)s, orders per client "
            "%(l)s", **values,
        )  # fmt: skip
        yield _stands(_FACTORS, "drivers.factors", [clause], *EFFECTS.values())


def _period(seen: Seen) -> Iterator[Finding]:
    revenue, n, orders = (seen.number(f"headline.{name}") for name in ("revenue", "clients", "orders"))
    if revenue is None or n is None or orders is None:
        return
    clause = count_of(
        "Revenue of %(period)s is %(money)s: %(clients)s, %(n)s order",
        "Revenue of %(period)s is %(money)s: %(clients)s, %(n)s orders",
        int(orders), period=period(seen.head.period), money=money(revenue), clients=clients(n),
    )  # fmt: skip
    yield _stands(_FACTORS, "drivers.factors", [clause], *EFFECTS.values())  # recorded by the same notebook, as unknown


def _strategic(seen: Seen) -> Iterator[Finding]:
    """What strategic clients bring, and what of key clients' revenue hangs on one person."""
    n, part = int(seen.number("strategic.accounts") or 0), seen.number("strategic.accounts_share")
    revenue, single = seen.number("strategic.accounts_revenue"), seen.number("strategic.single_contact_revenue")
    said: list[Clause | None] = []
    if n and part is not None and revenue is not None:
        values = {"money": money(revenue), "share": percent(part)}
        proposed = any(row["decision"] == "proposed" for row in seen.rows("strategic.proposal"))
        said.append(
            count_of(
                "No account is named; the data propose %(n)s client with %(money)s, %(share)s of revenue",
                "No account is named; the data propose %(n)s clients with %(money)s, %(share)s of revenue", n, **values,
            ) if proposed else count_of(
                "%(n)s strategic client brings %(money)s, %(share)s of revenue",
                "%(n)s strategic clients bring %(money)s, %(share)s of revenue", n, **values,
            )
        )  # fmt: skip
        if single:
            said.append(say(", on a single contact rests %(money)s of key clients' revenue", money=money(single)))
    elif single:
        said.append(say("On a single contact rests %(money)s of key clients' revenue", money=money(single)))
    else:
        said.append(say("No client is named as strategic yet"))
    ids = ("strategic.accounts", "strategic.accounts_revenue", "strategic.accounts_share")
    yield _stands(_ACCOUNTS, "strategic.accounts", said, *ids, "strategic.single_contact_revenue")


def _risk(seen: Seen) -> Iterator[Finding]:
    """Of a portfolio without an outlook: what may fall silent, what is owed, which contracts end."""
    silent, owed = seen.number("risk.may_fall_silent"), seen.number("risk.receivables")
    ending, revenue = (seen.number(f"risk.contracts_ending_{part}") for part in ("clients", "revenue"))
    if silent is not None:
        clause = say("May fall silent over the next %(span)s: %(money)s",
                     span=span(seen.number("risk.horizon_months") or 0), money=money(silent))  # fmt: skip
    elif owed is not None:
        clause = say("Clients owe %(money)s at the end of the period", money=money(owed))
    elif ending and revenue is not None:
        clause = count_of(
            "The contract of %(n)s client ends within %(days)s: %(money)s",
            "The contracts of %(n)s clients end within %(days)s: %(money)s", int(ending), days=days(ENDING),
            money=money(revenue),
        )  # fmt: skip
    else:
        return
    ids = ("risk.may_fall_silent", "risk.receivables", "risk.contracts_ending_revenue")
    yield _stands(_AHEAD, "risk.ahead", [clause], *ids)


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
    yield _stands(_LEDGER, "actions.ledger", [first, *told], LEDGER)


RULES: Mapping[str, Callable[[Seen], Iterator[Finding]]] = {
    "trust": _data, "structure": _structure, "by_what": _by_what, "bridge": _bridge, "migration": _moves,
    "retention": _rates, "drivers": _drivers, "risk": _risk, "strategic": _strategic, "actions": _lists,
    "ledger": _ledger,
}  # fmt: skip
"""By the page that the sentence stands over."""
