"""Cells of a sheet that calamine gives as empty though they are not: errors, and formulas that nobody has computed.

The bytes of a sheet are searched for traces of either while its size is measured; only where there are some is its
XML taken apart.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from portfolio_review.sources.errorcells import NO_VALUE

Cells = dict[tuple[int, int], str]
"""What stands in cells, by row and column from 0."""

_TAIL = 256
_VALUE_LACKS = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</|</(?:\w+:)?c>)"
_TRACE = re.compile(rb"\bt=[\"']e[\"']|(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*" + _VALUE_LACKS)
_MARKS = (b't="e"', b"t='e'", b"<f", b":f")
"""One of them stands in every trace; they are found ten times as fast."""
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CHUNK = 1 << 20
_SHOWN = 40


class Traces:
    """Says whether pieces of a sheet's XML hold a trace of an error or of a formula without a value."""

    def __init__(self) -> None:
        self.found = False
        self._tail = b""

    def add(self, piece: bytes) -> None:
        if not self.found:
            joined = self._tail + piece
            self.found = any(mark in joined for mark in _MARKS) and _TRACE.search(joined) is not None
            self._tail = joined[-_TAIL:]


def parts_of_sheets(path: Path) -> list[str]:
    """The part of the archive in which each sheet lies, in the order of the workbook; empty when it cannot be told."""
    try:
        with zipfile.ZipFile(path) as archive:
            targets = {
                one["Id"]: one["Target"]
                for one in _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
            }
            sheets = _elements(archive.read("xl/workbook.xml"), "sheet")
    except (KeyError, zipfile.BadZipFile, expat.ExpatError, OSError, NotImplementedError):
        return []
    ids = [next((value for key, value in one.items() if key.rpartition(":")[2] == "id"), "") for one in sheets]
    found = [targets.get(one, "") for one in ids]
    return [one.lstrip("/") if one.startswith("/") else f"xl/{one}" for one in found]


def odd_cells(path: Path, part: str) -> Cells:
    """The cells in error of a sheet with their texts, and those of formulas without a stored value."""
    reader = _Reader()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as file:
            while piece := file.read(_CHUNK):
                reader.parser.Parse(piece, False)
            reader.parser.Parse(b"", True)
    except expat.ExpatError:
        return reader.cells  # calamine says what is wrong with it
    return reader.cells


class _Reader:
    """Takes a sheet's XML apart: `c` with its place and type, `f` and `v` inside of it."""

    def __init__(self) -> None:
        self.cells: Cells = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._row = self._column = -1
        self._kind = ""
        self._formula: str | None = None
        self._value = ""
        self._inside = ""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            given = attributes.get("r", "")
            self._row, self._column = (int(given) - 1 if given.isdigit() else self._row + 1), -1
        elif tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1]) if place else self._column + 1
            self._row = int(place[2]) - 1 if place else self._row
            self._kind = attributes.get("t", "")
            self._formula, self._value = None, ""
        elif tag == "f":
            self._formula, self._inside = "", tag
        elif tag == "v":
            self._inside = tag

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("f", "v"):
            self._inside = ""
        elif tag == "c":
            if self._kind == "e":
                self.cells[self._row, self._column] = self._value or "#N/A"
            elif self._formula is not None and not self._value and self._kind != "str":
                shown = f" (={self._formula[:_SHOWN]})" if self._formula else ""
                self.cells[self._row, self._column] = f"{NO_VALUE}{shown}"

    def _text(self, text: str) -> None:
        if self._inside == "v":
            self._value += text
        elif self._inside == "f" and self._formula is not None and len(self._formula) < _SHOWN:
            self._formula += text


def _column(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _elements(xml: bytes, wanted: str) -> list[dict[str, str]]:
    """The attributes of the elements of a name."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == wanted:
            found.append(attributes)

    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return found
