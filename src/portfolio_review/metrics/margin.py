"""Margin where it is known: of how much revenue it is, and whether that is enough to speak of it.

In: Σ |revenue| of a span and that of its rows with a margin; out: the known share, or the reason why a span has no
margin. Source: Ground terms.
"""

from __future__ import annotations

import math

import pandas as pd

LEAST_KNOWN = 0.9
"""Below this share of Σ |revenue| the margin of a span is not told."""
_TOLERANCE = 1e-9
NO_MARGIN = "no margin given"
MONEY = ("gross", "margin_gross", "margin_revenue")
"""Of the rows of a span: Σ |revenue|, the same of those with a known margin, and their Σ revenue."""


def is_given(frame: pd.DataFrame) -> bool:
    """Whether the transactions have a margin at all; frame: monthly rows or totals by span."""
    return "margin_gross" in frame and bool(frame["margin_gross"].notna().any())


def known_share(gross: float, margin_gross: float) -> float:
    """margin_gross / gross: the share of Σ |revenue| with a known margin; 1 of a span without revenue."""
    return margin_gross / gross if gross > 0 else 1.0


def lacks(gross: float, margin_gross: float) -> str | None:
    """Why a span has no margin, None where it is known for at least 90 % of its Σ |revenue|.

    margin_gross: NaN where no margin is given at all. The share in the reason is rounded down.
    """
    if math.isnan(margin_gross):
        return NO_MARGIN
    share = known_share(gross, margin_gross)
    if share >= LEAST_KNOWN - _TOLERANCE:
        return None
    return f"margin known for {math.floor(100 * share + _TOLERANCE)} % of revenue"


def lacks_in(base: pd.DataFrame, window: str) -> str | None:
    """`lacks` of window `0` or `1`. base: client frame with gross and margin_gross of the window."""
    given = base[f"margin_gross{window}"]
    # of a frame without clients nothing is known to lack
    known = math.nan if len(given) and given.isna().all() else math.fsum(given.dropna())
    return lacks(math.fsum(base[f"gross{window}"].dropna()), known)


def rate_in(base: pd.DataFrame, window: str) -> float | str:
    """margin / revenue of the rows with a known margin in window `0` or `1`, or the reason why there is none."""
    reason = lacks_in(base, window)
    if reason:
        return reason
    revenue = math.fsum(base[f"margin_revenue{window}"].dropna())
    return math.fsum(base[f"margin{window}"].dropna()) / revenue if revenue > 0 else f"no positive revenue in W{window}"


def of_clients(frame: pd.DataFrame, window: str) -> pd.Series:
    """The margin of each client in window `0` or `1`, NaN for one whose own is known for less than 90 %."""
    gross, known = frame[f"gross{window}"], frame[f"margin_gross{window}"]
    enough = (gross <= 0) | (known >= (LEAST_KNOWN - _TOLERANCE) * gross)
    return frame[f"margin{window}"].astype(float).where(enough)
