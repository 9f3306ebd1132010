"""What became of the clients on an earlier review's lists, against those that were cut."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import build, monthly_rows, rows

from portfolio_review.calendar import Month
from portfolio_review.metrics import follow_through
from portfolio_review.metrics.follow_through import EarlierLists
from portfolio_review.metrics.intervals import wilson

MADE = build(
    rows(
        *monthly_rows("a", "2019-01", [10] * 36),
        *monthly_rows("b", "2019-01", [10] * 24), ("b", "2021-11-02", 70.0), ("b", "2021-12-02", -20.0),
        *monthly_rows("c", "2019-01", [10] * 24), ("c", "2021-09-30", 10.0), ("c", "2021-11-30", -4.0),
        *monthly_rows("d", "2019-01", [10] * 12),
    ),
    "2021-12",
    data_until=dt.date(2021, 12, 31),
)  # fmt: skip
SEPTEMBER = Month(2021 * 12 + 8)


def table_of(*lists: tuple[str, str, bool], last: Month = SEPTEMBER) -> pd.DataFrame:
    earlier = EarlierLists(pd.DataFrame(lists, columns=["client_id", "rule", "listed"]), last)
    return follow_through.table(earlier, MADE.base(), MADE.monthly, MADE.when)


def row(found: pd.DataFrame, rule: str, group: str) -> list[object]:
    mine = found[(found["rule"] == rule) & (found["group"] == group)]
    return mine[["n", "bought", "kept", "revenue"]].iloc[0].tolist()


def test_returned_are_those_that_bought_since() -> None:
    found = table_of(("b", "return", True), ("c", "return", True), ("d", "return", False))
    # b came back with 70, less a refund of 20; c bought on 30 September, which is not since, and got 4 back
    assert row(found, "return", "listed") == [2, 1, 1, 46.0]
    assert row(found, "return", "cut") == [1, 0, 0, 0.0]
    figure = follow_through.figures(found)["actions.return.followed"]
    assert (figure.value, figure.interval) == (0.5, wilson(1, 2))


def test_kept_are_those_not_lapsed() -> None:
    found = table_of(("a", "retain", True), ("c", "retain", True), ("d", "retain", True), ("a", "reward", False))
    # a bought every month; c is silent for 92 days of at most 90 (2 · 31 is less): lapsed, d long ago
    assert row(found, "retain", "listed") == [3, 1, 1, 26.0]
    assert row(found, "reward", "cut") == [1, 1, 1, 30.0]
    assert found.loc[found["n"] == 0, ["rate", "low", "high"]].isna().all(axis=None)


def test_a_client_that_is_not_known_any_more_counts_as_neither() -> None:
    assert row(table_of(("a", "retain", True), ("gone", "retain", True)), "retain", "listed") == [2, 1, 1, 30.0]


def test_every_rule_has_both_rows() -> None:
    found = table_of(("a", "reward", True))
    assert len(found) == 8
    assert follow_through.figures(found)["actions.retain.followed"].reason == "the earlier list was empty"


@pytest.mark.parametrize("last", [None, Month(2021 * 12 + 11), Month(2022 * 12)])
def test_without_an_earlier_review_there_is_nothing_to_follow(last: Month | None) -> None:
    found = (
        follow_through.table(None, MADE.base(), MADE.monthly, MADE.when)
        if last is None
        else table_of(("a", "return", True), last=last)
    )
    assert found.empty
    assert {figure.reason for figure in follow_through.figures(found).values()} == {"no earlier review at hand"}
