"""Tiers: super-key, key and non-key clients, as given or by the rule.

In: the client frame; out: tiers at both windows and their table. Source: Structure, Tier.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_review.metrics import abc
from portfolio_review.metrics.migration import Scheme
from portfolio_review.metrics.portfolio import coded
from portfolio_review.review.model import Review

TIERS = ("super-key", "key", "non-key")
TIER = Scheme(
    "tier",
    "tier0",
    "tier1",
    TIERS,
    unknown_at_w0="tiers are given, and no review was published for the end of W0",
)


def add_tiers(base: pd.DataFrame, review: Review, published: pd.Series | None = None) -> pd.DataFrame:
    """`base` with tier0 and tier1 of every client, at the ends of W0 and W1. Categorical of `TIERS`.

    tier1: the client's own `tier` when it has one, else by the rule: super-key = named in
    `strategic.accounts`, key = class A by revenue or by margin, non-key = the rest. tier0: where any
    client has a tier of its own, that of the review published for W0's end (`published`, by client
    id; missing for all without one), else by the rule with the classes of W0. Source: Tier.
    """
    own = base["tier"] if are_given(base) else pd.Series(pd.NA, index=base.index, dtype="str")
    own = own.where(own.isin(TIERS))
    accounts = review.strategic.accounts
    now = own.fillna(by_rule(base, "1", accounts, review.abc.limits).astype("str"))
    if are_given(base):
        then = pd.Series(pd.NA, index=base.index, dtype="str") if published is None else published.reindex(base.index)
        if published is not None:
            then = then.fillna("non-key")
    else:
        then = by_rule(base, "0", accounts, review.abc.limits).astype("str")
    return base.assign(tier0=_tiers(then), tier1=_tiers(now))


def are_given(base: pd.DataFrame) -> bool:
    """Whether any client has a tier of its own."""
    return "tier" in base and bool(base["tier"].isin(TIERS).any())


def by_rule(base: pd.DataFrame, window: str, accounts: Sequence[str], limits: tuple[float, float]) -> pd.Series:
    """The tier by the rule in window `0` or `1`. base: client frame; accounts: client ids."""
    active = base[f"active{window}"]
    by_revenue = abc.classify(base[f"r{window}"], active, limits) == "A"
    by_margin = abc.classify(base[f"margin{window}"].fillna(0.0), active, limits) == "A"
    named = base.index.isin(list(accounts))
    return coded(np.where(named, 0, np.where(by_revenue | by_margin, 1, 2)), TIERS, base.index)


def _tiers(names: pd.Series) -> pd.Series:
    place = {tier: position for position, tier in enumerate(TIERS)}
    return coded(names.map(place).fillna(-1).to_numpy(dtype=np.int64), TIERS, names.index)


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`structure.tier`: tier, clients, revenue, share of the positive revenues, over A1; three rows.

    base: client frame with `tier1`. Source: Tier.
    """
    mine = base[base["active1"]]
    by_tier = mine.groupby("tier1", observed=False)["r1"]
    positive = mine["r1"].clip(lower=0.0).groupby(mine["tier1"], observed=False).sum()
    return pd.DataFrame(
        {
            "tier": list(TIERS),
            "clients": by_tier.size().to_numpy(dtype=np.int64),
            "revenue": by_tier.sum().to_numpy(dtype=float),
            "share": (positive / (positive.sum() or np.nan)).to_numpy(),
        }
    )
