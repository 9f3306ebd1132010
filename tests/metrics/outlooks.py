"""Builds what the risk metrics read from plain purchases, and runs them in the notebook's order, for tests."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from portfolios import Portfolio
from portfolios import windows as windows

from portfolio_review.figure import Figure
from portfolio_review.metrics import (
    backtest,
    chances,
    early_decline,
    portfolio_value,
    revenue_outlook,
    risk,
    risk_matrix,
)
from portfolio_review.metrics.bg_nbd import Parameters
from portfolio_review.metrics.chances import Chances, Seen
from portfolio_review.metrics.risk_changes import Change
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review, Risk


@dataclass(frozen=True)
class Outlook:
    """Everything of the risk page but receivables and contracts."""

    base: pd.DataFrame
    found: Chances
    figures: dict[str, Figure]
    moved: dict[str, Change]
    review: Review


def outlook(
    portfolio: Portfolio, *, unit: str = "all", target: float | None = None, **risk_settings: object
) -> Outlook:
    """The functions called as the notebook of risk and outlook calls them; value is counted in revenue."""
    review = portfolio.review.model_copy(update={"risk": Risk.model_validate(risk_settings)})
    settings, when, monthly = review.risk, portfolio.when, portfolio.monthly
    seen = Seen(monthly, portfolio.gaps.as_of, portfolio.clients, portfolio.gaps.series)
    found = chances.fit(seen, when, settings)
    earlier = found.earlier(when)
    base = early_decline.add_early_decline(portfolio.base(), monthly, when)
    base = chances.add_columns(base, found.now)
    base = portfolio_value.add_value_12(risk.add_parts(base.assign(margin_rate1=1.0), when, settings))
    base = risk_matrix.add_quadrants(base, earlier, settings)
    before = risk.earlier(base, monthly, portfolio.gaps, earlier, settings)
    figures = chances.model_figures(found, when) | risk.figures(base, found, before, when)
    figures |= backtest.figures(found.test)
    weighted = figures["risk.weighted_risk"]
    risks = risk_matrix.risk_level(base, weighted, settings)
    level = risk_matrix.Level(unit, target)
    figures |= risk_matrix.figures(base, level, risks, weighted, earlier, review, when)
    no_targets = pd.DataFrame({"figure": [], "period": [], "value": []})
    horizons = revenue_outlook.horizons(found)
    figures |= revenue_outlook.figures(base, monthly, horizons, found.horizon, no_targets, when)
    figures |= portfolio_value.figures(base, portfolio_value.retained(base, when), when, settings)
    return Outlook(base, found, figures, risk.changes(base, before), review)


def seen_of(purchases: dict[str, Iterable[dt.date]], when: Windows, horizon: int = 3) -> Seen:
    """The frames from each client's purchase days, every one worth 10."""
    days = pd.DataFrame(
        [(client, day) for client, of_client in purchases.items() for day in sorted(set(of_client))],
        columns=["client_id", "day"],
    )
    days["day"] = pd.to_datetime(days["day"])
    days["month"] = days["day"].dt.year * 12 + days["day"].dt.month - 1
    days = days[days["day"] <= pd.Timestamp(when.p.end)]
    by_month = days.groupby(["client_id", "month"]).size().rename("purchase_days").reset_index()
    as_of = []
    for back in sorted({0, when.p.months, 12, when.window_months, horizon}):
        day = pd.Timestamp((when.p.last - back).last)
        known = days[days["day"] <= day].groupby("client_id")["day"].agg(last_purchase="max", purchase_days="size")
        as_of.append(known.reset_index().assign(date=day))
    found = pd.concat([part for part in as_of if len(part)] or as_of, ignore_index=True)
    clients = days.groupby("client_id")["day"].min().rename("first_purchase").reset_index()
    return Seen(by_month.assign(revenue=by_month["purchase_days"] * 10.0, margin=np.nan), found, clients)


def random_purchases(seed: int, clients: int, start: dt.date, until: dt.date) -> dict[str, list[dt.date]]:
    """Clients that buy at random, on a rhythm or once, some of whom stop; a different mix for each seed."""
    dice = random.Random(seed)
    leaving, rhythm, once = dice.choice([0.0, 0.02, 0.1, 0.5, 1.0]), dice.random(), dice.random() * 0.7
    every = dice.choice([10, 25, 60, 120])
    found = {}
    for number in range(clients):
        day = start + dt.timedelta(days=dice.randrange((until - start).days))
        own, regular, single = every * math.exp(dice.gauss(0, 0.7)), dice.random() < rhythm, dice.random() < once
        bought = [day]
        while not single and day <= until:
            day += dt.timedelta(days=max(1, round(own * (dice.uniform(0.8, 1.2) if regular else dice.expovariate(1)))))
            bought.append(day)
            if dice.random() < leaving:
                break
        found[f"c{number:03d}"] = [day for day in bought if day <= until]
    return found


def log_posterior(
    p: Parameters, x: Iterable[float], t_x: Iterable[float], T: Iterable[float], *, priors: bool
) -> float:
    """Fader, Hardie, Lee 2005, eq. (6), client by client in plain Python, with the priors of `metrics.md` §8."""
    total = 0.0
    r, alpha, a, b = p.r, p.alpha, p.a, p.b
    for n, recency, age in zip(x, t_x, T, strict=True):
        alive = -(r + n) * math.log(alpha + age)
        both = alive
        if n > 0:
            dead = math.log(a / (b + n - 1)) - (r + n) * math.log(alpha + recency)
            both = max(alive, dead) + math.log1p(math.exp(-abs(alive - dead)))
        total += math.lgamma(r + n) - math.lgamma(r) + r * math.log(alpha) + both
        total += math.lgamma(a + b) + math.lgamma(b + n) - math.lgamma(b) - math.lgamma(a + b + n)
    if priors:
        total += math.log(alpha) - (alpha / 10) ** 2 + math.log(r) - r**2 - 2 * math.log(a + b)
    return total
