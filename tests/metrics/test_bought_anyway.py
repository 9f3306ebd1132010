"""The rules as of h months ago, and who bought since without anybody's help."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from acting import ruled
from plain import Plain
from portfolios import Portfolio, build, monthly_rows, rows, settings
from test_against_plain import random_rows
from test_rules import plain_rules

from portfolio_review.metrics import bought_anyway
from portfolio_review.metrics.intervals import wilson
from portfolio_review.metrics.rules import LISTS


def table_of(made: Portfolio) -> pd.DataFrame:
    return bought_anyway.table(made.monthly, made.clients, made.gaps, made.when, made.review)


# as of September 2021: three lapsed since 2020 (12 · 110 in their last active year, above the 1200 of big, the
# lowest A), big is constant; then one of the three comes back
LINES = [
    *monthly_rows("big", "2018-06", [100] * 43),
    *(line for name in ("l1", "l2", "l3") for line in monthly_rows(name, "2019-06", [110] * 14)),
    ("l2", "2021-11-03", 40.0), ("l3", "2021-12-30", -5.0), ("late", "2021-11-20", 70.0),
]  # fmt: skip


def test_by_hand() -> None:
    made = build(rows(*LINES), "2021-12")
    found = table_of(made).set_index("rule")
    # a refund is no purchase, and `late` was no client then
    assert found.loc["return", ["n", "bought"]].tolist() == [3, 1]
    assert found.loc["reward", ["n", "bought", "rate"]].tolist() == [1, 1, 1.0]
    low, high = wilson(1, 3) or (0, 0)
    figures = bought_anyway.figures(table_of(made), made.when, made.review)
    assert figures["actions.return.bought_anyway"].value == pytest.approx(1 / 3)
    assert figures["actions.return.bought_anyway"].interval == (low, high)
    assert figures["actions.develop.bought_anyway"].reason == bought_anyway.NOBODY_NAMED
    assert found.loc["develop", ["rate", "low", "high"]].isna().all()


def test_later_purchases_do_not_change_what_the_rule_said() -> None:
    made, then = build(rows(*LINES), "2021-12"), build(rows(*LINES), "2021-09")
    earlier = bought_anyway.as_ruled(made.monthly, made.clients, made.gaps, made.when.back(3), made.review)
    expected = ruled(then)["rule"].dropna()
    pd.testing.assert_series_equal(earlier["rule"].dropna(), expected)


def test_the_horizon_is_that_of_the_review() -> None:
    made = build(rows(*LINES), "2021-12", review=settings(risk={"horizon_months": 12}))
    assert table_of(made)["n"].sum() > 0  # as of December 2020, kept for the windows
    assert table_of(made).set_index("rule").loc["return", ["n", "bought"]].tolist() == [3, 1]


def test_a_short_history_is_said() -> None:
    made = build(rows(*monthly_rows("a", "2020-01", [5] * 24)), "2021-12")
    assert table_of(made).empty
    figures = bought_anyway.figures(table_of(made), made.when, made.review)
    assert {figure.reason for figure in figures.values()} == {"history starts 2020-01, needs 2019-10"}
    assert list(figures) == [f"actions.{rule}.bought_anyway" for rule in LISTS]


@pytest.mark.parametrize("seeds", [range(15), pytest.param(range(15, 120), marks=pytest.mark.long)])
def test_random_portfolios_equal_the_plain_computation(seeds: range) -> None:
    compared = 0
    for seed in seeds:
        everything = random_rows(seed)
        last = max(day.year * 12 + day.month - 1 for _, day, _, _ in everything)
        plain = Plain(everything, last - 3, 1, 6)
        if not plain.fits(plain.w0[0]) or not plain.rows:
            continue
        frame = pd.DataFrame(everything, columns=["client_id", "date", "revenue", "order_id"]).drop(columns="order_id")
        frame["date"] = pd.to_datetime(frame["date"])
        made = build(frame, f"{last // 12}-{last % 12 + 1:02d}", window_months=6)
        named = plain_rules(plain)
        bought = Plain(everything, last, 1, 6).active((last - 2, last))
        found = table_of(made).set_index("rule")
        for rule in LISTS:
            mine = {client for client, its in named.items() if its == rule}
            assert found.loc[rule, ["n", "bought"]].tolist() == [len(mine), len(mine & bought)], (seed, rule)
        compared += len(named)
    assert compared > 30
    assert np.isfinite(compared)
