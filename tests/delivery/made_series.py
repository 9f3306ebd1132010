"""A series of reviews as runs leave it, small: manifests, heads and key figures, without the editions."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Period
from portfolio_review.delivery import manifest

LEVELS = ("optimal", "watch", "critical")
W1 = ["2025-11-01", "2026-10-31"]
"""365 days."""
FILES = ("review.html", "review.pdf", "review.xlsx", "notebooks/00_data.html", "notebooks/00_data.ipynb")  # fmt: skip


def values(unit: int, month: int) -> dict[str, float]:
    """Key figures that differ by unit and move with time."""
    return {
        "headline.revenue": 1e5 * (unit + 1) * (1 + 0.1 * math.sin(month)),
        "structure.revenue": 1e6 * (unit + 1) * (1 + 0.02 * math.sin(month + unit)),
        "structure.clients": 100 * (unit + 1) + month % 7,
        "retention.client_retention_rate": 0.8 + 0.01 * math.cos(month + unit),
        "retention.still_buying_rate": 0.7 + 0.01 * math.cos(month + unit),
        "risk.revenue_at_risk": 2e4 * (unit + 1) * (1 + 0.1 * math.cos(month)),
    }


def write(series: Path, units: Sequence[str], periods: Sequence[str], *, title: str = "Client portfolio review",
          failed: Sequence[tuple[str, str]] = (), status: str = "draft", gap: float = 18.0) -> Path:  # fmt: skip
    """`series/<period>/<slug>/` with manifest and results; `failed` are pairs of unit and period, `gap` the usual gap in days."""
    for text in periods:
        entries = [_unit(series, unit, place, text, title, (unit, text) in failed, status, gap)
                   for place, unit in enumerate(units)]  # fmt: skip
        document = {"schema": 1, "review": series.name, "period": text, "status": "draft", "units": entries}
        (series / text).mkdir(parents=True, exist_ok=True)
        (series / text / manifest.NAME).write_text(manifest.text(document), encoding="utf-8")
    return series


def _unit(
    series: Path, unit: str, place: int, text: str, title: str, failed: bool, status: str, gap: float
) -> dict[str, Any]:
    slug, period = f"unit-{place:03d}", Period.parse(text)
    files = {name: {"sha256": "0" * 64, "bytes": 1} for name in FILES}
    if not failed:
        folder = series / text / slug
        folder.mkdir(parents=True)
        own = {"schema": 1, "unit": unit, "status": status, "files": files}
        (folder / manifest.NAME).write_text(manifest.text(own), encoding="utf-8")
        figures: dict[str, Any] = {id: {"value": value} for id, value in values(place, period.span.last.index).items()}
        figures["headline.revenue"]["previous_year"] = 1e5 * (place + 1)
        figures["series.usual_gap"] = {"value": gap}
        reached, level = 1.05 - 0.1 * (place % 3), LEVELS[place % 3]
        targets = {"columns": ["figure", "reached", "attainment", "level"],
                   "rows": [["headline.clients", 1, 0.5, "watch"], ["headline.revenue", 1, reached, level]]}  # fmt: skip
        asked = {"columns": ["id"], "rows": [[n] for n in range(place % 4)]}
        ledger = {"columns": ["id", "outcome"], "rows": [[0, "still_open"], [7, "overdue"], [8, "done"]]}
        review = {"title": title, "unit": unit, "currency": "EUR", "window_months": 12, "w1": W1}
        tables = {
            "clients": {"rows": [["secret client"]]},
            "headline.targets": targets,
            "actions.decisions": asked,
            "actions.ledger": ledger,
            "actions.owners": {"columns": ["owner", "clients"], "rows": [["Anna Berg", 1], ["Bo", 2]]},
        }
        results = {"schema": 1, "review": review, "figures": figures, "tables": tables,
                   "verdict": {"text": f"{text}: {unit} is {level}."}}  # fmt: skip
        (folder / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    return {
        "unit": unit, "slug": slug, "status": "failed" if failed else "made",
        "error": "sources refused: <b>3</b> rows without a date" if failed else None,
        "files": {} if failed else files, "checks": {"passed": 0 if failed else 36, "failed": 0},
    }  # fmt: skip
