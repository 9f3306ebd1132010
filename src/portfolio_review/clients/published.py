"""`clients`, the table that a CRM imports: the columns of the client table that are published, by their names there."""

from __future__ import annotations

import pandas as pd

from portfolio_review.metrics import margin
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.exposure import of_frame, of_w0
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.windows import Windows

_COLUMNS = {
    "type": "type", "industry": "industry", "region": "region", "unit": "unit", "manager": "manager",
    "sponsor": "sponsor", "relationship": "relationship", "service_model": "service_model",
    "group_id": "group_id", "since": "since", "acquired_via": "acquired_via", "account": "account",
    "tier": "tier1", "tier_w0": "tier0", "abc": "abc1", "abc_w0": "abc0", "xyz": "xyz1", "xyz_w0": "xyz0",
    "value_stability": "group1", "value_stability_w0": "group0", "recency": "recency_score",
    "frequency": "frequency_score", "monetary": "monetary_score", "stage": "stage", "movement": "state",
    "rule": "rule", "list": "list", "listed": "listed", "rank_in_list": "rank_in_list", "reason": "reason",
    "usual": "usual",
    "now": "now", "about": "about", "at_stake": "at_stake", "lost": "lost",
    "chance_back": "chance_back", "expected_back": "expected_back", "exposed": "exposed", "revenue_w1": "r1",
    "revenue_w0": "revenue_w0",
    "change": "change", "share": "share", "margin_w1": "margin1", "margin_w0": "margin_w0", "orders_w1": "orders1",
    "orders_w0": "orders_w0", "purchase_days_w1": "days1", "first_purchase": "first_purchase",
    "last_order": "last_purchase", "silence_days": "silence", "usual_gap": "usual_gap",
    "lapse_limit": "lapse_limit", "revenue_last_active": "revenue_last_active", "p_next": "p_next",
    "at_risk": "at_risk", "quadrant": "quadrant", "p12": "p12", "expected_3": "expected_3",
    "expected_12": "expected_12", "score": "score", "score_low": "score_low",
    "score_high": "score_high", "assessed": "assessed", "rank": "rank", "favourite": "favourite",
    "white_space": "white_space", "missing_category": "missing", "potential": "potential",
    "share_of_wallet": "share_of_wallet", "open": "open", "overdue": "client_overdue",
    "days_overdue": "days_overdue", "contacts_active": "contacts_active", "last_contact": "last_contact",
    "contact_days": "contact_days", "cadence": "cadence", "contract_end": "contract_end", "short_history": "short1",
    "not_in_time": "overdue", "early_decline": "early_decline", "contact_overdue": "contact_overdue",
    "underserved": "underserved", "single_contact": "single_contact", "manager_changed": "manager_changed",
}  # fmt: skip
"""Columns of the table with those of the client frame."""
_CLASSES_W0 = ("tier_w0", "abc_w0", "xyz_w0", "value_stability_w0")


def published(table: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`clients`: one row for each client of the table, by client id; what is not known is empty.

    What looks back to W0 is empty where the history does not reach it. listed, rank_in_list: on the list of its rule
    and its place there, missing for clients under `standard`. table: `clients.build`.
    """
    frame = table.assign(
        rank=table["rank"].astype("Int64"),
        margin1=margin.of_clients(table, "1"),
        orders_w0=of_w0(table["orders0"], when).astype("Int64"),
    ).sort_index()
    found = of_frame(frame, _COLUMNS)
    # a class of a window of which the history holds a part only is none
    return found.assign(**dict.fromkeys(_CLASSES_W0)) if when.lacks_w0 else found


def clients_add_up(clients: pd.DataFrame, table: pd.DataFrame) -> Check:
    """Each client stands once, active ones are A1, and Σ r(W1), Σ r(W0) are those of the client table."""
    once = bool(clients["client_id"].is_unique) and len(clients) == len(table)
    active, mine = int(table["active1"].sum()), int(clients["abc"].notna().sum())
    columns = [("revenue_w1", "r1"), ("revenue_w0", "revenue_w0")]
    pairs = [(total(clients[name]), total(table[of])) for name, of in columns]
    passed = once and active == mine and all(same_money(one, other) for one, other in pairs)
    money = "; ".join(f"{one:,.2f} = {other:,.2f}" for one, other in pairs)
    return Check("clients_add_up", passed, f"{len(clients):,} clients, active {mine:,} = {active:,}; revenue {money}")
