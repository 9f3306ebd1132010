"""How much room a chart's text takes, and where labels can stand without touching each other.

Everything here is in points from the lower left corner of the picture, as matplotlib's display
coordinates are at 72 dots an inch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from matplotlib.font_manager import get_font
from matplotlib.ft2font import FT2Font

from portfolio_review.exhibits import notation, resources

BOLD = 1.06
"""Semi-bold letters are at most so much wider than regular ones, by which the font is measured."""
LINE = notation.LABEL_PT * 1.25
"""Height of one line of text."""
ELLIPSIS = "…"
SIDES = ((1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))
"""Where a label is tried around its point: right and left first."""
DISTANCES = (4.0, 8.0, 12.0, 17.0, 23.0, 30.0, 38.0, 48.0, 60.0)


def _font() -> FT2Font:
    """The font, shared with matplotlib's own drawing, which sets other sizes."""
    font = get_font(str(resources.font()))
    font.set_size(notation.LABEL_PT, 72)
    return font


@cache
def width(text: str, *, bold: bool = False) -> float:
    """Width of one line of text in points."""
    font = _font()
    font.set_text(_known(text))
    return float(font.get_width_height()[0]) / 64 * (BOLD if bold else 1)


def _known(text: str) -> str:
    """Letters that our font lacks are measured as the widest that it has: another font draws them."""
    letters = _font().get_charmap()
    return "".join(letter if ord(letter) in letters else "W" for letter in text)


def shortened(text: str, room: float, *, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it is wider than `room` points: before what stands in brackets at its end,
    as the id of a client whose name others have, where that takes no more than half of the room."""
    if width(text, bold=bold) <= room:
        return text
    name, bracket, rest = text.rpartition(" (")
    end = f"{ELLIPSIS}{bracket}{rest}" if name and text.endswith(")") else ELLIPSIS
    if end == ELLIPSIS or width(end, bold=bold) > room / 2:
        name, end = text, ELLIPSIS
    low, high = 0, len(name)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width(name[:middle].rstrip() + end, bold=bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return name[:low].rstrip() + end


@dataclass(frozen=True)
class Box:
    """A rectangle: left, bottom, right, top."""

    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def within(self, other: Box) -> bool:
        return other.x0 <= self.x0 and self.x1 <= other.x1 and other.y0 <= self.y0 and self.y1 <= other.y1


@dataclass(frozen=True)
class Place:
    """Where a label stands: its box, and the point it belongs to."""

    text: str
    box: Box
    x: float
    y: float

    @property
    def leader(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The line from the point to the label's edge where they stand so far apart that one must join them."""
        x = min(max(self.x, self.box.x0), self.box.x1)
        y = min(max(self.y, self.box.y0 + 2), self.box.y1 - 2)
        return ((self.x, self.y), (x, y)) if math.hypot(x - self.x, y - self.y) > DISTANCES[1] else None

    def crosses(self, box: Box) -> bool:
        """Whether the leader runs through `box`; its own end does not count."""
        if self.leader is None:
            return False
        (x0, y0), (x1, y1) = self.leader
        steps = max(2, int(math.hypot(x1 - x0, y1 - y0)))
        return any(
            box.x0 < x0 + (x1 - x0) * part / steps < box.x1 and box.y0 < y0 + (y1 - y0) * part / steps < box.y1
            for part in range(steps)
        )


def places(
    wanted: Sequence[tuple[str, float, float]], frame: Box, taken: Iterable[Box] = (), *, bold: bool = False
) -> list[Place]:
    """A place inside `frame` for each (text, x, y) that touches nothing `taken`, no other label and no leader.

    The first wanted is the first served. One for which there is no place is left out: the table beside the picture
    has it.
    """
    full, found = list(taken), list[Place]()
    for text, x, y in wanted:
        place = _place(text, (x, y), width(text, bold=bold) + 1, frame, full, found)
        if place is not None:
            found.append(place)
            full.append(place.box)
    return found


def _place(
    text: str, spot: tuple[float, float], long: float, frame: Box, full: Sequence[Box], found: Sequence[Place]
) -> Place | None:
    for box in _tries(*spot, long):
        if not box.within(frame) or any(box.meets(other) for other in full):
            continue
        place = Place(text, box, *spot)
        if not any(place.crosses(other.box) or other.crosses(box) for other in found):
            return place
    return None


def _tries(x: float, y: float, long: float) -> Iterable[Box]:
    for far in DISTANCES:
        for right, up in SIDES:
            left = x + far if right > 0 else x - far - long if right < 0 else x - long / 2
            level = y + up * (far + LINE / 2 if right == 0 else far)
            yield Box(left, level - LINE / 2, left + long, level + LINE / 2)
