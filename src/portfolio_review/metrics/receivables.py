"""Receivables: what the clients owe at the end of P, how long overdue, and how they pay.

In: the payments table, revenue by month, terms of payment; out: figures and tables. Amounts are net of tax, as revenue
is. Source: Risk and outlook.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_review import terms
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.portfolio import names, total
from portfolio_review.metrics.windows import Windows

NO_PAYMENTS = "no payments given"
OF_SHARED = "all payments are of clients that buy in other units too"
NOTHING_OWED = "nothing is owed"
NOTHING_PAID = "nothing was paid in W1"
NO_PAID_DATE = "no day of payment given"
NO_TERMS = "no terms of payment in days given"
BEYOND = "what is owed is more than the revenue since"
SHARED = "several_units"
"""The column of the client frame that says whether a client buys in another unit too."""
USUAL_TERMS_DAYS = 30
"""Where a client's terms name no days, a payment is owed from so many days before it is due."""
BUCKETS = ("not_due", "overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_over_90", "credit_notes")
_UPPER_DAYS = (0, 30, 60, 90)
_COLUMNS = ["bucket", "invoices", "clients", "amount", "share"]


@dataclass(frozen=True)
class Owed:
    """Open payments at the end of `day`: client_id, amount, days_overdue (0 and below: not due), bucket; and
    those of positive amount paid in W1: client_id, amount, days_late, days_to_pay (NaN without terms).

    `reason`: why nothing is known. `shared`: clients left out because they buy in another unit too.
    """

    day: dt.date
    open: pd.DataFrame
    paid: pd.DataFrame
    reason: str | None = None
    no_paid_date: bool = False
    shared: int = 0

    @property
    def invoices(self) -> pd.DataFrame:
        """The open payments without credit notes."""
        return self.open[self.open["amount"] > 0]


def owed(payments: pd.DataFrame | None, base: pd.DataFrame, when: Windows) -> Owed:
    """What is open at the end of P, and what was paid in W1.

    Open: not paid by then, and owed already: due day − terms ≤ the day. Terms are the days of the
    client's `payment_terms`, 30 where none are known, for the table does not say when an invoice
    was written; none too where an invoice was paid on its due day: it was due at once, not owed before.
    Days overdue = the day − the due day: a payment is overdue from the day after. Credit notes (amounts
    below zero) not yet settled form a bucket of their own; amounts of zero are left out.

    payments: client_id, due_date, amount, paid_date; None where the table is not given. base: client frame,
    with payment_terms where known. Payments of clients that it does not hold are counted too. In a unit's review
    those of clients that buy in another unit too (`several_units`) are left out: they tell no unit.
    """
    day = pd.Timestamp(when.p.end)
    elsewhere = base.index[_shared(base)]
    lacks = NO_PAYMENTS if payments is None or payments.empty else OF_SHARED
    if payments is not None and len(elsewhere):
        payments = payments[~payments["client_id"].isin(elsewhere)]
    if payments is None or payments.empty:
        nothing = pd.DataFrame({"client_id": [], "amount": [], "days_overdue": [], "bucket": []})
        paid = pd.DataFrame({"client_id": [], "amount": [], "days_late": [], "days_to_pay": []})
        return Owed(when.p.end, nothing, paid.astype({"amount": float}), lacks, shared=len(elsewhere))
    due = pd.to_datetime(payments["due_date"])
    paid_on = pd.to_datetime(payments["paid_date"]) if "paid_date" in payments else pd.Series(pd.NaT, due.index)
    days = payments["client_id"].map(_terms(base)).astype(float)
    frame = pd.DataFrame({"client_id": payments["client_id"], "amount": payments["amount"].astype(float)})
    frame["days_overdue"] = (day - due).dt.days
    at_once = days.isna() & (paid_on == due)
    written = frame["days_overdue"] >= -days.fillna(USUAL_TERMS_DAYS).mask(at_once, 0.0)
    still_open = written & ~(paid_on <= day) & (frame["amount"] != 0)
    frame["bucket"] = np.where(
        frame["amount"] < 0,
        BUCKETS[-1],
        np.array(BUCKETS)[np.searchsorted(_UPPER_DAYS, frame["days_overdue"], side="left")],
    )
    frame["days_late"] = (paid_on - due).dt.days
    frame["days_to_pay"] = frame["days_late"] + days
    inside = (paid_on >= pd.Timestamp(when.w1.start)) & (paid_on <= day) & (frame["amount"] > 0)
    return Owed(
        when.p.end,
        frame.loc[still_open, ["client_id", "amount", "days_overdue", "bucket"]],
        frame.loc[inside, ["client_id", "amount", "days_late", "days_to_pay"]],
        no_paid_date=bool(paid_on.isna().all()),
        shared=len(elsewhere),
    )


def _shared(base: pd.DataFrame) -> np.ndarray:
    """Which clients of a unit's review buy in another unit too; none in the review of all."""
    if SHARED not in base:
        return np.zeros(len(base), dtype=bool)
    return base[SHARED].fillna(False).to_numpy(dtype=bool)


def figures(owing: Owed, base: pd.DataFrame, monthly: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`risk.receivables` (open, without credit notes), `risk.overdue`, `risk.overdue_over_90`,
    `risk.overdue_share` = overdue / receivables, `risk.days_sales_outstanding` by count-back (`count_back`),
    `risk.days_late`, `risk.days_to_pay`: means over payments made in W1, weighted by amount: paid day less
    due day, and with the terms. base: client frame; monthly: client_id, month, revenue. Source: Risk and outlook.
    """
    ids = ("receivables", "overdue", "overdue_over_90", "overdue_share", "days_sales_outstanding", "days_late")
    if owing.reason:
        return {f"risk.{name}": undefined(owing.reason) for name in (*ids, "days_to_pay")}
    invoices = owing.invoices
    whole = total(invoices["amount"])
    overdue = total(invoices.loc[invoices["days_overdue"] > 0, "amount"])
    counted = monthly[~monthly["client_id"].isin(base.index[_shared(base)])] if _shared(base).any() else monthly
    return {
        "risk.receivables": Figure(value=whole),
        "risk.overdue": Figure(value=overdue),
        "risk.overdue_over_90": Figure(value=total(invoices.loc[invoices["bucket"] == BUCKETS[4], "amount"])),
        "risk.overdue_share": Figure(value=overdue / whole) if whole > 0 else undefined(NOTHING_OWED),
        "risk.days_sales_outstanding": count_back(whole, counted, when),
        "risk.days_late": _mean_days(owing, "days_late"),
        "risk.days_to_pay": _mean_days(owing, "days_to_pay"),
    }


def count_back(owed_amount: float, monthly: pd.DataFrame, when: Windows) -> Figure:
    """Days sales outstanding by count-back: what is owed less month's revenue, back from W1's last month.

    A month whose revenue is covered whole adds its days, the last one the part covered; a month of no positive revenue
    its days. Undefined where that leads beyond the history. monthly: client_id, month, revenue. In days.
    Source: Risk and outlook.
    """
    by_month = {month: total(rows["revenue"]) for month, rows in monthly.groupby("month")}
    left, days = owed_amount, 0.0
    month = when.w1.last
    while left > 0:
        if month < when.history_month:
            return undefined(f"{BEYOND} {when.history_month}")
        revenue = by_month.get(month.index, 0.0)
        if left <= revenue:
            return Figure(value=days + left / revenue * month.last.day)
        left -= max(revenue, 0.0)
        days, month = days + month.last.day, month - 1
    return Figure(value=days)


def ageing(owing: Owed) -> pd.DataFrame:
    """`risk.receivables_ageing`: bucket, invoices, clients, amount, share (of the open invoices): not due, then
    1–30, 31–60, 61–90 and over 90 days overdue; credit notes only where there are some, without a share.
    No rows without payments."""
    if owing.reason:
        return pd.DataFrame(columns=_COLUMNS)
    groups = owing.open.groupby("bucket")
    frame = pd.DataFrame(
        {
            "invoices": groups.size(),
            "clients": groups["client_id"].nunique(),
            "amount": groups["amount"].sum(),
        }
    ).reindex(list(BUCKETS), fill_value=0)
    whole = total(owing.invoices["amount"])
    frame["share"] = (frame["amount"] / (whole or np.nan)).where(frame.index != BUCKETS[-1])
    frame = frame[(frame.index != BUCKETS[-1]) | (frame["invoices"] > 0)]
    frame = frame.astype({"invoices": np.int64, "clients": np.int64, "amount": float})
    return frame.reset_index(names="bucket")[_COLUMNS]


def by_client(owing: Owed, base: pd.DataFrame) -> pd.DataFrame:
    """`risk.overdue_clients`: client_id, name, open, overdue, over_90, days_overdue (of the oldest), days_late
    (mean of what it paid in W1, weighted by amount; NaN where nothing), revenue = r(W1): clients with an
    overdue invoice, the most overdue money first, equal amounts by id."""
    invoices = owing.invoices
    late = invoices[invoices["days_overdue"] > 0].groupby("client_id")
    frame = pd.DataFrame({"overdue": late["amount"].sum(), "days_overdue": late["days_overdue"].max()}).sort_index()
    paid = owing.paid.assign(weighted=owing.paid["amount"] * owing.paid["days_late"]).groupby("client_id")
    beside = {
        "open": invoices.groupby("client_id")["amount"].sum(),
        "over_90": invoices[invoices["bucket"] == BUCKETS[4]].groupby("client_id")["amount"].sum(),
        "days_late": paid["weighted"].sum() / paid["amount"].sum(),
        "revenue": base["r1"],
        "name": names(base),
    }
    # assigned as they are, they would widen a frame without rows
    frame = frame.assign(**{name: column.reindex(frame.index) for name, column in beside.items()})
    frame = frame.fillna({"over_90": 0.0}).sort_values("overdue", ascending=False, kind="stable")
    frame = frame.rename_axis("client_id").reset_index()
    frame["name"] = frame["name"].astype(object).where(frame["name"].notna(), frame["client_id"])
    return frame[["client_id", "name", "open", "overdue", "over_90", "days_overdue", "days_late", "revenue"]]


def _terms(base: pd.DataFrame) -> pd.Series:
    """Days by client id, from `payment_terms`; missing where none are said or they do not parse (`terms.days`)."""
    if "payment_terms" not in base:
        return pd.Series(dtype=float)
    said = base["payment_terms"].astype(object).where(base["payment_terms"].notna(), None)
    known = {text: terms.days(text) for text in said.dropna().unique()}
    return said.map(known).astype(float)


def _mean_days(owing: Owed, column: str) -> Figure:
    if owing.no_paid_date:
        return undefined(NO_PAID_DATE)
    if owing.paid.empty:
        return undefined(NOTHING_PAID)
    rows = owing.paid[owing.paid[column].notna()]
    if rows.empty:
        return undefined(NO_TERMS)
    return Figure(value=total(rows["amount"] * rows[column]) / total(rows["amount"]))
