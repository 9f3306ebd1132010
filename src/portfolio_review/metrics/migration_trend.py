"""How many retained clients changed their class, at each of the last month ends.

In: monthly rows and the settings of the classes; out: a table. Source: Migration, trend.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.metrics import abc, segments, tiers, xyz
from portfolio_review.metrics.migration import Scheme
from portfolio_review.metrics.portfolio import coded_months, window_facts
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review

MONTHS = 12
FEWEST_EARLIER = 3
"""With fewer earlier month ends there is no range that a month could lie outside of."""


@dataclass(frozen=True)
class Sliding:
    """What classes are made from, for windows that slide by a month.

    monthly: client_id (categorical of the clients of `base`), month, revenue, margin, purchase_days;
    base: first_purchase by client.
    """

    monthly: pd.DataFrame
    base: pd.DataFrame
    used: xyz.Interval
    review: Review

    @classmethod
    def of(
        cls, monthly: pd.DataFrame, base: pd.DataFrame, series: pd.DataFrame, when: Windows, review: Review
    ) -> Sliding:
        """The interval is that of the end of P, a constant of the series."""
        used = xyz.interval(series, when, review.xyz)
        return cls(coded_months(monthly, base.index), base, used, review)

    def classes(self, scheme: Scheme, window: Span) -> pd.Series:
        """The class of each client in `window`, as a place in the scheme's classes, −1 for none."""
        facts = window_facts(self.monthly, self.base.index, window)
        active = facts["days"] > 0
        measure = "margin" if self.review.abc.measure == "margin" else "r"
        if scheme.name == "xyz":
            found = self._xyz(window)
        elif scheme.name == "tier":
            columns = {"r1": facts["r"], "margin1": facts["margin"], "active1": active}
            found = tiers.by_rule(pd.DataFrame(columns), "1", self.review.strategic.accounts, self.review.abc.limits)
        else:
            found = abc.classify(facts[measure].fillna(0.0), active, self.review.abc.limits)
        if scheme.name == "value_stability":
            found = segments.group(found, self._xyz(window), self.review.value_stability)
        return found.cat.codes.where(active, -1)

    def _xyz(self, window: Span) -> pd.Series:
        return xyz.classify(self.monthly, self.base, window, self.used, self.review.xyz)["xyz"]


def trend(sliding: Sliding, scheme: Scheme, when: Windows) -> pd.DataFrame:
    """`migration.<s>.trend`: month, rate, n, unusual at the last 12 month ends for which both windows fit.

    n = clients active in both windows that end with the month; rate = those of another class at W1
    than at W0 / n, NaN where n is 0; unusual: the last month's rate lies outside the range of the
    earlier ones, of which there must be three. Tiers are those of the rule: no rows where any client
    has one of its own, for earlier months are not known then. Source: Migration, trend.
    """
    given = scheme.name == "tier" and tiers.are_given(sliding.base)
    held: dict[int, pd.Series] = {}

    def classes(window: Span) -> pd.Series:
        if window.last.index not in held:
            held[window.last.index] = sliding.classes(scheme, window)
        return held[window.last.index]

    rows = []
    for back in range(MONTHS - 1, -1, -1):
        w1 = Span.ending(when.p.last - back, when.window_months)
        w0 = w1.shifted(-when.window_months)
        if given or when.lacks(w0):
            continue
        then, now = classes(w0), classes(w1)
        both = (then >= 0) & (now >= 0)
        rows.append((str(w1.last), int((both & (then != now)).sum()), int(both.sum())))
    frame = pd.DataFrame(rows, columns=["month", "moved", "n"]).astype({"moved": np.int64, "n": np.int64})
    frame["rate"] = frame["moved"] / frame["n"].where(frame["n"] > 0)
    frame["unusual"] = False
    earlier = frame["rate"].iloc[:-1].dropna()
    if len(earlier) >= FEWEST_EARLIER:
        last = frame["rate"].iloc[-1]
        frame.loc[frame.index[-1], "unusual"] = bool((last < earlier.min()) | (last > earlier.max()))
    return frame[["month", "rate", "n", "unusual"]]
