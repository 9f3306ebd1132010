"""The action lists of a small portfolio, computed in the order in which the notebook does, for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from portfolios import Portfolio

from portfolio_review.metrics import actions, early_decline, levers, reason_codes, rules, stake, value
from portfolio_review.metrics.chance_back import Chances
from portfolio_review.metrics.holdout import Draw
from portfolio_review.metrics.portfolio import coded

NO_ITEMS = pd.DataFrame({"client_id": pd.Series(dtype=object), "items": pd.Series(dtype=np.int64)})
NO_MIX = pd.DataFrame({"client_id": [], "category": [], "revenue_w0": [], "revenue_w1": [], "margin_w1": []})
NOBODY = Draw(0.0, "test", "2021-12")
"""Nobody is held out."""


@dataclass(frozen=True)
class Acted:
    base: pd.DataFrame
    full: pd.DataFrame
    lists: dict[str, pd.DataFrame]


def ruled(made: Portfolio) -> pd.DataFrame:
    """The client frame with its rules."""
    base = early_decline.add_early_decline(made.base(), made.monthly, made.when)
    return rules.add_rules(base, made.monthly, made.when, made.review.abc)


def act(
    made: Portfolio, p12: float = 0.25, items: pd.DataFrame = NO_ITEMS, back: Chances | None = None, draw: Draw = NOBODY
) -> Acted:
    """Rules, stakes, levers, reasons and lists; every client has the same chance of a purchase, and of 25 lapsed ones a
    share of 1/4 came back, unless `back` says otherwise."""
    base = ruled(made).assign(p_next=p12, p12=p12)
    choice = value.choose(base, made.review.value, made.when)
    base = value.add_value(base, choice, made.when)
    money = stake.Money(choice, back_of(made.when.w1.end) if back is None else back)
    base = stake.add_stakes(base, made.monthly, made.mix, made.when, money)
    base = reason_codes.add_reasons(levers.add_levers(base, made.mix, items))
    full = actions.full(base, made.mix, made.when, made.review.actions.capacity, draw)
    return Acted(base, full, actions.lists(full))


def back_of(day: dt.date, *bands: tuple[int, int, int, int]) -> Chances:
    """Chances to come back as of `day`, from (from_months, cases, bought, clients)."""
    frame_of = pd.DataFrame(list(bands) or [(0, 100, 25, 25)], columns=["from_months", "cases", "bought", "clients"])
    return Chances.at(frame_of.assign(date=pd.Timestamp(day)), day)


def frame(clients: dict[str, dict[str, object]], **common: object) -> pd.DataFrame:
    """A client frame from plain values by client id; classes become categorical as `segments` makes them."""
    made = pd.DataFrame([{**common, **values} for values in clients.values()], index=pd.Index(clients))
    for column, classes in (
        ("abc1", ("A", "B", "C", "none")),
        ("xyz1", ("X", "Y", "Z", "n/a")),
        ("rule", (*rules.RULES, rules.UNKNOWN)),
    ):
        if column in made:
            codes = [-1 if pd.isna(value) else classes.index(value) for value in made[column]]
            made[column] = coded(codes, classes, made.index)
    return made
