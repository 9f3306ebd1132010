"""More figures in plain Python straight from the rows, beside `plain.Plain`: tables, survival and rules.

Written from the definitions of the metrics alone, client by client and literal.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict

from plain import Plain, last_day, month, quantile

ORDERS = {"abc": ["A", "B", "C", "none"], "xyz": ["X", "Y", "Z"]}
GROUPS = {(True, True): "constant_large", (True, False): "unstable_large",
          (False, True): "constant_small", (False, False): "unstable_small"}  # fmt: skip


class PlainMore(Plain):
    """The tables of structure, migration and retention, and the rules."""

    def orders_of(self, client: str, span: tuple[int, int]) -> int:
        mine = [row for row in self.rows if row[0] == client and span[0] <= month(row[1]) <= span[1] and row[2] > 0]
        if any(row[3] is not None for row in self.rows if row[2] > 0):
            return len({row[3] for row in mine})
        return len({row[1] for row in mine})

    def rfm(self) -> dict[tuple[int, int, int], tuple[int, float]]:
        active, r = sorted(self.active(self.w1)), self.r(self.w1)
        if not active:
            return {}
        end, days = last_day(self.end), self.purchase_days(last_day(self.end))
        measures = (
            {c: float((end - days[c][-1]).days) for c in active},
            {c: float(self.orders_of(c, self.w1)) for c in active},
            {c: r[c] for c in active},
        )
        scores = []
        for measure in measures:
            limits = [quantile(list(measure.values()), q) for q in (0.2, 0.4, 0.6, 0.8)]
            slack = [1e-9 * max(1.0, abs(limit)) for limit in limits]
            scores.append({c: 1 + sum(x > lim + s for lim, s in zip(limits, slack, strict=True))
                           for c, x in measure.items()})  # fmt: skip
        cells: dict[tuple[int, int, int], tuple[int, float]] = {}
        for client in active:
            key = (6 - scores[0][client], scores[1][client], scores[2][client])
            count, money = cells.get(key, (0, 0.0))
            cells[key] = (count + 1, money + r[client])
        return cells

    def groups(self, span: tuple[int, int]) -> dict[str, str]:
        value, regular = self.abc(span), self.xyz(span)
        return {c: GROUPS[value[c] == "A", regular[c] == "X"] for c in value}

    def classes(self, scheme: str, span: tuple[int, int]) -> dict[str, str]:
        return {"abc": self.abc, "xyz": self.xyz, "value_stability": self.groups}[scheme](span)

    def migration(self, scheme: str) -> Counter[tuple[str, str]]:
        at_w0, states = self.classes("abc" if scheme == "abc_fixed" else scheme, self.w0), self.states()
        at_w1 = self.abc_fixed(self.w0, self.w1) if scheme == "abc_fixed" else self.classes(scheme, self.w1)
        return Counter((at_w0.get(c, states[c]), at_w1.get(c, "lost")) for c in states if c in at_w0 or c in at_w1)

    def moves(self, scheme: str) -> tuple[int, int, int]:
        """Up, down, stay of the retained clients."""
        at_w0, at_w1, order = self.classes(scheme, self.w0), self.classes(scheme, self.w1), ORDERS[scheme]
        steps = [order.index(at_w0[c]) - order.index(at_w1[c]) for c in at_w0 if c in at_w1]
        return sum(s > 0 for s in steps), sum(s < 0 for s in steps), sum(s == 0 for s in steps)

    def trend(self, scheme: str = "") -> dict[int, tuple[float | None, int]]:
        """By month end: the share retained of A0, or with a scheme the share of retained that moved; and n."""
        found = {}
        for end in range(self.end - 11, self.end + 1):
            w1, w0 = (end - self.window + 1, end), (end - 2 * self.window + 1, end - self.window)
            if not self.fits(w0[0]):
                continue
            if scheme:
                before = self.classes("abc" if scheme == "abc_fixed" else scheme, w0)
                now = self.abc_fixed(w0, w1) if scheme == "abc_fixed" else self.classes(scheme, w1)
                both = set(before) & set(now)
                share = sum(before[c] != now[c] for c in both) / len(both) if both else None
                found[end] = (share, len(both))
            else:
                a0, a1 = self.active(w0), self.active(w1)
                found[end] = (len(a0 & a1) / len(a0) if a0 else None, len(a0))
        return found

    def cohorts(self, length: int) -> dict[tuple[int, int], tuple[int, int, float]]:
        """(cohort, age) in steps of `length` months: size, clients active, revenue; cells with an active client."""
        sizes = Counter(month(day) // length for day in self.first.values())
        clients: dict[tuple[int, int], set[str]] = defaultdict(set)
        money: dict[tuple[int, int], float] = defaultdict(float)
        for client, day, revenue, _ in self.rows:
            if client in self.first:
                cohort = month(self.first[client]) // length
                cell = (cohort, month(day) // length - cohort)
                money[cell] += revenue
                if revenue > 0:
                    clients[cell].add(client)
        return {cell: (sizes[cell[0]], len(found), money[cell]) for cell, found in clients.items()}

    def lives(self) -> list[tuple[float, float, bool]]:
        """(entry, age at the end, whether it ended) of every client in the curve; no client has a `since`."""
        end, gaps = last_day(self.end), self.gaps(last_day(self.end))
        everyone = [gap for values in gaps.values() for gap in values]
        lapse = self.lapse(end)
        found = []
        for client, days in self.purchase_days(end).items():
            if month(days[0]) == self.history:
                continue
            own = gaps[client] if len(gaps[client]) >= 4 else everyone
            g = quantile(own, 0.8) if own else 365.0
            limit = min(max(2 * g, 90), max(365, g)) if own else 365.0
            if lapse[client][1]:
                found.append((-1.0, float((days[-1] - days[0]).days), True))
            elif (end - days[0]).days >= limit:
                found.append((-1.0, (end - days[0]).days - limit, False))
        return found

    def survival(self, age: float) -> float | None:
        lives = self.lives()
        if sum(entry < age <= left for entry, left, _ in lives) < 10:
            return None
        s = 1.0
        for at in sorted({left for entry, left, ended in lives if ended and entry < left <= age}):
            there = sum(entry < at <= left for entry, left, _ in lives)
            s *= 1 - sum(ended and entry < at and left == at for entry, left, ended in lives) / there
        return s

    def second_purchase(self) -> float | None:
        end = last_day(self.end)
        if not self.fits(month(end - dt.timedelta(days=545))):
            return None
        days = self.purchase_days(end)
        began = [found for found in days.values() if 180 <= (end - found[0]).days <= 545]
        again = [found for found in began if len(found) > 1 and (found[1] - found[0]).days <= 180]
        return len(again) / len(began) if began else None

    def early(self) -> set[str]:
        now, then = self.r((self.end - 2, self.end)), self.r((self.end - 14, self.end - 12))
        if not self.fits(self.end - 14):
            return set()
        return {c for c in self.first if then[c] > 0 and now[c] <= 0.7 * then[c] + 1e-9 * then[c]}

    def rules(self) -> dict[str, str]:
        r1, value, regular = self.r(self.w1), self.abc(self.w1), self.xyz(self.w1)
        lowest = {name: min((r1[c] for c in value if value[c] == name), default=math.inf) for name in "AB"}
        lowest["B"] = min(lowest["A"], lowest["B"])
        stages, early, days = self.stages(), self.early(), self.purchase_days(last_day(self.end))
        found = {}
        for client, stage in stages.items():
            of_class = None
            if stage == "lapsed" and lowest["A"] < math.inf:
                last = month(days[client][-1])
                brought = self.r((last - 11, last))[client] * self.window / 12
                of_class = (
                    "A" if brought >= lowest["A"] else "B" if brought >= lowest["B"] else "C" if brought > 0 else "none"
                )
            loyal = self.first[client] < last_day(self.end - 60)
            key = (value.get(client), regular.get(client))
            if key == ("C", "Z") or (stage == "lapsed" and of_class in ("C", "none")):
                found[client] = "standard"
            elif stage == "lapsed":
                found[client] = "return"
            elif stage in ("at_risk", "declining") or client in early:
                found[client] = "retain"
            elif key[1] == "X" and (key[0] == "A" or (key[0] == "B" and loyal)) and stage in ("stable", "growing"):
                found[client] = "reward"
            else:
                found[client] = "develop"
        return found

    def lapsed_regular(self) -> tuple[int, float] | None:
        if not (self.fits(self.w0[0]) and self.fits(self.end - 2 * self.length + 1)):
            return None
        now = self.lapse(last_day(self.end))
        then = self.lapse(last_day(self.end - self.length))
        regular = self.xyz(self.w0)
        left = [
            c for c, (_, gone) in now.items() if gone and not then.get(c, (False, False))[1] and regular.get(c) == "X"
        ]
        days = self.purchase_days(last_day(self.end))
        last = {c: month(days[c][-1]) for c in left}
        return len(left), math.fsum(self.r((last[c] - 11, last[c]))[c] for c in left)

    def client_effects(self) -> dict[str, float] | None:
        """N's Shapley effect is (N1 − N0) times a price: that price for each new, returned and lost client."""
        n0, n1 = len(self.active(self.w0)), len(self.active(self.w1))
        times = self.orders(self.w0), self.orders(self.w1)
        if not (n0 and n1 and all(times)):
            return None
        value, often = [], []
        for span, count, clients in zip((self.w0, self.w1), times, (n0, n1), strict=True):
            r, active = self.r(span), self.active(span)
            value.append(math.fsum(r[c] for c in active) / count)
            often.append(count / clients)
        (v0, v1), (l0, l1) = value, often
        price = (2 * v0 * l0 + 2 * v1 * l1 + v0 * l1 + v1 * l0) / 6
        states = Counter(self.states().values())
        return {"new": states["new"] * price, "returned": states["returned"] * price, "lost": -states["lost"] * price}
