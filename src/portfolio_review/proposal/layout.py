"""How a text file or sheet is laid out, from its beginning: encoding, delimiter, the row of the header."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portfolio_review.proposal.headings import KNOWN, words

_LOOKED_AT = 256 << 10
"""Bytes from the beginning by which delimiter and header are told."""
_CHUNK = 1 << 20
_ROWS = 60
_DELIMITERS = (",", ";", "\t", "|")
_CANDIDATES = ["cp1251", "cp1252", "mac_roman", "cp1250", "koi8_r", "cp866", "mac_cyrillic", "iso8859_15"]
_NUMBER = re.compile(r"[-+(]?[\d\s.,'$€£₽%]+\)?")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Layout:
    """What the beginning of a text file says of its form, as the options of a review file have it.

    readings: of a guessed encoding, a word as it reads it.
    """

    encoding: str | None
    delimiter: str | None
    header_row: int | None
    reading: str = ""
    others: tuple[str, ...] = ()
    """Other encodings in which the file would be words."""


def of_text(path: Path) -> Layout:
    """The layout of a CSV file, which may be compressed; a file that is no text has none that fits."""
    encoding, reading, others = _encoding(path)
    with _open(path) as file:
        start = file.read(_LOOKED_AT)
    marked = next((mark for mark in _MARKS if start.startswith(mark)), None)
    codec = encoding or {_MARKS[1]: "utf-16", _MARKS[2]: "utf-16"}.get(marked or b"", "utf-8-sig")
    text = start.decode(codec, "ignore")
    separator = re.match(r'"?sep=(.)"?\s*[\r\n]', text, re.IGNORECASE)
    delimiter, records = _delimiter(text, separator[1] if separator else None)
    row = header_row([cells for _, cells in records])
    line = records[row][0] if records else 1
    declared = None if delimiter == "," or separator else delimiter
    return Layout(encoding, declared, None if line == (2 if separator else 1) else line, reading, others)


def header_row(records: Sequence[Sequence[str]]) -> int:
    """The place of the record that names the columns: the first with names known to be headings, or the first as
    wide as the table that holds neither numbers nor dates; 0 where none is better than the first."""
    known = [len({words(cell) for cell in cells if cell.strip()} & KNOWN) for cells in records]
    best = max(known, default=0)
    if best >= 2:
        return known.index(best)
    widths = Counter(sum(bool(cell.strip()) for cell in cells) for cells in records)
    width = max(widths, key=lambda one: (widths[one] if one > 1 else 0, one), default=0)
    for place, cells in enumerate(records):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) >= max(2, width * 0.7) and len(set(filled)) == len(filled):
            return place if not any(_NUMBER.fullmatch(cell) for cell in filled) else 0
    return 0


def _open(path: Path) -> io.BufferedIOBase:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _encoding(path: Path) -> tuple[str | None, str, tuple[str, ...]]:
    """None for UTF-8 and what a byte-order mark names; else the likeliest, how it reads a word, and the others."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with _open(path) as file:
        before = b""
        while piece := file.read(_CHUNK):
            if not before and piece.startswith(_MARKS[1:]):
                return None, "", ()
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                at = max(0, error.start - 100)
                sample = piece[max(0, at - 20_000) : at + 20_000]
                return _guessed(sample, piece[error.start : error.start + 40])
            before = piece
    return None, "", ()


def _guessed(sample: bytes, near: bytes) -> tuple[str | None, str, tuple[str, ...]]:
    from charset_normalizer import from_bytes

    found = []
    for match in from_bytes(sample, cp_isolation=_CANDIDATES, threshold=1.0):
        alike = [order for order, name in enumerate(_CANDIDATES) if name in match.could_be_from_charset]
        found.append((round(match.chaos, 2), -round(match.coherence, 2), min(alike)))
    names = [_CANDIDATES[order] for _, _, order in sorted(found)[:3]]
    if not names:
        return None, "", ()
    reading = re.findall(r"[^\W\d_]{2,}", near.decode(names[0], "replace"))
    return names[0], max(reading, key=len, default=""), tuple(names[1:])


def _delimiter(text: str, named: str | None) -> tuple[str, list[tuple[int, list[str]]]]:
    """The delimiter by which most rows have the same number of cells, and the first rows with their lines."""
    tried = {one: _records(text, one) for one in ((named,) if named else _DELIMITERS)}

    def agreement(one: str) -> tuple[float, int]:
        widths = Counter(len(cells) for _, cells in tried[one])
        width, rows = widths.most_common(1)[0] if widths else (1, 0)
        return (rows / len(tried[one]) if width > 1 else 0.0, width)

    best = max(tried, key=agreement)
    return best, tried[best]


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first records that hold anything, each with the line, from 1, on which it begins."""
    found: list[tuple[int, list[str]]] = []
    lines = 0

    def counted() -> object:
        nonlocal lines
        for line in io.StringIO(text, newline=""):
            lines += 1
            yield line

    with suppress(csv.Error):
        begins = 1
        for cells in csv.reader(counted(), delimiter=delimiter):  # type: ignore[arg-type]
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            begins = lines + 1
            if len(found) > _ROWS:
                break
    return found
