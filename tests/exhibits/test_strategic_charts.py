"""Charts of strategic clients: what they draw, what their words say, and that nothing in them moves."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from drawings import covered

from portfolio_review.exhibits.dumbbell import dumbbell
from portfolio_review.exhibits.history import history
from portfolio_review.exhibits.positions import positions
from portfolio_review.exhibits.wording import Wording

EN, RU = Wording("en", "EUR"), Wording("ru", "EUR")


def months(revenue: list[float], margin: list[float | None]) -> pd.DataFrame:
    names = [f"{2024 + place // 12}-{place % 12 + 1:02d}" for place in range(len(revenue))]
    return pd.DataFrame({"month": names, "revenue": revenue, "margin": margin})


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_history_says_how_the_windows_compare() -> None:
    chart = history(months([1000.0] * 12 + [1500.0] * 11 + [3000.0], [100.0] * 24), EN)
    # 12 · 1,000 before; 11 · 1,500 + 3,000 = 19,500 now: +62.5 %
    assert "19,500 in the last 12 months, 12,000 before (+62.5%)" in chart.alt
    assert "the largest month is December\u00a02025 with 3,000" in chart.alt
    assert chart.alt.endswith("margin 1,200 in the last 12 months.")
    assert "3,000" in texts(chart.svg)
    assert {"Revenue", "Margin"} <= set(texts(chart.svg))


def test_history_without_margin_shows_revenue_alone() -> None:
    chart = history(months([5.0] * 24, [None] * 24), EN)
    assert "Margin" not in texts(chart.svg)
    assert "margin" not in chart.alt


def test_a_negative_month_is_drawn_below_in_the_unfavourable_colour() -> None:
    drawn = [history(months([5.0] * 24, [value, *[2.0] * 23]), EN).svg.count("#c2410c") for value in (-1.0, 1.0)]
    assert drawn == [1, 0]


@pytest.mark.parametrize("frame", [months([], []), months([0.0], [None]), months([7.0], [1.0])])
def test_history_draws_whatever_there_is(frame: pd.DataFrame) -> None:
    assert history(frame, RU).svg.startswith("<svg")


def factor(tier: str, name: str, points: Any, market: Any = None, portfolio: Any = None) -> tuple[Any, ...]:
    return tier, name, points, market, portfolio


def profile(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["tier", "factor", "points", "market", "portfolio"])


def test_the_profile_names_every_score_and_the_widest_gap() -> None:
    chart = dumbbell(profile(factor("super-key", "number", 1, 1, 2), factor("non-key", "upkeep", 3, 5, 2)), EN)
    assert "Super-key clients: Number 1; Non-key clients: Upkeep 3" in chart.alt
    assert "the widest gap between portfolio and market: Non-key clients, Upkeep \u22123" in chart.alt


def test_a_gap_is_drawn_where_both_sides_are_scored() -> None:
    both, alone, equal = (dumbbell(profile(row), EN).svg for row in (
        factor("key", "number", 2, 2, 4), factor("key", "number", 2, 2, None), factor("key", "number", 2, 2, 2)))  # fmt: skip
    assert "#004c8c" in both
    assert "#004c8c" not in alone + equal


def test_a_profile_without_scores_is_said_to_be_empty() -> None:
    assert dumbbell(profile(factor("key", "number", None)), EN).alt == "Six-factor profile: no score to show."


def clients(*rows: tuple[Any, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["name", "score", "difficulty", "relationship_strength"])
    return frame.assign(rank=range(1, len(frame) + 1))


def test_circles_carry_the_rank_of_the_score_card() -> None:
    """A client has one number on a page: that of the score card, which may leave places out."""
    chart = positions(clients(("Alpha", 0.8, 2, 4), ("Beta", 0.7, 3, 3)).assign(rank=[7, 9]), EN)
    assert [text for text in texts(chart.svg) if text in ("7", "9", "2")][:2] == ["7", "9"]


def test_circles_are_numbered_as_the_rows_and_skip_the_unscored() -> None:
    chart = positions(clients(("Alpha", 0.8, 2, 4), ("Beta", 0.7, None, 3), ("Gamma", 0.6, 5, None)), EN)
    numbers = [text for text in texts(chart.svg) if text in ("1", "2", "3", "4", "5")]
    assert numbers == ["1", "3", "1", "2", "3", "4", "5"]  # two circles, then the axis
    assert "the highest score is Alpha" in chart.alt
    assert "Gamma: score 0.60, difficulty 5, relationship n/a" in chart.alt
    assert "Beta" not in chart.alt


def test_equal_places_stand_aside() -> None:
    def places(*scores: float) -> set[str]:
        svg = positions(clients(*((f"C{score}", score, 3, 3) for score in scores)), EN).svg
        return set(re.findall(r'"translate\(([\d.]+) [\d.]+\)"', svg))

    assert len(places(0.5, 0.5, 0.5)) == 3


@pytest.mark.parametrize("words", [EN, RU])
def test_the_same_data_give_the_same_bytes(words: Wording) -> None:
    frame = clients(("Alpha", 0.8, 2, 4))
    assert positions(frame, words).svg == positions(frame, words).svg
    assert dumbbell(profile(factor("key", "number", 2)), words) == dumbbell(profile(factor("key", "number", 2)), words)


@pytest.mark.parametrize("wide", [38, 60, 85])
def test_names_of_months_of_short_windows_do_not_lie_on_each_other(wide: float) -> None:
    svg = history(months([5.0] * 6, [None] * 6), EN, window=3, width=wide).svg
    assert covered(svg) == []
    named = [text for text in texts(svg) if "2024" in text]
    assert {"Jan\u00a02024", "Jun\u00a02024"} <= set(named)
    # a window of three months at the end of two years: its first month gives way to its last
    svg = history(months([5.0] * 24, [None] * 24), EN, window=3, width=wide).svg
    assert covered(svg) == []
    assert "Dec\u00a02025" in texts(svg)
