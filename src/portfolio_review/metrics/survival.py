"""Length of the relationship: Kaplan–Meier's curve of the client's life, and whether segments differ.

In: the client frame with lapse; out: curves, figures and tables. Sources: Kaplan, Meier 1958, JASA 53,
457–481; Greenwood 1926; Mantel 1966 (log-rank); Kalbfleisch, Prentice 2002, §1.4 (intervals); Klein, Moeschberger
2003, §4.6 (left truncation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.intervals import Z_95
from portfolio_review.metrics.movement import Earlier
from portfolio_review.metrics.stable import PRODUCT_DIGITS, significant_number
from portfolio_review.metrics.windows import Windows

AT_DAYS = (90, 180, 365)
STEP_DAYS = 30
FEWEST = 5
"""Segments with fewer clients are not compared."""
FEWEST_AT_RISK = 10
"""S is printed at the ages that so many lives were seen to reach."""
BEFORE_BIRTH = -1.0
"""The entry of a life that is seen from its first day on: at risk in (−1, duration], age 0 included."""
NO_LIVES: Mapping[str, pd.DataFrame] = MappingProxyType({})


def lives(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """entry, duration (ages in days) and ended (lapsed) of every client in the curve, at risk in (entry, duration].

    Age counts from the first purchase. A lapsed client's life ended at its last purchase; any other is censored at
    the end of W1 − its lapse limit, for whether it ended later than that cannot be known yet: who first purchased
    later than that is not in the curve. Clients whose first purchase lies in the history's first month were clients
    before: their age counts from `since`, and they enter at the age of their first purchase; without a `since`, or
    with one later than that day, they are left out. base: client frame with first_purchase, last_purchase, lapsed,
    lapse_limit, `since` where known. Sources: Retention, survival; Klein, Moeschberger 2003, §4.6.
    """
    mine = base[base["first_purchase"].notna()]
    first = mine["first_purchase"]
    truncated = first < pd.Timestamp((when.history_month + 1).first)
    since = pd.to_datetime(mine["since"]) if "since" in mine else pd.Series(pd.NaT, index=mine.index)
    born = first.where(~truncated, since.where(since <= first))
    ended = mine["lapsed"].astype(bool)
    until = pd.Timestamp(when.w1.end)
    to_last = (mine["last_purchase"] - born).dt.days.astype(float)
    to_limit = (until - born).dt.days.astype(float) - mine["lapse_limit"].astype(float)
    entry = (first - born).dt.days.astype(float)
    found = pd.DataFrame(
        {
            "entry": entry.where(truncated, BEFORE_BIRTH),
            "duration": to_limit.where(~ended, to_last),
            "ended": ended,
        }
    )
    return found[born.notna() & (found["duration"] >= entry)]


def earlier(before: Earlier, base: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`lives` as of the end of PP (`previous`) and of PY (`previous_year`); before: of `lapse.add_earlier`; base: by
    client, with `since` where known."""
    known = {"since": base["since"]} if "since" in base else {}
    return {field: lives(frame.assign(**known), then) for field, (then, frame) in before.items()}


def at_risk(lives: pd.DataFrame, ages: ArrayLike) -> NDArray[np.int64]:
    """Lives with entry < age ≤ duration at each of `ages`."""
    entered = np.searchsorted(np.sort(lives["entry"].to_numpy(dtype=float)), ages, side="left")
    left = np.searchsorted(np.sort(lives["duration"].to_numpy(dtype=float)), ages, side="left")
    return np.asarray(entered - left, dtype=np.int64)


def curve(lives: pd.DataFrame) -> pd.DataFrame:
    """day, at_risk, events, survival, low, high at every age at which a life at risk ended.

    S(t) = Π over t_j ≤ t of (1 − d_j / n_j), d_j lives that ended at t_j of n_j with entry < t_j ≤ duration, those
    censored at t_j among them. low, high: 95 % interval of ln(−ln S), with Greenwood's variance Σ d / (n (n − d));
    NaN where S is 0. Sources: Kaplan, Meier 1958; Kalbfleisch, Prentice 2002; Klein, Moeschberger 2003, §4.6.
    """
    # a life that ended on the day it entered was never at risk
    counted = lives["ended"] & (lives["duration"] > lives["entry"])
    day, events = np.unique(lives.loc[counted, "duration"].to_numpy(dtype=float), return_counts=True)
    exposed = at_risk(lives, day)
    survival = np.cumprod(1 - events / exposed)
    left = np.where(exposed > events, exposed - events, np.nan)
    spread = Z_95 * np.sqrt(np.cumsum(events / (exposed * left)))
    inside = np.where((survival > 0) & (survival < 1), survival, np.nan)
    width = spread / np.abs(np.log(inside))
    return pd.DataFrame(
        {
            "day": day,
            "at_risk": exposed,
            "events": events.astype(np.int64),
            "survival": survival,
            "low": inside ** np.exp(width),
            "high": inside ** np.exp(-width),
        }
    )


def survival_at(curve: pd.DataFrame, days: ArrayLike) -> NDArray[np.float64]:
    """S at each of `days`: 1 before the first end of a life."""
    steps = np.concatenate(([1.0], curve["survival"].to_numpy(dtype=float)))
    return np.asarray(steps[np.searchsorted(curve["day"].to_numpy(dtype=float), days, side="right")])


def median_life(curve: pd.DataFrame) -> float | None:
    """The first day at which S ≤ 0.5 (to 1e-12); None when it never falls so far."""
    reached = curve.loc[curve["survival"] <= 0.5 + 1e-12, "day"]
    return float(reached.iloc[0]) if len(reached) else None


def figures(lives: pd.DataFrame, before: Mapping[str, pd.DataFrame] = NO_LIVES) -> dict[str, Figure]:
    """`retention.survival_n` (clients in the curve), `retention.median_life` (days) and `retention.survival_90`,
    `_180`, `_365` with their intervals.

    S(t) is undefined where fewer than 10 lives are at risk at t. before: lives as of the end of PP (`previous`) and
    of PY (`previous_year`). Source: Retention, survival.
    """
    now = _figures(lives)
    then = {field: _figures(of) for field, of in before.items()}
    return {id: figure.beside({field: of[id].value for field, of in then.items()}) for id, figure in now.items()}


def _figures(lives: pd.DataFrame) -> dict[str, Figure]:
    found: dict[str, Figure] = {"retention.survival_n": Figure(value=len(lives))}
    steps = curve(lives)
    median = median_life(steps)
    found["retention.median_life"] = (
        undefined("more than half of the clients are still clients") if median is None else Figure(value=median)
    )
    for days in AT_DAYS:
        id = f"retention.survival_{days}"
        if at_risk(lives, [days])[0] < FEWEST_AT_RISK:
            found[id] = undefined(f"fewer than {FEWEST_AT_RISK} clients were seen for {days} days")
            continue
        last = steps[steps["day"] <= days].tail(1)
        known = len(last) and last[["low", "high"]].notna().all(axis=None)
        interval = (float(last["low"].iloc[0]), float(last["high"].iloc[0])) if known else None
        found[id] = Figure(value=float(survival_at(steps, [days])[0]), interval=interval)
    return found


def table(lives: pd.DataFrame) -> pd.DataFrame:
    """`retention.survival`: day, alive, survival, low, high every 30 days, where at least 10 lives are at risk.

    alive: lives at risk at that age; low and high as of the last end of a life.
    """
    steps = curve(lives)
    longest = int(np.floor(lives["duration"].max())) if len(lives) else -1
    days = np.arange(0, longest + 1, STEP_DAYS)
    days = days[at_risk(lives, days) >= FEWEST_AT_RISK]
    place = np.searchsorted(steps["day"].to_numpy(dtype=float), days, side="right") - 1

    def as_of(name: str) -> NDArray[np.float64]:
        values = np.concatenate((steps[name].to_numpy(dtype=float), [np.nan]))
        return np.asarray(values[place])

    return pd.DataFrame(
        {
            "day": days,
            "alive": at_risk(lives, days),
            "survival": survival_at(steps, days),
            "low": as_of("low"),
            "high": as_of("high"),
        }
    )


def log_rank(lives: pd.DataFrame, segment: pd.Series) -> tuple[float, int, float] | None:
    """χ², degrees of freedom and p of the log-rank test that all segments live alike; None below two.

    With d of n lives ending at a time, n_g of them in segment g: O_g − E_g summed over times, E_g =
    d n_g / n, covariance Σ d (n − d)/(n − 1) · (n_g / n)(δ_gh − n_h / n). Source: Mantel 1966.
    """
    known = lives[segment.reindex(lives.index).notna().to_numpy()]
    names, group = np.unique(segment.reindex(known.index).astype("str").to_numpy(dtype=str), return_inverse=True)
    if len(names) < 2 or not (known["ended"] & (known["duration"] > known["entry"])).any():
        return None
    counted = (known["ended"] & (known["duration"] > known["entry"])).to_numpy()
    duration = known["duration"].to_numpy(dtype=float)
    times = np.unique(duration[counted])
    exposed = np.empty((len(times), len(names)))
    deaths = np.empty((len(times), len(names)))
    for g in range(len(names)):
        died = np.sort(duration[(group == g) & counted])
        exposed[:, g] = at_risk(known[group == g], times)
        deaths[:, g] = np.searchsorted(died, times, side="right") - np.searchsorted(died, times, side="left")
    n, d = exposed.sum(axis=1), deaths.sum(axis=1)
    shares = exposed / n[:, None]
    difference = (deaths - d[:, None] * shares).sum(axis=0)
    weight = d * np.where(n > 1, (n - d) / np.maximum(n - 1, 1), 0.0)
    covariance = np.diag((weight[:, None] * shares).sum(axis=0)) - (weight[:, None] * shares).T @ shares
    statistic = significant_number(float(difference @ np.linalg.pinv(covariance) @ difference), PRODUCT_DIGITS)
    freedom = len(names) - 1
    return statistic, freedom, float(chi2.sf(statistic, freedom))


def by_segment(lives: pd.DataFrame, segment: pd.Series) -> pd.DataFrame:
    """value, clients, events, median, survival_90, survival_180, survival_365 of each segment, by value.

    Segments of fewer than 5 clients, and clients without a value, are left out; median NaN where not
    reached, survival NaN where fewer than 10 lives of the segment are at risk.
    """
    rows = []
    for value, mine in lives.groupby(segment.reindex(lives.index)):
        if len(mine) < FEWEST:
            continue
        steps = curve(mine)
        median = median_life(steps)
        at = np.where(at_risk(mine, AT_DAYS) >= FEWEST_AT_RISK, survival_at(steps, AT_DAYS), np.nan)
        rows.append((value, len(mine), int(mine["ended"].sum()), np.nan if median is None else median, *at))
    columns = ["value", "clients", "events", "median", *(f"survival_{days}" for days in AT_DAYS)]
    return pd.DataFrame(rows, columns=columns)


def differences(base: pd.DataFrame, lives: pd.DataFrame, attributes: Sequence[str]) -> pd.DataFrame:
    """`retention.survival_differences`: attribute, segments, statistic, p_value of the log-rank tests.

    For every attribute of `attributes` with two segments of at least 5 clients. Source: Mantel 1966.
    """
    rows = []
    for name in attributes:
        if name not in base:
            continue
        segment = base[name].reindex(lives.index)
        sizes = segment.value_counts()
        found = log_rank(lives, segment.where(segment.isin(sizes.index[sizes >= FEWEST])))
        if found is not None:
            rows.append((name, found[1] + 1, found[0], found[2]))
    return pd.DataFrame(rows, columns=["attribute", "segments", "statistic", "p_value"])
