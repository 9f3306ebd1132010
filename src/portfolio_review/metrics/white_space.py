"""White space: categories that a client's peers buy and it does not, and what they would bring.

In: baskets of W1 and groups of peers; out: money and the largest missing category by client.
Source: Lifecycle and the four rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.metrics.baskets import Baskets
from portfolio_review.metrics.peers import Peers
from portfolio_review.metrics.portfolio import MONEY_DECIMALS

BOUGHT_BY = 0.25
"""A category counts when at least this share of the peers buys it."""
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Offers:
    """Categories that peers buy, one for each group and category, by group and falling worth.

    group, category: codes; buyers: clients of the group; share = buyers / peers of a client that
    lacks it; worth = share × median spend of the buyers, in money.
    """

    group: NDArray[np.int64]
    category: NDArray[np.int64]
    buyers: NDArray[np.int64]
    share: NDArray[np.float64]
    worth: NDArray[np.float64]


def offers(bought: Baskets, peers: Peers, fewest_share: float = BOUGHT_BY) -> Offers:
    """What the peers of a client that lacks a category do with it; those that all buy are left out.

    share = buyers / (clients of the group − 1), for the client itself is not its own peer; worth =
    share × median of the buyers' spend in W1; only where share ≥ `fewest_share` − 1e-9.
    """
    width = len(bought.categories)
    inside = peers.group[bought.client] >= 0
    cell = peers.group[bought.client][inside] * width + bought.category[inside]
    order = np.lexsort((bought.spend[inside], cell))
    cell, spend = cell[order], bought.spend[inside][order]
    cells, start, buyers = np.unique(cell, return_index=True, return_counts=True)
    group, category = np.divmod(cells, max(width, 1))
    median = (spend[start + (buyers - 1) // 2] + spend[start + buyers // 2]) / 2
    size = peers.sizes[group] if len(group) else group
    share = buyers / np.maximum(size - 1, 1)
    worth = share * median
    kept = np.flatnonzero((buyers < size) & (share >= fewest_share - TOLERANCE))
    kept = kept[np.lexsort((category[kept], -worth[kept], group[kept]))]
    return Offers(group[kept], category[kept], buyers[kept], share[kept], worth[kept])


def white_space(bought: Baskets, peers: Peers, index: pd.Index) -> pd.DataFrame:
    """white_space, missing, missing_share of each client.

    white_space = Σ over categories that the client lacks and ≥ 25 % of its peers buy: share of peers
    × median spend of those that buy, in money, rounded to 1e-6; missing: the category that adds most,
    missing_share: the share of peers that buy it. All missing for a client without a group of peers.
    """
    offered = offers(bought, peers)
    nth = np.arange(len(offered.group)) - _starts(offered.group, len(peers.sizes))[offered.group]
    own = _find(offered, bought, peers)
    held = own >= 0
    need = np.bincount(offered.group, weights=offered.worth, minlength=len(peers.sizes) + 1)
    has = np.bincount(bought.client[held], weights=offered.worth[own[held]], minlength=len(index))
    known = peers.group >= 0
    money = np.where(known, np.round(np.clip(need[peers.group] - has, 0.0, None), MONEY_DECIMALS) + 0.0, np.nan)

    first = _first_not_held(bought.client[held], nth[own[held]], len(index))
    count = np.bincount(offered.group, minlength=len(peers.sizes) + 1)[peers.group]
    lacking = np.flatnonzero(known & (first < count))
    chosen = _starts(offered.group, len(peers.sizes))[peers.group[lacking]] + first[lacking]
    missing, share = np.full(len(index), None, dtype=object), np.full(len(index), np.nan)
    missing[lacking] = bought.categories[offered.category[chosen]]
    share[lacking] = offered.share[chosen]
    return pd.DataFrame({"white_space": money, "missing": missing, "missing_share": share}, index=index)


def _starts(group: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Where each group begins in `group`, which is sorted."""
    return np.searchsorted(group, np.arange(groups + 1)).astype(np.int64)


def _find(offered: Offers, bought: Baskets, peers: Peers) -> NDArray[np.int64]:
    """For each pair bought the place of its category among the offers to the client's group, −1 if none."""
    width = max(len(bought.categories), 1)
    cell = offered.group * width + offered.category
    order = np.argsort(cell)
    if not len(order):
        return np.full(len(bought.client), -1)
    asked = peers.group[bought.client] * width + bought.category
    place = np.minimum(np.searchsorted(cell[order], asked), len(order) - 1)
    return np.where(cell[order][place] == asked, order[place], -1)


def _first_not_held(client: NDArray[np.int64], nth: NDArray[np.int64], clients: int) -> NDArray[np.int64]:
    """For each client the smallest number 0, 1, … that is not among its `nth`."""
    order = np.lexsort((nth, client))
    client, nth = client[order], nth[order]
    place = np.arange(len(client)) - np.searchsorted(client, client)
    return np.bincount(client[nth == place], minlength=clients).astype(np.int64)
