"""Manifests: which files a review has, by hash, and what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from portfolio_review.errors import UsageError
from portfolio_review.filekind import odd_kind

SCHEMA = 1
NAME = "manifest.json"
EARLIER = ".earlier"
"""Below a unit's folder: the results and manifests of drafts that another one replaced, by run id."""


@dataclass(frozen=True)
class UnitEntry:
    """One unit in the manifest of a period: `made`, `cached` or `failed` with its error."""

    unit: str
    slug: str
    status: str
    error: str | None = None
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    checks: Mapping[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0})
    manifest_sha256: str | None = None
    """Hash of the unit's own manifest: a file cannot be replaced together with its hash there and pass unseen."""
    maker: str | None = None
    """Who ran it; nowhere else, for a review has the same bytes whoever makes it."""


def files_in(folder: Path) -> dict[str, dict[str, Any]]:
    """sha256 and size of every file below `folder` but its manifest and its earlier drafts, by relative name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME and path.relative_to(folder).parts[0] != EARLIER:
            content = path.read_bytes()
            found[path.relative_to(folder).as_posix()] = {
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            }
    return found


def damaged(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """The files of a unit's folder that are not as its manifest says: missing, changed or not named there."""
    found, named = files_in(folder), manifest.get("files")
    if not isinstance(named, dict):
        return [NAME]
    return sorted(name for name in {*found, *named} if found.get(name) != named.get(name))


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, a period's or a unit's; None when there is none, or it is damaged.

    `UsageError` for one that a newer version of the program wrote: it may mean something else.
    """
    path = folder / NAME
    if odd_kind(path):
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    schema = found.get("schema") if isinstance(found, dict) else None
    if not isinstance(schema, int):
        return None
    if schema > SCHEMA:
        raise UsageError(
            f"{path} was written by a newer version of the program (schema {schema}, this one knows {SCHEMA}): "
            "update the program, or use another --out"
        )
    return found if _is_period(found) or _is_unit(found) else None


def _is_unit(found: Mapping[str, Any]) -> bool:
    return _are_files(found.get("files")) and _are_checks(found.get("checks", {}))


def _is_period(found: Mapping[str, Any]) -> bool:
    units = found.get("units")
    return isinstance(units, list) and all(map(_is_entry, units))


def _is_entry(found: object) -> bool:
    """Whether plain values make a `UnitEntry`."""
    if not isinstance(found, dict) or not set(found) <= {one.name for one in fields(UnitEntry)}:
        return False
    words = all(isinstance(found.get(name), str) for name in ("unit", "slug", "status"))
    maybe = all(isinstance(found.get(name), str | None) for name in ("error", "manifest_sha256", "maker"))
    return words and maybe and _are_files(found.get("files")) and _are_checks(found.get("checks"))


def _are_files(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(facts, dict) for facts in found.values())


def _are_checks(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(count, int) for count in found.values())


def digest(folder: Path) -> str | None:
    """The hash of a folder's manifest; None where there is none."""
    try:
        return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    except OSError:
        return None


def vouched(period: Path) -> dict[str, str]:
    """The hash of each unit's manifest, by unit, as the period's manifest has it."""
    units = (read(period) or {}).get("units", [])
    return {entry["unit"]: entry["manifest_sha256"] for entry in units if entry.get("manifest_sha256")}


def makers(period: Path) -> dict[str, str]:
    """Who made each unit, as the period's manifest has it."""
    units = (read(period) or {}).get("units", [])
    return {entry["unit"]: entry["maker"] for entry in units if entry.get("maker")}


def text(document: Mapping[str, Any]) -> str:
    """A manifest as text: the same content gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def of_period(
    review: str,
    period: str,
    units: Sequence[UnitEntry],
    inputs: Sequence[Mapping[str, Any]],
    made_with: Mapping[str, Any],
) -> dict[str, Any]:
    """The manifest of one period: its units, inputs, checks and versions."""
    checks = {kind: sum(entry.checks.get(kind, 0) for entry in units) for kind in ("passed", "failed")}
    return {
        "schema": SCHEMA,
        "review": review,
        "period": period,
        "status": "draft",
        "units": [asdict(entry) for entry in units],
        "inputs": list(inputs),
        "checks": checks,
        **made_with,
    }
