"""Money at stake: what each client's rule is about, in money.

In: the client frame with rules and chances, monthly rows, the mix; out: money by client.
Source: Lifecycle and the four rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.baskets import NO_CATEGORY, baskets, category_known
from portfolio_review.metrics.best_earlier import best_earlier
from portfolio_review.metrics.peers import peers_of
from portfolio_review.metrics.portfolio import MONEY_DECIMALS
from portfolio_review.metrics.white_space import white_space
from portfolio_review.metrics.windows import Windows

NO_CHANCE = "no chance of a purchase known"
NOTHING_AT_STAKE = "no money at stake known"


def add_stakes(base: pd.DataFrame, monthly: pd.DataFrame, mix: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`base` with white_space, missing, missing_share, best_earlier and at_stake (money).

    at_stake by rule: return revenue_last_active · p_next; retain the revenue at risk, at_risk = r(W1) ·
    h / window_months · (1 − p_next); reward r(W1); develop `develop_stake`. Rounded to 1e-6; missing
    where a part of it is, and for `standard`. white_space and its columns are of every client with
    peers, best_earlier of A clients under develop that are not X.

    base: client frame with rule, r1, revenue_last_active, abc1, xyz1 and, where known, p_next and
    at_risk (`risk.add_parts`), type and potential; mix: client_id, category, revenue_w1.
    Source: Lifecycle and the four rules.
    """
    base = base.assign(**{chance: np.nan for chance in ("p_next", "at_risk") if chance not in base})
    base = base.join(white_space(baskets(mix, base.index), peers_of(base), base.index))
    if not category_known(mix):
        base = base.assign(white_space=np.nan)
    asked = base.index[(base["rule"] == "develop") & _unsteady_large(base)]
    base = base.assign(best_earlier=best_earlier(monthly, asked, when).reindex(base.index))
    by_rule = {
        "return": base["revenue_last_active"] * base["p_next"],
        "retain": base["at_risk"],
        "reward": base["r1"],
        "develop": develop_stake(base),
    }
    stake = pd.Series(np.nan, index=base.index)
    for rule, money in by_rule.items():
        stake = stake.mask((base["rule"] == rule).to_numpy(), money)
    return base.assign(at_stake=stake.round(MONEY_DECIMALS) + 0.0)


def develop_stake(base: pd.DataFrame) -> pd.Series:
    """white_space, at most max(potential − r(W1), 0) where potential is known; for A clients that are not
    X at least best_earlier − r(W1). Missing where neither is known. Money by client."""
    gap = base["white_space"]
    if "potential" in base:
        left = (base["potential"].astype(float) - base["r1"]).clip(lower=0.0)
        gap = gap.where(left.isna() | gap.isna() | (gap <= left), left)
    return pd.concat([gap, fall_from_best(base)], axis=1).max(axis=1)


def fall_from_best(base: pd.DataFrame) -> pd.Series:
    """max(best_earlier − r(W1), 0) of A clients that are not X, in money; missing for the others."""
    return (base["best_earlier"] - base["r1"]).clip(lower=0.0).where(_unsteady_large(base))


def lacks_stake(base: pd.DataFrame, mix: pd.DataFrame, rule: str) -> str:
    """Why no money at stake is known under `rule`, for its figures: the first part that is missing."""
    if rule == "develop":
        return NO_CATEGORY if not category_known(mix) else NOTHING_AT_STAKE
    return NO_CHANCE if rule in ("return", "retain") else NOTHING_AT_STAKE


def _unsteady_large(base: pd.DataFrame) -> pd.Series:
    """A clients that are not X."""
    return (base["abc1"] == "A") & ~(base["xyz1"] == "X")
