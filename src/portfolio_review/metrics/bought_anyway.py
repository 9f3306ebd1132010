"""What the same rules said earlier and what came: who buys anyway, who took the category, who came back.

In: the frames of the slice; out: the client frame of an earlier day, figures and their table.
Source: Lifecycle and the four rules; Wilson 1927.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import (
    chance_back,
    early_decline,
    lapse,
    lifecycle,
    movement,
    portfolio,
    rules,
    segments,
)
from portfolio_review.metrics.baskets import NO_CATEGORY, baskets, category_known
from portfolio_review.metrics.chance_back import Chances
from portfolio_review.metrics.intervals import wilson
from portfolio_review.metrics.lapse import Gaps
from portfolio_review.metrics.peers import peers_of
from portfolio_review.metrics.white_space import white_space
from portfolio_review.metrics.windows import Windows
from portfolio_review.review import Review

NOBODY_NAMED = "no client was under this rule at that time"
NO_YEAR_BEFORE = "12 months earlier too few lapsed clients had been seen to tell"
FIGURES = {
    "return": "actions.return.bought_anyway",
    "retain": "actions.retain.bought_anyway",
    "develop": "actions.develop.took_category",
}
BACK = tuple(f"actions.return.{name}" for name in ("lapsed_then", "expected_then", "came_then"))


def as_ruled(monthly: pd.DataFrame, clients: pd.DataFrame, gaps: Gaps, when: Windows, review: Review) -> pd.DataFrame:
    """The client frame with rule, as it was at the end of `when`: only rows and clients known by then.

    when: `Windows.back(h)` of the review; gaps must hold the end of its P. Attributes (type, manager,
    since) are those of today; orders are purchase days, no rule reads them; nobody is exposed, for what exposes is
    known of today alone. Errors: KeyError when nothing is kept as of that day. Source: Lifecycle and the four rules.
    """
    known = clients[(clients["first_purchase"] <= pd.Timestamp(when.p.end)).to_numpy()]
    rows = monthly[(monthly["month"] <= when.p.last.index) & monthly["client_id"].isin(known["client_id"])]
    nothing = pd.DataFrame({"client_id": [], "span": [], "orders": []})
    base = portfolio.client_frame(rows, known, nothing, when)
    base = segments.add_classes(movement.add_states(base, when), rows, gaps.series, when, review)
    base = base.join(lapse.at_end(gaps, when).rename(columns={"limit": "lapse_limit"}))
    base = early_decline.add_early_decline(lifecycle.add_stages(base, when), rows, when)
    return rules.add_rules(base, rows, when, review.abc)


def table(
    monthly: pd.DataFrame, clients: pd.DataFrame, mix: pd.DataFrame, gaps: Gaps, when: Windows, review: Review
) -> pd.DataFrame:
    """`actions.bought_anyway`: rule, n, bought, rate, low, high of return, retain and develop as of h months ago.

    n: clients that the rule named at the end of W1 − h, under develop those with a category that they lacked and most
    peers' money was in; bought: those with a purchase day within the h months since, under develop in that category;
    rate = bought / n with Wilson's interval, NaN where n = 0. Without the W0 of that day, return and retain alone.
    No rows when the history does not reach the W1 of that day. h: `risk.horizon_months`. mix: client_id, category,
    revenue_then, active_since. Source: Lifecycle and the four rules.
    """
    months = review.risk.horizon_months
    then = when.back(months)
    rows: list[tuple[object, ...]] = []
    if not then.lacks(then.w1):
        base = as_ruled(monthly, clients, gaps, then, review)
        since = monthly[monthly["client_id"].isin(base.index)]
        bought = portfolio.active_in(since, base.index, Span.ending(when.w1.last, months))
        named = {rule: (base["rule"] == rule, bought) for rule in ("return", "retain")}
        if category_known(mix) and not then.lacks_w0:
            missing, took = _categories(base, mix)
            named["develop"] = ((base["rule"] == "develop") & missing.notna(), took)
        for rule, (mine, came) in named.items():
            n, count = int(mine.sum()), int((mine & came).sum())
            low, high = wilson(count, n) or (np.nan, np.nan)
            rows.append((rule, n, count, count / n if n else np.nan, low, high))
    columns = {"rule": object, "n": np.int64, "bought": np.int64, "rate": float, "low": float, "high": float}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _categories(base: pd.DataFrame, mix: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The category that each client lacked then, as `white_space` names it, and whether it has bought it since."""
    mine = mix[mix["client_id"].isin(base.index)]
    then = mine.assign(revenue_w1=mine["revenue_then"])
    missing = white_space(baskets(then, base.index), peers_of(base), base.index)["missing"]
    pairs = mine.loc[mine["active_since"].astype(bool), ["client_id", "category"]].astype(object)
    bought = pd.MultiIndex.from_frame(pairs)
    asked = pd.MultiIndex.from_arrays([base.index.astype(object), missing.astype(object)])
    return missing, pd.Series(asked.isin(bought), index=base.index)


def figures(found: pd.DataFrame, mix: pd.DataFrame, when: Windows, review: Review) -> dict[str, Figure]:
    """`actions.return.bought_anyway`, `actions.retain.bought_anyway` and `actions.develop.took_category` with their
    interval; found: `actions.bought_anyway`.

    Undefined when the history does not reach h months further back, no category is given, or the rule named nobody.
    """
    then = when.back(review.risk.horizon_months)
    lacks = then.lacks(then.w1)
    figures = {id: undefined(lacks or NOBODY_NAMED) for id in FIGURES.values()}
    if not lacks:
        of_develop = NO_CATEGORY if not category_known(mix) else then.lacks_w0 or NOBODY_NAMED
        figures[FIGURES["develop"]] = undefined(of_develop)
    for row in found[found["n"] > 0].to_dict("records"):
        figures[FIGURES[row["rule"]]] = Figure(value=row["rate"], interval=(row["low"], row["high"]))
    return figures


def came_back(
    monthly: pd.DataFrame, clients: pd.DataFrame, gaps: Gaps, counted: pd.DataFrame, when: Windows, review: Review
) -> dict[str, Figure]:
    """What the rule of return said 12 months ago: `.lapsed_then`, the clients under it then, `.expected_then`, Σ of
    their chances to come back within 12 months as of then, with low to high, and `.came_then`, those that did.

    Undefined where the history does not reach the W1 of that day, or too few lapsed clients had been seen by then.
    counted: the frame `chance_back` of the slice. Source: Lifecycle and the four rules.
    """
    then = when.back(chance_back.WITHIN_MONTHS)
    back = Chances.at(counted, then.w1.end)
    lacks = then.lacks(then.w1) or (None if back.known else NO_YEAR_BEFORE)
    if lacks:
        return dict.fromkeys(BACK, undefined(lacks))
    base = as_ruled(monthly, clients, gaps, then, review)
    mine = base[(base["rule"] == "return").to_numpy(dtype=bool)]
    if mine.empty:
        return dict.fromkeys(BACK, undefined(NOBODY_NAMED))
    chance = back.of(chance_back.silent_months(mine["last_purchase"], then.w1.end))
    since = monthly[monthly["client_id"].isin(mine.index)]
    came = portfolio.active_in(since, mine.index, Span.ending(when.w1.last, chance_back.WITHIN_MONTHS))
    sums = {name: portfolio.total(chance[name]) for name in ("share", "low", "high")}
    values = (
        Figure(value=len(mine)),
        Figure(value=sums["share"], interval=(sums["low"], sums["high"])),
        Figure(value=int(came.sum())),
    )
    return dict(zip(BACK, values, strict=True))


def as_kept(expected: Figure, then: dict[str, Figure]) -> Figure:
    """`expected` (`actions.return.expected_back`) without its interval where what came a year ago lay outside that of
    then. then: `came_back`."""
    said, came = (then[id] for id in BACK[1:])
    if said.interval is None or not isinstance(came.value, int):
        return expected
    low, high = said.interval
    return expected if low <= came.value <= high else Figure(value=expected.value, reason=expected.reason)
