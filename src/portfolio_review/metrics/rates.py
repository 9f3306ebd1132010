"""Rates between W0 and W1 before they are divided: what each client adds above and below the line.

In: r0, r1, active0, active1, days1, first_purchase by client; out: `Parts`. Source: Retention.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import NO_CLIENT_IN_W0, NO_CLIENT_IN_W1
from portfolio_review.metrics import margin
from portfolio_review.metrics.portfolio import total, window_facts
from portfolio_review.metrics.windows import Windows

FEWEST_TO_RETURN = 10


@dataclass(frozen=True)
class Parts:
    """A rate before division: what each client adds above and below, which clients it is of (`of`), or
    the reason why there is no rate."""

    above: pd.Series
    below: pd.Series
    of: pd.Series
    reason: str | None = None

    @property
    def value(self) -> float | None:
        base = total(self.below)
        return None if self.reason or base <= 0 else total(self.above) / base


def window_pair(monthly: pd.DataFrame, base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """r0, r1, margin1 and what it is known of, active0, active1, days1, first_purchase of every client of `base` in
    other windows, as known at the end of `when`: a client that first purchased later has no first purchase yet."""
    then, now = (window_facts(monthly, base.index, window) for window in (when.w0, when.w1))
    first = base["first_purchase"]
    return pd.DataFrame(
        {
            "r0": then["r"],
            "r1": now["r"],
            **{f"{name}1": now[name] for name in ("margin", *margin.MONEY)},
            "active0": then["days"] > 0,
            "active1": now["days"] > 0,
            "days1": now["days"],
            "first_purchase": first.where(first <= pd.Timestamp(when.p.end)),
        }
    )


def client_retention(pair: pd.DataFrame, when: Windows) -> Parts:
    """|A0 ∩ A1| / |A0|."""
    before, now = pair["active0"], pair["active1"]
    return Parts(before & now, before, before, when.lacks_w0 or _no_one(before, NO_CLIENT_IN_W0))


def gross_revenue(pair: pd.DataFrame, when: Windows) -> Parts:
    """GRR = Σ_A0 min(max(r(W1), 0), max(r(W0), 0)) / Σ_A0 max(r(W0), 0), within [0, 1]."""
    before = pair["active0"]
    held = pair["r0"].clip(lower=0.0).where(before, 0.0)
    kept = pair["r1"].clip(lower=0.0).clip(upper=held)
    return Parts(kept, held, before, when.lacks_w0 or _no_one(before, NO_CLIENT_IN_W0))


def net_revenue(pair: pd.DataFrame, when: Windows) -> Parts:
    """NRR = Σ_A0 r(W1) / Σ_A0 r(W0): the closed cohort of A0, without new and returned clients."""
    before = pair["active0"]
    now, then = pair["r1"].where(before, 0.0), pair["r0"].where(before, 0.0)
    return Parts(now, then, before, when.lacks_w0 or _no_one(before, NO_CLIENT_IN_W0))


def net_revenue_with_returned(pair: pd.DataFrame, when: Windows) -> Parts:
    """(Σ_A0 r(W1) + Σ_returned r(W1)) / Σ_A0 r(W0)."""
    closed = net_revenue(pair, when)
    back = pair["active1"] & ~pair["active0"] & _purchased_before(pair, when.w0)
    above = closed.above + pair["r1"].where(back, 0.0)
    reason = when.lacks_w0 or when.lacks_before_w0 or closed.reason
    return Parts(above, closed.below, closed.of | back, reason)


def repeat(pair: pd.DataFrame, when: Windows) -> Parts:
    """Clients of A1 with ≥ 2 purchase days in W1 / |A1|."""
    now = pair["active1"]
    return Parts(now & (pair["days1"] >= 2), now, now, _no_one(now, NO_CLIENT_IN_W1))


def returning(pair: pd.DataFrame, when: Windows) -> Parts:
    """Returned / clients that had purchased before W0 and not in W0, of whom there must be 10."""
    away = _purchased_before(pair, when.w0) & ~pair["active0"]
    few = f"fewer than {FEWEST_TO_RETURN} clients could return" if away.sum() < FEWEST_TO_RETURN else None
    return Parts(away & pair["active1"], away, away, when.lacks_w0 or when.lacks_before_w0 or few)


def _purchased_before(pair: pd.DataFrame, window: Span) -> pd.Series:
    return pair["first_purchase"] < pd.Timestamp(window.start)


def _no_one(active: pd.Series, reason: str) -> str | None:
    return None if active.any() else reason
