"""Revenue at risk, overdue receivables, contracts that end, a forecast that failed its test."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.findings.making import Story, who
from portfolio_review.findings.values import count, count_of, date, money, percent, say, span
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
_AT_RISK = Story("risk", "risk", "at_risk")
_OWED = Story("risk", "risk", "receivables")
_CONTRACTS = Story("risk", "risk", "contracts")
_MODEL = Story("risk", "risk", "model")


def findings(seen: Seen) -> list[Finding]:
    """The findings of risk and outlook."""
    return [*_at_risk(seen), *_overdue(seen), *_contracts(seen), *_model(seen)]


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
        "Revenue at risk over the next %(span)s is %(money)s, against %(before)s a year before",
        span=span(horizon), money=money(now), before=money(before),
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
