"""Cohorts by month or quarter of first purchase: repeat activity, since nobody cancels a contract here.

In: monthly rows and first purchases; out: one row per cohort and age. Source: Cohorts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month
from portfolio_review.metrics.headline import FlashRows
from portfolio_review.metrics.portfolio import client_codes, grouped_money, month_index
from portfolio_review.metrics.windows import Windows

QUARTER_MONTHS = 3


def cohorts(monthly: pd.DataFrame, base: pd.DataFrame, when: Windows, flash: FlashRows | None = None) -> pd.DataFrame:
    """`retention.cohorts`: cohort (YYYY-MM), age (months), size, clients, revenue, truncated, partial.

    cohort = month of the first purchase; age = months since; size = its clients; clients = those with
    a purchase day in that month; revenue = all their rows in it. truncated: the first month of the
    history, whose clients may have bought before; partial: the month is not whole in the data. flash: the rows
    of a partial P, whose last month is kept.
    Ages without any row are left out, and rows before the first purchase. Source: Cohorts.
    """
    return _table(monthly, base, when, flash, 1)


def cohorts_quarter(
    monthly: pd.DataFrame, base: pd.DataFrame, when: Windows, flash: FlashRows | None = None
) -> pd.DataFrame:
    """`retention.cohorts_quarter`: the columns of `cohorts` by calendar quarter, cohort YYYY-Qn, age in quarters.

    truncated: the quarter that holds the first month of the history; partial: a quarter that P or the data do not
    reach to its end. Rows before the quarter of the first purchase are left out. Source: Cohorts.
    """
    return _table(monthly, base, when, flash, QUARTER_MONTHS)


def _table(
    monthly: pd.DataFrame, base: pd.DataFrame, when: Windows, flash: FlashRows | None, length: int
) -> pd.DataFrame:
    """One row per cohort and age, in steps of `length` months: a step is counted as month // length."""
    monthly, base = (flash.monthly, flash.base) if flash else (monthly, base)
    cohort_of: NDArray[np.int64] = month_index(base["first_purchase"]) // length
    codes = client_codes(monthly["client_id"], base.index)
    cohort = cohort_of[codes]
    step: NDArray[np.int64] = monthly["month"].to_numpy(dtype=np.int64) // length
    last = Month.of(when.reported["p"].end).index // length
    first = int(cohort_of[cohort_of >= 0].min(initial=last))
    ages = last - first + 1
    inside = (cohort >= 0) & (step >= cohort)
    cell = (cohort - first) * ages + (step - cohort)
    with_rows = np.flatnonzero(np.bincount(cell[inside], minlength=1))
    bought = inside & (monthly["purchase_days"] > 0).to_numpy()
    # a client counts once in a step, in however many months of it it bought
    active = np.unique(codes[bought] * ages**2 + cell[bought]) % ages**2
    cohort, age = with_rows // ages + first, with_rows % ages
    sizes = np.bincount(cohort_of[cohort_of >= 0] - first, minlength=ages)
    ends = [Month(int(index) * length + length - 1) for index in cohort + age]
    return pd.DataFrame(
        {
            "cohort": [_label(int(index), length) for index in cohort],
            "age": age,
            "size": sizes[cohort - first],
            "clients": np.bincount(active, minlength=ages**2)[with_rows],
            "revenue": grouped_money(cell[inside], monthly.loc[inside, "revenue"], ages**2)[with_rows],
            "truncated": cohort == when.history_month.index // length,
            "partial": [end > when.p.last for end in ends],
        }
    )


def _label(step: int, length: int) -> str:
    return str(Month(step)) if length == 1 else f"{step // 4:04d}-Q{step % 4 + 1}"


def average(cohorts: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.cohort_average`: age, cohorts, size, clients, rate = Σ clients / Σ size.

    Over the cohorts that were old enough by the last whole month; those that were clients before the
    data began are left out. Source: Cohorts, weighted average row.
    """
    counted = cohorts[~cohorts["truncated"] & ~cohorts["partial"]]
    sizes = counted.drop_duplicates("cohort").set_index("cohort")["size"]
    oldest = pd.Series([when.p.last.index - _index(label) for label in sizes.index], index=sizes.index, dtype=int)
    ages = range(int(oldest.max()) + 1) if len(oldest) else range(0)
    clients = counted.groupby("age")["clients"].sum()
    frame = pd.DataFrame(
        {
            "age": list(ages),
            "cohorts": [int((oldest >= age).sum()) for age in ages],
            "size": [int(sizes[oldest >= age].sum()) for age in ages],
            "clients": [int(clients.get(age, 0)) for age in ages],
        },
        dtype=np.int64,
    )
    return frame.assign(rate=frame["clients"] / frame["size"])


def _index(label: str) -> int:
    return int(label[:4]) * 12 + int(label[5:]) - 1
