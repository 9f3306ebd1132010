"""The headline of P against PP, PY, the year to date and the windows.

In: totals by span, the client frame, monthly rows; out: figures and the month-by-month table.
Source: Headline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review.calendar import Days, Month, Span, last_complete_month
from portfolio_review.figure import Figure, Number, undefined
from portfolio_review.metrics import margin
from portfolio_review.metrics.portfolio import active_in, first_in, month_index, revenue_in, total
from portfolio_review.metrics.windows import Windows

TREND_MONTHS = 24


@dataclass(frozen=True)
class _Totals:
    """Totals by span with what the history allows: None for a span that it does not reach."""

    frame: pd.DataFrame
    when: Windows

    def spans(self) -> dict[str, tuple[str, Span | Days]]:
        """For each field of a figure the name of its span in `totals`, and the span."""
        reported = self.when.reported
        return {
            "value": ("p", reported["p"]),
            "previous": ("pp", reported["pp"]),
            "previous_year": ("py", reported["py"]),
            "ytd": ("ytd", reported["ytd"]),
            "ytd_previous_year": ("ytd_py", reported["ytd_py"]),
            "window": ("w1", self.when.w1),
            "window_previous": ("w0", self.when.w0),
        }

    def of(self, column: str) -> dict[str, Number | None]:
        """`column` for each field of a figure; a span without rows is zero."""
        by_span = self.frame.set_index("span")[column]
        found: dict[str, Number | None] = {}
        for field, (name, span) in self.spans().items():
            if field != "value" and self.when.lacks(span):
                found[field] = None
            elif column in ("orders", "clients"):
                found[field] = int(by_span.get(name, 0))
            else:
                amount = by_span.get(name, 0.0)
                found[field] = float(amount) if pd.notna(amount) else 0.0
        return found

    def margin_lacks(self, field: str) -> str | None:
        """Why the span of a field has no margin."""
        name, _ = self.spans()[field]
        row = self.frame[self.frame["span"] == name]
        return margin.lacks(float(row["gross"].sum()), float(row["margin_gross"].sum()))

    def margins(self) -> dict[str, Number | None]:
        """The margin for each field; None where too little of it is known."""
        return {
            field: None if found is None or self.margin_lacks(field) else found
            for field, found in self.of("margin").items()
        }

    def known(self) -> dict[str, Number | None]:
        """The share of Σ |revenue| with a known margin for each field."""
        gross, of = self.of("gross"), self.of("margin_gross")
        return {
            field: None if found is None else margin.known_share(float(found), float(of[field] or 0.0))
            for field, found in gross.items()
        }


def figures(totals: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """Revenue, clients, orders and margin of P, and their ratios, each over every horizon.

    order_value = revenue / orders, revenue_per_client = revenue / clients, margin_rate = margin /
    revenue of the rows with a known margin; undefined where the denominator is not positive, margin where none is
    given or where it is known for less than 90 % of Σ |revenue|; `data.margin_known` is that share.
    totals: span, revenue, margin, gross, margin_gross, margin_revenue, orders, clients; monthly only tells whether
    a margin is given. Source: Headline.
    """
    by = _Totals(totals, when)
    revenue, clients, orders = by.of("revenue"), by.of("clients"), by.of("orders")
    found = {
        "headline.revenue": Figure(**revenue),  # type: ignore[arg-type]
        "headline.clients": Figure(**clients),  # type: ignore[arg-type]
        "headline.orders": Figure(**orders),  # type: ignore[arg-type]
        "headline.order_value": _quotient(revenue, orders, "no order in P"),
        "headline.revenue_per_client": _quotient(revenue, clients, "no active client in P"),
    }
    if not margin.is_given(monthly):
        ids = ("headline.margin", "headline.margin_rate", "data.margin_known")
        return found | {id: undefined(margin.NO_MARGIN) for id in ids}
    margins, lacks = by.margins(), by.margin_lacks("value")
    return found | {
        "headline.margin": Figure(**margins, reason=lacks),  # type: ignore[arg-type]
        "headline.margin_rate": _quotient(margins, by.of("margin_revenue"), lacks or "no positive revenue in P"),
        "data.margin_known": Figure(**by.known()),  # type: ignore[arg-type]
    }


def _quotient(above: dict[str, Number | None], below: dict[str, Number | None], reason: str) -> Figure:
    fields: dict[str, Number | None] = {}
    for field, number in above.items():
        base = below[field]
        fields[field] = None if number is None or base is None or base <= 0 else number / base
    return Figure(**fields, reason=reason if fields["value"] is None else None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Split:
    """New clients of a span and its revenue by new, returned and current clients."""

    new_clients: int
    new: float
    returned: float | None
    current: float | None


@dataclass(frozen=True)
class FlashRows:
    """All rows of a partial P, past the end of W1 too.

    parts: the first days of the months in which PP and PY are cut; clients: everybody with a row, with the first
    purchase by the day of the data.
    """

    monthly: pd.DataFrame
    parts: pd.DataFrame
    clients: pd.DataFrame

    @property
    def base(self) -> pd.DataFrame:
        return self.clients.set_index("client_id").sort_index()

    def up_to(self, span: Span | Days) -> pd.DataFrame:
        """The monthly rows, the month in which `span` is cut by its days alone."""
        last = Month.of(span.end)
        if span.end == last.last or last not in self.parts["month"].map(Month).tolist():
            return self.monthly
        whole = self.monthly[self.monthly["month"] != last.index]
        return pd.concat([whole, self.parts[self.parts["month"] == last.index]], ignore_index=True)


def split_figures(
    base: pd.DataFrame, monthly: pd.DataFrame, when: Windows, flash: FlashRows | None = None
) -> dict[str, Figure]:
    """New clients, and the revenue of P split into new, returned and current clients.

    new: the first purchase day ever lies in P; returned: not new, a purchase day in P and none in the
    `window_months` months before it; current: all others. The three sum to the revenue of P.
    Returned and current are undefined when those months start before the history. flash: the rows of a partial P,
    whose PP and PY are as many days. Source: Headline.
    """
    base, monthly = (flash.base, flash.monthly) if flash else (base, monthly)

    def split(name: str) -> _Split:
        span = when.reported[name]
        return _split(base, monthly, flash.up_to(span) if flash else monthly, when, span)

    now = split("p")
    earlier = {
        field: None if when.lacks(when.reported[name]) else split(name)
        for field, name in (("previous", "pp"), ("previous_year", "py"))
    }

    def figure(name: str) -> Figure:
        fields = {field: getattr(then, name) if then else None for field, then in earlier.items()}
        value = getattr(now, name)
        reason = _lacks_before(when, when.reported["p"]) if value is None else None
        return Figure(value=value, **fields, reason=reason)

    return {
        "headline.new_clients": figure("new_clients"),
        "headline.revenue_new": figure("new"),
        "headline.revenue_returned": figure("returned"),
        "headline.revenue_current": figure("current"),
    }


def _split(base: pd.DataFrame, monthly: pd.DataFrame, inside: pd.DataFrame, when: Windows, span: Span | Days) -> _Split:
    """inside: `monthly` as far as `span` goes."""
    months = Span(Month.of(span.start), Month.of(span.end))
    r = revenue_in(inside, base.index, months)
    new = first_in(base["first_purchase"], span)
    if _lacks_before(when, span):
        return _Split(int(new.sum()), total(r[new]), None, None)
    before = active_in(monthly, base.index, _before(when, span))
    returned = active_in(inside, base.index, months) & ~new & ~before
    return _Split(int(new.sum()), total(r[new]), total(r[returned]), total(r[~new & ~returned]))


def _before(when: Windows, span: Span | Days) -> Span:
    return Span.ending(Month.of(span.start) - 1, when.window_months)


def _lacks_before(when: Windows, span: Span | Days) -> str | None:
    return when.lacks(_before(when, span))


def trend(totals: pd.DataFrame, base: pd.DataFrame, when: Windows, flash: FlashRows | None = None) -> pd.DataFrame:
    """`headline.trend`: month, revenue, clients, orders, new_clients, partial of the last 24 months known.

    partial: the data do not cover the month. totals: rows by month `YYYY-MM`; a
    month of the history without rows is zero. Source: Headline.
    """
    base, last = (flash.base, Month.of(when.reported["p"].end)) if flash else (base, when.p.last)
    first = max(when.known_months.first, last - (TREND_MONTHS - 1))
    months = [Month(index) for index in range(first.index, last.index + 1)]
    labels = pd.Index([str(month) for month in months], name="month")
    frame = totals.set_index("span")[["revenue", "clients", "orders"]].reindex(labels).fillna(0)
    began = base["first_purchase"].dropna()
    began_month = pd.Series(month_index(began)).value_counts()
    frame["new_clients"] = [int(began_month.get(month.index, 0)) for month in months]
    whole = {"clients": np.int64, "orders": np.int64, "new_clients": np.int64}
    frame["partial"] = [month > last_complete_month(when.data_until) for month in months]
    return frame.astype({"revenue": float, **whole}).reset_index()
