"""The clients table: what the company knows of each client, much of large ones, little of small ones."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from portfolio_review.sample.client import Client, Roster
from portfolio_review.sample.company import HISTORY_END, HISTORY_START, W1_START, stream
from portfolio_review.sample.people import SPONSOR_OF_UNIT
from portfolio_review.sample.planting import MANAGER_CHANGE, MANAGER_WHO_CAME
from portfolio_review.sample.stories import STRATEGIC_ACCOUNTS, clients_of

SPONSORED_FROM: Final = 200_000.0  # EUR in W1
WITHOUT_SPONSOR: Final = ("00417", "00836")  # large clients that no executive of ours looks after
# Tiers set by hand; for all others the rule of the review decides.
KEY_BY_DECISION: Final = ("00233", "00836", "00840", "01318")
TERMS: Final = {"prepayment": 0, "14 days": 14, "30 days": 30, "45 days": 45, "60 days": 60}
"""Payment terms and their days."""
_TERMS_WEIGHT: Final = (0.08, 0.27, 0.48, 0.11, 0.06)
_CHANNELS: Final = ("referral", "trade fair", "web shop", "cold call", "tender")
_CHANNEL_WEIGHT: Final = (0.30, 0.18, 0.24, 0.18, 0.10)
_PARTNERS: Final = (
    "Carrier: Baltline Cargo", "Cleaning contractor: Reinwerk Service", "Buying group: EuroPro Einkauf",
    "Warehouse: Lagerhaus Am Deich", "Franchise partner: Koffiehuis Anders", "Auditor: Veritor Consulting",
    "Перевозчик: ТОО «Жолтранс Азия»", "Buying group: Central de Compras Azul", "IT integrator: Datalogik",
)  # fmt: skip
_LOCAL_CURRENCY: Final = {"kz": "KZT", "kg": "KGS", "uz": "UZS"}
# Contracts of known clients that end within 90 days of the last month.
_CONTRACT_END: Final = {"00417": date(2026, 12, 31), "00840": date(2027, 1, 15), "01163": date(2026, 11, 30)}


def clients(roster: Roster, bought: Mapping[str, float]) -> pd.DataFrame:
    """The contract's table; `bought` is each client's revenue in the last 12 months, EUR."""
    rows = [_portrait(client, bought.get(client.client_id, 0.0)) for client in roster.values()]
    table = pd.DataFrame(rows)
    for column in ("manager_since", "since", "contract_end"):
        table[column] = pd.to_datetime(table[column]).dt.as_unit("us")
    texts = table.columns.difference(["manager_since", "since", "contract_end", "potential"])
    return table.astype(dict.fromkeys(texts, "str") | {"potential": "float64"})


def _portrait(client: Client, bought: float) -> dict[str, object]:
    rng = stream("portrait", int(client.client_id))
    draws = rng.random(8)
    terms = str(rng.choice(list(TERMS), p=_TERMS_WEIGHT))
    channel = str(rng.choice(_CHANNELS, p=_CHANNEL_WEIGHT))
    partner = str(rng.choice(_PARTNERS))
    known_since = client.since >= HISTORY_START
    return {
        "client_id": client.client_id,
        "name": client.name,
        "type": client.type,
        "industry": client.industry if draws[0] > 0.04 else None,
        "region": client.region,
        "unit": client.unit,
        "manager": client.manager,
        "manager_since": _manager_since(client, rng),
        "sponsor": _sponsor(client, bought),
        "service_model": _service_model(bought, draws[1]),
        "relationship": _relationship(client, bought),
        "tier": _tier(client),
        "group_id": client.group_id,
        "since": client.since,
        "acquired_via": channel if known_since or draws[2] < 0.25 else None,
        "partners": partner if bought > 30_000 and draws[3] < 0.25 else None,
        "potential": _potential(client, bought, draws[4], float(rng.uniform(1.15, 2.8))),
        "payment_terms": terms if client.client_id not in clients_of("overdue_payers") else "30 days",
        "payment_method": "direct debit" if draws[5] < 0.3 else "card" if draws[5] > 0.93 else "bank transfer",
        "payment_currency": _LOCAL_CURRENCY.get(client.language, "EUR") if draws[6] < 0.6 else "EUR",
        "contract_end": _contract_end(client, bought, draws[7], rng),
        "merged_into": client.merged_into,
    }


def _manager_since(client: Client, rng: np.random.Generator) -> date:
    """The manager came with the client or later; whole books changed hands in 2021 and in February 2026."""
    if client.manager == MANAGER_WHO_CAME:
        return max(MANAGER_CHANGE, client.since)
    reassigned = date(2021, 1, 4) + timedelta(days=int(rng.integers(0, 900)))
    if rng.random() < 0.04 and client.unit != "Marine":
        reassigned = W1_START + timedelta(days=int(rng.integers(10, 330)))
    return max(reassigned, client.since)


def _sponsor(client: Client, bought: float) -> str | None:
    if client.client_id in WITHOUT_SPONSOR or bought < SPONSORED_FROM:
        return None
    return SPONSOR_OF_UNIT[client.unit]


def _service_model(bought: float, draw: float) -> str:
    if bought >= SPONSORED_FROM:
        return "key account team"
    if bought >= 25_000:
        return "field sales"
    return "inside sales" if draw < 0.6 else "web shop"


def _relationship(client: Client, bought: float) -> str:
    if client.client_id in STRATEGIC_ACCOUNTS:
        return "partnership"
    if bought >= 60_000:
        return "framework contract"
    return "repeat business" if bought >= 4_000 else "occasional"


def _tier(client: Client) -> str | None:
    if client.client_id in STRATEGIC_ACCOUNTS:
        return "super-key"
    return "key" if client.client_id in KEY_BY_DECISION else None


def _potential(client: Client, bought: float, draw: float, factor: float) -> float | None:
    """Yearly purchases of our range, EUR, as the manager sees them: known for most of the larger clients."""
    if client.client_id not in STRATEGIC_ACCOUNTS and draw > (0.8 if bought > 50_000 else 0.4):
        return None
    return float(max(round(max(bought, 0.5 * client.yearly) * factor, -3), 1000))


def _contract_end(client: Client, bought: float, draw: float, rng: np.random.Generator) -> date | None:
    if client.client_id in _CONTRACT_END:
        return _CONTRACT_END[client.client_id]
    if bought < 60_000 or draw > 0.6:
        return None
    after = HISTORY_END.month + int(rng.integers(1, 25))
    return date(HISTORY_END.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)
