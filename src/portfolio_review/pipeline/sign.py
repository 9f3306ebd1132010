"""`sign`: a reviewer puts a name to drafts that are whole and whose checks passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Period
from portfolio_review.delivery import approval, keys, manifest, portal
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.delivery.publish import series_folder
from portfolio_review.errors import ApprovalError, MissingFileError, UsageError, nearest
from portfolio_review.pipeline import people, refusals
from portfolio_review.pipeline.run import load_review


@dataclass(frozen=True)
class Signed:
    """What was signed: the units, by whom, with which key, and where that stands."""

    review: str
    period: str
    units: tuple[str, ...]
    name: str
    role: str
    day: str
    key: str
    file: Path


def sign(
    file: Path, out: Path, period: str, units: Sequence[str], name: str, key: Path | None,
    role: str = approval.REVIEWER,
) -> Signed:  # fmt: skip
    """Sign the drafts of a period (`units`: none means every one that was made) as `name` in a `role`.

    `ApprovalError` names every unit that cannot be signed, why, and what to do: then none is.
    """
    review = load_review(file)
    asked, who, role = Period.parse(period), people.person(name), people.person(role, "--role")
    folder = out / review.id / str(asked)
    document = drafts(folder, file)
    entries = {entry["unit"]: UnitEntry(**entry) for entry in document["units"]}
    chosen = chosen_units(units, entries, str(asked))
    with series_folder(out / review.id):
        refused = [
            f"{unit}: {said}"
            for unit in chosen
            for said in refusals.to_sign(entries[unit], folder, who if review.approval.four_eyes else None)
        ]
        if refused:
            raise ApprovalError("nothing is signed", refused)
        own, day = keys.own(key), dt.date.today()
        records = approval.read(folder)
        for unit in chosen:
            place = folder / entries[unit].slug
            records[unit] = approval.record(
                review.id, str(asked), unit, place, document.get("inputs", []), who, day, own, role
            )
        approval.write(folder, review.id, records)
        portal.write(out / review.id, review, file)
    shown = keys.fingerprint(keys.line(own.public_key()))
    return Signed(review.id, str(asked), chosen, who, role, day.isoformat(), shown, folder / approval.NAME)


def drafts(folder: Path, file: Path) -> dict[str, Any]:
    """The manifest of a period's drafts; `MissingFileError` where there is none."""
    found = manifest.read(folder)
    if found is None or "units" not in found:
        place = folder / manifest.NAME
        what = f"{place} is damaged" if place.exists() else f"{folder} has no reviews"
        raise MissingFileError(f"{what}: make them with `portfolio-review run {file} --period {folder.name}`")
    return found


def chosen_units(asked: Sequence[str], known: Mapping[str, UnitEntry], period: str) -> tuple[str, ...]:
    """The units asked for, or all that the period's manifest has; `UsageError` for an unknown one."""
    unknown = [unit for unit in asked if unit not in known]
    if unknown:
        raise UsageError(
            "; ".join(f"unit '{unit}' was not made for {period}{nearest(unit, known)}" for unit in unknown)
        )
    return tuple(dict.fromkeys(asked)) or tuple(known)
