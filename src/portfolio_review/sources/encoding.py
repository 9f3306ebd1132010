"""A text file's bytes before they are read as CSV: their encoding, line ends and hash, in one pass.

Encoding: byte-order mark, then the declared one, else strict UTF-8; a file that does not decode is refused with
the byte, the row and the encodings that would fit. What is not UTF-8, compressed, or begins with lines that are no
part of the table, is rewritten in a stream as the table alone in UTF-8.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portfolio_review.errors import Fault
from portfolio_review.review import CsvOptions
from portfolio_review.sources.errorcells import ERROR_BYTES
from portfolio_review.sources.files import digest
from portfolio_review.sources.raw import Refused, printable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("cp1251", "cp1252", "mac_roman", "cp1250", "koi8_r", "cp866", "mac_cyrillic", "iso8859_15")
MAX_LINE = 16 << 20
"""Bytes without a line end after which a file is no table."""
DELIMITERS = ",;\t|"
MAX_UNPACKED_RATIO = 200
_RATIO_FROM = 1 << 30
_CHUNK = 1 << 20
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SEPARATOR_LINE = re.compile('"?sep=([^\r\n])"?[^\\S\r\n]*(?:[\r\n]|$)', re.IGNORECASE)
"""First line by which spreadsheets are told the delimiter."""


@dataclass(frozen=True)
class Scanned:
    """A file that decodes: the UTF-8 file to read (itself or a copy), and how its lines end."""

    path: Path
    sha256: str
    bytes: int
    uniform: bool
    """One kind of line end and no empty line before the last row: every reader counts the same rows."""
    spaced: bool
    """Blanks stand between a delimiter and a quote, or it looks so inside a quoted cell."""
    quoted: bool
    """The quote stands somewhere: only a strict reader can tell whether every one is closed."""
    delimiters: dict[str, int]
    """How often each delimiter stands in the file."""
    skipped: int = 0
    """Lines above the table: they are not in `path`, and rows are counted past them."""
    separator: str | None = None
    """The delimiter that a first line `sep=;` names."""
    errors: bool = False
    """What spreadsheets write in place of a value that failed, such as #N/A, stands somewhere."""


def scan(table: str, label: str, path: Path, options: CsvOptions, copy: Path, skip: int = 0) -> Scanned:
    """Read the file once; `copy` is where a UTF-8 copy goes when one is needed. Raises `Refused`.

    `skip`: how many lines above the table are none of it.
    """
    try:
        return _scan(table, label, path, options, copy, skip)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        said = f"the file cannot be unpacked: {printable(str(error))}"
        raise Refused(Fault(table, None, said, 0, "Export or copy it again", file=label)) from None


def _scan(table: str, label: str, path: Path, options: CsvOptions, copy: Path, skip: int) -> Scanned:
    packed = path.stat().st_size if label.lower().endswith(".gz") else None
    with _open(path, packed) as file:
        start = file.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    encoding = marked or options.encoding or "utf-8"
    in_place = marked != "utf-8-sig" and codecs.lookup(encoding).name in ("utf-8", "ascii") and packed is None
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    sha = hashlib.sha256()
    head: _Head | None = None
    lines: _Lines | None = None
    position = skipped = 0
    separator = None
    with _open(path, packed) as source, copy.open("wb") as target:
        while True:
            piece = source.read(_CHUNK)
            sha.update(piece)
            held = len(decoder.getstate()[0]) if piece else 0
            try:
                decoded = decoder.decode(piece, final=not piece)
                plain = piece if in_place else decoded.encode()
            except UnicodeDecodeError as error:
                at = error.start - held
                row = (lines.count if lines else 0) + skipped + len(_LINE_END.findall(piece[: max(at, 0)])) + 1
                raise Refused(
                    _undecodable(table, label, path, (position + at, row), encoding, options, marked)
                ) from None
            except UnicodeError as error:
                said = f"the file is not {encoding} text: {printable(str(error))}"
                raise Refused(Fault(table, None, said, 0, "Correct csv.encoding", file=label)) from None
            if lines is None:
                if named := _SEPARATOR_LINE.match(decoded):
                    separator = named[1]
                lines = _Lines(options.delimiter or separator or DELIMITERS, options.quote or '"')
                head = _Head(max(skip, 1 if separator else 0))
                in_place = in_place and not head.lines
            position += len(piece)
            _refuse_bomb(table, label, position, packed)
            if head is not None:
                plain = head.cut(plain, last=not piece)
                skipped = head.passed
                head = None if head.done else head
            if b"\x00" in plain:
                row = lines.count + skipped + len(_LINE_END.findall(plain[: plain.find(b"\x00")])) + 1
                raise Refused(_nul(table, label, row))
            if not in_place:
                target.write(plain)
            if lines.add(plain) > MAX_LINE:
                raise Refused(
                    Fault(
                        table, None, f"a line is longer than {MAX_LINE >> 20} MB, so this is no table", 1,
                        "Check that the file is CSV", file=label,
                        examples=((lines.count + skipped + 1, "no line end"),),
                    )
                )  # fmt: skip
            if not piece:
                break
    if in_place:
        copy.unlink()
    return Scanned(
        path if in_place else copy,
        sha.hexdigest() if packed is None else digest(path),
        path.stat().st_size,
        lines.uniform,
        lines.spaced,
        lines.quoted,
        lines.delimiters,
        skipped,
        separator,
        lines.errors,
    )


def _open(path: Path, packed: int | None) -> BinaryIO:
    return path.open("rb") if packed is None else gzip.open(path, "rb")  # type: ignore[return-value]


def _refuse_bomb(table: str, label: str, unpacked: int, packed: int | None) -> None:
    """What grows two hundredfold is no export: it would fill the disk."""
    if packed is not None and unpacked > _RATIO_FROM and unpacked > MAX_UNPACKED_RATIO * packed:
        raise Refused(
            Fault(
                table, None, f"the file unpacks to {unpacked >> 20:,} MB or more from {packed / (1 << 20):,.1f} MB", 0,
                "Unpack it yourself when it is what it should be, and name the CSV file", file=label,
            )
        )  # fmt: skip


class _Head:
    """Takes the lines above the table off, piece by piece."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        self.passed = 0
        self._held = b""

    @property
    def done(self) -> bool:
        return self.passed == self.lines

    def cut(self, piece: bytes, last: bool) -> bytes:
        """What of the piece is part of the table; a CR at its end waits for the LF that may follow."""
        held = self._held + piece
        if held.endswith(b"\r") and not last:
            held, self._held = held[:-1], b"\r"
        else:
            self._held = b""
        start = 0
        while not self.done:
            found = _LINE_END.search(held, start)
            if found is None:
                self._held = held[start:] + self._held
                if last:
                    self.passed, self._held = self.lines, b""
                return b""
            start = found.end()
            self.passed += 1
        rest = held[start:] + self._held
        self._held = b""
        return rest


class _Lines:
    """Counts line ends over the pieces of a file."""

    def __init__(self, delimiters: str, quote: str) -> None:
        ends = re.escape((delimiters + "\r\n").encode())
        sign = re.escape(quote.encode())
        self._quote = quote.encode()
        self._before = re.compile(b"[" + ends + b"] +" + sign)
        self.quoted = self.spaced = self.errors = False
        self.delimiters = dict.fromkeys(delimiters, 0)
        self._crlf = self._cr = self._lf = self._open = 0
        self._blank = False
        self._tail = b""

    @property
    def count(self) -> int:
        return self._cr + self._lf - self._crlf

    @property
    def uniform(self) -> bool:
        kinds = (self._crlf, self._cr - self._crlf, self._lf - self._crlf)
        return sum(map(bool, kinds)) <= 1 and not self._blank

    def add(self, piece: bytes) -> int:
        """Count one piece; gives the length so far of the line that is still open."""
        self._crlf += piece.count(b"\r\n") + (self._tail.endswith(b"\r") and piece.startswith(b"\n"))
        self._cr += piece.count(b"\r")
        self._lf += piece.count(b"\n")
        for sign in self.delimiters:
            self.delimiters[sign] += piece.count(sign.encode())
        joined = self._tail + piece
        self._blank = self._blank or _BLANK_LINE.search(joined) is not None
        self.errors = self.errors or (b"#" in joined and ERROR_BYTES.search(joined) is not None)
        if self._quote in joined:
            self.quoted = True
            self.spaced = self.spaced or self._before.search(joined) is not None
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        self._open = self._open + len(piece) if last < 0 else len(piece) - last - 1
        self._tail = joined[-256:]
        return self._open


_BLANK_LINE = re.compile(rb"(?:\r\n[ \t]*\r\n|\n[ \t]*\n|\r[ \t]*\r)[ \t]*[^\r\n \t]")


def _undecodable(
    table: str, label: str, path: Path, place: tuple[int, int], encoding: str, options: CsvOptions, marked: str | None
) -> Fault:
    at, row = place
    with _open(path, 0 if path.name.lower().endswith(".gz") else None) as file:
        start = max(0, at - 20_000)
        file.seek(start)
        sample = file.read(40_000)
    inside = at - start
    broken = f"the file ends inside a character of {encoding}"
    if inside < len(sample):
        broken = f"byte {at} (row {row}) is not {encoding}: 0x{sample[inside]:02x}"
    if marked:
        remedy = "The byte-order mark says so: export the file again"
    else:
        readings = _likely(sample, sample[max(0, inside - 12) : inside + 12])
        shown = ", ".join(f"{name} (reads '{reading}')" for name, reading in readings)
        declare = ("Correct" if options.encoding else "Declare") + " csv.encoding under the source"
        remedy = f"{declare}: likely {shown}" if shown else f"{declare}, or export the file as UTF-8"
    said = f"the file does not decode: {broken}"
    return Fault(table, None, said, 0, remedy, file=label, examples=((row, f"byte {at}"),))


def _likely(sample: bytes, near: bytes) -> list[tuple[str, str]]:
    """Up to four encodings in which the sample looks like words, the likeliest first, and how they read it."""
    from charset_normalizer import from_bytes  # for a refusal alone

    found = []
    for match in from_bytes(sample, cp_isolation=[*_CANDIDATES], threshold=1.0):
        alike = [order for order, name in enumerate(_CANDIDATES) if name in match.could_be_from_charset]
        found.append((round(match.chaos, 2), -round(match.coherence, 2), min(alike)))
    readings = []
    for _, _, order in sorted(found)[:4]:
        name = _CANDIDATES[order]
        words = re.findall(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", near.decode(name, "replace"))
        readings.append((name, printable(max(words, key=len)) if words else "…"))
    return readings


def _nul(table: str, label: str, row: int) -> Fault:
    return Fault(
        table, None, "the file holds NUL characters, so it is not text in this encoding", 0,
        "Export it as UTF-8 CSV, or declare csv.encoding under the source, for instance utf-16-le",
        file=label, examples=((row, "NUL"),),
    )  # fmt: skip
