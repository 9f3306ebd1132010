"""Orders are pairs of client and id, in both paths; ids that are used again are counted by calendar year."""

from collections.abc import Callable

import pytest

from portfolio_review.slices import Slice

Cut = Callable[..., Slice]
HEAD = "client_id,date,revenue,order_id,unit\n"
# window of three months: W1 is April to June 2024, W0 January to March
ROWS = """a,2024-04-01,5,1,N
b,2024-04-02,5,1,N
b,2024-06-02,5,1,S
b,2024-06-03,5,,S
b,2024-06-03,5,,S
c,2024-06-03,5,,S
c,2024-06-04,-5,9,S
c,2024-02-04,5,3,N
"""


def orders(made: Slice) -> dict[str, int]:
    found = made.totals.set_index("span")["orders"]
    return {span: int(found.get(span, 0)) for span in ("p", "w1", "w0")}


def test_a_pair_counts_once_in_each_unit_and_once_in_all(cut: Cut) -> None:
    found = {
        unit: orders(cut(HEAD + ROWS, "2024-06", unit, settings="data_until: 2024-06-30")) for unit in ("N", "S", "all")
    }
    # b's order 1 stands in N and S; rows without an id are a client's day
    assert found == {
        "N": {"p": 0, "w1": 2, "w0": 1}, "S": {"p": 3, "w1": 3, "w0": 0}, "all": {"p": 3, "w1": 4, "w0": 1},
    }  # fmt: skip


@pytest.mark.parametrize("unit", ["N", "S", "all"])
def test_the_second_path_counts_the_same(cut: Cut, unit: str) -> None:
    made = cut(HEAD + ROWS, "2024-06", unit, settings="data_until: 2024-06-30")
    assert made.recomputed["headline.orders"] == orders(made)["p"]


def test_a_merged_client_counts_its_orders_under_its_key(cut: Cut) -> None:
    clients = "client_id,merged_into\na,b\nb,\nc,\n"
    made = cut(HEAD + ROWS, "2024-06", clients=clients, settings="data_until: 2024-06-30")
    assert orders(made) == {"p": 3, "w1": 3, "w0": 1}


@pytest.mark.parametrize("period", ["2024-12", "2025-01", "2025-12"])
def test_an_id_that_is_used_again_is_an_order_of_each_year(cut: Cut, period: str) -> None:
    rows = "".join(f"a,{year}-{month:02d}-05,5,{month},N\n" for year in (2023, 2024, 2025) for month in range(1, 13))
    made = cut(HEAD + rows, period, settings="data_until: 2025-12-31\nwindow_months: 24")
    months = (int(period[:4]) - 2023) * 12 + int(period[5:])
    assert orders(made) == {"p": 1, "w1": min(months, 24), "w0": max(0, months - 24)}
    assert made.recomputed["headline.orders"] == 1
    # by id alone the effects of 24 months would be those of 12 orders
    if period == "2025-12":
        assert made.monthly["orders"].tolist() == [1] * 36


def test_an_id_over_the_turn_of_a_year_is_one_order_unless_ids_are_used_again(cut: Cut) -> None:
    turn = "a,2023-12-30,5,7,N\na,2024-01-02,5,7,N\n"
    made = cut(HEAD + turn, "2024-01", settings="data_until: 2024-01-31")
    assert orders(made)["w1"] == 1
