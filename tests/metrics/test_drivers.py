"""Drivers: the reference split, sums, both readings, the price of a client."""

from __future__ import annotations

import datetime as dt

import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.figure import NO_CLIENT_IN_W0
from portfolio_review.metrics import drivers
from portfolio_review.metrics.drivers import Factors

START = dt.date(2019, 1, 1)

# W0: a two orders of 10 and 20 in two months, b one of 30. W1: a 40 in one order, c 12 and 8 in one month
LINES = rows(
    ("a", "2020-02-01", 10.0, "1"), ("a", "2020-03-01", 20.0, "2"), ("b", "2020-02-01", 30.0, "3"),
    ("b", "2021-01-01", -4.0, "3r"),
    ("a", "2021-02-01", 40.0, "4"), ("c", "2021-02-01", 12.0, "5"), ("c", "2021-02-09", 8.0, "6"),
    columns="client_id date revenue order_id",
)  # fmt: skip


def made(start: dt.date = START) -> Portfolio:
    return build(LINES, "2021-12", history_start=start)


def test_reference_split() -> None:
    # the definition of the metrics, Drivers, "Check"
    effects = drivers.shapley((100, 10, 2), (120, 9, 2.5))
    assert effects == pytest.approx([426.6667, -248.3333, 521.6667], abs=5e-5)
    assert sum(effects) == pytest.approx(120 * 9 * 2.5 - 100 * 10 * 2)


def test_swapped_in_time_the_effects_change_sign() -> None:
    there, back = drivers.shapley((3, -2, 0), (5, 4, 1)), drivers.shapley((5, 4, 1), (3, -2, 0))
    assert back == pytest.approx([-effect for effect in there])
    assert sum(there) == pytest.approx(20)


def test_a_fourth_factor() -> None:
    effects = drivers.shapley((100, 10, 2, 0.3), (120, 9, 2.5, 0.2))
    assert sum(effects) == pytest.approx(120 * 9 * 2.5 * 0.2 - 100 * 10 * 2 * 0.3)


def test_the_price_of_a_client_is_that_of_the_effect() -> None:
    start, end = Factors(100, 10, 2), Factors(120, 9, 2.5)
    assert drivers.price_per_client(start, end) == pytest.approx(426.6667 / 20, abs=5e-6)
    # and stands where the number of clients did not change
    assert drivers.price_per_client(Factors(5, 10, 2), Factors(5, 10, 2)) == pytest.approx(20)


def test_both_readings() -> None:
    portfolio = made()
    base = portfolio.base()
    by_orders = drivers.by_orders(base, portfolio.totals, portfolio.when)
    by_months = drivers.by_months(base, portfolio.when)
    # revenue of active clients: 60 in W0 (2 clients, 3 orders, 3 client-months), 60 in W1 (2, 3, 2)
    assert by_orders == (Factors(2, 20.0, 1.5), Factors(2, 20.0, 1.5))
    assert by_months == (Factors(2, 20.0, 1.5), Factors(2, 30.0, 1.0))
    table = drivers.factor_table(base, portfolio.totals, portfolio.when)
    assert list(table["reading"]) == ["orders"] * 3 + ["months"] * 3
    assert list(table["factor"]) == ["N", "V", "L", "N", "V_month", "L_month"]
    assert table["effect"][3:].sum() == pytest.approx(0)


def test_equal_readings_are_given_once() -> None:
    portfolio = build(rows(("a", "2020-02-01", 5.0), ("a", "2021-02-01", 8.0)), "2021-12", history_start=START)
    table = drivers.factor_table(portfolio.base(), portfolio.totals, portfolio.when)
    assert list(table["reading"]) == ["orders"] * 3
    assert list(table["effect"]) == pytest.approx([0, 3, 0])
    assert list(table["change"]) == pytest.approx([0, 0.6, 0])


def test_new_returned_and_lost_share_the_effect_of_clients() -> None:
    portfolio = made()
    found = {
        id.partition(".")[2]: f for id, f in drivers.figures(portfolio.base(), portfolio.totals, portfolio.when).items()
    }
    # price per client 30; c is new, b is lost
    assert (found["new_effect"].value, found["returned_effect"].value, found["lost_effect"].value) == (30.0, 0.0, -30.0)
    assert found["n_effect"].value == pytest.approx(0)
    assert found["returned_effect"].reason is None


def test_a_history_that_starts_with_w0() -> None:
    portfolio = made(dt.date(2020, 1, 1))
    found = drivers.figures(portfolio.base(), portfolio.totals, portfolio.when)
    assert found["drivers.returned_effect"].value == 0.0
    assert found["drivers.returned_effect"].reason == "history starts 2020-01, needs 2019-12"


def test_a_history_that_does_not_reach_w0() -> None:
    portfolio = made(dt.date(2020, 2, 1))
    found = drivers.figures(portfolio.base(), portfolio.totals, portfolio.when)
    assert {f.reason for f in found.values()} == {"history starts 2020-02, needs 2020-01"}
    assert drivers.factor_table(portfolio.base(), portfolio.totals, portfolio.when).empty


def test_nobody_in_w0() -> None:
    portfolio = build(rows(("a", "2021-02-01", 5.0)), "2021-12", history_start=START)
    found = drivers.figures(portfolio.base(), portfolio.totals, portfolio.when)
    assert {f.reason for f in found.values()} == {NO_CLIENT_IN_W0}


def test_clients_without_an_order() -> None:
    portfolio = made()
    totals = portfolio.totals.assign(orders=0)
    found = drivers.figures(portfolio.base(), totals, portfolio.when)
    assert found["drivers.n_effect"].reason == "no order in W0"
    assert found["drivers.loyalty_n_effect"].value == pytest.approx(0)


def test_a_window_without_a_row_of_orders_has_none() -> None:
    portfolio = made()
    totals = portfolio.totals
    for span in ("w0", "w1"):
        found = drivers.by_orders(portfolio.base(), totals[totals["span"] != span], portfolio.when)
        assert found == f"no order in {span.upper()}"
