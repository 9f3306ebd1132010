"""Which characters the report's own font can draw: nothing that is printed depends on the fonts of a machine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from portfolio_review import resources

_UNSEEN = frozenset([0x09, 0x0A, 0x0D, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
                     *range(0x2066, 0x206A), *range(0xFE00, 0xFE10), 0xFEFF])  # fmt: skip
"""Characters of which nothing is drawn."""


@cache
def drawn() -> frozenset[int]:
    """The code points of the packaged font, and those of which nothing is drawn."""
    from fontTools.ttLib import TTFont

    with TTFont(resources.font(), lazy=True) as font:
        return _UNSEEN | frozenset(font.getBestCmap())


@cache
def ranges() -> tuple[tuple[int, int], ...]:
    """The same as ranges from first to last, in order."""
    found: list[tuple[int, int]] = []
    for code in sorted(drawn()):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return tuple(found)


def lacking(text: str) -> set[int]:
    """The code points of `text` that cannot be drawn."""
    return {code for code in map(ord, set(text)) if code > 0x7E and code not in drawn()}


@cache
def _advances() -> Mapping[int, float]:
    """How wide each character is, in parts of the size of the type."""
    from fontTools.ttLib import TTFont

    with TTFont(resources.font(), lazy=True) as font:
        widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[name][0] / em for code, name in font.getBestCmap().items()}


def lines(text: str, room: float) -> int:
    """How many lines `text` takes where a line is `room` times as wide as the type is high."""
    advances, count, at = _advances(), 1, 0.0
    for word in text.split(" "):
        width = sum(advances.get(ord(letter), 0.5) for letter in word)
        if at and at + width > room:
            count, at = count + 1, 0.0
        count += int(width // room)
        at += width % room + advances[0x20]
    return count
