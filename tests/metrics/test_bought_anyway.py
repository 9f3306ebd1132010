"""The rules as of h months ago, and who bought since without anybody's help."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from acting import ruled
from plain import Plain
from portfolios import Portfolio, build, monthly_rows, rows, settings
from test_against_plain import random_rows
from test_rules import plain_rules

from portfolio_review.figure import Figure
from portfolio_review.metrics import bought_anyway
from portfolio_review.metrics.intervals import wilson


def table_of(made: Portfolio) -> pd.DataFrame:
    return bought_anyway.table(made.monthly, made.clients, made.mix, made.gaps, made.when, made.review)


def figures_of(made: Portfolio) -> dict[str, Figure]:
    return bought_anyway.figures(table_of(made), made.mix, made.when, made.review)


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
    # §7: of return and retain (reward has none); under develop it is whether the category was taken
    assert found.index.tolist() == ["return", "retain"]
    low, high = wilson(1, 3) or (0, 0)
    figures = figures_of(made)
    assert figures["actions.return.bought_anyway"].value == pytest.approx(1 / 3)
    assert figures["actions.return.bought_anyway"].interval == (low, high)
    assert figures["actions.retain.bought_anyway"].reason == bought_anyway.NOBODY_NAMED
    assert figures["actions.develop.took_category"].reason == "no category given"
    assert found.loc["retain", ["rate", "low", "high"]].isna().all()


def test_under_develop_it_counts_who_took_the_category_named_then() -> None:
    # P ends in December 2021, h = 3: as of September new clients n1 to n4 of one class; Tea is bought by n1 and n2 of
    # the three peers of n3 and n4, who lack it. n3 then takes Tea, n4 something else, n2 Tea again
    since = [(f"n{n}", "2021-09-20", 100.0, "Salt") for n in range(1, 5)]
    tea = [("n1", "2021-09-02", 50.0, "Tea"), ("n2", "2021-09-03", 60.0, "Tea")]
    later = [("n3", "2021-11-05", 5.0, "Tea"), ("n4", "2021-11-05", 5.0, "Nuts"), ("n2", "2021-12-01", 9.0, "Tea")]
    old = [("x", "2018-01-05", 1.0, "Salt")]
    lines = rows(*since, *tea, *later, *old, columns="client_id date revenue category")
    made = build(lines, "2021-12", data_until=dt.date(2021, 12, 31))
    base = bought_anyway.as_ruled(made.monthly, made.clients, made.gaps, made.when.back(3), made.review)
    assert base.loc[["n3", "n4"], "rule"].tolist() == ["develop", "develop"]
    found = table_of(made).set_index("rule")
    assert found.loc["develop", ["n", "bought", "rate"]].tolist() == [2, 1, 0.5]
    assert figures_of(made)["actions.develop.took_category"].value == 0.5


def test_what_return_said_12_months_ago_and_how_many_came() -> None:
    # as of December 2020 l1, l2, l3 were silent since July: 5 months; of such 10 in 40 came back, as known then
    made = build(rows(*LINES), "2021-12")
    then = dt.date(2020, 12, 31)
    counted = pd.DataFrame(
        [(pd.Timestamp(then), 0, 40, 10, 25), (pd.Timestamp("2021-12-31"), 0, 80, 60, 50)],
        columns=["date", "from_months", "cases", "bought", "clients"],
    )
    found = bought_anyway.came_back(made.monthly, made.clients, made.gaps, counted, made.when, made.review)
    low, high = wilson(10 / 40 * 25, 25) or (0, 0)  # type: ignore[arg-type]
    said = found["actions.return.expected_then"]
    assert (found["actions.return.lapsed_then"].value, found["actions.return.came_then"].value) == (3, 1)
    assert said.value == pytest.approx(0.75)
    assert said.interval == pytest.approx((3 * low, 3 * high))
    today = Figure(value=9.0, interval=(5.0, 12.0))
    assert bought_anyway.as_kept(today, found) == today
    # §7: "where that lay outside low–high, low–high is not printed"
    missed = {**found, "actions.return.came_then": Figure(value=3)}
    assert bought_anyway.as_kept(today, missed) == Figure(value=9.0)
    short = counted[counted["date"] != pd.Timestamp(then)]
    nothing = bought_anyway.came_back(made.monthly, made.clients, made.gaps, short, made.when, made.review)
    assert {figure.reason for figure in nothing.values()} == {bought_anyway.NO_YEAR_BEFORE}


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
    made = build(rows(*monthly_rows("a", "2021-01", [5] * 12)), "2021-12")
    assert table_of(made).empty
    assert {figure.reason for figure in figures_of(made).values()} == {"history starts 2021-01, needs 2020-10"}
    # without the W0 of that day return and those at risk stand, develop does not
    some = build(rows(*((*line, "Tea") for line in monthly_rows("a", "2020-01", [5] * 24)),
                      columns="client_id date revenue category"), "2021-12")  # fmt: skip
    assert table_of(some)["rule"].tolist() == ["return", "retain"]
    assert figures_of(some)["actions.develop.took_category"].reason == "history starts 2020-01, needs 2019-10"


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
        for rule in ("return", "retain"):
            mine = {client for client, its in named.items() if its == rule}
            assert found.loc[rule, ["n", "bought"]].tolist() == [len(mine), len(mine & bought)], (seed, rule)
        compared += len(named)
    assert compared > 30
    assert np.isfinite(compared)


def test_one_named_client_is_enough_for_a_figure() -> None:
    made = build(rows(*LINES), "2021-12")
    found = pd.DataFrame([{"rule": "return", "n": 1, "bought": 1, "rate": 1.0, "low": 0.2, "high": 1.0}])
    figure = bought_anyway.figures(found, made.mix, made.when, made.review)["actions.return.bought_anyway"]
    assert (figure.value, figure.interval) == (1.0, (0.2, 1.0))
