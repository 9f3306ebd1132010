"""Widths of text, and labels that keep apart."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from portfolio_review.exhibits.measure import Box, places, shortened, width

FRAME = Box(0, 0, 300, 200)
SPOTS = st.lists(st.tuples(st.text(min_size=1, max_size=30), st.floats(0, 300), st.floats(0, 200)), max_size=8)


def test_width_grows_with_text_and_weight() -> None:
    assert 0 == width("") < width("i") < width("iW")
    assert width("Total", bold=True) > width("Total")


def test_letters_that_the_font_lacks_have_a_width() -> None:
    assert width("日本") == width("WW")


@given(st.text(max_size=80), st.floats(20, 200))
def test_a_shortened_text_fits_and_begins_alike(text: str, room: float) -> None:
    short = shortened(text, room)
    assert width(short) <= room
    assert short == text or text.startswith(short[:-1])


@given(SPOTS)
def test_labels_stand_inside_and_apart(wanted: list[tuple[str, float, float]]) -> None:
    taken = Box(100, 80, 160, 120)
    found = places(wanted, FRAME, [taken])
    assert all(place.box.within(FRAME) and not place.box.meets(taken) for place in found)
    assert not any(one.box.meets(other.box) for one, other in combinations(found, 2))


def test_a_label_far_from_its_point_has_a_leader() -> None:
    (near,) = places([("Name", 50, 100)], FRAME)
    assert near.leader is None
    (far,) = places([("Name", 50, 100)], FRAME, [Box(30, 85, 90, 115)])
    assert far.leader is not None
    assert far.leader[0] == (50, 100)


def test_one_without_a_place_is_left_out() -> None:
    assert places([("Name", 50, 100)], FRAME, [FRAME]) == []
