"""Six factors of a tier: how its clients are on the market and in our portfolio, by people and from data.

In: scores of the tiers, the client frame, receivables; out: the profile of each tier, means of its two groups,
data beside it. Source: Strategic clients, six-factor profile.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_review.metrics import margin
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.receivables import Owed
from portfolio_review.metrics.tiers import TIERS, by_rule
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review

OUTER, INNER = "outer_market", "inner_market"
FACTORS: Mapping[str, str] = {
    "number": OUTER,
    "ease_of_finding": OUTER,
    "how_they_pay": OUTER,
    "value_of_sale": INNER,
    "repeat_sales": INNER,
    "upkeep": INNER,
}
"""Every factor with its group, in the order of the profile."""
OWN_SIDE: Mapping[str, str] = {OUTER: "market", INNER: "portfolio"}
SIDES = ("market", "portfolio")


def profile(scores: pd.DataFrame) -> pd.DataFrame:
    """`strategic.six_factors`: tier, factor, group, points, market, portfolio, gap, assessor, assessed_on, comment.

    Six rows for each tier, scores 1 to 5 or NaN. market and portfolio: as scored for that side; a score without
    a side is of the side of the factor's group. points: the side of the group, else the other; gap = portfolio −
    market where both are scored; assessor, assessed_on, comment are those of points. No rows where nobody scored a
    tier. scores: `expert_scores.latest` of tiers.
    """
    columns = ["tier", "factor", "group", "points", "market", "portfolio", "gap", "assessor", "assessed_on", "comment"]
    mine = scores[scores["criterion"].isin(list(FACTORS)) & scores["tier"].isin(TIERS)]
    if mine.empty:
        return pd.DataFrame(columns=columns)
    side = mine["side"].astype(object).where(mine["side"].notna(), mine["criterion"].map(FACTORS).map(OWN_SIDE))
    # a score that names its side goes before one that does not
    named = mine.assign(side=side, named=mine["side"].notna()).sort_values("named", kind="stable")
    by_side = named.drop_duplicates(["tier", "criterion", "side"], keep="last")
    said_of = {(row["tier"], row["criterion"], row["side"]): row for row in by_side.to_dict("records")}
    rows = []
    for tier in TIERS:
        for factor, group in FACTORS.items():
            said = {side: said_of[tier, factor, side] for side in SIDES if (tier, factor, side) in said_of}
            points = {side: float(said[side]["points"]) if side in said else np.nan for side in SIDES}
            own = OWN_SIDE[group]
            drawn = said.get(own, next(iter(said.values()), None))
            beside = [None] * 3 if drawn is None else [drawn[name] for name in ("assessor", "assessed_on", "comment")]
            value = np.nan if drawn is None else float(drawn["points"])
            gap = points["portfolio"] - points["market"]
            rows.append((tier, factor, group, value, points["market"], points["portfolio"], gap, *beside))
    return pd.DataFrame(rows, columns=columns)


def means(found: pd.DataFrame) -> pd.DataFrame:
    """`strategic.factor_means`: tier, group, points (mean of the factors that have points), scored (how many).

    found: `profile`.
    """
    rows = [
        (tier, group, mine["points"].astype(float).mean(), int(mine["points"].notna().sum()))
        for tier in (TIERS if len(found) else ())
        for group in (OUTER, INNER)
        for mine in [found[(found["tier"] == tier) & (found["group"] == group)]]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["tier", "group", "points", "scored"])


def from_data(base: pd.DataFrame, owing: Owed, review: Review, when: Windows) -> pd.DataFrame:
    """`strategic.factor_data`: tier, factor, measure, amount: what the data say of each tier, over W1.

    number: active_clients; ease_of_finding: new_clients (of the tier, new in W1); how_they_pay: overdue_share
    (overdue / receivables), days_to_pay (mean, weighted by amount); value_of_sale: margin_per_client,
    revenue_per_client (of A1); repeat_sales: retention_rate (of the clients of the tier at W0's end, those active
    in W1), repeat_rate (of A1, ≥ 2 purchase days); upkeep: contacts_per_client (active contacts). NaN where what it
    needs is not given. base: client frame with state, tier0, tier1, contacts_active.
    """
    before = base["tier0"].astype(object)
    rule = by_rule(base, "0", review.strategic.accounts, review.abc.limits).astype(object)
    before = before.where(before.notna(), rule)
    rows = []
    for tier in TIERS:
        mine = base[base["active1"] & (base["tier1"] == tier)]
        kept = base[base["active0"] & (before == tier)]
        looks_back = when.lacks_w0 is None
        paid = _mean(owing.paid, mine.index)
        receivable = owing.invoices[owing.invoices["client_id"].isin(mine.index)]
        late = total(receivable.loc[receivable["days_overdue"] > 0, "amount"]) if len(receivable) else 0.0
        earned = np.nan if margin.lacks_in(mine, "1") else total(mine["margin1"].astype(float))
        rows += [
            (tier, "number", "active_clients", float(len(mine))),
            (tier, "ease_of_finding", "new_clients", float((mine["state"] == "new").sum()) if looks_back else np.nan),
            (tier, "how_they_pay", "overdue_share", _share(late, total(receivable["amount"]))),
            (tier, "how_they_pay", "days_to_pay", paid),
            (tier, "value_of_sale", "margin_per_client", _share(earned, len(mine))),
            (tier, "value_of_sale", "revenue_per_client", _share(total(mine["r1"]), len(mine))),
            (tier, "repeat_sales", "retention_rate",
             _share(float(kept["active1"].sum()), len(kept)) if looks_back else np.nan),
            (tier, "repeat_sales", "repeat_rate", _share(float((mine["days1"] >= 2).sum()), len(mine))),
            (tier, "upkeep", "contacts_per_client", _share(total(mine["contacts_active"]), len(mine))
             if mine["contacts_active"].notna().any() else np.nan),
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=["tier", "factor", "measure", "amount"])


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan


def _mean(paid: pd.DataFrame, clients: pd.Index) -> float:
    """Days to pay of these clients, weighted by amount."""
    mine = paid[paid["client_id"].isin(clients) & paid["days_to_pay"].notna()] if len(paid) else paid
    return _share(total(mine["amount"] * mine["days_to_pay"]), total(mine["amount"])) if len(mine) else np.nan
