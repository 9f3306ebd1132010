"""The score card: values by rank, weights that spread, ranks and their stability, by hand and as properties."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlooks import windows
from portfolios import build, monthly_rows, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import expert_scores, scoring, shortlist
from portfolio_review.metrics.foothold import foothold
from portfolio_review.metrics.scoring import CRITERIA, FROM_DATA, FROM_PEOPLE
from portfolio_review.review.model import STRATEGIC_WEIGHTS, Strategic

WHEN = windows("2021-12", dt.date(2020, 1, 1))
NOBODY = expert_scores.latest(None, WHEN, "client_id")


def valued(points: dict[str, dict[str, float]], **more: object) -> pd.DataFrame:
    """A client frame of candidates with the given values by criterion, NaN for the others."""
    frame = pd.DataFrame(
        [[of.get(name, np.nan) for name in CRITERIA] for of in points.values()],
        columns=[f"{name}_points" for name in CRITERIA],
        index=pd.Index(points),
    )
    return frame.assign(candidate=True, account=False, r1=100.0, tier1="key", **more)


def test_the_criteria_are_those_of_the_review_file() -> None:
    assert tuple(STRATEGIC_WEIGHTS) == CRITERIA == (*FROM_DATA, *FROM_PEOPLE)


def test_a_value_from_data_is_the_share_of_the_others_below() -> None:
    # of five known: 7 stands above all four others, both 3 above one (the 1), nothing is known of the last
    values = pd.Series([1.0, 3.0, 3.0, 7.0, 5.0, np.nan])
    assert scoring.below(values).tolist()[:5] == [0.0, 0.25, 0.25, 1.0, 0.75]
    assert np.isnan(scoring.below(values).iloc[5])
    assert scoring.below(pd.Series([4.0])).tolist() == [1.0]


def test_the_weight_of_a_missing_criterion_is_spread_over_the_rest_and_shown() -> None:
    base = valued({"a": {"revenue": 1.0, "growth": 0.5}, "b": {"revenue": 0.5}, "c": {}})
    found = scoring.add_scores(base, {"revenue": 0.6, "growth": 0.2, "potential": 0.2})
    # a: (0.6 · 1 + 0.2 · 0.5) / 0.8; b: 0.5 whatever else is missing; c: nothing known
    assert found["score"].tolist()[:2] == pytest.approx([0.875, 0.5])
    assert found["missing_weight"].tolist() == pytest.approx([0.2, 0.4, 1.0])
    assert found["rank"].tolist()[:2] == [1.0, 2.0]
    assert found.loc["c", ["score", "rank", "stability"]].isna().all()
    assert scoring.scores_in_range(found).passed


def test_equal_scores_stand_by_revenue_then_by_id() -> None:
    base = valued({name: {"revenue": 0.5} for name in ("d", "c", "b", "a")}).assign(r1=[1.0, 9.0, 1.0, 1.0])
    found = scoring.add_scores(base, {"revenue": 1.0})
    assert found["rank"].sort_values().index.tolist() == ["c", "a", "b", "d"]


def test_stability_is_sure_far_from_the_edge_and_open_at_it() -> None:
    # six places: a to e are far above, y and z rest on one criterion each and change places with the weights
    points = {name: {"revenue": 0.9, "growth": 0.9} for name in "abcde"}
    points |= {"y": {"revenue": 0.6, "growth": 0.2}, "z": {"revenue": 0.2, "growth": 0.6}, "w": {"revenue": 0.1}}
    found = scoring.add_scores(valued(points), {"revenue": 0.5, "growth": 0.5})["stability"]
    assert found[list("abcde")].tolist() == [1.0] * 5
    assert found["w"] == 0.0
    assert 0.35 < found["y"] < 0.65
    assert found["y"] + found["z"] == pytest.approx(1.0)


def test_up_to_six_candidates_always_stay() -> None:
    found = scoring.add_scores(valued({name: {"revenue": 0.1} for name in "abcdef"}), {"revenue": 1.0})
    assert found["stability"].tolist() == [1.0] * 6


VALUES = st.lists(
    st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=len(CRITERIA), max_size=len(CRITERIA)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(VALUES, st.floats(0.5, 20), st.randoms())
def test_scores_do_not_depend_on_the_scale_of_weights_or_the_order_of_clients(
    lines: list[list[float | None]], scale: float, dice: object
) -> None:
    base = valued(
        {f"c{n:02d}": {name: v for name, v in zip(CRITERIA, line, strict=True) if v is not None}
         for n, line in enumerate(lines)}
    )  # fmt: skip
    one = scoring.add_scores(base, STRATEGIC_WEIGHTS)
    scaled = scoring.add_scores(base, {name: weight * scale for name, weight in STRATEGIC_WEIGHTS.items()})
    turned = scoring.add_scores(base.iloc[::-1], STRATEGIC_WEIGHTS).reindex(base.index)
    columns = ["score", "missing_weight"]
    pd.testing.assert_frame_equal(one[columns], scaled[columns], atol=1e-9)
    pd.testing.assert_frame_equal(one[[*columns, "stability"]], turned[[*columns, "stability"]], atol=1e-9)
    known = one["score"].dropna()
    assert known.between(-1e-12, 1 + 1e-12).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=20))
def test_values_by_rank_do_not_change_when_the_measure_is_stretched(measures: list[int]) -> None:
    values = pd.Series(measures, dtype=float)
    pd.testing.assert_series_equal(scoring.below(values), scoring.below(values**3 + 7))
    assert scoring.below(values).between(0, 1).all()


# big 12 · 100 in W1 and in W0; fast 12 · 50 after 12 · 10; once bought 30 in W1's last month only; gone left in 2020
LINES = [
    *monthly_rows("big", "2020-01", [100] * 24), *monthly_rows("fast", "2020-01", [10] * 12 + [50] * 12),
    *monthly_rows("once", "2021-12", [30]), *monthly_rows("gone", "2020-01", [70] * 6),
]  # fmt: skip
ATTRIBUTES = pd.DataFrame(
    {"client_id": ["big", "fast", "once", "gone"], "name": ["Big", "Fast", "Once", "Gone"],
     "industry": ["Retail", "Retail", "Health", None]}
)  # fmt: skip


def scored(accounts: tuple[str, ...] = (), said: pd.DataFrame = NOBODY) -> pd.DataFrame:
    made = build(rows(*LINES), "2021-12", attributes=ATTRIBUTES)
    base = made.base().assign(expected_revenue=[1200.0, 600.0, 0.0, 30.0], tier1="key")
    account = shortlist.named(base, Strategic(accounts=accounts))
    base = scoring.add_criteria(base, made.monthly, "month", said, account, made.when)
    return scoring.add_scores(base, STRATEGIC_WEIGHTS)


def test_criteria_of_a_small_portfolio_by_hand() -> None:
    base = scored()
    assert base["candidate"].tolist() == [True, True, False, True]  # gone bought nothing in W1
    assert base.loc[["big", "fast", "once"], "revenue_points"].tolist() == [1.0, 0.5, 0.0]
    # 0 % against +400 %; what bought nothing in W0 has no growth
    assert base.loc[["big", "fast"], "growth_points"].tolist() == [0.0, 1.0]
    assert np.isnan(base.loc["once", "growth_points"])
    # all bought in every month since their first: nobody lies below
    assert base.loc[["big", "fast", "once"], "constancy_points"].tolist() == [0.0, 0.0, 0.0]
    assert base.loc[["big", "fast", "once"], "expected_value_points"].tolist() == [1.0, 0.5, 0.0]
    # the only client of its industry
    assert base.loc[["big", "fast", "once"], "foothold_points"].tolist() == [0.0, 0.0, 1.0]
    assert base["margin_points"].isna().all()
    assert base.loc["gone"].filter(like="_points").isna().all()


def test_an_account_is_scored_even_when_it_has_left() -> None:
    assert scored(accounts=("gone",)).loc["gone", ["candidate", "account"]].tolist() == [True, True]


def test_expert_scores_lie_between_nought_and_one() -> None:
    given = pd.DataFrame(
        [("big", "potential", 5.0, "Ann", "2021-01-01"), ("fast", "potential", 2.0, "Ann", "2021-01-01")],
        columns=["client_id", "criterion", "score", "assessor", "date"],
    )
    base = scored(said=expert_scores.latest(given, WHEN, "client_id"))
    assert base.loc[["big", "fast"], "potential_points"].tolist() == [1.0, 0.25]
    # margin 0.1, reference value 0.1, partnership 0.05 and fit 0.05 are known of nobody
    assert base.loc["big", "missing_weight"] == pytest.approx(0.3)


def test_tables_have_the_columns_of_the_catalogue() -> None:
    base = scored()
    card = scoring.table(base, NOBODY)
    assert tuple(card.columns) == tuple(column.name for column in lookup("strategic.scores").columns)
    assert card["rank"].tolist() == [1, 2, 3]
    weights = scoring.criteria(base, Strategic())
    assert tuple(weights.columns) == tuple(column.name for column in lookup("strategic.criteria").columns)
    assert weights["weight"].sum() == pytest.approx(1.0)
    assert dict(zip(weights["criterion"], weights["scored"], strict=True))["growth"] == 2
    assert scoring.candidates(base)["strategic.candidates"].value == 3


def frame_of(**clients: tuple[str | None, str, bool]) -> pd.DataFrame:
    """industry, first purchase, active by client."""
    frame = pd.DataFrame.from_dict(clients, orient="index", columns=["industry", "first_purchase", "active1"])
    return frame.assign(first_purchase=pd.to_datetime(frame["first_purchase"]))


def test_a_foothold_is_the_only_client_the_first_or_one_of_a_young_industry() -> None:
    base = frame_of(
        only=("Health", "2020-01-05", True), left=("Health", "2020-01-05", False),
        opened=("Food", "2020-06-01", True), later=("Food", "2021-06-01", True),
        young=("Sport", "2021-02-01", True), younger=("Sport", "2021-09-01", True),
        old=("Retail", "2020-01-05", True), other=("Retail", "2020-02-01", True), unknown=(None, "2021-05-01", True),
    )  # fmt: skip
    found = foothold(base, WHEN)
    assert found[found == 1].index.tolist() == ["only", "opened", "young", "younger"]
    assert found.notna().all()
    assert foothold(base.assign(industry=None), WHEN).isna().all()
    assert foothold(base.drop(columns="industry"), WHEN).isna().all()
