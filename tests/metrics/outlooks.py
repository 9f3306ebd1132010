"""Builds what the risk metrics read from plain purchases, and runs them in the notebook's order, for tests."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from portfolios import Portfolio

from portfolio_review.calendar import Period
from portfolio_review.figure import Figure
from portfolio_review.metrics import backtest, chances, headline, portfolio_value, risk, risk_matrix
from portfolio_review.metrics.backtest import Backtest
from portfolio_review.metrics.bg_nbd import Parameters
from portfolio_review.metrics.chances import Chances, Seen
from portfolio_review.metrics.portfolio_value import Value
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review, Risk


@dataclass(frozen=True)
class Outlook:
    """Everything of the risk page but receivables and contracts."""

    base: pd.DataFrame
    found: Chances
    test: Backtest
    value: Value
    figures: dict[str, Figure]
    review: Review


def outlook(
    portfolio: Portfolio, *, unit: str = "all", target: float | None = None, **risk_settings: object
) -> Outlook:
    """The functions called as notebooks 01 and 06 call them."""
    review = portfolio.review.model_copy(update={"risk": Risk.model_validate(risk_settings)})
    settings, when = review.risk, portfolio.when
    seen = Seen(portfolio.monthly, portfolio.gaps.as_of, portfolio.clients, portfolio.gaps.series)
    found = chances.fit(seen, when, settings)
    earlier = found.earlier(when)
    base = risk.add_chances(chances.add_columns(portfolio.base(), found.now), found.now, when, settings)
    figures = chances.model_figures(found, when)
    figures |= risk.figures(base, portfolio.monthly, found.now, earlier, settings, when)
    figures |= backtest.figures(found.test)
    base = risk_matrix.add_quadrants(base, earlier, settings)
    per_client = headline.figures(portfolio.totals, portfolio.monthly, when)["headline.revenue_per_client"]
    level = risk_matrix.Level(per_client, unit, target)
    figures |= risk_matrix.figures(base, level, figures["risk.weighted_risk"], earlier, review, when)
    value, base = portfolio_value.expect(found.now), portfolio_value.add_value(base)
    figures |= portfolio_value.figures(base, value, portfolio_value.earlier(base, portfolio.monthly, earlier))
    return Outlook(base, found, found.test, value, figures, review)


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
