"""The sample company's tables, all of them, from its seed."""

from datetime import date

import pandas as pd

from portfolio_review.sample.assessments import assessments
from portfolio_review.sample.company import W1_START
from portfolio_review.sample.contacts import contacts
from portfolio_review.sample.losses import losses
from portfolio_review.sample.payments import payments
from portfolio_review.sample.plans import plans
from portfolio_review.sample.planting import plant
from portfolio_review.sample.portraits import clients
from portfolio_review.sample.roster import build_roster
from portfolio_review.sample.sales import transactions
from portfolio_review.sample.targets import targets


def generate() -> dict[str, pd.DataFrame]:
    """All tables of the contract by name; the same on every call, of frames that the caller may change.

    Ids and texts are of dtype str, dates datetime64[us] at midnight, money float64 with two decimals.
    """
    roster = plant(build_roster())
    sales = transactions(roster)
    last_12_months = sales[sales["date"] >= pd.Timestamp(W1_START)]
    bought = {str(k): float(v) for k, v in last_12_months.groupby("client_id")["revenue"].sum().items()}
    last_order: dict[str, date] = {
        str(client_id): last.date()
        for client_id, last in sales[sales["revenue"] > 0].groupby("client_id")["date"].max().items()
    }
    portraits = clients(roster, bought)
    people = contacts(roster, bought, last_order)
    return {
        "transactions": sales,
        "clients": portraits,
        "contacts": people,
        "payments": payments(sales, portraits),
        "targets": targets(sales, portraits),
        "assessments": assessments(),
        "plans": plans(people),
        "losses": losses(roster, last_order),
    }
