"""One home for the notation: style sheets take it, contrast is computed from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portfolio_review.exhibits import notation, resources
from portfolio_review.rendering.brand import contrast

SHEETS = ("print.css", "screen.css", "notebook/notebook.css", "portal/portal.css")


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_style_sheet_has_a_colour_of_its_own(sheet: str) -> None:
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", resources.read(sheet))) <= {"#fff"}


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_sheets_use_only_known_tokens(sheet: str) -> None:
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", resources.read(sheet)))
    assert used <= {*notation.TOKENS, "accent"}


@pytest.mark.parametrize("colour", [notation.INK, notation.INK_2, notation.FAVOURABLE, notation.UNFAVOURABLE])
def test_text_has_contrast(colour: str) -> None:
    assert contrast(colour, notation.PAPER) >= 4.5


@pytest.mark.parametrize("colour", [notation.ACTUAL, notation.PREVIOUS_YEAR])
def test_graphics_have_contrast(colour: str) -> None:
    assert contrast(colour, notation.PAPER) >= 3


@pytest.mark.parametrize("step", range(notation.HEAT_STEPS + 1))
def test_ink_is_legible_on_every_step_of_the_heat_scale(step: int) -> None:
    assert contrast(notation.INK, notation.heat_colour(step)) >= 4.5


def test_grey_text_is_legible_on_the_wash() -> None:
    assert contrast(notation.INK_2, notation.WASH) >= 4.5


def test_colour_follows_polarity_not_sign() -> None:
    assert notation.variance_colour(1, 1) == notation.FAVOURABLE
    assert notation.variance_colour(1, -1) == notation.UNFAVOURABLE
    assert notation.variance_colour(0) == notation.INK_2


SOURCES = Path(notation.__file__).parents[1]
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b|(?:color|colour|facecolor|edgecolor)=[\"'][a-z]{3,}[\"']")


def test_no_module_has_a_colour_of_its_own() -> None:
    homes = {Path(notation.__file__), SOURCES / "rendering" / "brand.py"}
    typed = {
        f"{path.name}: {colour}"
        for path in SOURCES.rglob("*.py") if path not in homes
        for colour in COLOUR.findall(path.read_text("utf-8")) if '"none"' not in colour
    }  # fmt: skip
    assert typed == set()


def test_no_template_has_a_colour_of_its_own() -> None:
    for path in resources.templates().rglob("*.j2"):
        assert not re.findall(r"(?:fill|stroke|color|background)\s*[=:]\s*[\"']?\s*#", path.read_text("utf-8")), path


def test_table_heads_follow_the_scenarios_of_the_charts() -> None:
    css = notation.css_tokens("#123456")
    for name, scenario in notation.SCENARIOS.items():
        rule = re.search(rf"thead th\.{name}\{{([^}}]*)\}}", css)
        assert rule is not None
        assert (scenario.hatch or scenario.edge or scenario.fill) in rule[1]
    assert "double" in notation.SCENARIOS["pl"].head
    assert "repeating-linear-gradient" in notation.SCENARIOS["fc"].head


def test_the_four_scenarios_differ_without_colour() -> None:
    looks = {(bool(of.hatch), bool(of.fill), bool(of.edge)) for of in notation.SCENARIOS.values()}
    assert len(looks) == 3
    # actual and previous year are both solid: their greys stay apart in print
    assert contrast(notation.ACTUAL, notation.PREVIOUS_YEAR) >= 3
