"""Baskets: which categories each client buys in a window, for how much, and which bring high margin.

In: the mix of the slice (client × category); out: one row for each pair bought. Source: Lifecycle and
the four rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.metrics.portfolio import MONEY_DECIMALS, client_codes, total

NO_CATEGORY = "no category given"
MIXED = "mixed"
FAVOURITE_FROM = 0.5
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Baskets:
    """Pairs of client and category with positive revenue in W1, by client and category.

    categories: names in their order; client: place in the client frame; category: place in
    `categories`; spend: money, rounded to 1e-6; clients: length of the client frame.
    """

    categories: NDArray[np.object_]
    client: NDArray[np.int64]
    category: NDArray[np.int64]
    spend: NDArray[np.float64]
    clients: int

    @property
    def breadth(self) -> NDArray[np.int64]:
        """How many categories each client buys."""
        return np.bincount(self.client, minlength=self.clients).astype(np.int64)


def category_known(mix: pd.DataFrame) -> bool:
    """Whether any row names a category."""
    return bool(mix["category"].notna().any())


def baskets(mix: pd.DataFrame, index: pd.Index) -> Baskets:
    """The pairs bought in W1: categories with positive r of the client, returns included.

    mix: client_id, category, revenue_w1; rows without a category belong to none.
    """
    spend = mix["revenue_w1"].to_numpy(dtype=float).round(MONEY_DECIMALS)
    bought = (spend > 0) & mix["category"].notna().to_numpy()
    codes, names = pd.factorize(mix.loc[bought, "category"].astype(object), sort=True)
    client = client_codes(mix.loc[bought, "client_id"], index).astype(np.int64)
    order = np.lexsort((codes, client))
    return Baskets(
        categories=np.asarray(names, dtype=object),
        client=client[order],
        category=codes[order].astype(np.int64),
        spend=spend[bought][order],
        clients=len(index),
    )


def favourite(mix: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Each client's favourite category: at least half of its revenue, else `mixed`; missing if unknown.

    share = positive r in the category / Σ of its positive r by category, of W1, or of W0 for a client
    that bought nothing in W1; revenue without a category counts below the line. Of two halves the
    first name is taken. mix: client_id, category, revenue_w0, revenue_w1.
    """
    found = pd.Series(None, index=index, dtype=object, name="favourite")
    if not category_known(mix):
        return found
    codes, names = pd.factorize(mix["category"].astype(object), sort=True)
    client = client_codes(mix["client_id"], index)
    order = np.lexsort((codes, client))
    client, codes = client[order], codes[order]
    for column in ("revenue_w0", "revenue_w1"):
        spend = np.clip(mix[column].to_numpy(dtype=float).round(MONEY_DECIMALS), 0.0, None)[order]
        whole = np.bincount(client, weights=spend, minlength=len(index))
        half = (codes >= 0) & (spend > 0) & (spend >= (FAVOURITE_FROM - TOLERANCE) * whole[client])
        found = found.mask(whole > 0, MIXED)
        places, first = np.unique(client[half], return_index=True)
        found.iloc[places] = np.asarray(names, dtype=object)[codes[half][first]]
    return found


def high_margin(mix: pd.DataFrame) -> set[str] | None:
    """Categories whose margin rate in W1 is above that of all categories together; None without margin.

    rate = Σ margin / Σ revenue of the rows of W1 with a known margin, where that revenue is positive. mix: category,
    margin_w1, margin_revenue_w1.
    """
    if "margin_w1" not in mix or mix["margin_w1"].isna().all():
        return None
    known = mix[mix["category"].notna() & mix["margin_w1"].notna()]
    money = known.groupby("category")[["margin_revenue_w1", "margin_w1"]].agg(total)
    whole = total(money["margin_revenue_w1"])
    if whole <= 0:
        return None
    money = money[money["margin_revenue_w1"] > 0]
    edge = total(known["margin_w1"]) / whole + TOLERANCE
    return set(money.index[money["margin_w1"] / money["margin_revenue_w1"] > edge])


def high_margin_share(mix: pd.DataFrame, bought: Baskets, index: pd.Index) -> pd.Series:
    """The share of each client's revenue by category that high-margin categories have; NaN if unknown."""
    high = high_margin(mix)
    if high is None:
        return pd.Series(np.nan, index=index)
    flags = np.array([name in high for name in bought.categories], dtype=bool)
    above = np.bincount(bought.client, weights=bought.spend * flags[bought.category], minlength=len(index))
    whole = np.bincount(bought.client, weights=bought.spend, minlength=len(index))
    share = np.divide(above, whole, out=np.full(len(index), np.nan), where=whole > 0)
    return pd.Series(share, index=index)
