"""Retention over time and by segment: the same rates at earlier month ends and for parts of A0.

In: monthly rows, or the client frame; out: tables. Source: Retention; Wilson 1927;
Efron 1979.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.metrics import abc
from portfolio_review.metrics.intervals import ratio_intervals, wilson_arrays
from portfolio_review.metrics.portfolio import client_codes
from portfolio_review.metrics.rates import gross_revenue
from portfolio_review.metrics.windows import Windows

TREND_MONTHS = 12


def trend(monthly: pd.DataFrame, index: pd.Index, when: Windows) -> pd.DataFrame:
    """`retention.trend`: month, rate, low, high, n at the last 12 month ends for which both windows fit.

    rate = |A0 ∩ A1| / |A0| of the windows that end with the month, n = |A0|, NaN where it is 0.
    """
    bought = monthly[monthly["purchase_days"] > 0]
    codes, months = client_codes(bought["client_id"], index), bought["month"].to_numpy()
    rows = []
    for back in range(TREND_MONTHS - 1, -1, -1):
        end = when.p.last - back
        w1 = Span.ending(end, when.window_months)
        w0 = w1.shifted(-when.window_months)
        if when.lacks(w0):
            continue
        a0, a1 = (
            np.bincount(codes[(months >= w.first.index) & (months <= w.last.index)], minlength=len(index)) > 0
            for w in (w0, w1)
        )
        rows.append((str(end), int((a0 & a1).sum()), int(a0.sum())))
    frame = pd.DataFrame(rows, columns=["month", "kept", "n"]).astype({"kept": np.int64, "n": np.int64})
    low, high = wilson_arrays(frame["kept"], frame["n"])
    rate = frame["kept"] / frame["n"].where(frame["n"] > 0)
    return frame.assign(rate=rate, low=low, high=high)[["month", "rate", "low", "high", "n"]]


def by_abc(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`retention.by_abc`: class (at W0) and the columns of `by_segment`; four rows."""
    return by_segment(base, "abc0", abc.CLASSES, when).rename(columns={"segment": "class"})


def by_segment(base: pd.DataFrame, column: str, segments: Sequence[str], when: Windows) -> pd.DataFrame:
    """segment, base = |A0|, retained, rate, low, high (Wilson), grr, grr_low, grr_high, nrr, nrr_low, nrr_high
    (bootstrap over the segment's clients) of each of `segments`.

    base: client frame; column: what each client was at W0. No rows when the history does not reach
    W0; rates NaN where their base is 0, intervals where there are fewer than two clients. Source: Retention, by
    segment.
    """
    before = base[base["active0"]]
    by_client = pd.DataFrame(
        {
            "segment": before[column].astype(object),
            "base": 1,
            "retained": before["active1"].astype(np.int64),
            "kept": gross_revenue(before, when).above,
            "held": gross_revenue(before, when).below,
            "now": before["r1"],
            "then": before["r0"],
        }
    )
    groups = by_client.groupby("segment")
    frame = groups.sum().reindex(list(segments), fill_value=0).reset_index()
    low, high = wilson_arrays(frame["retained"], frame["base"])
    money = {segment: _intervals(mine) for segment, mine in groups}
    bounds = np.array([money.get(segment, _UNKNOWN) for segment in frame["segment"]], dtype=float).reshape(-1, 4)
    found = pd.DataFrame(
        {
            "segment": frame["segment"].astype(object),
            "base": frame["base"].astype(np.int64),
            "retained": frame["retained"].astype(np.int64),
            "rate": frame["retained"] / frame["base"].where(frame["base"] > 0),
            "low": low,
            "high": high,
            "grr": frame["kept"] / frame["held"].where(frame["held"] > 0),
            "grr_low": bounds[:, 0],
            "grr_high": bounds[:, 1],
            "nrr": frame["now"] / frame["then"].where(frame["then"] > 0),
            "nrr_low": bounds[:, 2],
            "nrr_high": bounds[:, 3],
        }
    )
    return found.head(0) if when.lacks_w0 else found


_UNKNOWN = (np.nan, np.nan, np.nan, np.nan)


def _intervals(mine: pd.DataFrame) -> tuple[float, ...]:
    """The 95 % intervals of GRR and NRR of a segment's clients, NaN where there is none."""
    found = ratio_intervals([(mine["kept"], mine["held"]), (mine["now"], mine["then"])])
    return tuple(bound for interval in found for bound in (interval or (np.nan, np.nan)))
