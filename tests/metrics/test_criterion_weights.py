"""Which criteria decide, by hand: shares of one value, weights that spread, and an earlier choice that stands."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_review.catalog import lookup
from portfolio_review.metrics.criterion_weights import CRITERIA, weigh
from portfolio_review.metrics.strategic_changes import EarlierReview
from portfolio_review.review.model import Strategic

WEIGHTS = Strategic(weights={"revenue": 0.5, "growth": 0.3, "foothold": 0.2})


def candidates(**points: list[float | None]) -> pd.DataFrame:
    """Values by criterion of ten candidates, and one client that is none."""
    made = {name: [*points.get(name, [None] * 10), 0.5] for name in CRITERIA}
    frame = pd.DataFrame({f"{name}_points": pd.Series(values, dtype=float) for name, values in made.items()})
    return frame.assign(candidate=[True] * 10 + [False])


APART: list[float | None] = [n / 9 for n in range(10)]


def alike(n: int) -> list[float | None]:
    """Ten values of which `n` are the same."""
    return [0.2] * n + [0.6 + place / 100 for place in range(10 - n)]


def row(table: pd.DataFrame, criterion: str) -> pd.Series:
    return table.set_index("criterion").loc[criterion]


def earlier(criterion: str, decided_at: float | None, left_out: bool | None) -> EarlierReview:
    rows = [(criterion, decided_at, left_out)]
    return EarlierReview({"criteria": pd.DataFrame(rows, columns=["criterion", "decided_at", "left_out"])})


def test_what_more_than_six_of_ten_share_is_left_out_and_its_weight_spread() -> None:
    found = weigh(candidates(revenue=APART, growth=APART, foothold=alike(7)), WEIGHTS)
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.criteria").columns)
    assert row(found, "foothold")[["same_share", "left_out", "weight", "weight_used"]].tolist() == [0.7, True, 0.2, 0.0]
    # 0.5 and 0.3 of 0.8
    assert row(found, "revenue")["weight_used"] == pytest.approx(0.625)
    assert row(found, "growth")["weight_used"] == pytest.approx(0.375)
    assert found["weight_used"].sum() == pytest.approx(1.0)


def test_six_of_ten_are_not_more_than_sixty_per_cent() -> None:
    assert not row(weigh(candidates(foothold=alike(6)), WEIGHTS), "foothold")["left_out"]


def test_unknown_is_no_value_that_is_shared_and_stays_among_the_candidates() -> None:
    # three of ten are known, all alike: 30 %
    found = weigh(candidates(growth=[0.5] * 3 + [None] * 7), WEIGHTS)
    assert row(found, "growth")[["scored", "same_share", "left_out"]].tolist() == [3, 0.3, False]


def test_a_criterion_from_data_of_which_nobody_has_a_value_decides_nothing() -> None:
    found = weigh(candidates(revenue=APART, foothold=APART), WEIGHTS)
    assert row(found, "growth")[["scored", "left_out", "weight_used"]].tolist() == [0, True, 0.0]
    assert pd.isna(row(found, "growth")["same_share"])
    # 0.5 and 0.2 of 0.7
    assert row(found, "revenue")["weight_used"] == pytest.approx(0.5 / 0.7)
    # an earlier choice does not keep it, and it binds nobody once there are values
    assert row(weigh(candidates(revenue=APART), WEIGHTS, earlier("growth", 0.0, False)), "growth")["left_out"]
    assert not row(weigh(candidates(growth=APART), WEIGHTS, EarlierReview({"criteria": found})), "growth")["left_out"]


def test_a_criterion_that_nobody_has_judged_yet_keeps_its_weight() -> None:
    found = weigh(candidates(revenue=APART), Strategic(weights={"revenue": 0.7, "potential": 0.3}))
    assert row(found, "potential")[["left_out", "weight_used"]].tolist() == [False, 0.3]


@pytest.mark.parametrize(
    ("before", "was_left_out", "alike_now", "is_left_out", "decided_at"),
    [
        (0.61, True, 6, True, 0.61),  # by the limit alone it would be back
        (0.6, False, 6, False, 0.6),
        (0.65, False, 7, False, 0.65),  # by the limit alone it would be out
        (0.7, True, 6, False, 0.6),  # ten points are enough
        (0.5, False, 8, True, 0.8),
    ],
)
def test_an_earlier_choice_stands_until_the_share_has_moved_by_ten_points(
    before: float, was_left_out: bool, alike_now: int, is_left_out: bool, decided_at: float
) -> None:
    found = weigh(candidates(foothold=alike(alike_now)), WEIGHTS, earlier("foothold", before, was_left_out))
    assert row(found, "foothold")[["left_out", "decided_at"]].tolist() == [is_left_out, decided_at]


def test_small_moves_month_by_month_add_up() -> None:
    # left out at 0.65; then 0.6, which keeps the choice and where it was made; then 0.5, which lies 0.15 from there
    kept = weigh(candidates(foothold=alike(6)), WEIGHTS, earlier("foothold", 0.65, True))
    assert row(kept, "foothold")[["left_out", "decided_at"]].tolist() == [True, 0.65]
    assert not row(weigh(candidates(foothold=alike(5)), WEIGHTS, EarlierReview({"criteria": kept})), "foothold")[
        "left_out"
    ]


def test_an_earlier_review_that_decided_nothing_binds_nobody() -> None:
    base = candidates(foothold=alike(7))
    assert row(weigh(base, WEIGHTS, earlier("foothold", None, False)), "foothold")["left_out"]
    assert row(weigh(base, WEIGHTS, earlier("growth", 0.7, False)), "foothold")["left_out"]
    assert row(weigh(base, WEIGHTS, EarlierReview({})), "foothold")["left_out"]


def test_two_candidates_leave_nothing_out() -> None:
    base = candidates(foothold=alike(10)).iloc[[0, 1, 10]]
    found = weigh(base, WEIGHTS)
    assert not found["left_out"].any()
    assert found["same_share"].isna().all()
    assert found["weight_used"].tolist() == pytest.approx(found["weight"].tolist())


def test_where_every_criterion_is_shared_none_weighs() -> None:
    found = weigh(candidates(**dict.fromkeys(CRITERIA, alike(10))), WEIGHTS)
    assert found["left_out"].all()
    assert found["weight_used"].tolist() == [0.0] * len(CRITERIA)
