"""Revenue by year of first purchase, on a frame solvable by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import vintages

LINES = rows(
    ("old", "2018-03-05", 5.0), ("old", "2020-03-05", 40.0), ("old", "2021-03-05", 60.0),  # the history's first month
    ("a", "2018-04-01", 10.0), ("a", "2020-04-01", 100.0), ("a", "2021-04-01", 20.0),
    ("b", "2020-06-01", 50.0), ("b", "2021-06-01", 70.0), ("b", "2021-06-02", -10.0),
    ("c", "2021-07-01", 30.0),
    ("d", "2021-08-01", -8.0),  # never bought
    ("e", "2019-01-01", 7.0),  # brings nothing in either window
)  # fmt: skip


def made(history: str = "2018-03-10") -> Portfolio:
    return build(LINES, "2021-12", history_start=pd.Timestamp(history).date())


def test_each_year_of_first_purchase_stands_with_what_it_brings() -> None:
    portfolio = made()
    table = vintages.table(portfolio.base(), portfolio.when)
    assert tuple(table.columns) == tuple(column.name for column in lookup("retention.vintages").columns)
    assert list(table["year"][:4]) == ["2018", "2018", "2020", "2021"]
    assert pd.isna(table["year"][4])
    assert list(table["truncated"]) == [True, False, False, False, False]
    assert list(table["clients"]) == [1, 1, 1, 1, 0]
    assert list(table["revenue_w0"]) == [40.0, 100.0, 50.0, 0.0, 0.0]
    assert list(table["revenue_w1"]) == [60.0, 20.0, 60.0, 30.0, -8.0]
    assert list(table["amount_change"]) == [20.0, -80.0, 10.0, 30.0, -8.0]
    # of positive revenue: 60 + 20 + 60 + 30 = 170
    assert list(table["share"]) == pytest.approx([60 / 170, 20 / 170, 60 / 170, 30 / 170, 0.0])
    assert table["revenue_w1"].sum() == portfolio.base()["r1"].sum()


def test_before_the_history_nothing_is_said_of_the_months_before() -> None:
    portfolio = build(LINES[LINES["date"] >= "2020-06-01"], "2021-12", history_start=pd.Timestamp("2020-06-01").date())
    table = vintages.table(portfolio.base(), portfolio.when)
    assert table[["revenue_w0", "amount_change"]].isna().all(axis=None)
    # b, of the first month, stands apart from those of its year
    assert list(table["truncated"]) == [True, False, False]
