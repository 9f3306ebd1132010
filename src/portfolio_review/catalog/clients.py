"""Catalogue: the table of all clients, as a CRM imports it."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, check, table

ENTRIES: tuple[Entry, ...] = (
    table("clients", "Clients",
          pick("client_id name type industry region unit manager sponsor relationship service_model group_id since "
               "acquired_via account tier tier_w0 abc abc_w0 xyz xyz_w0 value_stability value_stability_w0 "
               "recency frequency monetary stage movement rule list listed rank_in_list reason usual now about "
               "at_stake "
               "lost chance_back expected_back exposed "
               "revenue_w1 revenue_w0 change share margin_w1 margin_w0 orders_w1 orders_w0 purchase_days_w1 "
               "first_purchase last_order silence_days usual_gap lapse_limit revenue_last_active p_next at_risk "
               "quadrant p12 expected_3 expected_12 score score_low score_high assessed rank favourite "
               "white_space missing_category potential share_of_wallet open overdue days_overdue contacts_active "
               "last_contact contact_days cadence "
               "contract_end short_history not_in_time early_decline contact_overdue underserved single_contact "
               "manager_changed"),
          "one row for each client with rows up to the end of P: classes at the ends of W1 and W0, stage, movement, "
          "rule and list, money, chances, score, reason, flags; by client id", "Outputs"),
    check("clients_add_up", "The table of clients adds up",
          "Σ r(W1) and r(W0) of the table = R of the window; each client once; its active clients = |A1|"),
)  # fmt: skip
