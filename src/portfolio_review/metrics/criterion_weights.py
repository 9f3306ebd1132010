"""Weights of the score card: which criteria decide between the candidates, and what each of those weighs.

In: the values of the candidates by criterion, the weights of the review file, the earlier review's choice; out: a
table. Source: Strategic clients, candidates.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from portfolio_review.metrics.strategic_changes import EarlierReview
from portfolio_review.review.model import Strategic

FROM_DATA = ("revenue", "growth", "margin", "constancy", "expected_value", "foothold")
FROM_PEOPLE = ("potential", "reference_value", "partnership", "strategic_fit")
CRITERIA = (*FROM_DATA, *FROM_PEOPLE)
LEAST_CANDIDATES = 3
"""Below so many candidates nobody is scored."""
SAME_VALUE_LIMIT = 0.6
"""A criterion decides nothing where more than this share of the candidates have one value of it."""
MOVED = 0.1
"""By so much the share has to move before an earlier choice is made anew."""
_TOLERANCE = 1e-9


def weigh(base: pd.DataFrame, settings: Strategic, earlier: EarlierReview | None = None) -> pd.DataFrame:
    """`strategic.criteria`, one row for each of `CRITERIA`.

    criterion; origin (from_data, from_people); weight: as set; scored: candidates with a value; same_share: the
    largest share of all candidates that have one and the same value, NaN where none has a value; left_out:
    same_share > `SAME_VALUE_LIMIT`, or a criterion from data of which no candidate has a value (one from people that
    nobody has judged waits for its scores); decided_at: the same_share by which that was decided; weight_used =
    weight / Σ weight of those not left out, 0 for those left out (all 0 where none is left). An earlier choice stands,
    with its decided_at, until same_share has moved from that by `MOVED`. Below `LEAST_CANDIDATES` nothing is left out
    and both shares are NaN.

    base: client frame with `scoring.add_criteria`; earlier: the earlier review, whose table `criteria` has criterion,
    left_out and decided_at. Source: Strategic clients.
    """
    mine = base[base["candidate"]]
    weight = [float(settings.weights.get(name, 0.0)) for name in CRITERIA]
    found = pd.DataFrame(
        {
            "criterion": list(CRITERIA),
            "origin": ["from_data" if name in FROM_DATA else "from_people" for name in CRITERIA],
            "weight": weight,
            "scored": [int(mine[f"{name}_points"].notna().sum()) for name in CRITERIA],
            "same_share": [_same_share(mine[f"{name}_points"]) for name in CRITERIA],
        }
    )
    choices = [
        _choice(share, _earlier(earlier, name)) for name, share in zip(CRITERIA, found["same_share"], strict=True)
    ]
    unknown = (found["scored"] == 0) & (found["origin"] == "from_data") & (len(mine) >= LEAST_CANDIDATES)
    found["decided_at"] = [at for at, _ in choices]
    found["left_out"] = np.array([left for _, left in choices], dtype=bool) | unknown
    kept = np.where(found["left_out"], 0.0, weight)
    return found.assign(weight_used=kept / (math.fsum(kept) or 1.0))


def _same_share(points: pd.Series) -> float:
    if len(points) < LEAST_CANDIDATES or not points.notna().any():
        return math.nan
    # values rank apart exactly where they differ: equal points are equal values
    counts = points.value_counts(dropna=True)
    return float(counts.iloc[0]) / len(points)


def _choice(share: float, earlier: tuple[float, bool] | None) -> tuple[float, bool]:
    """The share that decides, and whether the criterion is left out."""
    if math.isnan(share):
        return share, False
    if earlier is not None and abs(share - earlier[0]) < MOVED - _TOLERANCE:
        return earlier
    return share, share > SAME_VALUE_LIMIT + _TOLERANCE


def _earlier(review: EarlierReview | None, criterion: str) -> tuple[float, bool] | None:
    table = review.table("criteria") if review else None
    if table is None:
        return None
    row = table[table["criterion"] == criterion]
    if row.empty or row[["decided_at", "left_out"]].isna().to_numpy().any():
        return None
    return float(row["decided_at"].iloc[0]), bool(row["left_out"].iloc[0])
