"""Distinct orders: of each client by month and span.

An order is the pair of client and order id, of one calendar year where the ids of the series are used again; without
an id it is a client's purchase day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portfolio_review.slices.exact import changes
from portfolio_review.slices.months import Months
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.task import Task, pieces

SPANS = ("p", "pp", "py", "w0", "w1")
"""The spans of `Task` whose distinct orders each client's frame tells, in the order of their names."""
_YEAR = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that the keys of an order in two years differ."""


@dataclass(frozen=True)
class Orders:
    """The orders of a bucket. A run is rows of one order, client and month that stand together."""

    row: np.ndarray
    """The places of the rows that count: of positive revenue."""
    run: np.ndarray
    """Of each of them its run."""
    month: np.ndarray
    """Of each run its place among the months."""
    key: np.ndarray
    same: np.ndarray
    """Of each run the first one of the same client and order."""
    distinct: np.ndarray
    """Whether a run is the only one of its client, order and month, or the first of them."""

    @classmethod
    def of(cls, rows: Rows, months: Months, *, by_year: bool) -> Orders:
        """Of the rows; `by_year`: of one key an order in each calendar year."""
        row = np.flatnonzero(rows.bought)
        key, month = rows.order[row], months.of_day[rows.day_of[row]]
        if by_year:
            key = key + (months.month[month] // 12).astype(np.uint64) * _YEAR
        new = changes(key, month)
        run = np.cumsum(new) - 1
        key, month = key[new], month[new]
        same, distinct = np.arange(len(key)), np.ones(len(key), dtype=bool)
        ordered = np.sort(key)
        again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if len(again):  # rows of an order that do not stand together, or of several clients
            place = np.flatnonzero(again[np.minimum(np.searchsorted(again, key), len(again) - 1)] == key)
            who = months.who[month[place]]
            by = np.lexsort((month[place], key[place], who))
            place, who = place[by], who[by]
            first = changes(who, key[place])
            same[place] = place[first][np.cumsum(first) - 1]
            distinct[place] = changes(who, key[place], month[place])
        return cls(row, run, month, key, same, distinct)


def in_months(orders: Orders, months: Months) -> np.ndarray:
    """How many distinct orders each month of a client has."""
    return np.bincount(orders.month[orders.distinct], minlength=len(months.who))


def by_client(orders: Orders, months: Months, task: Task, clients: int) -> dict[str, np.ndarray]:
    """How many distinct orders each client has in each span of `Task`."""
    counts = {}
    piece, who = months.piece[orders.month], months.who[orders.month]
    once = orders.same == np.arange(len(orders.same))
    first_again = np.zeros(len(once), dtype=bool)
    first_again[orders.same[~once]] = True
    for name, span in task.spans.items():
        first, last = pieces(span)
        within = orders.distinct & (piece >= first) & (piece <= last)
        # an order that stands in several months is counted once, wherever in the span it is seen
        several = within & (first_again | ~once)
        seen = np.unique(orders.same[several])
        found = np.concatenate([who[within & ~several], who[seen]])
        counts[name] = np.bincount(found, minlength=clients)
    return counts


def in_spans(counts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """`orders`: distinct orders of each client and span with any."""
    each = np.stack([counts[name] for name in SPANS], axis=1)
    at, span_at = np.nonzero(each)
    return {"who": at, "span": span_at, "orders": each[at, span_at]}
