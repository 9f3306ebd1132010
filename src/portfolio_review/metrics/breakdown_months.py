"""Revenue month by month of the largest values of one breakdown. In: client frame, monthly rows; out: a table."""

from __future__ import annotations

import pandas as pd

from portfolio_review.calendar import Month, Span
from portfolio_review.metrics.portfolio import rows_in
from portfolio_review.metrics.structure import ATTRIBUTES
from portfolio_review.metrics.windows import Windows

YEAR = 12
VALUES = 8
COLUMNS = ("attribute", "value", "month", "revenue")


def by_month(base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, top: int = VALUES) -> pd.DataFrame:
    """`structure.by_month`: attribute, value, month, revenue of the last 24 months known.

    Of the first attribute of `ATTRIBUTES` with two values that have revenue in the last 12 months: its `top`
    values by that revenue, equal ones by name; a month of the history without rows is zero. No rows where no
    attribute has two values. base: client frame with attributes; monthly: client_id, month, revenue.
    Source: Breakdowns.
    """
    last = when.p.last
    first = max(when.known_months.first, last - (2 * YEAR - 1))
    rows = monthly.loc[rows_in(monthly, Span(first, last)), ["client_id", "month", "revenue"]]
    lately = (rows["month"] > last.index - YEAR).to_numpy()
    months = range(first.index, last.index + 1)
    for attribute in ATTRIBUTES:
        if attribute not in base:
            continue
        named = rows.assign(value=rows["client_id"].map(base[attribute].astype(object).to_dict()))
        sums = named.loc[lately, ["value", "revenue"]].groupby("value").sum().round(6).reset_index()
        sums = sums[sums["revenue"] != 0]
        if len(sums) < 2:
            continue
        shown = sums.sort_values(["revenue", "value"], ascending=[False, True])["value"].head(top).tolist()
        grid = named.pivot_table(index="value", columns="month", values="revenue", aggfunc="sum")
        grid = grid.reindex(index=shown, columns=list(months)).fillna(0.0).round(6)
        return pd.DataFrame(
            [
                (attribute, value, str(Month(month)), float(grid.loc[value, month]))
                for value in shown
                for month in months
            ],
            columns=list(COLUMNS),
        )
    return pd.DataFrame(columns=list(COLUMNS))


def named(months: pd.DataFrame) -> str:
    """The id of the breakdown that `by_month` chose; that of the first attribute where it has no rows."""
    return f"structure.by.{months['attribute'].iloc[0] if len(months) else ATTRIBUTES[0]}"
