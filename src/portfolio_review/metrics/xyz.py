"""XYZ: clients by the regularity of their buying. In: monthly rows and first purchases; out: classes.

Months are counted back from the end of the window: interval 0 ends with it. Source: Structure, XYZ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Span
from portfolio_review.figure import Figure
from portfolio_review.metrics.portfolio import client_codes, coded, month_index
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Xyz

CLASSES = ("X", "Y", "Z", "n/a")
"""Constant, irregular, one-off; `n/a` only by variation, below three intervals or without a positive mean: no class."""
MONTHLY_UP_TO_DAYS = 45
SHORTEST_QUARTER_WINDOW = 9
FEWEST_INTERVALS = 3

Interval = Literal["month", "quarter"]
MONTHS: dict[Interval, int] = {"month": 1, "quarter": 3}


def interval(series: pd.DataFrame, when: Windows, settings: Xyz) -> Interval:
    """The counting interval: as set, or by the median of the recent gaps of all units.

    `auto`: month when the median is at most 45 days, else quarter. Quarters need a window of at
    least 9 months that is a multiple of 3, else months are counted.

    series: date, median_gap (days), with a row for the end of P. Source: XYZ.
    """
    if when.window_months < SHORTEST_QUARTER_WINDOW or when.window_months % 3:
        return "month"
    if settings.interval != "auto":
        return settings.interval
    median = series.loc[series["date"] == pd.Timestamp(when.p.end), "median_gap"]
    return "month" if (median <= MONTHLY_UP_TO_DAYS).any() else "quarter"


def figures(series: pd.DataFrame, when: Windows, settings: Xyz) -> dict[str, Figure]:
    """`series.xyz_interval`: the interval used, `month` or `quarter`; `series.xyz_method`: what the classes mean,
    `regularity` or `variation`."""
    return {
        "series.xyz_interval": Figure(value=interval(series, when, settings)),
        "series.xyz_method": Figure(value=settings.method),
    }


def classify(monthly: pd.DataFrame, base: pd.DataFrame, window: Span, used: Interval, settings: Xyz) -> pd.DataFrame:
    """The class of every client active in `window`, and whether its history is short.

    n = intervals from the later of the window's first and the one that holds the client's first
    purchase ever, to the last; m = intervals among them with a purchase day.
    X if m/n ≥ `constant_from` and n ≥ 3; Z if m = 1; Y otherwise. m ≥ 2 and n < 3 is a short history.
    By variation: v = s / mean of the n revenues (zeros kept, s with n − 1); X if v ≤ limits[0], Y if
    v ≤ limits[1], else Z; `n/a` below n = 3 or where the mean is not positive.

    monthly: client_id, month, revenue, purchase_days; base: by client, with first_purchase.
    Columns by client: xyz (categorical of `CLASSES`, missing for clients not active), short.
    Source: XYZ.
    """
    seen = _count(monthly, base, window, used)
    m, n, active = seen.m, seen.n, seen.m > 0
    if settings.method == "variation":
        found = _by_variation(seen.cells, seen.revenue, n, seen.intervals, settings.limits)
    else:
        constant = (m / n >= settings.constant_from) & (n >= FEWEST_INTERVALS)
        found = np.where(constant, 0, np.where(m == 1, 2, 1))
    classes = coded(np.where(active, found, -1), CLASSES, base.index)
    short = active & (m >= 2) & (n < FEWEST_INTERVALS)
    return pd.DataFrame({"xyz": classes, "short": short})


def regularity(monthly: pd.DataFrame, base: pd.DataFrame, window: Span, used: Interval) -> pd.Series:
    """m/n of every client in `window`: the share of intervals since its first purchase with one; 0 for a
    client not active in it. Arguments as of `classify`. Source: XYZ."""
    seen = _count(monthly, base, window, used)
    return pd.Series(seen.m / seen.n, index=base.index)


@dataclass(frozen=True)
class _Counted:
    """m and n by client; the rows of the window, each in the cell client · intervals + interval."""

    m: NDArray[np.int64]
    n: NDArray[np.int64]
    intervals: int
    cells: NDArray[np.int64]
    revenue: pd.Series


def _count(monthly: pd.DataFrame, base: pd.DataFrame, window: Span, used: Interval) -> _Counted:
    length = MONTHS[used]
    intervals = window.months // length
    rows = monthly[(monthly["month"] >= window.first.index) & (monthly["month"] <= window.last.index)]
    where = client_codes(rows["client_id"], base.index)
    nth = (window.last.index - rows["month"].to_numpy(dtype=np.int64)) // length
    bought = (rows["purchase_days"] > 0).to_numpy()
    held = np.zeros((len(base), intervals), dtype=bool)
    held[where[bought], nth[bought]] = True
    n = _intervals_since_first(base["first_purchase"], window, length, intervals)
    return _Counted(held.sum(axis=1), n, intervals, where * intervals + nth, rows["revenue"])


def _intervals_since_first(first: pd.Series, window: Span, length: int, intervals: int) -> NDArray[np.int64]:
    """n, at least 1 (clients without a purchase have no class anyway)."""
    ago = (window.last.index - month_index(first)) // length
    return np.asarray(np.clip(ago + 1, 1, intervals), dtype=np.int64)


def _by_variation(
    cells: NDArray[np.int64],
    revenue: pd.Series,
    n: NDArray[np.int64],
    intervals: int,
    limits: tuple[float, float],
) -> NDArray[np.int64]:
    """Codes of `CLASSES` by the coefficient of variation of each client's last n intervals."""
    sums = np.bincount(cells, weights=revenue.to_numpy(dtype=float), minlength=len(n) * intervals)
    grid = sums.reshape(len(n), intervals)
    counted = np.arange(intervals) < n[:, None]
    mean = np.where(counted, grid, 0.0).sum(axis=1) / n
    squares = (np.where(counted, grid - mean[:, None], 0.0) ** 2).sum(axis=1)
    known = (n >= FEWEST_INTERVALS) & (np.round(mean, 6) > 0)
    v = np.sqrt(squares / np.maximum(n - 1, 1)) / np.where(known, mean, 1.0)
    found = np.where(v <= limits[0] + 1e-9, 0, np.where(v <= limits[1] + 1e-9, 1, 2))
    return np.where(known, found, CLASSES.index("n/a"))


def table(base: pd.DataFrame) -> pd.DataFrame:
    """`structure.xyz`: class, clients, revenue; `n/a` only where it has clients. Source: XYZ.

    base: client frame with `xyz1`; revenue is r(W1).
    """
    by_class = base[base["active1"]].groupby("xyz1", observed=False)
    frame = pd.DataFrame(
        {
            "class": list(CLASSES),
            "clients": by_class.size().to_numpy(dtype=np.int64),
            "revenue": by_class["r1"].sum().to_numpy(),
        }
    )
    return frame[(frame["class"] != "n/a") | (frame["clients"] > 0)].reset_index(drop=True)
