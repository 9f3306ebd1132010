"""Margin known in part: the share, the limit at 90 %, and what figures over a span make of it."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from portfolios import build, rows, settings

from portfolio_review.figure import Figure
from portfolio_review.metrics import abc, dossier, driver_splits, headline, margin, portfolio, segments
from portfolio_review.metrics.retention import point_value


@pytest.mark.parametrize(
    ("gross", "known", "reason"),
    [
        (100.0, 90.0, None),
        (100.0, 90.0 - 5e-8, None),  # 1e-9 below the limit
        (100.0, 89.99, "margin known for 89 % of revenue"),
        (100.0, 29.0, "margin known for 29 % of revenue"),  # 100 · 0.29 is a little less than 29
        (100.0, 0.0, "margin known for 0 % of revenue"),
        (0.0, 0.0, None),  # a span without revenue counts as known
        (0.0, math.nan, "no margin given"),
    ],
)
def test_below_nine_tenths_a_span_has_no_margin(gross: float, known: float, reason: str | None) -> None:
    assert margin.lacks(gross, known) == reason


def test_a_client_of_unknown_margin_does_not_hide_the_others() -> None:
    base = pd.DataFrame({"gross1": [100.0, 50.0], "margin_gross1": [100.0, math.nan]})
    assert margin.lacks_in(base, "1") == "margin known for 66 % of revenue"
    assert margin.lacks_in(base.head(1), "1") is None
    assert margin.lacks_in(base.tail(1), "1") == "no margin given"
    assert margin.lacks_in(base.head(0), "1") is None


START = dt.date(2019, 1, 1)
# December 2021 is P: of its |revenue| 100 a margin is known for 80; W1 knows 280 of 300, W0 all
LINES = rows(
    ("a", "2020-06-01", 100.0, 40.0), ("b", "2020-07-01", 50.0, 20.0), ("a", "2021-05-01", 200.0, 60.0),
    ("a", "2021-12-01", 70.0, 7.0), ("a", "2021-12-02", -10.0, -1.0), ("c", "2021-12-03", 20.0, None),
    columns="client_id date revenue margin",
)  # fmt: skip


def test_headline_margin_of_each_span_by_what_is_known_there() -> None:
    made = build(LINES, "2021-12", history_start=START)
    figures = headline.figures(made.totals, made.monthly, made.when)
    known, money, rate = (figures[id] for id in ("data.margin_known", "headline.margin", "headline.margin_rate"))
    assert (known.value, known.previous, known.window, known.window_previous) == (0.8, 1.0, 280 / 300, 1.0)
    assert (money.value, money.reason) == (None, "margin known for 80 % of revenue")
    assert (money.previous, money.window, money.window_previous) == (0.0, 66.0, 60.0)  # no row in November is 0
    assert (rate.value, rate.reason) == (None, "margin known for 80 % of revenue")
    assert (rate.previous, rate.window, rate.window_previous) == (None, 66 / 260, 60 / 150)


def test_where_a_margin_is_given_and_no_row_lies_in_p_it_is_nothing() -> None:
    made = build(LINES[LINES["date"] < "2021-12-01"], "2021-12", data_until=dt.date(2021, 12, 31))
    figures = headline.figures(made.totals, made.monthly, made.when)
    assert (figures["headline.margin"].value, figures["data.margin_known"].value) == (0.0, 1.0)
    assert figures["headline.margin_rate"].reason == "no positive revenue in P"


def test_a_point_of_retention_takes_the_rate_of_the_known_rows() -> None:
    made = build(LINES, "2021-12", history_start=START)
    found = point_value(made.base(), made.when)
    # b is lost with 50: 0.01 · 2 · 50, × 66 / 260
    assert found["retention.point_value_margin"].value == pytest.approx(66 / 260)


def test_the_rate_as_a_factor_is_of_all_revenue_so_that_the_product_is_the_margin() -> None:
    made = build(LINES, "2021-12", history_start=START)
    effects = driver_splits.margin_figures(made.base(), made.totals, made.when)
    assert sum(figure.value for figure in effects.values()) == pytest.approx(66 - 60)
    less = build(LINES.assign(margin=[40.0, None, 60.0, 7.0, -1.0, None]), "2021-12", history_start=START)
    effects = driver_splits.margin_figures(less.base(), less.totals, less.when)
    assert {figure.reason for figure in effects.values()} == {"margin known for 66 % of revenue"}


def test_abc_by_margin_goes_by_revenue_where_a_window_knows_too_little() -> None:
    review = settings(abc={"measure": "margin"})
    known = LINES.assign(margin=[40.0, 20.0, 60.0, 7.0, -1.0, 19.0])
    by_margin = build(known, "2021-12", review=review, history_start=START).base()
    assert _measured(by_margin, "margin").value == "margin"
    for lacking in ([40.0, None, 60.0, 7.0, -1.0, 19.0], [40.0, 20.0, None, 7.0, -1.0, 19.0]):  # W0, W1
        base = build(LINES.assign(margin=lacking), "2021-12", review=review, history_start=START).base()
        figure = _measured(base, "margin")
        assert (figure.value, str(figure.reason)[:16]) == ("revenue", "margin known for")
        by_revenue = segments.add_abc(base, settings().abc)
        pd.testing.assert_frame_equal(base[["abc0", "abc1"]], by_revenue[["abc0", "abc1"]])
    assert _measured(by_margin, "revenue").reason is None


def _measured(base: pd.DataFrame, measure: str) -> Figure:
    return abc.measure_figure(base, measure)["structure.abc_measure"]


def test_a_clients_own_margin_is_told_where_its_own_rows_know_it() -> None:
    base = build(LINES, "2021-12", history_start=START).base()
    assert margin.of_clients(base, "1").fillna(-1.0).to_dict() == {"a": 66.0, "b": 0.0, "c": -1.0}
    made = build(LINES, "2021-12", history_start=START)
    months = dossier.months(base, made.monthly, made.when).set_index(["client_id", "month"])["margin"]
    assert months[("a", "2021-12")] == 6.0
    assert months[("a", "2021-11")] == 0.0
    assert math.isnan(months[("c", "2021-12")])


def test_frames_without_a_margin_say_so() -> None:
    made = build(LINES.drop(columns="margin"), "2021-12")
    base = portfolio.client_frame(made.monthly, made.clients, made.orders, made.when)
    assert (margin.lacks_in(base, "1"), margin.rate_in(base, "1")) == ("no margin given", "no margin given")
    assert headline.figures(made.totals, made.monthly, made.when)["data.margin_known"].reason == "no margin given"
