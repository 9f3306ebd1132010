"""How many retained clients changed their class, at each of the last month ends.

In: monthly rows and the settings of the classes; out: a table. Source: Migration, trend.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Span
from portfolio_review.metrics import abc, segments, tiers, xyz
from portfolio_review.metrics.migration import Scheme
from portfolio_review.metrics.portfolio import coded_months, window_facts
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Review

T = TypeVar("T")
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
    held: dict[tuple[str, Span], Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls, monthly: pd.DataFrame, base: pd.DataFrame, series: pd.DataFrame, when: Windows, review: Review
    ) -> Sliding:
        """The interval is that of the end of P, a constant of the series."""
        used = xyz.interval(series, when, review.xyz)
        return cls(coded_months(monthly, base.index), base, used, review)

    def pair(self, scheme: Scheme, w0: Span, w1: Span) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The class of each client in `w0` and in `w1`, as a place in the scheme's classes, −1 without a class."""
        if scheme.name == "abc_fixed":
            return self._places(scheme, w0, self._abc(w0)), self._places(scheme, w1, self._abc_fixed(w0, w1))
        return self._places(scheme, w0, self._classes(scheme, w0)), self._places(scheme, w1, self._classes(scheme, w1))

    def _places(self, scheme: Scheme, window: Span, classes: pd.Series) -> NDArray[np.int64]:
        held = self._facts(window)["active"].to_numpy() & ~classes.isin(scheme.classless).to_numpy()
        return np.where(held, classes.cat.codes.to_numpy(dtype=np.int64), -1)

    def _classes(self, scheme: Scheme, window: Span) -> pd.Series:
        if scheme.name == "xyz":
            found = self._xyz(window)
        elif scheme.name == "tier":
            facts = self._facts(window)
            columns = {"r1": facts["r"], "margin1": facts["margin"], "active1": facts["active"]}
            found = tiers.by_rule(pd.DataFrame(columns), "1", self.review.strategic.accounts, self.review.abc.limits)
        elif scheme.name == "value_stability":
            found = segments.group(self._abc(window), self._xyz(window), self.review.value_stability)
        else:
            found = self._abc(window)
        return found

    def _facts(self, window: Span) -> pd.DataFrame:
        return self._once("facts", window, lambda: window_facts(self.monthly, self.base.index, window).assign(
            active=lambda facts: facts["days"] > 0))  # fmt: skip

    def _amounts(self, window: Span) -> pd.Series:
        return self._facts(window)[abc.used(self.base, self.review.abc.measure)]

    def _abc(self, window: Span) -> pd.Series:
        amounts = self._amounts(window)
        # a window whose margin is not known has no classes
        active = self._facts(window)["active"] & amounts.notna()
        return self._once("abc", window, lambda: abc.classify(amounts.fillna(0.0), active, self.review.abc.limits))

    def _abc_fixed(self, w0: Span, w1: Span) -> pd.Series:
        now = self._amounts(w1)
        limits = abc.money_limits(self._amounts(w0), self._abc(w0))
        return abc.classify_fixed(now.fillna(0.0), self._facts(w1)["active"] & now.notna(), limits)

    def _xyz(self, window: Span) -> pd.Series:
        return self._once("xyz", window, lambda: xyz.classify(
            self.monthly, self.base, window, self.used, self.review.xyz)["xyz"])  # fmt: skip

    def _once(self, what: str, window: Span, make: Callable[[], T]) -> T:
        """Several schemes look at the same windows: each frame is made once."""
        key = (what, window)
        if key not in self.held:
            self.held[key] = make()
        return self.held[key]  # type: ignore[no-any-return]


def trend(sliding: Sliding, scheme: Scheme, when: Windows) -> pd.DataFrame:
    """`migration.<s>.trend`: month, rate, n, unusual at the last 12 month ends for which both windows fit.

    n = clients active in both windows that end with the month, with a class in both; rate = those of another
    class at W1 than at W0 / n, NaN where n is 0; `abc_fixed`: the class at W1 by the money limits of its own W0;
    unusual: the last month's rate lies outside the range of the earlier ones, of which there must be three. Tiers
    are those of the rule: no rows where any client has one of its own, for earlier months are not known then.
    Source: Migration, trend.
    """
    given = scheme.name == "tier" and tiers.are_given(sliding.base)
    rows = []
    for back in range(MONTHS - 1, -1, -1):
        w1 = Span.ending(when.p.last - back, when.window_months)
        w0 = w1.shifted(-when.window_months)
        if given or when.lacks(w0):
            continue
        then, now = sliding.pair(scheme, w0, w1)
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
