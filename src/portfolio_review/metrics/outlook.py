"""The year's end and the unusual months. In: totals by span, the trend; out: figures, a table.

Source: Headline; the limits of the moving range: Shewhart 1931, Wheeler 1993.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.windows import Windows

MOVING_RANGE_FACTOR = 2.66
"""3 / d2 for ranges of two: three standard deviations of a process without change."""
MOST_UNUSUAL = 0.25
MEASURES = ("revenue", "clients", "orders", "new_clients")


def year_end(totals: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`headline.year_end_revenue`: the expected revenue of the calendar year that P ends in.

    Year to date + revenue of last year's remaining months · (year to date / last year's to date).
    `previous_year` is last year's revenue. Undefined when last year's start lies before the history
    or its year to date is not positive; at the year's end it is the year to date. Source: Headline.
    """
    id = "headline.year_end_revenue"
    revenue = totals.set_index("span")["revenue"]
    ytd = when.period.year_to_date
    last_year = ytd.shifted(-12)
    left = [Month(index) for index in range(last_year.last.index + 1, last_year.first.index + 12)]
    remaining = float(sum(revenue.get(str(month), 0.0) for month in left))
    now, before = (float(revenue.get(name, 0.0)) for name in ("ytd", "ytd_py"))
    lacks = when.lacks(last_year) or when.lacks(ytd)
    previous_year = None if lacks else before + remaining
    if not left and not when.lacks(ytd):
        return {id: Figure(value=now, previous_year=previous_year)}
    if lacks:
        return {id: undefined(lacks)}
    if before <= 0:
        return {id: undefined("no positive revenue in last year's months to date")}
    return {id: Figure(value=now + remaining * now / before, previous_year=previous_year)}


def rest_of_year(totals: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`headline.rest_of_year`: month, forecast of the calendar year's months after P; no rows without a forecast.

    forecast = revenue of the same month last year · (year to date / last year's to date): with the year to
    date they sum to `headline.year_end_revenue`. Source: Headline.
    """
    revenue = totals.set_index("span")["revenue"]
    last_year = when.period.year_to_date.shifted(-12)
    months = [Month(index) for index in range(last_year.last.index + 1, last_year.first.index + 12)]
    expected = year_end(totals, when)["headline.year_end_revenue"].value
    if expected is None or not months:
        return pd.DataFrame({"month": pd.Series(dtype=object), "forecast": pd.Series(dtype=float)})
    growth = float(revenue.get("ytd", 0.0)) / float(revenue.get("ytd_py", 0.0))
    forecast = [float(revenue.get(str(month), 0.0)) * growth for month in months]
    return pd.DataFrame({"month": [str(month + 12) for month in months], "forecast": forecast})


def unusual_months(trend: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`headline.unusual_months`: measure, month, reached, limit_low, limit_high, unusual, for every measure and month.

    limit_low, limit_high = mean ± 2.66 · mean of |x_t − x_(t−1)| over the months of the trend; unusual: outside
    them, and no month when more than a quarter would be. A partial last month is left out.
    trend: `headline.trend`. Source: Headline; Wheeler 1993.
    """
    whole = trend[trend["month"] != str(when.p.last)] if when.partial else trend
    return pd.concat([_limits(whole, measure) for measure in MEASURES], ignore_index=True)


def _limits(trend: pd.DataFrame, measure: str) -> pd.DataFrame:
    x = trend[measure].to_numpy(dtype=float)
    spread = MOVING_RANGE_FACTOR * np.abs(np.diff(x)).mean() if len(x) > 1 else np.nan
    middle = x.mean() if len(x) else np.nan
    outside = (x < middle - spread) | (x > middle + spread)
    if outside.sum() > MOST_UNUSUAL * len(x):
        outside = np.zeros(len(x), dtype=bool)
    return pd.DataFrame(
        {
            "measure": measure,
            "month": trend["month"],
            "reached": x,
            "limit_low": middle - spread,
            "limit_high": middle + spread,
            "unusual": outside,
        }
    )
