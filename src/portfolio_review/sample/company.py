"""The sample company: a wholesale distributor of packaging, hygiene and workplace supplies, EUR.

Out: its history, its six business units with their size, growth, season and people.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from zlib import crc32

import numpy as np

SEED: Final = 20261031
HISTORY_START: Final = date(2023, 11, 1)
HISTORY_END: Final = date(2026, 10, 31)
W0_START: Final = date(2024, 11, 1)  # the 12 months before the last 12
W1_START: Final = date(2025, 11, 1)  # the last 12 months
DAYS: Final = (HISTORY_END - HISTORY_START).days + 1

# Monthly level of sales, January to December, 1 = average month.
AUTUMN_PEAK: Final = (0.90, 0.86, 1.00, 0.98, 1.00, 0.98, 0.90, 0.79, 1.07, 1.15, 1.24, 1.13)
TOURIST_SUMMER: Final = (0.80, 0.84, 0.95, 1.02, 1.10, 1.18, 1.20, 1.10, 1.02, 0.92, 0.90, 0.97)
HARSH_WINTER: Final = (0.82, 0.88, 1.00, 1.03, 1.03, 1.02, 0.95, 1.04, 1.15, 1.10, 1.03, 0.95)
NO_SEASON: Final = (1.0,) * 12


@dataclass(frozen=True)
class Unit:
    """A business unit; its story clients (cast.py) come on top of the counts given here."""

    name: str
    initial_clients: int  # buying when the history starts
    new_clients: int  # a year
    median_client: float  # EUR a year, of an ordinary client
    growth: float  # yearly factor on what a client buys
    season: tuple[float, ...]
    languages: tuple[tuple[str, float], ...]  # name bank, share of clients
    managers: tuple[str, ...]


UNITS: Final = (
    Unit("Germany", 58, 14, 62_000, 1.02, AUTUMN_PEAK, (("de", 1.0),),
         ("Katharina Brandt", "Jörg Petersen", "Miriam Falk", "Tobias Reinders")),
    Unit("Benelux", 46, 14, 60_000, 1.01, AUTUMN_PEAK, (("nl", 0.8), ("fr", 0.2)),
         ("Joris Van Damme", "Sanne de Wit", "Élodie Lambert")),
    Unit("Iberia", 48, 7, 52_000, 1.00, TOURIST_SUMMER, (("es", 0.7), ("pt", 0.3)),
         ("Lucía Ferrer", "Inês Carvalho", "Marc Puigdevall")),
    Unit("Baltics", 33, 8, 34_000, 1.03, AUTUMN_PEAK, (("lv", 0.35), ("lt", 0.3), ("et", 0.2), ("ru", 0.15)),
         ("Ilze Kalniņa", "Tomas Petrauskas", "Сергей Новиков")),
    Unit("Central Asia", 33, 8, 46_000, 1.05, HARSH_WINTER, (("kz", 0.6), ("kg", 0.2), ("uz", 0.2)),
         ("Айгуль Сеитова", "Тимур Рахимов", "Ольга Ким")),
    Unit("Marine", 0, 0, 0.0, 1.00, NO_SEASON, (("de", 1.0),), ("Hauke Friedrichsen",)),
)  # fmt: skip

UNIT_BY_NAME: Final = {unit.name: unit for unit in UNITS}


def day_of(when: date) -> int:
    """Days since the first day of the history."""
    return (when - HISTORY_START).days


def stream(purpose: str, number: int) -> np.random.Generator:
    """A random stream for one purpose and client: a change in one leaves all others as they are."""
    return np.random.default_rng([SEED, crc32(purpose.encode()), number])
