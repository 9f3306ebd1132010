"""The structure of W1: both classes together, groups of value and stability, breakdowns.

In: the client frame with its classes; out: tables and figures of the structure. Source: Structure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_review.catalog.lines import OF_A_BREAKDOWN
from portfolio_review.figure import Figure
from portfolio_review.metrics import abc, xyz
from portfolio_review.metrics.portfolio import active_in, revenue_in, total
from portfolio_review.metrics.segments import GROUPS
from portfolio_review.metrics.windows import Windows

ATTRIBUTES = ("type", "industry", "region", "manager", "relationship")
"""Attributes of a client that revenue is broken down by; `category` is one of its rows."""
LEAST_CHANGE = 0.01
"""Below this part of R(W0) the whole change is too small to be shared out."""
FEWEST = 10
"""A value with fewer clients in W0 has no retention: one client more or less would make 10 points of it."""
YEAR = 12


def figures(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`structure.clients` = |A1|, `structure.revenue` = R(W1), refund-only clients included.

    `previous` and `previous_year` are those of the windows that end with PP and PY. W1 is taken as
    far as the history reaches; `when.lacks(when.w1)` says so.
    """
    before, year_before = (
        None if when.lacks(earlier.w1) else earlier.w1 for earlier in (when.before, when.year_before)
    )
    clients, revenue = (
        [None if w is None else int(active_in(monthly, base.index, w).sum()) for w in (before, year_before)],
        [None if w is None else total(revenue_in(monthly, base.index, w)) for w in (before, year_before)],
    )
    known = when.lacks_w0 is None
    return {
        "structure.clients": Figure(
            value=int(base["active1"].sum()),
            previous=clients[0],
            previous_year=clients[1],
            window_previous=int(base["active0"].sum()) if known else None,
        ),
        "structure.revenue": Figure(
            value=total(base["r1"]),
            previous=revenue[0],
            previous_year=revenue[1],
            window_previous=total(base["r0"]) if known else None,
        ),
    }


def abc_xyz(base: pd.DataFrame, cadence: Mapping[str, int]) -> pd.DataFrame:
    """`structure.abc_xyz`: abc, xyz, clients, revenue, cadence (days between contacts).

    The nine cells always; cells of `none` and `n/a` only where clients exist, without a cadence.
    base: client frame with abc1, xyz1; cadence: days by cell, `AX` to `CZ`. Source: ABC × XYZ.
    """
    cells = base[base["active1"]].groupby(["abc1", "xyz1"], observed=False)["r1"].agg(["size", "sum"])
    frame = cells.reset_index().set_axis(["abc", "xyz", "clients", "revenue"], axis=1)
    frame[["abc", "xyz"]] = frame[["abc", "xyz"]].astype(object)
    proper = (frame["abc"] != "none") & (frame["xyz"] != "n/a")
    frame["cadence"] = (frame["abc"] + frame["xyz"]).map(dict(cadence)).where(proper)
    return frame[proper | (frame["clients"] > 0)].reset_index(drop=True)


def value_stability(base: pd.DataFrame) -> pd.DataFrame:
    """`structure.value_stability`: group, clients, revenue, the four groups always.

    base: client frame with `group1`. Source: Value × stability.
    """
    groups = base[base["active1"]].groupby("group1", observed=False)["r1"]
    return pd.DataFrame(
        {
            "group": list(GROUPS),
            "clients": groups.size().to_numpy(dtype=np.int64),
            "revenue": groups.sum().to_numpy(),
        }
    )


def breakdowns(base: pd.DataFrame, mix: pd.DataFrame, when: Windows) -> dict[str, pd.DataFrame]:
    """`structure.by.<attribute>` for every attribute that any client of `base` has, and for category.

    base: client frame, with at_risk where it is to be summed; mix: client_id, category, revenue_w0, revenue_w1,
    active_w1 (a purchase of the category in W1); empty where categories are not known. Source: Breakdowns.
    """
    by_client = pd.DataFrame(
        {
            "active0": base["active0"],
            "active1": base["active1"],
            "r0": base["r0"],
            "r1": base["r1"],
            "at_risk": base.get("at_risk", np.nan),
        }
    )
    found = {
        f"structure.by.{name}": breakdown(by_client.assign(value=base[name]), when)
        for name in ATTRIBUTES
        if name in base and base[name].notna().any()
    }
    if mix["category"].notna().any():
        rows = {"value": mix["category"], "active1": mix["active_w1"]}
        money = {"r0": mix["revenue_w0"].round(6), "r1": mix["revenue_w1"].round(6)}
        found["structure.by.category"] = breakdown(pd.DataFrame(rows | money | {"at_risk": np.nan}), when)
    return found


def breakdown(rows: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """value, clients, revenue, share, revenue_w0, change, amount_change, share_of_change, client_retention, at_risk.

    clients: active in W1 and in that value (of a category: with a purchase of it); revenue = Σ r(W1), refund-only
    clients included, so that values add up to R(W1); share = Σ of positive r(W1) / all of them; amount_change =
    revenue − revenue_w0, change = amount_change / revenue_w0, NaN where revenue_w0 ≤ 0; share_of_change =
    amount_change / (R(W1) − R(W0)), NaN where that is below `LEAST_CHANGE` of R(W0); client_retention =
    |A0 ∩ A1| / |A0| of the value's clients, NaN below `FEWEST` of them; at_risk = Σ at_risk of its clients, NaN
    where none has one. All against W0 is NaN where the history does not reach it. Rows without a value are one of
    the values, a missing one. The largest |amount_change| stands first; by revenue descending where W0 is not known
    or of other months of the year.

    rows: value, active1, r0, r1, at_risk, and active0 where retention is to be told; one row a client or purchase
    mix. Source: Breakdowns.
    """
    held = rows["active0"] if "active0" in rows else pd.Series(False, index=rows.index)
    frame = pd.DataFrame(
        {
            "value": rows["value"].astype(object).where(rows["value"].notna(), None),
            "clients": rows["active1"].to_numpy(dtype=np.int64),
            "revenue": rows["r1"],
            "share": rows["r1"].clip(lower=0.0),
            "revenue_w0": rows["r0"],
            "before": held.to_numpy(dtype=np.int64),
            "kept": (held & rows["active1"]).to_numpy(dtype=np.int64),
        }
    )
    groups = frame.groupby("value", dropna=False)
    sums = groups.sum().assign(at_risk=rows["at_risk"].groupby(frame["value"], dropna=False).sum(min_count=1))
    sums = sums.reset_index()
    sums["share"] /= sums["share"].sum() or np.nan
    if when.lacks_w0:
        sums[["revenue_w0", "before"]] = np.nan
    before = sums["revenue_w0"]
    sums["amount_change"] = sums["revenue"] - before
    sums["change"] = sums["revenue"] / before.where(before > 0) - 1
    sums["share_of_change"] = sums["amount_change"] / _whole_change(sums)
    sums["client_retention"] = sums["kept"] / sums["before"].where(sums["before"] >= FEWEST)
    comparable = when.lacks_w0 is None and when.window_months >= YEAR
    sums["size"] = sums["amount_change"].abs() if comparable else sums["revenue"]
    sums = sums.sort_values(["size", "revenue", "value"], ascending=[False, False, True], kind="stable")
    return sums[list(_BREAKDOWN)].reset_index(drop=True)


_BREAKDOWN = (
    "value", "clients", "revenue", "share", "revenue_w0", "change", "amount_change", "share_of_change",
    "client_retention", "at_risk",
)  # fmt: skip


def _whole_change(sums: pd.DataFrame) -> float:
    """R(W1) − R(W0), NaN where it is too small to be shared out."""
    now, before = total(sums["revenue"]), total(sums["revenue_w0"])
    return now - before if abs(now - before) >= LEAST_CHANGE * abs(before) > 0 else np.nan


def others(breakdowns: Mapping[str, pd.DataFrame], base: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """`structure.by_others`: attribute, shown, values, clients, revenue, revenue_w0, amount_change, share_of_change,
    at_risk of the values of a breakdown that stand below its first `shown`, for every number of `OF_A_BREAKDOWN`.

    clients: active in W1 in any of these values, each once, though one may buy in several categories. breakdowns,
    base, mix: as of `breakdowns`.
    """
    rows = []
    for id, table in breakdowns.items():
        attribute = id.rpartition(".")[2]
        if attribute == "category":
            held = mix[mix["active_w1"]]
            clients, values = held["client_id"], held["category"]
        else:
            held = base[base["active1"]]
            clients, values = held.index.to_series(), held[attribute]
        for shown in OF_A_BREAKDOWN:
            rest = table.iloc[shown:]
            named = values.isin(rest["value"].dropna()) | (values.isna() & bool(rest["value"].isna().any()))
            sums = [total(rest[name]) if rest[name].notna().any() else np.nan for name in _SUMMED]
            rows.append((attribute, shown, len(rest), int(clients[named.to_numpy()].nunique()), *sums))
    return pd.DataFrame(rows, columns=["attribute", "shown", "values", "clients", *_SUMMED])


_SUMMED = ("revenue", "revenue_w0", "amount_change", "share_of_change", "at_risk")


def class_tables(base: pd.DataFrame, measure: str = "revenue") -> dict[str, pd.DataFrame]:
    """`structure.abc`, `structure.xyz` and `structure.value_stability` by id."""
    return {
        "structure.abc": abc.table(base, measure),
        "structure.xyz": xyz.table(base),
        "structure.value_stability": value_stability(base),
    }
