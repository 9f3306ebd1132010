"""The six-factor profile of the tiers: sides, gaps, means, and what the data say beside it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outlooks import windows
from portfolios import build, monthly_rows, rows, settings
from strategy import strategy

from portfolio_review.catalog import WORDS, lookup
from portfolio_review.metrics import expert_scores, six_factors

WHEN = windows("2021-12", dt.date(2020, 1, 1))


def profile(*scores: tuple[object, ...]) -> pd.DataFrame:
    given = pd.DataFrame(scores, columns=["tier", "criterion", "score", "side"])
    given = given.assign(assessor="Eve", date="2021-10-01", comment="said")
    return six_factors.profile(expert_scores.latest(given, WHEN, "tier"))


def test_each_group_is_drawn_by_its_own_side_and_the_gap_where_both_are_scored() -> None:
    found = profile(
        ("key", "number", 2.0, "market"), ("key", "number", 4.0, "portfolio"),
        ("key", "value_of_sale", 5.0, "market"), ("key", "value_of_sale", 3.0, "portfolio"),
        ("key", "upkeep", 4.0, "market"), ("key", "how_they_pay", 1.0, None), ("key", "repeat_sales", 2.0, None),
    ).set_index(["tier", "factor"])  # fmt: skip
    drawn = found.loc["key", ["points", "market", "portfolio", "gap"]].fillna(0.0)
    assert drawn.loc["number"].tolist() == [2.0, 2.0, 4.0, 2.0]  # outer market: the market's side
    assert drawn.loc["value_of_sale"].tolist() == [3.0, 5.0, 3.0, -2.0]  # inner: the portfolio's
    assert drawn.loc["upkeep"].tolist() == [4.0, 4.0, 0.0, 0.0]  # the other side where its own is not scored
    assert drawn.loc["how_they_pay"].tolist() == [1.0, 1.0, 0.0, 0.0]  # without a side: that of the group
    assert drawn.loc["repeat_sales"].tolist() == [2.0, 0.0, 2.0, 0.0]
    assert found.loc[("key", "ease_of_finding"), ["points", "assessor"]].isna().all()
    assert found.loc[("key", "number"), "comment"] == "said"
    assert len(found) == 18  # three tiers on one axis of six rows
    assert found.groupby("group").size().to_dict() == {"inner_market": 9, "outer_market": 9}


def test_a_score_that_names_its_side_goes_before_one_that_does_not() -> None:
    found = profile(("key", "number", 2.0, None), ("key", "number", 4.0, "market")).set_index(["tier", "factor"])
    assert found.loc[("key", "number"), "points"] == 4.0


def test_means_of_the_two_groups() -> None:
    found = six_factors.means(profile(("key", "number", 2.0, "market"), ("key", "ease_of_finding", 5.0, "market")))
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.factor_means").columns)
    mine = found.set_index(["tier", "group"])
    assert mine.loc[("key", "outer_market")].tolist() == [3.5, 2]
    assert mine.loc[("key", "inner_market"), "scored"] == 0
    assert np.isnan(mine.loc[("non-key", "outer_market"), "points"])


def test_without_scores_there_is_no_profile() -> None:
    nothing = six_factors.profile(expert_scores.latest(None, WHEN, "tier"))
    assert tuple(nothing.columns) == tuple(column.name for column in lookup("strategic.six_factors").columns)
    assert nothing.empty
    assert six_factors.means(nothing).empty


# big: A in both years; old: A in 2020, gone since; new: A, new in 2021; tiny: C, bought once in 2021
LINES = [
    *monthly_rows("big", "2020-01", [100] * 24), *monthly_rows("old", "2020-01", [90] * 12),
    *monthly_rows("new", "2021-01", [60] * 12), *monthly_rows("tiny", "2021-03", [10]),
]  # fmt: skip
ATTRIBUTES = pd.DataFrame({"client_id": ["big", "old", "new", "tiny"], "payment_terms": ["30 days"] * 4})
PAYMENTS = pd.DataFrame(
    [("big", "2021-06-01", 100.0, "2021-06-11"), ("new", "2021-06-01", 300.0, "2021-06-05"),
     ("big", "2021-12-01", 30.0, None), ("new", "2021-12-30", 90.0, None), ("new", "2022-01-15", 80.0, None)],
    columns=["client_id", "due_date", "amount", "paid_date"],
)  # fmt: skip
CONTACTS = pd.DataFrame({"client_id": ["big", "big", "big", "new"], "name": list("ABCD")})


def amounts(**tables: pd.DataFrame | None) -> dict[str, dict[str, float]]:
    """The amount of every measure by tier."""
    made = build(
        rows(*LINES), "2021-12", attributes=ATTRIBUTES, data_until=dt.date(2021, 12, 31),
        review=settings(strategic={"accounts": ["big"]}),
    )  # fmt: skip
    found = strategy(made, **tables)
    data = six_factors.from_data(found.base, found.owing, made.review, made.when)
    assert tuple(data.columns) == tuple(column.name for column in lookup("strategic.factor_data").columns)
    assert set(data["measure"]) | set(data["factor"]) <= set(WORDS)
    return {tier: mine.set_index("measure")["amount"].to_dict() for tier, mine in data.groupby("tier")}


def test_what_the_data_say_by_hand() -> None:
    found = amounts(payments=PAYMENTS, contacts=CONTACTS)
    assert found["super-key"] == {
        "active_clients": 1, "new_clients": 0, "overdue_share": 1.0, "days_to_pay": 40.0,
        "margin_per_client": pytest.approx(np.nan, nan_ok=True), "revenue_per_client": 1200.0, "retention_rate": 1.0,
        "repeat_rate": 1.0, "contacts_per_client": 3.0,
    }  # fmt: skip
    key = found["key"]
    # one of the two invoices owed is overdue by the last day: 90 of 170; old was key at W0's end and is gone
    assert [key[name] for name in ("active_clients", "new_clients", "days_to_pay", "retention_rate")] == [1, 1, 34, 0]
    assert key["overdue_share"] == pytest.approx(90 / 170)
    assert found["non-key"]["repeat_rate"] == 0.0
    assert np.isnan(found["non-key"]["retention_rate"])  # nobody was non-key then


def test_who_bought_on_two_days_bought_again() -> None:
    twice = build(
        rows(*LINES, ("tiny", "2021-09-15", 10.0)), "2021-12", attributes=ATTRIBUTES, data_until=dt.date(2021, 12, 31),
        review=settings(strategic={"accounts": ["big"]}),
    )  # fmt: skip
    found = strategy(twice)
    data = six_factors.from_data(found.base, found.owing, twice.review, twice.when).set_index(["tier", "measure"])
    assert data.loc[("non-key", "repeat_rate"), "amount"] == 1.0


def test_what_is_not_given_is_not_known() -> None:
    bare = amounts()["super-key"]
    assert {name for name, amount in bare.items() if np.isnan(amount)} == {
        "overdue_share", "days_to_pay", "margin_per_client", "contacts_per_client",
    }  # fmt: skip
