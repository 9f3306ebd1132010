"""What the loss of the largest clients would cost. In: the client frame; out: a table. Source: Concentration."""

from __future__ import annotations

import numpy as np
import pandas as pd

LOSSES = (1, 3, 5)


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`structure.loss_of_largest`: largest, revenue, share: Σ r(W1) of the 1, 3, 5 largest clients.

    share is of the positive revenues of W1. A row stands where there are so many clients with
    positive r. Source: Concentration.
    """
    ordered = np.sort(base.loc[base["r1"] > 0, "r1"].to_numpy(dtype=float))[::-1]
    counts = [k for k in LOSSES if k <= len(ordered)]
    lost = [float(ordered[:k].sum()) for k in counts]
    whole = float(ordered.sum())
    return pd.DataFrame(
        {
            "largest": np.array(counts, dtype=np.int64),
            "revenue": np.array(lost, dtype=float),
            "share": np.array([revenue / whole for revenue in lost], dtype=float),
        }
    )
