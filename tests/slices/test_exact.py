"""Sums to the cent, and the places of equal keys, against Python's own numbers and lists."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_review.errors import DataRefusedError
from portfolio_review.slices.exact import Amounts, changes, numbered, spread, stable_order

MONEY = st.decimals(-(10**9), 10**9, places=6)
KEYS = st.lists(st.integers(0, 200_000), max_size=60)


@given(st.lists(st.tuples(st.integers(0, 5), MONEY), min_size=1))
def test_sums_are_those_of_decimal_numbers(rows: list[tuple[int, Decimal]]) -> None:
    groups = np.array(sorted(group for group, _ in rows))
    amounts = Amounts.of(np.array([float(money) for _, money in rows]))
    expected = [sum((m for g, (_, m) in zip(groups, rows, strict=True) if g == n), Decimal(0)) for n in range(6)]
    assert amounts.totals(groups, 6).floats() == pytest.approx([float(total) for total in expected], abs=1e-6)
    starts = np.flatnonzero(changes(groups))
    assert amounts.sums(starts).floats() == pytest.approx([float(expected[n]) for n in groups[starts]], abs=1e-6)


def test_whole_cents_add_up_exactly() -> None:
    amounts = Amounts.of(np.array([0.1, 0.2, 1234567.89, 0.1 + 0.2, 3 * 1.1]))
    assert amounts.rest is None  # 0.30000000000000004 and 3.3000000000000003 are amounts too
    assert amounts.cents.tolist() == [10, 20, 123456789, 30, 330]
    many = Amounts.of(np.full(1_000_003, 0.01)).totals(np.zeros(1_000_003, dtype=int), 1)
    assert many.floats()[0] == 10_000.03


def test_the_order_of_amounts_changes_no_bit() -> None:
    values = np.array([1e9 + 0.123457, -3.000001, 7.25, 1e-6, 999.999999] * 50)
    there, back = (Amounts.of(each).totals(np.zeros(250, dtype=int), 1).floats()[0] for each in (values, values[::-1]))
    assert there == back


def test_sums_of_more_than_doubles_hold_are_exact() -> None:
    amounts = Amounts.of(np.array([9e14, 0.01, 9e14, -9e14]))
    assert amounts.totals(np.array([1, 1, 0, 1]), 2).cents.tolist() == [90_000_000_000_000_000, 1]


def test_what_lies_above_zero_is_told_of_the_smallest_amounts_too() -> None:
    assert Amounts.of(np.array([0.0, 1e-6, -1e-6, 0.004, -0.004, 2])).positive.tolist() == [
        False, True, False, True, False, True,
    ]  # fmt: skip


def test_amounts_whose_sum_no_number_holds_are_refused() -> None:
    with pytest.raises(DataRefusedError, match="in thousands or millions"):
        Amounts.of(np.full(100, 9.9e14))


@given(KEYS)
def test_places_in_order_are_those_of_a_stable_sort(keys: list[int]) -> None:
    found = stable_order(np.array(keys, dtype=np.int64), 200_001)
    assert found.tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@given(KEYS)
def test_numbers_of_keys_lead_back_to_them(keys: list[int]) -> None:
    for bound in (200_001, 10**12):  # by marks and by sorting
        distinct, places = numbered(np.array(keys, dtype=np.int64), bound)
        assert distinct.tolist() == sorted(set(keys))
        assert distinct[places].tolist() == keys


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 4))))
def test_runs_are_spread_into_their_places(runs: list[tuple[int, int]]) -> None:
    starts, lengths = (np.array([run[n] for run in runs], dtype=np.int64) for n in (0, 1))
    assert spread(starts, lengths).tolist() == [start + n for start, length in runs for n in range(length)]
