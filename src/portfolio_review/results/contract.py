"""The shape of `results.json`: what the executed notebooks recorded, typed.

`results.json` is read by other programs; its ids are those of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from portfolio_review.doubt import Doubt
from portfolio_review.figure import Figure
from portfolio_review.results.finding import Finding, Verdict

SCHEMA = 2
MIME = "application/vnd.portfolio-review.v1+json"
"""Under this type an executed notebook holds the machine form of what it recorded, beside what it shows."""
MAX_TABLE_ROWS = 2_000
"""A longer table lies beside `results.json` as Parquet."""
LIBRARIES = (
    "portfolio-review",
    "pandas",
    "numpy",
    "scipy",
    "duckdb",
    "pyarrow",
    "matplotlib",
    "papermill",
    "weasyprint",
)
"""What a figure or an edition can depend on; every notebook states their versions at its end."""

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Source:
    """The notebook and the id of the cell that recorded something."""

    notebook: str
    cell: str


@dataclass(frozen=True)
class RecordedFigure:
    figure: Figure
    unit: str
    source: Source


@dataclass(frozen=True)
class RecordedTable:
    """Columns and rows of plain values; `rows` None means that they lie in `file` (Parquet)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] | None
    source: Source
    count: int = 0
    file: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class RecordedChart:
    """A chart that a page may draw from recorded tables: what it shows in words, in the language of the review."""

    alt: str
    source: Source


@dataclass(frozen=True)
class RecordedFinding:
    finding: Finding
    source: Source


@dataclass(frozen=True)
class RecordedVerdict:
    verdict: Verdict
    source: Source


@dataclass(frozen=True)
class RecordedCheck:
    id: str
    passed: bool
    detail: str
    source: Source


@dataclass(frozen=True)
class RecordedDoubts:
    """What is doubtful about the data, in order, and the accepted ids that do not occur."""

    found: tuple[Doubt, ...] = ()
    not_met: tuple[str, ...] = ()
    source: Source = Source("", "")

    @property
    def open(self) -> tuple[Doubt, ...]:
        """Those that nobody accepted."""
        return tuple(doubt for doubt in self.found if not doubt.accepted)


@dataclass(frozen=True)
class ReviewHead:
    """Which review this is: `review` of `results.json`. Days as ISO text."""

    id: str
    title: str
    unit: str
    period: str
    start: str
    end: str
    w1: tuple[str, str]
    w0: tuple[str, str]
    partial: bool
    currency: str
    language: str
    window_months: int
    history_start: str
    data_until: str
    compared_until: str | None = None
    """The day up to which a partial P and what it is held against are counted; None where P is complete."""


@dataclass(frozen=True)
class Results:
    """Everything one unit's notebooks recorded, by id, in the order of recording."""

    review: ReviewHead
    figures: dict[str, RecordedFigure] = field(default_factory=dict)
    tables: dict[str, RecordedTable] = field(default_factory=dict)
    charts: dict[str, RecordedChart] = field(default_factory=dict)
    findings: tuple[RecordedFinding, ...] = ()
    checks: tuple[RecordedCheck, ...] = ()
    doubts: RecordedDoubts = RecordedDoubts()
    verdict: RecordedVerdict | None = None
    """What page one says first; None of a review whose notebooks record none."""
    notes: str = ""
    """The analyst's own words, Markdown as written."""
