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
