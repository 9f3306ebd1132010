"""How long the largest client would take to replace at the current rate of new revenue.

In: the client frame with states; out: a figure. Source: Risk and outlook.
"""

from __future__ import annotations

import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.movement import NO_EARLIER, Earlier
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.windows import Windows

NO_NEW_REVENUE = "new clients brought no revenue in W1"
NO_POSITIVE_REVENUE = "no client with positive revenue in W1"


def replacement_months(base: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER) -> Figure:
    """`risk.replacement_months` = the largest r(W1) / (Σ r(W1) of new clients / window_months).

    The rate of new revenue is that of the clients new in W1 (`bridge.new`), a month.
    Undefined when the history does not reach W0, for then nobody is known to be new, or when the new
    brought nothing. base: client frame with `state`; before: of `movement.earlier`. Source: Risk and outlook.
    """
    then = {field: _months(frame, at).value for field, (at, frame) in before.items()}
    return _months(base, when).beside(then)


def _months(base: pd.DataFrame, when: Windows) -> Figure:
    if when.lacks_w0:
        return undefined(when.lacks_w0)
    largest = base["r1"].max() if len(base) else 0.0
    if not largest > 0:
        return undefined(NO_POSITIVE_REVENUE if base["active1"].any() else NO_CLIENT_IN_W1)
    new = total(base.loc[base["state"] == "new", "r1"])
    if new <= 0:
        return undefined(NO_NEW_REVENUE)
    return Figure(value=float(largest) * when.window_months / new)
