"""The clients that a story is about, from `cast.csv`: large accounts, groups, namesakes, the whole of the Marine unit.

Here they are as they would be without their story; stories.py then makes it happen.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any, Final

from portfolio_review.sample.client import Client

_NUMBERS: Final = ("yearly", "gap_days", "evenness", "breadth", "growth", "noise")


def _client(row: dict[str, Any]) -> Client:
    numbers = {name: float(row[name]) for name in _NUMBERS}
    since, group = date.fromisoformat(row["since"]), row["group_id"] or None
    return Client(**{**row, **numbers, "since": since, "group_id": group})


with Path(__file__).with_name("cast.csv").open(encoding="utf-8", newline="") as _file:
    CAST: Final = tuple(map(_client, csv.DictReader(_file)))
