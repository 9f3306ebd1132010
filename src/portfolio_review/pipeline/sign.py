"""`sign`: a reviewer puts a name to drafts that are whole and whose checks passed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Period
from portfolio_review.delivery import approval, keys, manifest
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.delivery.publish import series_folder
from portfolio_review.errors import ApprovalError, MissingFileError, UsageError, nearest
from portfolio_review.pipeline import people
from portfolio_review.pipeline.run import load_review


@dataclass(frozen=True)
class Signed:
    """What was signed: the units, by whom, with which key, and where that stands."""

    review: str
    period: str
    units: tuple[str, ...]
    name: str
    day: str
    key: str
    file: Path


def sign(file: Path, out: Path, period: str, units: Sequence[str], name: str, key: Path | None) -> Signed:
    """Sign the drafts of a period (`units`: none means every one that was made) as `name`.

    `ApprovalError` names every unit that cannot be signed, why, and what to do: then none is.
    """
    review = load_review(file)
    asked, who = Period.parse(period), people.person(name)
    folder = out / review.id / str(asked)
    document = drafts(folder, file)
    entries = {entry["unit"]: UnitEntry(**entry) for entry in document["units"]}
    chosen = chosen_units(units, entries, str(asked))
    with series_folder(out / review.id):
        refused = [
            f"{unit}: {said}"
            for unit in chosen
            for said in unfit(entries[unit], folder, who if review.approval.four_eyes else None)
        ]
        if refused:
            raise ApprovalError("nothing is signed", refused)
        own, day = keys.own(key), dt.date.today()
        records = approval.read(folder)
        for unit in chosen:
            place = folder / entries[unit].slug
            records[unit] = approval.record(
                review.id, str(asked), unit, place, document.get("inputs", []), who, day, own
            )
        approval.write(folder, review.id, records)
    shown = keys.fingerprint(keys.line(own.public_key()))
    return Signed(review.id, str(asked), chosen, who, day.isoformat(), shown, folder / approval.NAME)


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


def unfit(entry: UnitEntry, folder: Path, reviewer: str | None) -> list[str]:
    """Why a unit's draft cannot be signed, each with what to do; `reviewer` where four eyes are asked for."""
    place = folder / entry.slug
    made = manifest.read(place)
    again = "make it again with run"
    if entry.status == "failed":
        return [f"it was not made: {entry.error or 'its run failed'}; {again}"]
    if made is None or "run" not in made:
        return [f"{place} has no manifest, or a damaged one; {again}"]
    if manifest.digest(place) != entry.manifest_sha256:
        return [f"{place / manifest.NAME} differs from its hash in {folder / manifest.NAME}; {again}"]
    if odd := manifest.damaged(place, made):
        shown = ", ".join(odd[:5]) + (", …" if len(odd) > 5 else "")
        return [f"files differ from its manifest: {shown}; {again}"]
    found = [f"check {id} failed: mend what it names and {again}" for id in failed_checks(place)]
    if reviewer is not None:
        if entry.maker is None:
            found.append(f"nobody is named as its maker, and approval.four_eyes asks for two people; {again} --as NAME")
        elif people.same(entry.maker, reviewer):
            found.append(
                f"{reviewer} is its maker, and approval.four_eyes asks for two people: another person has to sign"
            )
    return found


def failed_checks(folder: Path) -> list[str]:
    """The ids of the failed checks of a unit's results."""
    results = json.loads((folder / approval.RESULTS).read_text(encoding="utf-8"))
    return [str(check["id"]) for check in results["checks"] if not check["passed"]]
