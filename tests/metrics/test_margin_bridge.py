"""What moved the margin: by hand, and that its parts are the whole."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import Portfolio, build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import margin_bridge

COLUMNS = "client_id date revenue margin"
# W0 is 2020, W1 2021
LINES = rows(
    ("kept", "2020-05-01", 100.0, 40.0), ("kept", "2021-05-01", 150.0, 45.0),
    ("lost", "2020-06-01", 100.0, 20.0),
    ("new", "2021-07-01", 50.0, 25.0),
    columns=COLUMNS,
)  # fmt: skip


def made(lines: pd.DataFrame = LINES, start: dt.date = dt.date(2019, 1, 1)) -> Portfolio:
    return build(lines, "2021-12", history_start=start, data_until=dt.date(2021, 12, 31))


def amounts(portfolio: Portfolio) -> dict[str, float]:
    table = margin_bridge.steps(portfolio.base(), portfolio.when)
    return dict(zip(table["step"], table["amount"], strict=True))


def test_by_hand() -> None:
    # R 200 → 200, M 60 → 70: volume 0; rate of the kept 150 · (0.3 − 0.4) = −15; mix the rest, 60 + 25 − 60 = 25
    portfolio = made()
    assert amounts(portfolio) == pytest.approx(
        {"margin_start": 60.0, "margin_volume": 0.0, "margin_mix": 25.0, "margin_rate_effect": -15.0,
         "margin_end": 70.0}
    )  # fmt: skip
    table = margin_bridge.steps(portfolio.base(), portfolio.when)
    assert table["margin_rate"].iloc[[0, -1]].tolist() == pytest.approx([0.30, 0.35])
    assert tuple(table.columns) == tuple(column.name for column in lookup("bridge.margin").columns)
    assert margin_bridge.closes(table).passed


def test_more_of_the_same_is_volume_alone() -> None:
    lines = rows(("a", "2020-05-01", 100.0, 40.0), ("a", "2021-05-01", 150.0, 60.0), columns=COLUMNS)
    found = amounts(made(lines))
    assert found["margin_volume"] == pytest.approx(20.0)
    assert (found["margin_mix"], found["margin_rate_effect"]) == (0.0, 0.0)


def test_the_largest_of_each_side_by_name() -> None:
    portfolio = made()
    table = margin_bridge.largest(portfolio.base(), portfolio.when)
    assert tuple(table.columns) == tuple(column.name for column in lookup("bridge.margin_largest").columns)
    assert list(zip(table["client_id"], table["amount"], strict=True)) == [
        ("new", 25.0),
        ("lost", -20.0),
        ("kept", 5.0),
    ]
    assert list(table["rank"]) == [1, 2, 3]


@pytest.mark.parametrize("portfolio", [
    made(start=dt.date(2020, 6, 1)),
    made(LINES.assign(margin=float("nan"))),
    made(rows(("a", "2020-05-01", -5.0, -2.0), ("a", "2021-05-01", 9.0, 4.0), columns=COLUMNS)),
])  # fmt: skip
def test_without_a_base_there_are_no_rows(portfolio: Portfolio) -> None:
    table = margin_bridge.steps(portfolio.base(), portfolio.when)
    assert table.empty
    assert margin_bridge.largest(portfolio.base(), portfolio.when).empty
    assert margin_bridge.closes(table).passed


money = st.integers(-100, 1000)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["2020-03-01", "2021-03-01"]), money, money),
                min_size=1, max_size=20))  # fmt: skip
def test_the_parts_are_the_whole(lines: list[tuple[str, str, int, int]]) -> None:
    portfolio = made(rows(*((who, day, float(r), float(m)) for who, day, r, m in lines), columns=COLUMNS))
    check = margin_bridge.closes(margin_bridge.steps(portfolio.base(), portfolio.when))
    assert check.passed, check.detail


def test_a_check_sees_a_part_that_is_missing() -> None:
    table = margin_bridge.steps(made().base(), made().when)
    assert not margin_bridge.closes(table.assign(amount=[*table["amount"][:3], 0.0, 70.0])).passed


def test_a_client_without_known_margin_in_one_window_counts_with_nothing_there() -> None:
    # of `part` nothing is known in W0: R0 100, M0 40 are those of `kept` alone; its gain is its whole M1, 0.5
    base = made(
        rows(
            ("kept", "2020-05-01", 100.0, 40.0), ("kept", "2021-05-01", 100.0, 40.0),
            ("part", "2020-05-01", 5.0, None), ("part", "2021-05-01", 2.0, 0.5),
            columns=COLUMNS,
        )
    ).base()  # fmt: skip
    base.loc["part", ["margin0", "margin_revenue0"]] = None
    when = made().when
    found = margin_bridge.largest(base, when)
    assert list(zip(found["client_id"], found["amount"], strict=True)) == [("part", 0.5)]
    steps = margin_bridge.steps(base, when).set_index("step")
    assert steps.loc["margin_start", "amount"] == 40.0
    # growth 102 / 100 − 1 of 40
    assert steps.loc["margin_volume", "amount"] == pytest.approx(0.8, abs=1e-9)


def test_the_rate_at_the_end_of_a_revenue_below_one() -> None:
    small = rows(("a", "2020-05-01", 100.0, 40.0), ("a", "2021-05-01", 0.5, 0.1), columns=COLUMNS)
    table = margin_bridge.steps(made(small).base(), made(small).when)
    assert table["margin_rate"].iloc[-1] == pytest.approx(0.2)
