"""Drafts that a later run replaced: their results and manifests stay below the unit's folder, by run id."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from portfolio_review.delivery import manifest
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
        shutil.rmtree(kept / str(new.get("run")), ignore_errors=True)
    except OSError as error:
        raise PublishError(f"{error.filename or kept}: {error.strerror}; {target} is as it was before") from None


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
