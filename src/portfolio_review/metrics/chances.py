"""The chance that each client buys within the next months, what it is expected to bring, and how sure that is.

`fit` makes one `Chances` per review: everything that any page says of chances. Its `by_client` has, by client id of
every client that ever purchased, `p_next` (chance of a purchase day within the h months of the review file), `p12`
(within 12 months, at least p_next), `expected_3` (expected revenue of the h months, in money), `expected_12`,
`silence_months` and `x` (purchase days − 1); `at(month)` the same as it was said at an earlier month end. `usable` is
False where the backtest loses to "same share as last time": then no chance of a client is printed and nothing is
ordered by it. `to_frames` and `from_frames` take it to files and back.

In: the frames of a slice. Source: chances of a purchase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from portfolio_review.calendar import Month
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import backtest, expected, lapse
from portfolio_review.metrics.backtest import BY_ORIGIN, BY_REVENUE, BY_TENTH, LOSES, Backtest
from portfolio_review.metrics.chance_models import BG_NBD, CHAIN, NO_MODEL, TWO_CLOCKS, Said, say
from portfolio_review.metrics.expected import YEAR, Earnings
from portfolio_review.metrics.histories import Vector
from portfolio_review.metrics.lapse import Gaps
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, total
from portfolio_review.metrics.purchase_history import PurchaseHistory
from portfolio_review.metrics.two_clocks import Fits, TwoClocks
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import Risk

__all__ = ["BG_NBD", "CHAIN", "TWO_CLOCKS", "Chances", "Forecast", "Seen", "fit"]

SEASONAL, NO_SEASON = "seasonal", "no_season"
NO_WEIGHTS = "this model weighs no clocks"
WEIGHTS = {"risk.weight_silence": "b1", "risk.weight_rhythm": "b2"}
COLUMNS = {"p_next": float, "p12": float, "expected_3": float, "expected_12": float, "silence_months": np.int64,
           "x": np.int64}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What the chances are computed from, frames of the slice.

    monthly: client_id, month, revenue, purchase_days, last_day, log_gaps; as_of: client_id, date, last_purchase, gaps,
    gap_q80, at the days that the backtest splits active from lapsed clients at; clients: client_id, first_purchase;
    series: date, usual_gap; company: models of the whole series, for units with few clients.
    """

    monthly: pd.DataFrame
    as_of: pd.DataFrame
    clients: pd.DataFrame
    series: pd.DataFrame | None = None
    company: Mapping[tuple[Month, int], TwoClocks] = field(default_factory=dict)

    def lapsed(self, month: Month) -> pd.Series | None:
        """Whether each client known at the end of `month` was lapsed then; None where that is not kept."""
        if self.series is None or "gap_q80" not in self.as_of:
            return None
        gaps = Gaps(self.as_of, self.series)
        return lapse.as_of(gaps, month.last)["lapsed"] if gaps.known_at(month.last) else None


@dataclass(frozen=True)
class Forecast:
    """What `model` said at the end of `month`: `by_client` as `Chances.by_client`; no rows, and a `reason`, where
    `model` is None. A `reason` beside a model says why not the one asked for, or what it had to do without."""

    model: str | None
    month: Month
    by_client: pd.DataFrame
    reason: str | None = None


@dataclass(frozen=True)
class Chances:
    """All that a review says of chances; see the module.

    `then`: what was said at earlier month ends, by month. `tests`: backtests by horizon, for h and for 12 months.
    `fits`: `risk.fit`; `chain`: `risk.chain`, both as of now. `seasonal`: the months ahead are to be read with last
    year's same months. `expected_new`: `risk.expected_new`.
    """

    horizon: int
    history_start: Month
    now: Forecast
    then: Mapping[Month, Forecast]
    tests: Mapping[int, Backtest]
    fits: pd.DataFrame
    chain: pd.DataFrame
    seasonal: bool
    expected_new: Figure

    @property
    def month(self) -> Month:
        """The last month known when the chances were computed."""
        return self.now.month

    @property
    def model(self) -> str | None:
        return self.now.model

    @property
    def reason(self) -> str | None:
        return self.now.reason

    @property
    def by_client(self) -> pd.DataFrame:
        return self.now.by_client

    @property
    def test(self) -> Backtest:
        """The backtest of the horizon."""
        return self.tests[self.horizon]

    @property
    def usable(self) -> bool:
        """False where the pooled backtest loses to the same share as last time."""
        return self.test.verdict != LOSES

    def at(self, month: Month) -> Forecast | None:
        """What was said at the end of an earlier month; None where that was not asked."""
        return self.now if month == self.month else self.then.get(month)

    def earlier(self, when: Windows) -> Mapping[str, tuple[Windows, Forecast]]:
        """The forecasts at the end of PP (`previous`), of PY (`previous_year`) and of W0 (`window_previous`), each with
        its windows, where the history reaches the window that ends there. A forecast of another model than today's
        has none: figures of two models cannot be compared."""
        asked = {"previous": when.before, "previous_year": when.year_before,
                 "window_previous": when.back(when.window_months)}  # fmt: skip
        found = {}
        for name, then in asked.items():
            said = self.at(then.p.last)
            if self.model is None or then.lacks(then.w1) or said is None:
                continue
            if said.model not in (self.model, None):
                reason = f"as of {then.p.last}, {said.reason}"
                said = Forecast(None, said.month, said.by_client.iloc[:0], reason)
            found[name] = (then, said)
        return found

    def buyers_interval(self, horizon: int) -> tuple[float, float] | None:
        """The 95 % interval of the number of buyers within `horizon` (h or 12) months; None without a model."""
        if self.model is None:
            return None
        return expected.buyers_interval(self._chance(horizon), self.tests[horizon].buyers)

    def revenue_interval(self, horizon: int) -> tuple[float, float] | None:
        """The 95 % interval of Σ expected revenue of `horizon` (h or 12) months; None without a backtest."""
        test = self.tests[horizon]
        if self.model is None or test.by_revenue.empty:
            return None
        first = test.by_revenue.iloc[0]
        return expected.revenue_interval(
            total(self.by_client[self._money(horizon)]), len(self.by_client), test.revenue,
            float(first["squares"]), int(first["clients"]),
        )  # fmt: skip

    def _chance(self, horizon: int) -> Vector:
        name = "p_next" if horizon == self.horizon else "p12"
        return self.by_client[name].to_numpy(dtype=float)

    def _money(self, horizon: int) -> str:
        return "expected_3" if horizon == self.horizon else "expected_12"

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Everything as frames of plain columns, by name; `from_frames` reads them back."""
        said = [self.now, *self.then.values()]
        by_client = [each.by_client.reset_index(names="client_id").assign(month=each.month.index) for each in said]
        tests = [(test, horizon) for horizon, test in self.tests.items()]
        return {
            "head": pd.DataFrame({
                "horizon": [self.horizon], "history_start": [self.history_start.index], "seasonal": [self.seasonal],
                "expected_new": [self.expected_new.value], "no_new": [self.expected_new.reason],
            }).astype({"expected_new": float, "no_new": "str"}),
            "said": _texts(pd.DataFrame({
                "month": [each.month.index for each in said], "model": [each.model for each in said],
                "reason": [each.reason for each in said],
            })),
            "by_client": pd.concat(by_client, ignore_index=True),
            "tests": _texts(pd.DataFrame({
                "horizon": [horizon for _, horizon in tests], "model": [test.model for test, _ in tests],
                "reason": [test.reason for test, _ in tests], "no_share": [test.no_share for test, _ in tests],
            })),
            "by_origin": _of_tests(tests, "by_origin"),
            "by_revenue": _of_tests(tests, "by_revenue"),
            "tenths": _of_tests(tests, "tenths"),
            "fits": self.fits,
            "chain": self.chain,
        }  # fmt: skip

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> Chances:
        """The chances that `to_frames` gave, equal to the last digit."""
        head, by_client = frames["head"].iloc[0], frames["by_client"]
        said = []
        for month, model, reason in frames["said"].itertuples(index=False, name=None):
            rows = by_client[(by_client["month"] == month).to_numpy()].drop(columns="month").set_index("client_id")
            said.append(Forecast(_text(model), Month(int(month)), rows, _text(reason)))
        tests = {}
        for horizon, model, reason, no_share in frames["tests"].itertuples(index=False, name=None):
            parts = [
                _of_horizon(frames[name], horizon).astype(columns)
                for name, columns in (("by_origin", BY_ORIGIN), ("by_revenue", BY_REVENUE), ("tenths", BY_TENTH))
            ]
            tests[int(horizon)] = Backtest(int(horizon), _text(model), _text(reason), _text(no_share), *parts)
        reason = _text(head["no_new"])
        return cls(
            int(head["horizon"]), Month(int(head["history_start"])), said[0], {each.month: each for each in said[1:]},
            tests, frames["fits"], frames["chain"], bool(head["seasonal"]),
            undefined(reason) if reason else Figure(value=float(head["expected_new"])),
        )  # fmt: skip


def fit(seen: Seen, when: Windows, settings: Risk, *, tested: bool = True) -> Chances:
    """Every chance and expected revenue of a review as of the end of W1, by the rows up to it, and at PP, h, 12 and
    `window_months` months before; and the backtests of both horizons (`tested`). Fits are made once."""
    month, horizon, start = when.p.last, settings.horizon_months, when.history_month
    history = PurchaseHistory.of(seen.monthly, seen.clients, start)
    fits, earnings = Fits(history, seen.company), Earnings.of(seen.monthly, history.ids)
    asked = sorted({month - back for back in (when.p.months, horizon, YEAR, when.window_months)} - {month})
    then = {
        end: _said(fits, earnings, settings, end, year=end in (month - horizon, month - YEAR))
        for end in asked
        if end >= start
    }
    origins = backtest.ORIGINS if tested else 0
    tests = {
        months: backtest.run(fits, earnings, seen.lapsed, settings.model, month, months, origins=origins)
        for months in sorted({horizon, YEAR})
    }
    now = say(fits, settings.model, month, horizon)
    return Chances(
        horizon=horizon,
        history_start=start,
        now=_said(fits, earnings, settings, month),
        then=then,
        tests=tests,
        fits=_fit_table(now, say(fits, settings.model, month, YEAR)),
        chain=_chain_table(now),
        seasonal=expected.is_seasonal(seen.monthly, start, month, horizon),
        expected_new=expected.of_new(seen.monthly, seen.clients, start, month, horizon),
    )


def _said(fits: Fits, earnings: Earnings, settings: Risk, month: Month, *, year: bool = True) -> Forecast:
    """The forecast at the end of `month`; p12 and expected_12 NaN unless the `year` is asked too."""
    horizon = settings.horizon_months
    found = say(fits, settings.model, month, horizon)
    known = found.known
    if found.model is None:
        nothing = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
        nothing.index = fits.history.ids[:0]
        return Forecast(None, month, nothing, found.reason)
    p_next = found.p
    p12 = np.full(len(known), np.nan)
    if year:
        of_year = say(fits, settings.model, month, YEAR)
        # without a past year to learn from the chain has no word for one
        p12 = np.maximum(of_year.p, p_next) if of_year.model else p12
    money = {
        "expected_3": expected.of_horizon(fits, earnings, month, horizon, p_next),
        "expected_12": expected.of_year(fits, earnings, month, p12),
    }
    by_client = pd.DataFrame(
        {
            "p_next": p_next,
            "p12": p12,
            **{name: np.round(amount, MONEY_DECIMALS) for name, amount in money.items()},
            "silence_months": known.silence,
            "x": known.repeats,
        },
        index=fits.history.ids[known.client],
    )
    return Forecast(found.model, month, by_client.astype(COLUMNS), found.reason)


def add_columns(base: pd.DataFrame, said: Forecast) -> pd.DataFrame:
    """`base` with the columns of `Chances.by_client`; missing for clients that never purchased, or all where there is
    no model."""
    by_client = said.by_client.reindex(base.index)
    return base.assign(**{
        name: by_client[name].astype("Int64" if kind is np.int64 else float) for name, kind in COLUMNS.items()
    })  # fmt: skip


def model_figures(chances: Chances, when: Windows) -> dict[str, Figure]:
    """`risk.horizon_months`, `risk.model` (the word, with the reason where it had to do without something),
    `risk.expected_buyers` = Σ p_next with its interval, also as said earlier; `risk.expected_new`; `risk.seasonal`, the
    word whether the months ahead are to be read with last year's; the weights of the clocks `risk.weight_silence` = b1
    and `risk.weight_rhythm` = b2."""
    horizon = Figure(value=chances.horizon)
    if chances.model is None:
        nothing = undefined(chances.reason or NO_MODEL)
        of_model = dict.fromkeys(("risk.model", "risk.expected_buyers", "risk.seasonal", *WEIGHTS), nothing)
        return {"risk.horizon_months": horizon, "risk.expected_new": chances.expected_new, **of_model}
    weights = chances.fits.set_index("parameter")["value"]
    before = {name: _buyers(said) for name, (_, said) in chances.earlier(when).items()}
    buyers = Figure(value=total(chances.by_client["p_next"]), interval=chances.buyers_interval(chances.horizon))
    return {
        "risk.horizon_months": horizon,
        "risk.model": Figure(value=chances.model, reason=chances.reason),
        "risk.expected_buyers": buyers.beside(before),
        "risk.expected_new": chances.expected_new,
        "risk.seasonal": Figure(value=SEASONAL if chances.seasonal else NO_SEASON),
        **{id: _weight(weights, name, chances) for id, name in WEIGHTS.items()},
    }


def _weight(weights: pd.Series, name: str, chances: Chances) -> Figure:
    known = name in weights.index and not np.isnan(weights[name])
    return Figure(value=float(weights[name])) if known else undefined(chances.reason or NO_WEIGHTS)


def _buyers(said: Forecast) -> float | None:
    return total(said.by_client["p_next"]) if said.model else None


def _fit_table(now: Said, year: Said) -> pd.DataFrame:
    """`risk.fit`: parameter, value (for h months), value_12 (for 12): of the two clocks k, r, alpha (weeks), a, b of
    the rhythm, b0, b1 (months of silence), b2 (rhythm) and month_ends they were learned from; of BG/NBD r, alpha, a,
    b; log_likelihood, clients, repeat_clients; no rows for the chain."""
    values = [_parameters(said) for said in (now, year)]
    columns = {"parameter": list(values[0]), "value": list(values[0].values())}
    frame = pd.DataFrame(columns | {"value_12": [values[1].get(name, np.nan) for name in values[0]]})
    return frame.astype({"parameter": "str", "value": float, "value_12": float})


def _parameters(said: Said) -> dict[str, float]:
    known = {"clients": float(len(said.known)), "repeat_clients": float(said.known.repeat_clients)}
    if said.clocks is not None:
        rhythm, blend = said.clocks.rhythm, said.clocks.blend
        found = {"k": float(rhythm.k), "r": rhythm.r, "alpha": rhythm.alpha, "a": rhythm.a, "b": rhythm.b}
        weights = (blend.b0, blend.b1, blend.b2) if blend else (np.nan, np.nan, np.nan)
        found |= dict(zip(("b0", "b1", "b2"), weights, strict=True))
        return {**found, "month_ends": float(said.clocks.month_ends), "log_likelihood": rhythm.log_likelihood, **known}
    if said.bg_nbd is not None:
        p = said.bg_nbd.parameters
        return {"r": p.r, "alpha": p.alpha, "a": p.a, "b": p.b, "log_likelihood": said.bg_nbd.log_likelihood, **known}
    return {}


def _chain_table(now: Said) -> pd.DataFrame:
    """`risk.chain`: silence (months), cases, bought, share, chance, whichever model is used; no rows where no past
    month end has a known outcome."""
    if now.chain is None:
        return pd.DataFrame(columns=["silence", "cases", "bought", "share", "chance"], dtype=float)
    return now.chain.table()


def _of_tests(tests: list[tuple[Backtest, int]], name: str) -> pd.DataFrame:
    parts: list[pd.DataFrame] = [getattr(test, name).assign(horizon=horizon) for test, horizon in tests]
    return pd.concat(parts, ignore_index=True)


def _of_horizon(frame: pd.DataFrame, horizon: int) -> pd.DataFrame:
    return frame[(frame["horizon"] == horizon).to_numpy()].drop(columns="horizon").reset_index(drop=True)


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: "str" for name in frame if name not in ("month", "horizon")}
    return frame.astype(kinds)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str) else None
