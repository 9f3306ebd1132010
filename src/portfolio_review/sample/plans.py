"""The plans table: what was agreed with strategic clients, what is planned for tiers, open decisions."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from portfolio_review.sample.people import EXECUTIVES
from portfolio_review.sample.stories import clients_of

_HENRIK, _MARGRIET, _RAFAEL, _MARAT = EXECUTIVES


@dataclass(frozen=True)
class _Plan:
    """What holds for all actions of one plan; money in EUR a year."""

    client_id: str | None = None
    tier: str | None = None
    goal: str | None = None
    agreed_on: str | None = None
    cost: float | None = None
    value_for_us: float | None = None
    value_for_client: float | None = None
    client_result: str | None = None


# Action, owner, due, status, note.
_Action = tuple[str, str, str, str, str | None]

(_STALE_ID,) = clients_of("stale_plan")

_PLANS: Final[tuple[tuple[_Plan, tuple[_Action, ...]], ...]] = (
    (_Plan("00417", None, "Sole supplier of hygiene paper in all nine hospitals by 2027", "2026-03-11",
           18_000, 120_000, 45_000, "One delivery a week instead of three to each hospital"), (
        ("Find a second contact in the hygiene department", "Katharina Brandt", "2026-11-20", "in work",
         "Everything runs through one person"),
        ("Consignment stock in the central warehouse", "Katharina Brandt", "2026-09-30", "done", None),
        ("Appoint an executive sponsor", _HENRIK, "2026-11-13", "open", None),
        ("Renew the framework contract", "Katharina Brandt", "2026-12-15", "open",
         "Contract ends on 31 December"))),
    (_Plan(_STALE_ID, None, "Win the kitchens of the twelve new restaurants", "2025-10-20", 24_000, 140_000,
           60_000, "Same assortment and prices in all restaurants"), (
        ("Menu packaging samples for the test kitchen", "Joris Van Damme", "2026-01-30", "overdue",
         "Waiting for the client's new buyer"),
        ("Price list for the new restaurants", "Joris Van Damme", "2026-02-27", "overdue", None),
        ("Quarterly meeting with the operations director", _MARGRIET, "2026-03-31", "overdue", None),
        ("Joint delivery schedule", "Joris Van Damme", "2026-05-15", "overdue", None),
        ("Visit to the new central kitchen", "Joris Van Damme", "2025-11-28", "done", None))),
    (_Plan("00903", None, "Supplier of all consumables for the second warehouse", "2026-06-04", 31_000,
           260_000, 80_000, "Start of the second warehouse without a stock of its own"), (
        ("Plan of consumables for the second warehouse", "Sanne de Wit", "2026-10-15", "done", None),
        ("Automatic reorder from their warehouse system", "Sanne de Wit", "2026-12-11", "in work", None),
        ("Price agreement for two years", _MARGRIET, "2027-01-29", "open", None))),
    (_Plan("01011", None, "Hold the share of purchases through the sale of three hotels", "2026-05-21",
           12_000, 90_000, 25_000, "Lower stocks in the hotels out of season"), (
        ("Meet the prospective owners", _RAFAEL, "2026-11-06", "open", None),
        ("Seasonal stock agreement", "Lucía Ferrer", "2026-04-30", "done", None),
        ("Linen project", "Lucía Ferrer", "2026-06-30", "cancelled", "Client has signed with a laundry"))),
    (_Plan("01150", None, "Two-year contract before the next tender", "2026-04-16", 40_000, 300_000, 110_000,
           "Shelf labels and packaging delivered store by store"), (
        ("Store-by-store delivery in ten pilot stores", "Tomas Petrauskas", "2026-10-30", "in work", None),
        ("Offer for a two-year contract", _MARGRIET, "2026-11-27", "open", None),
        ("Reduce dependence: five new clients above EUR 50,000", "Tomas Petrauskas", "2027-03-31", "in work",
         "One chain brings more than a third of the unit's revenue"))),
    (_Plan("01301", None, "Одно соглашение для всех четырёх компаний группы", "2026-07-09", 15_000, 110_000,
           40_000, "Единые цены и один договор вместо четырёх"), (
        ("Общий прайс-лист для группы", "Айгуль Сеитова", "2026-10-23", "done", None),
        ("Подписать групповой договор", _MARAT, "2026-12-04", "in work", None),
        ("Склад ответственного хранения в Алматы", "Айгуль Сеитова", "2027-02-26", "open", None))),
    (_Plan(None, "super-key", "Never more than five weeks without a talk at executive level", cost=60_000), (
        ("Quarterly review with every super-key client", _HENRIK, "2026-12-18", "in work", None),)),
    (_Plan(None, "key", "Second contact at every key client", cost=25_000), (
        ("List of single contacts to every manager", _MARGRIET, "2026-11-13", "in work", None),
        ("Yearly portrait of every key client", _RAFAEL, "2027-01-15", "open", None))),
    (_Plan(None, "non-key", "Serve through the web shop unless the client develops", cost=35_000), (
        ("Web shop in Russian", _MARAT, "2026-12-31", "in work", None),
        ("Reminder after the usual gap without an order", _MARGRIET, "2026-08-31", "done", None))),
    (_Plan("00126", None, "Learn why the client left and what would bring it back"), (
        ("Visit by the managing director", _HENRIK, "2026-11-10", "open", None),
        ("Answer the open delivery complaint", "Katharina Brandt", "2026-06-12", "overdue", None))),
    (_Plan("01033", None, "Collect overdue invoices, then deliver against prepayment"), (
        ("Payment plan for the open invoices", "Andrés Molina", "2026-11-04", "open", None),)),
    (_Plan("01310", None, "Collect overdue invoices"), (
        ("График погашения задолженности", "Тимур Рахимов", "2026-11-12", "open", None),)),
)  # fmt: skip


def plans(contacts: pd.DataFrame) -> pd.DataFrame:
    """The contract's table: a row has a client or a tier, never both.

    A plan is agreed with the first active contact of the client that is above working level.
    """
    above = contacts[contacts["active"] & (contacts["level"] != "working")]
    partner = above.groupby("client_id")["name"].first().to_dict()
    rows = [
        {
            "client_id": plan.client_id,
            "tier": plan.tier,
            "action": action,
            "owner": owner,
            "due": due,
            "status": status,
            "goal": plan.goal,
            "agreed_on": plan.agreed_on,
            "agreed_with": partner[plan.client_id] if plan.agreed_on else None,
            "cost": plan.cost,
            "value_for_us": plan.value_for_us,
            "value_for_client": plan.value_for_client,
            "client_result": plan.client_result,
            "note": note,
        }
        for plan, actions in _PLANS
        for action, owner, due, status, note in actions
    ]
    table = pd.DataFrame(rows)
    for column in ("due", "agreed_on"):
        table[column] = pd.to_datetime(table[column]).dt.as_unit("us")
    texts = ["client_id", "tier", "action", "owner", "status", "goal", "agreed_with", "client_result", "note"]
    money = ["cost", "value_for_us", "value_for_client"]
    return table.astype(dict.fromkeys(texts, "str") | dict.fromkeys(money, "float64"))
