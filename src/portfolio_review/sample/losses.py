"""The losses table: why clients left, where somebody asked them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import pandas as pd

from portfolio_review.sample.client import Roster
from portfolio_review.sample.company import HISTORY_END, stream
from portfolio_review.sample.stories import clients_of

ASKED_SHARE: Final = 0.68  # of the clients that left
SILENT_FOR: Final = 100  # days without a purchase before anybody speaks of a loss
_REASONS: Final = ("attention", "complaint", "price", "competitor", "no_need", "other")
_WEIGHT: Final = (0.24, 0.14, 0.22, 0.17, 0.15, 0.08)
_WEIGHT_IN_IBERIA: Final = (0.18, 0.10, 0.36, 0.26, 0.06, 0.04)
_NOTES: Final = {
    "attention": ("No visit for half a year", "Heard from us only with the invoice"),
    "complaint": ("Late deliveries in autumn, complaint left open", "Wrong labels delivered twice"),
    "price": ("Offer 8 % above the new supplier", "Buying group negotiated better terms"),
    "competitor": ("Competitor opened a depot in the same town", "Competitor stocks the full range"),
    "no_need": ("Site closed", "Moved to reusable containers"),
    "other": ("Change of owner", "Insolvency proceedings"),
}


def losses(roster: Roster, last_order: Mapping[str, date]) -> pd.DataFrame:
    """The contract's table, by day."""
    (key_client,) = clients_of("key_client_leaving")
    note = "Tender lost: third delivery complaint of the spring stayed unanswered"
    rows: list[tuple[str, date, str, str | None]] = [(key_client, date(2026, 8, 3), "complaint", note)]
    for client in roster.values():
        rng = stream("losses", int(client.client_id))
        asked, noted = rng.random(2)
        bought_once = client.spans[0][0] == client.spans[-1][1]
        if client.client_id == key_client or client.merged_into or bought_once:
            continue
        # Whoever came back was a loss before.
        came_back = len(client.spans) > 1
        if client.last_day == HISTORY_END and not came_back:
            continue
        left = client.spans[0][1] if came_back else last_order.get(client.client_id, HISTORY_END)
        day = left + timedelta(days=SILENT_FOR + int(rng.integers(0, 40)))
        if asked > ASKED_SHARE or day > HISTORY_END:
            continue
        weight = _WEIGHT_IN_IBERIA if client.unit == "Iberia" else _WEIGHT
        # Nobody comes back from a closed site.
        reason = "attention" if came_back else str(rng.choice(_REASONS, p=weight))
        rows.append((client.client_id, day, reason, str(rng.choice(_NOTES[reason])) if noted < 0.5 else None))
    rows.sort(key=lambda row: (row[1], row[0]))
    table = pd.DataFrame(rows, columns=["client_id", "date", "reason", "note"])
    table["date"] = pd.to_datetime(table["date"]).dt.as_unit("us")
    return table.astype(dict.fromkeys(("client_id", "reason", "note"), "str"))
