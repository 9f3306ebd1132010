"""ABC: limits, ties, clients without revenue, fixed limits."""

from __future__ import annotations

import pandas as pd
import pytest
from portfolios import build, rows, settings

from portfolio_review.metrics import abc


def classes(*r: float, active: bool = True) -> list[str | None]:
    series = pd.Series(list(r), index=[f"c{n}" for n in range(len(r))])
    found = abc.classify(series, pd.Series(active, index=series.index))
    return [None if pd.isna(name) else str(name) for name in found]


def test_the_client_that_crosses_a_limit_belongs_to_the_higher_class() -> None:
    # T = 100: c = 0, 50, 79 (< 80: A), 90 (< 95: B), 97 (C)
    assert classes(50, 29, 11, 7, 3) == ["A", "A", "A", "B", "C"]


def test_a_cumulated_share_equal_to_the_limit_is_not_below_it() -> None:
    # T = 100: c = 0, 80 (not below 80: B), 95 (not below 95: C)
    assert classes(80, 15, 5) == ["A", "B", "C"]
    # the same in tenths, whose sums are not exact in binary
    assert classes(0.8, 0.15, 0.05) == ["A", "B", "C"]


def test_equal_r_share_the_class_of_the_first_of_them() -> None:
    # T = 100, five of 20: all c are that of the first, 0
    assert classes(20, 20, 20, 20, 20) == ["A"] * 5
    # T = 100: 70 (c 0), 15 and 15 (c 70, both A though the second starts at 85)
    assert classes(70, 15, 15) == ["A", "A", "A"]


def test_order_of_clients_does_not_matter() -> None:
    assert classes(3, 50, 7, 29, 11) == ["C", "A", "B", "A", "A"]


def test_active_clients_without_positive_r_are_none_and_others_have_no_class() -> None:
    series = pd.Series({"a": 100.0, "b": 0.0, "c": -5.0, "d": -7.0})
    active = pd.Series({"a": True, "b": True, "c": True, "d": False})
    found = abc.classify(series, active)
    assert list(found[:3]) == ["A", "none", "none"]
    assert pd.isna(found["d"])


def test_nobody_has_positive_r() -> None:
    assert classes(-1, 0) == ["none", "none"]
    assert classes() == []


def test_other_limits() -> None:
    series = pd.Series({"a": 50.0, "b": 30.0, "c": 20.0})
    found = abc.classify(series, pd.Series(True, index=series.index), limits=(0.5, 0.8))
    assert list(found) == ["A", "B", "C"]


def test_table_has_four_rows_and_shares_over_positive_revenue() -> None:
    lines = rows(
        ("a", "2021-02-01", 90.0),
        ("b", "2021-02-01", 10.0),
        ("c", "2021-02-01", 5.0),
        ("c", "2021-02-02", -25.0),
        ("d", "2021-02-01", -1.0),
    )
    table = abc.table(build(lines, "2021-12").base())
    # T = 100: a A, b (c = 90) B; c is active with −20, d is not active
    assert list(table["class"]) == ["A", "B", "C", "none"]
    assert list(table["clients"]) == [1, 1, 0, 1]
    assert list(table["revenue"]) == [90.0, 10.0, 0.0, -20.0]
    assert list(table["share_of_clients"]) == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3])
    assert list(table["share_of_revenue"]) == pytest.approx([0.9, 0.1, 0, 0])


def test_table_of_nobody_has_no_shares() -> None:
    table = abc.table(build(rows(("a", "2019-01-01", 5.0)), "2021-12").base())
    assert list(table["clients"]) == [0, 0, 0, 0]
    assert table[["share_of_clients", "share_of_revenue"]].isna().all().all()


def test_margin_as_the_measure() -> None:
    lines = rows(
        ("a", "2021-02-01", 90.0, 1.0),
        ("b", "2021-02-01", 10.0, 9.0),
        ("c", "2021-02-01", 5.0, -3.0),
        columns="client_id date revenue margin",
    )
    base = build(lines, "2021-12", review=settings(abc={"measure": "margin"})).base()
    # by margin: b 9 (c = 0: A), a 1 (c = 9 of 10: B), c negative: none
    assert list(base["abc1"]) == ["B", "A", "none"]
    table = abc.table(base, "margin")
    assert list(table["revenue"]) == [10.0, 90.0, 0.0, 5.0]
    # the class of b holds 10 of the revenue of 105 and 9 of the margin of 10; c has no positive margin
    assert list(table["share_of_revenue"]) == pytest.approx([10 / 105, 90 / 105, 0.0, 5 / 105])
    assert list(table["share_of_measure"]) == pytest.approx([0.9, 0.1, 0.0, 0.0])
    assert abc.table(base)["share_of_measure"].isna().all()


def test_limits_of_w0_in_money() -> None:
    r0 = pd.Series({"a": 50.0, "b": 29.0, "c": 11.0, "d": 7.0, "e": 3.0})
    at_w0 = abc.classify(r0, pd.Series(True, index=r0.index))
    limits = abc.money_limits(r0, at_w0)
    assert limits == abc.MoneyLimits(a=11.0, b=7.0)
    r1 = pd.Series({"a": 11.0, "b": 10.99, "c": 7.0, "d": 6.0, "e": 0.0})
    fixed = abc.classify_fixed(r1, pd.Series(True, index=r1.index), limits)
    assert list(fixed) == ["A", "B", "B", "C", "none"]


def test_without_a_b_client_b_starts_where_a_does() -> None:
    r0 = pd.Series({"a": 50.0, "b": 50.0})
    limits = abc.money_limits(r0, abc.classify(r0, pd.Series(True, index=r0.index)))
    assert limits == abc.MoneyLimits(a=50.0, b=50.0)


def test_without_an_a_client_there_are_no_limits() -> None:
    r0 = pd.Series({"a": 0.0})
    active = pd.Series({"a": True})
    assert abc.money_limits(r0, abc.classify(r0, active)) is None
    assert abc.classify_fixed(r0, active, None).isna().all()
