"""Cells of a query's result that depend on a cell in error of its files.

To SQL such a cell is null, and nothing tells what became of it. So the query runs once more for each column that holds
some, on a file in which another value stands in their place: a row that is another now depends on one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from portfolio_review.doubt import Doubt
from portfolio_review.sources.engine import Engine, name, stored, text
from portfolio_review.sources.errorcells import error_column, in_error
from portfolio_review.sources.raw import ROW, Raw, columns_of

MOST_COLUMNS = 8
"""Of the files of a query, for which it runs again; a table with more of them is no table of values."""
_VALUES = ("7777777", "7", "1777-07-07", "true")
"""One of them can stand in a column of any type, and hardly in data."""
_NTH, _ERROR = "__nth__", "__error__"


@dataclass(frozen=True)
class InError:
    """A column with cells in error of a staged file: the doubt about it as a whole, and the file with other values."""

    doubt: Doubt
    path: Path


def stage_errors(engine: Engine, raw: Raw, typed: list[str], path: Path) -> tuple[InError, ...]:
    """The columns with cells in error of a file staged at `path` by the SQL `typed`."""
    types = columns_of(engine, stored(path))
    found = []
    for index, (column, beside) in enumerate(raw.errors.items()):
        own = [f"TRY_CAST({value} AS {types[column]})" for value in (beside, *map(text, _VALUES))]
        rows = f"(SELECT {', '.join(typed)}, {beside} FROM {raw.relation})"
        other = f"CASE WHEN {beside} IS NULL THEN {name(column)} ELSE coalesce({', '.join(own)}) END"
        found.append(
            InError(
                in_error(raw.table, column, *raw.counted(engine, beside, raw.relation, f"{beside} IS NOT NULL")),
                path.with_suffix(f".{index}.parquet"),
            )
        )
        engine.put_aside(f"SELECT * EXCLUDE ({beside}) REPLACE ({other} AS {name(column)}) FROM {rows}", found[-1].path)
    return tuple(found)


def mark(
    engine: Engine, result: Path, errors: dict[str, tuple[InError, ...]], run: Callable[[str, Path, Path], None]
) -> tuple[Path, dict[str, str], tuple[Doubt, ...]]:
    """The result with the errors that its cells depend on beside them, as the readers of files hand it on.

    errors: by path of the query; run(path, file, to): runs the query with a file in the place of the one at a path.
    Also the columns with those beside them, and the doubts about columns of which no row can be said to depend: the
    query fails on other values, counts or leaves out rows by them, or its result is the same.
    """
    marks, left = [], []
    for number, (path, one) in enumerate((path, one) for path, each in errors.items() for one in each):
        now = result.with_suffix(f".{number}.parquet")
        try:
            if number >= MOST_COLUMNS:
                raise duckdb.Error
            run(path, one.path, now)
            found = _changed(engine, result, now, f"{_errors(one.doubt)} in {path}, {one.doubt.column}")
        except duckdb.Error:
            found = []
        marks += found
        left += [] if found else [one.doubt]
    if not marks:
        return result, {}, tuple(left)
    beside = {column: error_column(index) for index, column in enumerate(dict.fromkeys(column for column, _ in marks))}
    joined = stored(result)
    for column, error in beside.items():
        parts = " UNION ALL ".join(f"SELECT * FROM {stored(file)}" for its, file in marks if its == column)
        texts = f"string_agg(DISTINCT {_ERROR}, ', ' ORDER BY {_ERROR}) AS {error}"
        joined += f" LEFT JOIN (SELECT {ROW}, {texts} FROM ({parts}) GROUP BY {ROW}) USING ({ROW})"
    marked = result.with_suffix(".marked.parquet")
    engine.put_aside(f"SELECT * FROM {joined} ORDER BY {ROW}", marked)
    return marked, beside, tuple(left)


def _errors(doubt: Doubt) -> str:
    """The errors among the examples of a doubt, each once."""
    return ", ".join(sorted({example.split(": ", 1)[-1].split(" in ")[0] for example in doubt.examples}))


def _changed(engine: Engine, was: Path, now: Path, error: str) -> list[tuple[str, Path]]:
    """The columns of `was` with cells that are others in `now`, each with a file of the numbers of their rows.

    None where one of the two has more rows that the other lacks: then rows are others, and not cells.
    """
    columns = list(columns_of(engine, stored(was)))
    names = ", ".join(map(name, columns))

    def only(these: Path, those: Path, to: str) -> Path:
        one, other = (
            f"(SELECT *, row_number() OVER (PARTITION BY {names}) AS {_NTH} FROM {stored(path)})"
            for path in (these, those)
        )
        path = now.with_suffix(f".{to}.parquet")
        engine.put_aside(f"SELECT one.* FROM {one} one ANTI JOIN {other} other ON {_same([*columns, _NTH])}", path)
        return path

    lost, new = only(was, now, "lost"), only(now, was, "new")
    counts = [engine.row(f"SELECT count(*) FROM {stored(path)}")[0] for path in (lost, new)]
    if counts[0] != counts[1]:
        return []
    differ = []
    for column in columns:
        values, others = (f"SELECT {name(column)} FROM {stored(path)}" for path in (lost, new))
        if engine.row(f"SELECT EXISTS ({values} EXCEPT ALL {others})")[0]:
            differ.append(column)
    kept = [column for column in columns if column not in differ]
    found = []
    for index, column in enumerate(differ):
        file = now.with_suffix(f".{index}.marks.parquet")
        # another cell of the row may be the one that depends: then this one stands beside the same others in `now`
        engine.put_aside(
            f"SELECT {ROW}, {text(error)} AS {_ERROR} FROM {stored(lost)} one "
            f"ANTI JOIN {stored(new)} other ON {_same([*kept, column])}",
            file,
        )
        found.append((column, file))
    return found


def _same(columns: list[str]) -> str:
    return " AND ".join(f"one.{name(column)} IS NOT DISTINCT FROM other.{name(column)}" for column in columns)
