"""The year's end and the unusual months. In: totals by span, the trend; out: figures, a table.

Source: Headline; the limits of the moving range: Shewhart 1931, Wheeler 1993.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month, last_complete_month
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.windows import Windows

MOVING_RANGE_FACTOR = 2.66
"""3 / d2 for ranges of two: three standard deviations of a process without change."""
MOST_UNUSUAL = 0.25
NO_MONTH = "no month of the year is complete"
MEASURES = ("revenue", "clients", "orders", "new_clients")


def year_end(totals: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`headline.year_end_revenue`: the expected revenue of the calendar year that P ends in.

    Year to date + revenue of last year's remaining months · (year to date / last year's to date).
    `previous_year` is last year's revenue. Undefined when last year's start lies before the history
    or its year to date is not positive; at the year's end it is the year to date. Of a partial P the complete months
    are the year to date; undefined in January. Source: Headline.
    """
    id = "headline.year_end_revenue"
    revenue = totals.set_index("span")["revenue"]
    ytd = when.period.year_to_date
    if when.flash and ytd.first.first.year != when.flash.period.end.year:
        return {id: undefined(NO_MONTH)}
    last_year = ytd.shifted(-12)
    left = [Month(index) for index in range(last_year.last.index + 1, last_year.first.index + 12)]
    remaining = float(sum(revenue.get(str(month), 0.0) for month in left))
    now, before = _to_date(revenue, when)
    lacks = when.lacks(last_year) or when.lacks(ytd)
    previous_year = None if lacks else before + remaining
    if not left and not when.lacks(ytd):
        return {id: Figure(value=now, previous_year=previous_year)}
    if lacks:
        return {id: undefined(lacks)}
    if before <= 0:
        return {id: undefined("no positive revenue in last year's months to date")}
    return {id: Figure(value=now + remaining * now / before, previous_year=previous_year)}


def _to_date(revenue: pd.Series, when: Windows) -> tuple[float, float]:
    """Revenue of the year to date and of last year's same months: of a partial P of complete months alone."""
    if not when.flash:
        return float(revenue.get("ytd", 0.0)), float(revenue.get("ytd_py", 0.0))
    ytd = when.period.year_to_date
    months = [Month(index) for index in range(ytd.first.index, ytd.last.index + 1)]
    now, before = (math.fsum(revenue.get(str(month - back), 0.0) for month in months) for back in (0, 12))
    return now, before


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
    now, before = _to_date(revenue, when)
    growth = now / before
    forecast = [float(revenue.get(str(month), 0.0)) * growth for month in months]
    return pd.DataFrame({"month": [str(month + 12) for month in months], "forecast": forecast})


def unusual_months(trend: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`headline.unusual_months`: measure, month, reached, limit_low, limit_high, unusual, for every measure and month.

    limit_low, limit_high = mean ± 2.66 · mean of |x_t − x_(t−1)| over the months of the trend; unusual: outside
    them, and no month when more than a quarter would be. A partial month is left out.
    trend: `headline.trend`. Source: Headline; Wheeler 1993.
    """
    whole = trend[trend["month"] <= str(last_complete_month(when.data_until))]
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
