"""Notebooks as HTML for reviewers: code and anchors stay, everything that could run or fetch goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import made_notebooks
import pytest

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand, notebooks

Editions = Callable[..., Path]


@pytest.fixture(scope="module")
def page(editions: Editions) -> str:
    return (editions("en", "html") / "notebooks" / "04_retention.html").read_text("utf-8")


def test_nothing_runs_and_nothing_is_fetched(page: str) -> None:
    bare = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|javascript:|<script|<iframe|<link|<image", bare)
    assert not re.search(r"<[^>]*\s(on\w+|style)=", bare)
    assert re.findall(r'\bsrc="([^"]*)"', bare) == ["data:image/png;base64,iVBORw0KGgo="]
    assert "default-src 'none'" in bare


def test_code_outputs_and_anchors_stay(page: str) -> None:
    assert 'id="cell-load"' in page
    assert "cell-empty" not in page
    assert "&lt;script&gt;alert(10)&lt;/script&gt;" in page
    assert "kept" in page
    assert "a chart" in page
    assert '<path d="M 0 0 L 10 10" fill="#404040">' in page
    assert "alert(4)" not in page
    assert "alert(7)" in page
    assert "&lt;script&gt;alert(7)" in page


def test_records_for_programs_are_hidden(page: str) -> None:
    assert "vnd.portfolio-review" not in page
    assert "secret" not in page


def test_checks_are_summed_up_at_the_top_failed_first(page: str) -> None:
    assert "1 of 2 checks of this notebook passed" in page
    listed = re.findall(r'<li[^>]*>(?:<b>FAILED</b> )?<a href="#cell-load">[^<]+</a> <code>(\w+)</code>', page)
    assert listed == ["units_add_up", "bridge_closes"]
    assert page.index("<b>FAILED</b>") < page.index("Passed checks") < page.index("<main")
    assert "&lt;script&gt;alert(3)" in page


def test_findings_and_contents_lead_to_their_cells(page: str) -> None:
    assert '<li><a href="#cell-load">Lost: &lt;b&gt;51&lt;/b&gt; clients</a></li>' in page
    assert '<li><a href="#cell-rates">Rates between W0 and W1</a></li>' in page
    assert 'id="cell-rates"' in page


def test_each_notebook_leads_to_the_others_and_to_the_report(page: str) -> None:
    (beside,) = re.findall(r'<ul class="beside">(.*?)</ul>', page, flags=re.DOTALL)
    assert re.findall(r'href="([^"]+)"', beside) == [
        "../review.html", *(f"{name}.html" for name in made_notebooks.NAMES if name != "04_retention")
    ]  # fmt: skip
    assert '<b aria-current="page">04_retention</b>' in beside


def test_what_stands_around_the_notebook_is_in_the_language_of_the_review(editions: Editions) -> None:
    page = (editions("ru", "html") / "notebooks" / "04_retention.html").read_text("utf-8")
    assert "Пройдено проверок этого блокнота: 1 из 2" in page


def test_a_file_that_is_no_notebook_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{}", encoding="utf-8")
    with pytest.raises(RenderingError, match=r"broken\.ipynb cannot be read as a notebook"):
        notebooks.page(broken, Wording("en", "GBP"), brand.load(None))
