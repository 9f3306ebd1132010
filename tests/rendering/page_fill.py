"""How much of each page of a PDF is blank: the share of a grid over the type area without ink."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLUMNS, ROWS = 24, 16
DPI = 40
MARGINS_MM = (15, 14)
"""Beside, and above and below: what lies in them (running heads, page numbers) is no part of the type area."""
PAPER = 250
"""Grey values above this are paper."""
HALF = 0.5


def blank_shares(path: Path) -> list[float]:
    """Of each page the share (0 to 1) of the grid's cells in which nothing is printed."""
    return [blank_share(sheet) for sheet in _sheets(path)]


def last_depth(path: Path) -> float:
    """How far down the type area of the last page something is printed, as a share (0 to 1) of its height."""
    rows = _ink(_sheets(path)[-1]).any(axis=1)
    return float(np.flatnonzero(rows)[-1] + 1) / len(rows) if rows.any() else 0.0


def _sheets(path: Path) -> list[Image.Image]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", path, f"{folder}/page"], check=True)
        return [Image.open(sheet).convert("L") for sheet in sorted(Path(folder).glob("page*.png"))]


def _ink(sheet: Image.Image) -> NDArray[np.bool_]:
    beside, above = (round(margin / 25.4 * DPI) for margin in MARGINS_MM)
    return np.asarray(sheet)[above:-above, beside:-beside] < PAPER


def blank_share(sheet: Image.Image) -> float:
    """The share of one page, given as a grey picture of `DPI`."""
    ink = _ink(sheet)
    cells = [cell for band in np.array_split(ink, ROWS, axis=0) for cell in np.array_split(band, COLUMNS, axis=1)]
    return sum(not cell.any() for cell in cells) / len(cells)


def too_blank(path: Path) -> list[int]:
    """The pages (from 1) that are more than half blank, the last one aside."""
    return [number for number, share in enumerate(blank_shares(path)[:-1], 1) if share > HALF]
