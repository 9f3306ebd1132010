"""The contacts table: whom the company knows at each client, at which level, and when they last spoke."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from portfolio_review.sample.client import Client, Roster
from portfolio_review.sample.company import HISTORY_END, HISTORY_START, stream
from portfolio_review.sample.people import person, role
from portfolio_review.sample.stories import clients_of

STALE_SINCE: Final = date(2026, 3, 12)  # last talk with the strategic client whose plan stands still
# EUR in W1: above the limit, contacts from, to, and days within which each was last spoken to.
_COVERAGE: Final[tuple[tuple[int, int, int, int], ...]] = (
    (300_000, 4, 6, 40),
    (100_000, 3, 4, 70),
    (25_000, 2, 3, 110),
    (0, 1, 2, 200),
)
_LEVELS: Final = (
    ("middle",),
    ("middle", "working"),
    ("executive", "middle", "working"),
    ("executive", "middle", "working", "working"),
    ("executive", "middle", "middle", "working", "working"),
    ("executive", "executive", "middle", "middle", "working", "working"),
)


def contacts(roster: Roster, bought: Mapping[str, float], last_order: Mapping[str, date]) -> pd.DataFrame:
    """The contract's table; `bought`: revenue in the last 12 months, `last_order`: last day of purchase."""
    rows = [
        row
        for client in roster.values()
        if client.merged_into is None
        for row in _people_at(client, bought.get(client.client_id, 0.0), last_order.get(client.client_id))
    ]
    table = pd.DataFrame(rows)
    table["last_contact"] = pd.to_datetime(table["last_contact"]).dt.as_unit("us")
    return table.astype({"client_id": "str", "name": "str", "role": "str", "level": "str", "active": "bool"})


def _people_at(client: Client, bought: float, last_order: date | None) -> list[dict[str, object]]:
    rng = stream("contacts", int(client.client_id))
    fewest, most, within = next((entry[1:] for entry in _COVERAGE if bought >= entry[0]), _COVERAGE[-1][1:])
    count = int(rng.integers(fewest, most + 1))
    # Whoever stopped buying long ago was last spoken to about then.
    still_buys = last_order is not None and (HISTORY_END - last_order).days < 150
    spoken_until = HISTORY_END if still_buys or last_order is None else last_order + timedelta(days=60)
    rows: list[dict[str, object]] = []
    for level in _LEVELS[count - 1]:
        rows.append(
            {
                "client_id": client.client_id,
                "name": _new_name(client, rng, {str(row["name"]) for row in rows}),
                "role": role(client.language, level, rng),
                "level": level,
                "last_contact": _spoken(min(spoken_until, HISTORY_END), within, rng),
                "active": bool(rng.random() < 0.93) or (bought > 100_000 and level != "working"),
            }
        )
    return _with_stories(client.client_id, rows, rng)


def _new_name(client: Client, rng: np.random.Generator, taken: set[str]) -> str:
    while (name := person(client.language, rng)) in taken:
        pass
    return name


def _spoken(until: date, within: int, rng: np.random.Generator) -> date:
    day = max(until - timedelta(days=1 + int(rng.gamma(1.6) * within / 3)), HISTORY_START)
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _with_stories(client_id: str, rows: list[dict[str, object]], rng: np.random.Generator) -> list[dict[str, object]]:
    """Stories: large clients known through one person; a strategic client that nobody talks to."""
    if client_id in clients_of("single_contacts"):
        buyer = next(row for row in rows if row["level"] == "middle")
        gone = next(row for row in rows if row["level"] == "working")
        return [{**buyer, "active": True}, {**gone, "active": False}]
    if client_id in clients_of("stale_plan"):
        return [
            {**row, "last_contact": STALE_SINCE - timedelta(days=int(place * rng.integers(5, 40)))}
            for place, row in enumerate(rows)
        ]
    return rows
