"""What was known of every client's purchases at any past month end, from its months alone.

In: the frames `monthly` and `clients` of a slice; out: x, t_x, T, L and months of silence at a month end, and who
bought after it. Sources: Ground terms (purchase day); chances of a purchase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month
from portfolio_review.metrics.histories import DAYS_A_WEEK, Histories, Vector
from portfolio_review.metrics.portfolio import client_codes

LOG_GAP_UNIT = 1e-9
"""Σ ln(gap in weeks) is a whole number of these."""
_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Known:
    """The clients with a purchase day up to the end of `month`, by id; arrays of one entry each."""

    month: Month
    client: NDArray[np.intp]
    """The place of each among the clients of the history."""
    repeats: NDArray[np.int64]
    """x: purchase days − 1."""
    recency: NDArray[np.int64]
    """Days from the first to the last purchase day."""
    age: NDArray[np.int64]
    """Days from the first purchase day to the last day of the month."""
    log_gaps: Vector
    """L = Σ ln(gap in weeks); 0 without a gap."""
    silence: NDArray[np.int64]
    """Months since that of the last purchase day."""
    months_bought: NDArray[np.int64]
    """Months with a purchase day."""
    life: NDArray[np.int64]
    """Months from that of the first purchase day to `month`, both counted."""
    following: NDArray[np.int64]
    """Months from `month` to that of the next purchase day, far ahead where none is seen."""

    def __len__(self) -> int:
        return len(self.client)

    @property
    def x(self) -> Vector:
        return self.repeats.astype(float)

    @property
    def t_x(self) -> Vector:
        """Weeks, unrounded."""
        return self.recency / DAYS_A_WEEK

    @property
    def T(self) -> Vector:
        """Weeks, unrounded."""
        return self.age / DAYS_A_WEEK

    @property
    def histories(self) -> Histories:
        return Histories.of_days(self.repeats, self.recency, self.age)

    @property
    def repeat_clients(self) -> int:
        """Clients with x ≥ 1."""
        return int((self.repeats > 0).sum())

    def bought_within(self, months: int) -> NDArray[np.bool_]:
        """Who has a purchase day in the `months` after `month`."""
        return self.following <= months


@dataclass(frozen=True)
class PurchaseHistory:
    """The months with a purchase day of every client, by client and month, as far as the frames reach.

    `ids`: clients with a purchase day, sorted; the arrays `client` … `log_gaps` have one entry per client and month:
    its place in `ids`, the month, its last purchase day (days since 1970), purchase days and Σ ln(gap in weeks) from
    the client's first month to this one.
    """

    ids: pd.Index
    first_day: NDArray[np.int64]
    start: Month
    """The history's first month: that of its first row with a client."""
    client: NDArray[np.intp]
    month: NDArray[np.int64]
    last_day: NDArray[np.int64]
    days: NDArray[np.int64]
    log_gaps: Vector

    @classmethod
    def of(cls, monthly: pd.DataFrame, clients: pd.DataFrame, start: Month) -> PurchaseHistory:
        """monthly: client_id, month, purchase_days, last_day (day of the month), log_gaps; clients: client_id,
        first_purchase."""
        first = clients.set_index("client_id")["first_purchase"].dropna().sort_index()
        rows = monthly.loc[(monthly["purchase_days"] > 0).to_numpy()]
        client = client_codes(rows["client_id"], first.index)
        month = rows["month"].to_numpy(dtype=np.int64)
        order = np.lexsort((month, client))
        client, month = client[order], month[order]
        days = rows["purchase_days"].to_numpy(dtype=np.int64)[order]
        # in whole 1e-9, as slices give them: a client's sums do not depend on who else there is
        gaps = np.rint(rows["log_gaps"].to_numpy(dtype=float)[order] / LOG_GAP_UNIT).astype(np.int64)
        months_since = (month - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
        last = (months_since - _EPOCH).astype(np.int64) + rows["last_day"].to_numpy(dtype=np.int64)[order] - 1
        starts = np.searchsorted(client, np.arange(len(first)))
        return cls(
            ids=first.index,
            first_day=(first.to_numpy().astype("datetime64[D]") - _EPOCH).astype(np.int64),
            start=start,
            client=client,
            month=month,
            last_day=last,
            days=_running(days, client, starts),
            log_gaps=np.asarray(_running(gaps, client, starts) * LOG_GAP_UNIT, dtype=np.float64),
        )

    def at(self, month: Month) -> Known:
        """What was known at the end of `month`."""
        count = np.bincount(self.client[self.month <= month.index], minlength=len(self.ids))
        starts = np.searchsorted(self.client, np.arange(len(self.ids)))
        known = np.flatnonzero(count)
        place = starts[known] + count[known] - 1
        following = np.full(len(known), 10_000, dtype=np.int64)
        has_next = np.append(self.client[1:] == self.client[:-1], [False])[place] if len(place) else place > 0
        following[has_next] = self.month[place[has_next] + 1] - month.index
        first = self.first_day[known]
        return Known(
            month=month,
            client=known,
            repeats=self.days[place] - 1,
            recency=self.last_day[place] - first,
            age=(np.datetime64(month.last, "D") - _EPOCH).astype(np.int64) - first,
            log_gaps=self.log_gaps[place],
            silence=month.index - self.month[place],
            months_bought=count[known],
            life=month.index + 1 - self.month[starts[known]],
            following=following,
        )

    @property
    def earliest_origin(self) -> Month:
        """The history's second month: before its end nothing can be learned of past month ends."""
        return self.start + 1


def _running(values: NDArray[np.int64], client: NDArray[np.intp], starts: NDArray[np.intp]) -> NDArray[np.int64]:
    """The sum of each client's values up to each of its entries."""
    if not len(values):
        return values
    upto = np.cumsum(values)
    return np.asarray(upto - (upto - values)[starts][client])


def days_ahead(month: Month, months: int) -> int:
    """Calendar days of the `months` after the end of `month`."""
    return ((month + months).last - month.last).days
