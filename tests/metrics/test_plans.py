"""Development plans: what is overdue at the end of P, what was agreed, whether both sides gain."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from outlooks import windows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import plans

WHEN = windows("2021-11", dt.date(2020, 1, 1))
BASE = pd.DataFrame({"name": ["Alpha", None]}, index=pd.Index(["a", "b"]))
COLUMNS = [
    "client_id", "tier", "action", "owner", "due", "status", "goal", "agreed_on", "cost", "value_for_us",
    "value_for_client",
]  # fmt: skip


def given(*lines: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=COLUMNS[: len(lines[0])])


LINES = given(
    ("a", None, "visit", "Ann", "2021-11-29", "open", "grow", "2021-05-01", 10.0, 30.0, 5.0),
    ("a", None, "offer", "Ann", "2021-06-30", "in_work", None, None, None, None, None),
    ("a", None, "sample", "Ann", "2021-06-30", "done", None, None, None, None, None),
    ("a", None, "call", "Ann", "2021-11-30", "overdue", None, None, None, None, None),
    ("b", None, "trial", "Bob", "2021-01-31", "cancelled", "win", "2021-12-01", 50.0, 30.0, 5.0),
    (None, "key", "list", "Eve", "2022-01-31", "open", "two contacts", None, 7.0, None, None),
)


def test_an_action_is_overdue_when_its_day_lies_before_the_end_of_p_and_it_has_not_ended() -> None:
    found = plans.actions(LINES, BASE, WHEN)
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.plans").columns)
    # the most overdue first, what has ended last; due on the last day is not overdue yet, whatever it says
    assert found[["action", "status", "days_overdue"]].fillna(0).to_numpy().tolist() == [
        ["offer", "overdue", 153.0], ["visit", "overdue", 1.0], ["call", "open", 0.0], ["list", "open", 0.0],
        ["trial", "cancelled", 0.0], ["sample", "done", 0.0],
    ]  # fmt: skip
    assert found["name"].fillna("").tolist() == ["Alpha", "Alpha", "Alpha", "", "b", "Alpha"]


def test_one_agreement_for_each_client_or_tier() -> None:
    found = plans.agreements(LINES, BASE, WHEN)
    assert tuple(found.columns) == tuple(column.name for column in lookup("strategic.agreements").columns)
    assert found["client_id"].fillna("").tolist() == ["a", "b", ""]
    assert found["tier"].fillna("").tolist() == ["", "", "key"]
    counts = found[["actions_all", "actions_done", "actions_open", "actions_overdue"]].to_numpy().tolist()
    assert counts == [[4, 1, 1, 2], [1, 0, 0, 0], [1, 0, 1, 0]]
    assert found["oldest_overdue"].fillna(0).tolist() == [153, 0, 0]
    # 30 > 10 and 5 > 0; 30 < 50; the gain of the tier's plan is not named
    assert [None if pd.isna(gain) else gain for gain in found["both_gain"]] == [True, False, None]
    # b was agreed after the end of P: not yet
    assert found["agreed_on"].tolist()[0] == pd.Timestamp("2021-05-01")
    assert found["agreed_on"].isna().tolist() == [False, True, True]


def test_figures() -> None:
    todo, agreed = plans.actions(LINES, BASE, WHEN), plans.agreements(LINES, BASE, WHEN)
    found = plans.figures(todo, agreed, pd.Index(["a", "b", "c"]), given=True)
    assert {id.removeprefix("strategic."): figure.value for id, figure in found.items()} == {
        "overdue_actions": 2, "oldest_overdue": 153, "plans_agreed": 0.5, "unagreed_accounts": 2,
    }  # fmt: skip


def test_without_plans_or_with_those_of_tiers_alone_it_is_said() -> None:
    nothing = plans.actions(None, BASE, WHEN), plans.agreements(None, BASE, WHEN)
    assert all(table.empty for table in nothing)
    found = plans.figures(*nothing, pd.Index(["a"]), given=False)
    assert {figure.reason for figure in found.values()} == {plans.NO_PLANS}
    of_tier = LINES[LINES["client_id"].isna()].drop(columns="client_id")
    todo, agreed = plans.actions(of_tier, BASE, WHEN), plans.agreements(of_tier, BASE, WHEN)
    found = plans.figures(todo, agreed, pd.Index(["a"]), given=True)
    assert found["strategic.plans_agreed"].reason == plans.NO_CLIENT_PLAN
    assert found["strategic.oldest_overdue"].reason == plans.NO_OVERDUE_ACTION
    assert (found["strategic.overdue_actions"].value, found["strategic.unagreed_accounts"].value) == (0, 1)


def test_a_plan_of_the_required_columns_alone_stands() -> None:
    short = LINES[["client_id", "action", "owner", "due", "status"]].dropna()
    assert len(plans.agreements(short, BASE, WHEN)) == 2
    assert plans.agreements(short, BASE, WHEN)["both_gain"].isna().all()


@pytest.mark.parametrize(
    ("period", "edition"),
    [("2021-11", "changes"), ("2021-12", "full"), ("2021-03", "full"), ("2021-Q2", "full"), ("2021", "full")],
)
def test_dossiers_in_full_where_a_quarter_ends(period: str, edition: str) -> None:
    when = windows(period, dt.date(2019, 1, 1))
    assert plans.full_edition(when)["strategic.edition"].value == edition
