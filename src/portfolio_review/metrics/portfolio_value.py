"""The value of the portfolio: what active clients bring in 12 months, and in some years if they leave as they did.

In: the client frame with expected revenue and value; out: columns, figures and lists. Source: Risk and outlook.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.intervals import sum_interval
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, largest_first, names, total
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

TOP = 10
FEWEST = 20
"""Below so many clients of a class at W0, the class takes the retention of all."""
CLASSES = ("A", "B", "C")
ALL = "all"
NO_EXPECTED = "no value is expected"
NO_BASE = "the clients of W0 had no positive revenue"
FITTED = ("risk.expected_12", "risk.expected_12_per_client", "risk.top10_value_share", "risk.residual_value")


def add_value_12(base: pd.DataFrame) -> pd.DataFrame:
    """`base` with value_12 = expected_12 · margin_rate1 of the clients active in W1, in money; NaN for the others.

    margin_rate1: the client's own margin rate of W1, 1 where value is counted in revenue.
    """
    money = (base["expected_12"].astype(float) * base["margin_rate1"].astype(float)).round(MONEY_DECIMALS) + 0.0
    return base.assign(value_12=money.where(base["active1"].astype(bool)))


def retained(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`risk.value_retention`: class, clients, share, used_share: gross revenue retention from W0 to W1 of the
    clients of each class at W0, that of all last; used_share: of the class from 20 clients on, else that of all.

    share = Σ min(max(r(W1), 0), max(r(W0), 0)) / Σ max(r(W0), 0) over A0. No rows when the history does not reach W0.
    base: client frame with abc0, active0. Source: Risk and outlook.
    """
    columns = ["class", "clients", "share", "used_share"]
    if when.lacks_w0:
        return pd.DataFrame(columns=columns)
    mine = base[base["active0"].astype(bool)]
    rows = [(name, *_retention(mine[(mine["abc0"] == name).to_numpy()])) for name in CLASSES]
    clients, whole = _retention(mine)
    used = [share if count >= FEWEST and not np.isnan(share) else whole for _, count, share in rows]
    frame = pd.DataFrame([*rows, (ALL, clients, whole)], columns=columns[:3])
    return frame.assign(used_share=np.array([*used, whole], dtype=float))


def _retention(mine: pd.DataFrame) -> tuple[int, float]:
    held = mine["r0"].clip(lower=0.0)
    kept = mine["r1"].clip(lower=0.0).clip(upper=held)
    base = total(held)
    return len(mine), total(kept) / base if base > 0 else np.nan


def residual(base: pd.DataFrame, retention: pd.DataFrame, settings: Risk) -> pd.Series:
    """Σ_y value_12 · k^(y−1) / (1 + discount_rate)^(y−½), y = 1 … `horizon_years`, k the retention of the client's
    class at W1 (of all for class none). In money by client, NaN where value_12 is. Source: Risk and outlook."""
    used = retention.set_index("class")["used_share"]
    k = base["abc1"].astype(object).map(used.reindex(CLASSES)).astype(float).fillna(float(used[ALL]))
    years = np.arange(1, settings.horizon_years + 1)
    discount = (1 + settings.discount_rate) ** (years - 0.5)
    factor = (k.to_numpy()[:, None] ** (years - 1) / discount).sum(axis=1)
    return pd.Series(base["value_12"].to_numpy(dtype=float) * factor, index=base.index)


def figures(base: pd.DataFrame, retention: pd.DataFrame, when: Windows, settings: Risk) -> dict[str, Figure]:
    """`risk.expected_12` = Σ value_12 of the clients active in W1, `risk.expected_12_per_client` = that / |A1|,
    `risk.top10_value_share` = the ten largest / it, `risk.residual_value` = Σ of `residual`.

    The first has a 95 % interval by bootstrap over the clients, each with its expectation as it is. Undefined without a
    model, the residual value without W0 too. base: of `add_value_12`; retention: of `retained`. Source: Risk and
    outlook.
    """
    active = int(base["active1"].sum())
    amounts = base["value_12"].dropna()
    lacks = when.lacks(when.w1) or (None if active else NO_CLIENT_IN_W1) or (None if len(amounts) else "no model")
    if lacks:
        return dict.fromkeys(FITTED, undefined(lacks))
    expected, ten = total(amounts) + 0.0, total(amounts.nlargest(TOP))
    return {
        "risk.expected_12": Figure(value=expected, interval=sum_interval(amounts)),
        "risk.expected_12_per_client": Figure(value=expected / active),
        "risk.top10_value_share": Figure(value=ten / expected) if expected > 0 else undefined(NO_EXPECTED),
        "risk.residual_value": _residual(base, retention, when, settings),
    }


def _residual(base: pd.DataFrame, retention: pd.DataFrame, when: Windows, settings: Risk) -> Figure:
    if when.lacks_w0:
        return undefined(when.lacks_w0)
    if np.isnan(float(retention["used_share"].iloc[-1])):
        return undefined(NO_BASE)
    return Figure(value=total(residual(base, retention, settings)) + 0.0)


def largest(base: pd.DataFrame, top: int = TOP, *, trusted: bool = True) -> pd.DataFrame:
    """`risk.value_largest`: rank, client_id, name, revenue, p12, expected_12 (revenue), value_12, share (of
    `risk.expected_12`): the largest value first, equal ones by client id; no rows where the backtest lost."""
    expected = base["value_12"]
    first = largest_first(base[(expected > 0) & trusted], "value_12").head(top)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(first) + 1),
            "client_id": first.index,
            "name": names(first).to_numpy(),
            "revenue": first["r1"].to_numpy(),
            "p12": first["p12"].to_numpy(),
            "expected_12": first["expected_12"].to_numpy(),
            "value_12": first["value_12"].to_numpy(),
            "share": (first["value_12"] / (total(expected) or np.nan)).to_numpy(),
        }
    )
