"""Doubts that only a review can have: what its window holds."""

from collections.abc import Callable

import pytest

from portfolio_review.slices import Slice

Cut = Callable[..., Slice]
CutUnits = Callable[..., dict[str, Slice]]
HEAD, UNTIL = "client_id,date,revenue,unit\n", "data_until: 2024-06-30"


FEW = {(12, 100): False, (11, 100): True, (12, 99): True, (13, 101): False, (11, 99): True}
"""(Clients, rows) of W1: whether they are few."""


def sales(unit: str, clients: int, rows: int) -> str:
    """Rows in W1 of three months, and forty clients in W0."""
    now = "".join(f"{unit}c{n % clients},2024-{4 + n % 3:02d}-{n % 28 + 1:02d},{n + 1},{unit}\n" for n in range(rows))
    return now + "".join(f"{unit}d{n},2024-02-01,{n + 1},{unit}\n" for n in range(40))


def has_few_rows(made: Slice) -> bool:
    return "few_rows" in {doubt.id for doubt in made.doubts}


def test_fewer_than_twelve_clients_or_a_hundred_rows_in_w1_of_a_unit(cut_units: CutUnits) -> None:
    units = {f"U{clients}x{rows}": few for (clients, rows), few in FEW.items()}
    text = "".join(sales(f"U{clients}x{rows}", clients, rows) for clients, rows in FEW)
    made = cut_units(HEAD + text, "2024-06", list(units), settings=UNTIL)
    assert {unit: has_few_rows(made[unit]) for unit in units} == units


@pytest.mark.parametrize(("clients", "rows"), [(12, 100), (11, 100), (12, 99)])
def test_fewer_than_twelve_clients_or_a_hundred_rows_in_w1_of_all(cut: Cut, clients: int, rows: int) -> None:
    made = cut(HEAD + sales("N", clients, rows), "2024-06", settings=UNTIL)
    assert has_few_rows(made) is FEW[clients, rows]


@pytest.mark.parametrize("until", ["2024-06-10", "2024-06-30"])
def test_no_window_of_a_doubt_ends_with_a_partial_period(cut: Cut, until: str) -> None:
    """Of W1 (March to May, or April to June) one row of ten is left out; June is partial or whole."""
    bought = "".join(f"a,2024-{month:02d}-05,90,N\n" for month in range(1, 7))
    left = ",2024-03-05,30,N\n,2024-06-05,90,N\n"
    made = cut("client_id,date,revenue,unit\n" + bought + left, "2024-06", settings=f"data_until: {until}")
    (doubt,) = (doubt for doubt in made.doubts if doubt.id == "left_out")
    w1 = 30 / 300 if until == "2024-06-10" else 90 / 360
    assert doubt.of_w1 == pytest.approx(w1)
    few = next(doubt for doubt in made.doubts if doubt.id == "few_rows")
    assert few.rows == 3


def test_a_partial_period_has_few_rows_by_its_own_windows(cut: Cut) -> None:
    bought = "".join(f"a,2024-{month:02d}-05,90,N\n" for month in range(1, 6)) + "a,2024-06-02,90,N\n" * 5
    made = cut("client_id,date,revenue,unit\n" + bought, "2024-06", settings="data_until: 2024-06-10")
    assert next(doubt for doubt in made.doubts if doubt.id == "few_rows").rows == 3
