"""RFM scores: quintiles by value, ties, limits, recency reversed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from portfolios import build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import checks, rfm


def test_quintiles_are_of_the_values_and_not_of_the_ranks() -> None:
    # limits of 0, 0, 0, 0, 10: quantiles 0.2 … 0.6 are 0; 0.8 is at place 3.2: 0.2 · 10 = 2
    assert list(rfm.above_limits(pd.Series([0.0, 0.0, 0.0, 0.0, 10.0]))) == [0, 0, 0, 0, 4]


def test_equal_values_get_equal_scores_and_a_value_equal_to_a_limit_the_lower() -> None:
    # six values: the limits lie at places 1, 2, 3, 4, on the values themselves
    assert list(rfm.above_limits(pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))) == [0, 0, 1, 2, 3, 4]
    # 36 values: 0.2 · 35 is 7.000000000000001 in binary, and 21 = 0.6 · 35 may fall short of it
    spread = rfm.above_limits(pd.Series(np.arange(36.0)))
    assert [int((spread == score).sum()) for score in range(5)] == [8, 7, 7, 7, 7]
    assert list(rfm.above_limits(pd.Series([5.0] * 9))) == [0] * 9
    assert rfm.above_limits(pd.Series([], dtype=float)).size == 0


def test_scores_of_clients() -> None:
    lines = rows(*((f"c{n}", f"2021-{2 * n + 2:02d}-01", 10.0 * (n + 1)) for n in range(5)), ("old", "2020-05-01", 1.0))
    made = build(lines, "2021-12", history_start=dt.date(2020, 1, 1))
    base = rfm.add_rfm(made.base(), made.when)
    # five values: limits between them, so each has its own score; the latest purchase scores 5
    assert list(base["recency_score"].dropna()) == [1, 2, 3, 4, 5]
    assert list(base["monetary_score"].dropna()) == [1, 2, 3, 4, 5]
    # all have one order: a value equal to every limit gets the lowest score
    assert set(base["frequency_score"].dropna()) == {1}
    assert pd.isna(base.loc["old", "recency_score"])


def test_recency_equal_to_a_limit_gets_the_higher_score() -> None:
    lines = rows(*((f"c{n}", "2021-06-01", 1.0) for n in range(4)))
    made = build(lines, "2021-12")
    assert set(rfm.add_rfm(made.base(), made.when)["recency_score"]) == {5}


def test_table() -> None:
    lines = rows(("a", "2021-06-01", 1.0), ("b", "2021-06-01", 1.0), ("c", "2021-07-01", 5.0))
    made = build(lines, "2021-12")
    base = rfm.add_rfm(made.base(), made.when)
    table = rfm.table(base)
    assert tuple(table.columns) == tuple(column.name for column in lookup("structure.rfm").columns)
    # silences 213, 213, 183: limits 195, 207, 213, 213; money 1, 1, 5: limits 1, 1, 1.8, 3.4
    assert table.to_numpy().tolist() == [[5, 1, 5, 1, 5.0], [3, 1, 1, 2, 2.0]]
    assert checks.adds_up("rfm_adds_up", table, base).passed


def test_table_of_nobody() -> None:
    made = build(rows(("a", "2019-06-01", 1.0)), "2021-12")
    assert rfm.table(rfm.add_rfm(made.base(), made.when)).empty
