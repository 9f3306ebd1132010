"""The page of definitions: two pages of paper at most, values under another convention, all of them on a screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import made_results
import page_fill
import pytest
from pypdf import PdfReader

from portfolio_review import glyphs
from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import undefined
from portfolio_review.rendering.pages import definitions
from portfolio_review.rendering.pages.view import Text
from portfolio_review.rendering.report import Report

Editions = Callable[..., Path]


def report(language: str = "en", *, screen: bool = False) -> Report:
    """A report that has printed every figure it holds."""
    results = made_results.results(language)
    made = Report(results, Wording.of(results.review), made_results.CONTEXT, screen=screen)
    made.used.update(dict.fromkeys(results.figures))
    return made


def paragraphs(made: Report) -> list[str]:
    blocks = [block for row in definitions.view(made).rows for column in row.columns for block in column.blocks]
    assert all(isinstance(block, Text) for block in blocks)
    return [str(line.striptags()) for block in blocks for line in block.paragraphs]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["en", "ru"])
def test_definitions_take_two_pages_at_most(editions: Editions, name: str) -> None:
    path = editions(name, "pdf") / "review.pdf"
    reader = PdfReader(path)
    last = [entry for entry in reader.outline if not isinstance(entry, list)][-1]
    begun = reader.get_destination_page_number(last)
    # they begin below the page before them: what they take of the first sheet, of those between, and of the last
    top, margin = float(reader.pages[begun].mediabox.height), page_fill.MARGINS_MM[1] * 72 / 25.4
    before = (top - margin - float(last["/Top"])) / (top - 2 * margin)
    assert len(reader.pages) - 1 - begun - before + page_fill.last_depth(path) <= 2


def test_another_convention_stands_beside_the_figure() -> None:
    made = report()
    still = made.wording.numbers.percent(made.number("retention.still_buying_rate") or 0)
    line = next(line for line in paragraphs(made) if line.startswith("Client retention rate "))
    assert f"Otherwise: {still} of those still buying at the end" in line


def test_the_other_splits_stand_beside_the_effects() -> None:
    made = report()
    columns = ("reading", "factor", "shapley", "lmdi", "sequential")
    splits = replace(made.results.tables["structure.largest"], columns=columns, count=1,
                     rows=(("orders", "V", -311_000.0, -312_000.0, -299_000.0),))  # fmt: skip
    made = replace(made, results=replace(made.results, tables={**made.results.tables, "drivers.splits": splits}))
    line = next(line for line in paragraphs(made) if line.startswith("Effect of order value "))
    assert line.endswith("Otherwise: −£312k by logarithms; −£299k one factor after another")


def test_figures_that_stand_beside_another_are_defined_too() -> None:
    made = report()
    made.used.clear()
    made.used["retention.client_retention_rate"] = None
    assert any(line.startswith("Still buying ") for line in paragraphs(made))


def test_conventions_are_of_one_unit() -> None:
    for id, others in definitions.OTHERWISE.items():
        for other, _ in others:
            assert CATALOG[other].unit == CATALOG[id].unit, (id, other)


def test_paper_names_figures_and_a_screen_gives_their_ids() -> None:
    made = report()
    made.used.clear()
    made.used["risk.overdue_share"] = None
    (paper,) = paragraphs(made)
    assert paper.endswith("Overdue receivables / Receivables")
    (row,) = definitions.view(report(screen=True)).rows
    table = row.columns[0].blocks[0]
    shown = {one.key: one for one in table.rows}  # type: ignore[union-attr]
    assert set(shown) == {id for id in made_results.results().figures if id in CATALOG}
    assert shown["risk.overdue_share"].cells[2].startswith("risk.overdue / risk.receivables")


def test_what_has_no_room_on_paper_is_counted_and_those_with_two_values_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two_values = [line for line in paragraphs(report()) if "Otherwise" in line]
    monkeypatch.setattr(definitions, "ROOM", 72.0)
    lines, known = paragraphs(report()), len(made_results.results().figures.keys() & CATALOG.keys())
    assert lines[-1] == f"{known - len(lines) + 1} more, in the HTML and in the workbook"
    assert [line for line in lines if "Otherwise" in line] == two_values


def test_lines_are_counted_in_the_width_of_the_font() -> None:
    # a zero of IBM Plex Sans is 0.6 times as wide as high: 8 of them, and a blank of 0.26, are 5.06
    assert glyphs.lines("0000 0000", 5.1) == 1
    assert glyphs.lines("0000 0000", 5.0) == 2
    assert glyphs.lines("00000000000", 3.0) == 3  # a word longer than a line: 11 times 0.6 fill two and begin another


def test_a_figure_without_a_value_says_why() -> None:
    base = made_results.results()
    results = replace(
        base, figures={**base.figures, "structure.gini": made_results.figure("structure.gini", undefined("no client"))}
    )
    made = Report(results, Wording.of(results.review), made_results.CONTEXT)
    made.used["structure.gini"] = None
    assert re.search(r"^Gini coefficient n/a .* n/a: ", paragraphs(made)[0])
