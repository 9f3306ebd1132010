"""The form of a sheet's cells: where they say they stand, and whether what should be a number is written as one.

calamine lets the later of two cells of one place win, takes any letters for a column, and of `20&#46;5` reads the
first piece; of a word in the place of a number it says no more than that. So each cell is looked at while the size
of its sheet is measured.
"""

from __future__ import annotations

import re
from functools import cache

from portfolio_review.errors import Fault

ROWS, COLUMNS = 1 << 20, 1 << 14
"""What a sheet of the format has."""
MAX_CELL = 4 << 20
"""Bytes without the beginning of a cell after which it is none: its text has at most 32,767 characters."""
MAX_AREA = 100_000_000
"""Cells between the first and the last filled one that calamine is let make room for."""
SPARSE_AREA, SPARSE = 20_000_000, 20
"""From this area on, at least each twentieth cell must be filled."""
EXAMPLES = 5
ENOUGH = 1000
"""Broken cells after which nothing more is looked at."""

_PLACES = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])(?:[^<>]*?\sr\s*=\s*[\"']([^\"'<>]*)[\"'])?")
_NUMBER = rb"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_NO_NUMBER = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>(?!(?:" + _NUMBER + rb")?<)([^<]*)")
_OPENING = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^<>]*)>")
_KIND = re.compile(rb"\st\s*=\s*[\"']([^\"']*)[\"']")
_REFERENCE = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")
_R = re.compile(rb"\sr\s*=\s*[\"']([^\"'<>]*)[\"']")
_CELL_STARTS = (b"<c ", b"<c>", b":c ", b":c>")
_STARTS = (*_CELL_STARTS, b"<c/", b":c/", b"<row", b":row")


class Form:
    """Looks at the cells of one sheet as the pieces of its XML go by."""

    def __init__(self) -> None:
        self._tail = b""
        self._row = self._column = self._last_row = self._last_column = self._cells = 0
        self._first_column, self._first_row = COLUMNS, ROWS
        self._broken: list[tuple[int, str]] = []
        self._words: list[tuple[int, str]] = []
        self._long = False
        self._digits = b"0"

    def add(self, piece: bytes) -> None:
        """Look at the whole cells of one more piece."""
        joined = self._tail + piece
        cut = max(joined.rfind(start) for start in _STARTS)
        cut = joined.rfind(b"<", 0, cut + 1)  # a prefix may stand before
        if cut > 0:
            self._look(joined[:cut])
            joined = joined[cut:]
        self._long = self._long or (cut >= 0 and len(joined) > MAX_CELL)
        self._tail = joined[-MAX_CELL:] if cut >= 0 else joined[-256:]

    def close(self) -> None:
        self._look(self._tail)
        self._end_row()
        self._tail = b""

    def faults(self, table: str, label: str) -> list[Fault]:
        """What stands against reading the sheet, by row and column."""
        found = []
        if self._broken:
            found.append(
                self._fault(
                    table, label, "a cell has no place of its own in the sheet", self._broken,
                    "Each cell stands once, in the order of rows and columns: save the workbook again",
                )
            )  # fmt: skip
        if self._words:
            found.append(
                self._fault(
                    table, label, "a cell that should hold a number does not", self._words,
                    "Type the number again, or save the workbook again",
                )
            )  # fmt: skip
        if self._long:
            rule = f"a cell has more than {MAX_CELL >> 20} MB, after row {self._row}"
            found.append(Fault(table, None, rule, 0, "A cell holds at most 32,767 characters", file=label))
        area = (self._last_row - self._first_row + 1) * (self._last_column - self._first_column + 1)
        if not found and self._cells and area > (MAX_AREA if self._cells * SPARSE > area else SPARSE_AREA):
            rule = (
                f"the cells lie too far apart: {self._cells:,} of {area:,}, the last in row {self._last_row:,}, "
                f"column {letters(self._last_column)}"
            )
            found.append(Fault(table, None, rule, 0, "Delete what stands far below or beside the table", file=label))
        return found

    def _fault(self, table: str, label: str, rule: str, found: list[tuple[int, str]], remedy: str) -> Fault:
        return Fault(table, None, rule, len(found), remedy, file=label, examples=tuple(found[:EXAMPLES]))

    def _look(self, xml: bytes) -> None:
        if max(len(self._broken), len(self._words)) >= ENOUGH:
            return
        known = _columns()
        for kind, said in _PLACES.findall(xml):
            if kind == b"row":
                self._begin_row(said)
                continue
            column = self._column + 1
            if said:
                column = known.get(said[: -len(self._digits)], 0) if said.endswith(self._digits) else 0
                column = column or self._spelt(said)
            if self._column < column <= COLUMNS:
                self._first_column = min(self._first_column, column) if not self._column else self._first_column
                self._column = column
                self._cells += 1
            else:
                self._broken.append((self._row, f"cell '{_shown(said)}'"))
        for match in _NO_NUMBER.finditer(xml):
            self._word(xml, match)

    def _end_row(self) -> None:
        if self._column:
            self._first_row, self._last_row = min(self._first_row, self._row), self._row
            self._last_column = max(self._last_column, self._column)

    def _begin_row(self, said: bytes) -> None:
        self._end_row()
        row = int(said) if said.isdigit() and len(said) < 9 else 0 if said else self._row + 1
        if not self._row < row <= ROWS:
            self._broken.append((self._row + 1, f"row '{_shown(said)}'"))
            row = self._row + 1
        self._row, self._column, self._digits = row, 0, str(row).encode()

    def _spelt(self, said: bytes) -> int:
        """The column of a place in small letters, 0 for what is no place in this row."""
        match = _REFERENCE.fullmatch(said)
        return _columns().get(match[1].upper(), 0) if match and int(match[2]) == self._row else 0

    def _word(self, xml: bytes, match: re.Match[bytes]) -> None:
        """A value that is no plain number: fine in a cell of text, of an error or of a day in words."""
        start = max(xml.rfind(sign, 0, match.start()) for sign in _CELL_STARTS)
        opening = _OPENING.search(xml, max(0, xml.rfind(b"<", 0, start + 1)), match.start())
        if opening is None or ((kind := _KIND.search(opening[1])) and kind[1] != b"n"):
            return
        place = _R.search(opening[1])
        reference = _REFERENCE.fullmatch(place[1]) if place else None
        row = int(reference[2]) if reference else self._row
        column = f"column {reference[1].decode()}: " if reference else ""
        self._words.append((row, f"{column}'{_shown(match[1])}'"))


@cache
def _columns() -> dict[bytes, int]:
    """Every column of the format by its letters."""
    return {letters(column).encode(): column for column in range(1, COLUMNS + 1)}


def letters(column: int) -> str:
    """1 is `A`, 27 is `AA`."""
    said = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def _shown(said: bytes) -> str:
    return said[:40].decode("utf-8", "replace")
