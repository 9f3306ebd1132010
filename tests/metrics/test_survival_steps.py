"""The points of the survival curve that are drawn: exact values, nobody lost or counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_review.catalog import lookup
from portfolio_review.metrics import survival, survival_steps


def lives(pairs: list[tuple[float, bool]]) -> pd.DataFrame:
    frame = pd.DataFrame(pairs, columns=["duration", "ended"]).astype({"duration": float, "ended": bool})
    return frame.assign(entry=survival.BEFORE_BIRTH)


def test_by_hand() -> None:
    # at 10: 1 of 4 ends; 20 censored; at 30: 1 of 2 ends: S = 3/4, then 3/8; the last was seen for 40 days
    found = survival_steps.steps(lives([(10, True), (20, False), (30, True), (40, False)] * 10)).set_index("day")
    assert found.index.tolist() == list(range(41))
    assert found.loc[[0, 9, 10, 29, 30, 40], "survival"].tolist() == pytest.approx([1, 1, 0.75, 0.75, 0.375, 0.375])
    assert found.loc[[10, 11, 40], "alive"].tolist() == [40, 30, 10]
    assert found.index[found["ended"] > 0].tolist() == [10, 30]
    assert found.index[found["censored"] > 0].tolist() == [20, 40]


@given(st.lists(st.tuples(st.integers(0, 4000), st.booleans()), min_size=1, max_size=60))
def test_every_life_stands_in_one_row_and_the_curve_never_rises(pairs: list[tuple[int, bool]]) -> None:
    found = survival_steps.steps(lives([(float(days), ended) for days, ended in pairs] * 10))
    assert (found["ended"] + found["censored"]).sum() == 10 * len(pairs)
    assert found["ended"].sum() == 10 * sum(ended for _, ended in pairs)
    assert (np.diff(found["survival"]) <= 1e-12).all()
    assert len(found) <= survival_steps.ROWS + 6


def test_the_curve_is_drawn_where_ten_are_at_risk() -> None:
    found = survival_steps.steps(lives([(10, True)] * 5 + [(20, False)] * 9 + [(15, True)]))
    assert found["day"].max() == 15
    assert survival_steps.steps(lives([(20, False)] * 9)).empty


def test_between_ages_where_ten_are_at_risk_survival_is_unknown_where_fewer_are() -> None:
    # ten from their first day on, of which five end at day 4; ten more enter at the age of 7
    early = lives([(4, True)] * 5 + [(12, False)] * 5)
    late = lives([(12, False)] * 10).assign(entry=7.0)
    found = survival_steps.steps(pd.concat([early, late])).set_index("day")
    assert found.index.tolist() == list(range(13))
    assert found.index[found["survival"].isna()].tolist() == [5, 6, 7]
    assert found.loc[[4, 5, 7, 8], "alive"].tolist() == [10, 5, 5, 15]
    assert found.loc[[0, 4, 8, 12], "survival"].tolist() == [1, 0.5, 0.5, 0.5]
    assert found.loc[[5, 6, 7], ["low", "high"]].isna().all(axis=None)


def test_the_named_days_and_the_median_have_rows_of_their_own() -> None:
    sample = lives([(float(n * 7 % 900) + 0.5, n % 3 > 0) for n in range(400)])
    found = survival_steps.steps(sample).set_index("day")["survival"]
    exact = survival.curve(sample)
    assert set(survival.AT_DAYS) <= set(found.index)
    assert found.loc[[90, 180, 365]].to_numpy() == pytest.approx(survival.survival_at(exact, [90, 180, 365]))
    assert found[found <= 0.5].index[0] == survival.median_life(exact)


def test_nobody_and_the_columns_of_the_catalogue() -> None:
    names = [column.name for column in lookup("retention.survival_steps").columns]
    empty = survival_steps.steps(lives([]))
    assert empty.empty
    assert list(empty.columns) == names == list(survival_steps.steps(lives([(5, True)])).columns)
