"""Distinct orders: of each client by month and span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portfolio_review.slices.exact import changes
from portfolio_review.slices.months import Months
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.task import Task

SPANS = ("p", "pp", "py", "w0", "w1")
"""The spans of `Task` whose distinct orders are counted by client, in the order of their names."""


@dataclass(frozen=True)
class Orders:
    """The orders of a bucket. A run is rows of one order, client and month that stand together."""

    row: np.ndarray
    """The places of the rows that count: of positive revenue, and of an order."""
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
    def of(cls, rows: Rows, months: Months) -> Orders:
        """Of the rows; where orders are not known, a client's purchase day is one."""
        row = np.flatnonzero(rows.counted)
        day = rows.day_of[row]
        key = day if rows.order is None else rows.order[row]
        month = months.of_day[day]
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


def in_spans(orders: Orders, months: Months, task: Task, clients: int) -> dict[str, np.ndarray]:
    """`orders`: distinct orders of each client and span with any."""
    counts = np.zeros((clients, len(SPANS)), dtype=np.int64)
    when, who = months.month[orders.month], months.who[orders.month]
    once = orders.same == np.arange(len(orders.same))
    first_again = np.zeros(len(once), dtype=bool)
    first_again[orders.same[~once]] = True
    for place, name in enumerate(SPANS):
        span = task.spans[name]
        within = orders.distinct & (when >= span.first.index) & (when <= span.last.index)
        # an order that stands in several months is counted once, wherever in the span it is seen
        several = within & (first_again | ~once)
        seen = np.unique(orders.same[several])
        found = np.concatenate([who[within & ~several], who[seen]])
        counts[:, place] = np.bincount(found, minlength=clients)
    at, span_at = np.nonzero(counts)
    return {"who": at, "span": span_at, "orders": counts[at, span_at]}
