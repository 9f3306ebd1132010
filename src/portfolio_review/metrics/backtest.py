"""Backtest: the model refitted at up to four past month ends, each a horizon apart, held against what came.

In: the fits of a purchase history; out: expected against actual buyers and revenue, Brier scores beside those of "the
same share as last time" and of the chain alone, calibration by tenths. Source: chances of a purchase; Brier 1950,
Monthly Weather Review 78, 1–3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month, Span
from portfolio_review.figure import Figure, history_reason, undefined
from portfolio_review.metrics import expected
from portfolio_review.metrics.chance_models import NO_MODEL, Said, say
from portfolio_review.metrics.expected import YEAR, Earnings
from portfolio_review.metrics.histories import Vector
from portfolio_review.metrics.intervals import wilson_arrays
from portfolio_review.metrics.two_clocks import Fits

ORIGINS = 4
BEATS, LOSES = "beats_last_share", "loses_to_last_share"
NO_CASES = "the recency chain had no past month end to learn from"
FEWEST_CLIENTS = 20
"""Fewer clients are too few to test a model by, or to say a sentence of a tenth."""
TOO_FEW = f"fewer than {FEWEST_CLIENTS} clients: too few to test"
TENTHS = 10
ALL, ACTIVE, LAPSED = "all", "active", "lapsed"
Lapsed = Callable[[Month], "pd.Series | None"]
"""Whether each client was lapsed at a month end, by client id; None where that is not kept."""

BY_ORIGIN = {"origin": object, "group": object, "clients": np.int64, "expected": float, "actual": np.int64,
             "brier": float, "brier_base": float, "brier_chain": float, "base_share": float}  # fmt: skip
BY_REVENUE = {"origin": object, "clients": np.int64, "expected": float, "actual": float, "squares": float}
BY_TENTH = {"tenth": np.int64, "clients": np.int64, "expected": float, "actual": np.int64, "chance": float,
            "share": float, "low": float, "high": float}  # fmt: skip
_FIGURES = (
    "model", "origins", "clients", "expected", "actual", "brier", "brier_chain", "last_share", "brier_last_share",
    "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """What the model said at past month ends, the latest first, and what came in the `horizon` months after each.

    by_origin: origin (YYYY-MM), group (all, active, lapsed: as of the origin), clients, expected = Σ p, actual, brier,
    brier_base (base_share for every client: of the clients of the group known a horizon before, the share that bought
    up to the origin), brier_chain; NaN where one cannot be had. by_revenue: origin, clients, expected = Σ E, actual, Σ
    (actual − E)² by client. tenths: see `calibration`. `model`, `reason`: of the latest origin, or why there is none.
    """

    horizon: int
    model: str | None
    reason: str | None
    no_share: str | None
    by_origin: pd.DataFrame
    by_revenue: pd.DataFrame
    tenths: pd.DataFrame

    @property
    def of_all(self) -> pd.DataFrame:
        """Rows of `by_origin` over all clients, the latest origin first."""
        return self.by_origin[self.by_origin["group"] == ALL]

    @property
    def buyers(self) -> list[tuple[float, float]]:
        """Expected and actual buyers of each origin."""
        return list(zip(self.of_all["expected"], self.of_all["actual"], strict=True))

    @property
    def revenue(self) -> list[tuple[float, float]]:
        """Expected and actual revenue of each origin."""
        return list(zip(self.by_revenue["expected"], self.by_revenue["actual"], strict=True))

    def pooled(self, score: str, beside: str | None = None) -> float | None:
        """The mean of a Brier score over all clients and origins, those where `score` and `beside` are known."""
        rows = self.of_all.dropna(subset=[score, *([beside] if beside else [])])
        clients = rows["clients"].sum()
        return float((rows[score] * rows["clients"]).sum() / clients) if clients else None

    @property
    def verdict(self) -> str | None:
        """Whether the model's pooled Brier score is below that of the last share; None where it cannot be told."""
        own, base = self.pooled("brier", "brier_base"), self.pooled("brier_base")
        if own is None or base is None or self.of_all["clients"].max() < FEWEST_CLIENTS:
            return None
        return BEATS if own < base else LOSES


def run(
    fits: Fits, earnings: Earnings, lapsed: Lapsed, choice: str, month: Month, horizon: int, *, origins: int = ORIGINS
) -> Backtest:
    """The whole model fitted at `month` less one, two, three and four horizons, by the rows up to each, none before
    the end of the history's second month; fall-backs included. choice: as of `chance_models.say`."""
    first = fits.history.earliest_origin
    ends = [month - horizon * times for times in range(1, origins + 1) if month - horizon * times >= first]
    if not ends:
        return _without(horizon, history_reason(fits.history.start.first, (month - horizon - 1).first))
    rows: list[tuple[object, ...]] = []
    money: list[tuple[object, ...]] = []
    p_of, bought_of = [], []
    latest: Said | None = None
    for end in ends:
        said = say(fits, choice, end, horizon)
        latest = latest or said
        if said.model is None:
            continue
        bought = said.known.bought_within(horizon)
        chain = None if said.chain is None else said.chain.of(said.known.silence)
        for group, mine, share in _groups(fits, lapsed, end, horizon):
            rows.append((str(end), group, *_scored(said.p, bought, chain, share, mine)))
        expects = (
            expected.of_year(fits, earnings, end, said.p)
            if horizon == YEAR
            else expected.of_horizon(fits, earnings, end, horizon, said.p)
        )
        came = earnings.r(Span(end + 1, end + horizon))[said.known.client]
        money.append((str(end), len(came), expects.sum(), came.sum(), ((came - expects) ** 2).sum()))
        p_of.append(said.p)
        bought_of.append(bought)
    if latest is None or not rows:
        return _without(horizon, (latest and latest.reason) or NO_MODEL)
    by_origin = pd.DataFrame(rows, columns=list(BY_ORIGIN)).astype(BY_ORIGIN)
    no_share = None
    if by_origin.loc[by_origin["group"] == ALL, "base_share"].isna().all():
        no_share = history_reason(fits.history.start.first, (ends[0] - horizon).first)
    return Backtest(
        horizon, latest.model, latest.reason, no_share, by_origin,
        pd.DataFrame(money, columns=list(BY_REVENUE)).astype(BY_REVENUE),
        calibration(np.concatenate(p_of), np.concatenate(bought_of)),
    )  # fmt: skip


def _groups(fits: Fits, lapsed: Lapsed, end: Month, horizon: int) -> list[tuple[str, NDArray[np.bool_], float | None]]:
    """Each group with who of the clients known at `end` is in it, and the share of the group a horizon before that
    bought up to `end`."""
    now, before = fits.known(end), fits.known(end - horizon)
    came = before.bought_within(horizon)
    found = [(ALL, np.ones(len(now), dtype=bool), float(came.mean()) if len(came) else None)]
    of_now, of_before = (lapsed(known.month) for known in (now, before))
    if of_now is None:
        return found
    gone = of_now.reindex(fits.history.ids[now.client], fill_value=False).to_numpy(dtype=bool)
    gone_before = None
    if of_before is not None:
        gone_before = of_before.reindex(fits.history.ids[before.client], fill_value=False).to_numpy(dtype=bool)
    for group, mine, theirs in (
        (ACTIVE, ~gone, None if gone_before is None else ~gone_before),
        (LAPSED, gone, gone_before),
    ):
        if mine.any():
            found.append((group, mine, float(came[theirs].mean()) if theirs is not None and theirs.any() else None))
    return found


def _scored(
    p: Vector, bought: NDArray[np.bool_], chain: Vector | None, share: float | None, mine: NDArray[np.bool_]
) -> tuple[object, ...]:
    """clients, expected, actual, brier, brier_base, brier_chain, base_share of the clients `mine`."""
    came = bought[mine].astype(float)

    def brier(chance: Vector | float) -> float:
        return float(((chance - came) ** 2).mean())

    return (
        len(came), p[mine].sum(), int(came.sum()), brier(p[mine]),
        np.nan if share is None else brier(share), np.nan if chain is None else brier(chain[mine]),
        np.nan if share is None else share,
    )  # fmt: skip


def calibration(p: Vector, bought: NDArray[np.bool_]) -> pd.DataFrame:
    """`risk.calibration`: tenth (1 for chances in [0, .1) … 10 for [.9, 1]), clients, expected = Σ p, actual, chance =
    mean p, share = actual / clients with its Wilson 95 % interval low, high; no row for a tenth without a client."""
    tenth = np.minimum(np.floor(np.round(p * TENTHS, 9)).astype(np.int64), TENTHS - 1) + 1
    groups = pd.DataFrame({"tenth": tenth, "p": p, "bought": bought}).groupby("tenth")
    clients, actual, said = groups.size(), groups["bought"].sum().astype(np.int64), groups["p"].sum()
    low, high = wilson_arrays(actual, clients)
    frame = pd.DataFrame({
        "clients": clients, "expected": said, "actual": actual, "chance": said / clients, "share": actual / clients,
        "low": low, "high": high,
    })  # fmt: skip
    return frame.reset_index()[list(BY_TENTH)].astype(BY_TENTH)


def _without(horizon: int, reason: str) -> Backtest:
    nothing = (pd.DataFrame(columns=list(of)).astype(of) for of in (BY_ORIGIN, BY_REVENUE, BY_TENTH))
    return Backtest(horizon, None, reason, reason, *nothing)


def table(test: Backtest) -> pd.DataFrame:
    """`risk.backtest`: origin, group, clients, expected, actual, brier, brier_base, brier_chain."""
    return test.by_origin.drop(columns="base_share")


def figures(test: Backtest) -> dict[str, Figure]:
    """`risk.backtest_model`, `_origins`; `_clients`, `_expected` = Σ p, `_actual` and `_last_share` of the latest
    origin; `_brier`, `_brier_chain` and `_brier_last_share` pooled over origins; `_verdict`: the word whether the
    model's score is lower than that of the last share, which it must be to be worth reading."""
    if test.model is None:
        nothing = undefined(test.reason or NO_MODEL)
        return {f"risk.backtest_{name}": nothing for name in _FIGURES}
    latest = test.of_all.iloc[0]
    no_share = undefined(test.no_share or "no last share")
    few = undefined(TOO_FEW)
    chain, base, brier = (test.pooled(score) for score in ("brier_chain", "brier_base", "brier"))
    found = (
        Figure(value=test.model, reason=test.reason),
        Figure(value=len(test.of_all)),
        Figure(value=int(latest["clients"])),
        Figure(value=float(latest["expected"])),
        Figure(value=int(latest["actual"])),
        undefined(NO_CASES) if brier is None else Figure(value=brier),
        undefined(NO_CASES) if chain is None else Figure(value=chain),
        no_share if np.isnan(latest["base_share"]) else Figure(value=float(latest["base_share"])),
        no_share if base is None else Figure(value=base),
        (no_share if base is None else few) if test.verdict is None else Figure(value=test.verdict),
    )
    return {f"risk.backtest_{name}": figure for name, figure in zip(_FIGURES, found, strict=True)}
