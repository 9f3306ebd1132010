"""Dossiers: the facts of a few clients, what they buy, their last 24 months, what their peers buy besides.

In: the client frame and the frames of the slice, the clients asked for; out: tables. Source: Strategic
clients, dossier.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.metrics import margin
from portfolio_review.metrics.baskets import baskets, category_known
from portfolio_review.metrics.exposure import of_frame, of_w0
from portfolio_review.metrics.peers import peers_of
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, names, rows_in
from portfolio_review.metrics.receivables import Owed
from portfolio_review.metrics.white_space import offers
from portfolio_review.metrics.windows import Windows

MONTHS = 24
_FACTS = {
    "tier": "tier1", "type": "type", "industry": "industry", "region": "region", "unit": "unit",
    "group_id": "group_id", "relationship": "relationship", "service_model": "service_model", "since": "since",
    "acquired_via": "acquired_via", "partners": "partners", "manager": "manager", "manager_since": "manager_since",
    "sponsor": "sponsor", "abc": "abc1", "xyz": "xyz1", "value_stability": "group1", "stage": "stage",
    "movement": "state", "rule": "rule", "first_purchase": "first_purchase", "last_order": "last_purchase",
    "orders_w1": "orders1", "usual_gap": "usual_gap", "silence_days": "silence", "revenue_w1": "r1",
    "revenue_w0": "revenue_w0", "change": "change", "margin_w1": "margin1", "margin_w0": "margin_w0",
    "margin_rate": "margin_rate", "score": "score", "rank": "rank", "p_next": "p_next", "at_risk": "at_risk",
    "expected_12": "expected_12", "potential": "potential",
    "share_of_wallet": "share_of_wallet", "white_space": "white_space", "payment_terms": "payment_terms",
    "payment_method": "payment_method", "payment_currency": "payment_currency", "contract_end": "contract_end",
    "days_left": "days_left", "open": "open", "overdue": "client_overdue", "over_90": "over_90",
    "days_overdue": "days_overdue", "days_late": "days_late", "days_to_pay": "days_to_pay", "weakness": "weakness",
}  # fmt: skip


def facts(mine: pd.DataFrame, owing: Owed) -> pd.DataFrame:
    """`strategic.dossiers`: one row for each client of `mine`, in its order; what is not known is empty.

    margin_rate = margin of W1 / revenue of the rows with a known margin; days_to_pay: mean of what it paid in W1,
    weighted by amount. mine: rows of the client frame with exposure, chances, value, rule, white_space.
    """
    paid = owing.paid[owing.paid["days_to_pay"].notna()]
    weighted = (paid["amount"] * paid["days_to_pay"]).groupby(paid["client_id"]).sum()
    days = weighted / paid.groupby("client_id")["amount"].sum()
    frame = mine.assign(
        margin1=margin.of_clients(mine, "1"),
        margin_rate=(margin.of_clients(mine, "1") / mine["margin_revenue1"]).where(mine["margin_revenue1"] > 0),
        days_to_pay=days.reindex(mine.index).astype(float),
        rank=mine["rank"].astype("Int64"),
    )
    return of_frame(frame, _FACTS)


def purchases(mine: pd.DataFrame, mix: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`strategic.purchases`: client_id, name, category, revenue_w1, revenue_w0, amount_change, share (of the client's
    positive r(W1) by category); the largest of W1 first; W0 is NaN where the history does not reach it. mix: client_id,
    category, revenue_w0, revenue_w1."""
    rows = mix[mix["client_id"].isin(mine.index) & mix["category"].notna()]
    now, before = (rows[name].astype(float).round(MONEY_DECIMALS) + 0.0 for name in ("revenue_w1", "revenue_w0"))
    whole = now.clip(lower=0.0).groupby(rows["client_id"].astype(object)).sum()
    before = of_w0(before, when)
    client = rows["client_id"].astype(object)
    frame = pd.DataFrame(
        {
            "client_id": client,
            "name": names(mine).reindex(client).to_numpy(),
            "category": rows["category"].astype(object),
            "revenue_w1": now,
            "revenue_w0": before,
            "amount_change": now - before,
            "share": now / client.map(whole).astype(float).replace(0.0, np.nan),
        }
    )
    place = mine.index.get_indexer(pd.Index(client))
    frame = frame.assign(place=place).sort_values(
        ["place", "revenue_w1", "revenue_w0", "category"], ascending=[True, False, False, True], kind="stable"
    )
    return frame.drop(columns="place").reset_index(drop=True)


def months(mine: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`strategic.months`: client_id, name, month, revenue, margin, orders of each of the last 24 months of the
    history, months without a row included. margin is NaN where none is given, and in a month where it is known for
    less than 90 % of Σ |revenue|; 0 without a row."""
    last = Span.ending(when.p.last, MONTHS)
    first = max(last.first.index, when.known_months.first.index)
    span = list(range(first, when.p.last.index + 1))
    rows = monthly[rows_in(monthly, last)]
    rows = rows[rows["client_id"].isin(mine.index)]
    rows = rows.assign(client_id=rows["client_id"].astype(object))
    every = pd.MultiIndex.from_product([mine.index.astype(object), span], names=["client_id", "month"])
    facts = ["revenue", "orders", *(("margin", "gross", "margin_gross") if margin.is_given(monthly) else ())]
    found = rows.set_index(["client_id", "month"])[facts].reindex(every).reset_index()
    return pd.DataFrame(
        {
            "client_id": found["client_id"],
            "name": names(mine).reindex(found["client_id"]).to_numpy(),
            "month": [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in found["month"]],
            "revenue": found["revenue"].astype(float).fillna(0.0).round(MONEY_DECIMALS) + 0.0,
            "margin": _known_margin(found) if "margin" in found else np.nan,
            "orders": found["orders"].fillna(0).astype(np.int64),
        }
    )


def _known_margin(found: pd.DataFrame) -> pd.Series:
    whole = found.fillna({"margin": 0.0, "gross": 0.0, "margin_gross": 0.0})
    return margin.of_clients(whole.add_suffix("1"), "1")


def white_space(mine: pd.DataFrame, base: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """`strategic.white_space`: client_id, name, category, peers (that buy it), share (of the peers), worth = share ·
    their median spend: categories that each client of `mine` lacks and at least 25 % of its peers buy, the most
    worth first. base: the whole client frame with abc1, type; mix: client_id, category, revenue_w1."""
    columns = ["client_id", "name", "category", "peers", "share", "worth"]
    if not category_known(mix):
        return pd.DataFrame(columns=columns)
    bought, peers = baskets(mix, base.index), peers_of(base)
    offered, name = offers(bought, peers), names(mine)
    rows = []
    for place, client in zip(base.index.get_indexer(mine.index), mine.index, strict=True):
        held = set(bought.category[bought.client == place])
        wanted = offered.group == peers.group[place]
        for nth in np.flatnonzero(wanted):
            if int(offered.category[nth]) not in held:
                category = bought.categories[offered.category[nth]]
                of_offer = (int(offered.buyers[nth]), float(offered.share[nth]), float(offered.worth[nth]))
                rows.append((client, name[client], category, *of_offer))
    return pd.DataFrame(rows, columns=columns)
