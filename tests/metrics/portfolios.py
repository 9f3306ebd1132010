"""Builds the frames that metrics read from plain rows, for tests: in pandas, apart from the slices.

Rows: client_id, date, revenue and, where known, margin, order_id, category.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

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
    known["month"] = known["date"].dt.year * 12 + known["date"].dt.month - 1
    for column in ("margin", "order_id", "category"):
        if column not in known:
            known[column] = np.nan
    stated = known["margin"].notna()
    known["gross"] = known["revenue"].abs() if stated.any() else np.nan
    known["margin_gross"] = known["gross"].where(stated, known["gross"] * 0)
    known["margin_revenue"] = known["revenue"].where(stated, 0.0) if stated.any() else np.nan
    bought = known[known["revenue"] > 0]
    days = bought[["client_id", "date", "month"]].drop_duplicates().sort_values(["client_id", "date"])
    days["gap"] = days.groupby("client_id")["date"].diff().dt.days
    # an order is the pair of client and id, without an id the client's purchase day
    order = bought["order_id"].astype(object).fillna(bought["date"].astype(str).astype(object))
    bought = bought.assign(key=bought["client_id"].astype(str) + "\0" + order.astype(str))
    return Portfolio(
        when=when,
        monthly=_monthly(known, bought, days),
        clients=_clients(known, days, attributes),
        orders=_orders(bought, when),
        totals=_totals(known, bought, when),
        mix=_mix(known, when),
        gaps=_gaps(transactions, everything, when),
        review=review or settings(window_months=window_months),
    )


def _monthly(known: pd.DataFrame, bought: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    keys = ["client_id", "month"]
    by_month = known.groupby(keys)
    frame = pd.DataFrame({"revenue": by_month["revenue"].sum(), "margin": by_month["margin"].sum(min_count=1)})
    for name in margin.MONEY:
        frame[name] = by_month[name].sum(min_count=1)
    frame["orders"] = bought.drop_duplicates([*keys, "key"]).groupby(keys).size()
    frame["purchase_days"] = days.groupby(keys).size()
    frame["last_day"] = days.groupby(keys)["date"].max().dt.day
    frame["log_gaps"] = np.log(days["gap"] / 7).fillna(0.0).groupby([days[key] for key in keys]).sum()
    counts = ["orders", "purchase_days", "last_day"]
    return frame.fillna(dict.fromkeys([*counts, "log_gaps"], 0)).astype(dict.fromkeys(counts, int)).reset_index()


def _clients(known: pd.DataFrame, days: pd.DataFrame, attributes: pd.DataFrame | None) -> pd.DataFrame:
    frame = pd.DataFrame({"client_id": np.sort(known["client_id"].unique())})
    for name, nth in (("first_purchase", 0), ("second_purchase", 1)):
        found = days[days.groupby("client_id").cumcount() == nth].set_index("client_id")["date"]
        frame[name] = found.reindex(frame["client_id"]).to_numpy().astype("datetime64[us]")
    frame["median_gap"] = [_median_gap(days[days["client_id"] == client]) for client in frame["client_id"]]
    return frame if attributes is None else frame.merge(attributes, on="client_id", how="left")


def _median_gap(days: pd.DataFrame) -> float:
    """As of the last purchase: of the gaps of the 24 months up to it, where there are four."""
    gaps = days.loc[days["month"] > days["month"].max() - 24, "gap"].dropna()
    return float(gaps.median()) if len(gaps) >= 4 else np.nan


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


def _orders(bought: pd.DataFrame, when: Windows) -> pd.DataFrame:
    parts = []
    for name, span in _spans(when).items():
        if not name.startswith("ytd"):
            pairs = _between(bought, span)[["client_id", "key"]].drop_duplicates()
            counts = pairs["client_id"].value_counts()
            parts.append(pd.DataFrame({"client_id": counts.index, "span": name, "orders": counts.to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def _totals(known: pd.DataFrame, bought: pd.DataFrame, when: Windows) -> pd.DataFrame:
    months = {str(when.p.last - back): Span(when.p.last - back, when.p.last - back) for back in range(25)}
    coded = bought.assign(key=pd.factorize(bought["key"])[0], client=pd.factorize(bought["client_id"])[0])
    lines = []
    for name, span in {**_spans(when), **months}.items():
        mine, positive = _between(known, span), _between(coded, span)
        if len(mine):
            money = [mine[column].sum(min_count=1) for column in ("margin", *margin.MONEY)]
            orders, clients = len(np.unique(positive["key"])), len(np.unique(positive["client"]))
            lines.append((name, mine["revenue"].sum(), *money, orders, clients))
    return pd.DataFrame(lines, columns=["span", "revenue", "margin", *margin.MONEY, "orders", "clients"])


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


def _gaps(transactions: pd.DataFrame, everything: pd.DataFrame, when: Windows) -> Gaps:
    length, end = when.p.months, when.p.last
    window = when.window_months
    back = {0, length, 2 * length, 12, 12 + length, window, window + length, window + 12, 2 * window, *range(3, 16, 3)}
    mine = _purchase_days(transactions)
    of_all = mine if everything is transactions else _purchase_days(everything)
    as_of, series = [], []
    for months in sorted(back):
        day = pd.Timestamp((end - months).last)
        since = pd.Timestamp((end - months - 23).first)
        known, recent = _known(mine, day, since)
        all_recent = _known(of_all, day, since)[1]["gap"].to_numpy()
        facts = known.groupby("client_id").agg(last_purchase=("date", "max"), purchase_days=("date", "size"))
        gaps = recent.groupby("client_id")["gap"]
        facts["gaps"], facts["gap_q80"] = gaps.size(), gaps.quantile(0.8)
        as_of.append(facts.reset_index().assign(date=day))
        quantiles = np.quantile(all_recent, [0.8, 0.5]) if len(all_recent) else [np.nan, np.nan]
        series.append((day, *quantiles))
    found = pd.concat([part for part in as_of if len(part)] or as_of, ignore_index=True)
    found["gaps"] = found["gaps"].fillna(0).astype(int)
    return Gaps(found, pd.DataFrame(series, columns=["date", "usual_gap", "median_gap"]))


def _purchase_days(transactions: pd.DataFrame) -> pd.DataFrame:
    days = transactions.loc[transactions["revenue"] > 0, ["client_id", "date"]].drop_duplicates()
    days = days.sort_values(["client_id", "date"])
    days["gap"] = days.groupby("client_id")["date"].diff().dt.days
    return days


def _known(days: pd.DataFrame, day: pd.Timestamp, since: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    known = days[days["date"] <= day]
    return known, known[known["gap"].notna() & (known["date"] >= since)]


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
