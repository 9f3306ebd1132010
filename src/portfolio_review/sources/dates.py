"""Where the history of the transactions begins and ends: rows far from all others start no history and end no data.

A row dated 1970 by a placeholder, or in a year to come by a slip of the key, would move both windows of the review.
Such rows are told by counts of rows per month alone, and left out under reasons of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from portfolio_review.calendar import Month
from portfolio_review.sources import coding
from portfolio_review.sources.coding import Coded
from portfolio_review.sources.engine import Engine, text
from portfolio_review.sources.model import rows_folder

FIRST_YEAR = 1980
STRAY_MONTHS = 12
"""So many empty months part a stray row from the rest."""
STRAY_SHARE, FEW_ROWS, FEW_STRAY = 0.01, 200, 2
"""Stray rows hold less than this share of the rows; in a file of fewer rows than `FEW_ROWS` they are two at most."""
FUTURE_SHARE, FUTURE_MONTHS = 0.001, 1
"""Last rows of less than this share are too late after so many empty months."""
LONE_MONTHS = 3
"""So many empty months part a single last row."""


@dataclass(frozen=True)
class Bounds:
    """The first and last month of the rows that are no strays, and the last month of those that are not too late.

    None where nothing is set apart on that side.
    """

    first: int | None = None
    last: int | None = None
    present: int | None = None


def bounds(rows: Mapping[int, int], *, ends_where_declared: bool = False) -> Bounds:
    """The bounds by the number of rows of each month. Where the review file declares the end of the data, no row
    before it is too late."""
    months, total = sorted(rows), sum(rows.values())
    kept = [month for month in months if month >= 12 * FIRST_YEAR]
    if not kept:
        return Bounds(first=12 * FIRST_YEAR) if months else Bounds()
    stray = partial(_gap_of_strays, total=total)
    begins = _outlying(kept, rows, stray)
    ends = len(kept) - _outlying(kept[begins:][::-1], rows, stray)
    late = _outlying(kept[begins:ends][::-1], rows, partial(_gap_of_late_rows, total=total))
    late = 0 if ends_where_declared else late
    return Bounds(
        first=kept[begins] if kept[begins] > months[0] else None,
        last=kept[ends - 1] if ends < len(kept) else None,
        present=kept[ends - late - 1] if late else None,
    )


def _outlying(months: Sequence[int], rows: Mapping[int, int], gap: Callable[[int], int | None]) -> int:
    """How many of the months, from one end on, are parted from the rest, whose rows are more.

    gap: after how many empty months so many rows are; None where they are too many.
    """
    found, held = 0, 0
    of_all = sum(rows[month] for month in months)
    for place, (month, following) in enumerate(pairwise(months), start=1):
        held += rows[month]
        wanted = gap(held)
        if wanted is None or 2 * held >= of_all:
            break
        if abs(following - month) > wanted:
            found = place
    return found


def _gap_of_strays(held: int, total: int) -> int | None:
    few = held <= FEW_STRAY if total < FEW_ROWS else held < STRAY_SHARE * total
    return STRAY_MONTHS if few else None


def _gap_of_late_rows(held: int, total: int) -> int | None:
    """Few are late after an empty month, one after three.

    A company that is closed in winter declares the end of its data, should a last row of the season be taken for one.
    """
    if held < FUTURE_SHARE * total:
        return FUTURE_MONTHS
    return LONE_MONTHS if held == 1 else None


def set_apart(engine: Engine, coded: Coded, found: Bounds) -> bool:
    """Move the rows outside the bounds to the buckets of their reasons; whether there were any.

    They are few, so only the files that hold one are written again.
    """
    stray = [f"date < DATE '{Month(found.first).first}'"] if found.first is not None else []
    stray += [f"date > DATE '{Month(found.last).last}'"] if found.last is not None else []
    if stray:
        _move(engine, coded, " OR ".join(stray), coding.bucket_of("stray_date"))
    if found.present is not None:
        _move(engine, coded, f"date > DATE '{Month(found.present).last}'", coding.bucket_of("future_date"))
    return bool(stray) or found.present is not None


def _move(engine: Engine, coded: Coded, outside: str, bucket: int) -> None:
    rows = rows_folder(coded.folder)
    every = text(rows / "bucket=[0-9]*" / "*.parquet")
    held = engine.rows(
        f"SELECT DISTINCT filename FROM read_parquet({every}, filename = true, hive_partitioning = false) "
        f"WHERE {outside}"
    )
    target = rows / f"bucket={bucket}"
    target.mkdir(exist_ok=True)
    for number, file in enumerate(sorted(Path(name) for (name,) in held)):
        relation = f"read_parquet({text(file)}, hive_partitioning = false)"
        part = file.with_suffix(".part")
        for condition, path in ((outside, target / f"{number}.parquet"), (f"NOT ({outside})", part)):
            engine.writer.execute(f"COPY (SELECT * FROM {relation} WHERE {condition}) TO {text(path)} (FORMAT parquet)")
        part.replace(file)
