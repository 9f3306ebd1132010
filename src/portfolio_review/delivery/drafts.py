"""Drafts that a later run replaced: their results and manifests stay below the unit's folder, by run id, and of what
was sent the PDFs that its readers have."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portfolio_review.delivery import manifest, published, sent
from portfolio_review.delivery.manifest import EARLIER
from portfolio_review.errors import PublishError, UsageError

RESULTS = "results.json"


def keep(staged: Path, target: Path) -> None:
    """Put into `staged`, which is to take the place of `target`, the drafts that `target` keeps; and `target` itself
    where its results are others than those of `staged`.

    A draft is kept once, the one that stands is none of the earlier ones. `PublishError` when a file cannot be written.
    """
    old, new = _manifest(target), _manifest(staged)
    kept = staged / EARLIER
    try:
        shutil.rmtree(kept, ignore_errors=True)
        if (target / EARLIER).is_dir():
            shutil.copytree(target / EARLIER, kept)
        if old and _results(old) and _results(old) != _results(new):
            folder = kept / str(old["run"])
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name in (manifest.NAME, RESULTS, *_tables(target)):
                shutil.copy2(target / name, folder / name)
            for path, name in _sent(target.parent, old):
                (folder / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(path, folder / name)
        shutil.rmtree(kept / str(new.get("run")), ignore_errors=True)
    except OSError as error:
        raise PublishError(f"{error.filename or kept}: {error.strerror}; {target} is as it was before") from None


def _sent(period: Path, draft: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The PDFs that were published of a draft, once any of it was sent; where they lie, and their names."""
    try:
        records = sent.read(period).values()
    except UsageError:
        return
    unit, run = draft.get("unit"), draft["run"]
    for version in sorted({one.version for one in records if (one.unit, one.run) == (unit, run)}):
        place = published.place(period.parent / published.FOLDER, period.name, version)
        for folder in place.glob(f"*/{manifest.NAME}"):
            if (manifest.read(folder.parent) or {}).get("unit") == unit:
                yield from ((path, path.relative_to(folder.parent).as_posix()) for path in folder.parent.rglob("*.pdf"))


def _manifest(folder: Path) -> dict[str, Any]:
    """The unit's manifest; empty without one that names its run."""
    try:
        found = manifest.read(folder) or {}
    except UsageError:
        return {}
    return found if "/" not in str(found.get("run", "/")) else {}


def _results(found: dict[str, Any]) -> str | None:
    sha256 = found.get("files", {}).get(RESULTS, {}).get("sha256")
    return str(sha256) if sha256 else None


def _tables(folder: Path) -> list[str]:
    """The files of tables that the results name and that lie there."""
    try:
        tables = json.loads((folder / RESULTS).read_text(encoding="utf-8"))["tables"].values()
        names = [str(table["file"]) for table in tables if table["rows"] is None and table.get("file")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return [name for name in names if Path(name).name == name and (folder / name).is_file()]
