"""A period of drafts as a run leaves it, small and made by hand: manifests, results, notebooks and editions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from portfolio_review.delivery import manifest

REVIEW = "id: shop\ncurrency: EUR\nsources: {transactions: {path: sales.csv}}\n"
PERIOD = "2023-12"
INPUTS = [{"table": "transactions", "path": "sales.csv", "sha256": "5" * 64, "bytes": 9, "rows": 1}]
SLUGS = {"North": "north", "South": "south", "all": "all"}


def files(unit: str, *, failed: str = "", version: int = 0) -> dict[str, str]:
    """The files of a unit's folder: a check may fail, and a version tells one making from another."""
    checks = [{"id": "bridge_closes", "passed": True, "detail": ""}]
    if failed:
        checks.append({"id": failed, "passed": False, "detail": "off by 1"})
    return {
        "results.json": json.dumps({"schema": 2, "unit": unit, "made": version, "checks": checks, "doubts": []}),
        "notebooks/00_data.ipynb": f'{{"cells": [], "unit": "{unit}", "made": {version}}}',
        "notebooks/00_data.html": f"<p>{unit} {version}",
        "review.html": f"<h1>{unit} {version}</h1>",
        "review.pdf": f"%PDF-1.7 {unit} {version}",
        "review.xlsx": f"PK {unit} {version}",
    }


def unit_folder(folder: Path, unit: str, *, period: str = PERIOD, failed: str = "", version: int = 0) -> Path:
    """A unit's folder with its own manifest."""
    for name, text in files(unit, failed=failed, version=version).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    own = {
        "schema": 1, "review": "shop", "period": period, "unit": unit, "run": f"{version:08x}", "status": "draft",
        "checks": {"passed": 1, "failed": int(bool(failed))}, "files": manifest.files_in(folder),
    }  # fmt: skip
    (folder / manifest.NAME).write_text(manifest.text(own), encoding="utf-8")
    return folder


def drafts(
    root: Path, *, period: str = PERIOD, failed: Mapping[str, str] | None = None, maker: str | None = "Max Maker",
    settings: str = "", version: int = 0,
) -> Path:  # fmt: skip
    """`root/shop.yml` and `root/out/shop/<period>` with the units North, South and all; the period's folder."""
    (root / "shop.yml").write_text(REVIEW + settings, encoding="utf-8")
    folder = root / "out" / "shop" / period
    entries = []
    for unit, slug in SLUGS.items():
        wrong = (failed or {}).get(unit, "")
        place = unit_folder(folder / slug, unit, period=period, failed=wrong, version=version)
        counted = {"passed": 1, "failed": int(bool(wrong))}
        entries.append(
            manifest.UnitEntry(
                unit, slug, "made", None, manifest.files_in(place), counted, manifest.digest(place), maker
            )
        )
    document = manifest.of_period("shop", period, entries, INPUTS, {})
    (folder / manifest.NAME).write_text(manifest.text(document), encoding="utf-8")
    return folder
