"""Retention at earlier month ends and for parts of the clients of W0."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import build, monthly_rows, rows

from portfolio_review.metrics import retention_segments
from portfolio_review.metrics.intervals import wilson

# a buys every month of 2020 and 2021, b every month of 2020
LINES = rows(*monthly_rows("a", "2020-01", [1.0] * 24), *monthly_rows("b", "2020-01", [1.0] * 12))


def test_trend_holds_the_month_ends_for_which_both_windows_fit() -> None:
    portfolio = build(LINES, "2021-12", window_months=6)
    trend = retention_segments.trend(portfolio.monthly, portfolio.base().index, portfolio.when)
    # the windows of 6 + 6 months first fit at the end of 2020
    assert list(trend["month"]) == [f"2021-{month:02d}" for month in range(1, 13)]
    # b's last purchase is in December 2020: in W1 until May 2021, in W0 until November
    assert list(trend["rate"]) == [1.0] * 5 + [0.5] * 6 + [1.0]
    assert list(trend["n"]) == [2] * 11 + [1]
    assert (trend["low"][5], trend["high"][5]) == wilson(1, 2)


def test_trend_of_a_short_history() -> None:
    portfolio = build(LINES, "2021-12", window_months=12)
    trend = retention_segments.trend(portfolio.monthly, portfolio.base().index, portfolio.when)
    assert list(trend["month"]) == ["2021-12"]
    late = build(LINES, "2021-11", window_months=12)
    empty = retention_segments.trend(late.monthly, late.base().index, late.when)
    assert list(empty.columns) == ["month", "rate", "low", "high", "n"]
    assert empty.empty


def test_a_month_end_without_clients_in_w0_has_no_rate() -> None:
    portfolio = build(rows(("a", "2021-12-01", 1.0)), "2021-12", history_start=dt.date(2020, 1, 1))
    trend = retention_segments.trend(portfolio.monthly, portfolio.base().index, portfolio.when)
    assert trend["rate"].isna().all()
    assert trend["low"].isna().all()
    assert list(trend["n"]) == [0]


def test_by_class_at_w0() -> None:
    lines = rows(
        ("big", "2020-02-01", 80.0), ("big", "2021-02-01", 100.0),
        ("mid", "2020-02-01", 15.0), ("mid", "2021-02-01", 6.0),
        ("low", "2020-02-01", 5.0),
        ("odd", "2020-02-01", 1.0), ("odd", "2020-02-02", -1.0), ("odd", "2021-02-01", 2.0),
    )  # fmt: skip
    portfolio = build(lines, "2021-12", history_start=dt.date(2020, 1, 1))
    table = retention_segments.by_abc(portfolio.base(), portfolio.when)
    of_money = ["grr", "grr_low", "grr_high", "nrr", "nrr_low", "nrr_high"]
    assert list(table.columns) == ["class", "base", "retained", "rate", "low", "high", *of_money]
    assert list(table["class"]) == ["A", "B", "C", "none"]
    assert list(table["base"]) == [1, 1, 1, 1]
    assert list(table["retained"]) == [1, 1, 0, 1]
    assert list(table["grr"][:3]) == pytest.approx([1.0, 0.4, 0.0])
    assert list(table["nrr"][:3]) == pytest.approx([1.25, 0.4, 0.0])
    # r(W0) of odd is zero: no ratio of money
    assert pd.isna(table["grr"][3])
    assert pd.isna(table["nrr"][3])


def test_by_class_without_w0() -> None:
    portfolio = build(rows(("a", "2021-12-01", 1.0)), "2021-12")
    assert retention_segments.by_abc(portfolio.base(), portfolio.when).empty


def test_an_empty_class_has_no_rate() -> None:
    portfolio = build(rows(("a", "2020-12-01", 1.0)), "2021-12", history_start=dt.date(2020, 1, 1))
    table = retention_segments.by_abc(portfolio.base(), portfolio.when)
    assert list(table["base"]) == [1, 0, 0, 0]
    assert table["rate"].isna().tolist() == [False, True, True, True]


def test_revenue_rates_of_a_segment_have_intervals() -> None:
    # class A: eighty clients that keep all, forty that leave; class B: nobody
    lines = rows(
        *(line for k in range(80) for line in ((f"s{k}", "2020-02-01", 100.0), (f"s{k}", "2021-02-01", 150.0))),
        *((f"l{k}", "2020-02-01", 100.0) for k in range(40)),
    )
    portfolio = build(lines, "2021-12", history_start=dt.date(2020, 1, 1))
    table = retention_segments.by_abc(portfolio.base(), portfolio.when).set_index("class")
    row = table.loc["A"]
    assert (row["base"], row["grr"], row["nrr"]) == (120, pytest.approx(2 / 3), pytest.approx(1.0))
    # a share of 120 equal clients: close to p ± 1.96 √(p q / n), NRR half as wide again
    half = 1.96 * (2 / 9 / 120) ** 0.5
    assert [row["grr_low"], row["grr_high"]] == pytest.approx([2 / 3 - half, 2 / 3 + half], abs=0.015)
    assert [row["nrr_low"], row["nrr_high"]] == pytest.approx([1 - 1.5 * half, 1 + 1.5 * half], abs=0.02)
    assert table.loc["B", ["grr_low", "grr_high", "nrr_low", "nrr_high"]].isna().all()
    again = retention_segments.by_abc(portfolio.base(), portfolio.when).set_index("class")
    pd.testing.assert_frame_equal(table, again)


def test_the_interval_of_one_client_is_not_known() -> None:
    portfolio = build(rows(("a", "2020-02-01", 1.0), ("a", "2021-02-01", 1.0)), "2021-12",
                      history_start=dt.date(2020, 1, 1))  # fmt: skip
    row = retention_segments.by_abc(portfolio.base(), portfolio.when).set_index("class").loc["A"]
    assert row["grr"] == 1.0
    assert row[["grr_low", "grr_high", "nrr_low", "nrr_high"]].isna().all()


def test_net_retention_of_a_part_that_brought_less_than_one() -> None:
    lines = rows(*monthly_rows("a", "2020-01", [0.01] * 12 + [0.02] * 12))
    portfolio = build(lines, "2021-12", attributes=pd.DataFrame({"client_id": ["a"], "type": ["shop"]}))
    found = retention_segments.by_segment(portfolio.base(), "type", ["shop"], portfolio.when)
    assert found["nrr"].dropna().tolist()[:1] == pytest.approx([2.0])
