"""Approvals: who has reviewed which unit of a period, and the hashes of what was seen, signed.

`approval.json` of a period's folder holds one record for each unit that was signed, the latest one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portfolio_review.delivery import keys, manifest
from portfolio_review.delivery.publish import write_text
from portfolio_review.errors import UsageError
from portfolio_review.filekind import odd_kind

NAME = "approval.json"
SCHEMA = 1
KIND = "approval"
REVIEWER = "reviewer"
"""The role of who names no other."""
RESULTS, NOTEBOOKS = "results.json", "notebooks/"
PUBLIC = "keys"
"""The folder of a series that keeps the public halves of the keys that have signed in it."""

Record = Mapping[str, Any]


def record(
    review: str, period: str, unit: str, folder: Path, inputs: Sequence[Mapping[str, Any]],
    name: str, day: dt.date, key: Ed25519PrivateKey, role: str = REVIEWER,
) -> dict[str, Any]:  # fmt: skip
    """The signed record of the unit whose draft lies, whole, in `folder`."""
    content = (folder / manifest.NAME).read_bytes()
    made = json.loads(content)
    plain = {
        "review": review, "period": period, "unit": unit, "run": made["run"],
        "name": name, "role": role, "day": day.isoformat(),
        "manifest": hashlib.sha256(content).hexdigest(),
        "results": made["files"][RESULTS]["sha256"],
        "notebooks": {file: made["files"][file]["sha256"] for file in executed(made["files"])},
        "inputs": [dict(one) for one in inputs],
    }  # fmt: skip
    return keys.signed(plain, KIND, key)


def executed(files: Mapping[str, Any]) -> list[str]:
    """The executed notebooks among the files of a unit: the calculation itself, of which the HTML is a view."""
    return sorted(name for name in files if name.startswith(NOTEBOOKS) and name.endswith(".ipynb"))


def read(period: Path) -> dict[str, dict[str, Any]]:
    """The records of a period's folder by unit, their signatures not looked at; none where nobody has signed.

    `UsageError` for a file that is damaged.
    """
    file = period / NAME
    if not file.exists():
        return {}
    try:
        if odd_kind(file):
            raise ValueError
        found = json.loads(file.read_text(encoding="utf-8"))
        return {str(one["unit"]): dict(one) for one in found["approvals"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{file} is damaged: take it away and sign again") from None


def text(review: str, period: str, records: Mapping[str, Record]) -> str:
    """`approval.json`: the same records give the same bytes."""
    ordered = [records[unit] for unit in sorted(records)]
    return manifest.text({"schema": SCHEMA, "review": review, "period": period, "approvals": ordered})


def write(period: Path, review: str, records: Mapping[str, Record]) -> None:
    """Put the records in place, and the public half of each key beside the series' periods."""
    for one in records.values():
        line = one[keys.SIGNATURE]["key"]
        place = period.parent / PUBLIC / f"{key_name(line)}.pub"
        if not place.exists():
            write_text(place, f"{line}\n")
    write_text(period / NAME, text(review, period.name, records))


def key_name(line: str) -> str:
    """A file name for a public key: the first 16 hexadecimal digits of the hash of its line."""
    return hashlib.sha256(line.encode("ascii")).hexdigest()[:16]
