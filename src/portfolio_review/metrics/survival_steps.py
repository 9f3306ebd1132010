"""The Kaplan–Meier curve as it is drawn: finer than every 30 days, and with those still observed.

In: lives; out: a table. Source: Retention, survival; Kaplan, Meier 1958, JASA 53, 457–481.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics.survival import AT_DAYS, FEWEST_AT_RISK, at_risk, curve, median_life, survival_at

ROWS = 240
"""Even steps of the table: on paper they are under half a millimetre apart."""


def steps(lives: pd.DataFrame) -> pd.DataFrame:
    """`retention.survival_steps`: day, alive, ended, censored, survival, low, high, up to the last age at which
    at least 10 lives are at risk.

    Between such ages S is unknown where fewer are at risk: lives that enter late leave gaps.
    At even steps and at the days 0, 90, 180, 365 and of the median: S(day) with its interval, lives at risk at that
    age, and of the lives since the row before those that ended and those that are still going on and were seen no
    longer. lives: of `survival.lives`.
    """
    names = ["day", "alive", "ended", "censored", "survival", "low", "high"]
    if not len(lives):
        return pd.DataFrame(columns=names, dtype=float)
    exact, longest = curve(lives), int(np.floor(lives["duration"].max()))
    median = median_life(exact)
    marks = [day for day in (*AT_DAYS, *([] if median is None else [median])) if day <= longest]
    even = np.arange(0, longest + 1, max(1, -(-longest // ROWS)))
    days = np.unique(np.concatenate([even, [longest], marks]).astype(float))
    shown = np.trim_zeros(at_risk(lives, days) >= FEWEST_AT_RISK, "b")
    days = days[: len(shown)]
    lasted = np.sort(lives["duration"].to_numpy(dtype=float))
    ended = np.sort(lives.loc[lives["ended"], "duration"].to_numpy(dtype=float))
    place = np.searchsorted(exact["day"].to_numpy(dtype=float), days, side="right") - 1
    ends, all_seen = (np.searchsorted(of, days, side="right") for of in (ended, lasted))
    bound = {
        name: np.where(shown, np.append(exact[name].to_numpy(dtype=float), np.nan)[place], np.nan)
        for name in ("low", "high")
    }
    return pd.DataFrame(
        {
            "day": days,
            "alive": at_risk(lives, days),
            "ended": np.diff(ends, prepend=0),
            "censored": np.diff(all_seen - ends, prepend=0),
            "survival": np.where(shown, survival_at(exact, days), np.nan),
            **bound,
        }
    )
