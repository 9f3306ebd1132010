"""Gaps between purchases and lapse: which clients are still clients at a day.

In: what was known of each client at a day, and the series' constants; out: silence, usual gap, lapse
limit, overdue and lapsed by client. Source: Gaps and lapse.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.movement import Earlier
from portfolio_review.metrics.windows import Windows

FEWEST_OWN_GAPS = 4
"""From so many own gaps a client's usual gap is its own quantile, else the series'."""
TOLERANCE_DAYS = 1e-9
SHORTEST_LIMIT_DAYS = 90
LONGEST_LIMIT_DAYS = 365
NO_GAP = "no client bought on two days"


@dataclass(frozen=True)
class Gaps:
    """What was known at some days: of each client, and of all units' clients together.

    as_of: client_id, date, last_purchase, gaps (of the last 24 months), gap_q80 (days); series: date,
    usual_gap, median_gap (days).
    """

    as_of: pd.DataFrame
    series: pd.DataFrame

    def usual(self, day: dt.date) -> float | None:
        """The 80 % quantile of all clients' gaps as of `day`; None where nobody bought twice."""
        found = self.series.loc[self.series["date"] == pd.Timestamp(day), "usual_gap"]
        if found.empty:
            raise KeyError(f"no usual gap is known as of {day:%Y-%m-%d}")
        return float(found.iloc[0]) if pd.notna(found.iloc[0]) else None

    def known_at(self, day: dt.date) -> bool:
        """Whether anything is kept as of `day`."""
        return bool((self.series["date"] == pd.Timestamp(day)).any())


def series_figures(gaps: Gaps, when: Windows) -> dict[str, Figure]:
    """`series.usual_gap` as of the end of P, a constant of the series."""
    gap = gaps.usual(when.p.end)
    return {"series.usual_gap": Figure(value=gap) if gap is not None else undefined(NO_GAP)}


def as_of(gaps: Gaps, day: dt.date) -> pd.DataFrame:
    """What is known at `day` of every client that purchased by then, by client id.

    g_i = the 80 % quantile of the client's own gaps when it has ≥ 4, else the series'; silence = days
    from its last purchase day to `day`; overdue: silence > g_i + 1e-9;
    limit = min(max(2 g_i, 90), max(365, g_i)); lapsed: silence > limit + 1e-9. Where no gap is known
    at all, nobody is overdue and the limit is 365 days.

    Columns by client: last_purchase, usual_gap, silence, limit (days), overdue, lapsed. Errors: KeyError when
    nothing is kept as of `day`. Source: Gaps and lapse.
    """
    common = gaps.usual(day)
    known = gaps.as_of[gaps.as_of["date"] == pd.Timestamp(day)].set_index("client_id").sort_index()
    gap = known["gap_q80"].astype(float).where(known["gaps"] >= FEWEST_OWN_GAPS, np.nan if common is None else common)
    silence = (pd.Timestamp(day) - known["last_purchase"]).dt.days
    limit = (2 * gap).clip(lower=SHORTEST_LIMIT_DAYS).clip(upper=gap.clip(lower=LONGEST_LIMIT_DAYS))
    limit = limit.fillna(LONGEST_LIMIT_DAYS)
    return pd.DataFrame(
        {
            "last_purchase": known["last_purchase"],
            "usual_gap": gap,
            "silence": silence,
            "limit": limit,
            "overdue": silence > gap + TOLERANCE_DAYS,
            "lapsed": silence > limit + TOLERANCE_DAYS,
        }
    )


def at_end(gaps: Gaps, when: Windows) -> pd.DataFrame:
    """`as_of` the end of P."""
    return as_of(gaps, when.p.end)


def add_lapse(base: pd.DataFrame, gaps: Gaps, when: Windows) -> pd.DataFrame:
    """`base` with what is known at the end of P, and whether each was a client at both windows' ends.

    Columns of `as_of` (lapse_limit for limit; overdue and lapsed False for clients that never
    purchased), lapsed0 (at W0's end), client0, client1 (purchased by the end of W0, of P, and not
    lapsed then). Source: Gaps and lapse, kept at the end.
    """
    then, now = as_of(gaps, when.w0.end), at_end(gaps, when)
    now = now.rename(columns={"limit": "lapse_limit"}).reindex(base.index)
    now[["overdue", "lapsed"]] = now[["overdue", "lapsed"]].fillna(False).astype(bool)
    lapsed0 = _known_as(then["lapsed"], base.index)
    return base.join(now).assign(
        lapsed0=lapsed0,
        client0=_known_as(~then["lapsed"], base.index),
        client1=now["last_purchase"].notna() & ~now["lapsed"],
    )


def add_earlier(before: Earlier, gaps: Gaps) -> Earlier:
    """`movement.earlier` with the columns of `add_lapse`, as of the end of PP and of PY; without a window for
    whose end nothing is kept."""
    return {
        field: (then, add_lapse(frame, gaps, then))
        for field, (then, frame) in before.items()
        if gaps.known_at(then.p.end) and gaps.known_at(then.w0.end)
    }


def lapsed_between(gaps: Gaps, when: Windows) -> pd.DataFrame:
    """Clients lapsed at the end of P and not at the end of PP: their rows of `at_end`."""
    now = at_end(gaps, when)
    before = as_of(gaps, when.pp.end)
    return now[now["lapsed"] & ~_known_as(before["lapsed"], now.index)]


def _known_as(flag: pd.Series, index: pd.Index) -> NDArray[np.bool_]:
    """`flag` of each client of `index`, False where it was not known."""
    place = flag.index.get_indexer(index)
    return np.asarray((place >= 0) & flag.to_numpy(dtype=bool)[np.maximum(place, 0)]) if len(flag) else place >= 0
