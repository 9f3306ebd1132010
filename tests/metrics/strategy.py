"""The strategic clients of a small portfolio, computed in the order in which the notebook does, for tests."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from acting import NO_ITEMS, NOBODY, back_of, ruled
from portfolios import Portfolio

from portfolio_review.metrics import (
    actions,
    chances,
    contact_cadence,
    criterion_weights,
    expert_scores,
    exposure,
    levers,
    reason_codes,
    receivables,
    relations,
    rfm,
    risk,
    risk_matrix,
    scoring,
    shortlist,
    stake,
    tiers,
    value,
)
from portfolio_review.metrics.receivables import Owed


@dataclass(frozen=True)
class Strategy:
    """The client frame with everything, super-key and key clients, what is owed, the scores, all lists."""

    base: pd.DataFrame
    keys: pd.DataFrame
    owing: Owed
    said: pd.DataFrame
    everyone: pd.DataFrame


def strategy(
    made: Portfolio,
    *,
    contacts: pd.DataFrame | None = None,
    payments: pd.DataFrame | None = None,
    assessments: pd.DataFrame | None = None,
    earlier: pd.DataFrame | None = None,
    unit: str = "all",
) -> Strategy:
    """The functions called as notebook 04 calls them."""
    when, review = made.when, made.review
    seen = chances.Seen(made.monthly, made.gaps.as_of, made.clients, made.gaps.series)
    found = chances.fit(seen, when, review.risk, tested=False).now
    base = risk.add_parts(chances.add_columns(ruled(made), found), when, review.risk)
    base = tiers.add_tiers(base, review, None)
    choice = value.choose(base, review.value, when)
    base = value.add_value(base, choice, when)
    money = stake.Money(choice, back_of(when.w1.end), review.strategic.accounts)
    base = stake.add_stakes(
        base, made.monthly, made.mix, when, money
    ).copy()  # in one piece, as the table of clients is
    said = expert_scores.latest(assessments, when, "client_id")
    accounts = shortlist.named(base, review.strategic)
    base = scoring.add_criteria(base, made.monthly, "month", said, accounts, when)
    base = scoring.add_scores(base, criterion_weights.weigh(base, review.strategic))
    base = shortlist.propose(base, review.strategic, unit)
    owing = receivables.owed(payments, base, when)
    base = contact_cadence.add_contacts(base, contacts, review.cadence, when)
    base = exposure.add_exposure(relations.add_relations(base, contacts, earlier, when), owing, said, when)
    base = levers.add_levers(rfm.add_rfm(base, when), made.mix, NO_ITEMS)
    base = reason_codes.add_reasons(base.copy())
    base = risk_matrix.add_quadrants(base, {}, review.risk)
    everyone = actions.full(base, made.mix, when, review.actions.capacity, NOBODY)
    return Strategy(base, exposure.key_clients(base), owing, said, everyone)
