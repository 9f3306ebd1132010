"""What the clients are expected to bring in the next 12 months: sums, the largest, by client.

In: the client frame with expected revenue; out: figures and lists. Source: Risk and outlook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics import margin
from portfolio_review.metrics.chance_models import NO_MODEL
from portfolio_review.metrics.chances import Forecast
from portfolio_review.metrics.intervals import sum_interval
from portfolio_review.metrics.portfolio import active_in, largest_first, names, total
from portfolio_review.metrics.windows import Windows

TOP = 10
NO_LIFETIME = "there is no lifetime value by this model"
NO_EXPECTED = "no revenue is expected"
NO_EARLIER_VALUE: Mapping[str, Mapping[str, Figure]] = MappingProxyType({})


@dataclass(frozen=True)
class Value:
    """Why there is no expected revenue, or None; why there is no lifetime value."""

    no_revenue: str | None
    no_lifetime: str | None


def expect(found: Forecast) -> Value:
    """Whether the forecast says what the clients bring in 12 months."""
    if found.model is None:
        return Value(found.reason or NO_MODEL, found.reason or NO_MODEL)
    return Value(None, NO_LIFETIME)


def add_value(base: pd.DataFrame) -> pd.DataFrame:
    """`base` with expected_revenue, that of 12 months, and lifetime_value, NaN."""
    return base.assign(expected_revenue=base["expected_12"], lifetime_value=np.nan)


def earlier(
    base: pd.DataFrame, monthly: pd.DataFrame, forecasts: Mapping[str, tuple[Windows, Forecast]]
) -> dict[str, dict[str, Figure]]:
    """`figures` by the model fitted at the end of PY (`previous_year`), without margin: what a year may bring is
    compared with a year before, not with the month before.

    base: client frame; forecasts: of `Chances.earlier`. Active clients are those of the W1 of then.
    """
    if "previous_year" not in forecasts:
        return {}
    then, forecast = forecasts["previous_year"]
    active = pd.DataFrame({"active1": active_in(monthly, base.index, then.w1)})
    active["expected_12"] = forecast.by_client["expected_12"].reindex(base.index).astype(float)
    return {"previous_year": _amounts(add_value(active), expect(forecast))}


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
        "risk.lifetime_value": undefined(value.no_lifetime) if value.no_lifetime else Figure(value=lifetime),
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


def _lifetime_margin(base: pd.DataFrame, value: Value, lifetime: float) -> Figure:
    if value.no_lifetime:
        return undefined(value.no_lifetime)
    rate = margin.rate_in(base, "1")
    return undefined(rate) if isinstance(rate, str) else Figure(value=lifetime * rate)
