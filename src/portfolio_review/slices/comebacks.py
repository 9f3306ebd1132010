"""How many lapsed clients of the whole series bought again within 12 months, by months of silence, at past month ends.

In: the purchase days of each bucket; out: the frame `chance_back`, a few rows. A client is lapsed only after 90 days,
so only longer silences are looked at: one entry for each, put down by bucket until the series' usual gap of every
month end is known.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.metrics import chance_back
from portfolio_review.metrics.chance_back import BANDS_FROM, WITHIN_MONTHS
from portfolio_review.metrics.lapse import (
    FEWEST_OWN_GAPS,
    LONGEST_LIMIT_DAYS,
    SHORTEST_LIMIT_DAYS,
    TOLERANCE_DAYS,
)
from portfolio_review.slices.exact import spread
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.silence import RECENT_MONTHS, USUAL, Purchases, counted_quantile, quantiles
from portfolio_review.slices.task import Task, days_since_1970

_YOUNGEST = 2
"""At the end of the second month after a purchase the silence can first be longer than 90 days."""
_AT_ONCE = 2_000_000
_NEVER = np.iinfo(np.int32).max // 2
_BITS = 1 << np.arange(len(BANDS_FROM))
Table = dict[str, np.ndarray]


@dataclass
class Comebacks:
    """What buckets add; `finish` counts. folder: where what waits for the usual gaps lies."""

    task: Task
    folder: Path
    gaps: dict[int, np.ndarray] = field(default_factory=dict)
    """By month of the later day: how often a gap of 0, 1, 2 … days stands in all units together."""
    buckets: list[Path] = field(default_factory=list)
    first: int = _NEVER
    """The first month with a purchase."""
    _adding: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ends(self) -> tuple[int, int]:
        """The last month end that counts as of the end of W1, and as of 12 months earlier."""
        last = self.task.w1.last.index
        return last - WITHIN_MONTHS, last - 2 * WITHIN_MONTHS

    def add(self, number: int, rows: Rows, bought: Purchases) -> None:
        """Put down a bucket's silences of more than 90 days, and count its gaps by month."""
        kept = rows.clients.of_all[bought.who] & (bought.day <= days_since_1970(self.task.w1.last.last))
        who, day, gap, nth = (each[kept] for each in (bought.who, bought.day, bought.gap, bought.nth))
        month = months_of(day)
        self._count(month[nth > 0], gap[nth > 0])
        spells = _spells(who, day, month, nth, self.ends[0])
        own = _own_cases(who, day, month, gap, nth, spells)
        path = self.folder / f"comebacks-{number}.npz"
        self.folder.mkdir(parents=True, exist_ok=True)
        stored = _alike(spells, own["who"]) | {f"own_{name}": column for name, column in own.items()}
        np.savez(path, **stored)  # type: ignore[arg-type]
        with self._adding:
            self.buckets.append(path)
            self.first = min(self.first, int(month.min(initial=_NEVER)))

    def _count(self, month: np.ndarray, gap: np.ndarray) -> None:
        if not len(month):
            return
        first, width = int(month.min()), int(gap.max()) + 1
        cell = (month - first).astype(np.int64) * width + gap
        table = np.bincount(cell, minlength=(int(month.max()) - first + 1) * width).reshape(-1, width)
        with self._adding:  # buckets are reduced side by side
            for place, now in enumerate(table):
                before = self.gaps.get(first + place, np.zeros(0, dtype=np.int64))
                longer, shorter = (now.copy(), before) if len(now) > len(before) else (before, now)
                longer[: len(shorter)] += shorter
                self.gaps[first + place] = longer

    def finish(self) -> pd.DataFrame:
        """`chance_back`: date, from_months, cases, bought, clients (see `chance_back.joined`), as of W1's end and as of
        12 months earlier; no rows as of a date where too few were seen."""
        limits, counts = self._limits(), [_Counts(end) for end in self.ends]
        for path in self.buckets:
            with np.load(path) as stored:
                bucket = {name: stored[name] for name in stored.files}
            weight = bucket["weight"]
            seen = [np.zeros((len(weight), len(BANDS_FROM)), dtype=bool) for _ in counts]
            own = _cases(*(bucket[f"own_{name}"] for name in ("who", "month", "silence", "next")))
            for cases in chain((own,), _waiting(bucket, limits, self.first)):
                for found, flags in zip(counts, seen, strict=True):
                    found.add(cases, weight, flags)
            for found, flags in zip(counts, seen, strict=True):
                found.add_clients(flags, weight)
            path.unlink()
        rows = [
            (
                pd.Timestamp(Month(found.end + WITHIN_MONTHS).last),
                band.from_months,
                band.cases,
                band.bought,
                band.clients,
            )
            for found in counts
            for band in chance_back.joined(found.cases.tolist(), found.bought.tolist(), found.clients)
        ]
        kinds = {"date": "datetime64[us]", **dict.fromkeys(chance_back.COUNTED[1:], "int64")}
        return pd.DataFrame(rows, columns=list(chance_back.COUNTED)).astype(kinds).sort_values(["date", "from_months"])

    def _limits(self) -> np.ndarray:
        """By month end, from the first month with a purchase on: the lapse limit of who has too few gaps of its own."""
        widest = max((len(counts) for counts in self.gaps.values()), default=0)
        recent, limits = np.zeros(widest, dtype=np.int64), []
        for month in range(self.first, self.ends[0] + 1):
            for changed, sign in ((month, 1), (month - RECENT_MONTHS, -1)):
                counts = self.gaps.get(changed)
                if counts is not None:
                    recent[: len(counts)] += sign * counts
            limits.append(counted_quantile(recent, USUAL))
        return limit(np.array(limits))


@dataclass
class _Counts:
    """Cases at month ends up to `end` and those that bought again, by band; clients by the bands they were seen in."""

    end: int
    cases: np.ndarray = field(default_factory=lambda: np.zeros(len(BANDS_FROM), dtype=np.int64))
    bought: np.ndarray = field(default_factory=lambda: np.zeros(len(BANDS_FROM), dtype=np.int64))
    clients: np.ndarray = field(default_factory=lambda: np.zeros(1 << len(BANDS_FROM), dtype=np.int64))

    def add(self, cases: Table, weight: np.ndarray, seen: np.ndarray) -> None:
        """Add cases of who, band, month, came. weight: by who; seen: by who and band, to which is added who was."""
        mine = cases["month"] <= self.end
        who, band = cases["who"][mine], cases["band"][mine]
        for found, which in ((self.cases, slice(None)), (self.bought, cases["came"][mine])):
            found += np.bincount(band[which], weight[who[which]], len(BANDS_FROM)).astype(np.int64)
        seen[who, band] = True

    def add_clients(self, seen: np.ndarray, weight: np.ndarray) -> None:
        self.clients += np.bincount(seen @ _BITS, weight, len(self.clients)).astype(np.int64)


def _waiting(bucket: Table, limits: np.ndarray, first: int) -> Iterator[Table]:
    """The cases of a bucket that go by the series' limits, those of month ends from `first` on; in parts."""
    lengths = np.maximum(bucket["last"] - bucket["common"] + 1, 0)
    for part in batches(lengths):
        spell = np.repeat(np.arange(part.start, part.stop), lengths[part])
        month = spread(bucket["common"][part], lengths[part])
        lapsed = ends_of(month) - bucket["day"][spell] > limits[month - first] + TOLERANCE_DAYS
        spell, month = spell[lapsed], month[lapsed]
        yield _cases(bucket["who"][spell], month, month - bucket["bought_in"][spell], bucket["next"][spell])


def _cases(who: np.ndarray, month: np.ndarray, silence: np.ndarray, following: np.ndarray) -> Table:
    band = np.searchsorted(np.array(BANDS_FROM), silence, side="right") - 1
    return {"who": who, "month": month, "band": band, "came": following <= month + WITHIN_MONTHS}


def batches(lengths: np.ndarray) -> Iterator[slice]:
    """Parts of entries that are spread over `lengths` places each: about two million places at once."""
    upto, begin = np.cumsum(lengths), 0
    while begin < len(lengths):
        done = int(upto[begin - 1]) if begin else 0
        stop = max(begin + 1, int(np.searchsorted(upto, done + _AT_ONCE, side="right")))
        yield slice(begin, stop)
        begin = stop


def months_of(day: np.ndarray) -> np.ndarray:
    """12 · year + month − 1 of days since 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def ends_of(month: np.ndarray) -> np.ndarray:
    """The last day of each month, in days since 1970."""
    after = (month.astype(np.int64) - 1970 * 12 + 1).astype("datetime64[M]").astype("datetime64[D]")
    return after.astype(np.int64) - 1


def limit(usual: np.ndarray) -> np.ndarray:
    """min(max(2 g, 90), max(365, g)) days; 365 where no gap is known. Source: Gaps and lapse."""
    found = np.minimum(np.maximum(2 * usual, SHORTEST_LIMIT_DAYS), np.maximum(usual, LONGEST_LIMIT_DAYS))
    return np.where(np.isnan(usual), LONGEST_LIMIT_DAYS, found)


def _spells(who: np.ndarray, day: np.ndarray, month: np.ndarray, nth: np.ndarray, end: int) -> Table:
    """One entry for each purchase after which a client was silent over the ends of more than two months.

    who, day, bought_in (its month), next (the month of the next purchase), place (among the purchases), last: the last
    month end of the silence that counts; common: from which month end on the client has fewer than 4 gaps of its own.
    """
    following = np.full(len(who), _NEVER, dtype=np.int64)
    same = who[1:] == who[:-1]
    following[:-1][same] = month[1:][same]
    last = np.minimum(following - 1, end)
    place = np.flatnonzero(last >= month + _YOUNGEST)
    # with the fourth gap before it older than 24 months, fewer than 4 are left
    has = nth[place] >= FEWEST_OWN_GAPS
    fourth = month[np.maximum(place - (FEWEST_OWN_GAPS - 1), 0)]
    own_until = np.where(has, fourth + RECENT_MONTHS - 1, 0)
    return {
        "who": who[place].astype(np.int64), "day": day[place].astype(np.int64), "bought_in": month[place],
        "next": following[place], "place": place, "last": last[place],
        "common": np.maximum(month[place] + _YOUNGEST, own_until + 1),
    }  # fmt: skip


def _alike(spells: Table, own: np.ndarray) -> Table:
    """The spells that wait for the usual gaps; clients with one of them, and no case of their own, stand once for all
    that bought on the same day and came back in the same month.

    Columns of `_spells` but place; weight: by `who`, how many clients it stands for.
    """
    late = spells["common"] <= spells["last"]
    kept = {name: column[late] for name, column in spells.items() if name != "place"}
    who = kept["who"]
    size = int(max(who.max(initial=-1), own.max(initial=-1))) + 1
    spells_of = np.bincount(who, minlength=size)
    spells_of[own] = 2
    single = spells_of[who] == 1
    weight = np.ones(size, dtype=np.int64)
    if not single.any():
        return {**kept, "weight": weight}
    alike = {name: column[single] for name, column in kept.items()}
    base = alike["bought_in"].min()
    key = alike["day"] << 32 | np.minimum(alike["next"] - base, 2**16 - 1) << 16 | (alike["common"] - base)
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    alike = {name: column[first] for name, column in alike.items()} | {"who": size + np.arange(len(first))}
    return {
        **{name: np.append(column[~single], alike[name]) for name, column in kept.items()},
        "weight": np.append(weight, counts),
    }


def _own_cases(
    who: np.ndarray, day: np.ndarray, month: np.ndarray, gap: np.ndarray, nth: np.ndarray, spells: Table
) -> Table:
    """who, month, silence (months), next of each month end at which a client with 4 gaps of its own was lapsed.

    Where the longest gap it ever had settles it, no quantile is taken.
    """
    first = spells["bought_in"] + _YOUNGEST
    lengths = np.maximum(np.minimum(spells["common"] - 1, spells["last"]) - first + 1, 0)
    spell = np.repeat(np.arange(len(lengths)), lengths)
    at = spread(first, lengths)
    silent = ends_of(at) - spells["day"][spell]
    place = spells["place"][spell]
    # the longest gap so far of each client: gaps of one client never reach into the next one's
    width = int(gap.max(initial=0)) + 1
    longest = (np.maximum.accumulate(who.astype(np.int64) * width + gap) % width)[place] if len(who) else place
    lapsed = (silent > np.maximum(2 * longest, SHORTEST_LIMIT_DAYS)) | (
        silent > np.maximum(longest, LONGEST_LIMIT_DAYS)
    )
    asked = np.flatnonzero(~lapsed & (silent > SHORTEST_LIMIT_DAYS))
    if len(asked):
        usual = _usual_gaps(who, month, gap, nth, place[asked], at[asked])
        lapsed[asked] = silent[asked] > limit(usual) + TOLERANCE_DAYS
    spell, at = spell[lapsed], at[lapsed]
    found = {name: spells[name][spell] for name in ("who", "next")}
    return {**found, "month": at, "silence": at - spells["bought_in"][spell]}


def _usual_gaps(
    who: np.ndarray, month: np.ndarray, gap: np.ndarray, nth: np.ndarray, place: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """The 80 % quantile of the gaps up to the purchase at `place` whose later day lies in the 24 months up to `at`."""
    base = int(month.min())
    span = int(month.max()) - base + 1
    key = who.astype(np.int64) * span + (month - base)
    since = np.maximum(at - (RECENT_MONTHS - 1) - base, 0)
    begin = np.searchsorted(key, who[place].astype(np.int64) * span + np.minimum(since, span - 1))
    begin = np.maximum(begin, place - nth[place] + 1)  # a first purchase has no gap
    found, counts = np.empty(len(place)), place - begin + 1
    for part in batches(counts):
        group = np.repeat(np.arange(part.stop - part.start), counts[part])
        values = gap[spread(begin[part], counts[part])]
        found[part] = quantiles(values[np.lexsort((values, group))], counts[part])
    return found
