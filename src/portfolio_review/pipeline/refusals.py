"""Why a draft is not signed or not published: every reason that its own files give, each with what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from portfolio_review.delivery import approval, keys, manifest
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.pipeline import people

LARGE = 0.10
"""An open doubt about this share of revenue keeps a review from its readers."""
OF_ROWS = ("other_sheets",)
"""Doubts whose share is one of rows."""
SIGN_AGAIN = "make it again with run, and sign it"


def to_sign(entry: UnitEntry, folder: Path, reviewer: str | None) -> list[str]:
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
    found = [f"check {id} failed: mend what it names and {again}" for id in _failed_checks(place)]
    if reviewer is not None:
        if entry.maker is None:
            found.append(f"nobody is named as its maker, and approval.four_eyes asks for two people; {again} --as NAME")
        elif people.same(entry.maker, reviewer):
            found.append(
                f"{reviewer} is its maker, and approval.four_eyes asks for two people: another person has to sign"
            )
    return found


def _failed_checks(folder: Path) -> list[str]:
    """The ids of the failed checks of a unit's results."""
    results = json.loads((folder / approval.RESULTS).read_text(encoding="utf-8"))
    return [str(check["id"]) for check in results["checks"] if not check["passed"]]


def to_publish(
    entry: UnitEntry, folder: Path, record: approval.Record | None, four_eyes: bool
) -> list[str]:  # fmt: skip
    """What of a draft and its approval speaks against publishing it, each with what to do."""
    name = record["name"] if record is not None else None
    found = to_sign(entry, folder, name if four_eyes else None)
    if record is None:
        return [
            *found,
            f"nobody has signed it: sign it with `sign --period {folder.name} --unit {entry.unit} --as NAME`",
        ]
    if found:
        return found
    place = folder / entry.slug
    if keys.signer(record, approval.KIND) is None:
        return [f"the signature in {folder / approval.NAME} does not hold: sign it again"]
    if manifest.digest(place) != record["manifest"]:
        files = (manifest.read(place) or {"files": {}})["files"]
        signed = {approval.RESULTS: record["results"], **record["notebooks"]}
        names = sorted({*signed, *approval.executed(files)})
        differs = [one for one in names if files.get(one, {}).get("sha256") != signed.get(one)]
        shown = ", ".join(differs[:5]) or "what it is made of, or its editions"
        return [f"it was made again since {name} signed it, and {shown} changed: review it and sign it again"]
    return list(_doubts(place))


def _doubts(folder: Path) -> Iterator[str]:
    for one in json.loads((folder / approval.RESULTS).read_text(encoding="utf-8"))["doubts"]:
        large = one["share"] is not None and one["share"] >= LARGE and one["id"] not in OF_ROWS
        if large and not one["accepted"]:
            place = one["table"] + (f".{one['column']}" if one["column"] else "")
            yield (
                f"doubt {one['id']} in {place} touches {one['share']:.1%} of revenue: settle it ({one['remedy']}), or "
                f"write `accepted: [{one['id']}]` in the review file; then {SIGN_AGAIN}"
            )
