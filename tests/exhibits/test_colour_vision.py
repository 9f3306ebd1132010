"""Colours that stand for opposite or paired things stay apart for every kind of colour vision, and in grey print.

Simulation: Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color vision
deficiency", IEEE TVCG 15(6), table 1, severity 1.0, on linear RGB. Difference: ΔE of CIE 1976 L*a*b*, D65.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from portfolio_review.exhibits import notation
from portfolio_review.rendering.brand import contrast

Colour = NDArray[np.float64]
MATRICES: dict[str, Colour] = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to XYZ (IEC 61966-2-1)."""
APART = 20.0
"""ΔE of solid colours that nobody takes for one another; 2.3 is just noticeable (Mahy et al. 1994)."""
APART_LIGHT = 10.0
"""ΔE of pale fills, whose meaning position and sign tell too."""


def linear(colour: str) -> Colour:
    channels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: Colour) -> Colour:
    white = TO_XYZ @ np.ones(3)
    ratio = TO_XYZ @ rgb / white
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def difference(first: str, second: str, vision: str) -> float:
    seen = [lab(np.clip(MATRICES[vision] @ linear(colour), 0, 1)) for colour in (first, second)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_measure_knows_black_from_white_and_confuses_what_the_colour_blind_confuse() -> None:
    assert difference("#000000", "#FFFFFF", "normal") == pytest.approx(100, abs=0.01)
    assert difference("#C2410C", "#C2410C", "tritanopia") == 0
    green, brown = "#5B8A00", "#A87000"  # a classic pair
    assert difference(green, brown, "deuteranopia") < 15 < difference(green, brown, "normal")
    for vision, matrix in MATRICES.items():  # greys stay grey
        assert matrix.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5), vision


@pytest.mark.parametrize("vision", MATRICES)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (notation.FAVOURABLE, notation.UNFAVOURABLE),
        (notation.ACTUAL, notation.PREVIOUS_YEAR),
        (notation.PREVIOUS_YEAR, notation.FAVOURABLE),
        (notation.PREVIOUS_YEAR, notation.UNFAVOURABLE),
        (notation.ACTUAL, notation.UNFAVOURABLE),
        (notation.ACTUAL, notation.FAVOURABLE),
    ],
)
def test_paired_colours_stay_apart(first: str, second: str, vision: str) -> None:
    assert difference(first, second, vision) >= APART


@pytest.mark.parametrize("vision", MATRICES)
def test_paired_fills_stay_apart(vision: str) -> None:
    assert difference(notation.FAVOURABLE_LIGHT, notation.UNFAVOURABLE_LIGHT, vision) >= APART_LIGHT


@pytest.mark.parametrize("colour", [notation.INK, notation.INK_2, notation.FAVOURABLE, notation.UNFAVOURABLE])
def test_code_and_marked_cells_are_legible_on_the_wash(colour: str) -> None:
    assert contrast(colour, notation.WASH) >= 4.5


@pytest.mark.parametrize(
    "fill", [notation.FAVOURABLE_LIGHT, notation.UNFAVOURABLE_LIGHT, notation.STEADY, notation.BAND]
)
def test_ink_is_legible_on_every_flow_and_band(fill: str) -> None:
    assert contrast(notation.INK, fill) >= 4.5
