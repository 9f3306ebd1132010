"""The shortlist: the few clients assessed in depth, who would enter or leave it, and who is next.

In: the client frame with scores; out: lists and figures. At most six for the whole company, over all
units: only the review of all says who enters, leaves or is proposed. Source: Strategic clients.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import expert_scores
from portfolio_review.metrics.concentration import NO_POSITIVE_REVENUE
from portfolio_review.metrics.portfolio import largest_first, names, total
from portfolio_review.metrics.scoring import PLACES, assessed_first, is_assessed, to_assess
from portfolio_review.review.model import Strategic

NEXT = 5
WHOLE = "all"
UNIT_SHOWS_ITS_OWN = "the shortlist is drawn up for the company as a whole"
NO_ACCOUNTS = "no strategic account is named"


def named(base: pd.DataFrame, settings: Strategic) -> pd.Series:
    """Whether the review file names each client as a strategic account."""
    return pd.Series(base.index.isin(list(settings.accounts)), index=base.index)


def propose(base: pd.DataFrame, settings: Strategic, unit: str) -> pd.DataFrame:
    """`base` whose `account` marks the shortlist: as named or, in the review of all when nobody is, the `PLACES` of
    highest score among those assessed."""
    if settings.accounts or unit != WHOLE:
        return base
    return base.assign(account=_has_place(base))


def proposal(base: pd.DataFrame, settings: Strategic, unit: str) -> pd.DataFrame:
    """`strategic.proposal`: decision, rank, client_id, name, account, score, score_low, score_high, assessed,
    stability, revenue_w1.

    In the review of all, by the score of those of which at least 70 % is known (assessed): accounts with a place stay,
    the others leave; who has a place and is no account enters. Behind them, of all candidates, assessed or not, come
    the `NEXT` that are no accounts; next are those of them that are assessed. Of those that are not assessed the
    largest by r(W1) are to be assessed first (`scoring.assessed_first`), and so are accounts that are not, which keep
    their places. Without accounts the first are proposed. In a unit's review, and where nobody is scored, the accounts
    are named. By decision, then rank; those to be assessed by r(W1).

    base: client frame with scores, `account`.
    """
    account, ready = base["account"].to_numpy(dtype=bool), is_assessed(base).to_numpy()
    first, high = _has_place(base), (base["rank"] <= PLACES).to_numpy()
    others = base["rank"].where(~first & ~account).rank()
    behind = (others <= NEXT + int((high & ~ready & ~account).sum())).to_numpy()
    unknown, behind = assessed_first(base).to_numpy(dtype=bool), behind & ready
    if unit != WHOLE or base["rank"].isna().all():
        order, decision = ["named"], np.where(account, 0, -1)
    elif not settings.accounts:
        order, decision = ["proposed", "next", "assess_first"], np.select([first, unknown, behind], [0, 2, 1], -1)
    else:
        order = ["stays", "enters", "leaves", "next", "assess_first"]
        cases = [unknown, account & first, first, account, behind]
        decision = np.select(cases, [4, 0, 1, 2, 3], -1)
    mine = largest_first(base.assign(decision=np.array([*order, None], dtype=object)[decision], place=decision), "r1")
    within = mine["rank"].where(mine["decision"] != "assess_first", 0.0)
    mine = mine.assign(within=within)[mine["place"] >= 0].sort_values(["place", "within"], kind="stable")
    return pd.DataFrame(
        {
            "decision": mine["decision"].to_numpy(dtype=object),
            "rank": mine["rank"].astype("Int64"),
            "client_id": mine.index,
            "name": names(mine),
            "account": mine["account"].astype(bool),
            "score": mine["score"],
            "score_low": mine["score_low"],
            "score_high": mine["score_high"],
            "assessed": mine["assessed"],
            "stability": mine["stability"],
            "revenue_w1": mine["r1"],
        }
    ).reset_index(drop=True)


def _has_place(base: pd.DataFrame) -> NDArray[np.bool_]:
    """Who has one of the `PLACES` by score: the assessed of highest rank, as many as accounts that are not assessed
    leave free."""
    ready = is_assessed(base)
    held = int((base["account"] & ~ready).sum())
    return (base["rank"].where(ready).rank() <= PLACES - held).to_numpy(dtype=bool)


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
    """`strategic.places`, `.accounts`, `.accounts_revenue`, `.accounts_share`, `.would_enter`, `.would_leave`,
    `.assess_first`.

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
    assess = int(to_assess(base).sum())
    found["strategic.assess_first"] = undefined(UNIT_SHOWS_ITS_OWN) if unit != WHOLE else Figure(value=assess)
    return found
