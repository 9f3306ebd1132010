"""Clients held out of a list, so that its effect can be told: who is drawn, and what the called brought more.

In: the order of a list; the lists of the review h months earlier and what came since; out: who is held out, figures.
Source: Lifecycle and the four rules; Efron 1979 (bootstrap).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month, Span
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.intervals import resampled_sums
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, revenue_in
from portfolio_review.metrics.value import of_revenue
from portfolio_review.metrics.windows import Windows

FEWEST_A_SIDE = 20
NO_HOLDOUT = "no client is held out"
NO_LISTS_THEN = "no review of h months earlier at hand that held clients out"
TOO_FEW = "too few to tell"
_MOST = 2**64
TABLE_COLUMNS = ("list", "client_id", "name", "at_stake", "owner")


@dataclass(frozen=True)
class Draw:
    """Which clients are held out: the share, and what the hash is of besides the client; drawn: those that are, where
    their ids are pseudonyms."""

    share: float
    series: str
    period: str
    drawn: frozenset[str] | None = None

    def held_out(self, clients: pd.Index) -> NDArray[np.bool_]:
        """Whether each client is: the first 8 bytes of sha256(series, period, client), as a share of their largest
        value, are below `share`. The same for one review wherever and however often it is made."""
        if self.share <= 0:
            return np.zeros(len(clients), dtype=bool)
        if self.drawn is not None:
            return np.array([str(client) in self.drawn for client in clients], dtype=bool)
        limit = int(self.share * _MOST)
        return np.array([self._number(str(client)) < limit for client in clients], dtype=bool)

    def _number(self, client: str) -> int:
        text = "\0".join((self.series, self.period, client))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True)
class CalledLists:
    """client_id, list, state (listed, held_out, cut) of the review h months earlier, and the last month of its
    period."""

    clients: pd.DataFrame
    last: Month


def table(everyone: pd.DataFrame) -> pd.DataFrame:
    """`actions.held_out`: list, client_id, name, at_stake, owner of who is not to be contacted. everyone:
    `actions.full`."""
    return everyone.loc[everyone["state"] == "held_out", list(TABLE_COLUMNS)].reset_index(drop=True)


def uplift(
    called: CalledLists | None,
    base: pd.DataFrame,
    monthly: pd.DataFrame,
    when: Windows,
    tables: Mapping[str, str],
    share: float,
) -> dict[str, Figure]:
    """`actions.<list>.uplift`: mean value since of the clients called − that of those held out, in money a client, with
    the bootstrap 95 % interval (each side resampled over its clients).

    Value since: r of the months after the earlier period · margin_rate1; a client that is not known any more counts 0.
    Undefined below 20 clients a side. called: of h months earlier; tables: the id of each list. Source: Lifecycle and
    the four rules.
    """
    if called is None or not (called.clients["state"] == "held_out").any():
        reason = NO_LISTS_THEN if share > 0 else NO_HOLDOUT
        return {f"{id}.uplift": undefined(reason) for id in tables.values()}
    since = revenue_in(monthly, base.index, Span(called.last + 1, when.w1.last))
    money = of_revenue(since, base).reindex(called.clients["client_id"]).fillna(0.0).to_numpy(dtype=float)
    list_, state = (called.clients[name].to_numpy(dtype=object) for name in ("list", "state"))
    found = {}
    for name, id in tables.items():
        sides = [money[(list_ == name) & (state == side)] for side in ("listed", "held_out")]
        found[f"{id}.uplift"] = _difference(*sides)
    return found


def _difference(listed: NDArray[np.float64], held: NDArray[np.float64]) -> Figure:
    if min(len(listed), len(held)) < FEWEST_A_SIDE:
        return undefined(TOO_FEW)
    draws = [resampled_sums(side[:, None], seed=seed)[:, 0] / len(side) for seed, side in enumerate((listed, held), 1)]
    low, high = np.quantile(draws[0] - draws[1], [0.025, 0.975])
    value = round(float(listed.mean() - held.mean()), MONEY_DECIMALS)
    return Figure(value=value + 0.0, interval=(float(low), float(high)))
