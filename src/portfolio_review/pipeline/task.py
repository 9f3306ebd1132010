"""What a worker is asked to make, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOTEBOOKS = "notebooks"
Stage = Callable[[str, str], None]


@dataclass(frozen=True)
class UnitTask:
    """What a worker needs to make one unit's review."""

    review_id: str
    review_file: str
    period: str
    unit: str
    slug: str
    run: str
    slice: Path
    staged: Path
    formats: tuple[str, ...]
    language: str
    brand: Path | None
    pages: str
    cell_seconds: int
    unit_seconds: int
    notes: Path | None = None
    """Where the analyst's own words lie, if there are any."""
    made_with: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitOutcome:
    """What became of a unit: its checks, and the error when it could not be made."""

    unit: str
    checks: dict[str, int]
    error: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    made: bool = True
