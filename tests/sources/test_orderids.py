"""Whether order ids are used again: pairs of client and id, over positive rows of the whole series."""

import pytest

from portfolio_review.sources.orderids import OrderIds

from .conftest import Bench

HEAD = "client_id,date,revenue,order_id\n"
OTHERS = "".join(f"c{n},2024-05-0{n % 9 + 1},5,{n}\n" for n in range(98))
"""98 orders of one row, of as many clients."""


def by_year(bench: Bench, rows: str, head: str = HEAD) -> bool:
    return bench.csv(head + rows).sources.orders_by_year


def test_more_than_one_pair_in_a_hundred_is_used_again() -> None:
    assert not OrderIds(100, 1).by_year
    assert OrderIds(100, 2).by_year
    assert OrderIds(99, 1).by_year
    assert not OrderIds().by_year


@pytest.mark.parametrize(
    ("second", "again"),
    [("2024-06-30,5", False), ("2024-07-01,5", True), ("2024-07-01,0", False), ("2024-07-01,-5", False)],
)
def test_an_order_whose_positive_rows_lie_more_than_180_days_apart_is_used_again(
    bench: Bench, second: str, again: bool
) -> None:
    assert by_year(bench, f"a,2024-01-02,5,7\na,{second},7\n{OTHERS}") is again


def test_an_id_at_two_clients_is_two_pairs_and_none_of_them_used_again(bench: Bench) -> None:
    assert not by_year(bench, f"a,2024-01-02,5,7\nb,2024-12-31,5,7\n{OTHERS}")


def test_rows_without_an_id_and_those_left_out_make_no_pair(bench: Bench) -> None:
    assert not by_year(bench, f"a,2024-01-02,5,\na,2024-12-31,5,\n,2024-01-02,5,7\n,2024-12-31,5,7\n{OTHERS}")


def test_without_order_ids_none_is_used_again(bench: Bench) -> None:
    assert not by_year(bench, "a,2024-01-02,5\na,2024-12-31,5\n", "client_id,date,revenue\n")


def test_the_constant_stays_when_the_sources_go_to_another_process(bench: Bench) -> None:
    found = bench.csv(f"{HEAD}a,2024-01-02,5,7\na,2024-12-31,5,7\n").sources
    assert found.orders_by_year
    assert type(found).from_json(found.to_json()) == found
