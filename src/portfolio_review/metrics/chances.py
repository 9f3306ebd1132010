"""The chance that each client buys within the next months, by the model that the data allow.

In: what was seen of the clients up to a day; out: p_next by client with the model that gave it, or the
reason why there is none. Source: Risk and outlook.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month
from portfolio_review.figure import Figure, history_reason, undefined
from portfolio_review.metrics import bg_nbd, bg_nbd_fit, recency_chain
from portfolio_review.metrics.bg_nbd import DAYS_A_WEEK, Histories
from portfolio_review.metrics.bg_nbd_fit import BgNbdFit
from portfolio_review.metrics.recency_chain import Chain
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

BG_NBD, CHAIN = "bg_nbd", "chain"
FEWEST_REPEAT_CLIENTS = 30
"""From so many clients with repeat purchases on, `auto` takes BG/NBD."""


@dataclass(frozen=True)
class Seen:
    """What the chances are computed from, frames of the slice.

    monthly: client_id, month, revenue, purchase_days; as_of: client_id, date, last_purchase,
    purchase_days, with rows for every day asked; clients: client_id, first_purchase.
    """

    monthly: pd.DataFrame
    as_of: pd.DataFrame
    clients: pd.DataFrame


@dataclass(frozen=True)
class Forecast:
    """What `model` says at the end of `day` of the time up to `until`.

    by_client, by client id: p_next (0 to 1), p_alive (by BG/NBD, else NaN), silence (whole months);
    every client that purchased by then. `model` is None, and the frame empty, where no model can be
    had. `reason`: why there is none, or why not the one asked for.
    """

    model: str | None
    day: dt.date
    until: dt.date
    by_client: pd.DataFrame
    reason: str | None = None
    fit: BgNbdFit | None = None
    chain: Chain | None = None
    histories: Histories | None = field(default=None, repr=False)

    def purchases(self, months: int, yearly_rate: float = 0.0) -> pd.Series:
        """Expected purchase days of each client within `months` from `day`, discounted when asked. Errors:
        ValueError where the model is not BG/NBD."""
        if self.model != BG_NBD or self.fit is None or self.histories is None:
            raise ValueError(f"expected purchases need the model {BG_NBD}, this forecast has {self.model}")
        weeks = _weeks(self.day, (Month.of(self.day) + months).last)
        by_history = bg_nbd.expected_purchases(self.fit.parameters, self.histories, weeks, yearly_rate)
        return pd.Series(by_history[self.histories.where], index=self.by_client.index)


def forecast(seen: Seen, when: Windows, settings: Risk) -> Forecast:
    """p_next of every client that purchased by the end of P, by the rows up to it.

    The chance of at least one purchase in the `horizon_months` calendar months after the end of P. Model `auto`:
    BG/NBD by maximum a posteriori from 30 clients with repeat purchases on, else the recency chain; a degenerate
    fit of BG/NBD gives way to the chain with its reason, whatever was asked. Errors: KeyError when nothing is kept
    as of the end of P. Source: Risk and outlook.
    """
    state = _State.at(seen, when, (when.p.last + settings.horizon_months).last)
    if state.known.empty:
        return state.without(f"no client has purchased by {state.day:%Y-%m-%d}")
    reason = None
    if settings.model != CHAIN:
        repeat = int((state.known["purchase_days"] >= 2).sum())
        if settings.model == "auto" and repeat < FEWEST_REPEAT_CLIENTS:
            reason = f"{repeat} clients with repeat purchases, BG/NBD needs {FEWEST_REPEAT_CLIENTS}"
        else:
            found = state.by_bg_nbd()
            if found.model:
                return found
            reason = found.reason
    return state.by_chain(settings.horizon_months, reason)


NO_EARLIER: Mapping[str, tuple[Windows, Forecast]] = MappingProxyType({})


def earlier(seen: Seen, when: Windows, settings: Risk, used: Forecast) -> Mapping[str, tuple[Windows, Forecast]]:
    """The model of `used` fitted at the end of PP (`previous`), of PY (`previous_year`) and of W0
    (`window_previous`), each with its windows, where the history reaches the window that ends there.

    Figures of two models cannot be compared: where the model could not be had then, the forecast has none
    and says why.
    """
    asked = {
        "previous": when.before,
        "previous_year": when.year_before,
        "window_previous": when.back(when.window_months),
    }
    by_end: dict[Month, Forecast] = {}
    found = {}
    for name, then in asked.items():
        if used.model is None or then.lacks(then.w1):
            continue
        if then.p.last not in by_end:
            by_end[then.p.last] = _same_model(seen, then, settings, used.model)
        found[name] = (then, by_end[then.p.last])
    return found


def _same_model(seen: Seen, then: Windows, settings: Risk, model: str) -> Forecast:
    found = forecast(seen, then, settings.model_copy(update={"model": model}))
    if found.model in (model, None):
        return found
    return replace(found, model=None, by_client=found.by_client.iloc[:0], reason=f"as of {then.p.last}, {found.reason}")


def model_figures(
    found: Forecast, settings: Risk, earlier: Mapping[str, tuple[Windows, Forecast]] = NO_EARLIER
) -> dict[str, Figure]:
    """`risk.horizon_months`, `risk.model` (the word, with the reason where another was asked for) and
    `risk.expected_buyers` = Σ p_next, also by the models of `earlier`."""
    horizon = Figure(value=settings.horizon_months)
    if found.model is None:
        nothing = undefined(found.reason or "no model")
        return {"risk.horizon_months": horizon, "risk.model": nothing, "risk.expected_buyers": nothing}
    before = {field: _buyers(forecast) for field, (_, forecast) in earlier.items()}
    return {
        "risk.horizon_months": horizon,
        "risk.model": Figure(value=found.model, reason=found.reason),
        "risk.expected_buyers": Figure(value=float(found.by_client["p_next"].sum())).beside(before),
    }


def _buyers(found: Forecast) -> float | None:
    return float(found.by_client["p_next"].sum()) if found.model else None


def fit_table(found: Forecast) -> pd.DataFrame:
    """`risk.fit`: parameter, value of BG/NBD: r, alpha (weeks), a, b, log_likelihood, clients,
    repeat_clients; no rows where another model is used."""
    rows: list[tuple[str, float]] = []
    if found.model == BG_NBD and found.fit is not None:
        p = found.fit.parameters
        rows = [("r", p.r), ("alpha", p.alpha), ("a", p.a), ("b", p.b), ("log_likelihood", found.fit.log_likelihood)]
        rows += [("clients", float(found.fit.clients)), ("repeat_clients", float(found.fit.repeat_clients))]
    return pd.DataFrame(rows, columns=["parameter", "value"]).astype({"parameter": object, "value": float})


def chain_table(seen: Seen, when: Windows, settings: Risk) -> pd.DataFrame:
    """`risk.chain`: silence (months), cases, bought, share, chance, whichever model is used; no rows where no
    past month end has a known outcome."""
    chain = recency_chain.learn(seen.monthly, when.p.last, settings.horizon_months)
    if chain is None:
        return pd.DataFrame(columns=["silence", "cases", "bought", "share", "chance"])
    return chain.table()


@dataclass(frozen=True)
class _State:
    """What is known at the end of `day`, and up to when the chance is asked."""

    seen: Seen
    when: Windows
    day: dt.date
    until: dt.date
    known: pd.DataFrame
    silence: NDArray[np.int64]

    @classmethod
    def at(cls, seen: Seen, when: Windows, until: dt.date) -> _State:
        """known: last_purchase, purchase_days, first_purchase of each client that purchased by the end of P."""
        rows = seen.as_of[seen.as_of["date"] == pd.Timestamp(when.p.end)].set_index("client_id")
        first = seen.clients.set_index("client_id")["first_purchase"]
        known = rows[["last_purchase", "purchase_days"]].join(first).sort_index()
        monthly = seen.monthly[(seen.monthly["month"] <= when.p.last.index).to_numpy()]
        if known.empty and (monthly["purchase_days"] > 0).any():
            raise KeyError(f"what was known of clients as of {when.p.end:%Y-%m-%d} is not kept")
        silence = recency_chain.silence(monthly, when.p.last).reindex(known.index).to_numpy(dtype=np.int64)
        return cls(seen, when, when.p.end, until, known, silence)

    def without(self, reason: str) -> Forecast:
        nothing = pd.DataFrame({"p_next": [], "p_alive": [], "silence": []}, index=self.known.index[:0], dtype=float)
        return Forecast(None, self.day, self.until, nothing, reason)

    def by_bg_nbd(self) -> Forecast:
        first = self.known["first_purchase"]
        histories = Histories.of_days(
            repeats=self.known["purchase_days"].to_numpy(dtype=np.int64) - 1,
            recency=np.asarray((self.known["last_purchase"] - first).dt.days, dtype=np.int64),
            age=(pd.Timestamp(self.day) - first).dt.days.to_numpy(dtype=np.int64),
        )
        fit = bg_nbd_fit.fit(histories)
        if fit.degenerate:
            return self.without(f"BG/NBD was not used: {fit.degenerate}")
        chance = bg_nbd.p_next(fit.parameters, histories, _weeks(self.day, self.until))
        alive = bg_nbd.p_alive(fit.parameters, histories)
        by_client = self._frame(chance[histories.where], alive[histories.where])
        return Forecast(BG_NBD, self.day, self.until, by_client, fit=fit, histories=histories)

    def by_chain(self, horizon: int, reason: str | None) -> Forecast:
        asked = self.when.p.last
        chain = recency_chain.learn(self.seen.monthly, asked, horizon)
        if chain is None:
            needed = history_reason(self.when.history_start, (asked - horizon).first)
            return self.without(f"{needed}; {reason}" if reason else needed)
        chance = chain.of(self.silence)
        by_client = self._frame(chance, np.full(len(chance), np.nan))
        return Forecast(CHAIN, self.day, self.until, by_client, reason, chain=chain)

    def _frame(self, chance: NDArray[np.float64], alive: NDArray[np.float64]) -> pd.DataFrame:
        columns = {"p_next": chance, "p_alive": alive, "silence": self.silence}
        return pd.DataFrame(columns, index=self.known.index)


def _weeks(day: dt.date, until: dt.date) -> float:
    return (until - day).days / DAYS_A_WEEK
