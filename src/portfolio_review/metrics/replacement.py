"""How long the largest client would take to replace by the clients that are won.

In: the client frame with states, monthly rows; out: figures. Source: Risk and outlook.
"""

from __future__ import annotations

import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.movement import NO_EARLIER, Earlier
from portfolio_review.metrics.portfolio import first_in, month_index, total
from portfolio_review.metrics.windows import Windows

YOUNGEST, OLDEST = 13, 24
"""Clients whose first purchase lies so many months before W1's last month: their first twelve are known."""
AGES = 12
FEWEST = 10
NO_CLIENT_WON = "no client was won in W1"
NO_POSITIVE_REVENUE = "no client with positive revenue in W1"
NO_FIRST_YEAR = "clients won brought no revenue in their first 12 months"
BASE_SHRINKS = "the base shrinks"


def figures(
    base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER
) -> dict[str, Figure]:
    """`risk.replacement_months` = the largest r(W1) / (n / window_months · m), n the clients new in W1, m the mean
    revenue of a client's first 12 months (`first_year`); `risk.replacement_months_net` with n less the clients lost.

    Undefined when the history does not reach W0, for then nobody is known to be new, below 10 clients to take the mean
    of, when nobody was won; the net one where no more were won than lost. base: client frame with `state`; monthly:
    client_id, month, revenue; before: of `movement.earlier`. Source: Risk and outlook.
    """
    now = _both(base, monthly, when)
    then = {field: _both(frame, monthly, at) for field, (at, frame) in before.items()}
    return {
        id: figure.beside({field: of[id].value for field, of in then.items() if of[id].value is not None})
        for id, figure in now.items()
    }


def _both(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    ids = ("risk.replacement_months", "risk.replacement_months_net")
    if when.lacks_w0:
        return dict.fromkeys(ids, undefined(when.lacks_w0))
    largest = float(base["r1"].max()) if len(base) else 0.0
    if not largest > 0:
        reason = NO_POSITIVE_REVENUE if base["active1"].any() else NO_CLIENT_IN_W1
        return dict.fromkeys(ids, undefined(reason))
    won, lost = (int((base["state"] == state).sum()) for state in ("new", "lost"))
    mean = first_year(base, monthly, when)
    return {
        id: _months(largest, clients, mean, when, reason)
        for id, clients, reason in zip(ids, (won, won - lost), (NO_CLIENT_WON, BASE_SHRINKS), strict=True)
    }


def _months(largest: float, clients: int, mean: float | str, when: Windows, none: str) -> Figure:
    if clients <= 0:
        return undefined(none)
    if isinstance(mean, str):
        return undefined(mean)
    return Figure(value=largest * when.window_months / (clients * mean))


def first_year(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> float | str:
    """Mean revenue at ages 0 to 11 months of the clients whose first purchase lies 13 to 24 months before W1's last
    month, not in the history's first; or why there is none.

    Age as in cohorts: months since that of the first purchase. base: client frame with first_purchase. In money.
    Source: Risk and outlook.
    """
    last = when.w1.last
    span = Span(max(last - OLDEST, when.history_month + 1), last - YOUNGEST)
    mine = base.index[first_in(base["first_purchase"], span)] if span.months > 0 else base.index[:0]
    if len(mine) < FEWEST:
        return f"{len(mine)} clients won {YOUNGEST} to {OLDEST} months before, {FEWEST} are needed"
    first = pd.Series(month_index(base.loc[mine, "first_purchase"]), index=mine)
    rows = monthly[monthly["client_id"].isin(mine)]
    age = rows["month"] - rows["client_id"].astype(object).map(first).astype(int)
    money = total(rows.loc[((age >= 0) & (age < AGES)).to_numpy(), "revenue"])
    return money / len(mine) if money > 0 else NO_FIRST_YEAR
