"""Step 1, sources: the files, queries and databases of a review file in, validated tables as Parquet out."""

from __future__ import annotations

from pathlib import Path

from portfolio_review.review import Review
from portfolio_review.sources.checking import check_expressions
from portfolio_review.sources.contracts import CONTRACTS, NO_UNIT, RESERVED_UNIT
from portfolio_review.sources.model import Duplicates, Input, LeftOut, Sources, Versions

__all__ = [
    "CONTRACTS", "NO_UNIT", "RESERVED_UNIT", "Duplicates", "Input", "LeftOut", "Sources", "Versions",
    "check_expressions", "read", "versions",
]  # fmt: skip


def read(review: Review, base: Path, folder: Path) -> Sources:
    """Read every source of `review` in a process of its own and write the validated tables to `folder`.

    `base` is the folder of the review file, from which its relative paths go; `folder` exists and is empty.

    Raises `ReviewFileError` for an expression that is not one, `MissingFileError` naming every file that is not
    there, and `DataRefusedError` with every fault of the data.
    """
    from portfolio_review.sources.child import read_in_child

    check_expressions(review, "review file")
    return read_in_child(review, base, folder)


def versions(review: Review, base: Path) -> Versions:
    """The versions that the sources elsewhere say they have now, asked by another process.

    Raises `DataRefusedError` when a database does not answer, `MissingFileError` when a store or catalog does not.
    """
    from portfolio_review.sources.child import versions_in_child

    return versions_in_child(review, base)
