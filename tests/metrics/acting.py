"""The action lists of a small portfolio, computed in the order in which the notebook does, for tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from portfolios import Portfolio

from portfolio_review.metrics import actions, early_decline, levers, reason_codes, risk, rules, stake
from portfolio_review.metrics.portfolio import coded

NO_ITEMS = pd.DataFrame({"client_id": pd.Series(dtype=object), "items": pd.Series(dtype=np.int64)})
NO_MIX = pd.DataFrame({"client_id": [], "category": [], "revenue_w0": [], "revenue_w1": [], "margin_w1": []})


@dataclass(frozen=True)
class Acted:
    base: pd.DataFrame
    full: pd.DataFrame
    lists: dict[str, pd.DataFrame]


def ruled(made: Portfolio) -> pd.DataFrame:
    """The client frame with its rules."""
    base = early_decline.add_early_decline(made.base(), made.monthly, made.when)
    return rules.add_rules(base, made.monthly, made.when, made.review.abc)


def act(made: Portfolio, p_next: float = 0.25, items: pd.DataFrame = NO_ITEMS) -> Acted:
    """Rules, stakes, levers, reasons and lists; every client has the same chance of a purchase."""
    base = ruled(made)
    base = base.assign(p_next=pd.Series(p_next, base.index).where(base["first_purchase"].notna()))
    base = risk.add_parts(base, made.when, made.review.risk)
    base = stake.add_stakes(base, made.monthly, made.mix, made.when)
    base = levers.add_levers(base, made.mix, items)
    base = reason_codes.add_reasons(base, made.gaps, made.when)
    full = actions.full(base, made.mix, made.when, made.review.actions.capacity)
    return Acted(base, full, actions.lists(full))


def frame(clients: dict[str, dict[str, object]], **common: object) -> pd.DataFrame:
    """A client frame from plain values by client id; classes become categorical as `segments` makes them."""
    made = pd.DataFrame([{**common, **values} for values in clients.values()], index=pd.Index(clients))
    for column, classes in (("abc1", ("A", "B", "C", "none")), ("xyz1", ("X", "Y", "Z", "n/a")), ("rule", rules.RULES)):
        if column in made:
            codes = [-1 if pd.isna(value) else classes.index(value) for value in made[column]]
            made[column] = coded(codes, classes, made.index)
    return made
