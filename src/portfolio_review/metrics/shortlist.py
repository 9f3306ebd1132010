"""The shortlist: the few clients assessed in depth, who would enter or leave it, and who is next.

In: the client frame with scores; out: lists and figures. At most six for the whole company, over all
units: only the review of all says who enters, leaves or is proposed. Source: Strategic clients.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import expert_scores
from portfolio_review.metrics.concentration import NO_POSITIVE_REVENUE
from portfolio_review.metrics.portfolio import names, total
from portfolio_review.metrics.scoring import PLACES
from portfolio_review.review.model import Strategic

NEXT = 5
WHOLE = "all"
UNIT_SHOWS_ITS_OWN = "the shortlist is drawn up for the company as a whole"
NO_ACCOUNTS = "no strategic account is named"


def named(base: pd.DataFrame, settings: Strategic) -> pd.Series:
    """Whether the review file names each client as a strategic account."""
    return pd.Series(base.index.isin(list(settings.accounts)), index=base.index)


def propose(base: pd.DataFrame, settings: Strategic, unit: str) -> pd.DataFrame:
    """`base` whose `account` marks the shortlist: as named or, in the review of all when nobody is, the
    `PLACES` of highest score."""
    if settings.accounts or unit != WHOLE:
        return base
    return base.assign(account=(base["rank"] <= PLACES).to_numpy(dtype=bool))


def proposal(base: pd.DataFrame, settings: Strategic, unit: str) -> pd.DataFrame:
    """`strategic.proposal`: decision, rank, client_id, name, score, missing_weight, stability, revenue_w1.

    In the review of all: accounts among the `PLACES` of highest score stay, the others leave; who is among them and
    no account enters; the `NEXT` behind that are no accounts are next. Without accounts the first are proposed. In
    a unit's review its accounts are named. By decision, then rank. base: client frame with scores, `account`.
    """
    first, account = (base["rank"] <= PLACES).to_numpy(), base["account"].to_numpy(dtype=bool)
    others = base["rank"].where((base["rank"] > PLACES).to_numpy() & ~account)
    behind = (others.rank() <= NEXT).to_numpy()
    if unit != WHOLE:
        order, decision = ["named"], np.where(account, 0, -1)
    elif not settings.accounts:
        order, decision = ["proposed", "next"], np.where(first, 0, np.where(behind, 1, -1))
    else:
        order = ["stays", "enters", "leaves", "next"]
        decision = np.where(account, np.where(first, 0, 2), np.where(first, 1, np.where(behind, 3, -1)))
    mine = base.assign(place=decision)[decision >= 0].sort_values(["place", "rank"], kind="stable")
    return pd.DataFrame(
        {
            "decision": np.array(order, dtype=object)[mine["place"].to_numpy()],
            "rank": mine["rank"].astype("Int64"),
            "client_id": mine.index,
            "name": names(mine),
            "score": mine["score"],
            "missing_weight": mine["missing_weight"],
            "stability": mine["stability"],
            "revenue_w1": mine["r1"],
        }
    ).reset_index(drop=True)


def importance(base: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """`strategic.importance`: rank (by score), client_id, name, score, difficulty, relationship_strength (1 to 5, NaN
    where nobody scored them), revenue_w1 of the shortlist, by rank. scores: `expert_scores.latest` of clients."""
    mine = base[base["account"]].sort_values("rank", kind="stable")
    said = expert_scores.by_criterion(scores, mine.index, ("difficulty", expert_scores.STRENGTH))
    return pd.DataFrame(
        {
            "rank": mine["rank"].astype("Int64"),
            "client_id": mine.index,
            "name": names(mine),
            "score": mine["score"],
            "difficulty": said["difficulty"],
            "relationship_strength": said[expert_scores.STRENGTH],
            "revenue_w1": mine["r1"],
        }
    ).reset_index(drop=True)


def figures(base: pd.DataFrame, listed: pd.DataFrame, settings: Strategic, unit: str) -> dict[str, Figure]:
    """`strategic.places`, `.accounts`, `.accounts_revenue`, `.accounts_share`, `.would_enter`, `.would_leave`.

    base: client frame with `account`; listed: `proposal`.
    """
    mine, positive = base[base["account"]], total(base["r1"].clip(lower=0.0))
    revenue = total(mine["r1"]) + 0.0
    found = {
        "strategic.places": Figure(value=PLACES),
        "strategic.accounts": Figure(value=len(mine)),
        "strategic.accounts_revenue": Figure(value=revenue),
        "strategic.accounts_share": Figure(value=revenue / positive)
        if positive > 0
        else undefined(NO_POSITIVE_REVENUE),
    }
    for name, decision in (("would_enter", "enters"), ("would_leave", "leaves")):
        count = int((listed["decision"] == decision).sum())
        lacks = UNIT_SHOWS_ITS_OWN if unit != WHOLE else None if settings.accounts else NO_ACCOUNTS
        found[f"strategic.{name}"] = undefined(lacks) if lacks else Figure(value=count)
    return found
