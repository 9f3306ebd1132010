"""The payments table: one row for each order or credit note, when it was due and when it was paid."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.sample.company import DAYS, HISTORY_START, stream
from portfolio_review.sample.portraits import TERMS
from portfolio_review.sample.stories import clients_of

OVERDUE_HABIT: Final = (28, 55)  # days late, from, below: the clients of the story
UNPAID_FROM: Final = pd.Timestamp("2026-06-10")  # due since then and not paid, clients of the story
_HABIT: Final = (1.5, 4.0)  # mean and spread among clients, days late
_SCATTER: Final = 3.0  # days, around a client's habit


def payments(transactions: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """The contract's table: amounts net of tax, as in transactions, to which they add up for every client."""
    sold = transactions[transactions["client_id"].notna()]
    orders = sold.groupby(["client_id", "order_id"], as_index=False).agg(
        invoiced=("date", "min"), amount=("revenue", "sum")
    )
    orders["amount"] = orders["amount"].round(2)
    orders = orders[orders["amount"] != 0].reset_index(drop=True)
    terms = orders["client_id"].map(clients.set_index("client_id")["payment_terms"].map(TERMS)).to_numpy(np.int64)
    invoiced = (orders["invoiced"] - pd.Timestamp(HISTORY_START)).dt.days.to_numpy(np.int64)
    is_refund = orders["amount"].to_numpy() < 0
    due = np.asarray(invoiced + np.where(is_refund, 0, terms), dtype=np.int64)
    # Credit notes are settled the day they are written; what is prepaid is paid with the order.
    delay = np.where(is_refund | (terms == 0), 0, _days_late(orders["client_id"]))
    paid = np.asarray(due + delay, dtype=np.int64)
    in_arrears = (
        orders["client_id"].isin(clients_of("overdue_payers")).to_numpy()
        & (due >= (UNPAID_FROM - pd.Timestamp(HISTORY_START)).days)
        & ~is_refund
    )
    open_ = (paid >= DAYS) | in_arrears
    table = pd.DataFrame(
        {
            "client_id": orders["client_id"].astype("str"),
            "due_date": _date(due),
            "amount": orders["amount"],
            "paid_date": _date(paid).mask(pd.Series(open_)),
        }
    )
    return table.sort_values(["due_date", "client_id", "amount"], kind="stable", ignore_index=True)


def _date(days: NDArray[np.int64]) -> "pd.Series[pd.Timestamp]":
    start = pd.Timestamp(HISTORY_START).as_unit("us")
    return start + pd.Series(pd.to_timedelta(days, unit="D")).dt.as_unit("us")


def _days_late(client_ids: pd.Series) -> NDArray[np.int64]:
    """Each client has its habit; the clients of the story pay weeks late even when they pay."""
    late = np.zeros(len(client_ids), dtype=np.int64)
    for client_id, rows in client_ids.groupby(client_ids).indices.items():
        rng = stream("payments", int(str(client_id)))
        mean, spread = _HABIT
        habit = float(np.clip(mean + spread * rng.standard_normal(), -8, 9))
        if client_id in clients_of("overdue_payers"):
            habit = float(rng.integers(*OVERDUE_HABIT))
        late[rows] = np.round(habit + _SCATTER * rng.standard_normal(len(rows)))
    return late
