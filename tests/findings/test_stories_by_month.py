"""The sample's stories over 24 months: a finding is made in every review it should be made in, and in no other.

What a review should tell follows from when the story was planted (`sample.stories`, `sample.planting`) and from the
definitions: a window needs 24 months of history (from October 2025 on), a client that buys each week is lapsed 90 days
after its last purchase.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import by_month
import pytest
from in_process import Company

from portfolio_review.findings import ranking
from portfolio_review.results.finding import Finding, Verdict

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][10:34]
WITH_WINDOW = MONTHS[MONTHS.index("2025-10") :]
"""Months whose W0 the history reaches: it starts in November 2023."""
UNITS = ("all", "Germany", "Iberia", "Benelux", "Baltics", "Central Asia", "Marine")
Told = dict[tuple[str, str], tuple[list[Finding], Verdict | None]]
"""The findings and the verdict by unit and month."""


@pytest.fixture(scope="module")
def told(company: Company) -> Told:
    found: Told = {}
    for month in MONTHS:
        found |= {(unit, month): made for unit, made in by_month.found(company, month, *UNITS).items()}
        shutil.rmtree(company.folder / f"cut-{month}")
    return found


def months(told: Told, unit: str, id: str, holds: Callable[[Finding], bool] = lambda _: True) -> list[str]:
    return [month for month in MONTHS if any(one.id == id and holds(one) for one in told[unit, month][0])]


def names(text: str) -> Callable[[Finding], bool]:
    return lambda finding: text in finding.text


def a_point_less(margin: Finding) -> bool:
    """Whether it says that the rate fell by a point or more, on page one."""
    rate = re.search(r"its rate −(\d+\.\d)", margin.text)
    return margin.always and rate is not None and float(rate[1]) >= 1.0


# story, unit, finding, what its sentence must hold, first month, last month
STORIES = (
    ("unit_in_decline", "Iberia", "movement.lost", "have bought nothing since", "2025-10", "2026-10"),
    ("growing_unit", "Benelux", "movement.stayed", "more than in the", "2025-10", "2026-10"),
    # the last order of the end of May 2026, lapsed 90 days after it
    ("key_client_leaving", "Germany", "movement.lost", "Brinkmann Versandhandel", "2026-08", "2026-10"),
    ("concentration", "Baltics", "structure.concentration", "Saulės Krautuvės", "2024-11", "2026-10"),
    # goods cost more since March 2026
    ("margin_turning", "Central Asia", "movement.margin", "its rate −", "2026-03", "2026-10"),
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(("story", "unit", "id", "words", "first", "last"), STORIES)
def test_a_story_is_told_in_its_months_and_in_no_other(
    story: str, unit: str, id: str, words: str, first: str, last: str, told: Told
) -> None:
    due = MONTHS[MONTHS.index(first) : MONTHS.index(last) + 1]
    found = months(told, unit, id, lambda one: words in one.text and (id != "movement.margin" or a_point_less(one)))
    assert found == due, story


@pytest.mark.long
def test_whenever_a_target_is_missed_page_one_tells_it_with_the_word_of_its_level(told: Told) -> None:
    missed = 0
    for place, (found, said) in told.items():
        first = ranking.first_page(found)
        assert said is not None
        for one in found:
            if one.id == "headline.target" and one.always:
                missed += 1
                assert one in first.changes, place
                assert said.level is None or f"({said.level})" in one.text, place
                assert "below its target" in said.text, place
        assert "below its target" not in said.text or any(one.always and one.theme == "target" for one in found), place
    assert missed > 50


@pytest.mark.long
def test_margin_stands_on_page_one_when_it_moves_otherwise_and_then_in_the_verdict_too(told: Told) -> None:
    for place, (found, said) in told.items():
        margin = next((one for one in found if one.id == "movement.margin"), None)
        assert said is not None
        if margin is not None and margin.always:
            assert margin in ranking.first_page(found).changes, place
            assert "; margin " in said.text, place


@pytest.mark.long
def test_the_tiny_unit_is_quiet_in_every_month(told: Told) -> None:
    for id in ("lost", "new", "returned"):
        assert months(told, "Marine", f"movement.{id}") == []


@pytest.mark.long
def test_no_unit_is_said_to_have_lost_or_won_before_its_windows_are_known(told: Told) -> None:
    for unit in UNITS:
        for id in ("lost", "new", "returned", "stayed", "margin"):
            assert set(months(told, unit, f"movement.{id}")) <= set(WITH_WINDOW)
        with_window = [
            month for month in MONTHS if "the last 12 months" in (told[unit, month][1] or Verdict((), ())).text
        ]
        assert with_window == WITH_WINDOW
