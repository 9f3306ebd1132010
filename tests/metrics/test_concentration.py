"""Concentration: extremes with known values, ties, names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.catalog import lookup
from portfolio_review.figure import NO_CLIENT_IN_W1
from portfolio_review.metrics import concentration


def test_gini_of_equals_and_of_a_single_holder() -> None:
    # by the formula: equal clients 0, one holder of n (n − 1)/n
    assert concentration.gini(np.full(7, 3.0)) == pytest.approx(0, abs=1e-15)
    assert concentration.gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(3 / 4)


def test_gini_is_half_the_relative_mean_difference() -> None:
    x = np.random.default_rng(1).gamma(0.7, 10, 60)
    by_pairs = np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())
    assert concentration.gini(x) == pytest.approx(by_pairs)


def test_hhi_and_top_shares() -> None:
    x = np.array([50.0, 30.0, 10.0, 10.0])
    assert concentration.hhi(x) == pytest.approx(0.25 + 0.09 + 0.01 + 0.01)
    assert concentration.top_share(x, 1) == 0.5
    assert concentration.top_share(x, 10) == 1.0


@pytest.mark.parametrize(("n", "expected"), [(1, 1), (5, 1), (6, 2), (35, 7), (36, 8)])
def test_a_fifth_of_the_clients_is_rounded_up_exactly(n: int, expected: int) -> None:
    # 0.2 · 35 is 7.000000000000001 in binary
    assert concentration.a_fifth(n) == expected


def test_half_of_the_revenue() -> None:
    assert concentration.holders_of(np.array([50.0, 30.0, 20.0])) == 1
    assert concentration.holders_of(np.array([49.0, 31.0, 20.0])) == 2
    assert concentration.holders_of(np.full(10, 0.1)) == 5


def test_figures_with_the_windows_before() -> None:
    lines = rows(
        ("a", "2019-06-01", 60.0),
        ("b", "2019-06-01", 40.0),
        ("a", "2020-12-01", 100.0),
        ("b", "2021-06-01", 300.0),
        ("c", "2021-06-01", -9.0),
    )
    made = build(lines, "2021-12", history_start=None)
    figures = concentration.figures(made.base(), made.monthly, made.when)
    top = figures["structure.top1_share"]
    # W1 2021: b alone. Windows that end with PP (2020-12 to 2021-11): a 100, b 300. With PY (2020): a
    assert (top.value, top.previous, top.previous_year) == (1.0, 0.75, 1.0)
    assert figures["structure.effective_clients"].previous == pytest.approx(1 / (0.0625 + 0.5625))
    assert figures["structure.half_of_revenue_clients"].value == 1


def test_earlier_windows_outside_the_history_are_left_empty() -> None:
    made = build(rows(("a", "2021-01-01", 60.0), ("a", "2021-12-01", 60.0)), "2021-12")
    top = concentration.figures(made.base(), made.monthly, made.when)["structure.top1_share"]
    assert (top.value, top.previous, top.previous_year) == (1.0, None, None)


def test_undefined_without_positive_revenue() -> None:
    nobody = build(rows(("a", "2019-01-01", 5.0)), "2021-12")
    figures = concentration.figures(nobody.base(), nobody.monthly, nobody.when)
    assert {figure.reason for figure in figures.values()} == {NO_CLIENT_IN_W1}
    returns = build(rows(("a", "2021-01-01", 5.0), ("a", "2021-01-02", -5.0)), "2021-12")
    figures = concentration.figures(returns.base(), returns.monthly, returns.when)
    assert {figure.reason for figure in figures.values()} == {"no client with positive revenue in W1"}


def test_the_largest_with_running_shares() -> None:
    lines = rows(
        ("a", "2020-06-01", 10.0), ("a", "2021-06-01", 30.0), ("b", "2021-06-01", 30.0), ("c", "2021-06-01", 40.0)
    )
    names = pd.DataFrame({"client_id": ["a", "b", "c"], "name": ["Alpha", None, "Gamma"]})
    made = build(lines, "2021-12", attributes=names, history_start=lines["date"].min().date().replace(month=1))
    table = concentration.largest(made.base(), made.when)
    assert list(table["client_id"]) == ["c", "a", "b"]
    assert list(table["name"]) == ["Gamma", "Alpha", "b"]
    assert list(table["rank"]) == [1, 2, 3]
    assert list(table["revenue_w0"]) == [0.0, 10.0, 0.0]
    assert list(table["amount_change"]) == [40.0, 20.0, 30.0]
    assert list(table["running_share"]) == pytest.approx([0.4, 0.7, 1.0])
    assert len(concentration.largest(made.base(), made.when, top=2)) == 2


def test_the_largest_without_w0() -> None:
    made = build(rows(("a", "2021-06-01", 30.0)), "2021-12")
    assert concentration.largest(made.base(), made.when)["revenue_w0"].isna().all()


def test_clients_with_a_tenth_are_named() -> None:
    lines = rows(
        *((f"c{n:02d}", "2021-06-01", 10.0) for n in range(9)), ("d", "2021-06-01", 9.0), ("e", "2021-06-01", 1.0)
    )
    table = concentration.over_a_tenth(build(lines, "2021-12").base())
    # nine of 10 in 100 hold exactly a tenth each; 9 and 1 do not
    assert list(table["client_id"]) == [f"c{n:02d}" for n in range(9)]
    assert list(table["share"]) == pytest.approx([0.1] * 9)


def test_the_largest_month_by_month_as_far_as_the_history_reaches() -> None:
    lines = rows(("a", "2021-06-10", 70.0), ("a", "2021-06-20", -10.0), ("a", "2021-12-01", 5.0), ("b", "2021-08-01", 30.0),
                 ("c", "2021-07-01", 10.0))  # fmt: skip
    portfolio = build(lines, "2021-12", history_start=pd.Timestamp("2021-06-01").date())
    base = portfolio.base()
    table = concentration.largest_months(
        concentration.largest(base, portfolio.when, top=2), portfolio.monthly, portfolio.when
    )
    assert tuple(table.columns) == tuple(column.name for column in lookup("structure.largest_months").columns)
    # 7 months from June on, of the two largest alone
    assert list(table["client_id"]) == ["a"] * 7 + ["b"] * 7
    assert list(table["month"][:7]) == ["2021-06", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12"]
    assert list(table["revenue"]) == [60.0, 0, 0, 0, 0, 0, 5.0, 0, 0, 30.0, 0, 0, 0, 0]


def test_over_a_tenth_counts_amounts_below_one() -> None:
    base = pd.DataFrame({"r1": [0.9, 0.05, -2.0], "name": ["a", "b", "c"]}, index=pd.Index(list("abc")))
    assert list(concentration.over_a_tenth(base)["client_id"]) == ["a"]
