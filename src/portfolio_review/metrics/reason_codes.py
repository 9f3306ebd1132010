"""Which reason stands beside each client on a list: a code with its numbers, from which sentences are made.

In: the client frame with rules, stakes and levers; out: reason, usual, now, about by client. The codes
and what their numbers are: `catalog.reasons.CODES`. Source: Lifecycle and the four rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.exposure import THREATS
from portfolio_review.metrics.levers import LEVERS
from portfolio_review.metrics.stake import fall_from_best

EXPOSING = (*THREATS, "single_contact", "unseen", "plan_overdue", "contract_ends")
"""Codes of what exposes a client; a threat is a code of its own."""


def add_reasons(base: pd.DataFrame) -> pd.DataFrame:
    """`base` with reason, usual, now (numbers) and about (text) of every client under return, retain,
    reward or develop.

    The first that fits: return, or retain at_risk: silent; thread: the reason that exposes it; retain by early_decline
    alone, or declining where its three months fell below what r(W1) / r(W0) says (they decide the money, see
    `kept_share`): early_decline; retain otherwise: spends_less; reward: grows or steady, by stage; develop: below_best
    where the fall decides the money at stake, lacks_category where a category is missing, lags_<lever>
    where a lever lags, else buys. "Buys every n days" is median_gap, the median of the client's gaps as of its last
    purchase: it does not change while nothing happens. A change of W1 is told against the same months a year earlier,
    missing where they are not known or brought nothing: W0 decides the stage alone.

    base: client frame with rule, list, stage, early_decline, silence, median_gap, r0, r1, months1, orders1,
    revenue_recent, revenue_year_ago, revenue_year_before, white_space, missing, missing_share, best_earlier, levers
    and, where known, the columns of `exposed.add_exposed`. Source: Lifecycle and the four rules.
    """
    every = base["median_gap"].astype(float)
    rule, stage = base["rule"], base["stage"]
    recent, change, of_w0 = (
        base[now] / base[before].where(base[before] > 0) - 1
        for now, before in (("revenue_recent", "revenue_year_ago"), ("r1", "revenue_year_before"), ("r1", "r0"))
    )
    sharper = base["early_decline"].astype(bool) & (recent < of_w0)
    fall = fall_from_best(base)
    develop = rule == "develop"
    cases: list[tuple[str, pd.Series, pd.Series, pd.Series]] = [
        ("silent", (rule == "return") | ((rule == "retain") & (stage == "at_risk")), every, base["silence"]),
        *_threads(base),
        ("spends_less", (rule == "retain") & (stage == "declining") & ~sharper, every, change),
        ("early_decline", rule == "retain", every, recent),
        ("grows", (rule == "reward") & (stage == "growing"), base["months1"], change),
        ("steady", rule == "reward", base["months1"], change),
        ("below_best", develop & (fall > base["white_space"].fillna(0.0)), base["best_earlier"], base["r1"]),
        ("lacks_category", develop & base["missing"].notna(), base["categories_bought"], base["missing_share"]),
        *(
            (f"lags_{lever}", develop & (base["lever"] == lever), base[f"{lever}_peers"], base[lever])
            for lever in LEVERS
        ),
        ("buys", develop, every, base["orders1"]),
    ]
    which = np.select([fits.to_numpy(dtype=bool) for _, fits, _, _ in cases], range(len(cases)), default=-1)
    usual, now = np.full(len(base), np.nan), np.full(len(base), np.nan)
    for place, (_, _, before, after) in enumerate(cases):
        mine = which == place
        usual[mine] = before.to_numpy(dtype=float)[mine]
        now[mine] = after.to_numpy(dtype=float)[mine]
    codes = np.array([*(code for code, *_ in cases), None], dtype=object)[which]
    about = base["missing"].where(codes == "lacks_category", None)
    if "exposed_about" in base:
        about = about.mask(codes == "plan_overdue", base["exposed_about"])
    return base.assign(reason=codes, usual=usual, now=now, about=about.astype(object))


def _threads(base: pd.DataFrame) -> list[tuple[str, pd.Series, pd.Series, pd.Series]]:
    """The reasons that expose a client, with their numbers."""
    if "exposed_by" not in base:
        return []
    mine, by = base["list"] == "thread", base["exposed_by"].astype(object)
    return [(code, mine & (by == code), base["exposed_usual"], base["exposed_now"]) for code in EXPOSING]
