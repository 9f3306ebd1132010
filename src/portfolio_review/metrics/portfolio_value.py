"""What the clients are expected to bring: revenue of the next 12 months, and residual lifetime value.

In: the client frame, what was seen of the clients, the forecast; out: both by client, figures, lists.
Sources: Risk and outlook; Fader, Hardie, Lee 2005, Journal of Marketing Research 42, 415–430; Fader,
Hardie 2013.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, history_reason, undefined
from portfolio_review.metrics import gamma_gamma, margin, recency_chain
from portfolio_review.metrics.chances import BG_NBD, Forecast, Seen
from portfolio_review.metrics.gamma_gamma import OWN_MEAN, GammaGammaFit
from portfolio_review.metrics.intervals import sum_interval
from portfolio_review.metrics.leavers import last_active_revenue
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, active_in, largest_first, names, revenue_in, total
from portfolio_review.metrics.stable import PRODUCT_DIGITS, significant_number
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

MONTHS = 12
"""Expected revenue is that of so many months ahead, whatever the length of the windows."""
LIFETIME_MONTHS = 120
"""Residual lifetime value ends after ten years: what lies beyond, no portfolio's data tell."""
MOST_CORRELATED = 0.3
"""Gamma-Gamma takes the money of a purchase as independent of their number; beyond this correlation,
positive or negative, it is not used."""
TOP = 10
BY_CHAIN = "by the recency chain there is no lifetime value"
NO_REVENUE = "no positive revenue in W1"
NO_EXPECTED = "no revenue is expected"
NO_EARLIER_VALUE: Mapping[str, Mapping[str, Figure]] = MappingProxyType({})


@dataclass(frozen=True)
class Value:
    """expected_revenue and lifetime_value by client id, in money; NaN and a reason where there is none.

    `fit`, `correlation`: Gamma-Gamma, and the correlation of number and mean money of purchase days,
    where BG/NBD is the model.
    """

    by_client: pd.DataFrame
    no_revenue: str | None
    no_lifetime: str | None
    fit: GammaGammaFit | None = None
    correlation: float | None = None


def expect(seen: Seen, found: Forecast, when: Windows, settings: Risk) -> Value:
    """The money that each client with a chance is expected to bring from the end of P on.

    By BG/NBD: E[Y(12 months)] · E[M], E[M] the expected money of a purchase day: by Gamma-Gamma on the
    client's purchase days up to the end of P and their mean money (refunds taken off), where it applies,
    else that mean itself, at least 0. Lifetime value: E[M] · Σ of the expected purchase days of ten years,
    each discounted at `discount_rate` a year; only where Gamma-Gamma applies.
    By the chain: the chance of a purchase in 12 months (the chain of that horizon) · r of its last
    active 12 months, at least 0. Source: Risk and outlook.
    """
    if found.model is None:
        return _without(found, found.reason or "no model")
    if found.model != BG_NBD:
        return _by_chain(seen, found, when)
    index = found.by_client.index
    count = _purchase_days(seen, when, index)
    money = revenue_in(_of(seen.monthly, index), index, Span(when.known_months.first, when.p.last))
    mean = (money / count).clip(lower=0.0)
    fit = gamma_gamma.fit(count.to_numpy(dtype=float), mean.to_numpy(dtype=float))
    correlation = _correlation(count, mean)
    fault = _fault(fit, correlation)
    each = mean
    if not fault:
        expected = fit.expected_mean(count.to_numpy(dtype=float), mean.to_numpy(dtype=float))
        each = pd.Series(np.where(mean > 0, expected, 0.0), index=index)
    by_client = pd.DataFrame(
        {"expected_revenue": found.purchases(MONTHS) * each, "lifetime_value": np.nan}, index=index
    )
    if not fault:
        by_client["lifetime_value"] = found.purchases(LIFETIME_MONTHS, settings.discount_rate) * each
    return Value(by_client, None, fault, fit, correlation)


def add_value(base: pd.DataFrame, value: Value) -> pd.DataFrame:
    """`base` with expected_revenue and lifetime_value, NaN where there is none."""
    by_client = value.by_client.reindex(base.index)
    return base.assign(
        expected_revenue=by_client["expected_revenue"].astype(float).round(MONEY_DECIMALS),
        lifetime_value=by_client["lifetime_value"].astype(float).round(MONEY_DECIMALS),
    )


def earlier(
    seen: Seen, base: pd.DataFrame, forecasts: Mapping[str, tuple[Windows, Forecast]], settings: Risk
) -> dict[str, dict[str, Figure]]:
    """`figures` by the model fitted at the end of PY (`previous_year`), without margin: what a year may bring is
    compared with a year before, not with the month before.

    base: client frame; forecasts: of `chances.earlier`. Active clients are those of the W1 of then.
    """
    if "previous_year" not in forecasts:
        return {}
    then, forecast = forecasts["previous_year"]
    value = expect(seen, forecast, then, settings)
    active = pd.DataFrame({"active1": active_in(seen.monthly, base.index, then.w1)})
    return {"previous_year": _amounts(add_value(active, value), value)}


def figures(
    base: pd.DataFrame, value: Value, before: Mapping[str, Mapping[str, Figure]] = NO_EARLIER_VALUE
) -> dict[str, Figure]:
    """`risk.expected_revenue` = Σ over clients, `risk.expected_revenue_per_client` = that of A1 / |A1|,
    `risk.lifetime_value`, `risk.lifetime_margin` = it · margin rate of W1, `risk.top10_value_share` = share of
    the ten largest expected revenues.

    The expected revenue has a 95 % interval by bootstrap over the clients, each with its expectation as it is: how
    much the sum hangs on which clients there are, not how sure the model is of each. base: client frame with both
    columns; before: of `earlier`."""
    now = _amounts(base, value)
    found = {id: figure.beside({field: of[id].value for field, of in before.items()}) for id, figure in now.items()}
    if found["risk.expected_revenue"].value is not None:
        interval = sum_interval(base["expected_revenue"].dropna())
        found["risk.expected_revenue"] = replace(found["risk.expected_revenue"], interval=interval)
    lifetime = total(base["lifetime_value"])
    return found | {"risk.lifetime_margin": _lifetime_margin(base, value, lifetime)}


def _amounts(base: pd.DataFrame, value: Value) -> dict[str, Figure]:
    expected, lifetime = total(base["expected_revenue"]), total(base["lifetime_value"])
    active, of_active = int(base["active1"].sum()), total(base.loc[base["active1"], "expected_revenue"])
    nothing = undefined(value.no_revenue) if value.no_revenue else None
    ten = total(base["expected_revenue"].nlargest(TOP))
    return {
        "risk.expected_revenue": nothing or Figure(value=expected),
        "risk.expected_revenue_per_client": nothing
        or (Figure(value=of_active / active) if active else undefined(NO_CLIENT_IN_W1)),
        "risk.top10_value_share": nothing or (Figure(value=ten / expected) if expected > 0 else undefined(NO_EXPECTED)),
        "risk.lifetime_value": undefined(value.no_lifetime)
        if value.no_lifetime
        else Figure(value=lifetime, reason=OWN_MEAN if value.fit and value.fit.own_mean else None),
    }


def largest(base: pd.DataFrame, top: int = TOP) -> pd.DataFrame:
    """`risk.value_largest`: rank, client_id, name, revenue, p_next, expected_revenue, lifetime_value, share (of
    all expected revenue): the largest first, equal ones by client id."""
    expected = base["expected_revenue"]
    first = largest_first(base[expected > 0], "expected_revenue").head(top)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(first) + 1),
            "client_id": first.index,
            "name": names(first).to_numpy(),
            "revenue": first["r1"].to_numpy(),
            "p_next": first["p_next"].to_numpy(),
            "expected_revenue": first["expected_revenue"].to_numpy(),
            "lifetime_value": first["lifetime_value"].to_numpy(),
            "share": (first["expected_revenue"] / (total(expected) or np.nan)).to_numpy(),
        }
    )


def fit_table(value: Value) -> pd.DataFrame:
    """`risk.value_fit`: parameter, value of Gamma-Gamma: p, q, gamma (money), log_likelihood, clients,
    correlation; no parameters in the limit of the client's own mean, no rows where it was not fitted."""
    rows: list[tuple[str, float]] = []
    fit = value.fit
    if fit is not None and np.isfinite(fit.q):
        rows = [("p", fit.p), ("q", fit.q), ("gamma", fit.gamma), ("log_likelihood", fit.log_likelihood)]
        rows = [] if fit.own_mean else rows
        rows += [("clients", float(fit.clients))]
        rows += [] if value.correlation is None else [("correlation", value.correlation)]
    return pd.DataFrame(rows, columns=["parameter", "value"]).astype({"parameter": object, "value": float})


def _by_chain(seen: Seen, found: Forecast, when: Windows) -> Value:
    asked = when.p.last
    chain = recency_chain.learn(seen.monthly, asked, MONTHS)
    if chain is None:
        return _without(found, history_reason(when.history_start, (asked - MONTHS).first))
    last = seen.as_of[seen.as_of["date"] == pd.Timestamp(when.p.end)].set_index("client_id")["last_purchase"]
    money = last_active_revenue(seen.monthly, last.reindex(found.by_client.index)).clip(lower=0.0)
    chance = chain.of(found.by_client["silence"].to_numpy(dtype=np.int64))
    by_client = pd.DataFrame({"expected_revenue": chance * money, "lifetime_value": np.nan})
    return Value(by_client, None, BY_CHAIN)


def _without(found: Forecast, reason: str) -> Value:
    nothing = pd.DataFrame({"expected_revenue": np.nan, "lifetime_value": np.nan}, index=found.by_client.index)
    return Value(nothing, reason, reason)


def _purchase_days(seen: Seen, when: Windows, index: pd.Index) -> pd.Series:
    rows = seen.as_of[seen.as_of["date"] == pd.Timestamp(when.p.end)].set_index("client_id")
    return rows["purchase_days"].reindex(index).astype(float)


def _of(monthly: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    return monthly[monthly["client_id"].isin(index)]


def _fault(fit: GammaGammaFit, correlation: float | None) -> str | None:
    """Why Gamma-Gamma does not apply, or None."""
    if fit.degenerate:
        return f"Gamma-Gamma was not used: {fit.degenerate}"
    if correlation is not None and abs(correlation) > MOST_CORRELATED:
        return f"Gamma-Gamma was not used: number and money of purchases correlate by {correlation:.2f}"
    return None


def _correlation(count: pd.Series, mean: pd.Series) -> float | None:
    """Pearson's correlation of purchase days and their mean money over clients with a positive mean."""
    usable = (mean > 0).to_numpy()
    x, z = count[usable].to_numpy(dtype=float), mean[usable].to_numpy(dtype=float)
    if len(x) < 2 or x.std() == 0 or z.std() == 0:
        return None
    return significant_number(float(np.corrcoef(x, z)[0, 1]), PRODUCT_DIGITS)


def _lifetime_margin(base: pd.DataFrame, value: Value, lifetime: float) -> Figure:
    if value.no_lifetime:
        return undefined(value.no_lifetime)
    rate = margin.rate_in(base, "1")
    return undefined(rate) if isinstance(rate, str) else Figure(value=lifetime * rate)
