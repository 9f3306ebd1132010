"""Manifests: which files a review has, by hash, and what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from portfolio_review.filekind import odd_kind

SCHEMA = 1
NAME = "manifest.json"


@dataclass(frozen=True)
class UnitEntry:
    """One unit in the manifest of a period: `made`, `cached` or `failed` with its error."""

    unit: str
    slug: str
    status: str
    error: str | None = None
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    checks: Mapping[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0})


def files_in(folder: Path) -> dict[str, dict[str, Any]]:
    """sha256 and size of every file below `folder` but its manifest, by relative name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME:
            content = path.read_bytes()
            found[path.relative_to(folder).as_posix()] = {
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            }
    return found


def is_whole(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a unit's folder holds exactly the files of its manifest, byte for byte."""
    return not damaged(folder, manifest)


def damaged(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """The files of a unit's folder that are not as its manifest says: missing, changed or not named there."""
    found, named = files_in(folder), manifest.get("files")
    if not isinstance(named, dict):
        return [NAME]
    return sorted(name for name in {*found, *named} if found.get(name) != named.get(name))


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; None when there is none that can be read."""
    if odd_kind(folder / NAME):
        return None
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


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
