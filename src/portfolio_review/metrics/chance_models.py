"""The chance of a purchase by the model that the review file asks for: two clocks, the chain alone, or BG/NBD.

In: the fits of a purchase history; out: p of every client known at a month end, with the model that gave it, or the
reason why there is none. Source: chances of a purchase; Risk and outlook.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portfolio_review.calendar import Month
from portfolio_review.figure import history_reason
from portfolio_review.metrics import bg_nbd
from portfolio_review.metrics.bg_nbd_fit import BgNbdFit
from portfolio_review.metrics.histories import DAYS_A_WEEK, Vector
from portfolio_review.metrics.purchase_history import Known, days_ahead
from portfolio_review.metrics.recency_chain import Chain
from portfolio_review.metrics.stable import CHANCE_DECIMALS
from portfolio_review.metrics.two_clocks import FEWEST_REPEAT_CLIENTS, Fits, TwoClocks

TWO_CLOCKS, CHAIN, BG_NBD = "two_clocks", "chain", "bg_nbd"
NO_MODEL = "no model"


@dataclass(frozen=True)
class Said:
    """What `model` says at a month end of the `horizon` months after it: `p` of each client of `known`, in [0, 1].

    `model` is None, and p empty, where no model can be had. `reason`: why there is none, why not the one asked for, or
    what it had to do without. `chain`: the chain as of that month end, whichever the model; None without a case.
    """

    model: str | None
    horizon: int
    known: Known
    p: Vector
    reason: str | None = None
    chain: Chain | None = None
    clocks: TwoClocks | None = None
    bg_nbd: BgNbdFit | None = None


def say(fits: Fits, choice: str, month: Month, horizon: int) -> Said:
    """The chance of a purchase day within the `horizon` months after the end of `month`, by the rows up to it.

    choice: `auto` or `two_clocks`, `chain`, `bg_nbd` (maximum a posteriori; a degenerate fit gives way to the chain).
    """
    known = fits.known(month)
    if not len(known):
        return Said(None, horizon, known, known.x, f"no client has purchased by {month.last:%Y-%m-%d}")
    if choice == CHAIN:
        return _by_chain(fits, known, month, horizon, None)
    if choice == BG_NBD:
        return _by_bg_nbd(fits, known, month, horizon)
    model = fits.two_clocks(month, horizon)
    return Said(TWO_CLOCKS, horizon, known, model.chance(known), model.reason, model.chain, model)


def _by_chain(fits: Fits, known: Known, month: Month, horizon: int, reason: str | None) -> Said:
    chain = fits.chain(month, horizon)
    if known.repeat_clients < FEWEST_REPEAT_CLIENTS and (month, horizon) in fits.company:
        model = fits.two_clocks(month, horizon)
        chain, reason = model.chain, "; ".join(filter(None, [model.reason, reason]))
    if chain is None:
        needed = history_reason(fits.history.start.first, (month - horizon).first)
        return Said(None, horizon, known, known.x[:0], f"{needed}; {reason}" if reason else needed)
    return Said(CHAIN, horizon, known, np.round(chain.of(known.silence), CHANCE_DECIMALS), reason, chain)


def _by_bg_nbd(fits: Fits, known: Known, month: Month, horizon: int) -> Said:
    fit = fits.bg_nbd(month)
    if fit.degenerate:
        return _by_chain(fits, known, month, horizon, f"BG/NBD was not used: {fit.degenerate}")
    histories = known.histories
    chance = bg_nbd.p_next(fit.parameters, histories, days_ahead(month, horizon) / DAYS_A_WEEK)[histories.where]
    p = np.asarray(np.round(np.clip(chance, 0.0, 1.0), CHANCE_DECIMALS), dtype=np.float64)
    return Said(BG_NBD, horizon, known, p, chain=fits.chain(month, horizon), bg_nbd=fit)
