"""What each manager's clients bring, keep and risk. In: the client frame, targets; out: a table.

Source: Structure, Retention, Risk and outlook; Wilson 1927.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month, Span
from portfolio_review.metrics.headline import FlashRows
from portfolio_review.metrics.intervals import wilson_arrays
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, revenue_in
from portfolio_review.metrics.windows import Windows

TARGET = "headline.revenue"
"""The figure whose target for P is a manager's plan."""
COMPANY = "all"
COLUMNS = ("manager", "clients", "revenue", "reached", "target", "plan_gap", "attainment", "base", "rate", "low",
           "high", "at_risk", "contacts_overdue")  # fmt: skip


def table(
    base: pd.DataFrame,
    monthly: pd.DataFrame,
    targets: pd.DataFrame,
    when: Windows,
    lacks_contacts: str | None,
    flash: FlashRows | None = None,
) -> pd.DataFrame:
    """`actions.managers`: the columns of `COLUMNS`, the one who lacks most money to plan first; those without a plan
    by revenue, equal ones by name.

    clients: active in W1; revenue = Σ r(W1); reached = Σ r(P); target: the manager's plan for `headline.revenue`
    of P; plan_gap = reached − target; attainment = reached / target, NaN without a positive target; base = |A0|,
    rate = its share active in W1 with the Wilson 95 % interval, base 0 and rate NaN where the history does not
    reach W0; at_risk = Σ money at risk, NaN without a model; contacts_overdue: active clients past their cadence,
    NaN where no last contact is known. Clients without a manager form the last row, so that the rows add up to the
    unit. No rows where no manager is known.

    base: client frame with at_risk and contact_overdue, and manager where it is known; monthly: client_id, month,
    revenue; targets: figure, period, value and, where given, manager, unit; lacks_contacts: of
    `contact_cadence.lacks_contacts`; flash: the rows of a partial P, whose days are reached by whoever bought in
    them. Source: Structure; Retention; Risk and outlook.
    """
    if "manager" not in base or not base["manager"].notna().any():
        return pd.DataFrame(columns=list(COLUMNS))
    before = base["active0"] & (when.lacks_w0 is None)
    sums = pd.DataFrame(
        {
            "manager": base["manager"].astype(object).where(base["manager"].notna(), None),
            "clients": base["active1"].astype(np.int64),
            "revenue": base["r1"],
            "base": before.astype(np.int64),
            "kept": (before & base["active1"]).astype(np.int64),
            "at_risk": base["at_risk"],
            "contacts_overdue": (base["contact_overdue"] & base["active1"]).astype(float),
        }
    )
    groups = sums.groupby("manager", dropna=False)
    frame = groups.sum().assign(at_risk=groups["at_risk"].sum(min_count=1)).rename_axis("manager").reset_index()
    reached = _reached(*((flash.base, flash.monthly) if flash else (base, monthly)), when)
    frame = frame.merge(reached, on="manager", how="left")
    money = ["revenue", "reached", "at_risk"]
    frame[money] = frame[money].round(MONEY_DECIMALS)
    frame["target"] = frame["manager"].map(plans(targets, str(when.period))).astype(float)
    frame["plan_gap"] = (frame["reached"] - frame["target"]).round(MONEY_DECIMALS)
    frame["attainment"] = frame["reached"] / frame["target"].where(frame["target"] > 0)
    frame["low"], frame["high"] = wilson_arrays(frame["kept"], frame["base"])
    frame["rate"] = frame["kept"] / frame["base"].where(frame["base"] > 0)
    if lacks_contacts:
        frame["contacts_overdue"] = np.nan
    # whose clients bought in neither window has no row
    frame = frame[(frame["clients"] > 0) | (frame["base"] > 0) | (frame["revenue"] != 0)]
    frame["last"] = frame["manager"].isna()
    frame = frame.sort_values(["last", "plan_gap", "revenue", "manager"], ascending=[True, True, False, True])
    return frame[list(COLUMNS)].reset_index(drop=True)


def _reached(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """manager, reached = Σ r(P) of its clients; the clients without one are of None."""
    p = when.reported["p"]
    r = revenue_in(monthly, base.index, Span(Month.of(p.start), Month.of(p.end))).rename("reached")
    return r.groupby(base["manager"].astype(object), dropna=False).sum().rename_axis("manager").reset_index()


def plans(targets: pd.DataFrame, period: str) -> pd.Series:
    """The plan of each manager for the revenue of `period`, by name: that of the company where it is given,
    else the sum of those of the units. Money."""
    if "manager" not in targets:
        return pd.Series(dtype=float)
    mine = targets[(targets["figure"] == TARGET) & (targets["period"].astype("str") == period)]
    mine = mine[mine["manager"].notna()]
    if "unit" in mine:
        whole = mine[mine["unit"] == COMPANY]
        parts = mine[(mine["unit"] != COMPANY) & ~mine["manager"].isin(whole["manager"])]
        mine = pd.concat([whole, parts])
    return mine.groupby("manager")["value"].sum().astype(float)
