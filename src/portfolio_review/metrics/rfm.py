"""RFM: recency, frequency and money of the active clients as scores 1 to 5.

In: the client frame; out: scores and their table. Source: Structure, RFM; Hughes 1994, by value and
never by rank.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.metrics.portfolio import LIMIT_TOLERANCE
from portfolio_review.metrics.windows import Windows

QUINTILES = (0.2, 0.4, 0.6, 0.8)
SCORES = ("recency_score", "frequency_score", "monetary_score")


def above_limits(values: pd.Series) -> NDArray[np.int64]:
    """How many of the four quintile limits of `values` each value exceeds, 0 to 4.

    Limits are linear-interpolated quantiles of the values themselves, so equal values get equal
    numbers; a value equal to a limit (to 1e-9 of it) does not exceed it.
    """
    x = values.to_numpy(dtype=float)
    if not len(x):
        return np.empty(0, dtype=np.int64)
    limits = np.quantile(x, QUINTILES)
    exact = limits + LIMIT_TOLERANCE * np.maximum(1.0, np.abs(limits))
    return np.asarray(np.searchsorted(exact, x, side="left"), dtype=np.int64)


def add_rfm(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`base` with recency_score, frequency_score, monetary_score of the clients active in W1.

    recency = days from the last purchase day to the end of P, frequency = orders in W1, monetary =
    r(W1); a score is 1 + the limits exceeded, of recency 5 − them: 5 is the latest fifth.
    base: client frame with last_purchase. Scores are missing for the others. Source: RFM.
    """
    mine = base[base["active1"]]
    recency = (pd.Timestamp(when.p.end) - mine["last_purchase"]).dt.days
    scores = pd.DataFrame(
        {
            "recency_score": 5 - above_limits(recency),
            "frequency_score": 1 + above_limits(mine["orders1"]),
            "monetary_score": 1 + above_limits(mine["r1"]),
        },
        index=mine.index,
    )
    return base.join(scores.astype("Int64"))


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`structure.rfm`: recency, frequency, monetary (scores), clients, revenue; best scores first.

    One row for every combination that has clients. base: client frame with scores. Source: RFM.
    """
    mine = base[base["active1"]]
    cells = mine.groupby([mine[name].astype(np.int64) for name in SCORES])["r1"].agg(["size", "sum"])
    frame = cells.reset_index().set_axis(["recency", "frequency", "monetary", "clients", "revenue"], axis=1)
    frame = frame.sort_values(["recency", "frequency", "monetary"], ascending=False)
    return frame.astype({"clients": np.int64, "revenue": float}).reset_index(drop=True)
