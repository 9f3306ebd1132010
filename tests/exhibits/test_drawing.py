"""Every recorded chart is drawn from what is recorded alone, in either language."""

from __future__ import annotations

import json
import re
from pathlib import Path

import made_results
import pytest

from portfolio_review.exhibits.drawing import DRAWN_FROM, drawn
from portfolio_review.exhibits.wording import Wording
from portfolio_review.results.contract import Results

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
EN, RU = Wording("en", "GBP"), Wording("ru", "GBP")


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


def test_every_chart_of_the_notebooks_can_be_drawn() -> None:
    assert recorded() == set(DRAWN_FROM)


def test_every_chart_whose_table_is_there_is_drawn_in_either_language(results: Results) -> None:
    for id in results.charts:
        russian, english = drawn(id, results, RU), drawn(id, results, EN)
        assert russian is not None, id
        assert english is not None, id
        assert re.search("[а-яё]", russian.alt), id
        assert not re.search("[а-яё]", english.svg + english.alt), id
    assert len(results.charts) >= 8


def test_a_chart_without_its_table_is_left_out(results: Results) -> None:
    tables = {id: table for id, table in results.tables.items() if id != "structure.pareto_curve"}
    fewer = Results(results.review, results.figures, tables, results.charts, (), ())
    assert [id for id in results.charts if drawn(id, fewer, EN) is None] == ["structure.pareto"]
    assert drawn("bridge.waterfall", results, EN) is None  # declared by a review of an older version
