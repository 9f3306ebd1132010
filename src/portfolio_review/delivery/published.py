"""The published folder of a series: versions of periods in one chain of manifests, and the signed head over them.

`published/<period>/v<n>/` holds the folders of the units, `approval.json` and a manifest with the hash of every file
and of the manifest before it; `published/head.json` names the newest version of every period and the newest manifest
of the chain, signed. Nothing here is changed once it lies there: a new state takes the place of the old one whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portfolio_review.delivery import approval, keys, manifest

FOLDER = "published"
HEAD = "head.json"
KIND = "head"
SCHEMA = 1
READ_ONLY_FILE, READ_ONLY_FOLDER = 0o444, 0o555


@dataclass(frozen=True)
class Unit:
    """A unit of a version: its folder, the run it shows, and the version it was published with first."""

    unit: str
    slug: str
    run: str
    version: int
    folder: Path


@dataclass(frozen=True)
class Version:
    """A version to be published: its units with the records of those who reviewed them."""

    review: str
    period: str
    number: int
    units: Sequence[Unit]
    records: Mapping[str, approval.Record]
    day: dt.date
    reason: str | None = None


def head(folder: Path) -> dict[str, Any] | None:
    """The head of a published folder; None where nothing was published. `verify` tells whether it may be trusted."""
    file = folder / HEAD
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def head_hash(folder: Path) -> str:
    """The hash that `publish` prints and `verify --head` compares."""
    return hashlib.sha256((folder / HEAD).read_bytes()).hexdigest()


def newest(folder: Path, period: str) -> dict[str, Any] | None:
    """The manifest of a period's newest version; None where it has none."""
    known = (head(folder) or {"periods": {}})["periods"].get(period)
    if known is None:
        return None
    return version(folder, period, known["version"])


def version(folder: Path, period: str, number: int) -> dict[str, Any]:
    """The manifest of a version."""
    return dict(json.loads((place(folder, period, number) / manifest.NAME).read_text(encoding="utf-8")))


def place(folder: Path, period: str, version: int) -> Path:
    """Where a version lies."""
    return folder / period / f"v{version}"


def stage(before: Path, staged: Path, version: Version, key: Ed25519PrivateKey) -> None:
    """Make at `staged` the published folder `before` with one version more, read-only, its head signed anew."""
    known = head(before)
    if known is not None:
        _link(before, staged)
        (staged / HEAD).unlink()
    target = place(staged, version.period, version.number)
    target.mkdir(parents=True)
    for unit in version.units:
        _link(unit.folder, target / unit.slug)
    text = approval.text(version.review, version.period, version.records)
    (target / approval.NAME).write_text(text, encoding="utf-8")
    document = _manifest(version, target, known)
    content = manifest.text(document).encode()
    (target / manifest.NAME).write_bytes(content)
    here = {"version": version.number, "sha256": hashlib.sha256(content).hexdigest()}
    new = {
        "schema": SCHEMA, "review": version.review, "number": document["number"],
        "newest": {"period": version.period, **here},
        "periods": dict(sorted({**(known or {"periods": {}})["periods"], version.period: here}.items())),
        "day": version.day.isoformat(),
    }  # fmt: skip
    (staged / HEAD).write_text(manifest.text(keys.signed(new, KIND, key)), encoding="utf-8")
    _protect(staged, target)


def _manifest(version: Version, target: Path, known: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "schema": SCHEMA, "review": version.review, "period": version.period, "version": version.number,
        "status": "published", "number": (known["number"] if known else 0) + 1,
        "previous": known["newest"] if known else None,
        "replaces": version.number - 1 if version.reason else None, "reason": version.reason,
        "day": version.day.isoformat(),
        "units": [
            {"unit": one.unit, "slug": one.slug, "run": one.run, "version": one.version} for one in version.units
        ],
        "files": files_of(target),
    }  # fmt: skip


def files_of(version: Path) -> dict[str, dict[str, Any]]:
    """sha256 and size of every file of a version but its own manifest; those of the units' folders are files too."""
    found = {}
    for path in sorted(version.rglob("*")):
        if path.is_file() and path != version / manifest.NAME:
            content = path.read_bytes()
            found[path.relative_to(version).as_posix()] = {
                "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content),
            }  # fmt: skip
    return found


def _link(source: Path, target: Path) -> None:
    """The files of a folder again, without their bytes where the file system lets them be shared."""

    def share(one: str, other: str) -> None:
        try:
            os.link(one, other, follow_symlinks=False)
        except OSError:
            shutil.copyfile(one, other)

    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(exist_ok=True)
        else:
            share(str(path), str(copy))


def _protect(staged: Path, target: Path) -> None:
    """What is published is for reading; the folder above it and those of periods take further versions."""
    for path in target.rglob("*"):
        if path.is_file():
            path.chmod(READ_ONLY_FILE)
    (staged / HEAD).chmod(READ_ONLY_FILE)
    for version in staged.glob("*/v*"):
        for path in (version, *version.rglob("*")):
            if path.is_dir():
                path.chmod(READ_ONLY_FOLDER)
