"""Revenue at risk: what the clients brought, weighed by the chance that they do not buy again soon.

In: the client frame and the chances; out: columns, figures and lists. Source: Risk and outlook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.chances import Forecast
from portfolio_review.metrics.intervals import sum_interval
from portfolio_review.metrics.portfolio import largest_first, names, revenue_in, total
from portfolio_review.metrics.stable import CHANCE_DECIMALS
from portfolio_review.metrics.structure import ATTRIBUTES
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

TOP = 10
NO_POSITIVE_REVENUE = "no client with positive revenue in W1"
INACTIVE = "inactive"
"""The class of clients that are not active in W1."""
SEGMENTS: Mapping[str, tuple[str, str]] = {
    "abc": ("abc1", "class"),
    "value_stability": ("group1", "group"),
    "stage": ("stage", "stage"),
    **{name: (name, "value") for name in ATTRIBUTES},
}
"""Segments that risk and value are shown by: the columns of the client frame and of the table."""


def add_chances(base: pd.DataFrame, found: Forecast, when: Windows, settings: Risk) -> pd.DataFrame:
    """`base` with p_next and at_risk = r(W1) · h / window_months · (1 − p_next), in money.

    NaN for clients without a chance: those that never purchased, or all where there is no model.
    """
    by_client = found.by_client.reindex(base.index)
    share = settings.horizon_months / when.window_months
    p_next = by_client["p_next"].astype(float).round(CHANCE_DECIMALS)
    return base.assign(
        p_next=p_next,
        at_risk=base["r1"] * share * (1 - p_next),
    )


def weighted_risk(r: pd.Series, p_next: pd.Series) -> float | None:
    """Σ r (1 − p) / Σ r over clients with r > 0 that have a chance; None where there is none."""
    counted = (r > 0) & p_next.notna()
    whole = total(r[counted])
    return total(r[counted] * (1 - p_next[counted])) / whole if whole > 0 else None


def revenue_at_risk(r: pd.Series, p_next: pd.Series, share: float) -> float:
    """Σ r · share · (1 − p) over clients that have a chance, negative r included; share = h / window_months."""
    return total(r * share * (1 - p_next))


def figures(
    base: pd.DataFrame,
    monthly: pd.DataFrame,
    found: Forecast,
    earlier: Mapping[str, tuple[Windows, Forecast]],
    settings: Risk,
    when: Windows,
) -> dict[str, Figure]:
    """`risk.revenue_at_risk` = Σ r(W1) · h / window_months · (1 − p_next), and `risk.weighted_risk` =
    Σ r (1 − p) / Σ r over positive r(W1); with `previous`, `previous_year` and `window_previous` by the models
    fitted then.

    The money has a 95 % interval, by bootstrap over the clients that have a chance, each with its chance as it is:
    how much the sum hangs on which clients there are, not how sure the model is of each (that is the backtest's
    question). base: client frame with p_next; earlier: of `chances.earlier`. Undefined without a model,
    and when W1 starts before the history, of which h / window_months would be no share.
    """
    share = settings.horizon_months / when.window_months
    if found.model is None:
        nothing = undefined(found.reason or "no model")
        return {"risk.revenue_at_risk": nothing, "risk.weighted_risk": nothing}
    at_risk: dict[str, float | None] = {}
    weighted: dict[str, float | None] = {}
    for field, (then, forecast) in earlier.items():
        r = revenue_in(monthly, base.index, then.w1)
        p = forecast.by_client["p_next"].reindex(base.index)
        at_risk[field] = None if forecast.model is None else revenue_at_risk(r, p, share)
        weighted[field] = weighted_risk(r, p)
    lacks = when.lacks(when.w1)
    no_base = NO_POSITIVE_REVENUE if base["active1"].any() else NO_CLIENT_IN_W1
    amounts = (base["r1"] * share * (1 - base["p_next"])).dropna()
    money = _figure(revenue_at_risk(base["r1"], base["p_next"], share), at_risk, lacks)
    return {
        "risk.revenue_at_risk": replace(money, interval=None if lacks else sum_interval(amounts)),
        "risk.weighted_risk": _figure(weighted_risk(base["r1"], base["p_next"]), weighted, lacks, no_base),
    }


def _figure(value: float | None, earlier: Mapping[str, float | None], lacks: str | None, otherwise: str = "") -> Figure:
    if lacks or value is None:
        return undefined(lacks or otherwise)
    return Figure(
        value=value,
        previous=earlier.get("previous"),
        previous_year=earlier.get("previous_year"),
        window_previous=earlier.get("window_previous"),
    )


def largest(base: pd.DataFrame, top: int = TOP) -> pd.DataFrame:
    """`risk.largest`: rank, client_id, name, abc, revenue, p_next, at_risk: the most money at risk first,
    equal amounts by client id. base: client frame with abc1, at_risk."""
    first = largest_first(base[base["at_risk"] > 0], "at_risk").head(top)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(first) + 1),
            "client_id": first.index,
            "name": names(first).to_numpy(),
            "abc": first["abc1"].to_numpy(dtype=object),
            "revenue": first["r1"].to_numpy(),
            "p_next": first["p_next"].to_numpy(),
            "at_risk": first["at_risk"].to_numpy(),
        }
    )


def by_segment(base: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`risk.by.<segment>` for every segment that any client of `base` has.

    The segment (class, group, stage or value), clients (active in W1), revenue, at_risk, weighted_risk,
    expected_revenue, lifetime_value (sums over all clients of the segment, NaN where there is none). Classes
    in their order, clients without one as `inactive`; attributes by money at risk, clients without one last.
    base: client frame with p_next, at_risk, expected_revenue, lifetime_value.
    """
    found = {}
    for name, (column, head) in SEGMENTS.items():
        if column in base and base[column].notna().any():
            found[f"risk.by.{name}"] = _segment(base, base[column], head)
    return found


def _segment(base: pd.DataFrame, segment: pd.Series, head: str) -> pd.DataFrame:
    sums = ["r1", "at_risk", "expected_revenue", "lifetime_value"]
    counted = base["r1"].where((base["r1"] > 0) & base["p_next"].notna(), 0.0)
    parts = base[["active1", *sums]].assign(counted=counted, lost=(counted * (1 - base["p_next"])).fillna(0.0))
    missing = INACTIVE if head != "value" else None
    groups = parts.groupby(segment.astype(object).where(segment.notna(), missing), dropna=False)
    frame = groups[sums].sum(min_count=1).rename(columns={"r1": "revenue"})
    frame["clients"] = groups["active1"].sum().astype(np.int64)
    frame["weighted_risk"] = groups["lost"].sum() / groups["counted"].sum().replace(0.0, np.nan)
    frame = frame.rename_axis(head).reset_index()
    known = frame[head].notna()
    frame[head] = frame[head].astype(object).where(known, None)
    if head == "value":
        frame = frame.assign(last=~known).sort_values(["last", "at_risk", head], ascending=[True, False, True])
    else:
        place = {name: at for at, name in enumerate([*segment.cat.categories, INACTIVE])}
        frame = frame.iloc[np.argsort(frame[head].map(place).to_numpy(), kind="stable")]
    columns = [head, "clients", "revenue", "at_risk", "weighted_risk", "expected_revenue", "lifetime_value"]
    return frame[columns].reset_index(drop=True)


def clients(base: pd.DataFrame) -> pd.DataFrame:
    """`risk.clients`: every client with a chance, the most money at risk first, equal amounts by id.

    client_id, name, abc, revenue, p_next, at_risk, quadrant, expected_revenue, lifetime_value.
    base: client frame with those columns. A long list, for the workbook.
    """
    mine = largest_first(base[base["p_next"].notna()], "at_risk")
    return pd.DataFrame(
        {
            "client_id": mine.index,
            "name": names(mine).to_numpy(),
            "abc": mine["abc1"].to_numpy(dtype=object),
            "revenue": mine["r1"].to_numpy(),
            "p_next": mine["p_next"].to_numpy(),
            "at_risk": mine["at_risk"].to_numpy(),
            "quadrant": mine["quadrant"].to_numpy(dtype=object),
            "expected_revenue": mine["expected_revenue"].to_numpy(),
            "lifetime_value": mine["lifetime_value"].to_numpy(),
        }
    )
