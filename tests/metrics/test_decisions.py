"""What the review asks to decide, and what became of what the last one asked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portfolio_review.calendar import Month, Period
from portfolio_review.metrics import decisions
from portfolio_review.metrics.decisions import BEFORE_COLUMNS, COLUMNS, EarlierDecisions
from portfolio_review.metrics.windows import Windows

P = Period.parse("2023-06")
WHEN = Windows(P, 12, pd.Timestamp("2021-01-01").date(), P.end)
BASE = pd.DataFrame(
    {"name": ["Ann", None, "Cy", "Di"], "value_year": [100.0, 50.0, 80.0, 0.0]},
    index=pd.Index(["a", "b", "c", "d"], name="client_id"),
)
NOBODY = pd.DataFrame(columns=["list", "listed", "client_id", "at_stake", "owner"])
MONTHLY = pd.DataFrame(
    [("a", 2023 * 12 + 4, 30.0, 1), ("a", 2023 * 12 + 5, 12.0, 1), ("b", 2023 * 12 + 5, -5.0, 0)],
    columns=["client_id", "month", "revenue", "purchase_days"],
)


def plans(*rows: tuple[str | None, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["client_id", "action", "due", "status"])
    return frame.assign(owner="Eve", due=pd.to_datetime(frame["due"]))


def listed(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{"listed": True, "owner": "Max"} | row for row in rows])


def test_overdue_actions_come_before_the_largest_and_the_longest_overdue_of_each_client() -> None:
    given = plans(
        ("a", "later", "2023-07-31", "open"), ("b", "second", "2023-05-02", "in work"), ("b", "first", "2023-04-01", "overdue"),
        ("c", "done", "2023-01-01", "Done"), ("c", "left", "2023-01-01", "dropped"), ("c", "gone", "2023-01-01", "cancelled"), ("a", "next year", "2023-08-01", "open"),
        (None, "of a tier", "2023-01-01", "open"), ("d", "no revenue", "2023-01-01", "open"), ("z", "not of this unit", "2023-01-01", "open"),
    )  # fmt: skip
    made = decisions.table(given, NOBODY, BASE, WHEN)
    assert tuple(made.columns) == COLUMNS
    assert made[["rank", "client_id", "name", "rule", "action", "due", "at_stake"]].to_numpy().tolist() == [
        [1, "b", "b", "plan", "first", "2023-04-01", 50.0],
        [2, "a", "Ann", "plan", "later", "2023-07-31", 100.0],
    ]


def test_the_lists_fill_up_to_three_one_of_each_and_no_client_twice() -> None:
    everyone = listed(
        {"list": "return", "client_id": "a", "at_stake": 9.0}, {"list": "return", "client_id": "c", "at_stake": 8.0},
        {"list": "retain", "client_id": "b", "at_stake": 1.0}, {"list": "thread", "client_id": "c", "at_stake": 0.5},
        {"list": "develop", "client_id": "d", "at_stake": 7.0},
        {"list": "develop", "client_id": "a", "at_stake": 99.0, "listed": False}, {"list": "reward", "client_id": "c", "at_stake": 50.0},
    )  # fmt: skip
    made = decisions.table(None, everyone, BASE, WHEN)
    assert made[["client_id", "rule"]].to_numpy().tolist() == [["a", "return"], ["d", "develop"], ["b", "retain"]]
    assert set(made["due"]) == {"2023-07-31"}
    with_plan = decisions.table(plans(("a", "call", "2023-06-01", "open")), everyone, BASE, WHEN)
    assert with_plan[["client_id", "rule"]].to_numpy().tolist() == [["a", "plan"], ["c", "return"], ["d", "develop"]]


def test_of_a_list_it_is_the_first_row_whose_client_no_decision_above_names() -> None:
    # return is ordered by what is expected back: its first row is not the one with most lost. c is named above
    everyone = listed(
        {"list": "return", "client_id": "a", "at_stake": 6.0}, {"list": "return", "client_id": "b", "at_stake": 90.0},
        {"list": "thread", "client_id": "a", "at_stake": 5.0}, {"list": "thread", "client_id": "c", "at_stake": 4.0},
        {"list": "develop", "client_id": "c", "at_stake": 3.0}, {"list": "develop", "client_id": "d", "at_stake": 2.0},
    )  # fmt: skip
    made = decisions.table(None, everyone, BASE, WHEN)
    assert made[["client_id", "rule", "at_stake"]].to_numpy().tolist() == [
        ["a", "return", 6.0], ["c", "thread", 4.0], ["d", "develop", 2.0],
    ]  # fmt: skip
    # a list without money asks for nothing
    assert len(decisions.table(None, listed({"list": "retain", "client_id": "a", "at_stake": 0.0}), BASE, WHEN)) == 0


def test_nothing_to_decide_is_an_empty_table() -> None:
    made = decisions.table(None, NOBODY, BASE, WHEN)
    assert tuple(made.columns) == COLUMNS
    assert len(made) == 0


def earlier(*rows: tuple[str, str, str | None], last: str = "2023-05") -> EarlierDecisions:
    frame = pd.DataFrame(
        [
            (place, client, client, rule, action, "Eve", "2023-06-30", 1.0)
            for place, (client, rule, action) in enumerate(rows, 1)
        ],
        columns=list(COLUMNS),
    )
    return EarlierDecisions(frame, Month.of(pd.Timestamp(f"{last}-01").date()))


def test_what_became_of_plans_and_lists() -> None:
    asked = earlier(
        ("a", "return", None), ("b", "retain", None), ("a", "plan", "call"), ("b", "plan", "visit"), ("c", "plan", "write"),
        ("c", "plan", "forgotten"), ("z", "return", None), ("c", "plan", "paint"),
    )  # fmt: skip
    given = plans(
        ("a", "call", "2023-06-01", "done"), ("b", "visit", "2023-06-29", "in work"), ("c", "write", "2023-06-30", "in work"),
        ("c", "paint", "2023-07-01", "cancelled"),
    )  # fmt: skip
    made = decisions.outcomes(asked, given, BASE, MONTHLY, WHEN)
    assert tuple(made.columns) == BEFORE_COLUMNS
    assert made["outcome"].tolist() == [
        "bought", "not_bought", "done", "overdue", "in_work", "unknown", "not_bought", "cancelled"
    ]  # fmt: skip
    assert made["revenue"].tolist() == [
        12.0,
        -5.0,
        12.0,
        -5.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ]  # June alone: May was in the earlier review


def test_without_an_earlier_review_or_plans_there_is_nothing_to_tell() -> None:
    assert len(decisions.outcomes(None, None, BASE, MONTHLY, WHEN)) == 0
    assert len(decisions.outcomes(earlier(("a", "return", None), last="2023-06"), None, BASE, MONTHLY, WHEN)) == 0
    told = decisions.outcomes(earlier(("a", "plan", "call")), None, BASE, MONTHLY, WHEN)
    assert told["outcome"].tolist() == ["unknown"]
