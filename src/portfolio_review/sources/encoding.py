"""A text file's bytes before they are read as CSV: their encoding, line ends and hash, in one pass.

Encoding: byte-order mark, then the declared one, else strict UTF-8; a file that does not decode is refused with
the byte, the row and the encodings that would fit. What is not UTF-8, compressed, or begins with lines that are no
part of the table, is rewritten in a stream as the table alone in UTF-8.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portfolio_review.errors import Fault
from portfolio_review.review import CsvOptions
from portfolio_review.sources.errorcells import ERROR_TEXTS
from portfolio_review.sources.files import digest
from portfolio_review.sources.raw import Refused, printable, refused

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
_LINE_END = re.compile(r"\r\n|\r|\n")
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
    with _open(path) as source:
        try:
            start = source.read(4)
            marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
            encoding = marked or options.encoding or "utf-8"
            source.seek(0)
            return _scan(table, label, path, source, encoding, options, copy, skip)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            said = f"the file cannot be unpacked: {printable(str(error))}"
            raise refused(table, label, said, "Export or copy it again") from None
        except UnicodeDecodeError as error:
            raise Refused(_undecodable(table, label, path, source, error, encoding, options, marked)) from None
        except UnicodeError as error:
            said = f"the file is not {encoding} text: {printable(str(error))}"
            raise refused(table, label, said, "Correct csv.encoding") from None


def _scan(
    table: str, label: str, path: Path, source: BinaryIO, encoding: str, options: CsvOptions, copy: Path, skip: int
) -> Scanned:
    file = io.TextIOWrapper(source, encoding, newline="")
    piece = file.readline(MAX_LINE)
    named = _SEPARATOR_LINE.match(piece)
    separator = named[1] if named else None
    lines = _Lines(options.delimiter or separator or DELIMITERS, options.quote or '"')
    above = skipped = max(skip, 1 if separator else 0)
    in_place = encoding != "utf-8-sig" and codecs.lookup(encoding).name in ("utf-8", "ascii") and not skipped
    in_place = in_place and not _is_packed(path)
    with contextlib.nullcontext() if in_place else copy.open("w", encoding="utf-8", newline="") as target:
        while piece:
            _refuse_bomb(table, label, source.tell(), path)
            row = lines.count + skipped - above + 1
            if (at := piece.find("\x00")) >= 0:
                raise refused(
                    table, label, "the file holds NUL characters, so it is not text in this encoding",
                    "Export it as UTF-8 CSV, or declare csv.encoding under the source, for instance utf-16-le",
                    examples=((row + len(_LINE_END.findall(piece[:at])), "NUL"),),
                )  # fmt: skip
            if above:  # a line that is none of the table
                above, long = above - 1, len(piece) == MAX_LINE
            else:
                long = lines.add(piece) > MAX_LINE
                if target:
                    target.write(piece)
            if long:
                raise refused(
                    table, label, f"a line is longer than {MAX_LINE >> 20} MB, so this is no table",
                    "Check that the file is CSV", 1, ((lines.count + skipped - above + 1, "no line end"),),
                )  # fmt: skip
            piece = file.readline(MAX_LINE) if above else file.read(_CHUNK)
    file.detach()
    return Scanned(
        path if in_place else copy, digest(path), path.stat().st_size, lines.uniform, lines.spaced, lines.quoted,
        lines.delimiters, skipped, separator, lines.errors,
    )  # fmt: skip


def _is_packed(path: Path) -> bool:
    return path.name.lower().endswith(".gz")


def _open(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if _is_packed(path) else path.open("rb")  # type: ignore[return-value]


def _refuse_bomb(table: str, label: str, unpacked: int, path: Path) -> None:
    """What grows two hundredfold is no export: it would fill the disk."""
    if _is_packed(path) and unpacked > _RATIO_FROM and unpacked > MAX_UNPACKED_RATIO * path.stat().st_size:
        packed = path.stat().st_size / (1 << 20)
        raise refused(
            table, label, f"the file unpacks to {unpacked >> 20:,} MB or more from {packed:,.1f} MB",
            "Unpack it yourself when it is what it should be, and name the CSV file",
        )  # fmt: skip


class _Lines:
    """Counts line ends over the pieces of a text."""

    def __init__(self, delimiters: str, quote: str) -> None:
        self._quote = quote
        self._before = re.compile(f"[{re.escape(delimiters)}\r\n] +{re.escape(quote)}")
        self.quoted = self.spaced = self.errors = False
        self.delimiters = dict.fromkeys(delimiters, 0)
        self._crlf = self._cr = self._lf = self._open = 0
        self._blank = False
        self._tail = ""

    @property
    def count(self) -> int:
        return self._cr + self._lf - self._crlf

    @property
    def uniform(self) -> bool:
        kinds = (self._crlf, self._cr - self._crlf, self._lf - self._crlf)
        return sum(map(bool, kinds)) <= 1 and not self._blank

    def add(self, piece: str) -> int:
        """Count one piece; gives the length so far, in bytes, of the line that is still open."""
        self._crlf += piece.count("\r\n") + (self._tail.endswith("\r") and piece.startswith("\n"))
        self._cr += piece.count("\r")
        self._lf += piece.count("\n")
        for sign in self.delimiters:
            self.delimiters[sign] += piece.count(sign)
        joined = self._tail + piece
        self._blank = self._blank or _BLANK_LINE.search(joined) is not None
        self.errors = self.errors or ("#" in joined and ERROR_TEXTS.search(joined) is not None)
        if self._quote in joined:
            self.quoted = True
            self.spaced = self.spaced or self._before.search(joined) is not None
        last = max(piece.rfind("\n"), piece.rfind("\r"))
        self._open = (self._open if last < 0 else 0) + len(piece[last + 1 :].encode())
        self._tail = joined[-256:]
        return self._open


_BLANK_LINE = re.compile(r"(?:\r\n[ \t]*\r\n|\n[ \t]*\n|\r[ \t]*\r)[ \t]*[^\r\n \t]")
_ENDS = ("unexpected end of data", "truncated data", "incomplete multibyte sequence")
"""What codecs say of a text that ends inside a character."""


def _undecodable(
    table: str, label: str, path: Path, source: BinaryIO, error: UnicodeDecodeError, encoding: str, options: CsvOptions,
    marked: str | None,
) -> Fault:  # fmt: skip
    at = source.tell()
    if error.reason not in _ENDS:
        at -= len(error.object) - error.start
    lines, decoder, left = _Lines("", '"'), codecs.getincrementaldecoder(encoding)("replace"), at
    start = max(0, at - 20_000)
    with _open(path) as file:
        while piece := file.read(min(left, _CHUNK)):
            lines.add(decoder.decode(piece))
            left -= len(piece)
        file.seek(start)
        sample = file.read(40_000)
    row = lines.count + 1
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
