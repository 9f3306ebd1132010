"""The score card: how much each client matters strategically, and how steady its place is.

In: the client frame, expert scores, the weights of the review file; out: values 0 to 1 by criterion, scores,
ranks, stability. Source: Strategic clients, candidates and rank stability.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.figure import Figure
from portfolio_review.metrics import expert_scores, xyz
from portfolio_review.metrics.checks import Check
from portfolio_review.metrics.expert_scores import HIGHEST, LOWEST
from portfolio_review.metrics.foothold import foothold
from portfolio_review.metrics.portfolio import largest_first, names
from portfolio_review.metrics.stable import significant
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import MAX_STRATEGIC_ACCOUNTS, Strategic

FROM_DATA = ("revenue", "growth", "margin", "constancy", "expected_value", "foothold")
FROM_PEOPLE = ("potential", "reference_value", "partnership", "strategic_fit")
CRITERIA = (*FROM_DATA, *FROM_PEOPLE)
PLACES = MAX_STRATEGIC_ACCOUNTS
"""Deep assessments per company and year, over all units."""
DRAWS, SWING, SEED = 1_000, 0.25, 20_260_101
SHOWN = 40
_DRAWS_AT_ONCE = 100
_TOLERANCE = 1e-12


def add_criteria(
    base: pd.DataFrame, monthly: pd.DataFrame, used: xyz.Interval, scores: pd.DataFrame, accounts: pd.Series,
    when: Windows,
) -> pd.DataFrame:  # fmt: skip
    """`base` with account, candidate and a column `<criterion>_points` of 0 to 1 for each of `CRITERIA`.

    candidate: active in W1, or an account. From data, each the share of the other candidates with a known
    value that lie below (1 for a sole candidate): revenue = r(W1); growth = r(W1) / r(W0) − 1, known
    where r(W0) > 0; margin = margin of W1; constancy = m/n of XYZ; expected_value = expected revenue of 12
    months; foothold. From people: (score − 1) / 4. NaN where unknown, and for clients that are no
    candidates.

    base: client frame with r0, r1, margin1, expected_revenue, industry; monthly: client_id, month, revenue,
    purchase_days; used: the counting interval; scores: `expert_scores.latest` of clients; accounts: by client,
    whether it is on the shortlist. Source: Strategic clients.
    """
    account = accounts.reindex(base.index, fill_value=False).astype(bool)
    candidate = base["active1"].astype(bool) | account
    before = base["r0"].where((base["r0"] > 0) & (when.lacks_w0 is None))
    measured = {
        "revenue": base["r1"],
        "growth": base["r1"] / before - 1,
        "margin": base["margin1"].astype(float),
        "constancy": xyz.regularity(monthly, base, when.w1, used),
        "expected_value": base["expected_revenue"],
        "foothold": foothold(base, when),
    }
    said = expert_scores.by_criterion(scores, base.index, FROM_PEOPLE)
    points = {f"{name}_points": below(values.where(candidate)) for name, values in measured.items()}
    points |= {f"{name}_points": ((said[name] - LOWEST) / (HIGHEST - LOWEST)).where(candidate) for name in FROM_PEOPLE}
    return base.assign(account=account, candidate=candidate, **points)


def below(values: pd.Series) -> pd.Series:
    """The share of the other known values that lie below each, 0 to 1: 1 for the only one, NaN if unknown."""
    known = values.notna()
    others = int(known.sum()) - 1
    if others < 1:
        return known.astype(float).where(known)
    return (values.rank(method="min") - 1) / others


def add_scores(base: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """`base` with score, missing_weight, rank and stability of the candidates, NaN for the others.

    score = Σ w · value / Σ w over the criteria whose value is known: the weight of a missing one is spread over
    the rest; missing_weight = Σ w of the missing. rank: 1 for the highest score, equal scores by r(W1), then
    client id. stability: the share of `DRAWS` seeded draws, each weight times a number of its own between
    1 − `SWING` and 1 + `SWING`, in which the client is among the `PLACES` of highest score. A candidate without
    a known value of positive weight has neither. base: `add_criteria`. Source: Strategic clients.
    """
    mine = base[base["candidate"]]
    values = mine[[f"{name}_points" for name in CRITERIA]].to_numpy(dtype=float)
    weight = np.array([weights.get(name, 0.0) for name in CRITERIA])
    known = ~np.isnan(values)
    held = known @ weight
    with np.errstate(invalid="ignore"):
        score = np.where(held > 0, np.nan_to_num(values) @ weight / np.where(held > 0, held, 1.0), np.nan)
    score = significant(score)
    found = pd.DataFrame({"score": score, "missing_weight": 1 - held / weight.sum()}, index=mine.index)
    found["missing_weight"] = found["missing_weight"].clip(lower=0.0).round(12)
    found["stability"] = _stability(values, known, weight, held > 0)
    ordered = largest_first(mine.assign(score=score)[held > 0], "r1").sort_values(
        "score", ascending=False, kind="stable"
    )
    found["rank"] = pd.Series(np.arange(1.0, len(ordered) + 1), index=ordered.index)
    return base.join(found)


def _stability(
    values: NDArray[np.float64], known: NDArray[np.bool_], weight: NDArray[np.float64], scored: NDArray[np.bool_]
) -> NDArray[np.float64]:
    filled, rng = np.nan_to_num(values)[scored], np.random.default_rng(SEED)
    held, stayed = known[scored].astype(float), np.zeros(int(scored.sum()))
    swings = rng.uniform(1 - SWING, 1 + SWING, size=(DRAWS, len(weight)))
    last = len(filled) - PLACES
    if last <= 0:
        stayed += DRAWS
    else:
        for start in range(0, DRAWS, _DRAWS_AT_ONCE):
            drawn = weight[:, None] * swings[start : start + _DRAWS_AT_ONCE].T
            score = (filled @ drawn) / (held @ drawn)
            sixth = np.partition(score, last, axis=0)[last]
            # whoever equals the sixth stays with it
            stayed += (score >= sixth - _TOLERANCE).sum(axis=1)
    found = np.full(len(values), np.nan)
    found[scored] = stayed / DRAWS
    return found


def criteria(base: pd.DataFrame, settings: Strategic) -> pd.DataFrame:
    """`strategic.criteria`: criterion, weight, origin (from_data, from_people), scored (candidates with a value)."""
    return pd.DataFrame(
        {
            "criterion": list(CRITERIA),
            "weight": [float(settings.weights.get(name, 0.0)) for name in CRITERIA],
            "origin": ["from_data" if name in FROM_DATA else "from_people" for name in CRITERIA],
            "scored": [int(base[f"{name}_points"].notna().sum()) for name in CRITERIA],
        }
    )


def table(base: pd.DataFrame, scores: pd.DataFrame, first: int = SHOWN) -> pd.DataFrame:
    """`strategic.scores`: those up to rank `first`, the accounts and the candidates whom people scored; with
    every criterion's value. base: client frame with scores and tier1; scores: `expert_scores.latest`."""
    assessed = base.index.isin(scores.loc[scores["criterion"].isin(FROM_PEOPLE), "client_id"])
    shown = base["rank"].notna() & ((base["rank"] <= first) | base["account"] | assessed)
    mine = base[shown].sort_values("rank")
    return pd.DataFrame(
        {
            "rank": mine["rank"].astype(np.int64),
            "client_id": mine.index,
            "name": names(mine),
            "tier": mine["tier1"].astype(object),
            "account": mine["account"],
            "score": mine["score"],
            "missing_weight": mine["missing_weight"],
            "stability": mine["stability"],
            "revenue_w1": mine["r1"],
            **{f"{name}_points": mine[f"{name}_points"] for name in CRITERIA},
        }
    ).reset_index(drop=True)


def scores_in_range(base: pd.DataFrame) -> Check:
    """0 ≤ score, stability, missing weight ≤ 1, and the ranks are 1, 2, … without a gap."""
    scored = base[base["rank"].notna()]
    inside = all(bool(scored[name].between(0, 1).all()) for name in ("score", "missing_weight", "stability"))
    whole = bool((np.sort(scored["rank"].to_numpy()) == np.arange(1, len(scored) + 1)).all())
    detail = f"{len(scored):,} scores of {int(base['candidate'].sum()):,} candidates"
    return Check("scores_in_range", inside and whole, detail)


def candidates(base: pd.DataFrame) -> dict[str, Figure]:
    """`strategic.candidates`: how many are scored."""
    return {"strategic.candidates": Figure(value=int(base["candidate"].sum()))}
