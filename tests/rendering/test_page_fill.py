"""The measure of blank pages, and that no page of a hand-made report but the last is more than half blank."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import page_fill
import pytest
from PIL import Image

A4 = (round(297 / 25.4 * page_fill.DPI), round(210 / 25.4 * page_fill.DPI))


def sheet(left: float, top: float, right: float, bottom: float) -> Image.Image:
    """A white page with a black box, given in shares of its sides."""
    ink = np.full((A4[1], A4[0]), 255, dtype=np.uint8)
    ink[round(top * A4[1]) : round(bottom * A4[1]), round(left * A4[0]) : round(right * A4[0])] = 0
    return Image.fromarray(ink)


def test_a_white_page_is_blank_and_a_black_one_is_not() -> None:
    assert page_fill.blank_share(sheet(0, 0, 0, 0)) == 1.0
    assert page_fill.blank_share(sheet(0, 0, 1, 1)) == 0.0


def test_half_a_page_is_half_blank() -> None:
    """The left half of the type area: 12 of 24 columns, and the cells that the edge touches."""
    assert page_fill.blank_share(sheet(0, 0, 0.5, 1)) == pytest.approx(0.5, abs=1 / page_fill.COLUMNS)


def test_what_lies_in_the_margins_fills_nothing() -> None:
    assert page_fill.blank_share(sheet(0, 0.96, 1, 1)) == 1.0


@pytest.mark.parametrize("name", ["en", "ru"])
def test_no_page_but_the_last_is_more_than_half_blank(editions: Callable[..., Path], name: str) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    assert page_fill.too_blank(editions(name, "pdf") / "review.pdf") == []
