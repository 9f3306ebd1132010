"""Doubts that only a review can have: what its window holds."""

from collections.abc import Callable

import pytest

from portfolio_review.slices import Slice

Cut = Callable[..., Slice]


@pytest.mark.parametrize(("clients", "rows", "few"), [
    (12, 100, False), (11, 100, True), (12, 99, True), (13, 101, False), (11, 99, True),
])  # fmt: skip
def test_fewer_than_twelve_clients_or_a_hundred_rows_in_w1(cut: Cut, clients: int, rows: int, few: bool) -> None:
    text = "client_id,date,revenue,unit\n" + "".join(
        f"c{n % clients},2024-{4 + n % 3:02d}-{n % 28 + 1:02d},{n + 1},N\n" for n in range(rows)
    )
    earlier = "".join(f"d{n},2024-02-01,{n + 1},N\n" for n in range(40))  # W0 of three months
    for unit in ("N", "all"):
        made = cut(text + earlier, "2024-06", unit, settings="data_until: 2024-06-30")
        assert ("few_rows" in {doubt.id for doubt in made.doubts}) is few


@pytest.mark.parametrize("until", ["2024-06-10", "2024-06-30"])
def test_no_window_of_a_doubt_ends_with_a_partial_period(cut: Cut, until: str) -> None:
    """Of W1 (March to May, or April to June) one row of ten is left out; June is partial or whole."""
    sales = "".join(f"a,2024-{month:02d}-05,90,N\n" for month in range(1, 7))
    left = ",2024-03-05,30,N\n,2024-06-05,90,N\n"
    made = cut("client_id,date,revenue,unit\n" + sales + left, "2024-06", settings=f"data_until: {until}")
    (doubt,) = (doubt for doubt in made.doubts if doubt.id == "left_out")
    w1 = 30 / 300 if until == "2024-06-10" else 90 / 360
    assert doubt.of_w1 == pytest.approx(w1)
    few = next(doubt for doubt in made.doubts if doubt.id == "few_rows")
    assert few.rows == 3


def test_a_partial_period_has_few_rows_by_its_own_windows(cut: Cut) -> None:
    sales = "".join(f"a,2024-{month:02d}-05,90,N\n" for month in range(1, 6)) + "a,2024-06-02,90,N\n" * 5
    made = cut("client_id,date,revenue,unit\n" + sales, "2024-06", settings="data_until: 2024-06-10")
    assert next(doubt for doubt in made.doubts if doubt.id == "few_rows").rows == 3
