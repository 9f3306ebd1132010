"""What changed with the strategic clients since the latest earlier review.

In: tables of this review and of the earlier one; out: one row for each change. Source: Strategic clients,
dossiers in months that end no quarter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

_COLUMNS = ["client_id", "name", "item", "was_word", "now_word", "was", "now"]
WORDS: Mapping[str, str] = {"stage": "stage", "abc": "abc", "tier": "tier"}
"""Items that are classes, with the column of `strategic.exposure` that holds them."""
NUMBERS: Mapping[str, tuple[str, str]] = {
    "rank": ("scores", "rank"),
    "contacts_active": ("exposure", "contacts_active"),
    "overdue_receivables": ("exposure", "overdue"),
    "overdue_actions": ("agreements", "actions_overdue"),
}
"""Items that are numbers, with the table and column that hold them."""
_SAME = 0.005


@dataclass(frozen=True)
class EarlierReview:
    """Tables `strategic.<name>` of an earlier review by name; one that it did not have is left out."""

    tables: Mapping[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame | None:
        return self.tables.get(name)


def table(earlier: EarlierReview | None, now: Mapping[str, pd.DataFrame], shortlist: pd.DataFrame) -> pd.DataFrame:
    """`strategic.changes`: client_id, name, item, was_word, now_word, was, now, by client of the shortlist and item.

    An item is listed when it is known in both reviews and differs (money by more than half a cent).
    now: `exposure`, `scores` and `agreements` of this review; shortlist: client_id, name. No rows without an
    earlier review.
    """
    rows: list[tuple[object, ...]] = []
    if earlier is not None:
        for client, name in zip(shortlist["client_id"], shortlist["name"], strict=True):
            for item, column in WORDS.items():
                was, is_now = (_cell(frame, client, column) for frame in (earlier.table("exposure"), now["exposure"]))
                if was is not None and is_now is not None and was != is_now:
                    rows.append((client, name, item, was, is_now, None, None))
            for item, (of, column) in NUMBERS.items():
                was, is_now = (_cell(frame, client, column) for frame in (earlier.table(of), now[of]))
                if was is not None and is_now is not None and abs(float(is_now) - float(was)) > _SAME:
                    rows.append((client, name, item, None, None, float(was), float(is_now)))
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"was": float, "now": float})


def _cell(frame: pd.DataFrame | None, client: str, column: str) -> str | float | None:
    if frame is None or frame.empty:
        return None
    found = frame.loc[frame["client_id"] == client, column]
    return None if found.empty or pd.isna(found.iloc[0]) else found.iloc[0]
