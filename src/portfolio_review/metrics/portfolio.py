"""The client frame: monthly facts and client facts in, one row per client with both windows out.

Source: Ground terms. r_i(W) is rounded to 1e-6 after summing and before any comparison.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from portfolio_review.calendar import Days, Span
from portfolio_review.metrics import margin
from portfolio_review.metrics.stable import significant
from portfolio_review.metrics.windows import Windows

MONEY_DECIMALS = 6
_MORE_THAN_MONTHS = 200_000
"""More than any month index."""
LIMIT_TOLERANCE = 1e-9
"""c < limit · T means c < limit · T − 1e-9 · T."""


def client_frame(monthly: pd.DataFrame, clients: pd.DataFrame, orders: pd.DataFrame, when: Windows) -> pd.DataFrame:
    """One row per client of `clients`, by client id, with what it did in W0 (`…0`) and W1 (`…1`).

    r_i(W) = Σ revenue of client i over the months of W, rounded to 1e-6.

    monthly: client_id, month, revenue, margin, orders, purchase_days; clients: client_id,
    first_purchase, second_purchase and attributes; orders: client_id, span (`w0`, `w1`), orders,
    empty where orders are purchase days.
    Columns: r0, r1 and margin0, margin1 (money; margin NaN where none is given, and for all where that of the
    window is known for less than 90 % of its revenue), gross, margin_gross and margin_revenue of both (see
    `margin.MONEY`; NaN where no margin is given), days0, days1 (purchase days), active0, active1 (at least one of
    them), months0, months1 (months with one), orders0, orders1, first_purchase, second_purchase, then every
    attribute. Source: Ground terms.
    """
    facts = clients.set_index("client_id").sort_index()
    frame = pd.DataFrame(index=facts.index)
    for end, span in (("0", when.w0), ("1", when.w1)):
        window = window_facts(monthly, frame.index, span)
        frame = frame.join(window.add_suffix(end))
        frame[f"active{end}"] = frame[f"days{end}"] > 0
        frame[f"orders{end}"] = _orders(orders, frame, f"w{end}", f"days{end}")
    return frame.join(facts)


def window_facts(monthly: pd.DataFrame, index: pd.Index, span: Span) -> pd.DataFrame:
    """r, margin (money, NaN where none is given or too little is known), what it is known of (`margin.MONEY`), days
    (purchase days) and months (with one) in `span` of every client of `index`."""
    inside = rows_in(monthly, span)
    where, rows = client_codes(monthly.loc[inside, "client_id"], index), monthly.loc[inside]

    def money(column: str) -> NDArray[np.float64]:
        return grouped_money(where, rows[column], len(index), rows["month"])

    of_margin: dict[str, NDArray[np.float64] | float] = dict.fromkeys(("margin", *margin.MONEY), np.nan)
    if margin.is_given(monthly):
        lacks = margin.lacks(math.fsum(rows["gross"]), math.fsum(rows["margin_gross"]))
        of_margin = {name: np.nan if lacks and name == "margin" else money(name) for name in of_margin}
    return pd.DataFrame(
        {
            "r": money("revenue"),
            **of_margin,
            "days": grouped_count(where, rows["purchase_days"], len(index)),
            "months": grouped_count(where, rows["purchase_days"] > 0, len(index)),
        },
        index=index,
    )


def _orders(orders: pd.DataFrame, frame: pd.DataFrame, span: str, days: str) -> NDArray[np.int64]:
    if orders.empty:
        return frame[days].to_numpy(dtype=np.int64)
    rows = orders[orders["span"] == span]
    where = client_codes(rows["client_id"], frame.index)
    return grouped_count(where, rows["orders"], len(frame))


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


def rows_in(monthly: pd.DataFrame, span: Span) -> NDArray[np.bool_]:
    """Which rows of `monthly` lie in `span`."""
    months = monthly["month"].to_numpy()
    return np.asarray((months >= span.first.index) & (months <= span.last.index))


def coded_months(monthly: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """`monthly` with client_id as a categorical of `index`, for figures that look at many spans."""
    codes = client_codes(monthly["client_id"], index)
    return monthly.assign(client_id=pd.Categorical.from_codes(codes, categories=index))


def revenue_in(monthly: pd.DataFrame, index: pd.Index, span: Span, column: str = "revenue") -> pd.Series:
    """r_i(span) of every client of `index`, rounded to 1e-6; `column` may be `margin`."""
    rows = monthly.loc[rows_in(monthly, span)]
    where = client_codes(rows["client_id"], index)
    return pd.Series(grouped_money(where, rows[column], len(index), rows["month"]), index=index, name=column)


def active_in(monthly: pd.DataFrame, index: pd.Index, span: Span) -> pd.Series:
    """Whether each client of `index` has a purchase day in `span`."""
    rows = monthly.loc[rows_in(monthly, span) & (monthly["purchase_days"] > 0).to_numpy()]
    flags = np.zeros(len(index), dtype=bool)
    flags[client_codes(rows["client_id"], index)] = True
    return pd.Series(flags, index=index, name="active")


def first_in(days: pd.Series, span: Span | Days) -> pd.Series:
    """Whether each day of `days` lies in `span`; no day lies in none."""
    return (days >= pd.Timestamp(span.start)) & (days <= pd.Timestamp(span.end))


def total(values: pd.Series) -> float:
    """Σ, exact, whatever the order of the rows; missing values are left out."""
    return math.fsum(values.dropna().to_numpy(dtype=float))


def coded(codes: ArrayLike, classes: Sequence[str], index: pd.Index) -> pd.Series:
    """A categorical by client: `codes` are places in `classes`, −1 means none."""
    values = pd.Categorical.from_codes(np.asarray(codes, dtype=np.int64), categories=pd.Index(classes), ordered=True)
    return pd.Series(values, index=index)


def month_index(days: pd.Series) -> NDArray[np.int64]:
    """The month (12 · year + month − 1) of each day, −1 where there is none."""
    return np.asarray((days.dt.year * 12 + days.dt.month - 1).fillna(-1), dtype=np.int64)


def names(base: pd.DataFrame) -> pd.Series:
    """The client's name, or its id where none is given."""
    ids = base.index.to_series()
    return base["name"].fillna(ids) if "name" in base else ids


def largest_first(base: pd.DataFrame, column: str) -> pd.DataFrame:
    """`base` by `column` as it is recorded, descending, equal values by client id."""
    by_id = np.argsort(base.index.argsort())
    return base.iloc[np.lexsort((by_id, -significant(base[column])))]


def grouped_money(
    where: NDArray[np.intp], values: pd.Series, groups: int, month: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Σ values by group 0 … groups − 1, rounded to 1e-6, whatever the order of the rows.

    They are added by `month` within a group, where every group has one row a month; without months
    from the smallest amount on.
    """
    amounts = np.nan_to_num(values.to_numpy(dtype=float))
    if month is None:
        order = np.argsort(amounts, kind="stable")
        where, amounts = where[order], amounts[order]
    else:
        place = where.astype(np.int64) * _MORE_THAN_MONTHS + np.asarray(month, dtype=np.int64)
        if not (place[1:] > place[:-1]).all():
            order = np.argsort(place, kind="stable")
            where, amounts = where[order], amounts[order]
    sums = np.bincount(where, weights=amounts, minlength=groups).astype(np.float64)
    return np.asarray(np.round(sums, MONEY_DECIMALS) + 0.0, dtype=np.float64)


def grouped_count(where: NDArray[np.intp], counts: ArrayLike, groups: int) -> NDArray[np.int64]:
    """Σ counts by group 0 … groups − 1."""
    return np.bincount(where, weights=np.asarray(counts, dtype=float), minlength=groups).astype(np.int64)
