"""What the review asks to decide, and what became of what those before asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from portfolio_review.calendar import Month, Period
from portfolio_review.catalog import lookup
from portfolio_review.metrics import decisions
from portfolio_review.metrics.decisions import COLUMNS, LEDGER_COLUMNS, EarlierDecisions, Now
from portfolio_review.metrics.value import Choice
from portfolio_review.metrics.windows import Windows

P = Period.parse("2023-06")
WHEN = Windows(P, 12, pd.Timestamp("2021-01-01").date(), P.end)
BASE = pd.DataFrame(
    {
        "name": ["Ann", None, "Cy", "Di"], "value_year": [100.0, 50.0, 80.0, 0.0], "list": [None, "retain", "thread", "develop"],
        "client1": [False, True, True, True], "margin_rate1": [0.5, 0.5, 1.0, 1.0],
    },
    index=pd.Index(["a", "b", "c", "d"], name="client_id"),
)  # fmt: skip
NOBODY = pd.DataFrame(columns=["list", "listed", "client_id", "at_stake", "owner"])
NOTHING = decisions.ledger(None, Now(BASE, pd.DataFrame(), pd.DataFrame(), None, WHEN))
MONTHLY = pd.DataFrame(
    [("a", 2023 * 12 + 4, 30.0, 1), ("a", 2023 * 12 + 5, 12.0, 1), ("b", 2023 * 12 + 5, -5.0, 0)],
    columns=["client_id", "month", "revenue", "purchase_days"],
)
MIX = pd.DataFrame(
    [("d", "Tea", True), ("d", "Soap", False)], columns=["client_id", "category", "active_w1"]
)  # fmt: skip


def now(plans: pd.DataFrame | None = None, base: pd.DataFrame = BASE) -> Now:
    return Now(base, MONTHLY, MIX, plans, WHEN)


def plans(*rows: tuple[str | None, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["client_id", "action", "due", "status"])
    return frame.assign(owner="Eve", due=pd.to_datetime(frame["due"]))


def listed(*rows: dict[str, Any]) -> pd.DataFrame:
    why = {"reason": "silent", "usual": 7.0, "now": 90.0, "about": None}
    return pd.DataFrame([{"listed": True, "owner": "Max", **why} | row for row in rows])


def decided(everyone: pd.DataFrame, plans: pd.DataFrame | None = None, ledger: pd.DataFrame = NOTHING) -> pd.DataFrame:
    return decisions.table(ledger, everyone, Choice("revenue"), now(plans))


def test_of_plans_it_is_the_client_with_most_value_and_its_action_due_longest() -> None:
    given = plans(
        ("a", "later", "2023-07-31", "open"), ("a", "first", "2023-05-02", "in work"), ("b", "late", "2023-04-01", "overdue"),
        ("c", "done", "2023-01-01", "Done"), ("c", "left", "2023-01-01", "dropped"), ("c", "gone", "2023-01-01", "cancelled"), ("c", "next year", "2023-08-01", "open"),
        (None, "of a tier", "2023-01-01", "open"), ("d", "no value", "2023-01-01", "open"), ("z", "not of this unit", "2023-01-01", "open"),
    )  # fmt: skip
    made = decided(NOBODY, given)
    assert made[["id", "since", "client", "rule", "action", "due", "status", "money", "base", "page", "owner"]].to_numpy().tolist() == [
        ["2023-06-a", "2023-06", "Ann", "plan", "first", "2023-05-02", "overdue", 100.0, "a_year", "actions", "Eve"],
    ]  # fmt: skip
    assert made["money_since"].isna().all()
    # what is called overdue before its day is open
    assert decided(NOBODY, plans(("c", "call", "2023-07-30", "overdue")))["status"].tolist() == ["still_open"]
    # what is due on the last day of P is not late on it
    assert decided(NOBODY, plans(("c", "call", "2023-06-30", "in work")))["status"].tolist() == ["in_work"]


def test_the_most_money_comes_first_one_of_each_and_no_client_twice() -> None:
    everyone = listed(
        {"list": "return", "client_id": "a", "at_stake": 9.0}, {"list": "return", "client_id": "c", "at_stake": 8.0},
        {"list": "retain", "client_id": "b", "at_stake": 1.0}, {"list": "thread", "client_id": "c", "at_stake": 0.5},
        {"list": "develop", "client_id": "d", "at_stake": 7.0},
        {"list": "develop", "client_id": "a", "at_stake": 99.0, "listed": False}, {"list": "reward", "client_id": "c", "at_stake": 50.0},
    )  # fmt: skip
    made = decided(everyone)
    assert made[["client_id", "rule"]].to_numpy().tolist() == [["a", "return"], ["d", "develop"], ["b", "retain"]]
    assert set(made["due"]) == {"2023-07-31"}
    assert made["base"].tolist() == ["lost_a_year", "could_buy", "in_danger"]
    # the plan of b (50) has most money; its client is not named again, and return is not left out for it
    with_plan = decided(everyone, plans(("b", "call", "2023-06-01", "open")))
    assert with_plan[["client_id", "rule"]].to_numpy().tolist() == [["b", "plan"], ["a", "return"], ["d", "develop"]]


def test_of_a_list_it_is_the_first_row_whose_client_no_decision_above_names() -> None:
    # return is ordered by what is expected back: its first row is not the one with most lost. c is named above
    everyone = listed(
        {"list": "return", "client_id": "a", "at_stake": 6.0}, {"list": "return", "client_id": "b", "at_stake": 90.0},
        {"list": "thread", "client_id": "a", "at_stake": 5.0}, {"list": "thread", "client_id": "c", "at_stake": 4.0},
        {"list": "develop", "client_id": "c", "at_stake": 3.0}, {"list": "develop", "client_id": "d", "at_stake": 2.0},
    )  # fmt: skip
    made = decided(everyone)
    assert made[["client_id", "rule", "money"]].to_numpy().tolist() == [
        ["a", "return", 6.0], ["c", "thread", 4.0], ["d", "develop", 2.0],
    ]  # fmt: skip
    # a list without money asks for nothing
    assert len(decided(listed({"list": "retain", "client_id": "a", "at_stake": 0.0}))) == 0


def test_an_action_of_a_plan_says_what_its_client_is_listed_for_and_comes_before_a_list_of_the_same_money() -> None:
    everyone = listed(
        {"list": "thread", "client_id": "c", "at_stake": 80.0, "reason": "single_contact", "usual": None, "now": None},
        {"list": "thread", "client_id": "b", "at_stake": 50.0},
    )
    made = decided(everyone, plans(("c", "call", "2023-06-01", "open")))
    assert made[["client_id", "rule", "reason", "base"]].to_numpy().tolist() == [
        ["c", "plan", "single_contact", "rests_on_it"], ["b", "thread", "silent", "rests_on_it"],
    ]  # fmt: skip


def test_an_action_of_a_plan_is_not_explained_by_what_is_well_with_its_client() -> None:
    rewarded = listed(
        {"list": "reward", "client_id": "c", "at_stake": 80.0, "reason": "steady", "usual": 12.0, "now": 0.1}
    )
    made = decided(rewarded, plans(("c", "call", "2023-06-01", "open")))
    assert made[["client_id", "rule", "base"]].to_numpy().tolist() == [["c", "plan", "a_year"]]
    assert made["reason"].isna().all()


def test_nothing_to_decide_is_an_empty_table() -> None:
    made = decided(NOBODY)
    assert tuple(made.columns) == tuple(name for name in COLUMNS if name != "text")
    assert len(made) == 0


def test_plans_due_are_a_list_of_their_own() -> None:
    given = plans(
        ("a", "call", "2023-05-02", "in work"), ("c", "visit", "2023-07-01", "in work"), ("b", "write", "2023-07-31", "open"), ("d", "no value", "2023-01-01", "open"),
    )  # fmt: skip
    made = decisions.plans_due(now(given))
    assert made.to_numpy().tolist() == [
        [1, "a", "Ann", "call", "Eve", "2023-05-02", "overdue", 100.0], [2, "c", "Cy", "visit", "Eve", "2023-07-01", "in_work", 80.0],
        [3, "b", "b", "write", "Eve", "2023-07-31", "still_open", 50.0],
    ]  # fmt: skip
    assert tuple(made.columns) == tuple(column.name for column in lookup("actions.plans_due").columns)
    assert len(decisions.plans_due(now())) == 0


def test_the_columns_are_those_of_the_catalogue() -> None:
    assert tuple(column.name for column in lookup("actions.decisions").columns) == COLUMNS
    for id in ("actions.ledger", "actions.decisions_before"):
        assert tuple(column.name for column in lookup(id).columns) == LEDGER_COLUMNS


def asked(client: str, rule: str, **more: Any) -> dict[str, Any]:
    row = dict.fromkeys(LEDGER_COLUMNS)
    said = {
        "id": f"2023-05-{client}", "since": "2023-05", "asked": "2023-05", "client": client, "client_id": client, "rule": rule, "due": "2023-07-31",
        "outcome": "still_open", "money": 7.0, "money_since": 0.0,
    }  # fmt: skip
    return row | said | more


def earlier(*rows: dict[str, Any], last: str = "2023-05") -> EarlierDecisions:
    frame = pd.DataFrame(list(rows), columns=list(LEDGER_COLUMNS))
    return EarlierDecisions(frame, Month.of(pd.Timestamp(f"{last}-01").date()))


@pytest.mark.parametrize(("row", "outcome"), [
    (asked("a", "return"), "came_back"),  # a bought in June, after the month that asked
    (asked("a", "return", since="2023-06"), "still_open"),  # nothing is known after P
    (asked("b", "return"), "still_open"),  # a refund is no purchase
    (asked("b", "return", due="2023-06-30"), "overdue"),
    (asked("z", "return"), "still_open"),  # no client of this review any more
    (asked("a", "retain"), "client_lapsed"),
    (asked("b", "retain"), "still_open"),
    (asked("c", "retain"), "bought_anyway"),  # no longer in danger; what it rests on is another decision
    (asked("b", "thread"), "still_open"),  # in danger now: still to be retained
    (asked("d", "retain"), "bought_anyway"),  # neither in danger nor on a thread, and nothing is known to be done
    (asked("d", "thread"), "done"),
    (asked("d", "develop", about="Tea"), "bought_anyway"),
    (asked("d", "develop", about="Soap"), "still_open"),
    (asked("b", "develop", outcome="done"), "done"),  # for good
    (asked("a", "plan", action="call"), "done"), (asked("b", "plan", action="visit"), "still_open"),
    (asked("b", "plan", action="visit", due="2023-06-29"), "overdue"), (asked("c", "plan", action="paint"), "cancelled"),
    (asked("c", "plan", action="write"), "cancelled"), (asked("c", "plan", action="forgotten"), "not_planned"),
])  # fmt: skip
def test_what_became_of_a_decision(row: dict[str, Any], outcome: str) -> None:
    given = plans(
        ("a", "call", "2023-06-01", "done"), ("b", "visit", "2023-06-29", "in work"), ("c", "write", "2023-06-30", "Dropped"), ("c", "paint", "2023-07-01", "cancelled"),
    )  # fmt: skip
    made = decisions.ledger(earlier(row), now(given))
    assert tuple(made.columns) == LEDGER_COLUMNS
    assert made["outcome"].tolist() == [outcome]


def test_an_action_of_its_plan_done_since_is_what_kept_a_client() -> None:
    done = plans(("d", "second contact", "2023-05-31", "done"))
    assert decisions.ledger(earlier(asked("d", "retain")), now(done))["outcome"].tolist() == ["done"]
    before = plans(("d", "second contact", "2023-04-30", "done"))
    assert decisions.ledger(earlier(asked("d", "retain")), now(before))["outcome"].tolist() == ["bought_anyway"]


def test_the_value_since_is_of_the_months_after_it_was_first_asked() -> None:
    made = decisions.ledger(
        earlier(asked("a", "return"), asked("a", "return", id="x", since="2023-04"), asked("b", "retain")), now()
    )
    # June alone 12, May and June 42, at a margin rate of one half; a refund of 5
    assert made["money_since"].tolist() == [6.0, 21.0, -2.5]


def test_a_decision_asked_for_again_keeps_its_id_its_day_and_its_first_money() -> None:
    known = decisions.ledger(
        earlier(asked("b", "retain", due="2023-06-30"), asked("d", "develop", id="2023-05-d", about="Tea")), now()
    )
    everyone = listed(
        {"list": "retain", "client_id": "b", "at_stake": 9.0}, {"list": "develop", "client_id": "d", "at_stake": 5.0}
    )
    made = decided(everyone, ledger=known)
    # b is open still; d had bought what it lacked, so that what is asked now is a new decision
    assert made[["id", "since", "due", "status", "money", "money_since"]].astype(object).where(made.notna(), None)[
        ["id", "since", "due", "status", "money", "money_since"]
    ].to_numpy().tolist() == [
        ["2023-05-b", "2023-05", "2023-06-30", "overdue", 9.0, -2.5], ["2023-06-d", "2023-06", "2023-07-31", "still_open", 5.0, None],
    ]  # fmt: skip
    ledger = decisions.with_decisions(known, made.assign(text="x"), WHEN)
    assert ledger[["id", "outcome", "money", "asked"]].to_numpy().tolist() == [
        ["2023-06-d", "still_open", 5.0, "2023-06"], ["2023-05-b", "overdue", 7.0, "2023-06"], ["2023-05-d", "bought_anyway", 7.0, "2023-05"],
    ]  # fmt: skip


def test_another_action_of_a_plan_is_another_decision() -> None:
    known = decisions.ledger(
        earlier(asked("c", "plan", action="call")), now(plans(("c", "call", "2023-06-01", "open")))
    )
    made = decided(NOBODY, plans(("c", "visit", "2023-05-01", "open"), ("c", "call", "2023-06-01", "open")), known)
    assert made[["id", "action"]].to_numpy().tolist() == [["2023-06-c", "visit"]]


def test_the_next_review_tells_of_what_the_last_one_asked() -> None:
    known = earlier(asked("a", "return"), asked("b", "retain", asked="2023-04", since="2023-04"))
    ledger = decisions.ledger(known, now())
    assert decisions.became(known, ledger, WHEN)["client_id"].tolist() == ["a"]
    # of the same month: a partial period is judged at the end of the month before
    same = earlier(asked("a", "return", asked="2023-06", since="2023-06"), last="2023-06")
    assert len(decisions.ledger(same, now())) == 1
    assert len(decisions.became(same, decisions.ledger(same, now()), WHEN)) == 0
    later = earlier(asked("a", "return", asked="2023-07"), last="2023-07")
    assert len(decisions.ledger(later, now())) == 0


def test_what_was_last_asked_for_two_years_ago_leaves_the_ledger() -> None:
    known = earlier(
        asked("a", "return", asked="2021-07", since="2021-03"), asked("b", "return", asked="2021-06", since="2021-03")
    )
    assert decisions.ledger(known, now())["client_id"].tolist() == ["a"]


def test_without_an_earlier_review_there_is_nothing_to_tell() -> None:
    assert len(NOTHING) == 0
    assert len(decisions.became(None, NOTHING, WHEN)) == 0
    assert NOTHING["money"].dtype == np.float64
