"""What moved the margin between the windows: volume, mix of clients, their margin rates; and whose it was.

In: the client frame with margin and the revenue of the rows it is known of, of both windows; out: two tables.
Source: Findings (margin: rate, mix, who).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from portfolio_review.metrics import margin
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.portfolio import largest_first, names, total
from portfolio_review.metrics.windows import Windows

STEPS = ("margin_start", "margin_volume", "margin_mix", "margin_rate_effect", "margin_end")
COLUMNS = ("step", "amount", "margin_rate")
LARGEST_COLUMNS = ("rank", "client_id", "name", "amount")
LARGEST = 5


def lacks(base: pd.DataFrame, when: Windows) -> str | None:
    """Why there is no bridge of the margin: no W0, a margin that is not known, or no positive revenue in W0."""
    known = when.lacks_w0 or margin.lacks_in(base, "1") or margin.lacks_in(base, "0")
    return known or (None if math.fsum(base["margin_revenue0"].dropna()) > 0 else "no positive revenue in W0")


def steps(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`bridge.margin`: step, amount, margin_rate (of start and end; NaN of the others). No rows where `lacks`.

    M, R: margin and revenue of the rows with a known margin; m = M / R; G = R1 / R0; both: R0_i > 0 and R1_i > 0.
    volume = (G − 1) · M0
    rate   = Σ_both R1_i · (m1_i − m0_i)
    mix    = Σ_both R1_i · m0_i + Σ_others M1_i − G · M0, which new and lost clients make too
    The five sum: start + volume + mix + rate = end. base: client frame with margin and margin_revenue of both windows,
    money. Source: Findings.
    """
    if lacks(base, when):
        return pd.DataFrame(columns=list(COLUMNS)).astype({"amount": float, "margin_rate": float})
    m0, m1, r0, r1 = (base[name].fillna(0.0) for name in ("margin0", "margin1", "margin_revenue0", "margin_revenue1"))
    start, end, growth = total(m0), total(m1), total(r1) / total(r0)
    both = (r0 > 0) & (r1 > 0)
    at_old_rate = (r1 * m0 / r0.where(both)).where(both, m1)
    amounts = (start, (growth - 1) * start, total(at_old_rate) - growth * start, total(m1 - at_old_rate), end)
    rates = (start / total(r0), np.nan, np.nan, np.nan, end / total(r1) if total(r1) > 0 else np.nan)
    return pd.DataFrame({"step": STEPS, "amount": [amount + 0.0 for amount in amounts], "margin_rate": rates})


def largest(base: pd.DataFrame, when: Windows, top: int = LARGEST) -> pd.DataFrame:
    """`bridge.margin_largest`: rank, client_id, name, amount: M1_i − M0_i, the `top` largest falls and the `top`
    largest gains by their size, equal ones by client id. No rows where `lacks`."""
    change = (base["margin1"].fillna(0.0) - base["margin0"].fillna(0.0)).round(6) + 0.0
    frame = pd.DataFrame({"amount": change, "size": change.abs(), "name": names(base)})
    if lacks(base, when):
        frame = frame.head(0)
    parts = [largest_first(frame[side], "size").head(top) for side in (frame["amount"] < 0, frame["amount"] > 0)]
    made = largest_first(pd.concat(parts), "size").rename_axis("client_id").reset_index()
    return made.assign(rank=np.arange(1, len(made) + 1))[list(LARGEST_COLUMNS)]


def closes(table: pd.DataFrame) -> Check:
    """`margin_bridge_closes`: start + volume + mix + rate = end."""
    id = "margin_bridge_closes"
    if table.empty:
        return Check(id, True, "nothing to check: no margin, or no months before")
    *parts, end = table["amount"]
    whole = total(pd.Series(parts))
    return Check(id, same_money(whole, end), f"sum, end: {whole:,.2f} = {end:,.2f}")
