"""A text file's bytes before they are read as CSV: their encoding, line ends and hash, in one pass.

Encoding: byte-order mark, then the declared one, else strict UTF-8; a file that does not decode is refused with
the byte, the row and the encodings that would fit. What is not UTF-8 is rewritten as UTF-8 in a stream.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from portfolio_review.errors import Fault
from portfolio_review.review import CsvOptions
from portfolio_review.sources.raw import Refused, printable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("cp1251", "cp1252", "mac_roman", "cp1250", "koi8_r", "cp866", "mac_cyrillic", "iso8859_15")
_LOWER = frozenset(map(chr, range(0x430, 0x450))) | frozenset("ёіїєґéèêëàâäáãåæçñóòôöõøúùûüíìîïßœýšžčćłąęśż")
_UPPER = frozenset(one.upper() for one in _LOWER)
_COMMON = frozenset("оеаинтсрвлкмдпуяыьéèüöäñçáó")
_SIGNS = frozenset("€£°«»–—’‘“”…№©®™½ \u00a0")
MAX_LINE = 16 << 20
"""Bytes without a line end after which a file is no table."""
DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_LINE_END = re.compile(rb"\r\n|\r|\n")


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


def scan(table: str, label: str, path: Path, options: CsvOptions, copy: Path) -> Scanned:
    """Read the file once; `copy` is where a UTF-8 copy goes when one is needed. Raises `Refused`."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    encoding = marked or options.encoding or "utf-8"
    in_place = marked != "utf-8-sig" and codecs.lookup(encoding).name in ("utf-8", "ascii")
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    sha, lines = hashlib.sha256(), _Lines(options.delimiter or DELIMITERS, options.quote or '"')
    position = 0
    with path.open("rb") as source, copy.open("wb") as target:
        while True:
            piece = source.read(_CHUNK)
            sha.update(piece)
            held = len(decoder.getstate()[0]) if piece else 0
            try:
                decoded = decoder.decode(piece, final=not piece)
                plain = piece if in_place else decoded.encode()
            except UnicodeDecodeError as error:
                at = error.start - held
                row = lines.count + len(_LINE_END.findall(piece[: max(at, 0)])) + 1
                raise Refused(
                    _undecodable(table, label, path, (position + at, row), encoding, options, marked)
                ) from None
            except UnicodeError as error:
                said = f"the file is not {encoding} text: {printable(str(error))}"
                raise Refused(Fault(table, None, said, 0, "Correct csv.encoding", file=label)) from None
            if b"\x00" in plain:
                raise Refused(
                    _nul(table, label, lines.count + len(_LINE_END.findall(plain[: plain.find(b"\x00")])) + 1)
                )
            if not in_place:
                target.write(plain)
            if lines.add(plain) > MAX_LINE:
                raise Refused(
                    Fault(
                        table, None, f"a line is longer than {MAX_LINE >> 20} MB, so this is no table", 1,
                        "Check that the file is CSV", file=label, examples=((lines.count + 1, "no line end"),),
                    )
                )  # fmt: skip
            if not piece:
                break
            position += len(piece)
    if in_place:
        copy.unlink()
    return Scanned(
        path if in_place else copy,
        sha.hexdigest(),
        path.stat().st_size,
        lines.uniform,
        lines.spaced,
        lines.quoted,
        lines.delimiters,
    )


class _Lines:
    """Counts line ends over the pieces of a file."""

    def __init__(self, delimiters: str, quote: str) -> None:
        ends = re.escape((delimiters + "\r\n").encode())
        sign = re.escape(quote.encode())
        self._quote = quote.encode()
        self._before = re.compile(b"[" + ends + b"] +" + sign)
        self.quoted = self.spaced = False
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
    with path.open("rb") as file:
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
    """Up to three encodings in which the sample looks like words, the likeliest first, and how they read it."""
    scored = []
    for order, name in enumerate(_CANDIDATES):
        try:
            decoded = sample.decode(name)
        except UnicodeDecodeError:
            continue
        scored.append((-_plausibility(decoded), order, name))
    readings = []
    for _, _, name in sorted(scored)[:3]:
        words = re.findall(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", near.decode(name, "replace"))
        readings.append((name, printable(max(words, key=len)) if words else "…"))
    return readings


def _plausibility(decoded: str) -> float:
    """Share of characters beyond ASCII that stand as letters do in words: lower case inside, few odd ones."""
    score = total = 0.0
    for before, character in zip(" " + decoded, decoded, strict=False):
        if character < "\x80":
            continue
        total += 1
        if character in _LOWER:
            score += 1 + 0.3 * (character in _COMMON)
        elif character in _UPPER:
            score += -0.5 if before.islower() else 0.6
        elif character in _SIGNS:
            score += 0.3
        else:
            score -= 0.5
    return score / total if total else 0.0


def _nul(table: str, label: str, row: int) -> Fault:
    return Fault(
        table, None, "the file holds NUL characters, so it is not text in this encoding", 0,
        "Export it as UTF-8 CSV, or declare csv.encoding under the source, for instance utf-16-le",
        file=label, examples=((row, "NUL"),),
    )  # fmt: skip
