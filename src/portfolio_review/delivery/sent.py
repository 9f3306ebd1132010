"""What was sent: `sent.json` of a period's folder, one record for each address and document.

A record is written before its message goes out, as `unknown`, and again with the server's answer. What is `unknown`
after a command has ended is a message whose answer was lost: its reader may have it or not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from portfolio_review.delivery import manifest
from portfolio_review.delivery.publish import flush_folder, write_text
from portfolio_review.errors import UsageError
from portfolio_review.filekind import odd_kind

NAME = "sent.json"
SCHEMA = 1
State = Literal["unknown", "sent", "failed"]
Key = tuple[str, str, str | None, int, str]
"""Address, unit, manager, version and run: a chain that was begun anew has other runs under the same versions."""


@dataclass(frozen=True)
class Record:
    """One message: to whom, the review of which unit (owner: of whom the page is), and what became of it."""

    to: str
    unit: str
    owner: str | None
    version: int
    run: str
    head: str
    message_id: str
    files: Mapping[str, str]
    """sha256 of what was attached or linked, by its name in the unit's folder."""
    state: State
    at: str
    answer: str | None = None

    @property
    def key(self) -> Key:
        return self.to, self.unit, self.owner, self.version, self.run


def read(period: Path) -> dict[Key, Record]:
    """The records of a period's folder; none where nothing was sent. `UsageError` for a file that is damaged."""
    file = period / NAME
    if not file.exists():
        return {}
    try:
        if odd_kind(file):
            raise ValueError
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["schema"] != SCHEMA:
            raise ValueError
        records = [_record(one) for one in found["mails"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"{file} is damaged, so that nobody can tell who was sent what: put it back as it was; where it is taken "
            "away, everyone is sent everything again"
        ) from None
    return {one.key: one for one in records}


def _record(found: Mapping[str, object]) -> Record:
    made = Record(**found)  # type: ignore[arg-type]
    words = all(isinstance(getattr(made, one.name), str) for one in fields(Record) if one.type == "str")
    if not words or made.state not in get_args(State) or not isinstance(made.files, dict):
        raise ValueError
    return made


def write(period: Path, review: str, records: Mapping[Key, Record]) -> None:
    """Put the records in place, on the disk itself before this returns."""
    document = {
        "schema": SCHEMA, "review": review, "period": period.name, "mails": [asdict(one) for one in records.values()],
    }  # fmt: skip
    write_text(period / NAME, manifest.text(document))
    flush_folder(period)
