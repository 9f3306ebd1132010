"""The figures once more, in plain Python straight from the rows: slow, literal, apart from the product.

Written from the definitions of the metrics alone; rows are tuples (client, day, revenue, order or None).
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from itertools import pairwise, permutations

Row = tuple[str, dt.date, float, str | None]


def month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def last_day(index: int) -> dt.date:
    return dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1) - dt.timedelta(days=1)


def quantile(values: list[float], q: float) -> float:
    """Linear interpolation between the ordered values."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


class Plain:
    """One period of some rows; `end` is P's last month, `length` its months."""

    def __init__(self, rows: list[Row], end: int, length: int, window: int) -> None:
        self.end, self.length, self.window = end, length, window
        self.history = month(min(row[1] for row in rows))
        self.rows = [row for row in rows if month(row[1]) <= end]
        self.w1, self.w0 = (end - window + 1, end), (end - 2 * window + 1, end - window)
        self.p = (end - length + 1, end)
        self.clients = sorted({row[0] for row in self.rows})
        self.first: dict[str, dt.date] = {}
        for client, day, revenue, _ in self.rows:
            if revenue > 0:
                self.first[client] = min(day, self.first.get(client, day))

    def fits(self, first_month: int) -> bool:
        return first_month >= self.history

    def r(self, span: tuple[int, int]) -> dict[str, float]:
        sums: dict[str, list[float]] = defaultdict(list)
        for client, day, revenue, _ in self.rows:
            if span[0] <= month(day) <= span[1]:
                sums[client].append(revenue)
        return defaultdict(float, {client: round(math.fsum(values), 6) for client, values in sums.items()})

    def active(self, span: tuple[int, int]) -> set[str]:
        return {c for c, day, revenue, _ in self.rows if span[0] <= month(day) <= span[1] and revenue > 0}

    def orders(self, span: tuple[int, int]) -> int:
        return len(
            {
                (c, order if order is not None else day)
                for c, day, revenue, order in self.rows
                if span[0] <= month(day) <= span[1] and revenue > 0
            }
        )

    def abc(self, span: tuple[int, int]) -> dict[str, str]:
        r, active = self.r(span), self.active(span)
        whole = math.fsum(r[c] for c in active if r[c] > 0)
        classes = {}
        for client in active:
            if r[client] <= 0:
                classes[client] = "none"
                continue
            before = math.fsum(r[other] for other in active if r[other] > r[client])
            a, b = 0.80 * whole - 1e-9 * whole, 0.95 * whole - 1e-9 * whole
            classes[client] = "A" if before < a else "B" if before < b else "C"
        return classes

    def abc_fixed(self, w0: tuple[int, int], w1: tuple[int, int]) -> dict[str, str]:
        r0, r1, at_w0 = self.r(w0), self.r(w1), self.abc(w0)
        a = min((r0[c] for c in at_w0 if at_w0[c] == "A"), default=None)
        if a is None:
            return {}
        b = min((r0[c] for c in at_w0 if at_w0[c] == "B"), default=a)
        return {c: "A" if r1[c] >= a else "B" if r1[c] >= b else "C" if r1[c] > 0 else "none" for c in self.active(w1)}

    def interval_months(self) -> int:
        if self.window % 3 or self.window < 9:
            return 1
        gaps = [gap for values in self.gaps(last_day(self.end)).values() for gap in values]
        return 1 if gaps and quantile(gaps, 0.5) <= 45 else 3

    def xyz(self, span: tuple[int, int]) -> dict[str, str]:
        length = self.interval_months()
        count = self.window // length
        held: dict[str, set[int]] = defaultdict(set)
        for client, day, revenue, _ in self.rows:
            if revenue > 0 and span[0] <= month(day) <= span[1]:
                held[client].add((span[1] - month(day)) // length)
        classes = {}
        for client, intervals in held.items():
            n = min((span[1] - month(self.first[client])) // length + 1, count)
            m = len(intervals)
            classes[client] = "X" if m / n >= 0.75 and n >= 3 else "Z" if m == 1 else "Y"
        return classes

    def purchase_days(self, until: dt.date) -> dict[str, list[dt.date]]:
        days: dict[str, set[dt.date]] = defaultdict(set)
        for client, day, revenue, _ in self.rows:
            if revenue > 0 and day <= until:
                days[client].add(day)
        return {client: sorted(found) for client, found in days.items()}

    def gaps(self, until: dt.date) -> dict[str, list[float]]:
        since = month(until) - 23
        return {
            client: [float((b - a).days) for a, b in pairwise(days) if month(b) >= since]
            for client, days in self.purchase_days(until).items()
        }

    def lapse(self, until: dt.date) -> dict[str, tuple[bool, bool]]:
        """(overdue, lapsed) of every client known at `until`."""
        gaps = self.gaps(until)
        everyone = [gap for values in gaps.values() for gap in values]
        found = {}
        for client, days in self.purchase_days(until).items():
            own = gaps[client]
            silence = (until - days[-1]).days
            if len(own) < 4 and not everyone:
                found[client] = (False, silence > 365 + 1e-9)
                continue
            g = quantile(own, 0.8) if len(own) >= 4 else quantile(everyone, 0.8)
            limit = min(max(2 * g, 90), max(365, g))
            found[client] = (silence > g + 1e-9, silence > limit + 1e-9)
        return found

    def states(self) -> dict[str, str]:
        a0, a1 = self.active(self.w0), self.active(self.w1)
        found = {}
        for client, first in self.first.items():
            if client in a0:
                found[client] = "retained" if client in a1 else "lost"
            elif client in a1:
                found[client] = "new" if month(first) >= self.w1[0] else "returned"
            else:
                found[client] = "dormant"
        return found

    def quiet(self) -> set[str]:
        """Who bought in both windows and is silent past its own limit at the end."""
        lapse = self.lapse(last_day(self.end))
        return {c for c in self.active(self.w0) & self.active(self.w1) if lapse[c][1]}

    def bridge(self) -> dict[str, float]:
        r0, r1, states = self.r(self.w0), self.r(self.w1), self.states()
        a0, a1 = self.active(self.w0), self.active(self.w1)
        moves = [r1[c] - r0[c] for c, state in states.items() if state == "retained"]
        return {
            "start": math.fsum(r0.values()),
            "churn": -math.fsum(r0[c] for c, state in states.items() if state == "lost"),
            "gone_quiet": math.fsum(r1[c] - r0[c] for c in self.quiet() if r1[c] < r0[c]),
            "contraction": math.fsum(r1[c] - r0[c] for c in a0 & a1 - self.quiet() if r1[c] < r0[c]),
            "expansion": math.fsum(move for move in moves if move > 0),
            "returned": math.fsum(r1[c] for c, state in states.items() if state == "returned"),
            "new": math.fsum(r1[c] for c, state in states.items() if state == "new"),
            "adjustments": math.fsum(r1[c] for c in self.clients if c not in a1)
            - math.fsum(r0[c] for c in self.clients if c not in a0),
            "end": math.fsum(r1.values()),
        }

    def retention(self) -> dict[str, float | None]:
        r0, r1, states = self.r(self.w0), self.r(self.w1), self.states()
        a0, a1 = self.active(self.w0), self.active(self.w1)
        held = math.fsum(max(r0[c], 0) for c in a0)
        kept = math.fsum(min(max(r1[c], 0), max(r0[c], 0)) for c in a0)
        then, now = math.fsum(r0[c] for c in a0), math.fsum(r1[c] for c in a0)
        back = math.fsum(r1[c] for c, state in states.items() if state == "returned")
        lapsed0 = self.lapse(last_day(self.w0[1]))
        lapsed1 = self.lapse(last_day(self.end))
        base = {c for c, (_, lapsed) in lapsed0.items() if not lapsed} | a1
        away = {c for c, day in self.first.items() if month(day) < self.w0[0]} - a0
        days = self.purchase_days(last_day(self.end))
        often = sum(1 for c in a1 if sum(1 for day in days[c] if month(day) >= self.w1[0]) >= 2)
        lost = [r0[c] for c, state in states.items() if state == "lost"]
        before = self.fits(self.w0[0] - 1)
        return {
            "client_retention_rate": len(a0 & a1) / len(a0) if a0 else None,
            "still_buying_rate": len(a0 & a1 - self.quiet()) / len(a0) if a0 and self.window > 3 else None,
            "gross_revenue_retention": kept / held if held > 0 else None,
            "net_revenue_retention": now / then if a0 and then > 0 else None,
            "net_revenue_retention_with_returned": (now + back) / then if a0 and then > 0 and before else None,
            "repeat_rate": often / len(a1) if a1 else None,
            "return_rate": len(away & a1) / len(away) if len(away) >= 10 and before else None,
            "kept_at_end_rate": sum(1 for c in base if not lapsed1[c][1]) / len(base) if base else None,
            "point_value": 0.01 * len(a0) * math.fsum(lost) / len(lost) if lost else None,
        }

    def stages(self) -> dict[str, str]:
        r0, r1, states = self.r(self.w0), self.r(self.w1), self.states()
        found = {}
        for client, (overdue, lapsed) in self.lapse(last_day(self.end)).items():
            if lapsed:
                found[client] = "lapsed"
            elif overdue:
                found[client] = "at_risk"
            elif states[client] in ("new", "returned"):
                found[client] = states[client]
            elif r0[client] > 0 and r1[client] >= 1.2 * r0[client] - 1e-9 * r0[client]:
                found[client] = "growing"
            elif r0[client] > 0 and r1[client] <= 0.8 * r0[client] + 1e-9 * r0[client]:
                found[client] = "declining"
            else:
                found[client] = "stable"
        return found

    def effects(self, reading: str) -> tuple[float, ...] | None:
        """Shapley effects of N, V, L; `reading` is orders or months."""
        factors = []
        for span in (self.w0, self.w1):
            active, r = self.active(span), self.r(span)
            times = self.orders(span)
            if reading == "months":
                times = len({(c, month(d)) for c, d, x, _ in self.rows if span[0] <= month(d) <= span[1] and x > 0})
            if not active or not times:
                return None
            factors.append((len(active), math.fsum(r[c] for c in active) / times, times / len(active)))
        parts = [0.0, 0.0, 0.0]
        for order in permutations(range(3)):
            now = list(factors[0])
            for k in order:
                before = now[0] * now[1] * now[2]
                now[k] = factors[1][k]
                parts[k] += (now[0] * now[1] * now[2] - before) / 6
        return tuple(parts)

    def headline(self) -> dict[str, float | int | None]:
        r, active = self.r(self.p), self.active(self.p)
        before = self.active((self.p[0] - self.window, self.p[0] - 1))
        new = {c for c, day in self.first.items() if self.p[0] <= month(day) <= self.p[1]}
        returned = {c for c in active if c not in new and c not in before}
        known = self.fits(self.p[0] - self.window)
        pp_end = self.end - self.length
        found: dict[str, float | int | None] = {
            "revenue": math.fsum(r.values()),
            "clients": len(active),
            "orders": self.orders(self.p),
            "new_clients": len(new),
            "revenue_new": math.fsum(r[c] for c in new),
            "revenue_returned": math.fsum(r[c] for c in returned) if known else None,
            "revenue_current": math.fsum(r[c] for c in r if c not in new | returned) if known else None,
            "lapsed_clients": None,
            "lapsed_revenue": None,
        }
        if self.fits(self.p[0] - self.length):
            now, then = self.lapse(last_day(self.end)), self.lapse(last_day(pp_end))
            left = [c for c, (_, lapsed) in now.items() if lapsed and not then.get(c, (False, False))[1]]
            found["lapsed_clients"] = len(left)
            last = {c: month(self.purchase_days(last_day(self.end))[c][-1]) for c in left}
            found["lapsed_revenue"] = math.fsum(self.r((last[c] - 11, last[c]))[c] for c in left)
        return found

    def concentration(self) -> dict[str, float]:
        x = sorted(value for value in self.r(self.w1).values() if value > 0)
        n, whole = len(x), math.fsum(x)
        shares = [value / whole for value in x]
        held, count = 0.0, 0
        for value in reversed(x):
            if held >= 0.5 * whole - 1e-9 * whole:
                break
            held, count = held + value, count + 1
        return {
            "top1_share": x[-1] / whole,
            "top5_share": math.fsum(x[-5:]) / whole,
            "top10_share": math.fsum(x[-10:]) / whole,
            "top20pct_share": math.fsum(x[-math.ceil(n / 5) :]) / whole,
            "hhi": math.fsum(s * s for s in shares),
            "effective_clients": 1 / math.fsum(s * s for s in shares),
            "gini": math.fsum(abs(a - b) for a in x for b in x) / (2 * n * whole),
            "half_of_revenue_clients": count,
        }
