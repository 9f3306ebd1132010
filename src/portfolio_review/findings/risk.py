"""The outlook, revenue at risk, overdue receivables, contracts that end, a forecast that failed its test."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.findings.making import Story, clear, in_brackets, no_clear_change, who
from portfolio_review.findings.values import count, count_of, date, money, percent, say, signed, span
from portfolio_review.results.finding import Finding
from portfolio_review.results.seen import Row, Seen

AT_RISK = "risk.revenue_at_risk"
LEAST_CHANGE = 0.10
LATE_DAYS = 30
"""An invoice late by no more is not yet a story."""
FEWEST = 30
"""A backtest of fewer clients tells nothing of a model."""
NAMED = 3
"""So many clients that owe are named."""
AHEAD, REST, TODAY = "risk.outlook", "risk.outlook_year", "risk.outlook_today"
_OUTLOOK = Story("risk", "risk", "outlook")
_AT_RISK = Story("risk", "risk", "at_risk")
_OWED = Story("risk", "risk", "receivables")
_CONTRACTS = Story("risk", "risk", "contracts")
_MODEL = Story("risk", "risk", "model")


def findings(seen: Seen) -> list[Finding]:
    """The findings of risk and outlook."""
    return [*outlook(seen), *_at_risk(seen), *_overdue(seen), *_contracts(seen), *_model(seen)]


def outlook(seen: Seen) -> Iterator[Finding]:
    """What the next months, or the rest of the year, are expected to bring: against the target where there is one,
    else the same months a year before; the span that is clearly off, else the first that has something to be held
    against. Of today's clients alone where nothing is known of new ones. Without money where nothing is clear."""
    compared = [
        (id, figure, getattr(figure, part), part)
        for part in ("target", "previous_year") for id in (AHEAD, REST)
        if (figure := seen.figure(id)) is not None and isinstance(figure.value, int | float)
        and getattr(figure, part) is not None
    ]  # fmt: skip
    horizon = seen.number("risk.horizon_months") or 0
    compared = [one for one in compared if one[3] == compared[0][3]]  # the year before only where there is no target
    off = [one for one in compared if clear(one[1], one[2], certain_base=True)]
    if not compared:
        yield from _without_comparison(seen, horizon)
        return
    id, figure, base, part = (off or compared)[0]
    value = float(figure.value)  # type: ignore[arg-type]
    ahead = (
        say("The rest of the year is expected to bring %(money)s", money=money(value)) if id == REST else
        say("The next %(span)s are expected to bring %(money)s", span=span(horizon), money=money(value))
    )  # fmt: skip
    against = (
        say(", the target is %(base)s", base=money(base)) if part == "target" else
        say(", the same months brought %(base)s a year before", base=money(base))
    )  # fmt: skip
    unclear = say(", too close to tell") if part == "target" else no_clear_change()
    moved = value - base
    yield _OUTLOOK.finding(
        "risk.outlook", [ahead, against, in_brackets(value, base) if off else unclear],
        evidence=[id, "risk.horizon_months"], money=moved if off and seen.matters(moved) else None, certain=bool(off),
        better=moved,
    )  # fmt: skip


def _without_comparison(seen: Seen, horizon: float) -> Iterator[Finding]:
    values = {id: seen.number(id) for id in (AHEAD, TODAY)}
    if (value := values[AHEAD]) is not None:
        clause = say("The next %(span)s are expected to bring %(money)s", span=span(horizon), money=money(value))
    elif (value := values[TODAY]) is not None:
        clause = say("Today's clients are expected to bring %(money)s over the next %(span)s",
                     money=money(value), span=span(horizon))  # fmt: skip
    else:
        return
    yield _OUTLOOK.finding("risk.outlook", [clause], evidence=[AHEAD, TODAY, "risk.horizon_months"], money=None,
                           better=0.0)  # fmt: skip


def _loses(seen: Seen) -> bool:
    figure = seen.figure("risk.backtest_verdict")
    return figure is not None and figure.value == "loses_to_last_share"


def _at_risk(seen: Seen) -> Iterator[Finding]:
    """The change of revenue at risk, which is recorded only where it is more than chance; neither good nor bad."""
    figure, horizon = seen.figure(AT_RISK), seen.number("risk.horizon_months")
    if figure is None or not isinstance(figure.value, int | float) or horizon is None or _loses(seen):
        return
    now, before = float(figure.value), figure.previous_year
    moved = now - before if before else None
    if not before or moved is None or not seen.matters(moved) or abs(moved) < LEAST_CHANGE * before:
        return
    clause = say(
        "Revenue at risk over the next %(span)s is %(money)s, %(difference)s on a year before",
        span=span(horizon), money=money(now), difference=signed(moved),
    )  # fmt: skip
    evidence = [AT_RISK, "risk.horizon_months"]
    yield _AT_RISK.finding("risk.at_risk", [clause], evidence=evidence, money=moved, better=0.0)


def _overdue(seen: Seen) -> Iterator[Finding]:
    overdue, share = seen.number("risk.overdue"), seen.number("risk.overdue_share")
    late = [row for row in seen.rows("risk.overdue_clients") if row["days_overdue"] > LATE_DAYS]
    late.sort(key=lambda row: -row["overdue"])
    if overdue is None or share is None or not seen.matters(sum(row["overdue"] for row in late)):
        return
    clause = say(
        "Overdue receivables are %(money)s, %(share)s of all receivables", money=money(overdue), share=percent(share)
    )  # fmt: skip
    first = say("; most is owed by %(client)s (%(money)s)", client=who(late[0]), money=money(late[0]["overdue"]))
    others = [say(", %(client)s (%(money)s)", client=who(row), money=money(row["overdue"])) for row in late[1:NAMED]]
    evidence = ["risk.overdue", "risk.overdue_share", "risk.overdue_clients"]
    yield _OWED.finding(
        "risk.overdue", [clause, first, *others], evidence=evidence, money=-overdue, standing=True
    )  # fmt: skip


def _contracts(seen: Seen) -> Iterator[Finding]:
    rows = seen.rows("risk.contracts_ending")
    revenue = seen.number("risk.contracts_ending_revenue")
    if not rows or revenue is None or revenue <= 0 or seen.scope.revenue <= 0 or not seen.matters(revenue):
        return
    first = max(rows, key=lambda row: row["revenue"])
    clause = count_of(
        "%(n)s contract ends by %(date)s: %(money)s (%(share)s of revenue)",
        "%(n)s contracts end by %(date)s: %(money)s (%(share)s of revenue)",
        len(rows), date=date(max(row["contract_end"] for row in rows)), money=money(revenue),
        share=percent(revenue / seen.scope.revenue),
    )  # fmt: skip
    named = say("; the largest is that of %(client)s (%(money)s)", client=who(first),
                money=money(first["revenue"]))  # fmt: skip
    evidence = ["risk.contracts_ending", "risk.contracts_ending_revenue"]
    yield _CONTRACTS.finding(
        "risk.contracts", [clause, named], evidence=evidence, money=-_unlikely(seen, rows), better=-1.0, standing=True
    )  # fmt: skip


def _unlikely(seen: Seen, rows: list[Row]) -> float:
    """The revenue behind these contracts, each by the chance that its client buys no more; all of it where the model
    failed its test."""
    told = [row for row in rows if row["p_next"] is not None]
    if _loses(seen) or not told:
        return float(sum(row["revenue"] for row in rows))
    return float(sum(row["revenue"] * (1 - row["p_next"]) for row in told))


def _model(seen: Seen) -> Iterator[Finding]:
    expected, actual = seen.number("risk.backtest_expected"), seen.number("risk.backtest_actual")
    clients = seen.number("risk.backtest_clients") or 0
    if not _loses(seen) or expected is None or actual is None or clients < FEWEST:
        return
    clause = say(
        "The forecast does no better than last time's share: %(expected)s buyers expected, %(actual)s came",
        expected=count(round(expected)), actual=count(actual),
    )  # fmt: skip
    evidence = ["risk.backtest_verdict", "risk.backtest_expected", "risk.backtest_actual"]
    yield _MODEL.finding("risk.model", [clause], evidence=evidence, money=None, better=-1.0, standing=True)
