"""Why clients left, as far as it was written down. In: the client frame and the losses; out: a table, a figure.

Source: Retention, reasons for leaving.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.retention import NOBODY_LEFT
from portfolio_review.metrics.windows import Windows

REASONS = ("attention", "complaint", "price", "competitor", "no_need", "other")
UNKNOWN = "unknown"


def reason_of(base: pd.DataFrame, losses: pd.DataFrame, when: Windows) -> pd.Series:
    """The reason of each lost client: its latest record from W0 on up to the end of P, else `unknown`.

    A record that a purchase followed tells of an earlier loss, and gives no reason for this one.
    losses: client_id, date, reason. base: client frame with `state`, `last_purchase`. By client id.
    """
    known = losses.assign(date=pd.to_datetime(losses["date"]))
    bought = known["client_id"].map(base["last_purchase"])
    inside = known["date"].between(pd.Timestamp(when.w0.start), pd.Timestamp(when.p.end))
    dated = known[inside & ~(known["date"] < bought)]
    latest = dated.sort_values(["date", "reason"]).drop_duplicates("client_id", keep="last")
    lost = base.index[base["state"] == "lost"]
    found = latest.set_index("client_id")["reason"].reindex(lost)
    return found.astype(object).where(found.isin(REASONS), UNKNOWN)


def table(base: pd.DataFrame, losses: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.loss_reasons`: loss_reason, clients, revenue, share: lost clients and their r(W0).

    The six reasons, then unknown; share of the positive r(W0) lost. No rows when the history does not
    reach W0. Source: Retention, reasons for leaving.
    """
    reasons = reason_of(base, losses, when)
    money = base.loc[reasons.index, "r0"]
    order = [*REASONS, UNKNOWN]
    positive = money.clip(lower=0.0).groupby(reasons).sum().reindex(order).fillna(0.0)
    frame = pd.DataFrame(
        {
            "loss_reason": order,
            "clients": reasons.value_counts().reindex(order).fillna(0).to_numpy(dtype=np.int64),
            "revenue": money.groupby(reasons).sum().reindex(order).fillna(0.0).to_numpy(),
            "share": (positive / (positive.sum() or np.nan)).to_numpy(),
        }
    )
    return frame.head(0) if when.lacks_w0 else frame


def known_share(base: pd.DataFrame, losses: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`retention.loss_reasons_known`: the share of the lost clients whose reason is known."""
    id = "retention.loss_reasons_known"
    reasons = reason_of(base, losses, when)
    if when.lacks_w0 or reasons.empty:
        return {id: undefined(when.lacks_w0 or NOBODY_LEFT)}
    return {id: Figure(value=int((reasons != UNKNOWN).sum()) / len(reasons))}
