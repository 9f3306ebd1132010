"""What a worker is asked to make, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from portfolio_review.doubt import Doubt
from portfolio_review.pipeline import notes
from portfolio_review.pipeline import parts as keys
from portfolio_review.pipeline.parts import is_masked
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering.context import Issue
from portfolio_review.review import Review

NOTEBOOKS = "notebooks"
Stage = Callable[[str, str], None]


@dataclass(frozen=True)
class UnitTask:
    """What a worker needs to make one unit's review."""

    review_id: str
    period: str
    unit: str
    slug: str
    parts: Mapping[str, str]
    """What the review is made of; see `pipeline.parts`."""
    slice: Path
    """The folder of the slice; it need not exist when every notebook's run lies in `cache`."""
    staged: Path
    cache: Path
    """The folder of executed notebooks."""
    formats: tuple[str, ...]
    language: str
    further: Mapping[str, str]
    """The titles of the editions in further languages, by language."""
    brand: Path | None
    pages: str
    owners: bool
    """Whether each manager gets a page of its own."""
    cell_seconds: int
    unit_seconds: int
    notes: Path | None
    """Where the analyst's own words lie, if there are any; None of a masked edition, which leaves them out."""
    doubts: tuple[Doubt, ...] = ()
    """Those about notes that no unit reads."""
    fresh: bool = False
    """Whether every notebook runs, even one whose run lies in `cache`."""
    standing: Path | None = None
    """The folder of a review whose executed notebooks are rendered again: none runs."""
    issue: Issue | None = None
    """As what it is published; None of a draft."""

    @classmethod
    def of(
        cls, review: Review, file: Path, period: str, unit: str, slug: str, parts: Mapping[str, str], slice_: Path,
        staged: Path, cache: Path, *, fresh: bool = False, doubts: Sequence[Doubt] = (),
    ) -> UnitTask:  # fmt: skip
        """The task of a unit under the settings of its review file."""
        return cls(
            review_id=review.id,
            period=period,
            unit=unit,
            slug=slug,
            parts=parts,
            slice=slice_,
            staged=staged,
            cache=cache,
            formats=review.report.formats,
            language=review.language,
            further={language: review.title_in(language) for language in review.languages[1:]},
            brand=brands.find(review.report.brand, file.parent),
            pages=review.report.pages,
            owners=review.report.owners,
            cell_seconds=review.limits.cell_seconds,
            unit_seconds=review.limits.unit_seconds,
            notes=None if is_masked(parts) else notes.file(file.parent, period, unit, slug),
            doubts=tuple(doubts),
            fresh=fresh,
        )

    @property
    def masked(self) -> bool:
        """Whether it is a masked edition."""
        return is_masked(self.parts)

    @property
    def key(self) -> str:
        return keys.key(self.parts)

    @property
    def run(self) -> str:
        """The run id of the footers."""
        return self.key[:8]


class Pool(Protocol):
    """Where units are made."""

    def start(self) -> None:
        """Get ready: notebooks will most likely run."""

    def make_all(
        self, tasks: Sequence[UnitTask], stage: Stage, memory_gb: float | None, *, run: bool
    ) -> Iterator[UnitOutcome]:
        """Outcomes as they come. `run`: whether a notebook runs, or editions alone are rendered."""


@dataclass(frozen=True)
class UnitOutcome:
    """What became of a unit: its checks, and the error when it could not be made."""

    unit: str
    checks: dict[str, int]
    error: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    made: bool = True
    lacks: tuple[str, ...] = ()
    """What the machine lacks for a rendering, which is no fault of the review."""
