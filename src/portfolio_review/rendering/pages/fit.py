"""Which pages of the PDF begin on the sheet of the page before: those that fit, or that fill a half-empty one.

Heights are estimates in millimetres, by the type sizes of print.css. Where one is wrong a row stands on the next sheet;
nothing is cut or hidden by it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from portfolio_review.rendering.pages.view import Block, Chart, Column, Matrix, MatrixCell, RowOf, Text, View
from portfolio_review.rendering.tables import Made

SHEET, WIDTH = 182.0, 267.0
"""The type area of a sheet, mm."""
FOLLOWING = ("strategic", "actions", "ledger", "trust")
"""Pages that may begin below another; those whose main picture needs a sheet do not."""
BREAK = "newpage"
HALF = 0.5
_LINE, _SMALL, _ROW, _DENSE = 3.7, 3.35, 4.55, 3.7
_LETTER, _SMALL_LETTER, _LARGE_LETTER = 1.5, 1.32, 2.7
_GAP, _BLOCK, _JOIN = 4.0, 2.5, 10.0
_NEARLY = 1.04
_SCALE = 0.85
"""What rows took of the sum of their lines on the reviews of the sample and of four real companies: 0.85 to 0.95."""


def joined(views: Sequence[View]) -> list[View]:
    """The pages in their order; those that begin on the sheet of the page before are marked.

    One that fits begins there; so does one that fills a sheet of which less than half is used, and goes on on the next.
    A page made by hand (page one, dossiers) has a sheet of its own.
    """
    made: list[View] = []
    used = SHEET
    for view in views:
        if view.data or view.missing:
            made.append(view)
            used = SHEET
            continue
        rows = [(one, _row(one)) for one in view.rows if one.columns]
        foot = _lines(view.foot, WIDTH, _SMALL_LETTER) * 3.2
        head = _lines(view.message, WIDTH * 0.92, _LARGE_LETTER) * 6.4 + 6.0
        whole = head + sum(height for _, height in rows) + foot
        left = SHEET - used - _JOIN
        begins = view.id in FOLLOWING and bool(rows) and left >= head + rows[0][1]
        if begins and (whole <= left or used < HALF * SHEET):
            made.append(
                replace(view, css=f"{view.css} joined", rows=tuple(RowOf(one.columns, "together") for one, _ in rows))
            )
            used = _used(used + _JOIN + head, rows) + foot
        else:
            made.append(view)
            used = _used(head, rows) + foot
    return made


def _used(used: float, rows: Sequence[tuple[RowOf, float]]) -> float:
    """What is used of the last sheet when rows of these heights follow what is used of the first."""
    for one, height in rows:
        fits = one.css != BREAK and used + height <= SHEET * _NEARLY
        used = used + height if fits else min(height, SHEET)
    return used


def _row(of: RowOf) -> float:
    return _SCALE * max(_column(one) for one in of.columns) + _GAP


def _column(of: Column) -> float:
    width = WIDTH * of.width / 12 - 5
    return sum(_block(block, width) for block in of.blocks) + _BLOCK * (len(of.blocks) - 1)


def _block(block: Block, width: float) -> float:
    head = 4.2 * _lines(block.title, width, 1.8) + _SMALL * _lines(block.sub, width, _SMALL_LETTER) + 1.1
    if isinstance(block, Made):
        return head + _table(block, width)
    if isinstance(block, Matrix):
        each = (width - block.head_width) / max(len(block.columns), 1)
        return head + 5 + sum(_cells(cells, each) for _, cells in block.rows)
    if isinstance(block, Chart):
        return head + _picture(block.svg, width)
    if isinstance(block, Text):
        return head + _SMALL * sum(_lines(one, width, _SMALL_LETTER) for one in block.paragraphs)
    return SHEET / 2


def _table(table: Made, width: float) -> float:
    given = [column.width or 0.0 for column in table.columns]
    free = max(width - sum(given), 10.0) / max(given.count(0.0), 1)
    widths = [of or free for of in given]
    tall = 6.9 if "steps" in table.css else _DENSE if "dense" in table.css else _ROW
    letter = _SMALL_LETTER if "dense" in table.css else _LETTER
    height = 1.6 + 3.2 * max((_lines(head, of, 1.3) for head, of in zip(table.heads, widths, strict=True)), default=1)
    for row in table.rows:
        spanned = [sum(widths[: row.span]), *widths[row.span :]]
        most = max((_lines(cell, of, letter) for cell, of in zip(row.cells, spanned, strict=True)), default=1)
        height += max(tall, tall + (most - 1) * _LINE) + (3.1 if row.below else 0.0)
    return height + (_SMALL * _lines(table.note, width, _SMALL_LETTER) + 1 if table.note else 0.0)


def _cells(cells: Sequence[MatrixCell], width: float) -> float:
    """The height of a line of a matrix of columns so wide: money that does not fit beside a count is below it."""
    return 6.2 + max((
        _SMALL * (bool(one.bar or one.money) + bool(one.under) + (4.0 + _wide(one) > width)) for one in cells
    ), default=0.0)  # fmt: skip


def _wide(cell: MatrixCell) -> float:
    return 2.1 * len(str(cell.count)) + _SMALL_LETTER * len(str(cell.aside))


def _picture(svg: Markup, width: float) -> float:
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
    return width * float(box[2]) / float(box[1]) if box else SHEET / 2


def _lines(text: Markup | str, width: float, letter: float) -> int:
    """How many lines a text takes; none where it is empty."""
    plain = re.sub(r"<svg.*?</svg>|<[^>]*>", "", str(text), flags=re.DOTALL)
    return math.ceil(len(plain.strip()) * letter / max(width, 1.0))


__all__ = ["joined"]
