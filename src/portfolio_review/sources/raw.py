"""What each format's reader hands on: a relation of source columns, one numbered row after another."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portfolio_review.doubt import MOST_EXAMPLES, Doubt
from portfolio_review.errors import Fault
from portfolio_review.sources.engine import Engine, name, text
from portfolio_review.sources.model import Input

ROW = "__source_row__"
"""Column of a relation: file index · 2⁴⁰ + row as in the file (the header of a CSV file or a sheet is row 1)."""
ROWS_PER_FILE = 1 << 40

Format = Literal["parquet", "csv", "xlsx", "query", "connection", "lake"]
Examples = tuple[tuple[int | None, str], ...]
"""Row numbers and what stands there, as a fault shows them."""


@dataclass(frozen=True)
class Raw:
    """One table as read: SQL that gives its rows, its columns with their DuckDB types, its files."""

    table: str
    format: Format
    label: str
    """The source as the review file writes it: a path, an address, a table of a lake, `query`, or `env:NAME`."""
    relation: str
    """SQL of a relation with `ROW` and the columns."""
    columns: dict[str, str]
    files: tuple[str, ...]
    inputs: tuple[Input, ...]
    date1904: bool = False
    """Whether a workbook counts days from 1904."""
    doubts: tuple[Doubt, ...] = ()
    """What the reader itself saw: other sheets, instants of a form that says nothing of its zone."""

    names: dict[str, str] = field(default_factory=dict)
    """The source's own names of columns to those of `columns`, which never differ only in case: `distinct_names`."""
    errors: dict[str, str] = field(default_factory=dict)
    """Columns with cells in error, which are null, to the columns of `relation` that hold the text of the error."""

    three_decimals: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """Of a query: columns of text in its files whose every number has exactly three decimals; rows and examples."""

    @property
    def source_names(self) -> dict[str, str]:
        """The names of `columns` to those that the source has."""
        own = {ours: theirs for theirs, ours in self.names.items()}
        return {column: own.get(column, column) for column in self.columns}

    @property
    def has_row_numbers(self) -> bool:
        return self.format in ("parquet", "csv", "xlsx")

    def fault(
        self, column: str | None, rule: str, remedy: str, rows: int = 0, examples: Examples = (), id: str | None = None
    ) -> Fault:
        """A fault of a column of ours, or of the source itself."""
        return Fault(self.table, column, rule, rows, remedy, file=self.label, examples=examples, id=id)

    def counted(self, engine: Engine, cell: str, relation: str, condition: str = "true") -> tuple[int, Examples]:
        """How many rows of a relation fulfil a condition, and the first of them, each with a text (SQL over them)."""
        count, found = engine.row(f"SELECT count(*), {first(cell)} FROM {relation} WHERE {condition}")
        return count, self.shown(found)

    def shown(self, found: list[dict[str, Any]] | None) -> Examples:
        """What the SQL of `first` gave, as a fault's examples."""
        return tuple(self.example(one["r"], one["f"]) for one in found or ())

    def example(self, row: int, found: str) -> tuple[int | None, str]:
        """A fault's example: row number and value, with the file when there are several."""
        shown = printable(found)
        if not self.has_row_numbers:
            return None, shown
        index, number = divmod(row, ROWS_PER_FILE)
        return number, f"{shown} in {self.files[index]}" if len(self.files) > 1 else shown


def told(examples: Examples) -> tuple[str, ...]:
    """The same as a doubt's: `row 17: 1970-01-01`, or the text alone where a source has no rows to count."""
    return tuple(value if row is None else f"row {row}: {value}" if value else f"row {row}" for row, value in examples)


class Refused(Exception):
    """A source that cannot be read at all; carries its faults."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


def refused(
    table: str, file: str | None, rule: str, remedy: str, rows: int = 0, examples: Examples = (), id: str | None = None
) -> Refused:
    """A file of a source that cannot be read, for one reason."""
    return Refused(Fault(table, None, rule, rows, remedy, file=file, examples=examples, id=id))


def first(cell: str) -> str:
    """SQL of the first rows by their numbers, with a text each; see `Raw.shown`."""
    return f"arg_min({{'r': {ROW}, 'f': {cell}}}, {ROW}, {MOST_EXAMPLES})"


def printable(value: str, limit: int = 60) -> str:
    """Text that can stand in a message: shortened, control and direction marks written out."""
    cut = value if len(value) <= limit else value[: limit - 1] + "…"
    return "".join(
        character if character.isprintable() or character == " " else f"\\u{ord(character):04x}" for character in cut
    )


def distinct_names(names: Iterable[str]) -> dict[str, str]:
    """Each name to one that no other equals in any case, as SQL compares them: `revenue` beside `Revenue` gets a 2."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in names:
        own, count = one, 1
        while own.lower() in taken:
            count += 1
            own = f"{one} ({count})"
        taken.add(own.lower())
        found[one] = own
    return found


def with_folders(raw: Raw, folders: Mapping[str, tuple[str | None, ...]]) -> Raw:
    """The relation with the values of the folders in which the files lie as columns; a file's own column wins."""
    known = {column.lower() for column in raw.columns}
    new = {key: values for key, values in folders.items() if key.lower() not in known}
    if not new:
        return raw
    at = f"(({ROW} - 1) // {ROWS_PER_FILE} + 1)"
    added = [
        f"([{', '.join('NULL' if one is None else text(one) for one in values)}]::VARCHAR[])[{at}] AS {name(key)}"
        for key, values in new.items()
    ]
    relation = f"(SELECT *, {', '.join(added)} FROM {raw.relation})"
    return dataclasses.replace(raw, relation=relation, columns={**raw.columns, **dict.fromkeys(new, "VARCHAR")})


def columns_of(engine: Engine, relation: str) -> dict[str, str]:
    """The columns of a relation with their types, without the row number."""
    return {row[0]: row[1] for row in engine.rows(f"DESCRIBE SELECT * FROM {relation}") if row[0] != ROW}
