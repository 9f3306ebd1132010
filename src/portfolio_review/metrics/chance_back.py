"""Who comes back: the share of lapsed clients of the whole series that bought again within 12 months, by silence.

In: how often each band of silence was seen at past month ends, and by which clients; out: bands, shares with their
interval, and the chance of each lapsed client. Source: Lifecycle and the four rules; Wilson 1927.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.intervals import wilson_arrays
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, month_index, total

BANDS_FROM = (0, 6, 12, 24)
"""The bands of silence begin with these calendar months: 0–5, 6–11, 12–23, 24 and more."""
WITHIN_MONTHS = 12
FEWEST_CLIENTS = 20
TOO_FEW = "too few to tell"
COLUMNS = ("band", "cases", "clients", "share", "low", "high")
COUNTED = ("date", "from_months", "cases", "bought", "clients")
"""The columns of the frame of the slice: bands as they were joined, as of each date."""


@dataclass(frozen=True)
class Band:
    """A band of silence: its first month, the cases seen in it, those that bought again, and whose they were."""

    from_months: int
    cases: int
    bought: int
    clients: int


def joined(cases: Sequence[int], bought: Sequence[int], clients: NDArray[np.int64]) -> list[Band]:
    """The bands of `BANDS_FROM`, those of fewer than 20 clients joined to a neighbour.

    From the longest down, a band below 20 clients joins the next shorter; the shortest joins the next longer. A client
    seen in both counts once. None where there are fewer than 20 in all.

    cases, bought: of each band; clients: how many were seen in exactly the bands that the bits of the place stand for
    (16 numbers). Source: Lifecycle and the four rules.
    """
    seen = np.arange(len(clients))

    def of(bands: Sequence[int]) -> int:
        return int(clients[(seen & sum(1 << band for band in bands)) > 0].sum())

    groups = [[band] for band in range(len(BANDS_FROM))]
    for place in range(len(groups) - 1, 0, -1):
        if of(groups[place]) < FEWEST_CLIENTS:
            groups[place - 1] += groups.pop(place)
    if len(groups) > 1 and of(groups[0]) < FEWEST_CLIENTS:
        groups[0] += groups.pop(1)
    if of(groups[0]) < FEWEST_CLIENTS:
        return []
    return [
        Band(BANDS_FROM[group[0]], sum(cases[band] for band in group), sum(bought[band] for band in group), of(group))
        for group in groups
    ]


@dataclass(frozen=True)
class Chances:
    """Bands with their share and interval as of a day: from_months, share, low, high, in ascending order."""

    bands: pd.DataFrame

    @property
    def known(self) -> bool:
        return not self.bands.empty

    @classmethod
    def at(cls, counted: pd.DataFrame, day: dt.date) -> Chances:
        """As of `day`; counted: the frame of the slice, columns of `COUNTED`. share = bought / cases; low, high: the
        Wilson interval of share · n hits among n different clients."""
        mine = counted[counted["date"] == pd.Timestamp(day)].sort_values("from_months").reset_index(drop=True)
        share = mine["bought"] / mine["cases"]
        low, high = wilson_arrays(share * mine["clients"], mine["clients"])
        return cls(mine.assign(share=share, low=low, high=high))

    def of(self, months: NDArray[np.int64]) -> pd.DataFrame:
        """share, low, high for each silence in calendar months; missing where too few were seen."""
        if not self.known:
            return pd.DataFrame(np.nan, index=range(len(months)), columns=["share", "low", "high"])
        place = np.searchsorted(self.bands["from_months"].to_numpy(), months, side="right") - 1
        return self.bands[["share", "low", "high"]].iloc[np.maximum(place, 0)].reset_index(drop=True)


def table(chances: Chances) -> pd.DataFrame:
    """`actions.chance_back`: band (as `6–11`, `24+` months of silence), cases, clients, share, low, high.

    No rows where too few lapsed clients were seen to tell.
    """
    begins = [int(month) for month in chances.bands["from_months"]]
    ends = [f"–{month - 1}" for month in begins[1:]] + ["+"] * bool(begins)
    names = [f"{begin}{end}" for begin, end in zip(begins, ends, strict=True)]
    return chances.bands.assign(band=np.array(names, dtype=object))[list(COLUMNS)]


def silent_months(last_purchase: pd.Series, end: dt.date) -> NDArray[np.int64]:
    """Calendar months from that of the last purchase to that of `end`."""
    return np.asarray(end.year * 12 + end.month - 1 - month_index(last_purchase), dtype=np.int64)


def expected(money: pd.Series, chance: pd.DataFrame, reason: str) -> Figure:
    """Σ money · share, between Σ money · low and Σ money · high; undefined with `reason` where a chance is missing."""
    if len(money) and chance["share"].isna().all():
        return undefined(reason)
    value, low, high = (
        round(total(money.to_numpy() * chance[name]), MONEY_DECIMALS) for name in ("share", "low", "high")
    )
    return Figure(value=value + 0.0, interval=(low + 0.0, high + 0.0))
