"""The client frame: what each client did in both windows."""

from __future__ import annotations

import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.metrics import portfolio

LINES = rows(
    ("a", "2020-01-10", 100.0),
    ("a", "2020-02-10", 50.0),
    ("a", "2020-02-11", -20.0),
    ("a", "2021-01-05", 70.0),
    ("b", "2020-12-31", -5.0),
    ("b", "2021-03-01", 0.0),
    ("c", "2021-12-31", 10.0),
)


def test_both_windows_of_each_client() -> None:
    made = build(LINES, "2021-12")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    assert list(base.index) == ["a", "b", "c"]
    assert list(base["r0"]) == [130.0, -5.0, 0.0]
    assert list(base["r1"]) == [70.0, 0.0, 10.0]
    assert list(base["days0"]) == [2, 0, 0]
    assert list(base["months0"]) == [2, 0, 0]
    # b has a refund in W0 and a zero row in W1: active in neither
    assert list(base["active0"]) == [True, False, False]
    assert list(base["active1"]) == [True, False, True]
    # without order ids orders are purchase days
    assert list(base["orders0"]) == [2, 0, 0]
    assert base["margin1"].isna().all()


def test_orders_are_counted_distinct_over_the_window() -> None:
    lines = rows(
        ("a", "2021-01-31", 10.0, "o1"),
        ("a", "2021-02-01", 10.0, "o1"),
        ("a", "2021-02-01", 10.0, "o2"),
        ("a", "2021-02-02", -10.0, "o3"),
        columns="client_id date revenue order_id",
    )
    made = build(lines, "2021-12")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    # o1 spans two months and counts once; o3 has no positive row
    assert base.loc["a", "orders1"] == 2


def test_without_the_orders_frame_orders_are_purchase_days() -> None:
    made = build(LINES, "2021-12")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders.head(0), made.when)
    assert list(base["orders0"]) == [2, 0, 0]


def test_r_is_rounded_to_a_millionth_after_summing() -> None:
    made = build(rows(("a", "2021-01-01", 0.1), ("a", "2021-02-01", 0.2), ("a", "2021-03-01", -0.3)), "2021-12")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    assert 0.1 + 0.2 - 0.3 != 0
    assert base.loc["a", "r1"] == 0.0


def test_attributes_come_along_and_names_fall_back_to_the_id() -> None:
    names = pd.DataFrame({"client_id": ["a", "b"], "name": ["Acme", None], "region": ["N", "S"]})
    made = build(LINES, "2021-12", attributes=names)
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    assert list(portfolio.names(base)) == ["Acme", "b", "c"]
    assert base.loc["a", "region"] == "N"
    assert list(portfolio.names(base.drop(columns="name"))) == ["a", "b", "c"]


def test_a_client_with_rows_but_no_facts_is_an_error() -> None:
    made = build(LINES, "2021-12")
    with pytest.raises(ValueError, match="client 'a' has rows but is not in the client frame"):
        portfolio.client_frame(made.monthly, made.clients.iloc[1:], made.orders, made.when)


def test_categorical_ids_give_the_same_frame() -> None:
    made = build(LINES, "2021-12")
    monthly = made.monthly.assign(client_id=made.monthly["client_id"].astype("category"))
    expected = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    pd.testing.assert_frame_equal(portfolio.client_frame(monthly, made.clients, made.orders, made.when), expected)


def test_margin_is_summed_where_given() -> None:
    lines = rows(
        ("a", "2021-01-31", 90.0, 4.0), ("a", "2021-02-01", 10.0, None), columns="client_id date revenue margin"
    )
    made = build(lines, "2021-12")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    assert base.loc["a", ["margin1", "gross1", "margin_gross1", "margin_revenue1"]].tolist() == [4.0, 100.0, 90.0, 90.0]
    less = build(lines.assign(revenue=[89.0, 11.0]), "2021-12")
    assert portfolio.client_frame(less.monthly, less.clients, less.orders, less.when)["margin1"].isna().all()


def test_equal_amounts_are_ordered_by_client_id() -> None:
    base = pd.DataFrame({"r1": [5.0, 7.0, 5.0]}, index=["z", "m", "a"])
    assert list(portfolio.largest_first(base, "r1").index) == ["m", "a", "z"]
