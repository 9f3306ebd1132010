"""Every digit and letter printed is the one meant: what poppler draws from the PDF's own font, against the font file."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader

from portfolio_review.exhibits import resources
from portfolio_review.rendering import pdf
from portfolio_review.rendering.html import FONT_URL

DIGITS = "0123456789"
SIGNS = "+−–%.,:;()/&№«»“”€£$₽Δ×≥≤·"
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzéüßøčņ"
CYRILLIC = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяғқңөүұһі"
ALPHABET = DIGITS + SIGNS + LATIN + CYRILLIC
WEIGHTS = (300, 400, 600)
"""The weights of the report: key figures, text, messages."""
COLUMNS, CELL_MM, SIZE_PT, DPI = 16, 12, 24, 300
PX = DPI / 25.4
ALIKE = 0.004
"""Ink that differs by less than this part is one shape: Latin A and Cyrillic А."""
DRAWN = 0.12
"""Ink that two engines may draw differently at the edges of the thinnest strokes."""
Ink = NDArray[np.float64]

pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils are not installed")


def printed(folder: Path, weight: int) -> Path:
    """A page with one character in each cell of a grid, in the report's font."""
    cells = "".join(
        f'<p class="r{place // COLUMNS} c{place % COLUMNS}">{sign.replace("&", "&amp;")}</p>' for place, sign in enumerate(ALPHABET)
    )  # fmt: skip
    rows = -(-len(ALPHABET) // COLUMNS)
    places = "".join(f".r{row}{{top:{row * CELL_MM}mm}}" for row in range(rows)) + "".join(
        f".c{column}{{left:{column * CELL_MM}mm}}" for column in range(COLUMNS)
    )
    style = (
        f'@font-face{{font-family:"{resources.FONT_FAMILY}";src:url("{FONT_URL}")}}'
        f"@page{{size:{COLUMNS * CELL_MM}mm {rows * CELL_MM}mm;margin:0}}"
        f'p{{position:absolute;margin:0;padding:2mm;font:{weight} {SIZE_PT}pt/1 "{resources.FONT_FAMILY}"}}{places}'
    )
    html = (
        f'<!DOCTYPE html><html lang="en"><head><title>t</title><style>{style}</style></head><body>{cells}</body></html>'
    )
    path = folder / f"{weight}.pdf"
    path.write_bytes(pdf.pdf(html, day=dt.date(2026, 10, 31)))
    return path


@dataclass(frozen=True)
class Glyph:
    """The ink of a character, 0 to 1, without white edges, and where its top lies, in pixels."""

    ink: Ink
    top: int

    def near(self, other: Glyph) -> bool:
        """Whether size and place on the line are the same but for the rounding of two engines."""
        size = np.abs(np.subtract(self.ink.shape, other.ink.shape)).max()
        return bool(size <= 3 and abs(self.top - other.top) <= 2)


def trimmed(picture: Image.Image) -> Glyph:
    ink = 1 - np.asarray(picture.convert("L"), dtype=float) / 255
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.25), np.flatnonzero(ink.max(axis=0) > 0.25)
    return Glyph(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], int(rows[0]))


@cache
def drawn(sign: str, weight: int) -> Glyph:
    """A character drawn by FreeType from the font file itself, its top counted from the baseline."""
    font = ImageFont.truetype(str(resources.font()), round(SIZE_PT * DPI / 72))
    axes = [axis["name"] for axis in font.get_variation_axes()]
    font.set_variation_by_axes([weight if b"eight" in bytes(name) else 100 for name in axes])
    side = round(CELL_MM * PX) * 2
    picture = Image.new("L", (side, side), 255)
    ImageDraw.Draw(picture).text((20, side // 2), sign, font=font, fill=0, anchor="ls")
    glyph = trimmed(picture)
    return Glyph(glyph.ink, glyph.top - side // 2)


def cell(place: int) -> tuple[int, int, int, int]:
    """The pixels of a cell of the grid."""
    left, top = (round(at * CELL_MM * PX) for at in (place % COLUMNS, place // COLUMNS))
    return left, top, left + round(CELL_MM * PX), top + round(CELL_MM * PX)


def differs(one: Glyph, other: Glyph) -> float:
    """The part of the ink that is not common, at the best of nine shifts by a pixel."""
    height, width = (max(glyph.ink.shape[axis] for glyph in (one, other)) + 2 for axis in (0, 1))

    def laid(ink: Ink, down: int, right: int) -> Ink:
        sheet = np.zeros((height, width))
        sheet[down : down + ink.shape[0], right : right + ink.shape[1]] = ink
        return sheet

    base, rooms = (
        laid(one.ink, 1, 1),
        [size - has + 1 for size, has in zip((height, width), other.ink.shape, strict=True)],
    )
    shifts = [(down, right) for down in range(min(3, rooms[0])) for right in range(min(3, rooms[1]))]
    least = min(float(np.abs(base - laid(other.ink, *shift)).sum()) for shift in shifts)
    return least / float(one.ink.sum() + other.ink.sum())


def alike(first: str, second: str, weight: int) -> bool:
    """Whether two characters are one shape at one height, such as Latin A and Cyrillic А."""
    one, other = drawn(first, weight), drawn(second, weight)
    return one.near(other) and differs(one, other) <= ALIKE


@pytest.mark.parametrize("weight", WEIGHTS)
def test_what_is_drawn_is_what_was_meant_and_what_is_read(tmp_path: Path, weight: int) -> None:
    path = printed(tmp_path, weight)
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", "-singlefile", path, tmp_path / "page"], check=True)
    page = Image.open(tmp_path / "page.png")
    glyphs = [trimmed(page.crop(cell(place))) for place in range(len(ALPHABET))]
    baseline = glyphs[ALPHABET.index("H")].top - drawn("H", weight).top
    wrong = []
    for glyph, meant in zip(glyphs, ALPHABET, strict=True):
        found = Glyph(glyph.ink, glyph.top - baseline)
        near = [sign for sign in ALPHABET if found.near(drawn(sign, weight))]
        best = min(near, key=lambda sign: differs(found, drawn(sign, weight)), default="")
        same = best == meant or (bool(best) and alike(meant, best, weight))
        if not same or differs(found, drawn(meant, weight)) > DRAWN:
            wrong.append((meant, best))
    assert wrong == []
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    assert sorted("".join(read.split())) == sorted(ALPHABET)


def test_the_comparison_would_notice_a_wrong_digit() -> None:
    pairs = (("6", "8"), ("3", "8"), ("1", "7"), ("0", "O"), ("−", "–"), (".", ","), (".", "·"), ("З", "3"), ("й", "и"))
    for weight in WEIGHTS:
        assert [pair for pair in pairs if alike(*pair, weight)] == []
        assert alike("A", "А", weight)


NAMED = {"IBM-Plex-Sans": 400, "IBM-Plex-Sans-Light": 300, "IBM-Plex-Sans-Semi-Bold": 600}
ROUNDED = 2
"""Font units, of a thousand to the em, that instancing may round away."""


@cache
def outline(weight: int, sign: str) -> Ink:
    """The points of a character's outline in the font file, at one weight."""
    return points(source(), source().getBestCmap()[ord(sign)], {"wght": weight, "wdth": 100})


@cache
def source() -> TTFont:
    return TTFont(resources.font())


def points(font: TTFont, name: str, place: dict[str, float] | None = None) -> Ink:
    glyphs = font.getGlyphSet(location=place)
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    return np.array([point for _, arguments in pen.value for point in arguments if point is not None], dtype=float)


def embedded(path: Path) -> dict[str, tuple[TTFont, dict[int, str]]]:
    """The fonts of a report by name, each with the text that its glyphs stand for."""
    found: dict[str, tuple[TTFont, dict[int, str]]] = {}
    for sheet in PdfReader(path).pages:
        for font in sheet["/Resources"].get("/Font", {}).values():
            known = font.get_object()
            inside = known["/DescendantFonts"][0].get_object()
            name = str(inside["/BaseFont"]).partition("+")[2]
            if name not in found:
                file = inside["/FontDescriptor"].get_object()["/FontFile2"].get_object().get_data()
                map = known["/ToUnicode"].get_object().get_data().decode("ascii")
                pairs = re.findall(r"^<([0-9a-f]+)> <([0-9a-f]+)>$", map, re.MULTILINE)
                said = {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
                found[name] = TTFont(io.BytesIO(file)), said
    return found


def test_each_glyph_of_a_report_has_the_outline_of_the_character_it_is_read_as(
    editions: Callable[..., Path],
) -> None:
    compared = 0
    for family, (font, said) in embedded(editions("ru", "pdf") / "review.pdf").items():
        order, weight = font.getGlyphOrder(), NAMED[family]
        for glyph, sign in said.items():
            if glyph == 0 or len(sign) != 1:  # no character; a ligature, or the sign that stands for a name cut short
                continue
            mine, theirs = points(font, order[glyph]), outline(weight, sign)
            assert mine.shape == theirs.shape, (family, sign)
            assert not mine.size or np.abs(mine - theirs).max() <= ROUNDED, (family, sign)
            compared += 1
    assert compared > 150
