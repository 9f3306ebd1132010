"""Outlook: how long the largest client would take to replace, and contracts that end soon.

In: the client frame; out: figures and a list. Source: Risk and outlook.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import NO_CLIENT_IN_W1, Figure, undefined
from portfolio_review.metrics.portfolio import largest_first, names, total
from portfolio_review.metrics.windows import Windows

ENDS_WITHIN_DAYS = 90
NO_CONTRACT_END = "no end of a contract given"
NO_NEW_REVENUE = "new clients brought no revenue in W1"
NO_POSITIVE_REVENUE = "no client with positive revenue in W1"


def replacement_months(base: pd.DataFrame, when: Windows) -> Figure:
    """`risk.replacement_months` = the largest r(W1) / (Σ r(W1) of new clients / window_months).

    The rate of new revenue is that of the clients new in W1 (`bridge.new`), a month.
    Undefined when the history does not reach W0, for then nobody is known to be new, or when the new
    brought nothing. base: client frame with `state`. Source: Risk and outlook.
    """
    if when.lacks_w0:
        return undefined(when.lacks_w0)
    largest = base["r1"].max() if len(base) else 0.0
    if not largest > 0:
        return undefined(NO_POSITIVE_REVENUE if base["active1"].any() else NO_CLIENT_IN_W1)
    new = total(base.loc[base["state"] == "new", "r1"])
    if new <= 0:
        return undefined(NO_NEW_REVENUE)
    return Figure(value=float(largest) * when.window_months / new)


def contracts_ending(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`risk.contracts_ending`: client_id, name, contract_end (day), days_left, revenue = r(W1), p_next, of
    contracts that end 0 to 90 days after the end of P: the soonest first, of one day the largest.

    base: client frame with p_next, and contract_end where given; no rows where it is not.
    """
    columns = ["client_id", "name", "contract_end", "days_left", "revenue", "p_next"]
    if not _given(base):
        return pd.DataFrame(columns=columns)
    ends = pd.to_datetime(base["contract_end"])
    left = (ends - pd.Timestamp(when.p.end)).dt.days
    mine = base.assign(contract_end=ends.dt.date, days_left=left)[((left >= 0) & (left <= ENDS_WITHIN_DAYS)).to_numpy()]
    mine = largest_first(mine, "r1").sort_values("days_left", kind="stable")
    return pd.DataFrame(
        {
            "client_id": mine.index,
            "name": names(mine).to_numpy(),
            "contract_end": mine["contract_end"].to_numpy(dtype=object),
            "days_left": mine["days_left"].to_numpy(dtype=np.int64),
            "revenue": mine["r1"].to_numpy(),
            "p_next": mine["p_next"].to_numpy(),
        }
    )


def contract_figures(base: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`risk.contracts_ending_clients` and `risk.contracts_ending_revenue` = Σ r(W1), of `contracts_ending`."""
    if not _given(base):
        nothing = undefined(NO_CONTRACT_END)
        return {"risk.contracts_ending_clients": nothing, "risk.contracts_ending_revenue": nothing}
    ending = contracts_ending(base, when)
    return {
        "risk.contracts_ending_clients": Figure(value=len(ending)),
        "risk.contracts_ending_revenue": Figure(value=total(ending["revenue"])),
    }


def _given(base: pd.DataFrame) -> bool:
    return "contract_end" in base and bool(base["contract_end"].notna().any())
