"""Builds the frames that metrics read from plain rows, for tests: in pandas, apart from the slices.

Rows: client_id, date, revenue and, where known, margin, order_id, category.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.calendar import Month, Period, Span
from portfolio_review.figure import Figure
from portfolio_review.metrics import (
    concentration,
    drivers,
    early_decline,
    headline,
    lapse,
    leavers,
    lifecycle,
    margin,
    migration,
    movement,
    newcomers,
    portfolio,
    replacement,
    retention,
    segments,
    structure,
    survival,
    xyz,
)
from portfolio_review.metrics.chance_back import COUNTED
from portfolio_review.metrics.lapse import Gaps
from portfolio_review.metrics.windows import Windows
from portfolio_review.review import Review

HORIZON_MONTHS = 3
DAYS, MONTHS = 1_000_000, 100_000
"""More than any day and month has as its number."""


def settings(**changes: object) -> Review:
    return Review.model_validate(
        {"id": "test", "currency": "EUR", "sources": {"transactions": {"path": "rows.parquet"}}, **changes}
    )


@dataclass(frozen=True)
class Portfolio:
    """The frames of one unit and period, as the slices give them."""

    when: Windows
    monthly: pd.DataFrame
    clients: pd.DataFrame
    orders: pd.DataFrame
    totals: pd.DataFrame
    mix: pd.DataFrame
    gaps: Gaps
    review: Review
    chance_back: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COUNTED)))

    def base(self) -> pd.DataFrame:
        """The client frame with states, classes, lapse and stages."""
        base = portfolio.client_frame(self.monthly, self.clients, self.orders, self.when)
        base = movement.add_states(base, self.when)
        base = segments.add_classes(base, self.monthly, self.gaps.series, self.when, self.review)
        base = lapse.add_lapse(base, self.gaps, self.when)
        return lifecycle.add_stages(base, self.when)


def windows(period: str, start: dt.date, until: dt.date | None = None, months: int = 12) -> Windows:
    p = Period.parse(period)
    return Windows(p, months, start, until or p.end)


def rows(*lines: tuple[object, ...], columns: str = "client_id date revenue") -> pd.DataFrame:
    """Rows from tuples: client, ISO day, revenue, and further columns when named."""
    frame = pd.DataFrame(lines, columns=columns.split())
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def build(
    transactions: pd.DataFrame,
    period: str,
    *,
    window_months: int = 12,
    attributes: pd.DataFrame | None = None,
    history_start: dt.date | None = None,
    data_until: dt.date | None = None,
    series_rows: pd.DataFrame | None = None,
    review: Review | None = None,
) -> Portfolio:
    """Reduce rows to the frames of a review; `series_rows` are all units' rows when these are one's."""
    p = Period.parse(period)
    # sums as exact as those of the slices: rows in one order, whatever order they came in
    transactions = transactions.sort_values(list(transactions.columns))
    everything = transactions if series_rows is None else series_rows
    when = Windows(
        period=p,
        window_months=window_months,
        history_start=history_start or everything["date"].min().date(),
        data_until=data_until or everything["date"].max().date(),
    )
    known = transactions[transactions["date"] <= pd.Timestamp(p.end)].copy()
    known["month"] = _months(known["date"]).astype(np.int32)
    for column in ("margin", "order_id", "category"):
        if column not in known:
            known[column] = np.nan
    stated = known["margin"].notna()
    known["gross"] = known["revenue"].abs() if stated.any() else np.nan
    known["margin_gross"] = known["gross"].where(stated, known["gross"] * 0)
    known["margin_revenue"] = known["revenue"].where(stated, 0.0) if stated.any() else np.nan
    known["client"], ids = pd.factorize(known["client_id"], sort=True)
    known["key"] = _keys(known)
    days = PurchaseDays.of(known)
    mine = days if len(known) == len(transactions) else PurchaseDays.of(transactions)
    return Portfolio(
        when=when,
        monthly=_monthly(known, days),
        clients=_clients(ids, days, attributes),
        orders=_orders(known, ids, when),
        totals=_totals(known, when),
        mix=_mix(known, when),
        gaps=_gaps(mine, mine if everything is transactions else PurchaseDays.of(everything), when),
        review=review or settings(window_months=window_months),
    )


def _months(dates: pd.Series) -> NDArray[np.int64]:
    """Months since the year 0."""
    return dates.to_numpy().astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _keys(known: pd.DataFrame) -> NDArray[np.int64]:
    """The order of each row as a number: the pair of client and id, without an id the client's purchase day."""
    order = known["order_id"]
    if order.notna().any():
        order = order.astype(object).fillna(known["date"].astype(str).astype(object)).astype(str)
    else:
        order = known["date"]
    codes = pd.factorize(order)[0]
    return np.unique(known["client"].to_numpy() * (len(known) + 1) + codes, return_inverse=True)[1]


@dataclass(frozen=True)
class PurchaseDays:
    """The days on which clients bought, in the order of clients and days.

    ids: the clients, sorted; client: index into them; day: days since 1970; gap: days since the client's day before,
    nan for its first.
    """

    ids: pd.Index
    client: NDArray[np.int64]
    day: NDArray[np.int64]
    gap: NDArray[np.float64]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> PurchaseDays:
        codes, ids = pd.factorize(rows["client_id"], sort=True)
        bought = rows["revenue"].to_numpy() > 0
        day = rows["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
        pairs = np.unique(codes[bought].astype(np.int64) * DAYS + day[bought])
        client, day = pairs // DAYS, pairs % DAYS
        gap = np.diff(day, prepend=0).astype(float)
        gap[np.diff(client, prepend=-1) != 0] = np.nan
        return cls(ids, client, day, gap)

    @property
    def month(self) -> NDArray[np.int64]:
        return self.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12

    def nth(self, number: int) -> NDArray[np.datetime64]:
        """The `number`th purchase day of each client, from 0; NaT where there is none."""
        counts = np.bincount(self.client, minlength=len(self.ids))
        found = np.full(len(self.ids), "NaT", dtype="datetime64[us]")
        starts, enough = np.cumsum(counts) - counts, counts > number
        found[enough] = self.day[starts[enough] + number].astype("datetime64[D]")
        return found

    def quantiles(self, kept: NDArray[np.bool_], quantile: float) -> NDArray[np.float64]:
        """The quantile of each client's gaps among the `kept` days, between two of them on the straight line."""
        gaps, client = self.gap[kept], self.client[kept]
        gaps = gaps[np.lexsort((gaps, client))]
        counts = np.bincount(client, minlength=len(self.ids))
        starts, some = np.cumsum(counts) - counts, counts > 0
        place = quantile * (counts[some] - 1)
        low = place.astype(np.int64)
        at = starts[some] + low
        after = gaps[np.minimum(at + 1, starts[some] + counts[some] - 1)]
        found = np.full(len(self.ids), np.nan)
        found[some] = gaps[at] + (after - gaps[at]) * (place - low)
        return found


def _monthly(known: pd.DataFrame, days: PurchaseDays) -> pd.DataFrame:
    cells = known["client"].to_numpy() * MONTHS + known["month"].to_numpy()
    there, first, row = np.unique(cells, return_index=True, return_inverse=True)
    money = known[["revenue", "margin", *margin.MONEY]].groupby(row).sum(min_count=1)
    frame = known[["client_id", "month"]].iloc[first].reset_index(drop=True).join(money)
    bought = known["revenue"].to_numpy() > 0
    orders = np.unique(row[bought] * (len(known) + 1) + known["key"].to_numpy()[bought]) // (len(known) + 1)
    cell = np.searchsorted(there, days.client * MONTHS + days.month)
    of_month = days.day.astype("datetime64[D]")
    of_month = (of_month - of_month.astype("datetime64[M]")).astype(np.int64) + 1
    last = np.zeros(len(there), dtype=np.int64)
    np.maximum.at(last, cell, of_month)
    log_gaps = np.where(np.isnan(days.gap), 0.0, np.log(days.gap / 7))
    return frame.assign(
        orders=np.bincount(orders, minlength=len(there)),
        purchase_days=np.bincount(cell, minlength=len(there)),
        last_day=last,
        log_gaps=np.bincount(cell, weights=log_gaps, minlength=len(there)),
    )


def _clients(ids: pd.Index, days: PurchaseDays, attributes: pd.DataFrame | None) -> pd.DataFrame:
    frame = pd.DataFrame({"client_id": ids, "first_purchase": days.nth(0), "second_purchase": days.nth(1)})
    # as of the last purchase: of the gaps of the 24 months up to it, where there are four
    last = np.zeros(len(ids), dtype=np.int64)
    np.maximum.at(last, days.client, days.month)
    recent = (days.month > last[days.client] - 24) & ~np.isnan(days.gap)
    enough = np.bincount(days.client[recent], minlength=len(ids)) >= 4
    frame["median_gap"] = np.where(enough, days.quantiles(recent, 0.5), np.nan)
    return frame if attributes is None else frame.merge(attributes, on="client_id", how="left")


def _spans(when: Windows) -> dict[str, Span]:
    ytd = when.period.year_to_date
    return {
        "p": when.p,
        "pp": when.pp,
        "py": when.py,
        "w1": when.w1,
        "w0": when.w0,
        "ytd": ytd,
        "ytd_py": ytd.shifted(-12),
    }


def _between(frame: pd.DataFrame, span: Span) -> pd.DataFrame:
    months = frame["month"].to_numpy()
    return frame[(months >= span.first.index) & (months <= span.last.index)]


def _orders(known: pd.DataFrame, ids: pd.Index, when: Windows) -> pd.DataFrame:
    bought = known[known["revenue"] > 0]
    months, pairs = (
        bought["month"].to_numpy(),
        bought["client"].to_numpy() * (len(known) + 1) + bought["key"].to_numpy(),
    )
    names, clients, counts = [], [], []
    for name, span in _spans(when).items():
        if not name.startswith("ytd"):
            mine = np.unique(pairs[(months >= span.first.index) & (months <= span.last.index)]) // (len(known) + 1)
            found, of_each = np.unique(mine, return_counts=True)
            names += [name] * len(found)
            clients.append(found)
            counts.append(of_each)
    return pd.DataFrame(
        {
            "client_id": ids.take(np.concatenate(clients)),
            "span": np.array(names, dtype=str),
            "orders": np.concatenate(counts),
        }
    )


def _totals(known: pd.DataFrame, when: Windows) -> pd.DataFrame:
    span_of_month = {str(when.p.last - back): Span(when.p.last - back, when.p.last - back) for back in range(25)}
    months, key, client = (known[column].to_numpy() for column in ("month", "key", "client"))
    columns = ("margin", *margin.MONEY)
    money = {column: known[column].to_numpy(dtype=float) for column in ("revenue", *columns)}
    bought = money["revenue"] > 0
    lines = []
    for name, span in {**_spans(when), **span_of_month}.items():
        mine = (months >= span.first.index) & (months <= span.last.index)
        if mine.any():
            sums = [_sum(money[column][mine]) for column in columns]
            positive = mine & bought
            counts = (len(set(codes[positive].tolist())) for codes in (key, client))
            lines.append((name, money["revenue"][mine].sum(), *sums, *counts))
    return pd.DataFrame(lines, columns=["span", "revenue", *columns, "orders", "clients"])


def _sum(values: NDArray[np.float64]) -> float:
    """nan where none is known."""
    known = ~np.isnan(values)
    return float(np.where(known, values, 0.0).sum()) if known.any() else np.nan


def _mix(known: pd.DataFrame, when: Windows) -> pd.DataFrame:
    columns = ["revenue_w0", "revenue_w1", "revenue_then", "active_w1", "active_since"]
    if known["category"].isna().all():
        return pd.DataFrame(columns=["client_id", "category", *columns])
    keys = ["client_id", "category"]
    spans = (("w0", when.w0), ("w1", when.w1), ("then", when.w1.shifted(-HORIZON_MONTHS)))
    sums = {f"revenue_{name}": _between(known, span).groupby(keys)["revenue"].sum() for name, span in spans}
    mix = pd.DataFrame(sums).fillna(0.0)
    for name, span in (("active_w1", when.w1), ("active_since", Span.ending(when.w1.last, HORIZON_MONTHS))):
        bought = _between(known, span).groupby(keys)["revenue"].max() > 0
        mix[name] = bought.reindex(mix.index, fill_value=False)
    return mix.reset_index()


def _gaps(mine: PurchaseDays, of_all: PurchaseDays, when: Windows) -> Gaps:
    length, end = when.p.months, when.p.last
    window = when.window_months
    back = {0, length, 2 * length, 12, 12 + length, window, window + length, window + 12, 2 * window, *range(3, 16, 3)}
    as_of, series = [], []
    for months in sorted(back):
        end_day, since = np.datetime64((end - months).last), np.datetime64((end - months - 23).first)
        day, first = end_day.astype(np.int64), since.astype(np.int64)
        before = mine.day <= day
        recent = before & (mine.day >= first) & ~np.isnan(mine.gap)
        count = len(mine.ids)
        days = np.bincount(mine.client[before], minlength=count)
        last = np.zeros(count, dtype=np.int64)
        last[mine.client[before]] = mine.day[before]
        there = np.flatnonzero(days)
        gaps = np.bincount(mine.client[recent], minlength=count)
        as_of.append(
            (there, last[there], days[there], gaps[there], mine.quantiles(recent, 0.8)[there], np.full(len(there), day))
        )
        all_recent = of_all.gap[(of_all.day <= day) & (of_all.day >= first) & ~np.isnan(of_all.gap)]
        series.append(
            (pd.Timestamp(end_day), *(np.quantile(all_recent, [0.8, 0.5]) if len(all_recent) else [np.nan, np.nan]))
        )
    client, last_purchase, purchase_days, gaps, gap_q80, date = map(np.concatenate, zip(*as_of, strict=True))
    found = pd.DataFrame(
        {
            "client_id": mine.ids.take(client),
            "last_purchase": last_purchase.astype("datetime64[D]").astype("datetime64[us]"),
            "purchase_days": purchase_days,
            "gaps": gaps,
            "gap_q80": gap_q80,
            "date": date.astype("datetime64[D]").astype("datetime64[us]"),
        }
    )
    return Gaps(found, pd.DataFrame(series, columns=["date", "usual_gap", "median_gap"]))


def monthly_rows(client_id: str, first: str, revenues: Sequence[float], day: int = 15) -> Iterable[tuple[object, ...]]:
    """One row a month from `first` (YYYY-MM) on; 0 leaves the month out."""
    start = Month(int(first[:4]) * 12 + int(first[5:]) - 1)
    for back, revenue in enumerate(revenues):
        if revenue:
            yield client_id, f"{start + back}-{day:02d}", revenue


def all_figures(made: Portfolio) -> dict[str, Figure]:
    """Every figure of headline, structure, movement, migration, retention and drivers, lifecycle too."""
    base, when = made.base(), made.when
    found: dict[str, Figure] = {}
    found |= lapse.series_figures(made.gaps, when)
    found |= xyz.figures(made.gaps.series, when, made.review.xyz)
    found |= headline.figures(made.totals, made.monthly, when)
    found |= headline.split_figures(base, made.monthly, when)
    found |= leavers.figures(base, made.monthly, made.gaps, when, made.review.xyz)
    found |= structure.figures(base, made.monthly, when)
    found |= concentration.figures(base, made.monthly, when)
    before = early_decline.add_earlier(
        lapse.add_earlier(movement.earlier(base, made.monthly, when), made.gaps), made.monthly
    )
    found |= movement.figures(base, when, before) | movement.bridge_figures(base, when, before)
    found |= newcomers.new_rate(base, made.monthly, when) | newcomers.second_purchase(base, when)
    found |= early_decline.figures(early_decline.add_early_decline(base, made.monthly, when), when, before)
    found |= survival.figures(survival.lives(base, when), survival.earlier(before, base))
    found |= replacement.figures(base, made.monthly, when, before)
    for scheme in (migration.ABC, migration.ABC_FIXED, migration.XYZ, migration.VALUE_STABILITY):
        found |= migration.figures(base, scheme, when)
    found |= retention.figures(base, made.monthly, when) | retention.point_value(base, when, before)
    found["retention.still_buying_rate"] = retention.still_buying(base, when, before)
    found["retention.kept_at_end_rate"] = retention.kept_at_end(base, when, before)
    found["retention.half_life"] = retention.half_life(found["retention.client_retention_rate"])
    return found | drivers.figures(base, made.totals, when)
