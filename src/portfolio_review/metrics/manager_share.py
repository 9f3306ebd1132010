"""Revenue that rests on each of our own managers. In: the client frame; out: a table, a figure, a check.

Source: Strategic clients, exposure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.portfolio import LIMIT_TOLERANCE, total

HEAVY_FROM = 0.10
NO_MANAGER = "no manager given"
_COLUMNS = ["manager", "clients", "key_clients", "revenue", "share", "heavy"]


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`strategic.managers`: manager, clients, key_clients, revenue = Σ r(W1), share of the positive revenues, heavy
    (share ≥ 10 %): over clients active in W1, the largest revenue first, clients without a manager last, as None.

    No rows where no manager is known. base: client frame with active1, r1, tier1 and, where known, manager.
    """
    if "manager" not in base or base["manager"].isna().all():
        return pd.DataFrame(columns=_COLUMNS)
    mine = base[base["active1"]]
    positive = mine["r1"].clip(lower=0.0)
    by_manager = mine["manager"].astype(object).where(mine["manager"].notna(), "")
    frame = pd.DataFrame(
        {
            "clients": mine.groupby(by_manager).size(),
            "key_clients": (mine["tier1"] != "non-key").groupby(by_manager).sum(),
            "revenue": mine["r1"].groupby(by_manager).agg(total),
            "share": positive.groupby(by_manager).agg(total) / (total(positive) or np.nan),
        }
    ).rename_axis("manager").reset_index()  # fmt: skip
    frame["heavy"] = (frame["share"] >= HEAVY_FROM * (1 - LIMIT_TOLERANCE)) & (frame["manager"] != "")
    frame = frame.assign(nobody=frame["manager"] == "")
    frame = frame.sort_values(["nobody", "revenue", "manager"], ascending=[True, False, True], kind="stable")
    frame["manager"] = frame["manager"].astype(object).where(~frame["nobody"], None)
    return frame[_COLUMNS].astype({"clients": np.int64, "key_clients": np.int64}).reset_index(drop=True)


def figures(managers: pd.DataFrame) -> dict[str, Figure]:
    """`strategic.heavy_managers`: managers with a share of at least 10 %. managers: `table`."""
    known = Figure(value=int(managers["heavy"].sum())) if len(managers) else undefined(NO_MANAGER)
    return {"strategic.heavy_managers": known}


def managers_add_up(managers: pd.DataFrame, base: pd.DataFrame) -> Check:
    """Σ clients and revenue of the managers = |A1| and revenue of A1."""
    if managers.empty:
        return Check("managers_add_up", True, f"nothing to check: {NO_MANAGER}")
    clients, active = int(managers["clients"].sum()), int(base["active1"].sum())
    revenue, whole = total(managers["revenue"]), total(base.loc[base["active1"], "r1"])
    detail = f"clients: {clients:,} = {active:,}; revenue: {revenue:,.2f} = {whole:,.2f}"
    return Check("managers_add_up", clients == active and same_money(revenue, whole), detail)
