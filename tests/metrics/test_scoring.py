"""The score card: values by rank, what is not known, ranks and their stability, by hand and as properties."""

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
from portfolio_review.metrics import criterion_weights, expert_scores, scoring, shortlist
from portfolio_review.metrics.criterion_weights import CRITERIA, FROM_DATA, FROM_PEOPLE
from portfolio_review.metrics.foothold import foothold
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


def weights(**used: float) -> pd.DataFrame:
    """`weight_used` by criterion, 0 for those not given."""
    return pd.DataFrame({"criterion": list(CRITERIA), "weight_used": [used.get(name, 0.0) for name in CRITERIA]})


def test_the_criteria_are_those_of_the_review_file() -> None:
    assert tuple(STRATEGIC_WEIGHTS) == CRITERIA == (*FROM_DATA, *FROM_PEOPLE)


def test_a_value_from_data_is_its_rank_and_equal_ones_share_the_middle() -> None:
    # ranks of five known values 1, 2.5, 2.5, 5, 4: less one, by four
    values = pd.Series([1.0, 3.0, 3.0, 7.0, 5.0, np.nan])
    assert scoring.by_rank(values).tolist()[:5] == [0.0, 0.375, 0.375, 1.0, 0.75]
    assert np.isnan(scoring.by_rank(values).iloc[5])
    assert scoring.by_rank(pd.Series([4.0, np.nan])).tolist()[0] == 0.5
    assert scoring.by_rank(pd.Series([4.0, 4.0, 4.0])).tolist() == [0.5, 0.5, 0.5]


def test_a_missing_score_stands_in_the_middle_and_makes_the_range() -> None:
    base = valued({"a": {"revenue": 1.0, "growth": 0.5, "potential": 1.0}, "b": {"revenue": 0.5}, "c": {}})
    found = scoring.add_scores(base, weights(revenue=0.6, growth=0.2, potential=0.2))
    # a: 0.6 + 0.1 + 0.2; b: 0.3 and half of 0.4, between 0.3 and 0.7; c: nothing known
    assert found["score"].tolist() == pytest.approx([0.9, 0.5, 0.5])
    assert found["score_low"].tolist() == pytest.approx([0.9, 0.3, 0.0])
    assert found["score_high"].tolist() == pytest.approx([0.9, 0.7, 1.0])
    assert found["assessed"].tolist() == pytest.approx([1.0, 0.6, 0.0])
    assert found["rank"].tolist() == [1.0, 2.0, 3.0]
    assert found["stability"].fillna(-1).tolist() == [1.0, -1.0, -1.0]
    assert scoring.scores_in_range(found).passed
    assert scoring.candidates(found)["strategic.assessed"].value == 1


def test_seven_tenths_of_the_weight_are_enough() -> None:
    # 0.7 as a sum of three weights lies below 0.7 in binary
    base = valued({name: {"revenue": 0.5, "growth": 0.5, "margin": 0.5} for name in "abc"})
    found = scoring.add_scores(base, weights(revenue=0.1, growth=0.2, margin=0.4, potential=0.3))
    assert scoring.is_assessed(found).tolist() == [True] * 3
    short = scoring.add_scores(base, weights(revenue=0.1, growth=0.2, margin=0.399, potential=0.301))
    assert scoring.is_assessed(short).tolist() == [False] * 3


def test_two_candidates_have_no_score() -> None:
    found = scoring.add_scores(valued({"a": {"revenue": 1.0}, "b": {"revenue": 0.5}}), weights(revenue=1.0))
    assert found[["score", "score_low", "score_high", "rank", "stability"]].isna().all(axis=None)
    assert found["assessed"].tolist() == [1.0, 1.0]
    assert scoring.scores_in_range(found).passed


def test_without_a_criterion_that_decides_there_is_no_score() -> None:
    found = scoring.add_scores(valued({name: {"revenue": 0.5} for name in "abc"}), weights())
    assert found[["score", "rank"]].isna().all(axis=None)


def test_equal_scores_stand_by_revenue_then_by_id() -> None:
    base = valued({name: {"revenue": 0.5} for name in ("d", "c", "b", "a")}).assign(r1=[1.0, 9.0, 1.0, 1.0])
    found = scoring.add_scores(base, weights(revenue=1.0))
    assert found["rank"].sort_values().index.tolist() == ["c", "a", "b", "d"]


def test_stability_is_sure_far_from_the_edge_and_open_at_it() -> None:
    # six places: a to e are far above, y and z rest on one criterion each and change places with the weights
    points = {name: {"revenue": 0.9, "growth": 0.9} for name in "abcde"}
    points |= {"y": {"revenue": 0.6, "growth": 0.2}, "z": {"revenue": 0.2, "growth": 0.6}}
    points |= {"w": {"revenue": 0.1, "growth": 0.0}}
    found = scoring.add_scores(valued(points), weights(revenue=0.5, growth=0.5))["stability"]
    assert found[list("abcde")].tolist() == [1.0] * 5
    assert found["w"] == 0.0
    assert 0.35 < found["y"] < 0.65
    assert found["y"] + found["z"] == pytest.approx(1.0)


def test_a_missing_score_of_an_assessed_client_is_drawn_from_nought_to_one() -> None:
    # weights of one criterion swing out of the quotient: y has 0.8 · 0.5 and 0.2 · u, z has 0.5: u > 0.5 wins
    points = {name: {"revenue": 0.9, "growth": 0.9} for name in "abcde"}
    points |= {"y": {"revenue": 0.5}, "z": {"revenue": 0.5, "growth": 0.5}}
    found = scoring.add_scores(valued(points), weights(revenue=0.8, growth=0.2))["stability"]
    assert found["y"] + found["z"] == pytest.approx(1.0)
    # 1,000 draws of a half: three standard deviations are 0.047
    assert found["y"] == pytest.approx(0.5, abs=0.047)
    # 0.25 from the edge: y needs u > 0.75
    points["z"] = {"revenue": 0.5, "growth": 0.75}
    found = scoring.add_scores(valued(points), weights(revenue=0.8, growth=0.2))["stability"]
    assert found["y"] == pytest.approx(0.25, abs=0.041)


def test_up_to_six_assessed_candidates_always_stay() -> None:
    found = scoring.add_scores(valued({name: {"revenue": 0.1} for name in "abcdef"}), weights(revenue=1.0))
    assert found["stability"].tolist() == [1.0] * 6


POINTS = st.one_of(st.none(), st.floats(0, 1))
VALUES = st.lists(st.lists(POINTS, min_size=len(CRITERIA), max_size=len(CRITERIA)), min_size=3, max_size=12)


def as_frame(lines: list[list[float | None]]) -> pd.DataFrame:
    return valued(
        {f"c{n:02d}": {name: v for name, v in zip(CRITERIA, line, strict=True) if v is not None}
         for n, line in enumerate(lines)}
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(VALUES)
def test_scores_do_not_depend_on_the_order_of_clients(lines: list[list[float | None]]) -> None:
    base = as_frame(lines)
    one = scoring.add_scores(base, weights(**STRATEGIC_WEIGHTS))
    turned = scoring.add_scores(base.iloc[::-1], weights(**STRATEGIC_WEIGHTS)).reindex(base.index)
    columns = ["score", "score_low", "score_high", "assessed", "rank", "stability"]
    pd.testing.assert_frame_equal(one[columns], turned[columns], check_exact=True)
    assert scoring.scores_in_range(one).passed


@settings(max_examples=50, deadline=None)
@given(VALUES, st.lists(st.floats(0, 1), min_size=len(CRITERIA), max_size=len(CRITERIA)))
def test_whatever_is_found_out_the_score_stays_in_its_range(
    lines: list[list[float | None]], truth: list[float]
) -> None:
    used = weights(**STRATEGIC_WEIGHTS)
    before = scoring.add_scores(as_frame(lines), used)
    told = [[t if value is None else value for value, t in zip(line, truth, strict=True)] for line in lines]
    after = scoring.add_scores(as_frame(told), used)["score"]
    assert (before["score_low"] <= before["score"]).all()
    assert (before["score"] <= before["score_high"]).all()
    assert (after >= before["score_low"] - 1e-9).all()
    assert (after <= before["score_high"] + 1e-9).all()


@settings(max_examples=25, deadline=None)
@given(VALUES, st.integers(1, 30), st.floats(0, 1))
def test_unknown_clients_never_push_out_known_ones(lines: list[list[float | None]], crowd: int, points: float) -> None:
    # however many come of whom two thirds are known, and however well: who is assessed keeps place and stability
    used = weights(**STRATEGIC_WEIGHTS)
    known = as_frame(lines).fillna({f"{name}_points": 0.5 for name in CRITERIA})
    data = ("revenue", "growth", "margin", "constancy", "expected_value")
    unknown = valued({f"u{n:02d}": dict.fromkeys(data, points) for n in range(crowd)}).assign(r1=1e9)
    review = Strategic(accounts=tuple(known.index[:6]))

    def moves(base: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
        base = scoring.add_scores(base, used)
        base = base.assign(account=base.index.isin(known.index[:6]))
        listed = shortlist.proposal(base, review, "all").set_index("client_id")["decision"]
        return listed[listed.isin(["stays", "enters", "leaves"])].sort_index(), base

    alone, before = moves(known)
    crowded, after = moves(pd.concat([known, unknown]))
    pd.testing.assert_series_equal(before["stability"], after["stability"].reindex(known.index), check_exact=True)
    pd.testing.assert_series_equal(alone, crowded)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=20))
def test_values_by_rank_do_not_change_when_the_measure_is_stretched(measures: list[int]) -> None:
    values = pd.Series(measures, dtype=float)
    pd.testing.assert_series_equal(scoring.by_rank(values), scoring.by_rank(values**3 + 7))
    assert scoring.by_rank(values).between(0, 1).all()
    # the ranks of n values sum to n (n + 1) / 2: their mean is the middle
    assert scoring.by_rank(values).mean() == pytest.approx(0.5)


# big 12 · 100 in W1 and in W0; fast 12 · 50 after 12 · 10; once bought 30 in W1's last month only; gone left in 2020
LINES = [
    *monthly_rows("big", "2020-01", [100] * 24), *monthly_rows("fast", "2020-01", [10] * 12 + [50] * 12),
    *monthly_rows("once", "2021-12", [30]), *monthly_rows("gone", "2020-01", [70] * 6),
]  # fmt: skip
ATTRIBUTES = pd.DataFrame(
    {"client_id": ["big", "fast", "once", "gone"], "name": ["Big", "Fast", "Once", "Gone"],
     "industry": ["Retail", "Retail", "Health", None]}
)  # fmt: skip


def scored(accounts: tuple[str, ...] = (), said: pd.DataFrame = NOBODY, forecast: bool = True) -> pd.DataFrame:
    made = build(rows(*LINES), "2021-12", attributes=ATTRIBUTES)
    base = made.base().assign(**{scoring.EXPECTED: [1200.0, 600.0, 0.0, 30.0]}, tier1="key")
    account = shortlist.named(base, Strategic(accounts=accounts))
    base = scoring.add_criteria(base, made.monthly, "month", said, account, made.when, forecast=forecast)
    return scoring.add_scores(base, criterion_weights.weigh(base, Strategic()))


def test_criteria_of_a_small_portfolio_by_hand() -> None:
    base = scored()
    assert base["candidate"].tolist() == [True, True, False, True]  # gone bought nothing in W1
    assert base.loc[["big", "fast", "once"], "revenue_points"].tolist() == [1.0, 0.5, 0.0]
    # 0 % against +400 %; what bought nothing in W0 has no growth
    assert base.loc[["big", "fast"], "growth_points"].tolist() == [0.0, 1.0]
    assert np.isnan(base.loc["once", "growth_points"])
    # all bought in every month since their first: all in the middle
    assert base.loc[["big", "fast", "once"], "constancy_points"].tolist() == [0.5, 0.5, 0.5]
    assert base.loc[["big", "fast", "once"], "expected_value_points"].tolist() == [1.0, 0.5, 0.0]
    # the only client of its industry; the two others share ranks 1 and 2
    assert base.loc[["big", "fast", "once"], "foothold_points"].tolist() == [0.25, 0.25, 1.0]
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
    # constancy (all alike), foothold (two of three) and margin (of nobody) are left out: 0.7 decide, of which reference
    # value 0.1, partnership 0.05 and fit 0.05 wait for people
    assert base.loc["big", "assessed"] == pytest.approx(0.5 / 0.7)


def test_where_chances_are_not_usable_no_score_rests_on_them() -> None:
    base = scored(forecast=False)
    assert base["expected_value_points"].isna().all()
    assert base[scoring.EXPECTED].notna().all()
    weighed = criterion_weights.weigh(base, Strategic()).set_index("criterion")
    assert weighed.loc["expected_value", ["scored", "left_out", "weight_used"]].tolist() == [0, True, 0.0]


def test_those_to_be_assessed_first_stand_in_the_table_with_their_criteria() -> None:
    points = {f"c{n:02d}": {"revenue": 1 - n / 20} for n in range(20)}
    base = scoring.add_scores(valued(points).assign(r1=range(20), name=None), weights(revenue=0.6, potential=0.4))
    # ranks follow the score, from c00; the five of most revenue are c15 to c19, behind the first two of the card
    assert scoring.table(base, NOBODY, first=2)["client_id"].tolist() == [
        "c00",
        "c01",
        *(f"c{n}" for n in range(15, 20)),
    ]


def test_tables_have_the_columns_of_the_catalogue() -> None:
    base = scored()
    card = scoring.table(base, NOBODY)
    assert tuple(card.columns) == tuple(column.name for column in lookup("strategic.scores").columns)
    assert card["rank"].tolist() == [1, 2, 3]
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
    assert (foothold(base.assign(industry=None), WHEN) == 0.0).all()
    assert (foothold(base.drop(columns="industry"), WHEN) == 0.0).all()


def test_stability_is_the_share_of_draws_among_the_places_of_highest_score() -> None:
    # the draws as the docstring says them, in plain Python: each weight times a number between 0.7 and 1.3 (SWING)
    rng = np.random.default_rng(8)
    values, weight = rng.random((9, 3)), np.array([0.5, 0.3, 0.2])
    swings = np.random.default_rng(scoring.SEED).uniform(
        1 - scoring.SWING, 1 + scoring.SWING, size=(scoring.DRAWS, len(weight))
    )
    among = np.zeros(len(values))
    for swing in swings:
        drawn = [w * s for w, s in zip(weight, swing, strict=True)]
        scores = [sum(v * d for v, d in zip(of, drawn, strict=True)) / sum(drawn) for of in values]
        for place in np.argsort(scores)[-scoring.PLACES :]:
            among[place] += 1
    assert scoring._stability(values, weight) == pytest.approx(among / scoring.DRAWS, abs=1e-12)
