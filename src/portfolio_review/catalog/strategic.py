"""Catalogue: strategic clients: scores, the shortlist, exposure, six factors, dossiers, plans."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, check, figure, table

_SOURCE = "Strategic clients"
_CLIENT = "client_id name"
_KEY = "super-key and key clients"

_VALUES = (
    "revenue_points growth_points margin_points constancy_points expected_value_points foothold_points "
    "potential_points reference_value_points partnership_points strategic_fit_points"
)
_THREATS = "threat_ownership threat_competitor threat_price threat_staff"


def _of_key(
    name: str, en: str, who: str, who_en: str
) -> tuple[Entry, Entry]:  # fmt: skip
    """How many super-key and key clients `who` are, and their r(W1)."""
    return (
        figure(f"strategic.{name}_clients", en, "count", -1, f"{_KEY} {who}", _SOURCE),
        figure(f"strategic.{name}_revenue", who_en, "money", -1, f"Σ r(W1) of {_KEY} {who}", _SOURCE),
    )


_SCORES = (
    figure("strategic.candidates", "Candidates", "count", 0,
           "clients of A1 and the accounts of the review file that are clients of this review", _SOURCE),
    figure("strategic.assessed", "Candidates assessed", "count", 0,
           "candidates of whose score at least 70 % of the weight is known", _SOURCE),
    figure("strategic.places", "Places on the shortlist", "count", 0,
           "six for the whole company and year, over all units", _SOURCE),
    figure("strategic.accounts", "Strategic clients", "count", 0,
           "strategic.accounts of the review file that are clients of this review; where none are named and the "
           "review is that of all, the six of highest score among strategic.assessed", _SOURCE),
    figure("strategic.accounts_revenue", "Revenue of strategic clients", "money", 0,
           "Σ r(W1) of strategic.accounts", _SOURCE),
    figure("strategic.accounts_share", "Strategic clients, share of revenue",
           "share", 0, "strategic.accounts_revenue / Σ of the positive r(W1)", _SOURCE),
    figure("strategic.would_enter", "Would enter the shortlist", "count", 0,
           "clients among the six of highest score of strategic.assessed that are not in strategic.accounts of the "
           "review file; all only", _SOURCE),
    figure("strategic.would_leave", "Would leave the shortlist", "count", 0,
           "strategic.accounts of the review file in strategic.assessed that are not among its six of highest score; "
           "accounts not in it stay and hold a place; all only", _SOURCE),
    figure("strategic.assess_first", "To be assessed first", "count", 0,
           "candidates and accounts with assessed < 70 %; all only", _SOURCE),
    table("strategic.criteria", "Criteria and weights",
          pick("criterion origin weight scored same_share decided_at left_out weight_used"),
          "weight: of the review file; origin: data or people; scored: candidates with a value; same_share: the "
          "largest share of the candidates that have one value, empty where none has; left_out: same_share > 60 %, or "
          "from data and known of no candidate; decided anew when it has moved by 10 points from decided_at, its "
          "value when that was last decided; weight_used: the weights of the others, summing to 1", _SOURCE),
    table("strategic.scores", "Score card",
          pick(f"rank {_CLIENT} tier account score score_low score_high assessed stability revenue_w1 {_VALUES}"),
          "score = Σ weight_used · value, a criterion without a value at 0.5; score_low, score_high: at 0 and at 1; "
          "assessed: Σ weight_used of the criteria with a value; from data: (rank − 1) / (candidates with a value "
          "− 1), equal values share the middle rank; from people: (score − 1) / 4; stability, where assessed ≥ 70 %: "
          "share of 1,000 draws, each weight ± 25 % and each missing value anywhere from 0 to 1, in which the client "
          "is among the six of highest score of those; null below three candidates; the first forty, the accounts, "
          "whoever was assessed and those to be assessed first", _SOURCE),
    table("strategic.proposal", "Shortlist: who stays, enters, leaves, is next",
          pick(f"decision rank {_CLIENT} account score score_low score_high assessed stability revenue_w1"),
          "among those with assessed ≥ 70 %: accounts of the six of highest score stay, others leave; non-accounts of "
          "the six enter; next: those assessed of the five of all behind them; assess first: of those below 70 % the "
          "accounts (which keep their places) and the ten of largest r(W1), by r(W1), all are counted in "
          "strategic.assess_first; without accounts the six are proposed; in a unit's review, and where nobody is "
          "scored, its accounts alone", _SOURCE),
    table("strategic.importance", "Importance × difficulty",
          pick(f"rank {_CLIENT} score difficulty relationship_strength revenue_w1"),
          "strategic clients, by their rank of strategic.scores: score against the expert criteria difficulty and "
          "relationship, 1 to 5", _SOURCE),
    table("strategic.assessments", "Expert scores",
          pick(f"{_CLIENT} criterion points assessor assessed_on comment"),
          "the latest score of each criterion up to the end of P, of strategic clients and whoever was assessed",
          _SOURCE),
    table("strategic.anchors", "What the expert scores mean",
          pick("criterion lowest middling highest"), "1, 3 and 5 of each criterion in words", _SOURCE),
)  # fmt: skip

_EXPOSURE = (
    figure("strategic.key_clients", "Super-key and key clients", "count", 0,
           f"{_KEY} active in W1, or named as strategic", _SOURCE),
    figure("strategic.key_revenue", "Revenue of super-key and key clients", "money", 0, f"Σ r(W1) of {_KEY}", _SOURCE),
    *_of_key("single_contact", "One contact only", "with exactly one active contact",
             "Revenue on a single contact"),
    *_of_key("no_contact", "No contact", "without an active contact",
             "Revenue without a contact"),
    *_of_key("no_sponsor", "No executive sponsor", "without a sponsor",
             "Revenue without an executive sponsor"),
    *_of_key("stale_contact", "No contact within the cadence",
             "whose last contact is longer ago than the cadence of their cell ABC × XYZ",
             "Revenue without a contact within the cadence"),
    *_of_key("manager_changed", "Manager changed", "whose manager_since lies in W1",
             "Revenue with a new manager"),
    *_of_key("falling", "Falling revenue",
             "with r(W1) ≤ 0.8 r(W0)",
             "Revenue of clients whose purchases fall"),
    *_of_key("early_decline", "Early decline",
             "with r(last 3 months) ≤ 0.7 · r(the same 3 months a year earlier)",
             "Revenue of clients in early decline"),
    *_of_key("threatened", "Threatened", "with a threat scored 4 or 5",
             "Revenue under a threat"),
    figure("strategic.contacts_gone", "Contacts gone since the last review", "count", -1,
           f"contacts of {_KEY} that were active in the earlier review and are not any more", _SOURCE),
    figure("strategic.overdue_receivables", "Overdue receivables of super-key and key clients", "money", -1,
           f"risk.overdue of {_KEY}", _SOURCE),
    figure("strategic.share_of_wallet", "Share of wallet", "share", 1,
           f"Σ r(W1) / Σ potential, over {_KEY} whose potential is known", _SOURCE),
    figure("strategic.heavy_managers", "Managers who hold at least 10 % of revenue", "count", 0,
           "managers with share ≥ 10 % in strategic.managers",
           _SOURCE),
    table("strategic.exposure", "Warning signs",
          pick(f"{_CLIENT} tier account abc revenue_w1 share revenue_w0 change stage p_next "
               "contacts_active contacts_executive contacts_middle contacts_working contact_levels contacts_gone "
               "single_contact no_contact sponsor no_sponsor last_contact contact_days stale_contact "
               "manager manager_since manager_changed overdue days_overdue falling early_decline contract_end "
               f"days_left contract_ending {_THREATS} threatened potential share_of_wallet flags weakness"),
          f"{_KEY}, the largest first; flags: how many of single or no contact, no sponsor, stale contact, manager "
          "changed, receivables overdue by more than 30 days, falling, early decline, contract ending within 90 days, "
          "threatened, contacts gone hold; "
          "weakness: the gravest of them", _SOURCE),
    table("strategic.managers", "Revenue by manager",
          pick("manager clients key_clients revenue share heavy"),
          "clients active in W1 by their manager: Σ r(W1), share of the positive revenues; heavy: share ≥ 10 %",
          _SOURCE),
    table("strategic.contacts", "Contacts",
          pick(f"{_CLIENT} contact role level active last_contact contact_days"),
          f"the contacts of {_KEY}", _SOURCE),
)  # fmt: skip

_FACTORS = (
    table("strategic.six_factors", "Six-factor profile",
          pick("tier factor group points market portfolio gap assessor assessed_on comment"),
          "expert scores 1 to 5 by tier, 5 always in our favour; points: the side of the factor's group (outer "
          "market: number, ease of finding, how they pay; inner market: value of a sale, repeat sales, upkeep), else "
          "the other; gap = portfolio − market", _SOURCE),
    table("strategic.factor_means", "Six-factor profile: means",
          pick("tier group points scored"), "mean of the points of each group of factors; scored: factors with points",
          _SOURCE),
    table("strategic.factor_data", "Six-factor profile: from data",
          pick("tier factor measure amount"),
          "by tier over W1: number: active_clients; ease of finding: new_clients; how they pay: overdue_share, "
          "days_to_pay; value of a sale: margin_per_client, revenue_per_client; repeat sales: retention_rate, "
          "repeat_rate; upkeep: contacts_per_client", _SOURCE),
)  # fmt: skip

_DOSSIERS = (
    figure("strategic.edition", "Dossiers this month", "word", 0,
           "full where P ends a quarter, else changes", _SOURCE),
    table("strategic.dossiers", "Client dossiers: facts",
          pick(f"{_CLIENT} tier type industry region unit group_id relationship service_model since acquired_via "
               "partners manager manager_since sponsor abc xyz value_stability stage movement rule "
               "first_purchase last_order orders_w1 usual_gap silence_days revenue_w1 revenue_w0 change "
               "margin_w1 margin_w0 margin_rate score rank p_next at_risk expected_12 "
               "potential share_of_wallet white_space payment_terms payment_method payment_currency contract_end "
               "days_left open overdue over_90 days_overdue days_late days_to_pay weakness"),
          "strategic clients, one row each", _SOURCE),
    table("strategic.purchases", "Client dossiers: what they buy",
          pick(f"{_CLIENT} category revenue_w1 revenue_w0 amount_change share"),
          "r by category in W1 and W0, the largest first; share of the client's positive r(W1)", _SOURCE),
    table("strategic.months", "Client dossiers: 24 months",
          pick(f"{_CLIENT} month revenue margin orders"), "r, margin and orders of each of the last 24 months",
          _SOURCE),
    table("strategic.white_space", "Client dossiers: white space",
          pick(f"{_CLIENT} category peers share worth"),
          "categories that the client lacks and at least 25 % of its peers (same type and ABC class) buy: share of "
          "peers; worth = share · their median spend", _SOURCE),
    table("strategic.agreements", "Development plans",
          pick(f"{_CLIENT} tier goal agreed_on agreed_with cost value_for_us value_for_client both_gain client_result "
               "actions_all actions_done actions_open actions_overdue oldest_overdue"),
          "one row for each client or tier with a plan; both_gain: value for us > cost and value for the client > 0; "
          "oldest_overdue: days", _SOURCE),
    table("strategic.plans", "Development plans: actions",
          pick(f"{_CLIENT} tier action owner due status days_overdue note"),
          "actions of clients and tiers, the most overdue first; status overdue where the action is neither done nor "
          "cancelled and its due day lies before the end of P; days_overdue since then", _SOURCE),
    table("strategic.changes", "Changes since the earlier review",
          pick(f"{_CLIENT} item was_word now_word was now"),
          "strategic clients: stage, classes, rank, contacts, overdue receivables and actions against the latest "
          "earlier review; words where the item is a class, numbers otherwise", _SOURCE),
    figure("strategic.overdue_actions", "Overdue actions", "count", -1,
           "actions of strategic.plans that are overdue at the end of P", _SOURCE),
    figure("strategic.oldest_overdue", "Oldest overdue action",
           "days", -1, "days since the due day of the oldest of strategic.overdue_actions", _SOURCE),
    figure("strategic.plans_agreed", "Plans agreed with the client", "share", 1,
           "share of the clients with a plan whose plan names a day of agreement", _SOURCE),
    figure("strategic.unagreed_accounts", "Strategic clients without an agreed plan", "count", -1,
           "strategic clients without a plan, or whose plan names no day of agreement", _SOURCE),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (
    *_SCORES,
    *_EXPOSURE,
    *_FACTORS,
    *_DOSSIERS,
    check("scores_in_range", "Scores lie in their range",
          "0 ≤ score_low ≤ score ≤ score_high ≤ 1, 0 ≤ stability, assessed ≤ 1; ranks run from 1 without a gap"),
    check("exposure_adds_up", "Warning signs add up",
          "Σ r(W1) with none, one and several contacts = revenue of super-key and key clients"),
    check("managers_add_up", "Managers add up",
          "Σ clients and revenue of managers = |A1| and revenue of A1"),
)  # fmt: skip
