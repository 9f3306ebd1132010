"""Movement between W0 and W1: the state of each client, and the bridge from R(W0) to R(W1).

In: the client frame; out: its states, figures and tables. Source: Movement.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.portfolio import coded, largest_first, names, total
from portfolio_review.metrics.rates import window_pair
from portfolio_review.metrics.windows import Windows

STATES = ("retained", "lost", "new", "returned", "dormant")
STEPS = ("start", "churn", "gone_quiet", "contraction", "expansion", "returned", "new", "adjustments", "end")
LARGEST = 5
"""Clients named for each bar of the bridge."""

GONE_QUIET = "gone_quiet"
_BEFORE_W0 = ("returned", "dormant")
"""States that only purchases before W0 can tell."""


def add_states(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`base` with `state`: exactly one for every client that ever purchased.

    retained A0 ∩ A1; lost A0 only; new A1, first purchase ever in W1; returned A1, not A0, purchased
    before W0; dormant neither, purchased before W0. Missing for clients without any purchase, and for
    all when the history does not reach W0. Categorical of `STATES`. Source: Movement.
    """
    before, now = base["active0"].to_numpy(), base["active1"].to_numpy()
    first_in_w1 = (base["first_purchase"] >= pd.Timestamp(when.w1.start)).to_numpy()
    codes = np.select(
        [before & now, before, now & first_in_w1, now, base["first_purchase"].notna().to_numpy()],
        [0, 1, 2, 3, 4],
        default=-1,
    )
    if when.lacks_w0:
        codes = np.full(len(base), -1)
    return base.assign(state=coded(codes, STATES, base.index))


Earlier = Mapping[str, tuple[Windows, pd.DataFrame]]
"""Client frames with `state` as they stood at the end of PP (`previous`) and of PY (`previous_year`)."""
NO_EARLIER: Earlier = MappingProxyType({})


def earlier(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> Earlier:
    """The states and windows' revenues as of the end of PP and of PY, where the history reaches W0 of then.

    Columns of each frame: those of `rates.window_pair`, and state. base: client frame; monthly: client_id,
    month, revenue, purchase_days. Source: Movement.
    """
    ends = {"previous": when.before, "previous_year": when.year_before}
    return {
        field: (then, add_states(window_pair(monthly, base, then), then))
        for field, then in ends.items()
        if then.lacks_w0 is None
    }


def figures(base: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER) -> dict[str, Figure]:
    """`movement.<state>_clients`: clients of each state; returned and dormant unknown at the start; and
    `movement.gone_quiet_clients`: retained ones that are lapsed at the end of W1.

    `previous` and `previous_year` are those of the windows that end with PP and PY. base: client frame with
    `state`, `lapsed`; before: of `lapse.add_earlier`. Source: Movement.
    """
    counts = _counts(base, when)
    then = {field: _counts(frame, at) for field, (at, frame) in before.items()}
    found: dict[str, Figure] = {}
    for state in (*STATES, GONE_QUIET):
        value = counts[state]
        if value is None:
            found[f"movement.{state}_clients"] = undefined(when.lacks_w0 or when.lacks_before_w0 or "")
        else:
            beside = {field: of[state] for field, of in then.items()}
            found[f"movement.{state}_clients"] = Figure(value=value).beside(beside)
    return found


def _counts(base: pd.DataFrame, when: Windows) -> dict[str, int | None]:
    counts = {**base["state"].value_counts(), GONE_QUIET: gone_quiet(base).sum()}
    return {
        state: None if when.lacks_w0 or (when.lacks_before_w0 and state in _BEFORE_W0) else int(counts.get(state, 0))
        for state in (*STATES, GONE_QUIET)
    }


def gone_quiet(base: pd.DataFrame) -> pd.Series:
    """Who bought in both windows and is silent past its own limit at the end of W1. base: with state, lapsed."""
    return (base["state"] == "retained") & base["lapsed"]


def amounts(base: pd.DataFrame) -> pd.DataFrame:
    """What each client adds to each step of the bridge, in money; the steps from churn to adjustments
    sum to r(W1) − r(W0) for every client.

    churn = −r(W0) of lost; of retained r(W1) − r(W0): expansion where positive; where negative gone_quiet for
    those lapsed at the end of W1, contraction for the others; returned, new = r(W1) of those; adjustments =
    r(W1) where not active in W1 − r(W0) where not active in W0. Source: Bridge.
    """
    r0, r1, state = base["r0"], base["r1"], base["state"]
    difference, quiet = (r1 - r0).where(state == "retained", 0.0), gone_quiet(base)
    less = difference.clip(upper=0.0)
    return pd.DataFrame(
        {
            "start": r0,
            "churn": -r0.where(state == "lost", 0.0),
            "gone_quiet": less.where(quiet, 0.0),
            "contraction": less.where(~quiet, 0.0),
            "expansion": difference.clip(lower=0.0),
            "returned": r1.where(state == "returned", 0.0),
            "new": r1.where(state == "new", 0.0),
            "adjustments": r1.where(~base["active1"], 0.0) - r0.where(~base["active0"], 0.0),
            "end": r1,
        }
    )


def bridge_figures(base: pd.DataFrame, when: Windows, before: Earlier = NO_EARLIER) -> dict[str, Figure]:
    """`bridge.<step>`: R(W0) + churn + gone_quiet + contraction + expansion + returned + new + adjustments
    = R(W1).

    All undefined when the history does not reach W0. When it starts with W0, `bridge.returned` is 0
    and carries the reason why it cannot be known. `previous` and `previous_year` are the bridges between the
    windows that end with PP and PY. base: client frame with state, lapsed; before: of `lapse.add_earlier`.
    Source: Bridge.
    """
    if when.lacks_w0:
        return {f"bridge.{step}": undefined(when.lacks_w0) for step in STEPS}
    now = _sums(base)
    then = {field: _sums(frame) for field, (_, frame) in before.items()}
    found = {
        f"bridge.{step}": Figure(value=now[step]).beside({field: sums[step] for field, sums in then.items()})
        for step in STEPS
    }
    known = {field: then[field]["returned"] for field, (at, _) in before.items() if not at.lacks_before_w0}
    returned = Figure(value=now["returned"], reason=when.lacks_before_w0).beside(known)
    return found | {"bridge.returned": returned}


def _sums(base: pd.DataFrame) -> dict[str, float]:
    by_client = amounts(base)
    return {step: total(by_client[step]) + 0.0 for step in STEPS}


def bridge_steps(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`bridge.steps`: step, clients, amount. Clients of start and end are |A0| and |A1|, of the other
    steps those with an amount. No rows when the history does not reach W0."""
    by_client = amounts(base)
    clients = {step: int((by_client[step] != 0).sum()) for step in STEPS}
    clients |= {
        "start": int(base["active0"].sum()),
        "end": int(base["active1"].sum()),
        "churn": int((base["state"] == "lost").sum()),
        "returned": int((base["state"] == "returned").sum()),
        "new": int((base["state"] == "new").sum()),
    }
    frame = pd.DataFrame(
        {
            "step": list(STEPS),
            "clients": [clients[step] for step in STEPS],
            "amount": [total(by_client[step]) + 0.0 for step in STEPS],
        }
    )
    return frame.head(0) if when.lacks_w0 else frame


def bridge_largest(base: pd.DataFrame, when: Windows, top: int = LARGEST) -> pd.DataFrame:
    """`bridge.largest`: step, rank, client_id, name, amount, the `top` largest amounts of each bar by
    their size, equal ones by client id. No rows when the history does not reach W0."""
    by_client, named = amounts(base), names(base)
    if when.lacks_w0:
        by_client = by_client.head(0)
    parts = []
    for step in STEPS:
        step_amounts = by_client.loc[by_client[step] != 0, [step]].rename(columns={step: "amount"})
        first = largest_first(step_amounts.assign(size=step_amounts["amount"].abs()), "size").head(top)
        parts.append(
            pd.DataFrame(
                {
                    "step": [step] * len(first),
                    "rank": np.arange(1, len(first) + 1),
                    "client_id": first.index,
                    "name": named.reindex(first.index).to_numpy(),
                    "amount": first["amount"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
