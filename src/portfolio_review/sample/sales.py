"""The transactions table: orders of all clients, refunds, free samples and sales over the counter."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from portfolio_review.sample.client import Roster
from portfolio_review.sample.company import DAYS, HISTORY_START, day_of, stream
from portfolio_review.sample.orders import date_of, order_lines
from portfolio_review.sample.products import CATEGORY_NAMES, CATEGORY_OF, LIST_CENTS, PRODUCT_NAMES
from portfolio_review.sample.stories import clients_of

REFUND_SHARE: Final = 0.025  # of lines
WHOLE_LINE_SHARE: Final = 0.5  # of refunds; the others send half of it back
REFUND_DELAY: Final = (3, 46)  # days after the sale, from, below
SAMPLES: Final = 36  # free samples in the whole history
CASH_SALES: Final = 70
CASH_UNITS: Final = ("Germany", "Benelux")


def transactions(roster: Roster) -> pd.DataFrame:
    """The contract's table, sorted by day and order; money in EUR with two decimals."""
    sold = pd.concat([order_lines(client) for client in roster.values()], ignore_index=True)
    sold["order_id"] = _order_ids(sold)
    rows = pd.concat([sold.drop(columns="order"), _refunds(sold), _samples(sold), _cash_sales()], ignore_index=True)
    rows = rows.sort_values(["day", "order_id", "product"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "client_id": rows["client_id"].astype("str"),
            "date": pd.Timestamp(HISTORY_START).as_unit("us") + pd.to_timedelta(rows["day"], unit="D").dt.as_unit("us"),
            "revenue": rows["revenue"].to_numpy(np.int64) / 100,
            "margin": rows["margin"].to_numpy(np.int64) / 100,
            "order_id": rows["order_id"].astype("str"),
            "product": pd.Series(np.array(PRODUCT_NAMES)[rows["product"]], dtype="str"),
            "category": pd.Series(np.array(CATEGORY_NAMES)[CATEGORY_OF[rows["product"]]], dtype="str"),
            "quantity": rows["quantity"].astype(np.int64),
            "unit": rows["unit"].astype("str"),
        }
    )


def _order_ids(sold: pd.DataFrame) -> pd.Series:
    """SO24-00001 and so on: numbered within the year in the order of their first day."""
    orders = sold.groupby(["client_id", "order"])[["day"]].min().reset_index()
    orders = orders.sort_values(["day", "client_id", "order"], kind="stable", ignore_index=True)
    year = orders["day"].map(lambda day: date_of(int(day)).year)
    number = orders.groupby(year).cumcount() + 1
    orders["order_id"] = "SO" + (year % 100).astype("str") + "-" + number.astype("str").str.zfill(5)
    return sold[["client_id", "order"]].merge(orders, on=["client_id", "order"], how="left")["order_id"]


def _refunds(sold: pd.DataFrame) -> pd.DataFrame:
    """Credit notes for whole or half lines, days or weeks after the sale."""
    rng = stream("refunds", 0)
    draw, whole = rng.random(len(sold)), rng.random(len(sold)) < WHOLE_LINE_SHARE
    delay = rng.integers(*REFUND_DELAY, len(sold))
    stops_buying = sold["client_id"].isin(clients_of("refunds_only")).to_numpy()
    back = sold[(draw < REFUND_SHARE) & ~stops_buying].assign(day=(sold["day"] + delay))
    quantity = np.where(whole[back.index], back["quantity"], np.maximum(back["quantity"] // 2, 1))
    refunds = _returned(back, quantity)
    refunds = pd.concat([refunds[refunds["day"] < DAYS], _refunds_only(sold)], ignore_index=True)
    refunds = refunds.sort_values(["day", "client_id", "product"], kind="stable", ignore_index=True)
    refunds["order_id"] = "CN-" + pd.Series(np.arange(1, len(refunds) + 1)).astype("str").str.zfill(5)
    return refunds


def _refunds_only(sold: pd.DataFrame) -> pd.DataFrame:
    """Story: the last deliveries of a client that has stopped buying come back in November and December."""
    last = sold[sold["client_id"].isin(clients_of("refunds_only"))].tail(3)
    booked = [day_of(date(2025, 11, 12)), day_of(date(2025, 11, 12)), day_of(date(2025, 12, 4))]
    return _returned(last.assign(day=booked[: len(last)]), last["quantity"].to_numpy())


def _returned(lines: pd.DataFrame, quantity: NDArray[np.int64]) -> pd.DataFrame:
    """The same lines given back in part: negative quantity, revenue and margin at the price of the sale."""
    price = lines["revenue"] // lines["quantity"]
    margin = lines["margin"] // lines["quantity"]
    return lines.drop(columns="order").assign(quantity=-quantity, revenue=-quantity * price, margin=-quantity * margin)


def _samples(sold: pd.DataFrame) -> pd.DataFrame:
    """Free samples sent with an order: no revenue, our cost as negative margin."""
    rng = stream("samples", 0)
    lines = sold.iloc[np.sort(rng.choice(len(sold), SAMPLES, replace=False))].drop(columns="order")
    product = rng.integers(0, len(PRODUCT_NAMES), SAMPLES)
    cost = np.round(0.7 * LIST_CENTS[product]).astype(np.int64)
    return lines.assign(product=product, quantity=1, revenue=0, margin=-cost)


def _cash_sales() -> pd.DataFrame:
    """Sales over the counter, without a client."""
    rng = stream("cash sales", 0)
    days = np.sort(rng.integers(0, DAYS - 5, CASH_SALES))
    # The counter is open on working days.
    weekday = (days + HISTORY_START.weekday()) % 7
    days = np.where(weekday >= 5, days + 7 - weekday, days)
    product = rng.integers(0, len(PRODUCT_NAMES), CASH_SALES)
    quantity = rng.integers(1, 5, CASH_SALES)
    price = LIST_CENTS[product]
    margin = np.round(0.3 * price).astype(np.int64)
    return pd.DataFrame(
        {
            "client_id": pd.Series([None] * CASH_SALES, dtype="str"),
            "unit": np.array(CASH_UNITS)[rng.integers(0, len(CASH_UNITS), CASH_SALES)],
            "day": days,
            "product": product,
            "quantity": quantity,
            "revenue": quantity * price,
            "margin": quantity * margin,
            "order_id": [f"CS-{number:04d}" for number in range(1, CASH_SALES + 1)],
        }
    )
