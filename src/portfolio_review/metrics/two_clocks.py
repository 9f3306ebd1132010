"""Two clocks: how many months a client has been silent (chain), and how that compares with its own rhythm.

How much each counts is learned from the portfolio's own last 24 month ends. In: the purchase history; out: the model
of a month end and horizon, and each client's chance. Fits that several models need are made once, by `Fits`.
Source: chances of a purchase.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from portfolio_review.calendar import Month
from portfolio_review.figure import history_reason
from portfolio_review.metrics import bg_nbd_fit, blend, recency_chain, rhythm
from portfolio_review.metrics.bg_nbd_fit import BgNbdFit
from portfolio_review.metrics.blend import Blend
from portfolio_review.metrics.histories import DAYS_A_WEEK, Vector
from portfolio_review.metrics.purchase_history import Known, PurchaseHistory, days_ahead
from portfolio_review.metrics.recency_chain import Chain
from portfolio_review.metrics.rhythm import REGULARITIES, Rhythm
from portfolio_review.metrics.stable import CHANCE_DECIMALS

PAST_MONTH_ENDS = 24
"""The blend is learned from so many month ends."""
FEWEST_MONTH_ENDS = 12
"""With fewer of them the level b0 is held at 0."""
FEWEST_REPEAT_CLIENTS = 30
"""With fewer clients that bought on two days a unit takes the model of the whole series."""
FEWEST_REPEATS = 100
"""With fewer repeat purchases a horizon ago, k = 1."""
MOST_CASES = 120_000
"""Beyond so many cases every n-th is taken."""
BETTER_BY = 1e-4
"""A k replaces the best so far when its loss is lower by more."""
HALF_LIFE_MONTHS = 12
RHYTHM_ALONE = "by the client's own rhythm alone"
OF_COMPANY = "by the model of the whole company"
_LOSS_CLIP = 1e-3


@dataclass(frozen=True)
class TwoClocks:
    """The model as of the end of `month` for the `horizon` months after it.

    Without `blend` (too short a history) p = m, the rhythm's chance, and `reason` says why. `month_ends`: how many
    past month ends the blend was learned from.
    """

    month: Month
    horizon: int
    rhythm: Rhythm
    chain: Chain | None
    blend: Blend | None
    month_ends: int = 0
    reason: str | None = None
    of_company: bool = False
    """Whether it was learned from the clients of the whole series, not from those of the unit alone."""

    @property
    def weeks(self) -> float:
        """t: the calendar days of the months ahead, in weeks."""
        return days_ahead(self.month, self.horizon) / DAYS_A_WEEK

    def chance(self, known: Known) -> Vector:
        """p of each client of `known`, as of `month`."""
        by_rhythm = self.rhythm.chance(known.x, known.t_x, known.T, self.weeks)
        if self.chain is None or self.blend is None:
            return np.round(by_rhythm, CHANCE_DECIMALS)
        return np.round(self.blend.chance(self.chain.of(known.silence), by_rhythm), CHANCE_DECIMALS)


@dataclass
class Fits:
    """Models of one history, each fitted once however many ask for it."""

    history: PurchaseHistory
    company: Mapping[tuple[Month, int], TwoClocks] = field(default_factory=dict)
    """Models of the whole series, by month and horizon: taken where fewer than 30 clients have bought on two days."""
    _known: dict[Month, Known] = field(default_factory=dict, repr=False)
    _rhythms: dict[tuple[Month, int], Rhythm] = field(default_factory=dict, repr=False)
    _chains: dict[tuple[Month, int], Chain | None] = field(default_factory=dict, repr=False)
    _bg_nbd: dict[Month, BgNbdFit] = field(default_factory=dict, repr=False)
    _models: dict[tuple[Month, int], TwoClocks] = field(default_factory=dict, repr=False)

    def known(self, month: Month) -> Known:
        if month not in self._known:
            self._known[month] = self.history.at(month)
        return self._known[month]

    def rhythm(self, month: Month, k: int) -> Rhythm:
        """Fitted on the rows up to the end of `month`."""
        if (month, k) not in self._rhythms:
            known = self.known(month)
            self._rhythms[month, k] = rhythm.fit(known.histories, float(known.log_gaps.sum()), k)
        return self._rhythms[month, k]

    def chain(self, month: Month, horizon: int) -> Chain | None:
        """Learned from the rows up to the end of `month`; None without a past month end."""
        if (month, horizon) not in self._chains:
            self._chains[month, horizon] = recency_chain.learn(self.history, month, horizon)
        return self._chains[month, horizon]

    def bg_nbd(self, month: Month) -> BgNbdFit:
        """BG/NBD by maximum a posteriori on the rows up to the end of `month`."""
        if month not in self._bg_nbd:
            self._bg_nbd[month] = bg_nbd_fit.fit(self.known(month).histories)
        return self._bg_nbd[month]

    def two_clocks(self, month: Month, horizon: int) -> TwoClocks:
        """The whole model as of the end of `month`: k by prediction of the horizon that ends there, parameters by the
        rows up to it, the blend by the past month ends."""
        if (month, horizon) not in self._models:
            self._models[month, horizon] = self._fit(month, horizon)
        return self._models[month, horizon]

    def _fit(self, month: Month, horizon: int) -> TwoClocks:
        repeat = self.known(month).repeat_clients
        of_all = self.company.get((month, horizon))
        if of_all is not None and repeat < FEWEST_REPEAT_CLIENTS:
            reason = f"{repeat} clients bought on two days, needs {FEWEST_REPEAT_CLIENTS}; {OF_COMPANY}"
            return replace(of_all, of_company=True, reason="; ".join(filter(None, [reason, of_all.reason])))
        before = month - horizon
        if before < self.history.earliest_origin:
            needed = history_reason(self.history.start.first, (before - 1).first)
            reason = f"{needed}; {RHYTHM_ALONE}"
            return TwoClocks(month, horizon, self.rhythm(month, 1), None, None, reason=reason)
        chain = self.chain(month, horizon)
        k = self._regularity(before, horizon)
        learned, month_ends = self._blend(before, horizon, k, chain) if chain else (None, 0)
        return TwoClocks(month, horizon, self.rhythm(month, k), chain, learned, month_ends)

    def _regularity(self, before: Month, horizon: int) -> int:
        """k by the log-loss of its predictions, from the end of `before`, of the months after it."""
        known = self.known(before)
        if known.repeats.sum() < FEWEST_REPEATS:
            return 1
        bought, weeks = known.bought_within(horizon), days_ahead(before, horizon) / DAYS_A_WEEK
        best, lowest = 1, math.inf
        for k in REGULARITIES:
            chance = self.rhythm(before, k).chance(known.x, known.t_x, known.T, weeks)
            clipped = np.clip(chance, _LOSS_CLIP, 1 - _LOSS_CLIP)
            loss = float(-np.log(np.where(bought, clipped, 1 - clipped)).mean())
            if loss < lowest - BETTER_BY:
                best, lowest = k, loss
        return best

    def _blend(self, before: Month, horizon: int, k: int, chain: Chain) -> tuple[Blend, int]:
        """b0, b1, b2 by the month ends from `before` backwards; rhythm of k as fitted at `before`."""
        first = max(before - (PAST_MONTH_ENDS - 1), self.history.earliest_origin)
        ends = [Month(index) for index in range(before.index, first.index - 1, -1)]
        fitted = self.rhythm(before, k)
        every = -(-sum(len(self.known(end)) for end in ends) // MOST_CASES)
        parts, passed = [], 0
        for end in ends:
            known = self.known(end)
            taken = slice(-passed % every, None, every)
            weeks = days_ahead(end, horizon) / DAYS_A_WEEK
            weight = every * 2 ** (-(before.index - end.index) / HALF_LIFE_MONTHS) / horizon
            chance = fitted.chance(known.x[taken], known.t_x[taken], known.T[taken], weeks)
            bought = known.bought_within(horizon)[taken].astype(float)
            parts.append((chain.of(known.silence[taken]), chance, bought, np.full(len(chance), weight)))
            passed += len(known)
        by_chain, by_rhythm, bought, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
        hold = len(ends) < FEWEST_MONTH_ENDS
        return blend.learn(by_chain, by_rhythm, bought, weights, hold_level=hold), len(ends)
