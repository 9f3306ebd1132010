"""The steps of the client table, in order: each adds the columns that `columns.DECLARED` names for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from portfolio_review.metrics import (
    actions,
    chance_back,
    chances,
    contact_cadence,
    criterion_weights,
    early_decline,
    expert_scores,
    exposed,
    exposure,
    holdout,
    lapse,
    levers,
    lifecycle,
    movement,
    portfolio,
    portfolio_value,
    reason_codes,
    receivables,
    relations,
    rfm,
    risk,
    risk_matrix,
    rules,
    scoring,
    segments,
    shortlist,
    stake,
    tiers,
    value,
    xyz,
)  # fmt: skip
from portfolio_review.metrics.baskets import favourite
from portfolio_review.slices import Slice


@dataclass(frozen=True)
class Facts:
    """What the steps look at besides the table itself; each is found once."""

    data: Slice

    @cached_property
    def gaps(self) -> lapse.Gaps:
        return lapse.Gaps(self.data.as_of, self.data.series)

    @cached_property
    def owing(self) -> receivables.Owed:
        return receivables.owed(self.data.payments, self._identities, self.data.when)

    @cached_property
    def said(self) -> pd.DataFrame:
        """The latest expert scores of clients."""
        return expert_scores.latest(self.data.assessments, self.data.when, "client_id")

    @cached_property
    def seen(self) -> chances.Seen:
        data = self.data
        return chances.Seen(data.monthly, data.as_of, data.clients, data.series, data.company_models)

    @cached_property
    def chances(self) -> chances.Chances:
        """Models, forecasts and backtests: fitted once."""
        return chances.fit(self.seen, self.data.when, self.data.review.risk)

    @cached_property
    def choice(self) -> value.Choice:
        """What value is counted in."""
        return value.choose(self.windows, self.data.review.value, self.data.when)

    @cached_property
    def windows(self) -> pd.DataFrame:
        data = self.data
        return portfolio.client_frame(data.monthly, data.clients, data.orders, data.when)

    @property
    def _identities(self) -> pd.DataFrame:
        return self.data.clients.set_index("client_id").sort_index()


def _windows(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return facts.windows


def _value(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return value.add_value(base, facts.choice, facts.data.when)


def _classes(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    data = facts.data
    return segments.add_classes(base, data.monthly, data.series, data.when, data.review)


def _tiers(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return tiers.add_tiers(base, facts.data.review, facts.data.published_tiers)


def _movement(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return movement.add_states(base, facts.data.when)


def _silence(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return lapse.add_lapse(base, facts.gaps, facts.data.when)


def _stages(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    when = facts.data.when
    return early_decline.add_early_decline(lifecycle.add_stages(base, when), facts.data.monthly, when)


def _rfm(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return rfm.add_rfm(base, facts.data.when)


def _relations(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    data = facts.data
    base = contact_cadence.add_contacts(base, data.contacts, data.review.cadence, data.when)
    return relations.add_relations(base, data.contacts, data.earlier_contacts, data.when)


def _exposure(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return exposure.add_exposure(base, facts.owing, facts.said, facts.data.when)


def _exposed(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return exposed.add_exposed(base, facts.data.plans, facts.data.when)


def _chances(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return chances.add_columns(base, facts.chances.now)


def _risk(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    when, settings = facts.data.when, facts.data.review.risk
    base = portfolio_value.add_value_12(risk.add_parts(base, when, settings))
    return risk_matrix.add_quadrants(base, facts.chances.earlier(when), settings)


def _rules(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    data = facts.data
    base = rules.add_rules(base, data.monthly, data.when, data.review.abc)
    back = chance_back.Chances.at(data.chance_back, data.w1.end)
    money = stake.Money(facts.choice, back, data.review.strategic.accounts, facts.chances.usable)
    base = stake.add_stakes(base, data.monthly, data.mix, data.when, money)
    return reason_codes.add_reasons(levers.add_levers(base, data.mix, data.items))


def _scores(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    data, settings = facts.data, facts.data.review.strategic
    used = xyz.interval(data.series, data.when, data.review.xyz)
    named = shortlist.named(base, settings)
    base = scoring.add_criteria(
        base, data.monthly, used, facts.said, named, data.when, forecast=facts.chances.usable
    )  # fmt: skip
    weighed = criterion_weights.weigh(base, settings, data.earlier_review)
    return shortlist.propose(scoring.add_scores(base, weighed), settings, data.unit)


def _lists(base: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    data = facts.data
    draw = holdout.Draw(data.review.actions.holdout, data.review.id, str(data.period), data.drawn)
    everyone = actions.full(base, data.mix, data.when, data.review.actions.capacity, draw).set_index("client_id")
    return base.assign(
        listed=everyone["listed"].astype("boolean").reindex(base.index),
        rank_in_list=everyone["rank"].astype("Int64").reindex(base.index),
        favourite=favourite(data.mix, base.index),
        underserved=contact_cadence.underserved(base, base["tier1"]),
    )


Step = Callable[[pd.DataFrame, Facts], pd.DataFrame]
STEPS: Mapping[str, Step] = {
    "windows": _windows, "value": _value, "classes": _classes, "tiers": _tiers, "movement": _movement,
    "silence": _silence, "stages": _stages, "rfm": _rfm, "relations": _relations, "exposure": _exposure,
    "exposed": _exposed, "chances": _chances, "risk": _risk, "rules": _rules, "scores": _scores, "lists": _lists,
}  # fmt: skip
"""Each step by name, in order: the table so far and the facts in, the table with its columns out."""
