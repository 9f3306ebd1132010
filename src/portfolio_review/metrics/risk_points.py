"""The revenue × risk matrix as points: clients one by one where few, gathered where many.

In: the client frame with quadrants; out: a table and its limits. Source: Risk and outlook.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.portfolio import largest_first, names
from portfolio_review.metrics.risk_matrix import NO_A_CLIENT
from portfolio_review.review.model import Risk

ALONE = 150
"""Up to so many clients, each is a point of its own."""
LARGEST = 60
"""Of more, so many stay alone: half of them for their money at risk, half for their revenue."""
CHANCE_STEP = 0.05
DECADE = 4
"""Steps of revenue in a factor of ten."""


def points(base: pd.DataFrame) -> pd.DataFrame:
    """`risk.matrix_points`: name, quadrant, p_next, revenue, at_risk, clients; most at risk first.

    One row a client of a quadrant up to 150 of them. Of more, the 30 with the most money at risk and the 30
    largest of the others have a row each; the rest, alike in quadrant, chance (steps of 5 %) and revenue
    (quarters of a factor of ten; all of r ≤ 0 together), share one, without a name: its p_next is their
    mean, revenue and at_risk their sums. base: client frame with quadrant, p_next, at_risk.
    """
    counted = base[base["quadrant"].notna()]
    ranked = largest_first(counted, "at_risk")
    if len(counted) > ALONE:
        most = ranked.index[: LARGEST // 2]
        large = largest_first(counted.drop(most), "r1").index[: LARGEST - LARGEST // 2]
        alone = ranked[ranked.index.isin([*most, *large])]
        rest = counted.drop(alone.index)
    else:
        alone, rest = ranked, counted.iloc[:0]
    own = pd.DataFrame(
        {
            "name": names(alone).to_numpy(dtype=object),
            "quadrant": alone["quadrant"].to_numpy(dtype=object),
            "p_next": alone["p_next"].to_numpy(dtype=float),
            "revenue": alone["r1"].to_numpy(dtype=float),
            "at_risk": alone["at_risk"].to_numpy(dtype=float),
            "clients": np.ones(len(alone), dtype=np.int64),
        }
    )
    return pd.concat([own, _gathered(rest)], ignore_index=True) if len(rest) else own


def _gathered(rest: pd.DataFrame) -> pd.DataFrame:
    r = rest["r1"].to_numpy(dtype=float)
    size = np.floor(np.log10(np.where(r > 0, r, 1.0)) * DECADE)
    key = pd.DataFrame(
        {
            "quadrant": rest["quadrant"].astype(object).to_numpy(),
            "chance": np.floor(rest["p_next"].to_numpy(dtype=float) / CHANCE_STEP + 1e-9),
            "size": np.where(r > 0, size, -np.inf),
        },
        index=rest.index,
    )
    # in one order of clients, so that sums do not depend on the order of rows
    ordered = rest.sort_index()
    by = [key[name].loc[ordered.index] for name in ("quadrant", "chance", "size")]
    found = ordered.groupby(by, sort=True).agg(
        p_next=("p_next", "mean"), revenue=("r1", "sum"), at_risk=("at_risk", "sum"), clients=("p_next", "size")
    )
    # the groups come in the order of their keys, which stands among equal sums
    found = found.reset_index().sort_values("at_risk", ascending=False, kind="stable")
    return found.assign(name=None)[["name", "quadrant", "p_next", "revenue", "at_risk", "clients"]]


def limits(base: pd.DataFrame, settings: Risk) -> dict[str, Figure]:
    """`risk.large_from`: r(W1) of the smallest client of class A; `risk.risky_above`: the chance of no
    purchase above which a client is risky. base: client frame with abc1. Source: Risk and outlook."""
    of_a = base.loc[base["abc1"] == "A", "r1"]
    large = Figure(value=float(of_a.min())) if len(of_a) else undefined(NO_A_CLIENT)
    return {"risk.large_from": large, "risk.risky_above": Figure(value=settings.high_above)}
