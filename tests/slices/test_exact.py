"""Sums are exact to six decimals, in any order; amounts that no sum holds are refused."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from portfolio_review.errors import DataRefusedError
from portfolio_review.slices import Slice

Cut = Callable[..., Slice]
HEAD = "client_id,date,revenue,order_id\n"


def revenue(cut: Cut, amounts: list[str]) -> float:
    """Of one client and month."""
    rows = "".join(f"a,2024-06-{1 + n % 28:02d},{amount},o{n}\n" for n, amount in enumerate(amounts))
    found = cut(HEAD + rows, "2024-06", settings="data_until: 2024-06-30").monthly["revenue"].tolist()
    return float(found[0])


def test_sums_are_those_of_decimal_numbers(cut: Cut) -> None:
    amounts = [f"{n * 7919 % 100_003}.{n * 104_729 % 10**6:06}" for n in range(600)]
    assert revenue(cut, amounts) == float(sum(map(Decimal, amounts)))


def test_whole_cents_add_up_exactly(cut: Cut) -> None:
    assert revenue(cut, ["0.01"] * 10_003) == 100.03  # in doubles the sum ends at 100.02999999998963


def test_the_order_of_amounts_changes_no_bit(cut: Cut) -> None:
    values = ["1000000000.123457", "-3.000001", "7.25", "0.000001", "999.999999"] * 20
    assert revenue(cut, values) == revenue(cut, values[::-1])


def test_sums_of_more_than_doubles_hold_are_exact(cut: Cut) -> None:
    assert revenue(cut, ["900000000000000", "0.01", "-900000000000000"]) == 0.01


def test_amounts_whose_sum_no_number_holds_are_refused(cut: Cut) -> None:
    with pytest.raises(DataRefusedError, match="in thousands or millions"):
        revenue(cut, ["990000000000000"] * 100)
