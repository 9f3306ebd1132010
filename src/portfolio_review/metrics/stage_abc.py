"""Lifecycle first, value inside it: clients by stage and ABC class.

In: the client frame with stages and classes; out: the table and its check. Source: Lifecycle.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.metrics import abc
from portfolio_review.metrics.checks import Check, same_money
from portfolio_review.metrics.lifecycle import STAGES
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.windows import Windows

INACTIVE = "inactive"
"""In place of a class for clients not in A1."""
CLASSES = (*abc.CLASSES, INACTIVE)


def stage_abc(base: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """`lifecycle.stage_abc`: stage, abc (with `inactive` for clients not in A1), clients, revenue = Σ r(W1).

    Seven stages by A, B, C and inactive always, `none` only where it has clients; no rows when the
    history does not reach W0. base: client frame with `stage`, `abc1`. Source: Lifecycle.
    """
    staged = base["stage"].isin(STAGES).to_numpy()
    stage = base["stage"].cat.codes.to_numpy(dtype=np.int64)[staged]
    value = base["abc1"].cat.codes.to_numpy(dtype=np.int64)[staged]
    cells = stage * len(CLASSES) + np.where(value < 0, CLASSES.index(INACTIVE), value)
    size = len(STAGES) * len(CLASSES)
    money = pd.Series(base["r1"].to_numpy()[staged]).groupby(cells).agg(total).reindex(range(size), fill_value=0.0)
    frame = pd.DataFrame(
        {
            "stage": np.repeat(STAGES, len(CLASSES)).astype(object),
            "abc": np.tile(CLASSES, len(STAGES)).astype(object),
            "clients": np.bincount(cells, minlength=size),
            "revenue": money.to_numpy(),
        }
    )
    frame = frame[(frame["abc"] != "none") | (frame["clients"] > 0)].reset_index(drop=True)
    return frame.head(0) if when.lacks_w0 else frame


def stage_abc_adds_up(table: pd.DataFrame, base: pd.DataFrame, when: Windows) -> Check:
    """Σ clients of cells = clients with a purchase up to the end of P; Σ revenue = their R(W1)."""
    if when.lacks_w0:
        return Check("stage_abc_adds_up", True, f"nothing to check: {when.lacks_w0}")
    bought = base[base["first_purchase"].notna()]
    clients, revenue = int(table["clients"].sum()), total(table["revenue"])
    passed = clients == len(bought) and same_money(revenue, total(bought["r1"]))
    detail = f"clients: {clients:,} = {len(bought):,}; revenue: {revenue:,.2f} = {total(bought['r1']):,.2f}"
    return Check("stage_abc_adds_up", passed, detail)
