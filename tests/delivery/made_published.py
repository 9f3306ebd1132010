"""A small published folder made by hand: three versions of two periods, signed by one key."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import made_drafts
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portfolio_review.delivery import approval, keys, manifest, publish, published

ANNA = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = keys.line(ANNA.public_key())
DAY = dt.date(2024, 2, 1)
FIRST, SECOND = "2023-12", "2024-01"


def write(root: Path, key: Ed25519PrivateKey = ANNA) -> Path:
    """`root/published`: December with North and South, January, then a correction of North in December."""
    target = root / "published"
    _version(root, target, FIRST, 1, {"North": 0, "South": 0}, key)
    _version(root, target, SECOND, 1, {"North": 0, "South": 0}, key)
    _version(root, target, FIRST, 2, {"North": 1}, key, reason="A sale was booked twice.")
    return target


def _version(
    root: Path, target: Path, period: str, number: int, made: dict[str, int], key: Ed25519PrivateKey,
    reason: str | None = None,
) -> None:  # fmt: skip
    work = root / f"work-{period}-{number}"
    units: list[published.Unit] = []
    records: dict[str, approval.Record] = {}
    if number > 1:  # what stays is as it was published first
        before = published.place(target, period, number - 1)
        records = {unit: one for unit, one in approval.read(before).items() if unit not in made}
        units = [published.Unit(u, made_drafts.SLUGS[u], "0" * 8, 1, before / made_drafts.SLUGS[u]) for u in records]
    for unit, version in made.items():
        folder = made_drafts.unit_folder(work / made_drafts.SLUGS[unit], unit, period=period, version=version)
        records[unit] = approval.record("shop", period, unit, folder, made_drafts.INPUTS, "Anna Berg", DAY, key)
        units.append(published.Unit(unit, made_drafts.SLUGS[unit], f"{version:08x}", version + 1, folder))
    staged = work / "published"
    published.stage(
        target,
        staged,
        published.Version("shop", period, number, sorted(units, key=lambda one: one.unit), records, DAY, reason),
        key,
    )
    publish.exchange(staged, target)
    publish.remove(work)


def writable(folder: Path) -> None:
    """Take off what protects a published folder from a careless hand, and no more than that."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
        elif not path.is_symlink():
            content = path.read_bytes()
            path.unlink()  # its bytes may be shared with another version
            path.write_bytes(content)


def edit(file: Path, **changes: Any) -> None:
    """Change members of a document, written as `publish` writes it."""
    document = {**json.loads(file.read_text(encoding="utf-8")), **changes}
    file.write_text(manifest.text(document), encoding="utf-8")


def sign_head_anew(folder: Path, key: Ed25519PrivateKey, **changes: Any) -> None:
    """What one can do who has a key, but not Anna's."""
    document = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    (folder / "head.json").write_text(
        manifest.text(keys.signed({**document, **changes}, "head", key)), encoding="utf-8"
    )


def forge_version(folder: Path, place: str) -> str:
    """Write the manifest of a version anew, so that it fits the files that lie there; its hash."""
    file = folder / place / "manifest.json"
    edit(file, files=published.files_of(folder / place))
    return hashlib.sha256(file.read_bytes()).hexdigest()
