"""The share of its revenue that a client kept: what it may lose again while it goes on buying.

In: the client frame with both windows and early decline; out: f by client. Source: Lifecycle and the four rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.windows import Windows


def kept_share(base: pd.DataFrame, when: Windows) -> pd.Series:
    """f = max(0, min(1, r(W1) / r(W0))) where r(W0) > 0, else 1; of a client in early decline the ratio of its three
    months to the same months a year earlier, cut to 0 … 1 alike, where that is lower.

    1 for all where the history does not reach W0, but those in early decline. base: client frame with r0, r1, and
    early_decline, revenue_recent, revenue_year_ago of `early_decline.add_early_decline`. A share by client id.
    Source: Lifecycle and the four rules.
    """
    r0 = base["r0"].astype(float) if when.lacks_w0 is None else pd.Series(0.0, index=base.index)
    window = _ratio(base["r1"], r0)
    recent = _ratio(base["revenue_recent"], base["revenue_year_ago"]).where(base["early_decline"].astype(bool), 1.0)
    return pd.Series(np.minimum(window, recent), index=base.index, name="kept_share")


def _ratio(now: pd.Series, then: pd.Series) -> pd.Series:
    """now / then cut to 0 … 1, and 1 where then is not above zero."""
    positive = then.astype(float).where((then > 0).to_numpy())
    return (now.astype(float) / positive).clip(0.0, 1.0).fillna(1.0)
