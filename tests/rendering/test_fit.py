"""Which pages of the PDF begin on the sheet of the page before, on pages of sentences whose height is plain to see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markupsafe import Markup

from portfolio_review.rendering.pages import fit
from portfolio_review.rendering.pages.view import Text, View, column, row


def page(id: str, *rows: int, **more: object) -> View:
    """A page of rows of so many short lines: 3.35 mm each, by 0.85, and 4 mm between."""
    made = tuple(row(column(12, Text(paragraphs=("word",) * lines))) for lines in rows)
    return View(id=id, title=id, message=Markup("A message"), line=Markup("line"), rows=made, **more)  # type: ignore[arg-type]


def joins(*views: View) -> list[bool]:
    return ["joined" in view.css for view in fit.joined(views)]


def test_what_fits_begins_below_and_what_does_not_on_a_sheet_of_its_own() -> None:
    # 30 lines take about 90 mm of 182, 15 about 47
    assert joins(page("actions", 30), page("trust", 15)) == [False, True]
    assert joins(page("actions", 50), page("trust", 15)) == [False, False]


def test_a_sheet_of_which_little_is_used_is_filled_and_rows_are_kept_together() -> None:
    views = fit.joined([page("strategic", 5), page("actions", 20, 40)])
    assert "joined" in views[1].css
    assert [one.css for one in views[1].rows] == ["together", "together"]


def test_a_row_that_begins_a_sheet_is_counted_from_its_top() -> None:
    # 45 lines on the second sheet take about 130 mm: too much for another page below them
    first = page("strategic", 5, 45)
    broken = replace(first, rows=(first.rows[0], replace(first.rows[1], css=fit.BREAK)))
    assert joins(broken, page("actions", 20)) == [False, False]


def test_pages_by_hand_and_pages_of_one_picture_have_a_sheet_of_their_own() -> None:
    assert joins(page("summary", 1, data={"any": 1}), page("trust", 1)) == [False, False]
    assert joins(page("structure", 5), page("migration", 5)) == [False, False]


@pytest.mark.parametrize("id", fit.FOLLOWING)
def test_pages_that_may_follow_are_pages(id: str) -> None:
    from portfolio_review.rendering.pages import PAGES

    assert id in PAGES
