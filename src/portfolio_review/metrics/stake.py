"""Money at stake: what each client's list is about, in value over 12 months, one meaning of money for each list.

In: the client frame with rules, value and chances, monthly rows, the mix, the chances to come back; out: money by
client. Source: Lifecycle and the four rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.metrics import chance_back
from portfolio_review.metrics.baskets import NO_CATEGORY, baskets, category_known
from portfolio_review.metrics.best_earlier import best_earlier
from portfolio_review.metrics.chance_back import Chances
from portfolio_review.metrics.kept_share import kept_share
from portfolio_review.metrics.leavers import last_active_revenue
from portfolio_review.metrics.peers import peers_of
from portfolio_review.metrics.portfolio import MONEY_DECIMALS
from portfolio_review.metrics.rules import is_falling
from portfolio_review.metrics.value import Choice, of_past, of_revenue, over_12_months, unprofitable
from portfolio_review.metrics.white_space import white_space
from portfolio_review.metrics.windows import Windows

LISTS = ("return", "retain", "thread", "develop", "reward")
"""The lists: each rule has one, retain two: `retain`, in danger, and `thread`, exposed and not falling."""
NOTHING_AT_STAKE = "no money at stake known"
_PAST = ("revenue", "margin", "gross", "margin_gross")


@dataclass(frozen=True)
class Money:
    """What stakes are counted by: the money of value, the chances to come back, the strategic accounts."""

    choice: Choice
    back: Chances
    accounts: tuple[str, ...] = ()
    by_chance: bool = True
    """False where the backtest of the chances lost: then nothing is ordered by p12."""


def add_lists(base: pd.DataFrame) -> pd.DataFrame:
    """`base` with list: which of `LISTS` a client's rule puts it on; None under standard. base: client frame with rule,
    stage, early_decline. Source: Lifecycle and the four rules."""
    rule = base["rule"].astype(object)
    calm = (rule == "retain") & ~is_falling(base)
    return base.assign(list=rule.mask(calm, "thread").where(rule.isin(LISTS), None))


def add_stakes(
    base: pd.DataFrame, monthly: pd.DataFrame, mix: pd.DataFrame, when: Windows, money: Money
) -> pd.DataFrame:
    """`base` with list and at_stake (value over 12 months), and what they come from.

    at_stake by list: return lost = the value of its last active 12 months; retain value_year · (1 − p12 · f), f =
    `kept_share`, where no p12 is known or its backtest lost value_year · (1 − f), and 0 for at_risk; thread and
    reward value_year = value(W1) · 12 / window_months; develop could_buy · margin_rate1. Rounded to 1e-6; missing for
    `standard`. Further columns: of the lapsed lost, chance_back, chance_low, chance_high (see `Chances.of`, missing
    where too few were seen to tell), expected_back = lost · chance_back; white_space, missing, missing_share of every
    client with peers; best_earlier of A clients under develop that are not X; could_buy; kept_share; unprofitable.

    base: client frame with rule, value1, margin_rate1, r0, r1, abc1, xyz1, lapsed, last_purchase, stage,
    early_decline and, where known, p12, type, potential; monthly: client_id, month and `_PAST`; mix: client_id,
    category, revenue_w1. Source: Lifecycle and the four rules.
    """
    base = add_lists(base if "p12" in base else base.assign(p12=np.nan))
    base = base.join(white_space(baskets(mix, base.index), peers_of(base), base.index))
    if not category_known(mix):
        base = base.assign(white_space=np.nan)
    asked = base.index[(base["list"] == "develop") & _unsteady_large(base)]
    base = base.assign(
        value_year=(over_12_months(1.0, when) * base["value1"]).round(MONEY_DECIMALS) + 0.0,
        kept_share=kept_share(base, when),
        best_earlier=best_earlier(monthly, asked, when).reindex(base.index),
        unprofitable=unprofitable(base, money.choice, money.accounts),
        **_back(base, monthly, when, money),
    )
    base = base.assign(could_buy=could_buy(base, when))
    by_list = {
        "return": base["lost"],
        "retain": in_danger(base if money.by_chance else base.assign(p12=np.nan)),
        "thread": base["value_year"],
        "develop": of_revenue(base["could_buy"], base),
        "reward": base["value_year"],
    }
    stake = pd.Series(np.nan, index=base.index)
    for name, amounts in by_list.items():
        stake = stake.mask((base["list"] == name).to_numpy(), amounts)
    return base.assign(at_stake=stake.round(MONEY_DECIMALS) + 0.0)


def _back(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, money: Money) -> dict[str, pd.Series]:
    lapsed = base["lapsed"].to_numpy(dtype=bool)
    gone = base.loc[lapsed, "last_purchase"]
    rows = monthly[monthly["client_id"].isin(gone.index)]
    sums = {
        column: last_active_revenue(rows, gone, column) for column in _PAST if column in rows or column == "revenue"
    }
    lost = of_past(pd.DataFrame(sums), money.choice).round(MONEY_DECIMALS) + 0.0
    chance = money.back.of(chance_back.silent_months(gone, when.w1.end)).set_axis(gone.index)
    found = {"lost": lost, "chance_back": chance["share"], "chance_low": chance["low"], "chance_high": chance["high"]}
    found["expected_back"] = (lost * chance["share"]).round(MONEY_DECIMALS) + 0.0
    return {name: column.astype(float).reindex(base.index) for name, column in found.items()}


def in_danger(base: pd.DataFrame) -> pd.Series:
    """value_year · (1 − p12 · f): what goes if the client falls silent, or falls once more as it fell.

    Where p12 is missing value_year · (1 − f), and 0 for at_risk. Money by client.
    """
    p12, kept = base["p12"].astype(float), base["kept_share"]
    gone = (1 - p12 * kept).fillna((1 - kept).mask((base["stage"] == "at_risk").to_numpy(), 0.0))
    return base["value_year"] * gone


def could_buy(base: pd.DataFrame, when: Windows) -> pd.Series:
    """white_space over 12 months, at most max(potential − r(W1) over 12 months, 0) where potential is known; for A
    clients that are not X at least `fall_from_best` over 12 months. Missing where neither is known. Revenue by client.
    """
    year = over_12_months(1.0, when)
    gap = base["white_space"] * year
    if "potential" in base:
        left = (base["potential"].astype(float) - base["r1"] * year).clip(lower=0.0)
        gap = gap.where(left.isna() | gap.isna() | (gap <= left), left)
    return pd.concat([gap, fall_from_best(base) * year], axis=1).max(axis=1)


def fall_from_best(base: pd.DataFrame) -> pd.Series:
    """max(best_earlier − r(W1), 0) of A clients that are not X, in money; missing for the others."""
    return (base["best_earlier"] - base["r1"]).clip(lower=0.0).where(_unsteady_large(base))


def lacks_stake(mix: pd.DataFrame, list_: str) -> str:
    """Why no money at stake is known on a list, for its figures: the first part that is missing."""
    return NO_CATEGORY if list_ == "develop" and not category_known(mix) else NOTHING_AT_STAKE


def _unsteady_large(base: pd.DataFrame) -> pd.Series:
    """A clients that are not X."""
    return (base["abc1"] == "A") & ~(base["xyz1"] == "X")
