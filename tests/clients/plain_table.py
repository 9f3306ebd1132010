"""The client table once more, in plain Python straight from the rows: slow, literal, apart from the product.

Written from the definitions alone. A row is (unit, client, day, revenue, margin or None, order or None); a client's
gaps, the usual gap and the interval of XYZ are those of all units.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

Row = tuple[str, str, dt.date, float, float | None, str | None]
WINDOW = 12


def month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def last_day(index: int) -> dt.date:
    return dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1) - dt.timedelta(days=1)


def quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def days_of(rows: list[Row], until: dt.date) -> dict[tuple[str, str], list[dt.date]]:
    """Purchase days by unit and client."""
    found: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    for unit, client, day, revenue, _, _ in rows:
        if revenue > 0 and day <= until:
            found[unit, client].add(day)
    return {key: sorted(days) for key, days in found.items()}


def recent_gaps(days: list[dt.date], until: dt.date) -> list[float]:
    since = month(until) - 23
    return [float((b - a).days) for a, b in pairwise(days) if month(b) >= since]


@dataclass
class Series:
    """All units' rows up to the end of P; each unit here has clients of its own."""

    rows: list[Row]
    end: int

    def __post_init__(self) -> None:
        self.rows = [row for row in self.rows if month(row[2]) <= self.end]
        self.history = month(min(row[2] for row in self.rows))

    def gaps(self, until: dt.date) -> list[float]:
        return [gap for days in days_of(self.rows, until).values() for gap in recent_gaps(days, until)]

    def interval(self) -> int:
        gaps = self.gaps(last_day(self.end))
        return 1 if gaps and median(gaps) <= 45 else 3

    def table(self, unit: str) -> dict[str, dict[str, Any]]:
        """Each client's columns by name; None is unknown."""
        return Table(self, [row for row in self.rows if row[0] == unit]).columns()


class Table:
    def __init__(self, series: Series, rows: list[Row]) -> None:
        self.series, self.rows, self.end = series, rows, series.end
        self.w1 = (self.end - WINDOW + 1, self.end)
        self.w0 = (self.w1[0] - WINDOW, self.w1[0] - 1)
        self.days = {client: days for (_, client), days in days_of(rows, last_day(self.end)).items()}
        self.clients = sorted({row[1] for row in rows})

    def of(self, client: str, span: tuple[int, int]) -> list[Row]:
        return [row for row in self.rows if row[1] == client and span[0] <= month(row[2]) <= span[1]]

    def r(self, client: str, span: tuple[int, int]) -> float:
        return round(math.fsum(row[3] for row in self.of(client, span)), 6)

    def margin(self, client: str, span: tuple[int, int]) -> float | None:
        inside = [row for row in self.rows if span[0] <= month(row[2]) <= span[1]]
        whole = math.fsum(abs(row[3]) for row in inside)
        known = math.fsum(abs(row[3]) for row in inside if row[4] is not None)
        if whole > 0 and known / whole < 0.9 - 1e-9:
            return None
        return round(math.fsum(row[4] for row in self.of(client, span) if row[4] is not None), 6)

    def bought(self, client: str, span: tuple[int, int]) -> list[dt.date]:
        return [day for day in self.days.get(client, []) if span[0] <= month(day) <= span[1]]

    def orders(self, client: str, span: tuple[int, int]) -> int:
        return len({row[5] if row[5] is not None else row[2] for row in self.of(client, span) if row[3] > 0})

    def abc(self, span: tuple[int, int]) -> dict[str, str]:
        r = {client: self.r(client, span) for client in self.clients if self.bought(client, span)}
        whole = math.fsum(value for value in r.values() if value > 0)
        found = {}
        for client, value in r.items():
            before = math.fsum(other for other in r.values() if other > value)
            limits = [limit * whole - 1e-9 * whole for limit in (0.80, 0.95)]
            found[client] = "none" if value <= 0 else "A" if before < limits[0] else "B" if before < limits[1] else "C"
        return found

    def lowest(self, span: tuple[int, int]) -> tuple[float, float] | None:
        classes = self.abc(span)
        large = [self.r(client, span) for client, name in classes.items() if name == "A"]
        if not large:
            return None
        middle = [self.r(client, span) for client, name in classes.items() if name == "B"]
        return min(large), min(middle, default=min(large))

    def xyz(self, client: str, span: tuple[int, int]) -> tuple[str | None, bool]:
        length = self.series.interval()
        days = self.bought(client, span)
        if not days:
            return None, False
        m = len({(span[1] - month(day)) // length for day in days})
        n = min((span[1] - month(self.days[client][0])) // length + 1, WINDOW // length)
        name = "X" if m / n >= 0.75 and n >= 3 else "Z" if m == 1 else "Y"
        return name, m >= 2 and n < 3

    def silence(self, client: str, until: dt.date) -> dict[str, Any] | None:
        days = [day for day in self.days.get(client, []) if day <= until]
        if not days:
            return None
        own, everyone = recent_gaps(days, until), self.series.gaps(until)
        g = quantile(own, 0.8) if len(own) >= 4 else quantile(everyone, 0.8) if everyone else None
        limit = 365.0 if g is None else min(max(2 * g, 90), max(365, g))
        silent = (until - days[-1]).days
        return {"last_purchase": days[-1], "usual_gap": g, "silence": silent, "lapse_limit": limit,
                "overdue": g is not None and silent > g + 1e-9, "lapsed": silent > limit + 1e-9}  # fmt: skip

    def state(self, client: str) -> str | None:
        if client not in self.days or self.w0[0] < self.series.history:
            return None
        before, now = self.bought(client, self.w0), self.bought(client, self.w1)
        if before:
            return "retained" if now else "lost"
        if now:
            return "new" if month(self.days[client][0]) >= self.w1[0] else "returned"
        return "dormant"

    def stage(self, client: str, silent: dict[str, Any] | None) -> str | None:
        if silent is None or self.w0[0] < self.series.history:
            return None
        if silent["lapsed"]:
            return "lapsed"
        if silent["overdue"]:
            return "at_risk"
        if (state := self.state(client)) in ("new", "returned"):
            return state
        r0, r1 = self.r(client, self.w0), self.r(client, self.w1)
        if r0 <= 0:
            return "stable"
        growing, declining = r1 >= 1.2 * r0 - 1e-9 * r0, r1 <= 0.8 * r0 + 1e-9 * r0
        return "growing" if growing else "declining" if declining else "stable"

    def scores(self) -> dict[str, tuple[int, int, int]]:
        mine = [client for client in self.clients if self.bought(client, self.w1)]
        today = last_day(self.end)
        values = [
            {client: float((today - self.days[client][-1]).days) for client in mine},
            {client: float(self.orders(client, self.w1)) for client in mine},
            {client: self.r(client, self.w1) for client in mine},
        ]
        found = {}
        for client in mine:
            above = [
                sum(of[client] > quantile(list(of.values()), fifth / 5) + 1e-9 for fifth in range(1, 5))
                for of in values
            ]
            found[client] = (5 - above[0], 1 + above[1], 1 + above[2])
        return found

    def rule(self, stage: str | None, abc: str | None, xyz: str | None, last: str | None, early: bool) -> str | None:
        """Nobody here is exposed, for no table of contacts, plans or scores is given, nor a client for five years."""
        if stage is None:
            return None
        if (abc == "C" and xyz == "Z") or (stage == "lapsed" and last in ("C", "none")):
            return "standard"
        if stage == "lapsed":
            return "return"
        if stage in ("at_risk", "declining") or early:
            return "retain"
        return "reward" if xyz == "X" and abc == "A" and stage in ("stable", "growing") else "develop"

    def columns(self) -> dict[str, dict[str, Any]]:
        abc0, abc1, limits0, limits1 = self.abc(self.w0), self.abc(self.w1), self.lowest(self.w0), self.lowest(self.w1)
        scores = self.scores()
        found = {}
        for client in self.clients:
            one: dict[str, Any] = {}
            for end, span in (("0", self.w0), ("1", self.w1)):
                days = self.bought(client, span)
                one |= {f"r{end}": self.r(client, span), f"margin{end}": self.margin(client, span),
                        f"days{end}": len(days), f"active{end}": bool(days), f"orders{end}": self.orders(client, span),
                        f"months{end}": len({month(day) for day in days})}  # fmt: skip
                one[f"xyz{end}"], one[f"short{end}"] = self.xyz(client, span)
            one |= {"abc0": abc0.get(client), "abc1": abc1.get(client)}
            one["abc_fixed1"] = None if limits0 is None or client not in abc1 else _by(limits0, one["r1"])
            for end in ("0", "1"):
                value, regular = one[f"abc{end}"], one[f"xyz{end}"]
                group = ("constant" if regular == "X" else "unstable") + ("_large" if value == "A" else "_small")
                one[f"group{end}"] = group if value else None
            silent, then = self.silence(client, last_day(self.end)), self.silence(client, last_day(self.w0[1]))
            one |= silent or {"overdue": False, "lapsed": False}
            one["lapsed0"] = bool(then and then["lapsed"])
            one["client0"], one["client1"] = bool(then and not then["lapsed"]), bool(silent and not silent["lapsed"])
            one["state"], one["stage"] = self.state(client), self.stage(client, silent)
            recent = (self.end - 2, self.end)
            year_ago = (recent[0] - 12, recent[1] - 12)
            one["revenue_recent"] = self.r(client, recent)
            one["revenue_year_ago"] = self.r(client, year_ago) if year_ago[0] >= self.series.history else None
            earlier = (self.w1[0] - 12, self.w1[1] - 12)
            one["revenue_year_before"] = self.r(client, earlier) if earlier[0] >= self.series.history else None
            before = one["revenue_year_ago"] or 0.0
            one["early_decline"] = before > 0 and one["revenue_recent"] <= 0.7 * before + 1e-9 * before
            three = scores.get(client, (None, None, None))
            one |= dict(zip(("recency_score", "frequency_score", "monetary_score"), three, strict=True))
            one["revenue_last_active"] = one["abc_last"] = None
            if silent and silent["lapsed"]:
                last = month(silent["last_purchase"])
                one["revenue_last_active"] = self.r(client, (last - 11, last))
                one["abc_last"] = _by(limits1, one["revenue_last_active"]) if limits1 else None
            one["rule"] = self.rule(one["stage"], one["abc1"], one["xyz1"], one["abc_last"], one["early_decline"])
            found[client] = one
        return found


def _by(limits: tuple[float, float], r: float) -> str:
    return "A" if r >= limits[0] else "B" if r >= limits[1] else "C" if r > 0 else "none"
