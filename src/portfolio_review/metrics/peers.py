"""Peers: the other clients of the same type and ABC class that were active in W1.

In: the client frame; out: groups of peers, and what is usual among the others of a client's group.
Source: Lifecycle and the four rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CLASSES = 4
"""ABC classes with `none`."""


@dataclass(frozen=True)
class Peers:
    """The group of each client, by its place in the client frame, and how many clients each group has.

    group: 0 … groups − 1, or −1 for a client without peers (no type known, or not active in W1).
    """

    group: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @property
    def others(self) -> NDArray[np.int64]:
        """The number of each client's peers: its group without itself; 0 where it has no group."""
        return np.where(self.group >= 0, self.sizes[self.group] - 1, 0) if len(self.sizes) else 0 * self.group


def peers_of(base: pd.DataFrame) -> Peers:
    """Clients of the same type and ABC class at W1 are peers; base: client frame with `abc1`, `type`.

    Where no client's type is known at all, clients of one ABC class are peers.
    """
    value = base["abc1"].cat.codes.to_numpy(dtype=np.int64)
    if "type" in base and base["type"].notna().any():
        kind, kinds = pd.factorize(base["type"], sort=True)
    else:
        kind, kinds = pd.factorize(pd.Series("", index=base.index))
    group = np.where((kind >= 0) & (value >= 0), kind * CLASSES + value, -1).astype(np.int64)
    sizes = np.bincount(group[group >= 0], minlength=CLASSES * len(kinds)).astype(np.int64)
    return Peers(group, sizes)


def median_of_others(values: pd.Series, peers: Peers, fewest: int = 1) -> pd.Series:
    """For each client the median of `values` over its peers, itself left out.

    values: by client, in the order of the client frame; missing ones count nowhere. NaN for a client
    with fewer than `fewest` peers whose value is known.
    """
    known = (peers.group >= 0) & values.notna().to_numpy()
    amounts, mine = values.to_numpy(dtype=float), np.flatnonzero(known)
    by_value = mine[np.lexsort((amounts[mine], peers.group[mine]))]
    ordered = amounts[by_value]
    counts = np.bincount(peers.group[mine], minlength=len(peers.sizes))
    start = np.concatenate(([0], np.cumsum(counts)))[:-1]
    place = np.full(len(values), -1)
    place[by_value] = np.arange(len(by_value)) - start[peers.group[by_value]]

    found = np.full(len(values), np.nan)
    asked = np.flatnonzero(peers.group >= 0)
    group = peers.group[asked]
    others = counts[group] - (place[asked] >= 0)
    enough = others >= max(fewest, 1)
    asked, group, others = asked[enough], group[enough], others[enough]
    if len(asked):
        middle = [_without(nth, place[asked]) + start[group] for nth in ((others - 1) // 2, others // 2)]
        found[asked] = (ordered[middle[0]] + ordered[middle[1]]) / 2
    return pd.Series(found, index=values.index, name=values.name)


def _without(nth: NDArray[np.int64], left_out: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place, among all, of the `nth` when the one at `left_out` (−1: none) is not counted."""
    return nth + ((left_out >= 0) & (nth >= left_out))
