"""All clients of the sample company before any story: the cast, and the ordinary clients around it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np

from portfolio_review.sample.cast import CAST
from portfolio_review.sample.client import DAYS_OF_YEAR, Client, Roster
from portfolio_review.sample.company import DAYS, HISTORY_END, HISTORY_START, UNITS, Unit, stream
from portfolio_review.sample.firm_names import BANKS, FirmNames
from portfolio_review.sample.products import INDUSTRIES

YEARS: Final = 3
# EUR a year that an ordinary client buys at most, by industry; beyond it are only clients of the cast.
LARGEST_ORDINARY: Final = 280_000.0
_LARGEST_IN: Final = {
    "Public sector": 45_000.0, "Hospitality": 110_000.0, "Healthcare": 120_000.0, "Construction": 140_000.0,
    "Retail": 170_000.0, "Food production": 210_000.0,
}  # fmt: skip
SMALLEST_ORDER: Final = 140.0  # EUR, on average
LARGEST_ORDER: Final = 12_000.0  # EUR, on average
FIRST_NEW_ID: Final = 20_001  # since 2024 ids come from a new system

# Habit of buying: share among the first clients, among newcomers; days between orders from, to; evenness;
# size against the unit's median; spread of the logarithm of size; chance to leave, a year.
_HABITS: Final = (
    ("regular", 0.38, 0.27, 6.0, 21.0, 8.0, 1.25, 1.35, 0.10),
    ("periodic", 0.41, 0.37, 26.0, 66.0, 4.0, 0.48, 1.25, 0.22),
    ("occasional", 0.21, 0.13, 90.0, 190.0, 2.5, 0.15, 0.90, 0.26),
    ("one-off", 0.00, 0.23, 365.0, 366.0, 1.0, 0.06, 0.90, 0.0),
)
_INDUSTRY_WEIGHT: Final = np.array([0.18, 0.13, 0.15, 0.13, 0.14, 0.09, 0.09, 0.06, 0.03])


def build_roster() -> Roster:
    """The cast and the ordinary clients of every unit, by id."""
    deal = FirmNames({client.name for client in CAST}, stream("firm names", 0))
    clients = list(CAST)
    old_ids = _old_ids({client.client_id for client in CAST})
    joiners: list[tuple[date, int, Unit]] = []
    for order, unit in enumerate(UNITS):
        for index in range(unit.initial_clients):
            clients.append(_ordinary(next(old_ids), unit, 1000 * order + index, deal, joins=None))
        joiners += [(day, 1000 * order + 500 + k, unit) for k, day in enumerate(_joining_days(unit, order))]
    in_order_of_coming = sorted(joiners, key=lambda joiner: joiner[:2])
    for new_id, (day, number, unit) in enumerate(in_order_of_coming, start=FIRST_NEW_ID):
        clients.append(_ordinary(f"{new_id:05d}", unit, number, deal, joins=day))
    return {client.client_id: client for client in sorted(clients, key=lambda client: client.client_id)}


def _old_ids(taken: set[str]) -> Iterator[str]:
    """Ids of the old system, five digits with leading zeros, with the gaps that years of use leave."""
    rng = stream("old ids", 0)
    free = [f"{number:05d}" for number in range(12, 1990) if f"{number:05d}" not in taken]
    return iter([free[int(place)] for place in rng.permutation(len(free))])


def _joining_days(unit: Unit, order: int) -> list[date]:
    """Days of first purchase of the unit's newcomers, spread over the history after its first month."""
    count = YEARS * unit.new_clients
    places = (np.arange(count) + stream("joining", order).random(count)) / max(count, 1)
    return [HISTORY_START + timedelta(days=int(32 + place * (DAYS - 40))) for place in places]


def _ordinary(client_id: str, unit: Unit, number: int, deal: FirmNames, joins: date | None) -> Client:
    """One ordinary client; `joins` is the day of its first purchase, None for those of old."""
    rng = stream("ordinary client", number)
    shares = np.array([habit[1 if joins is None else 2] for habit in _HABITS])
    habit, _, _, shortest, longest, evenness, size, spread, leaving = _HABITS[int(rng.choice(len(shares), p=shares))]
    language = str(rng.choice([name for name, _ in unit.languages], p=[share for _, share in unit.languages]))
    industry = INDUSTRIES[int(rng.choice(len(INDUSTRIES), p=_INDUSTRY_WEIGHT))]
    region = str(rng.choice(BANKS[language].regions))
    largest = _LARGEST_IN.get(industry, LARGEST_ORDINARY)
    yearly = min(unit.median_client * size * float(np.exp(spread * rng.standard_normal())), largest)
    # Larger clients order more often: the place in the range of gaps leans to the short end.
    lean = 1.0 if yearly < unit.median_client else 0.5
    gap_days = shortest + lean * float(rng.random()) * (longest - shortest)
    orders = DAYS_OF_YEAR / gap_days  # a year
    first = joins or HISTORY_START
    years_to_leaving = float(rng.exponential(1 / leaving)) if leaving else 0.0
    last = min(first + timedelta(days=int(years_to_leaving * DAYS_OF_YEAR)), HISTORY_END)
    if habit == "one-off":
        last = first
    client = Client(
        client_id=client_id,
        name=deal.deal(language, industry),
        unit=unit.name,
        language=language,
        industry=industry,
        type=_type(industry, rng),
        region=region,
        manager=_manager(unit, language, region, rng),
        since=first if joins else HISTORY_START - timedelta(days=int(rng.integers(90, 15 * 365))),
        yearly=float(np.clip(yearly, SMALLEST_ORDER * orders, LARGEST_ORDER * orders)),
        gap_days=gap_days,
        evenness=evenness,
        breadth=float(rng.uniform(1.6, 3.4)),
        growth=unit.growth * float(np.exp(0.10 * rng.standard_normal())),
        spans=((first, last),),
    )
    return _with_turns_of_fortune(client, rng)


def _with_turns_of_fortune(client: Client, rng: np.random.Generator) -> Client:
    """Half of those who leave fade out first; a few clients win or lose much of their own business."""
    fades, luck = rng.random(2)
    turn = HISTORY_START + timedelta(days=int(rng.integers(420, 860)))
    if client.last_day < HISTORY_END:
        return client.stepping((client.last_day - timedelta(days=120), 0.6)) if fades < 0.5 else client
    if luck < 0.10 and client.yearly < _LARGEST_IN.get(client.industry, LARGEST_ORDINARY) / 3:
        return client.stepping((turn, float(rng.uniform(2.0, 3.2))))
    if luck > 0.90:
        return client.stepping((turn, float(rng.uniform(0.3, 0.5))))
    return client


def _type(industry: str, rng: np.random.Generator) -> str:
    draw = float(rng.random())
    if industry == "Public sector":
        return "Public body"
    if industry == "Retail":
        return "Reseller" if draw < 0.7 else "Chain"
    if industry == "Healthcare":
        return "Public body" if draw < 0.3 else "End user"
    return "Chain" if draw < 0.08 else "End user"


def _manager(unit: Unit, language: str, region: str, rng: np.random.Generator) -> str:
    """Managers share a unit by language and region; some clients are with another one by history."""
    regions = [(tongue, place) for tongue, _ in unit.languages for place in BANKS[tongue].regions]
    place = regions.index((language, region)) * len(unit.managers) // len(regions)
    return unit.managers[int(rng.integers(len(unit.managers))) if rng.random() < 0.15 else place]
