"""The period against the year before and its target, the year's end, unusual months, who fell silent."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.exhibits.numbers import in_percent
from portfolio_review.findings.making import Story, against_year_before
from portfolio_review.findings.values import (
    change,
    count,
    count_of,
    date,
    label,
    money,
    month,
    percent,
    period,
    say,
    signed,
)
from portfolio_review.results.finding import Clause, Finding, Value
from portfolio_review.results.seen import Row, Seen

LEAST_CHANGE = 0.05
"""A change of revenue or of the year's end below 5 % is no finding."""
REVENUE = "headline.revenue"
_PERIOD = Story("headline", "summary", "target")
_UNUSUAL = Story("headline", "summary", "target")
_SILENT = Story("headline", "retention", "lost")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the headline; of a partial period by equally many days, and no month of it is unusual."""
    return [*_year_before(seen), *_target(seen), *_unusual(seen), *_fell_silent(seen)]


def _year_before(seen: Seen) -> Iterator[Finding]:
    now, before = seen.number(REVENUE), seen.number(REVENUE, "previous_year")
    if now is None or before is None or not seen.matters(now - before) or abs(now - before) < LEAST_CHANGE * before:
        return
    values = {"period": period(seen.head.period), "now": money(now), "difference": signed(now - before)}
    changed, until = change(now, before), seen.head.compared_until
    if until and changed is None:
        clause = say(
            "Revenue of %(period)s up to %(day)s is %(now)s, against %(before)s in the same days a year before "
            "(%(difference)s)",
            day=date(until), before=money(before), **values,
        )  # fmt: skip
    elif until and changed is not None:
        clause = say(
            "Revenue of %(period)s up to %(day)s is %(now)s, %(change)s on the same days a year before "
            "(%(difference)s)",
            day=date(until), change=changed, **values,
        )  # fmt: skip
    elif changed is None:
        clause = say(
            "Revenue of %(period)s is %(now)s, against %(before)s a year before (%(difference)s)",
            before=money(before), **values,
        )  # fmt: skip
    else:
        clause = say(
            "Revenue of %(period)s is %(now)s, %(change)s on a year before (%(difference)s)", change=changed, **values
        )
    yield _PERIOD.finding("headline.year_before", [clause], evidence=[REVENUE], money=now - before)


def _target(seen: Seen) -> Iterator[Finding]:
    row = next((row for row in seen.rows("headline.targets") if row["figure"] == REVENUE), None)
    if row is None or row["reached"] is None or row["target"] is None:
        return
    missed = row["reached"] - row["target"]
    if not seen.matters(missed) or abs(missed) < LEAST_CHANGE * row["target"]:
        return
    values = {"period": period(seen.head.period), "difference": signed(missed), "target": money(row["target"])}
    until, told = seen.head.compared_until, in_percent(row["reached"], row["target"])
    if until and row["attainment"] is not None and told:
        clause = say(
            "Revenue of %(period)s up to %(day)s reaches %(attainment)s of its target for these days: %(difference)s "
            "against %(target)s",
            day=date(until), attainment=percent(row["attainment"]), **values,
        )  # fmt: skip
    elif until:
        clause = say(
            "Revenue of %(period)s up to %(day)s is %(reached)s: %(difference)s against its target of %(target)s for "
            "these days",
            day=date(until), reached=money(row["reached"]), **values,
        )  # fmt: skip
    elif row["attainment"] is not None and told:
        clause = say(
            "Revenue of %(period)s reaches %(attainment)s of its target: %(difference)s against %(target)s",
            attainment=percent(row["attainment"]), **values,
        )  # fmt: skip
    else:
        clause = say(
            "Revenue of %(period)s is %(reached)s: %(difference)s against its target of %(target)s",
            reached=money(row["reached"]), **values,
        )  # fmt: skip
    yield _PERIOD.finding("headline.target", [clause, _level(row)], evidence=["headline.targets"], money=missed)


def _level(row: Row) -> Clause | None:
    if row["level"] != "critical":
        return None
    return say("; it is below the critical level of %(critical)s", critical=money(row["critical"]))


def _unusual(seen: Seen) -> Iterator[Finding]:
    last = seen.head.end[:7]
    rows = seen.rows("headline.unusual_months")
    for row in rows:
        if not row["unusual"] or row["month"] != last or row["reached"] is None or _every_year(row, rows):
            continue
        id = f"headline.{row['measure']}"
        middle = (row["limit_low"] + row["limit_high"]) / 2
        away = row["reached"] - middle
        low = row["limit_low"] if id == REVENUE else max(row["limit_low"], 0.0)  # no count is negative
        values = {"reached": row["reached"], "low": low, "high": row["limit_high"]}
        clause = say(
            "%(measure)s, %(month)s: %(reached)s, outside the usual range of %(low)s to %(high)s",
            measure=label(id), month=month(last), **{name: _of(id, value) for name, value in values.items()},
        )  # fmt: skip
        yield _UNUSUAL.finding(
            f"headline.unusual.{row['measure']}", [clause], evidence=["headline.unusual_months"],
            money=away if id == REVENUE else None, better=away,
        )  # fmt: skip


def _every_year(row: Row, rows: list[Row]) -> bool:
    """Whether the same month a year before stood out the same way: a season is no news."""
    month = f"{int(row['month'][:4]) - 1}{row['month'][4:]}"
    before = next((one for one in rows if one["month"] == month and one["measure"] == row["measure"]), None)
    if before is None or before["reached"] is None:
        return False
    high, low = row["limit_high"], row["limit_low"]
    return bool(min(row["reached"], before["reached"]) > high or max(row["reached"], before["reached"]) < low)


def _of(id: str, value: float) -> Value:
    return money(value) if id == REVENUE else count(round(value))


def _fell_silent(seen: Seen) -> Iterator[Finding]:
    n, brought = seen.number("headline.lapsed_clients"), seen.number("headline.lapsed_revenue")
    if not n or brought is None or not seen.matters(brought):
        return
    regular = seen.number("headline.lapsed_regular_revenue")
    clause = count_of(
        "%(n)s client counts as gone in %(period)s; it had brought %(money)s a year",
        "%(n)s clients count as gone in %(period)s; they had brought %(money)s a year",
        int(n), period=period(seen.head.period), money=money(brought),
    )  # fmt: skip
    before = against_year_before(brought, seen.number("headline.lapsed_revenue", "previous_year"))
    more = None if not regular else say("; regular clients among them %(regular)s", regular=money(regular))
    evidence = ["headline.lapsed_clients", "headline.lapsed_revenue"]
    evidence += ["headline.lapsed_regular_revenue"] if regular else []
    yield _SILENT.finding("headline.left", [clause, before, more], evidence=evidence, money=-brought)
