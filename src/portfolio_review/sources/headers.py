"""Where the header stands, for the message to who did not say it: below title lines, as reports have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from portfolio_review.sources.raw import Refused, printable, refused

LOOKED_AT = 50
"""Rows below the first among which a header is sought."""
_SEVERAL = 2


def better_header(records: Sequence[Sequence[str]], wanted: Collection[str]) -> int | None:
    """The place of the record that is the header when the first cannot be; None when it can, or none is better.

    `wanted`: names, in small letters, that the review file looks for.
    """
    if not records or has_name(records[0], wanted):
        return None
    place = by_names(records, wanted)
    return by_width(records) if place is None else place


def has_name(record: Sequence[str], wanted: Collection[str]) -> bool:
    return _hits(record, wanted) > 0


def by_names(records: Sequence[Sequence[str]], wanted: Collection[str]) -> int | None:
    """The first record below the first one with the most wanted names, several at least."""
    later = range(1, min(len(records), LOOKED_AT + 1))
    place = max(later, key=lambda one: (_hits(records[one], wanted), -one), default=None)
    return place if place is not None and _hits(records[place], wanted) >= _SEVERAL else None


def by_width(records: Sequence[Sequence[str]]) -> int | None:
    """The first record as wide as most, when the first has one cell."""
    later = records[1 : LOOKED_AT + 1]
    if not later or _filled(records[0]) != 1:
        return None
    width = Counter(map(_filled, later)).most_common(1)[0][0]
    wide = (place for place, record in enumerate(later, start=1) if _filled(record) >= width)
    return next(wide, None) if width >= _SEVERAL else None


def said_of_header(first: int, row: int, table: str) -> tuple[str, str]:
    """Rule and remedy for a header that stands in `row`, not in `first`."""
    return (
        f"row {first} is not the header of the table: it looks like a title, and row {row} like the header",
        f"Declare header_row: {row} under sources.{table}",
    )


def names_of(table: str, label: str, cells: Sequence[str], row: int | None = None) -> list[str]:
    """Names of columns: blanks around are not part of them, unless without them two would be one. Raises `Refused`."""
    bare = [cell.strip() for cell in cells]
    kept = [cell if bare.count(one) > 1 else one for cell, one in zip(cells, bare, strict=True)]
    names = [one if one.strip() else f"column{index}" for index, one in enumerate(kept, start=1)]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        shown = ", ".join(f"'{printable(one)}'" for one in twice[:5])
        rule, examples = f"the header names a column twice: {shown}", ((row, "header"),) if row else ()
        raise refused(table, label, rule, "Give every column its own name", examples=examples)
    return names


def empty_header(table: str, label: str, row: int) -> Refused:
    """The refusal of a declared header that holds nothing."""
    rule = f"row {row}, which header_row names, is empty"
    return refused(table, label, rule, "Correct header_row under the source")


def _hits(record: Sequence[str], wanted: Collection[str]) -> int:
    return len({cell.strip().lower() for cell in record} & set(wanted))


def _filled(record: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in record)
