"""Cohorts by month of first purchase: repeat activity, since nobody cancels a contract here.

In: monthly rows and first purchases; out: one row per cohort and age. Source: Cohorts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.calendar import PARTIAL_AFTER_DAYS, Month
from portfolio_review.metrics.portfolio import client_codes, grouped_count, grouped_money, month_index
from portfolio_review.metrics.windows import Windows


def cohorts(monthly: pd.DataFrame, base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.cohorts`: cohort (YYYY-MM), age (months), size, clients, revenue, truncated, partial.

    cohort = month of the first purchase; age = months since; size = its clients; clients = those with
    a purchase day in that month; revenue = all their rows in it. truncated: the first month of the
    history, whose clients may have bought before; partial: the month is not whole in the data.
    Ages without any row are left out, and rows before the first purchase. Source: Cohorts.
    """
    cohort_of = month_index(base["first_purchase"])
    codes = client_codes(monthly["client_id"], base.index)
    cohort, month = cohort_of[codes], monthly["month"].to_numpy(dtype=np.int64)
    inside = (cohort >= 0) & (month >= cohort)
    first = int(cohort_of[cohort_of >= 0].min(initial=when.p.last.index))
    ages = when.p.last.index - first + 1
    cell = (cohort[inside] - first) * ages + (month - cohort)[inside]
    rows = monthly.loc[inside]
    with_rows = np.flatnonzero(np.bincount(cell, minlength=1))
    cohort, age = with_rows // ages + first, with_rows % ages
    sizes = np.bincount(cohort_of[cohort_of >= 0] - first, minlength=ages)
    return pd.DataFrame(
        {
            "cohort": [str(Month(int(index))) for index in cohort],
            "age": age,
            "size": sizes[cohort - first],
            "clients": grouped_count(cell, rows["purchase_days"] > 0, ages * ages)[with_rows],
            "revenue": grouped_money(cell, rows["revenue"], ages * ages)[with_rows],
            "truncated": cohort == when.history_month.index,
            "partial": [_is_partial(Month(int(index)), when) for index in cohort + age],
        }
    )


def average(cohorts: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.cohort_average`: age, cohorts, size, clients, rate = Σ clients / Σ size.

    Over the cohorts that were old enough by the last whole month; those that were clients before the
    data began are left out. Source: Cohorts, weighted average row.
    """
    counted = cohorts[~cohorts["truncated"] & ~cohorts["partial"]]
    sizes = counted.drop_duplicates("cohort").set_index("cohort")["size"]
    whole = when.p.last - 1 if _is_partial(when.p.last, when) else when.p.last
    oldest = pd.Series([whole.index - _index(label) for label in sizes.index], index=sizes.index, dtype=int)
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


def _is_partial(month: Month, when: Windows) -> bool:
    return (month.last - when.data_until).days > PARTIAL_AFTER_DAYS


def _index(label: str) -> int:
    return int(label[:4]) * 12 + int(label[5:]) - 1
