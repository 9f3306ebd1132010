"""Contracts that end soon, with the revenue they carry. In: the client frame; out: figures and a list.

Source: Risk and outlook.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.portfolio import largest_first, names, total
from portfolio_review.metrics.windows import Windows

ENDS_WITHIN_DAYS = 90
NO_CONTRACT_END = "no end of a contract given"


def ending(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`risk.contracts_ending`: client_id, name, contract_end (day), days_left, revenue = r(W1), p_next, of
    contracts that end 0 to 90 days after the end of P: the most money first, of equal amounts by client id.

    base: client frame with p_next, and contract_end where given; no rows where it is not.
    """
    columns = ["client_id", "name", "contract_end", "days_left", "revenue", "p_next"]
    if not _given(base):
        return pd.DataFrame(columns=columns)
    ends = pd.to_datetime(base["contract_end"])
    left = (ends - pd.Timestamp(when.p.end)).dt.days
    mine = base.assign(contract_end=ends.dt.date, days_left=left)[((left >= 0) & (left <= ENDS_WITHIN_DAYS)).to_numpy()]
    mine = largest_first(mine, "r1")
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


def figures(base: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`risk.contracts_ending_clients` and `risk.contracts_ending_revenue` = Σ r(W1), of `ending`."""
    if not _given(base):
        nothing = undefined(NO_CONTRACT_END)
        return {"risk.contracts_ending_clients": nothing, "risk.contracts_ending_revenue": nothing}
    found = ending(base, when)
    return {
        "risk.contracts_ending_clients": Figure(value=len(found)),
        "risk.contracts_ending_revenue": Figure(value=total(found["revenue"])),
    }


def _given(base: pd.DataFrame) -> bool:
    return "contract_end" in base and bool(base["contract_end"].notna().any())
