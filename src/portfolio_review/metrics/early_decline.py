"""Early decline: clients whose last 3 months fall behind the same 3 months a year earlier.

In: the client frame, monthly rows; out: both revenues and the flag by client, and the revenue of W1's months a year
earlier. Source: Lifecycle.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.lifecycle import add_stages
from portfolio_review.metrics.movement import NO_EARLIER, Earlier
from portfolio_review.metrics.portfolio import revenue_in
from portfolio_review.metrics.windows import Windows

MONTHS = 3
DECLINED_TO = 0.7
TOLERANCE = 1e-9


def spans(when: Windows) -> tuple[Span, Span]:
    """The last 3 months up to the end of P, and the same 3 months a year earlier."""
    recent = Span.ending(when.p.last, MONTHS)
    return recent, recent.shifted(-12)


def add_early_decline(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`base` with revenue_recent, revenue_year_ago, revenue_year_before (money) and early_decline (true or false).

    early_decline: r(last 3 months) ≤ 0.7 · y + 1e-9 · y, y = r(the same 3 months a year earlier),
    only where y > 0. Where the history does not reach those months, y is missing and nobody is
    flagged. revenue_year_before: what a change of W1 is told against, missing likewise: r(the months of W1 a year
    earlier), r(W0) where the window is a year or longer. monthly: client_id, month, revenue. Source: Lifecycle.
    """
    recent, year_ago = spans(when)
    now = revenue_in(monthly, base.index, recent)
    then, window = (
        revenue_in(monthly, base.index, span) * (np.nan if when.lacks(span) else 1.0)
        for span in (year_ago, when.w1.shifted(-max(when.window_months, 12)))
    )
    flag = (then > 0) & (now <= DECLINED_TO * then + TOLERANCE * then)
    return base.assign(revenue_recent=now, revenue_year_ago=then, early_decline=flag, revenue_year_before=window)


def add_earlier(before: Earlier, monthly: pd.DataFrame) -> Earlier:
    """`lapse.add_earlier` with stage and early_decline, as of the end of PP and of PY."""
    return {
        field: (then, add_early_decline(add_stages(frame, then), monthly, then))
        for field, (then, frame) in before.items()
    }


def figures(base: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER) -> dict[str, Figure]:
    """`lifecycle.early_decline`: clients with the flag, in whatever stage.

    base: client frame with `early_decline`; before: of `add_earlier`. Undefined when the history does not
    reach W0 or the 3 months a year earlier. Source: Lifecycle.
    """
    reason = when.lacks_w0 or when.lacks(spans(when)[1])
    if reason:
        return {"lifecycle.early_decline": undefined(reason)}
    then = {field: None if at.lacks(spans(at)[1]) else _flagged(frame) for field, (at, frame) in before.items()}
    return {"lifecycle.early_decline": Figure(value=_flagged(base)).beside(then)}


def _flagged(base: pd.DataFrame) -> int:
    return int(base["early_decline"].sum())
