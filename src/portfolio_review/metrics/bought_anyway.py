"""Who buys anyway: the four rules as of h months ago, and who of the clients they named bought since.

In: the frames of the slice; out: the client frame of that day, figures and their table.
Source: Lifecycle and the four rules; Wilson 1927.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import early_decline, lapse, lifecycle, movement, portfolio, rules, segments
from portfolio_review.metrics.intervals import wilson
from portfolio_review.metrics.lapse import Gaps
from portfolio_review.metrics.windows import Windows
from portfolio_review.review import Review

NOBODY_NAMED = "no client was under this rule at that time"


def as_ruled(monthly: pd.DataFrame, clients: pd.DataFrame, gaps: Gaps, when: Windows, review: Review) -> pd.DataFrame:
    """The client frame with rule, as it was at the end of `when`: only rows and clients known by then.

    when: `Windows.back(h)` of the review; gaps must hold the end of its P. Attributes (type, manager,
    since) are those of today; orders are purchase days, no rule reads them. Errors: KeyError when
    nothing is kept as of that day. Source: Lifecycle and the four rules.
    """
    known = clients[(clients["first_purchase"] <= pd.Timestamp(when.p.end)).to_numpy()]
    rows = monthly[(monthly["month"] <= when.p.last.index) & monthly["client_id"].isin(known["client_id"])]
    nothing = pd.DataFrame({"client_id": [], "span": [], "orders": []})
    base = portfolio.client_frame(rows, known, nothing, when)
    base = segments.add_classes(movement.add_states(base, when), rows, gaps.series, when, review)
    base = base.join(lapse.at_end(gaps, when).rename(columns={"limit": "lapse_limit"}))
    base = early_decline.add_early_decline(lifecycle.add_stages(base, when), rows, when)
    return rules.add_rules(base, rows, when, review.abc)


def table(monthly: pd.DataFrame, clients: pd.DataFrame, gaps: Gaps, when: Windows, review: Review) -> pd.DataFrame:
    """`actions.bought_anyway`: rule, n, bought, rate, low, high of the four rules as of h months ago.

    n: clients that the rule named at the end of P − h; bought: those with a purchase day within the h
    months since; rate = bought / n with Wilson's interval, NaN where n = 0. No rows when the history
    does not reach the W0 of that day. h: `risk.horizon_months`. Source: Lifecycle and the four rules.
    """
    months = review.risk.horizon_months
    then = when.back(months)
    rows: list[tuple[object, ...]] = []
    if not then.lacks_w0:
        base = as_ruled(monthly, clients, gaps, then, review)
        since = monthly[monthly["client_id"].isin(base.index)]
        bought = portfolio.active_in(since, base.index, Span.ending(when.p.last, months))
        for rule in rules.LISTS:
            named = base["rule"] == rule
            n, count = int(named.sum()), int((named & bought).sum())
            low, high = wilson(count, n) or (np.nan, np.nan)
            rows.append((rule, n, count, count / n if n else np.nan, low, high))
    columns = {"rule": object, "n": np.int64, "bought": np.int64, "rate": float, "low": float, "high": float}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def figures(found: pd.DataFrame, when: Windows, review: Review) -> dict[str, Figure]:
    """`actions.<rule>.bought_anyway` with its interval; found: `actions.bought_anyway`.

    Undefined when the history does not reach the W0 of h months ago, or the rule named nobody then.
    """
    reason = when.back(review.risk.horizon_months).lacks_w0 or NOBODY_NAMED
    figures = {f"actions.{rule}.bought_anyway": undefined(reason) for rule in rules.LISTS}
    for row in found[found["n"] > 0].to_dict("records"):
        figures[f"actions.{row['rule']}.bought_anyway"] = Figure(value=row["rate"], interval=(row["low"], row["high"]))
    return figures
