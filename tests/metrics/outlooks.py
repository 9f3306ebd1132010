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

from portfolio_review.calendar import Period
from portfolio_review.figure import Figure
from portfolio_review.metrics import backtest, chances, headline, portfolio_value, risk, risk_matrix
from portfolio_review.metrics.backtest import Backtest
from portfolio_review.metrics.bg_nbd import Parameters
from portfolio_review.metrics.chances import Forecast, Seen
from portfolio_review.metrics.portfolio_value import Value
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review, Risk


@dataclass(frozen=True)
class Outlook:
    """Everything of the risk page but receivables and contracts."""

    base: pd.DataFrame
    found: Forecast
    test: Backtest
    value: Value
    figures: dict[str, Figure]
    review: Review


def outlook(
    portfolio: Portfolio, *, unit: str = "all", target: float | None = None, **risk_settings: object
) -> Outlook:
    """The functions called as notebook 05 calls them."""
    review = portfolio.review.model_copy(update={"risk": Risk.model_validate(risk_settings)})
    settings, when = review.risk, portfolio.when
    seen = Seen(portfolio.monthly, portfolio.gaps.as_of, portfolio.clients)
    found = chances.forecast(seen, when, settings)
    earlier = chances.earlier(seen, when, settings, found)
    base = risk.add_chances(portfolio.base(), found, when, settings)
    figures = chances.model_figures(found, settings, earlier)
    figures |= risk.figures(base, portfolio.monthly, found, earlier, settings, when)
    test = backtest.run(seen, when, settings, found)
    figures |= backtest.figures(test)
    base = risk_matrix.add_quadrants(base, earlier, settings)
    per_client = headline.figures(portfolio.totals, portfolio.monthly, when)["headline.revenue_per_client"]
    level = risk_matrix.Level(per_client, unit, target)
    figures |= risk_matrix.figures(base, level, figures["risk.weighted_risk"], earlier, review, when)
    value = portfolio_value.expect(seen, found, when, settings)
    base = portfolio_value.add_value(base, value)
    figures |= portfolio_value.figures(base, value, portfolio_value.earlier(seen, base, earlier, settings))
    return Outlook(base, found, test, value, figures, review)


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


def windows(period: str, start: dt.date, until: dt.date | None = None, months: int = 12) -> Windows:
    p = Period.parse(period)
    return Windows(p, months, start, until or p.end)


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
