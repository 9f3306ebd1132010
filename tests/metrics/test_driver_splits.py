"""LMDI, sequential splits, margin as a fourth factor, sensitivity."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import Portfolio, build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import checks, driver_splits, drivers

START = dt.date(2019, 1, 1)
FACTORS = st.lists(st.tuples(st.floats(0.01, 1e3), st.floats(0.01, 1e3)), min_size=2, max_size=4)


def made(**more: object) -> Portfolio:
    lines = rows(
        ("a", "2020-02-01", 100.0, 20.0), ("b", "2020-02-01", 50.0, 5.0),
        ("a", "2021-02-01", 120.0, 30.0), ("a", "2021-03-01", 60.0, -5.0), ("c", "2021-02-01", 70.0, 7.0),
        ("r", "2021-02-01", -9.0, -2.0),
        columns="client_id date revenue margin",
    )  # fmt: skip
    return build(lines, "2021-12", history_start=START, **more)  # type: ignore[arg-type]


def test_reference_split() -> None:
    # the definition of the metrics, Drivers, "Check"
    assert driver_splits.lmdi((100, 10, 2), (120, 9, 2.5)) == pytest.approx([425.2687, -245.7555, 520.4868], abs=5e-5)


@given(FACTORS)
def test_splits_sum_to_the_change(pairs: list[tuple[float, float]]) -> None:
    start, end = [a for a, _ in pairs], [b for _, b in pairs]
    change, scale = math.prod(end) - math.prod(start), max(math.prod(end), math.prod(start))
    assert sum(driver_splits.lmdi(start, end)) == pytest.approx(change, rel=1e-9, abs=1e-9 * scale)
    assert sum(driver_splits.sequential(start, end)) == pytest.approx(change, rel=1e-9, abs=1e-9 * scale)
    back = driver_splits.lmdi(end, start)
    assert back == pytest.approx([-part for part in driver_splits.lmdi(start, end)], rel=1e-9, abs=1e-9 * scale)


def test_sequential() -> None:
    # 20·10·2, then 120·(−1)·2, then 120·9·0.5
    assert driver_splits.sequential((100, 10, 2), (120, 9, 2.5)) == pytest.approx([400, -240, 540])


def test_logarithms_need_positive_factors() -> None:
    assert all(math.isnan(part) for part in driver_splits.lmdi((1, 0, 2), (1, 1, 1)))
    assert driver_splits.logarithmic_mean(3.0, 3.0) == 3.0
    # of close numbers: (a + b) / 2 − (a − b)² / 12 b and smaller terms
    assert driver_splits.logarithmic_mean(1000.5, 1000.0) == pytest.approx(1000.25 - 0.25 / 12_000, abs=1e-6)


def test_table() -> None:
    portfolio = made()
    base = portfolio.base()
    table = driver_splits.table(base, portfolio.totals, portfolio.when)
    assert tuple(table.columns) == tuple(column.name for column in lookup("drivers.splits").columns)
    # every active client-month has one order: both readings are equal, and 250 − 150 is split
    assert list(table["factor"]) == ["N", "V", "L"]
    for split in ("shapley", "lmdi", "sequential"):
        assert table[split].sum() == pytest.approx(100)
    effects = drivers.figures(base, portfolio.totals, portfolio.when)
    assert list(table["shapley"]) == [effects[f"drivers.{name}_effect"].value for name in "nvl"]


def test_margin_as_the_fourth_factor() -> None:
    portfolio = made()
    base = portfolio.base()
    effects = driver_splits.margin_figures(base, portfolio.totals, portfolio.when)
    # margin of active clients 25 → 32 of revenue 150 → 250; r is not active
    assert sum(f.value for f in effects.values()) == pytest.approx(7.0)  # type: ignore[misc]
    expected = drivers.shapley((2, 75, 1, 25 / 150), (2, 250 / 3, 1.5, 32 / 250))
    assert [f.value for f in effects.values()] == pytest.approx(expected)
    check = checks.margin_drivers_add_up(base, effects)
    assert (check.passed, check.detail) == (True, "effects, change: 7.00 = 7.00")


def test_margin_that_cannot_be_split() -> None:
    without = build(rows(("a", "2020-02-01", 1.0), ("a", "2021-02-01", 1.0)), "2021-12", history_start=START)
    effects = driver_splits.margin_figures(without.base(), without.totals, without.when)
    assert {f.reason for f in effects.values()} == {"no margin given"}
    assert checks.margin_drivers_add_up(without.base(), effects).detail == "nothing to check: no margin given"
    lines = rows(
        ("a", "2020-02-01", 5.0, 1.0), ("a", "2020-02-02", -5.0, 1.0), ("a", "2021-02-01", 1.0, 1.0),
        columns="client_id date revenue margin",
    )  # fmt: skip
    zero = build(lines, "2021-12", history_start=START)
    effects = driver_splits.margin_figures(zero.base(), zero.totals, zero.when)
    assert {f.reason for f in effects.values()} == {"no revenue of active clients in W0"}


def test_sensitivity() -> None:
    portfolio = made()
    table = driver_splits.sensitivity(portfolio.base(), portfolio.totals, portfolio.when)
    assert tuple(table.columns) == tuple(column.name for column in lookup("drivers.sensitivity").columns)
    # 1 % of 250; a point of retention: 0.01 · 2 · r(W0) of b
    assert list(table["amount"]) == pytest.approx([2.5, 2.5, 2.5, 1.0])


def test_a_short_history() -> None:
    portfolio = build(rows(("a", "2021-02-01", 1.0)), "2021-12")
    assert driver_splits.table(portfolio.base(), portfolio.totals, portfolio.when).empty
    assert driver_splits.sensitivity(portfolio.base(), portfolio.totals, portfolio.when)["amount"].isna().all()
