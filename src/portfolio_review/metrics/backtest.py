"""Backtest: the model fitted a horizon earlier, held against what the clients then did.

In: what was seen of the clients; out: expected against actual buyers, Brier score, calibration by fifths,
and the comparison with "the same share as last time". Source: Risk and outlook; Brier 1950, Monthly
Weather Review 78, 1–3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.calendar import Span
from portfolio_review.figure import Figure, history_reason, undefined
from portfolio_review.metrics.chances import CHAIN, Forecast, Seen, forecast
from portfolio_review.metrics.intervals import wilson_arrays
from portfolio_review.metrics.portfolio import total
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

BEATS, LOSES = "beats_last_share", "loses_to_last_share"
FIFTHS = 5
NO_CASES = "the recency chain had no past month end to learn from"
_NAMES = ("model", "clients", "expected", "actual", "brier", "brier_chain", "last_share", "brier_last_share", "verdict")
_COLUMNS = ["fifth", "clients", "expected", "actual", "chance", "share", "low", "high"]


@dataclass(frozen=True)
class Backtest:
    """`outcome` by client known at the earlier day: p_next then, and whether it `bought` up to the end of P.

    `last_share`: of the clients known a horizon before that day, the share that bought up to it; None
    with `no_last_share` where the history does not tell. `by_chain`: the chances of the recency chain beside
    them, empty where it had no case. `reason`: why there is no backtest, or why of another model.
    """

    outcome: pd.DataFrame
    by_chain: pd.Series
    model: str | None
    reason: str | None
    last_share: float | None
    no_last_share: str | None

    @property
    def brier(self) -> float:
        """Mean of (p − y)², y = 1 where the client bought: 0 is perfect."""
        return self._brier(self.outcome["p_next"])

    @property
    def brier_of_last_share(self) -> float | None:
        """The same with the last share for every client's p."""
        return None if self.last_share is None else self._brier(self.last_share)

    @property
    def brier_of_chain(self) -> float | None:
        """The same with the chances of the recency chain."""
        return None if self.by_chain.empty else self._brier(self.by_chain)

    def _brier(self, p: pd.Series | float) -> float:
        return total((p - self.outcome["bought"]) ** 2) / len(self.outcome)


def run(seen: Seen, when: Windows, settings: Risk, used: Forecast) -> Backtest:
    """Fit the model that `used` took, as of the end of P less `horizon_months`, by the rows up to then.

    Its degenerate fit gives way to the chain as always (`model` names what was used). The outcome is
    a purchase in the `horizon_months` that end with P. Source: Risk and outlook.
    """
    h = settings.horizon_months
    then = when.back(h)
    if used.model is None:
        return _without(used.reason or "no model")
    if then.p.last < when.history_month:
        return _without(history_reason(when.history_start, then.p.last.first))
    asked = settings.model_copy(update={"model": used.model})
    found = forecast(seen, then, asked)
    if found.model is None:
        return _without(found.reason or "no model")
    chain = forecast(seen, then, settings.model_copy(update={"model": CHAIN}))
    after = Span.ending(when.p.last, h)
    outcome = found.by_client[["p_next"]].assign(bought=_bought(seen, found.by_client.index, after))
    share, reason = _last_share(seen, when, after.shifted(-h))
    return Backtest(outcome, chain.by_client["p_next"], found.model, found.reason, share, reason)


def figures(test: Backtest) -> dict[str, Figure]:
    """`risk.backtest_model`, `_clients`, `_expected` = Σ p, `_actual`, `_brier`, `_brier_chain`, `_last_share`,
    `_brier_last_share` and `_verdict`: the word whether the model's Brier score is lower than that of the
    last share, which it must be to be worth reading. `_brier_chain` is that of the recency chain on the
    same clients: where it is lower, the review file should ask for the chain."""
    if test.model is None:
        nothing = undefined(test.reason or "no model")
        return {f"risk.backtest_{name}": nothing for name in _NAMES}
    share, brier_of_share, brier_of_chain = test.last_share, test.brier_of_last_share, test.brier_of_chain
    no_share = undefined(test.no_last_share or "no last share")
    verdict = BEATS if brier_of_share is not None and test.brier < brier_of_share else LOSES
    found = (
        Figure(value=test.model, reason=test.reason),
        Figure(value=len(test.outcome)),
        Figure(value=total(test.outcome["p_next"])),
        Figure(value=int(test.outcome["bought"].sum())),
        Figure(value=test.brier),
        undefined(NO_CASES) if brier_of_chain is None else Figure(value=brier_of_chain),
        no_share if share is None else Figure(value=share),
        no_share if brier_of_share is None else Figure(value=brier_of_share),
        no_share if brier_of_share is None else Figure(value=verdict),
    )
    return {f"risk.backtest_{name}": figure for name, figure in zip(_NAMES, found, strict=True)}


def calibration(test: Backtest) -> pd.DataFrame:
    """`risk.calibration`: fifth (1 the lowest chances), clients, expected = Σ p, actual, chance = mean p,
    share = actual / clients with its Wilson 95 % interval low, high.

    A client's fifth goes by how many have a lower chance, so that equal chances share one; a fifth may
    hold no client and then has no row. No rows without a backtest.
    """
    p = test.outcome["p_next"].to_numpy(dtype=float)
    if not len(p):
        return pd.DataFrame(columns=_COLUMNS)
    lower = np.searchsorted(np.sort(p), p, side="left")
    fifth = pd.Series(lower * FIFTHS // len(p) + 1, index=test.outcome.index, name="fifth")
    groups = test.outcome.groupby(fifth)
    clients, actual = groups.size(), groups["bought"].sum().astype(np.int64)
    expected = groups["p_next"].sum()
    low, high = wilson_arrays(actual, clients)
    frame = pd.DataFrame(
        {
            "clients": clients,
            "expected": expected,
            "actual": actual,
            "chance": expected / clients,
            "share": actual / clients,
            "low": low,
            "high": high,
        }
    )
    return frame.reset_index()[_COLUMNS]


def _without(reason: str) -> Backtest:
    nothing = pd.DataFrame({"p_next": pd.Series(dtype=float), "bought": pd.Series(dtype=bool)})
    return Backtest(nothing, nothing["p_next"], None, reason, None, reason)


def _bought(seen: Seen, index: pd.Index, span: Span) -> pd.Series:
    rows = seen.monthly
    inside = (rows["month"] >= span.first.index) & (rows["month"] <= span.last.index) & (rows["purchase_days"] > 0)
    return pd.Series(index.isin(rows.loc[inside, "client_id"].unique()), index=index)


def _last_share(seen: Seen, when: Windows, span: Span) -> tuple[float | None, str | None]:
    """Of the clients that had purchased before `span`, the share that purchased in it, or why none is known."""
    before = when.lacks(Span(span.first - 1, span.first - 1))
    if before:
        return None, before
    first = seen.clients.set_index("client_id")["first_purchase"]
    known = first.index[first < pd.Timestamp(span.start)]
    if known.empty:
        return None, f"no client had purchased before {span.first}"
    return float(_bought(seen, known, span).mean()), None
