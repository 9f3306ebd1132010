"""Lifecycle: the stage of each client at the end of P.

In: the client frame with states and lapse; out: stages. Source: Lifecycle.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.portfolio import coded
from portfolio_review.metrics.windows import Windows

STAGES = ("new", "returned", "growing", "stable", "declining", "at_risk", "lapsed")
UNKNOWN = "unknown"
"""The stage of all others where the history does not reach W0: lapsed and at_risk are known without it."""
WITHOUT_W0 = ("at_risk", "lapsed", UNKNOWN)
GROWING_FROM = 1.2
DECLINING_UP_TO = 0.8
TOLERANCE = 1e-9


def add_stages(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`base` with `stage`: exactly one for every client with a purchase day up to the end of P.

    The first that fits: lapsed; at_risk (overdue); new, returned (by `state`); then where r(W0) > 0
    growing if r(W1) ≥ 1.2 r(W0) − 1e-9 r(W0), declining if r(W1) ≤ 0.8 r(W0) + 1e-9 r(W0); else
    stable. When the history does not reach W0, unknown in place of all but lapsed and at_risk.
    Categorical of `STAGES` and unknown. Source: Lifecycle.
    """
    r0, r1 = base["r0"].to_numpy(), base["r1"].to_numpy()
    comparable, edge = r0 > 0, TOLERANCE * r0
    place = {stage: position for position, stage in enumerate((*STAGES, UNKNOWN))}
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
        codes = np.where(np.isin(codes, [-1, place["lapsed"], place["at_risk"]]), codes, place[UNKNOWN])
    return base.assign(stage=coded(codes, (*STAGES, UNKNOWN), base.index))


def stages(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`lifecycle.stages`: stage, clients, revenue = Σ r(W1), all seven stages; when the history does not reach W0
    at_risk, lapsed and unknown. base: client frame with `stage`. Source: Lifecycle."""
    by_stage = base.groupby("stage", observed=False)["r1"]
    listed = list(WITHOUT_W0 if when.lacks_w0 else STAGES)
    return pd.DataFrame(
        {
            "stage": listed,
            "clients": by_stage.size()[listed].to_numpy(dtype=np.int64),
            "revenue": by_stage.sum()[listed].to_numpy(),
        }
    )
