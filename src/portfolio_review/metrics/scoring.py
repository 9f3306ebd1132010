"""The score card: how much each client matters strategically, how much of that is known, how steady its place is.

In: the client frame, expert scores, the weights that decide; out: values 0 to 1 by criterion, scores with their
range, ranks, stability. Source: Strategic clients, candidates and rank stability.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.figure import Figure
from portfolio_review.metrics import expert_scores, margin, xyz
from portfolio_review.metrics.checks import Check
from portfolio_review.metrics.criterion_weights import CRITERIA, FROM_PEOPLE, LEAST_CANDIDATES
from portfolio_review.metrics.expert_scores import HIGHEST, LOWEST
from portfolio_review.metrics.foothold import foothold
from portfolio_review.metrics.portfolio import largest_first, names
from portfolio_review.metrics.stable import significant
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import MAX_STRATEGIC_ACCOUNTS

EXPECTED = "expected_12"
"""The column of the client frame that the criterion expected_value ranks."""
PLACES = MAX_STRATEGIC_ACCOUNTS
"""Deep assessments per company and year, over all units."""
LEAST_ASSESSED = 0.7
"""Share of the weight that must be known before a score moves a client onto the shortlist or off it."""
MIDDLE = 0.5
"""Where a missing score stands."""
ASSESS_FIRST = 5
"""So many of those to be assessed first are named, the largest; the others are counted."""
DRAWS, SWING, SEED = 1_000, 0.25, 20_260_101
SHOWN = 40
_CELLS_AT_ONCE = 200_000
_TOLERANCE = 1e-12
_ROUND = 12


def add_criteria(
    base: pd.DataFrame, monthly: pd.DataFrame, used: xyz.Interval, scores: pd.DataFrame, accounts: pd.Series,
    when: Windows, *, forecast: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """`base` with account, candidate and a column `<criterion>_points` of 0 to 1 for each of `CRITERIA`.

    candidate: active in W1, or an account. From data, each by its rank among the candidates with a known value
    (`by_rank`): revenue = r(W1); growth = r(W1) / r(W0) − 1, known where r(W0) > 0; margin = margin of W1, known
    where it is for 90 % of the client's revenue; constancy = m/n of XYZ; expected_value = expected revenue of 12
    months, unknown without `forecast`; foothold. From people: (score − 1) / 4. NaN where unknown, and for clients that
    are no candidates.

    base: client frame with r0, r1, margin of W1, `EXPECTED`, industry; monthly: client_id, month, revenue,
    purchase_days; used: the counting interval; scores: `expert_scores.latest` of clients; accounts: by client,
    whether it is on the shortlist; forecast: False where the backtest loses to the same share as last time, for then
    nothing is ordered by chances (`Chances.usable`). Source: Strategic clients, risk and outlook.
    """
    account = accounts.reindex(base.index, fill_value=False).astype(bool)
    candidate = base["active1"].astype(bool) | account
    before = base["r0"].where((base["r0"] > 0) & (when.lacks_w0 is None))
    measured = {
        "revenue": base["r1"],
        "growth": base["r1"] / before - 1,
        "margin": margin.of_clients(base, "1"),
        "constancy": xyz.regularity(monthly, base, when.w1, used),
        "expected_value": base[EXPECTED] if forecast else base[EXPECTED] * np.nan,
        "foothold": foothold(base, when),
    }
    said = expert_scores.by_criterion(scores, base.index, FROM_PEOPLE)
    points = {f"{name}_points": by_rank(values.where(candidate)) for name, values in measured.items()}
    points |= {f"{name}_points": ((said[name] - LOWEST) / (HIGHEST - LOWEST)).where(candidate) for name in FROM_PEOPLE}
    return base.assign(account=account, candidate=candidate, **points)


def by_rank(values: pd.Series) -> pd.Series:
    """Known values as 0 for the lowest to 1 for the highest, by rank: (rank − 1) / (n − 1), n known values.

    Equal values (to twelve significant digits) share the middle of their ranks; a sole one, and values that are all
    equal, lie in the middle (0.5). NaN where unknown.
    """
    known = values.notna()
    n = int(known.sum())
    if n < 2:
        return known.astype(float).where(known) * MIDDLE
    rounded = pd.Series(significant(values), index=values.index)
    return (rounded.rank(method="average") - 1) / (n - 1)


def add_scores(base: pd.DataFrame, weighed: pd.DataFrame) -> pd.DataFrame:
    """`base` with score, score_low, score_high, assessed, rank and stability of the candidates, NaN for the others.

    With w the weights that decide (Σ w = 1) and unknown u = Σ w of the criteria without a value:
    score_low = Σ w · value over the known; score = score_low + u / 2; score_high = score_low + u; assessed = 1 − u.
    rank: 1 for the highest score, equal scores by r(W1), then client id. stability: `_stability`. Below
    `LEAST_CANDIDATES` candidates, or where no criterion decides, there is assessed alone.

    base: `add_criteria`; weighed: `criterion_weights.weigh`. Source: Strategic clients.
    """
    mine = base[base["candidate"]]
    mine = largest_first(mine, "r1")
    values = mine[[f"{name}_points" for name in CRITERIA]].to_numpy(dtype=float)
    weight = weighed.set_index("criterion")["weight_used"].reindex(list(CRITERIA)).to_numpy(dtype=float)
    known = ~np.isnan(values)
    low = np.where(known, values * weight, 0.0).sum(axis=1)
    unknown = np.where(known, 0.0, weight).sum(axis=1)
    card = pd.DataFrame(
        {
            "score": significant(low + MIDDLE * unknown),
            "score_low": significant(low),
            "score_high": significant(low + unknown).clip(max=1.0),
            "assessed": (1 - unknown).round(_ROUND),
        },
        index=mine.index,
    )
    if len(mine) < LEAST_CANDIDATES or not weight.any():
        card[["score", "score_low", "score_high"]] = np.nan
        return base.join(card.assign(rank=np.nan, stability=np.nan))
    card = card.sort_values("score", ascending=False, kind="stable")
    card["rank"] = np.arange(1.0, len(card) + 1)
    sure = card.index[is_assessed(card)]
    places = mine.index.get_indexer(sure)
    card["stability"] = pd.Series(_stability(values[places], weight), index=sure)
    return base.join(card)


def is_assessed(base: pd.DataFrame) -> pd.Series:
    """Whether enough of a client's score is known to move it onto the shortlist or off it: a bool by client.

    base: client frame with assessed, NaN for those that are no candidates.
    """
    return base["assessed"] >= LEAST_ASSESSED - _TOLERANCE


def to_assess(base: pd.DataFrame) -> pd.Series:
    """Whether too little is known of a client to decide its place: scored or an account, assessed below
    `LEAST_ASSESSED`. A bool by client; False for all where nobody is scored.

    base: client frame with rank, account, assessed.
    """
    scored = base["rank"].notna()
    return (scored | base["account"].astype(bool)) & ~is_assessed(base) & bool(scored.any())


def assessed_first(base: pd.DataFrame) -> pd.Series:
    """Those of `to_assess` that are named: the `ASSESS_FIRST` of largest r(W1) and every account. A bool by client."""
    waiting = to_assess(base)
    largest = largest_first(base[waiting], "r1").index[:ASSESS_FIRST]
    return waiting & (base["account"].astype(bool) | base.index.isin(largest))


def _stability(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of `DRAWS` seeded draws in which each client is among the `PLACES` of highest score.

    A draw takes each weight times a number of its own between 1 − `SWING` and 1 + `SWING`, and for every missing
    score one between 0 and 1. Clients that equal the last place have one.

    values: (clients, criteria), NaN where unknown, those assessed, in the order of their rank: the draws depend on
    it. weight: by criterion.
    """
    clients = len(values)
    if clients <= PLACES:
        return np.ones(clients)
    rng, last = np.random.default_rng(SEED), clients - PLACES
    swings = rng.uniform(1 - SWING, 1 + SWING, size=(DRAWS, len(weight)))
    missing = np.isnan(values)
    gaps = np.flatnonzero(missing.any(axis=0) & (weight > 0))
    filled = np.nan_to_num(values)
    at_once = max(1, _CELLS_AT_ONCE // clients)
    stayed = np.zeros(clients)
    for start in range(0, DRAWS, at_once):
        drawn = weight * swings[start : start + at_once]
        score = drawn @ filled.T
        for gap in gaps:
            fate = rng.random(score.shape)
            fate *= missing[:, gap]
            fate *= drawn[:, [gap]]
            score += fate
        score /= drawn.sum(axis=1, keepdims=True)
        sixth = np.partition(score, last, axis=1)[:, [last]]
        stayed += (score >= sixth - _TOLERANCE).sum(axis=0)
    return stayed / DRAWS


def table(base: pd.DataFrame, scores: pd.DataFrame, first: int = SHOWN) -> pd.DataFrame:
    """`strategic.scores`: those up to rank `first`, the accounts, the candidates whom people scored and those
    `assessed_first`; with every criterion's value. base: client frame with scores and tier1; scores:
    `expert_scores.latest`."""
    assessed = base.index.isin(scores.loc[scores["criterion"].isin(FROM_PEOPLE), "client_id"])
    shown = base["rank"].notna() & ((base["rank"] <= first) | base["account"] | assessed | assessed_first(base))
    mine = base[shown].sort_values("rank")
    return pd.DataFrame(
        {
            "rank": mine["rank"].astype(np.int64),
            "client_id": mine.index,
            "name": names(mine),
            "tier": mine["tier1"].astype(object),
            "account": mine["account"],
            "score": mine["score"],
            "score_low": mine["score_low"],
            "score_high": mine["score_high"],
            "assessed": mine["assessed"],
            "stability": mine["stability"],
            "revenue_w1": mine["r1"],
            **{f"{name}_points": mine[f"{name}_points"] for name in CRITERIA},
        }
    ).reset_index(drop=True)


def scores_in_range(base: pd.DataFrame) -> Check:
    """0 ≤ score_low ≤ score ≤ score_high ≤ 1, stability and assessed lie in 0 to 1, ranks are 1, 2, … without a gap."""
    scored = base[base["rank"].notna()]
    limits = ("score_low", "score", "score_high")
    rising = np.column_stack([np.zeros(len(scored)), *(scored[name] for name in limits), np.ones(len(scored))])
    inside = bool((np.diff(rising, axis=1) >= 0).all()) and bool(scored["assessed"].between(0, 1).all())
    steady = bool(scored["stability"].dropna().between(0, 1).all())
    whole = bool((np.sort(scored["rank"].to_numpy()) == np.arange(1, len(scored) + 1)).all())
    detail = f"{len(scored):,} scores of {int(base['candidate'].sum()):,} candidates"
    return Check("scores_in_range", inside and steady and whole, detail)


def candidates(base: pd.DataFrame) -> dict[str, Figure]:
    """`strategic.candidates`, and `strategic.assessed`: those of whose score at least 70 % is known."""
    return {
        "strategic.candidates": Figure(value=int(base["candidate"].sum())),
        "strategic.assessed": Figure(value=int(is_assessed(base).sum())),
    }
