"""Lifecycle: the stage of each client at the end of P.

In: the client frame with states and lapse; out: stages. Source: Lifecycle.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.portfolio import coded
from portfolio_review.metrics.windows import Windows

STAGES = ("new", "returned", "growing", "stable", "declining", "at_risk", "lapsed")
GROWING_FROM = 1.2
DECLINING_UP_TO = 0.8
TOLERANCE = 1e-9


def add_stages(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`base` with `stage`: exactly one for every client with a purchase day up to the end of P.

    The first that fits: lapsed; at_risk (overdue); new, returned (by `state`); then where r(W0) > 0
    growing if r(W1) ≥ 1.2 r(W0) − 1e-9 r(W0), declining if r(W1) ≤ 0.8 r(W0) + 1e-9 r(W0); else
    stable. Missing for all when the history does not reach W0. Categorical of `STAGES`.
    Source: Lifecycle.
    """
    r0, r1 = base["r0"].to_numpy(), base["r1"].to_numpy()
    comparable, edge = r0 > 0, TOLERANCE * r0
    place = {stage: position for position, stage in enumerate(STAGES)}
    codes = np.select(
        [
            base["first_purchase"].isna().to_numpy(),
            base["lapsed"].to_numpy(),
            base["overdue"].to_numpy(),
            (base["state"] == "new").to_numpy(),
            (base["state"] == "returned").to_numpy(),
            comparable & (r1 >= GROWING_FROM * r0 - edge),
            comparable & (r1 <= DECLINING_UP_TO * r0 + edge),
        ],
        [-1, *(place[s] for s in ("lapsed", "at_risk", "new", "returned", "growing", "declining"))],
        default=place["stable"],
    )
    if when.lacks_w0:
        codes = np.full(len(base), -1)
    return base.assign(stage=coded(codes, STAGES, base.index))


def stages(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`lifecycle.stages`: stage, clients, revenue = Σ r(W1), all seven stages; no rows when the history
    does not reach W0. base: client frame with `stage`. Source: Lifecycle."""
    by_stage = base.groupby("stage", observed=False)["r1"]
    frame = pd.DataFrame(
        {
            "stage": list(STAGES),
            "clients": by_stage.size().to_numpy(dtype=np.int64),
            "revenue": by_stage.sum().to_numpy(),
        }
    )
    return frame.head(0) if when.lacks_w0 else frame
