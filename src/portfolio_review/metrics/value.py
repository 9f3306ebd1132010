"""Value: the money in which stakes, lists and the portfolio are counted, margin where it is known and else revenue.

In: the client frame with the margin of both windows, the setting `value`; out: the choice, value by client, and what
revenue of a client is worth. Source: Ground terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from portfolio_review.errors import UsageError
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import margin
from portfolio_review.metrics.portfolio import MONEY_DECIMALS, names, total
from portfolio_review.metrics.windows import Windows

YEAR_MONTHS = 12
LIST_COLUMNS = ("client_id", "name", "revenue", "margin")
IN_REVENUE = "value is counted in revenue"


@dataclass(frozen=True)
class Choice:
    """What money is counted in: `revenue` or `margin`.

    rate: the margin rate of W1 of all clients together, 1 in revenue; lacks: why auto did not take margin.
    """

    measure: Literal["revenue", "margin"]
    rate: float = 1.0
    lacks: str | None = None

    @property
    def is_margin(self) -> bool:
        return self.measure == "margin"


def choose(base: pd.DataFrame, asked: str, when: Windows) -> Choice:
    """The money that the setting `value` (auto, revenue, margin) comes to in this review.

    Margin where it is known for at least 90 % of W1 and of W0; where W0 lies before the history, W1 decides alone.
    base: client frame with gross and margin_gross of both windows. Errors: UsageError where margin is asked for and
    is not known for 90 %. Source: Ground terms.
    """
    lacks = margin.lacks_in(base, "1") or (None if when.lacks_w0 else margin.lacks_in(base, "0"))
    if asked == "revenue" or (lacks and asked == "auto"):
        return Choice("revenue", lacks=lacks if asked == "auto" else None)
    refuse_unknown(lacks)
    rate = margin.rate_in(base, "1")
    return Choice("margin", rate if isinstance(rate, float) else 0.0)  # without positive revenue it weighs nothing


def of_totals(totals: pd.DataFrame, asked: str, when: Windows) -> tuple[Choice, float]:
    """The choice as `choose` makes it, and V(W1): what all clients together brought in it.

    Revenue where the margin of W1 is not above zero: nothing can be weighed by it. totals: span (w1, w0), revenue,
    margin, gross, margin_gross, margin_revenue. Source: Ground terms.
    """
    spans = totals.set_index("span")

    def of(span: str, name: str) -> float:
        return float(spans[name].get(span, 0.0))

    def known(span: str) -> str | None:
        return margin.lacks(of(span, "gross"), of(span, "margin_gross"))

    lacks = asked == "revenue" or known("w1") or (None if when.lacks_w0 else known("w0"))
    earned, revenue = of("w1", "margin"), of("w1", "margin_revenue")
    if lacks or not earned > 0 or not revenue > 0:
        return Choice("revenue"), of("w1", "revenue")
    return Choice("margin", earned / revenue), earned


def refuse_unknown(lacks: str | None, unit: str | None = None) -> None:
    """UsageError where a margin is asked for and lacks in W1 or W0. unit: named, where there are several."""
    if lacks:
        where = f" in unit '{unit}'" if unit else ""
        raise UsageError(
            f"value: margin needs a known margin for at least 90 % of the revenue of both windows{where}, found: "
            f"{lacks}; write `value: auto`, which then counts in revenue and says so, or map `margin` of transactions"
        )


def add_value(base: pd.DataFrame, choice: Choice, when: Windows) -> pd.DataFrame:
    """`base` with value1, value0 (money of W1 and W0) and margin_rate1 (0 to 1, may be negative).

    In revenue: value = r, margin_rate1 = 1. In margin: value = margin, negative as it is, of a client whose own margin
    is known for less than 90 % r · the margin rate of W1; margin_rate1 = the client's own margin rate of W1, that of
    all clients where r(W1) ≤ 0 or its own is not known. value0 is missing where the history does not reach W0.

    base: client frame with r, margin, gross, margin_gross, margin_revenue of both windows. Source: Ground terms.
    """
    if choice.is_margin:
        known1 = margin.of_clients(base, "1")
        own = known1 / base["margin_revenue1"].where(base["margin_revenue1"] > 0)
        rates = own.where((base["r1"] > 0).to_numpy()).fillna(choice.rate)
        value1 = known1.fillna(base["r1"] * choice.rate)
        value0 = margin.of_clients(base, "0").fillna(base["r0"] * choice.rate)
    else:
        rates = pd.Series(1.0, index=base.index)
        value1, value0 = base["r1"].astype(float), base["r0"].astype(float)
    before = value0.round(MONEY_DECIMALS) + 0.0
    return base.assign(
        value1=value1.round(MONEY_DECIMALS) + 0.0,
        value0=before if when.lacks_w0 is None else np.nan,
        margin_rate1=rates,
    )


def of_revenue(revenue: pd.Series, base: pd.DataFrame) -> pd.Series:
    """What revenue by client, expected or past, is worth: revenue · margin_rate1. In money, not rounded."""
    return revenue * base["margin_rate1"]


def of_past(sums: pd.DataFrame, choice: Choice) -> pd.Series:
    """The value of some months by client. sums: revenue, margin, gross, margin_gross of these months by client.

    In margin: the margin, where it is known for less than 90 % of the client's |revenue| of these months revenue ·
    the margin rate of W1. In money, not rounded. Source: Ground terms.
    """
    if not choice.is_margin:
        return sums["revenue"].astype(float)
    return margin.of_clients(sums, "").fillna(sums["revenue"] * choice.rate)


def over_12_months(amount: float, when: Windows) -> float:
    """Money of W1 over 12 months: · 12 / window_months."""
    return amount * YEAR_MONTHS / when.window_months


def unprofitable(base: pd.DataFrame, choice: Choice, accounts: Sequence[str] = ()) -> pd.Series:
    """Active clients of value(W1) ≤ 0, where value is margin; neither exposed ones nor strategic accounts.

    They stand on no list by money. base: client frame with active1, value1 and, where known, exposed; accounts: client
    ids.
    """
    if not choice.is_margin:
        return pd.Series(False, index=base.index)
    spared = pd.Series(base.index.isin(list(accounts)), index=base.index)
    if "exposed" in base:
        spared |= base["exposed"].fillna(False).astype(bool)
    return base["active1"].astype(bool) & (base["value1"] <= 0) & ~spared


def unprofitable_table(base: pd.DataFrame) -> pd.DataFrame:
    """`actions.unprofitable`: client_id, name, revenue = r(W1), margin = value(W1), the largest loss first. base:
    client frame with `unprofitable`."""
    mine = base[base["unprofitable"].astype(bool)]
    order = np.lexsort((np.argsort(mine.index.argsort()), mine["value1"].to_numpy(dtype=float)))
    mine = mine.iloc[order]
    frame = pd.DataFrame(
        {"client_id": mine.index, "name": names(mine).to_numpy(), "revenue": mine["r1"], "margin": mine["value1"]}
    )
    return frame[list(LIST_COLUMNS)].reset_index(drop=True)


def figures(choice: Choice) -> dict[str, Figure]:
    """`data.value`: `margin` or `revenue`; the reason says what a margin lacks where auto would have taken it."""
    return {"data.value": Figure(value=choice.measure, reason=choice.lacks)}


def unprofitable_figures(found: pd.DataFrame, choice: Choice) -> dict[str, Figure]:
    """`actions.unprofitable.clients`, `.revenue`, `.margin` of `unprofitable_table`; undefined in revenue."""
    ids = ("clients", "revenue", "margin")
    if not choice.is_margin:
        return {f"actions.unprofitable.{name}": undefined(choice.lacks or IN_REVENUE) for name in ids}
    values = (len(found), total(found["revenue"]) + 0.0, total(found["margin"]) + 0.0)
    return {f"actions.unprofitable.{name}": Figure(value=each) for name, each in zip(ids, values, strict=True)}
