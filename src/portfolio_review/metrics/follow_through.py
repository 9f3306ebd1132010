"""Follow-through: what became of the clients on an earlier review's lists, against those that were cut.

In: earlier lists and the frames of this review; out: a table and figures. Listed clients are the
larger ones, so the difference is not an effect of the lists alone.
Source: Lifecycle and the four rules; Wilson 1927.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month, Span
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.intervals import wilson
from portfolio_review.metrics.portfolio import active_in, revenue_in, total
from portfolio_review.metrics.rules import LISTS
from portfolio_review.metrics.windows import Windows

NO_EARLIER = "no earlier review at hand"
NOBODY_LISTED = "the earlier list was empty"
GROUPS = ("listed", "cut")


@dataclass(frozen=True)
class EarlierLists:
    """client_id, rule, listed (true or false) of every client under one of the four rules of an earlier
    review (`actions.full` has them), and the last month of its period."""

    clients: pd.DataFrame
    last: Month


def table(earlier: EarlierLists | None, base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`actions.follow_through`: rule, group (listed, cut), n, bought, kept, rate, low, high, revenue.

    bought: clients with a purchase day after the earlier period up to the end of P; kept: under
    return those that bought, under the other rules those not lapsed at the end of P; rate = kept / n with
    Wilson's interval, NaN where n = 0; revenue = Σ r over the months since. A client that the
    review does not know any more counts in n, as neither. No rows without an earlier review that
    ended before P does.

    base: client frame with `client1` (not lapsed at the end of P); monthly: client_id, month, revenue,
    purchase_days. Source: Lifecycle and the four rules.
    """
    rows: list[tuple[object, ...]] = []
    if earlier is not None and earlier.last < when.p.last:
        since = Span(earlier.last + 1, when.p.last)
        known = pd.DataFrame(
            {
                "bought": active_in(monthly, base.index, since).astype(float),
                "client": base["client1"].astype(float),
                "revenue": revenue_in(monthly, base.index, since),
            }
        ).reindex(earlier.clients["client_id"], fill_value=0.0)
        rule = earlier.clients["rule"].to_numpy(dtype=object)
        listed = earlier.clients["listed"].to_numpy(dtype=bool)
        for name in LISTS:
            for group in GROUPS:
                mine = known[(rule == name) & (listed == (group == "listed"))]
                n, bought = len(mine), int(mine["bought"].sum())
                kept = bought if name == "return" else int(mine["client"].sum())
                low, high = wilson(kept, n) or (np.nan, np.nan)
                rate = kept / n if n else np.nan
                rows.append((name, group, n, bought, kept, rate, low, high, total(mine["revenue"]) + 0.0))
    whole, share = dict.fromkeys(("n", "bought", "kept"), np.int64), dict.fromkeys(("rate", "low", "high"), float)
    columns = {"rule": object, "group": object, **whole, **share, "revenue": float}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def figures(found: pd.DataFrame) -> dict[str, Figure]:
    """`actions.<rule>.followed`: the share of the listed clients that was kept (under return: came back).

    found: `actions.follow_through`. Undefined without an earlier review, or where it listed nobody.
    """
    figures = {f"actions.{rule}.followed": undefined(NOBODY_LISTED if len(found) else NO_EARLIER) for rule in LISTS}
    for row in found[(found["group"] == "listed") & (found["n"] > 0)].to_dict("records"):
        figures[f"actions.{row['rule']}.followed"] = Figure(value=row["rate"], interval=(row["low"], row["high"]))
    return figures
