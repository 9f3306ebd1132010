"""Purchases and the gaps between them: of each client at the days asked for, and of the whole series."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from portfolio_review.metrics.histories import DAYS_A_WEEK
from portfolio_review.metrics.lapse import FEWEST_OWN_GAPS
from portfolio_review.metrics.purchase_history import LOG_GAP_UNIT
from portfolio_review.slices.exact import changes, stable_order
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.task import Task, days_since_1970

RECENT_MONTHS = 24
"""Only gaps whose later day lies in so many calendar months count (metric "usual gap")."""
USUAL = 0.8
"""The usual gap is this quantile, by linear interpolation."""


@dataclass(frozen=True)
class Purchases:
    """Purchase days by client and day: the place of the client, the day, its number from 0, days since the last."""

    who: np.ndarray
    day: np.ndarray
    nth: np.ndarray
    gap: np.ndarray
    """0 for the first."""

    @classmethod
    def of(cls, rows: Rows, bought: np.ndarray) -> Purchases:
        """Of the days on which something was `bought`."""
        who, day = rows.day_who[bought], rows.day[bought]
        first = changes(who)
        starts = np.flatnonzero(first)
        nth = np.arange(len(who)) - np.repeat(starts, np.diff(np.append(starts, len(who))))
        gap = np.diff(day, prepend=day[:1])
        return cls(who, day, nth, np.where(first, 0, gap))

    @cached_property
    def by_length(self) -> np.ndarray:
        """The places of the purchases that follow another one, by client and gap."""
        longest = int(self.gap.max(initial=0)) + 1
        order = stable_order(
            self.who * np.int64(longest) + self.gap, max((int(self.who.max(initial=0)) + 1) * longest, 1)
        )
        return np.asarray(order[self.gap[order] > 0])

    def median_gaps(self, clients: int, end: dt.date) -> np.ndarray:
        """The median gap of each client as of its last purchase up to `end`, in days: it does not change while nothing
        happens. Of the gaps whose later day lies in the 24 calendar months up to that purchase; NaN below 4."""
        until = days_since_1970(end)
        place = self.by_length
        place = place[self.day[place] <= until]
        month = self.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        last = np.zeros(clients, dtype=np.int64)
        upto = self.day <= until
        last[self.who[upto]] = month[upto]  # in ascending order: the last stays
        who = self.who[place]
        place = place[month[place] > last[who] - RECENT_MONTHS]
        counts = np.bincount(self.who[place], minlength=clients)
        found = quantiles(self.gap[place], counts, 0.5)
        return np.where(counts >= FEWEST_OWN_GAPS, found, np.nan)

    def in_months(self, month: np.ndarray, months: int) -> dict[str, np.ndarray]:
        """Of each of so many months its last purchase day (of the month, 0 where there is none) and Σ ln(gap in weeks)
        of the gaps whose later day lies in it. month: the place of the month of every purchase day, ascending.

        A logarithm is taken to nine decimals, in whole numbers of them: sums are exact, in any order.
        """
        last = np.zeros(months, dtype="datetime64[D]")
        last[month] = self.day.astype("datetime64[D]")  # in ascending order: the last stays
        of_month = (last - last.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int32) + 1
        bought = np.zeros(months, dtype=bool)
        bought[month] = True
        weeks = np.arange(1, int(self.gap.max(initial=0)) + 1) / DAYS_A_WEEK
        logarithms = np.append(0.0, np.rint(np.log(weeks) / LOG_GAP_UNIT))
        sums = np.bincount(month, weights=logarithms[self.gap], minlength=months)
        return {"last_day": np.where(bought, of_month, 0), "log_gaps": sums * LOG_GAP_UNIT}


@dataclass
class Silence:
    """What is asked of purchases, bucket by bucket; and how often each gap stands in all units together."""

    task: Task
    counts: dict[dt.date, np.ndarray] = field(default_factory=dict)
    """By day asked for: how often a gap of 0, 1, 2 … days stands."""
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> list[tuple[dt.date, dt.date]]:
        """The days asked for, each with the first day whose gaps are recent then."""
        return [(month.last, (month - (RECENT_MONTHS - 1)).first) for month in self.task.as_of_months]

    def at_days(self, rows: Rows, bought: Purchases) -> dict[str, np.ndarray]:
        """`as_of`: of each client and day asked for what was known then; and adds to `counts`."""
        clients = len(rows.clients)
        # a client's gaps in ascending order, once for all days
        order = bought.by_length
        who, day, gap = bought.who[order], bought.day[order], bought.gap[order]
        counts_for_all = rows.clients.of_all[who]
        found = []
        for date, since in self.asked:
            until = days_since_1970(date)
            upto = bought.day <= until
            days = np.bincount(bought.who[upto], minlength=clients)
            last = np.zeros(clients, dtype=np.int32)
            last[bought.who[upto]] = bought.day[upto]  # in ascending order: the last stays
            recent = (day <= until) & (day >= days_since_1970(since))
            gaps = np.bincount(who[recent], minlength=clients)
            known = np.flatnonzero(days)
            found.append((known, np.full(len(known), until), last[known], days[known], gaps[known],
                          quantiles(gap[recent], gaps)[known]))  # fmt: skip
            self._count(date, gap[recent & counts_for_all])
        columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
        by_client = stable_order(columns[0], max(clients, 1))
        names = ("who", "date", "last_purchase", "purchase_days", "gaps", "gap_q80")
        return {name: column[by_client] for name, column in zip(names, columns, strict=True)}

    def _count(self, date: dt.date, gaps: np.ndarray) -> None:
        now = np.bincount(gaps)
        with self._counting:  # buckets are reduced side by side
            before = self.counts.get(date, np.zeros(0, dtype=np.int64))
            longer, shorter = (now, before) if len(now) > len(before) else (before, now)
            longer[: len(shorter)] += shorter
            self.counts[date] = longer

    def series(self) -> pd.DataFrame:
        """The usual and the median gap of all units together at each day."""
        found = []
        for date, _ in self.asked:
            counts = self.counts.get(date, np.zeros(0, dtype=np.int64))
            found.append((pd.Timestamp(date), counted_quantile(counts, USUAL), counted_quantile(counts, 0.5)))
        frame = pd.DataFrame(found, columns=["date", "usual_gap", "median_gap"])
        return frame.astype({"date": "datetime64[us]", "usual_gap": "float64", "median_gap": "float64"})


def quantiles(gaps: np.ndarray, counts: np.ndarray, q: float = USUAL) -> np.ndarray:
    """A quantile of each client's gaps, which stand in ascending order one after the other; NaN without one."""
    found = np.full(len(counts), np.nan)
    has = counts > 0
    starts = (np.cumsum(counts) - counts)[has]
    place = (counts[has] - 1) * q
    low = np.floor(place).astype(np.int64)
    lower, upper = gaps[starts + low].astype(np.float64), gaps[starts + np.ceil(place).astype(np.int64)]
    found[has] = lower + (upper - lower) * (place - low)
    return found


def counted_quantile(counts: np.ndarray, q: float) -> float:
    """A quantile of values 0, 1, 2 … by how often each stands; NaN where none does."""
    upto = np.cumsum(counts)
    if not len(upto) or not upto[-1]:
        return float("nan")
    place = float(upto[-1] - 1) * q
    low, high = (int(np.searchsorted(upto, rounded, side="right")) for rounded in (np.floor(place), np.ceil(place)))
    return float(low + (high - low) * (place - np.floor(place)))
