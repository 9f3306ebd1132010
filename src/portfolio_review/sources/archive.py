"""The archive that a workbook is: its parts measured before any is read, the parts of its sheets, its first year."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from portfolio_review.sources.cellform import Form
from portfolio_review.sources.raw import printable, refused

MAX_UNPACKED = 1 << 30
MAX_RATIO = 200
_RATIO_FROM = 100 << 20
_PARTS = re.compile(r".*\.(?:xml|rels)", re.IGNORECASE)
MAX_SMALL_PART = 32 << 20
"""Of parts that are no sheet and hold no texts of cells: a workbook of two thousand formats has one of 1 MB."""
_LARGE_PARTS = re.compile(r"xl/(?:worksheets/.*|sharedStrings)\.xml", re.IGNORECASE)
_TEXTS = "xl/sharedstrings.xml"


def measured(table: str, label: str, path: Path) -> dict[str, Form]:
    """Unpack every part that may be parsed, keeping nothing: what the archive says of its sizes may be a lie.

    Gives the form of the cells of each part: a sheet may lie in any. Raises `Refused`.
    """
    forms: dict[str, Form] = {}
    packed = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = [entry for entry in archive.infolist() if _PARTS.fullmatch(entry.filename)]
            _refuse_bomb(table, label, sum(entry.file_size for entry in entries), packed)
            total = 0
            for entry in entries:
                form, before = forms.setdefault(entry.filename, Form()), total
                for piece in _unpacked(file, entry):
                    total += len(piece)
                    if total - before > MAX_SMALL_PART and not _LARGE_PARTS.fullmatch(entry.filename):
                        said = f"the part {printable(entry.filename)} unpacks to more than {MAX_SMALL_PART >> 20} MB"
                        raise refused(table, label, said, "Save the workbook again, or export it as CSV")
                    _refuse_bomb(table, label, total, packed)
                    if entry.filename.lower() != _TEXTS:
                        form.add(piece)
                form.close()
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError) as error:
        said = printable(str(error), 120)
        raise refused(table, label, f"the workbook is damaged: {said}", "Save it again as XLSX") from None
    return forms


def _unpacked(file: Any, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The pieces of one entry as they come out."""
    file.seek(entry.header_offset)
    header = file.read(30)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(entry.header_offset + 30 + name_length + extra_length)
    left = entry.compress_size
    unpacker = zlib.decompressobj(-15)
    while left > 0:
        piece = file.read(min(left, 1 << 16))
        if not piece:
            raise EOFError("it ends inside a part")
        left -= len(piece)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield piece
            continue
        while piece:
            yield unpacker.decompress(piece, 1 << 20)
            piece = unpacker.unconsumed_tail


def _refuse_bomb(table: str, label: str, unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * packed):
        rule = f"the workbook unpacks to {unpacked >> 20:,} MB or more from {packed / (1 << 20):,.1f} MB"
        raise refused(table, label, rule, "A workbook unpacks to at most 1 GB: export the table as CSV or Parquet")


def outline(path: Path) -> tuple[list[str], bool]:
    """The part of the archive in which each sheet lies ('': not told), in the order of the workbook; and whether its
    days are counted from 1904."""
    with zipfile.ZipFile(path) as archive:
        book, links = (_elements(archive, part) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for tag, one in links if tag == "Relationship"}
    sheets = [{key.rpartition(":")[2]: value for key, value in one.items()} for tag, one in book if tag == "sheet"]
    found = [targets.get(one.get("id"), "") for one in sheets]
    parts = [one.lstrip("/") if one.startswith("/") else one and f"xl/{one}" for one in found]
    return parts, any(one.get("date1904") in ("1", "true") for tag, one in book if tag == "workbookPr")


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """The names of the elements of a part with their attributes; none of one that cannot be read."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    try:
        parser.Parse(archive.read(part), True)
    except (KeyError, zipfile.BadZipFile, expat.ExpatError, OSError, NotImplementedError):
        return []
    return found
