"""Every recorded chart can be drawn again in the other language, from what is recorded alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import made_results
import pytest

from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import redraw
from portfolio_review.rendering.redraw import DRAWN_FROM
from portfolio_review.results.contract import Results

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
RU = Wording("ru", "GBP")


def recorded() -> set[str]:
    """The ids of the charts that the notebooks record."""
    source = "".join(
        "".join(cell["source"])
        for path in sorted(NOTEBOOKS.glob("*.ipynb"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    )
    return set(re.findall(r'record\.chart\(\s*"([^"]+)"', source))


@pytest.fixture(scope="module")
def results() -> Results:
    return made_results.results("en")


def test_every_chart_of_the_notebooks_can_be_drawn_again() -> None:
    assert recorded() == set(DRAWN_FROM)


def test_the_other_language_has_every_chart_whose_table_is_there(results: Results) -> None:
    drawn = redraw.charts(results, RU)
    assert set(drawn) == set(results.charts)
    assert len(drawn) >= 9
    for id, chart in drawn.items():
        assert re.search("[а-яё]", chart.alt), id
        assert chart.source == results.charts[id].source


def test_the_own_language_keeps_the_pictures(results: Results) -> None:
    assert redraw.charts(results, Wording("en", "GBP")) is results.charts


def test_a_chart_without_its_table_is_left_out(results: Results) -> None:
    tables = {id: table for id, table in results.tables.items() if id != "structure.pareto_curve"}
    fewer = Results(results.review, results.figures, tables, results.charts, (), ())
    assert set(results.charts) - set(redraw.charts(fewer, RU)) == {"structure.pareto"}


def test_drawn_again_in_the_same_language_it_is_the_same_picture(results: Results) -> None:
    known, words = redraw.Known(results), Wording("en", "GBP")
    for id in ("structure.pareto", "retention.survival.curve", "risk.matrix.picture", "headline.trend.variance"):
        assert DRAWN_FROM[id][1](known, words).svg == results.charts[id].svg
