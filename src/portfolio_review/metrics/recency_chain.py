"""The recency chain: the chance that a client buys soon, by how many months it has been silent.

In: the months in which clients bought; out: shares by months of silence, pooled over past month ends, and each
client's chance.
Source: Risk and outlook; the isotonic pooling after Ayer, Brunk, Ewing, Reid, Silverman 1955.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from portfolio_review.calendar import Month
from portfolio_review.metrics.purchase_history import PurchaseHistory

FEWEST = 10
"""Months of silence with fewer cases are pooled with the shorter silence beside them."""

LOWEST_CHANCE, HIGHEST_CHANCE = 0.003, 0.997


@dataclass(frozen=True)
class Chain:
    """What followed each silence: for k = 0, 1, … months the `cases` (clients at past month ends), how many
    of them `bought` within the horizon, and the `chance` that is used, which never rises with k."""

    horizon: int
    cases: NDArray[np.int64]
    bought: NDArray[np.int64]
    chance: NDArray[np.float64]

    def of(self, silence: NDArray[np.int64]) -> NDArray[np.float64]:
        """The chance of each client by its months of silence, in [.003, .997]; beyond the longest seen, that one's."""
        chance = self.chance[np.clip(silence, 0, len(self.chance) - 1)]
        return np.clip(chance, LOWEST_CHANCE, HIGHEST_CHANCE)

    def table(self) -> pd.DataFrame:
        """`risk.chain`: silence (months), cases, bought, share (bought / cases), chance."""
        return pd.DataFrame(
            {
                "silence": np.arange(len(self.cases)),
                "cases": self.cases,
                "bought": self.bought,
                "share": self.bought / np.where(self.cases > 0, self.cases, np.nan),
                "chance": self.chance,
            }
        )


def learn(history: PurchaseHistory, asked: Month, horizon: int) -> Chain | None:
    """The chain as it could be known at the end of the month `asked`.

    A case is a client at a month end m ≤ asked − horizon, from the month of its first purchase on, silent
    for k months: its last purchase lies in the month m − k. It bought when it has a purchase in the
    `horizon` months after m. The share of k is bought / cases over all clients and month ends. From the
    longest silence on, a k with fewer than 10 cases is pooled with the next shorter one; then neighbours
    whose share would rise with the silence are pooled (isotonic regression weighted by cases), since
    longer silence cannot make a purchase likelier. None without any case.

    Source: Risk and outlook.
    """
    start, stop = _silences(history, asked)
    limit = asked.index - horizon
    # a purchase in `start`, the next one in `stop`: silent for k = 0 … longest at the month ends between
    longest = np.minimum(stop - 1, limit) - start
    seen = longest >= 0
    start, stop, longest = start[seen], stop[seen], longest[seen]
    if not len(start):
        return None
    length = int(longest.max()) + 1
    cases = np.cumsum(np.bincount(longest, minlength=length)[::-1])[::-1]
    # bought within the horizon: month ends from stop − horizon on, where the next purchase is known
    first = np.maximum(stop - horizon - start, 0)
    followed = first <= longest
    begun = np.bincount(first[followed], minlength=length)
    ended = np.bincount(longest[followed] + 1, minlength=length + 1)[:length]
    bought = np.cumsum(begun - ended)
    return Chain(horizon, cases.astype(np.int64), bought.astype(np.int64), pooled(cases, bought))


def _silences(history: PurchaseHistory, asked: Month) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each month with a purchase up to `asked` the month, and that of the client's next purchase (far
    ahead when there is none)."""
    upto = history.month <= asked.index
    client, month = history.client[upto], history.month[upto]
    following = np.full(len(month), asked.index + 10_000, dtype=np.int64)
    same = client[1:] == client[:-1]
    following[:-1][same] = month[1:][same]
    return month, following


def pooled(cases: NDArray[np.int64], bought: NDArray[np.int64]) -> NDArray[np.float64]:
    """The chance by months of silence: shares of at least 10 cases that never rise with the silence, as `learn`
    says. cases, bought: by silence from 0 on. In [0, 1]; Σ chance · cases = Σ bought."""
    ends: list[int] = []
    held = 0
    for place in range(len(cases) - 1, -1, -1):
        if not held:
            ends.append(place + 1)
        held = held + int(cases[place])
        if held >= FEWEST:
            held = 0
    starts = [0, *ends[:0:-1]]
    if held and len(starts) > 1:
        # the shortest silence has few cases itself: it goes with the next longer one
        del starts[1]
    sizes = np.add.reduceat(cases, starts).astype(float)
    shares = np.add.reduceat(bought, starts) / sizes
    falling = np.asarray(isotonic_regression(shares, weights=sizes, increasing=False).x, dtype=float)
    lengths = np.diff([*starts, len(cases)])
    return np.repeat(np.clip(falling, 0.0, 1.0), lengths)
