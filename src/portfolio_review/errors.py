"""Every error a user can meet, with the exit code it leads to.

    PortfolioReviewError
    ├── UsageError            2  the command line is wrong, or a unit or period is unknown
    ├── MissingFileError      2  a file that the review names is not there
    ├── ReviewFileError       2  the review file is wrong: all its faults at once
    ├── DataRefusedError      4  the data have faults, or no row lies in W1
    ├── UnitError             3  one unit could not be made (5 when none could)
    │   ├── NotebookError        a cell of its notebooks failed
    │   ├── CheckError           a check failed: nothing is published
    │   ├── RenderingError       a template, the PDF or the workbook failed
    │   └── ApprovalError        a draft cannot be signed, or a review not be published: every reason at once
    └── PublishError          3  a folder or file could not be written or replaced

A message says what happened, where, and what to do.
"""

from __future__ import annotations

import difflib
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from portfolio_review.doubt import Doubt

EXIT_DONE = 0
EXIT_DIFFERENT = 1
EXIT_USAGE = 2
EXIT_SOME_FAILED = 3
EXIT_DATA_REFUSED = 4
EXIT_ALL_FAILED = 5
EXIT_CODES = {
    EXIT_DONE: "done",
    EXIT_USAGE: "the command line or the review file is wrong, a file is missing, a unit is unknown",
    EXIT_SOME_FAILED: (
        "some units or mails failed, the others are made or sent, or a draft cannot be signed or published"
    ),
    EXIT_DATA_REFUSED: "the data are refused",
    EXIT_ALL_FAILED: "every unit or mail failed",
    EXIT_DIFFERENT: "`verify` found a difference",
}
"""What each exit code says."""
FAULTS_SHOWN = 20
"""Faults of a review file that are named; the rest are counted."""


class PortfolioReviewError(Exception):
    """Root of all errors that are shown to a user without a traceback."""

    exit_code: int = EXIT_USAGE


class UsageError(PortfolioReviewError):
    """The command line asks for something that does not exist or does not fit."""


class MissingFileError(PortfolioReviewError):
    """A file that the command or the review file names cannot be read."""


class ReviewFileError(PortfolioReviewError):
    """The review file is wrong; `faults` holds one line for each fault, and one that counts those beyond twenty."""

    def __init__(self, path: str, faults: Sequence[str]) -> None:
        self.path = path
        more = len(faults) - FAULTS_SHOWN
        self.faults = [*faults[:FAULTS_SHOWN], *([f"and {more:,} more"] if more > 0 else [])]
        head = f"{path}: {len(faults):,} fault{'s' if len(faults) != 1 else ''} in the review file"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))

    def __reduce__(self) -> tuple[type[ReviewFileError], tuple[str, list[str]], dict[str, object]]:
        return type(self), (self.path, []), self.__dict__ | {"args": self.args}


@dataclass(frozen=True)
class Fault:
    """One rule that the data break: table, column, rule, rows concerned, examples, remedy.

    `examples` are up to five pairs of row number (as in the file, the header being row 1) and the
    value found; the row number is None where a source has no rows to count.
    """

    table: str
    column: str | None
    rule: str
    rows: int
    remedy: str
    severity: Literal["error", "warning"] = "error"
    file: str | None = None
    examples: tuple[tuple[int | None, str], ...] = field(default=())
    id: str | None = None
    """The id of the doubt that became a fault, such as `left_out` or `swapped_days`; most faults have none."""

    def __str__(self) -> str:
        place = self.table + (f".{self.column}" if self.column else "") + (f" ({self.file})" if self.file else "")
        rows = f" in {self.rows:,} row{'s' if self.rows != 1 else ''}" if self.rows else ""
        shown = "; ".join(f"row {row}: {value}" if row else value for row, value in self.examples[:5])
        found = f" [{shown}]" if shown else ""
        known = f" ({self.id})" if self.id else ""
        return f"{self.severity}{known}: {place}: {self.rule}{rows}{found}. {self.remedy}"


class DataRefusedError(PortfolioReviewError):
    """The data cannot be reviewed; `faults` holds every fault found, warnings included, `doubts` what else was seen."""

    exit_code = EXIT_DATA_REFUSED

    def __init__(self, message: str, faults: Sequence[Fault] = (), doubts: Sequence[Doubt] = ()) -> None:
        self.message = message
        self.faults = list(faults)
        self.doubts = list(doubts)
        super().__init__("\n".join([message, *(f"  {fault}" for fault in self.faults)]))

    def beside(self, doubts: Sequence[Doubt]) -> DataRefusedError:
        """The same with the doubts found so far."""
        return DataRefusedError(self.message, self.faults, doubts)


class UnitError(PortfolioReviewError):
    """One unit's review could not be made; the other units are made all the same."""

    exit_code = EXIT_SOME_FAILED


class NotebookError(UnitError):
    """A notebook did not run to its end mark."""

    def __init__(self, message: str, notebook: str, cell: str | None = None) -> None:
        self.notebook = notebook
        self.cell = cell
        super().__init__(message)


class CheckError(UnitError):
    """A check of the calculation failed, so the review is not put in its place."""


class RenderingError(UnitError):
    """An edition could not be rendered from the recorded results."""


class ApprovalError(UnitError):
    """Drafts cannot be signed, or reviews not be published; `reasons` holds every reason with what to do."""

    def __init__(self, message: str, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join([message, *(f"  {reason}" for reason in self.reasons)]))


class PublishError(PortfolioReviewError):
    """A file or folder could not be written or put in its place; what stood there is unchanged."""

    exit_code = EXIT_SOME_FAILED


class Stopped(KeyboardInterrupt):
    """The command was told to end, by Ctrl-C or by a signal."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"stopped by {signal.Signals(number).name}")

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal, as shells have it."""
        return 128 + self.number


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name nearest to `name`; None where none is near."""
    lowered = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the known name nearest to `name`, or an empty string."""
    found = near(name, known)
    return f"; did you mean '{found}'?" if found else ""
