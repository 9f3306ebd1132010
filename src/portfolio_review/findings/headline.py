"""The period against the year before and its targets, its active clients, unusual months, who fell silent."""

from __future__ import annotations

from collections.abc import Iterator

from portfolio_review.catalog import lookup
from portfolio_review.exhibits.numbers import FEWEST, in_percent
from portfolio_review.findings.making import Story, against_year_before, who
from portfolio_review.findings.values import (
    change,
    clients,
    count,
    count_of,
    date,
    label,
    lower,
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
REVENUE, CLIENTS = "headline.revenue", "headline.clients"
TARGETS, GAP, OTHERS = "headline.targets", "headline.target_gap", "others"
NAMED = 2
"""So many clients are named that were furthest behind or ahead."""
_PERIOD = Story("headline", "summary", "target")
_UNUSUAL = Story("headline", "summary", "target")
_ACTIVE = Story("headline", "summary", "clients")
_SILENT = Story("headline", "drivers", "lost")


def findings(seen: Seen) -> list[Finding]:
    """The findings of the headline; of a partial period by equally many days, and no month of it is unusual."""
    return [*_year_before(seen), *_targets(seen), *_clients(seen), *_unusual(seen), *_fell_silent(seen)]


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


def _targets(seen: Seen) -> Iterator[Finding]:
    """Every target that was missed, whatever its money, and those beaten by what matters; of revenue also by whom."""
    for row in seen.rows(TARGETS):
        if row["reached"] is None or row["target"] is None:
            continue
        polarity = lookup(row["figure"]).polarity or 1
        missed = (row["reached"] - row["target"]) * polarity
        if row["figure"] == REVENUE:
            yield from _revenue_target(seen, row, missed)
        elif missed < 0:
            yield from _other_target(seen, row)


def _revenue_target(seen: Seen, row: Row, missed: float) -> Iterator[Finding]:
    beaten = seen.matters(missed) and missed >= LEAST_CHANGE * row["target"]
    if missed >= 0 and not beaten:
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
    who_did = list(_furthest(seen, missed))
    yield _PERIOD.finding(
        "headline.target", [clause, _level(row), *who_did], evidence=[TARGETS, *([GAP] if who_did else [])],
        money=missed, always=missed < 0,
    )  # fmt: skip


def _furthest(seen: Seen, missed: float) -> Iterator[Clause]:
    """The two clients furthest behind their reference (ahead of it, where the target was beaten), each with its
    money."""
    rows = [row for row in seen.rows(GAP) if row["client_id"] != OTHERS and row["gap"] * missed > 0]
    rows.sort(key=lambda row: -abs(row["gap"]))
    for place, row in enumerate(rows[:NAMED]):
        values = {"client": who(row), "gap": signed(row["gap"])}
        if place:
            yield say(", %(client)s (%(gap)s)", **values)
        elif missed < 0:
            yield say("; furthest behind: %(client)s (%(gap)s)", **values)
        else:
            yield say("; furthest ahead: %(client)s (%(gap)s)", **values)


def _other_target(seen: Seen, row: Row) -> Iterator[Finding]:
    id, until = row["figure"], seen.head.compared_until
    values = {"measure": label(id), "period": period(seen.head.period), "reached": _as(id, row["reached"]),
              "target": _as(id, row["target"])}  # fmt: skip
    clause = (
        say("%(measure)s, %(period)s up to %(day)s: %(reached)s, the target for these days is %(target)s",
            day=date(until), **values)
        if until else
        say("%(measure)s, %(period)s: %(reached)s, the target is %(target)s", **values)
    )  # fmt: skip
    yield _PERIOD.finding(
        f"headline.target.{id.partition('.')[2]}", [clause, _level(row)], evidence=[TARGETS], money=None, better=-1.0,
        always=True,
    )  # fmt: skip


def _as(id: str, value: float) -> Value:
    match lookup(id).unit:
        case "money":
            return money(value)
        case "share":
            return percent(value)
        case _:
            return count(round(value))


def _level(row: Row) -> Clause | None:
    return say(" (%(level)s)", level=lower(row["level"])) if row["level"] else None


def _clients(seen: Seen) -> Iterator[Finding]:
    """Active clients of the period against the year before; its weight: what they would have brought then."""
    now, before = seen.number(CLIENTS), seen.number(CLIENTS, "previous_year")
    each, until = seen.number("headline.revenue_per_client", "previous_year"), seen.head.compared_until
    if now is None or not before or each is None or abs(now - before) < LEAST_CHANGE * before:
        return
    worth = (now - before) * each
    if not seen.matters(worth):
        return
    values = {"clients": clients(now), "before": count(before), "period": period(seen.head.period)}
    clause = (
        say("Active in %(period)s up to %(day)s: %(clients)s, against %(before)s in the same days a year before",
            day=date(until), **values)
        if until else
        say("Active in %(period)s: %(clients)s, against %(before)s a year before", **values)
    )  # fmt: skip
    told = change(now, before) if min(now, before) >= FEWEST else None
    more = say(" (%(change)s)", change=told) if told else None
    yield _ACTIVE.finding(
        "headline.clients", [clause, more], evidence=[CLIENTS, "headline.revenue_per_client"], money=None, better=worth,
        value=seen.in_value(worth) or worth,
    )  # fmt: skip


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
