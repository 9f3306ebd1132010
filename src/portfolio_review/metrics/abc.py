"""ABC: clients by their share of the whole. In: r of the active clients; out: their classes.

Source: Structure, ABC; the 80/95 convention after Dickie 1951.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.figure import Figure
from portfolio_review.metrics import margin
from portfolio_review.metrics.portfolio import LIMIT_TOLERANCE, coded, total

CLASSES = ("A", "B", "C", "none")
"""From the largest to those without positive revenue."""
DEFAULT_LIMITS = (0.80, 0.95)


class MoneyLimits(NamedTuple):
    """The lowest r in A and the lowest r in B of one window, in money."""

    a: float
    b: float


def used(base: pd.DataFrame, measure: str) -> str:
    """The money that classes are cut by: `margin` where it is asked for and known for at least 90 % of the revenue of
    both windows, else `r`. base: client frame. Source: Ground terms."""
    lacks = measure != "margin" or margin.lacks_in(base, "0") or margin.lacks_in(base, "1")
    return "r" if lacks else "margin"


def measure_figure(base: pd.DataFrame, measure: str) -> dict[str, Figure]:
    """`structure.abc_measure`: `margin` or `revenue`; the reason says why it is not the measure asked for."""
    asked = measure == "margin"
    lacks = (margin.lacks_in(base, "1") or margin.lacks_in(base, "0")) if asked else None
    return {"structure.abc_measure": Figure(value="margin" if asked and not lacks else "revenue", reason=lacks)}


def classify(r: pd.Series, active: pd.Series, limits: tuple[float, float] = DEFAULT_LIMITS) -> pd.Series:
    """The ABC class of every active client; missing for the others.

    Over active clients with r > 0, sorted by r descending: T = Σ r, c_i = Σ of r before client i;
    A if c_i < limits[0] · T, B if c_i < limits[1] · T, else C, where `<` leaves 1e-9 · T. Equal r
    share the class of the first of them. Active clients with r ≤ 0 are `none`.

    r: money by client, rounded to 1e-6; active: by client. Categorical of `CLASSES`. Source: ABC.
    """
    positive = r[active & (r > 0)]
    by_value = np.sort(positive.to_numpy(dtype=float))[::-1]
    before = np.concatenate(([0.0], np.cumsum(by_value)[:-1])) if len(by_value) else by_value
    whole = total(positive)
    # the first place of an r in the descending order: as many clients have a larger r
    first = len(by_value) - np.searchsorted(by_value[::-1], positive.to_numpy(dtype=float), side="right")
    c = before[first] if len(by_value) else before
    edge = LIMIT_TOLERANCE * whole
    found = np.where(c < limits[0] * whole - edge, 0, np.where(c < limits[1] * whole - edge, 1, 2))
    codes = np.where(active, CLASSES.index("none"), -1)
    codes[(active & (r > 0)).to_numpy()] = found
    return coded(codes, CLASSES, r.index)


def money_limits(r: pd.Series, classes: pd.Series) -> MoneyLimits | None:
    """The lowest r in A and in B; where no client is B, B starts where A does. None without an A."""
    a, b = r[classes == "A"], r[classes == "B"]
    if a.empty:
        return None
    return MoneyLimits(a=float(a.min()), b=float(b.min()) if len(b) else float(a.min()))


def classify_fixed(r: pd.Series, active: pd.Series, limits: MoneyLimits | None) -> pd.Series:
    """The class by money limits of another window: A from `limits.a`, B from `limits.b`, else C.

    Active clients with r ≤ 0 are `none`; without limits no client has a class. Source: Migration.
    """
    if limits is None:
        return coded(np.full(len(r), -1), CLASSES, r.index)
    found = np.where(r >= limits.a, 0, np.where(r >= limits.b, 1, np.where(r > 0, 2, 3)))
    return coded(np.where(active, found, -1), CLASSES, r.index)


def table(base: pd.DataFrame, measure: str = "revenue") -> pd.DataFrame:
    """`structure.abc`: class, clients, revenue, share_of_clients, share_of_revenue, share_of_measure.

    base: client frame with `abc1`. Shares of clients are over |A1|; share_of_revenue = Σ max(r(W1), 0) of the
    class / that of A1, by whatever measure the classes are cut; share_of_measure is the same of margin where that
    is the measure, else missing. NaN where the whole is zero. Source: ABC.
    """
    mine = base[base["active1"]]
    by_class = mine.groupby("abc1", observed=False)
    clients = by_class.size()
    return pd.DataFrame(
        {
            "class": list(CLASSES),
            "clients": clients.to_numpy(dtype=np.int64),
            "revenue": by_class["r1"].sum().to_numpy(),
            "share_of_clients": (clients / (len(mine) or np.nan)).to_numpy(),
            "share_of_revenue": _shares(mine["r1"], mine["abc1"]),
            "share_of_measure": _shares(mine["margin1"], mine["abc1"]) if used(base, measure) == "margin" else np.nan,
        }
    )


def _shares(money: pd.Series, classes: pd.Series) -> NDArray[np.float64]:
    positive = money.clip(lower=0.0).groupby(classes, observed=False).sum()
    return (positive / (positive.sum() or np.nan)).to_numpy(dtype=float)
