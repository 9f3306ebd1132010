"""The form of a sheet's cells: where they say they stand, whether what should be a number is written as one, and
which hold no value: errors, and formulas that nobody has computed.

calamine lets the later of two cells of one place win, takes any letters for a column, and of `20&#46;5` reads the
first piece; of a word in the place of a number it says no more than that; cells without a value it gives as empty. So
each cell is looked at while the size of its sheet is measured.
"""

from __future__ import annotations

import html
import re
from functools import cache

from portfolio_review.doubt import MOST_EXAMPLES
from portfolio_review.errors import Fault
from portfolio_review.sources.errorcells import NO_VALUE

ROWS, COLUMNS = 1 << 20, 1 << 14
"""What a sheet of the format has."""
MAX_CELL = 4 << 20
"""Bytes without the beginning of a cell after which it is none: its text has at most 32,767 characters."""
MAX_AREA = 100_000_000
"""Cells between the first and the last filled one that calamine is let make room for."""
SPARSE_AREA, SPARSE = 20_000_000, 20
"""From this area on, at least each twentieth cell must be filled."""
ENOUGH = 1000
"""Broken cells after which nothing more is looked at."""

_PLACES = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])(?:[^<>]*?\sr\s*=\s*[\"']([^\"'<>]*)[\"'])?")
_NUMBER = rb"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_NO_NUMBER = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>(?!(?:" + _NUMBER + rb")?<)([^<]*)")
_OPENING = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^<>]*)>")
_KIND = re.compile(rb"\st\s*=\s*[\"']([^\"']*)[\"']")
_REFERENCE = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")
_R = re.compile(rb"\sr\s*=\s*[\"']([^\"'<>]*)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])[^<>]*>([^<]*)")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)")
_NO_VALUE = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</|</(?:\w+:)?c>)"
_TRACE = re.compile(rb"\bt=[\"']e[\"']|(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*" + _NO_VALUE)
"""Of an error, or of a formula without a value."""
_MARKS = (b't="e"', b"t='e'", b"<f", b":f")
"""One of them stands in every trace; they are found ten times as fast."""
_SHOWN = 40
_CELL_STARTS = (b"<c ", b"<c>", b":c ", b":c>")
_STARTS = (*_CELL_STARTS, b"<c/", b":c/", b"<row", b":row")


class Form:
    """Looks at the cells of one sheet as the pieces of its XML go by."""

    def __init__(self) -> None:
        self.odd: dict[tuple[int, int], str] = {}
        """What stands in the cells without a value, by row and column from 0."""
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
        for cells, rule, remedy in (
            (
                self._broken, "a cell has no place of its own in the sheet",
                "Each cell stands once, in the order of rows and columns: save the workbook again",
            ),
            (
                self._words, "a cell that should hold a number does not",
                "Type the number again, or save the workbook again",
            ),
        ):  # fmt: skip
            if cells:
                shown = tuple(cells[:MOST_EXAMPLES])
                found.append(Fault(table, None, rule, len(cells), remedy, file=label, examples=shown))
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

    def _look(self, xml: bytes) -> None:
        if max(len(self._broken), len(self._words)) >= ENOUGH:
            return
        known = _columns()
        odd = any(mark in xml for mark in _MARKS) and _TRACE.search(xml) is not None
        starts = [*(place.start() for place in _PLACES.finditer(xml)), len(xml)] if odd else []
        for at, (kind, said) in enumerate(_PLACES.findall(xml)):
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
            if odd:
                self._look_at_value(xml[starts[at] : starts[at + 1]])
        for match in _NO_NUMBER.finditer(xml):
            self._word(xml, match)

    def _look_at_value(self, cell: bytes) -> None:
        """Note a cell in error, or with a formula and no value that is no text."""
        opening, value, formula = (one.search(cell) for one in (_OPENING, _VALUE, _FORMULA))
        kind = _KIND.search(opening[1]) if opening else None
        place = self._row - 1, self._column - 1
        if kind and kind[1] == b"e":
            self.odd[place] = html.unescape(value[1].decode("utf-8", "replace")) if value and value[1] else "#N/A"
        elif formula and not (value and value[1].strip()) and not (kind and kind[1] == b"str"):
            shown = html.unescape(formula[1].decode("utf-8", "replace"))[:_SHOWN]
            self.odd[place] = f"{NO_VALUE} (={shown})" if shown else NO_VALUE

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
    return said[:_SHOWN].decode("utf-8", "replace")
