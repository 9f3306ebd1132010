"""From a client's habits to its order lines, in whole cents: what it buys, when, how much, what we earn."""

from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.sample.client import DAYS_OF_YEAR, WHOLE_HISTORY, Client
from portfolio_review.sample.company import DAYS, HISTORY_START, UNIT_BY_NAME, day_of, stream
from portfolio_review.sample.products import (
    APPETITE,
    CATEGORIES,
    CATEGORY_OF,
    FIRST_PRODUCT,
    LIST_CENTS,
    PRICE_INDEX,
    SEASON_OF_CATEGORY,
)

MOST_LINES: Final = 9  # in an order
PROMOTION_SHARE: Final = 0.02  # of lines, sold below their usual price
PROMOTION_DISCOUNT: Final = 0.22
BACKORDER_SHARE: Final = 0.015  # of orders, whose last line is delivered later
# Client discount by yearly purchases in EUR: above the limit, from, to.
_DISCOUNTS: Final = ((400_000, 0.13, 0.16), (100_000, 0.09, 0.13), (20_000, 0.05, 0.10), (0, 0.0, 0.05))
_HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})

_CALENDAR: Final = [HISTORY_START + timedelta(days=day) for day in range(DAYS)]
_MONTH: Final = np.array([day.month - 1 for day in _CALENDAR])
_INDEX: Final = np.array([PRICE_INDEX[day.year] for day in _CALENDAR])
_OPEN: Final = np.array([day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS for day in _CALENDAR])
_CATEGORY_SEASON: Final = np.array([SEASON_OF_CATEGORY[category.season] for category in CATEGORIES])
_LIST_MARGIN: Final = np.array([category.list_margin for category in CATEGORIES])
# What a product costs us differs from its category's mean by up to three points.
_COST_SHARE: Final = 1 - _LIST_MARGIN[CATEGORY_OF] + stream("cost", 0).uniform(-0.03, 0.03, len(LIST_CENTS))


def order_lines(client: Client) -> pd.DataFrame:
    """Lines of all orders of a client.

    Columns: client_id, unit, order (number within the client), day (since the start of the history),
    product (index), quantity, revenue and margin in cents.
    """
    rng = stream("orders", int(client.client_id))
    days = _order_days(client, rng)
    values = _order_values(client, days, rng)
    units = np.where(np.arange(len(days)) % 3 == 2, client.second_unit or client.unit, client.unit)
    counts = np.minimum(1 + rng.poisson(client.breadth - 1, len(days)), MOST_LINES)
    order = np.repeat(np.arange(len(days)), counts)
    product = _products(client, days[order], rng)
    order, product = _without_repeats(order, product)
    day = days[order]
    weight = rng.gamma(2.0, size=len(order))
    share = weight / np.bincount(order, weight, len(days))[order]
    list_cents = np.round(LIST_CENTS[product] * _INDEX[day])
    promotion = np.where(rng.random(len(order)) < PROMOTION_SHARE, PROMOTION_DISCOUNT, 0.0)
    price = np.maximum(np.round(list_cents * (1 - _discount(client, rng) - promotion)), 1).astype(np.int64)
    cost = np.round(list_cents * _COST_SHARE[product] * _cost_factor(client, day)).astype(np.int64)
    quantity = _round_quantity(100 * values[order] * share / price)
    return pd.DataFrame(
        {
            "client_id": client.client_id,
            "unit": units[order],
            "order": order,
            "day": _with_backorders(day, order, rng),
            "product": product,
            "quantity": quantity,
            "revenue": quantity * price,
            "margin": quantity * (price - cost),
        }
    )


def _order_days(client: Client, rng: np.random.Generator) -> NDArray[np.int64]:
    """A renewal process: gaps of gamma shape, shorter in season, moved to the next working day."""
    season = UNIT_BY_NAME[client.unit].season
    days: list[int] = []
    for first, last in client.spans:
        start, end = float(day_of(first)), day_of(last)
        # Clients of old are somewhere within a gap when the history starts.
        moment = start + (float(rng.random()) * client.gap_days if first == WHOLE_HISTORY[0] else 0.0)
        while moment <= end:
            day = _next_open(int(moment))
            if day <= end or first == last:
                days.append(min(day, DAYS - 2))
            pace = season[_MONTH[int(moment)]] ** 0.5
            moment += max(1.0, client.gap_days / pace * float(rng.gamma(client.evenness)) / client.evenness)
    return np.array(days, dtype=np.int64)


def _next_open(day: int) -> int:
    while day < DAYS and not _OPEN[day]:
        day += 1
    return day


def _order_values(client: Client, days: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """EUR: mean order × growth × steps × season × chance."""
    season = np.array(UNIT_BY_NAME[client.unit].season)[_MONTH[days]] ** 0.5
    level = client.order_value * client.growth ** ((days - day_of(client.spans[0][0])) / DAYS_OF_YEAR)
    for since, factor in client.steps:
        level = np.where(days >= day_of(since), level * factor, level)
    chance = np.exp(client.noise * rng.standard_normal(len(days)) - client.noise**2 / 2)
    return np.asarray(level * season * chance, dtype=np.float64)


def _cost_factor(client: Client, days: NDArray[np.int64]) -> NDArray[np.float64]:
    """What goods cost us on these days of order, as a multiple of their cost by the price list."""
    factor = np.ones(len(days))
    for since, step in client.cost_steps:
        factor = np.where(days >= day_of(since), factor * step, factor)
    return factor


def _products(client: Client, day: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """A product for each line: the client's categories, moved by the weather, then its usual products."""
    appetite = np.array(APPETITE[client.industry], dtype=float) * rng.gamma(1.5, size=len(CATEGORIES))
    # A client takes part of the range only: what it lacks is what its peers can be compared on.
    kept = np.argsort(-appetite, kind="stable")[: int(rng.integers(2, 8))]
    weights = np.zeros((len(CATEGORIES), 12))
    weights[kept] = appetite[kept, None] * _CATEGORY_SEASON[kept] + 1e-9
    edges = np.cumsum(weights, axis=0) / weights.sum(axis=0)
    draw = rng.random(len(day))
    category = np.minimum((edges[:, _MONTH[day]] < draw).sum(axis=0), len(CATEGORIES) - 1)
    sizes = np.diff(FIRST_PRODUCT)[category]
    favourite = rng.integers(0, 1000, len(CATEGORIES))[category]
    step = np.floor(rng.random(len(day)) ** 2 * sizes).astype(np.int64)
    return np.asarray(FIRST_PRODUCT[category] + (favourite + step) % sizes, dtype=np.int64)


def _without_repeats(
    order: NDArray[np.int64], product: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A product stands on one line of an order."""
    _, first = np.unique(order * len(LIST_CENTS) + product, return_index=True)
    kept = np.sort(first)
    return order[kept], product[kept]


def _discount(client: Client, rng: np.random.Generator) -> float:
    for limit, low, high in _DISCOUNTS:
        if client.yearly >= limit:
            return float(rng.uniform(low, high))
    raise AssertionError("the last limit is zero")


def _round_quantity(quantity: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole pieces; large quantities come in fives and tens."""
    step = np.select([quantity >= 200, quantity >= 30], [10, 5], 1)
    return np.asarray(np.maximum(np.round(quantity / step) * step, 1), dtype=np.int64)


def _with_backorders(day: NDArray[np.int64], order: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """The last line of a few orders comes days later, at times in the next month, under the same order."""
    if not len(order):
        return day
    last_line = np.append(order[1:] != order[:-1], True) & np.append(False, order[1:] == order[:-1])
    late = last_line & (rng.random(len(order)) < BACKORDER_SHARE)
    delayed = np.array([_next_open(int(moment)) for moment in day + rng.integers(2, 13, len(order))])
    return np.asarray(np.where(late & (delayed < DAYS), delayed, day), dtype=np.int64)


def date_of(day: int) -> date:
    """The date of a day of the history."""
    return _CALENDAR[day]
