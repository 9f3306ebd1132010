"""Formulas of a notebook's text as MathML: drawn by the browser, numbered, harmless."""

import pytest
from markupsafe import Markup, escape
from nbconvert.filters import markdown2html

from portfolio_review.rendering.mathml import with_formulas
from portfolio_review.rendering.notebooks import sanitised


def read(text: str) -> Markup:
    return sanitised(markdown2html(text))


def test_a_block_has_its_number_beside_it() -> None:
    html = with_formulas("before\n\n$$c_i = \\frac{r_i}{T} \\tag{2}$$\n\nafter", read)
    assert '<math display="block"><mrow><msub><mi>c</mi><mi>i</mi></msub><mo>=</mo><mfrac>' in html
    assert '<span class="number">(2)</span>' in html
    assert html.startswith("<p>before</p>")
    assert "<p>after</p>" in html
    assert "$" not in html


def test_a_formula_in_a_line_and_amounts_of_money_that_are_none() -> None:
    html = with_formulas("costs $5 and $6, with $x_{(k)}$ of *n*", read)
    assert "costs $5 and $6, with <math" in html
    assert "<em>n</em>" in html


@pytest.mark.parametrize("text", ["$$a_b_c$$", "$$\\begin{matrix}$$"])
def test_what_cannot_be_read_stays_as_written(text: str) -> None:
    assert f"<code>{escape(text.strip('$'))}</code>" in with_formulas(text, read)


def test_nothing_foreign_comes_through_a_formula() -> None:
    html = with_formulas("$$\\text{<script>alert(1)</script>} \\href{javascript:alert(2)}{x}$$ \u29830\u2984", read)
    assert "<script" not in html
    assert "href" not in html
    assert html.count("<math") <= 1
