"""The client frame: monthly facts and client facts in, one row per client with both windows out.

Source: Ground terms. r_i(W) is rounded to 1e-6 after summing and before any comparison.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Span
from portfolio_review.metrics.windows import Windows

MONEY_DECIMALS = 6
LIMIT_TOLERANCE = 1e-9
"""c < limit · T means c < limit · T − 1e-9 · T."""

_CLIENT_FACTS = ("client_id", "first_purchase", "second_purchase")


def client_frame(
    monthly: pd.DataFrame, clients: pd.DataFrame, orders: pd.DataFrame, when: Windows
) -> pd.DataFrame:
    """One row per client of `clients`, by client id, with what it did in W0 (`…0`) and W1 (`…1`).

    r_i(W) = Σ revenue of client i over the months of W, rounded to 1e-6.

    monthly: client_id, month, revenue, margin, orders, purchase_days; clients: client_id,
    first_purchase, second_purchase and attributes; orders: client_id, span (`w0`, `w1`), orders,
    empty where orders are purchase days.
    Columns: r0, r1 and margin0, margin1 (money; margin NaN where none is given), days0, days1
    (purchase days), active0, active1 (at least one of them), months0, months1 (months with one),
    orders0, orders1, first_purchase, second_purchase, then every attribute. Source: Ground terms.
    """
    facts = clients.set_index("client_id").sort_index()
    frame = pd.DataFrame(index=facts.index)
    codes = client_codes(monthly["client_id"], frame.index)
    with_margin = margin_known(monthly)
    for end, span in (("0", when.w0), ("1", when.w1)):
        inside = _inside(monthly, span)
        where, rows = codes[inside], monthly.loc[inside]
        bought = (rows["purchase_days"] > 0).to_numpy(dtype=float)
        frame[f"r{end}"] = _money(where, rows["revenue"], len(frame))
        frame[f"margin{end}"] = _money(where, rows["margin"], len(frame)) if with_margin else np.nan
        frame[f"days{end}"] = _count(where, rows["purchase_days"].to_numpy(dtype=float), len(frame))
        frame[f"months{end}"] = _count(where, bought, len(frame))
        frame[f"active{end}"] = frame[f"days{end}"] > 0
        frame[f"orders{end}"] = _orders(orders, frame, f"w{end}", f"days{end}")
    return frame.join(facts)


def _orders(orders: pd.DataFrame, frame: pd.DataFrame, span: str, days: str) -> NDArray[np.int64]:
    if orders.empty:
        return frame[days].to_numpy(dtype=np.int64)
    rows = orders[orders["span"] == span]
    where = client_codes(rows["client_id"], frame.index)
    return _count(where, rows["orders"].to_numpy(dtype=float), len(frame))


def client_codes(client_ids: pd.Series, index: pd.Index) -> NDArray[np.intp]:
    """The position of each id in `index`; every id must be there."""
    codes: NDArray[np.intp]
    if isinstance(client_ids.dtype, pd.CategoricalDtype):
        codes = index.get_indexer(client_ids.cat.categories)[client_ids.cat.codes]
    else:
        codes = index.get_indexer(pd.Index(client_ids))
    if (codes < 0).any():
        unknown = client_ids[codes < 0].iloc[0]
        raise ValueError(f"client '{unknown}' has rows but is not in the client frame")
    return codes


def revenue_in(monthly: pd.DataFrame, index: pd.Index, span: Span, column: str = "revenue") -> pd.Series:
    """r_i(span) of every client of `index`, rounded to 1e-6; `column` may be `margin`."""
    rows = monthly.loc[_inside(monthly, span)]
    where = client_codes(rows["client_id"], index)
    return pd.Series(_money(where, rows[column], len(index)), index=index, name=column)


def active_in(monthly: pd.DataFrame, index: pd.Index, span: Span) -> pd.Series:
    """Whether each client of `index` has a purchase day in `span`."""
    rows = monthly.loc[_inside(monthly, span) & (monthly["purchase_days"] > 0).to_numpy()]
    flags = np.zeros(len(index), dtype=bool)
    flags[client_codes(rows["client_id"], index)] = True
    return pd.Series(flags, index=index, name="active")


def first_in(days: pd.Series, span: Span) -> pd.Series:
    """Whether each day of `days` lies in `span`; no day lies in none."""
    return (days >= pd.Timestamp(span.start)) & (days <= pd.Timestamp(span.end))


def margin_known(monthly: pd.DataFrame) -> bool:
    """Whether any row carries a margin."""
    return "margin" in monthly and bool(monthly["margin"].notna().any())


def total(values: pd.Series) -> float:
    """Σ, exact, whatever the order of the rows; missing values are left out."""
    return math.fsum(values.dropna().to_numpy(dtype=float))


def names(base: pd.DataFrame) -> pd.Series:
    """The client's name, or its id where none is given."""
    ids = base.index.to_series()
    return base["name"].fillna(ids) if "name" in base else ids


def largest_first(base: pd.DataFrame, column: str) -> pd.DataFrame:
    """`base` by `column` descending, equal values by client id."""
    order = np.lexsort((np.arange(len(base)), -base[column].to_numpy(dtype=float)))
    return base.iloc[order]


def _inside(monthly: pd.DataFrame, span: Span) -> NDArray[np.bool_]:
    months = monthly["month"].to_numpy()
    return np.asarray((months >= span.first.index) & (months <= span.last.index))


def _money(where: NDArray[np.intp], values: pd.Series, clients: int) -> NDArray[np.float64]:
    """Sums by client, added from the smallest amount so that the order of rows does not matter."""
    amounts = np.nan_to_num(values.to_numpy(dtype=float))
    order = np.argsort(amounts, kind="stable")
    sums = np.bincount(where[order], weights=amounts[order], minlength=clients)
    return np.round(sums, MONEY_DECIMALS) + 0.0


def _count(where: NDArray[np.intp], values: NDArray[np.float64], clients: int) -> NDArray[np.int64]:
    return np.bincount(where, weights=values, minlength=clients).astype(np.int64)
