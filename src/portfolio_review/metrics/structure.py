"""The structure of W1: both classes together, groups of value and stability, breakdowns.

In: the client frame with its classes; out: tables and figures of the structure. Source: Structure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure
from portfolio_review.metrics import abc, xyz
from portfolio_review.metrics.portfolio import active_in, revenue_in, total
from portfolio_review.metrics.segments import GROUPS
from portfolio_review.metrics.windows import Windows

ATTRIBUTES = ("type", "industry", "region", "manager", "relationship")
"""Attributes of a client that revenue is broken down by; `category` is one of its rows."""
SHOWN = (3, 7)
"""So many of the largest values of a breakdown a page shows: where it is the only one, and where there are more."""


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

    mix: client_id, category, revenue_w0, revenue_w1, active_w1 (a purchase of the category in W1); empty where
    categories are not known. Source: Breakdowns.
    """
    found = {
        f"structure.by.{name}": breakdown(base[name], base["active1"], base["r0"], base["r1"], when)
        for name in ATTRIBUTES
        if name in base and base[name].notna().any()
    }
    if mix["category"].notna().any():
        r0, r1 = mix["revenue_w0"].round(6), mix["revenue_w1"].round(6)
        found["structure.by.category"] = breakdown(mix["category"], mix["active_w1"], r0, r1, when)
    return found


def breakdown(value: pd.Series, active: pd.Series, r0: pd.Series, r1: pd.Series, when: Windows) -> pd.DataFrame:
    """value, clients, revenue, share, revenue_w0, change: by revenue descending.

    clients: active in W1 and in that value (of a category: with a purchase of it); revenue = Σ r(W1), refund-only
    clients included, so that values add up to R(W1); share = Σ of positive r(W1) / all of them;
    change = revenue / revenue_w0 − 1, NaN where revenue_w0 ≤ 0 or the history does not reach W0.
    Rows without a value form the last row, with a missing value. Source: Breakdowns.
    """
    frame = pd.DataFrame(
        {
            "value": value.astype(object).where(value.notna(), None),
            "clients": active.to_numpy(dtype=np.int64),
            "revenue": r1,
            "share": r1.clip(lower=0.0),
            "revenue_w0": r0,
        }
    )
    sums = frame.groupby("value", dropna=False).sum().reset_index()
    sums["share"] /= sums["share"].sum() or np.nan
    if when.lacks_w0:
        sums["revenue_w0"] = np.nan
    sums["change"] = sums["revenue"] / sums["revenue_w0"].where(sums["revenue_w0"] > 0) - 1
    sums["last"] = sums["value"].isna()
    sums = sums.sort_values(["last", "revenue", "value"], ascending=[True, False, True]).drop(columns="last")
    return sums.reset_index(drop=True)


def others(breakdowns: Mapping[str, pd.DataFrame], base: pd.DataFrame, mix: pd.DataFrame) -> pd.DataFrame:
    """`structure.by_others`: attribute, shown, values, clients, revenue, revenue_w0 of the values of a breakdown
    that stand below its `shown` largest by revenue, for every number of `SHOWN`.

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
        by_revenue = table.sort_values("revenue", ascending=False, kind="stable")
        for shown in SHOWN:
            rest = by_revenue.iloc[shown:]
            named = values.isin(rest["value"].dropna()) | (values.isna() & bool(rest["value"].isna().any()))
            money = [total(rest[name]) if rest[name].notna().any() else np.nan for name in ("revenue", "revenue_w0")]
            rows.append((attribute, shown, len(rest), int(clients[named.to_numpy()].nunique()), *money))
    return pd.DataFrame(rows, columns=["attribute", "shown", "values", "clients", "revenue", "revenue_w0"])


def class_tables(base: pd.DataFrame, measure: str = "revenue") -> dict[str, pd.DataFrame]:
    """`structure.abc`, `structure.xyz` and `structure.value_stability` by id."""
    return {
        "structure.abc": abc.table(base, measure),
        "structure.xyz": xyz.table(base),
        "structure.value_stability": value_stability(base),
    }
