"""The expected year end and the unusual months."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, build, monthly_rows, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import headline, outlook

# 2020: 10 a month, 20 in each of the last three; 2021: 12 a month until September
LINES = rows(*monthly_rows("a", "2020-01", [10.0] * 9 + [20.0] * 3 + [12.0] * 9))


def made(period: str, lines: pd.DataFrame = LINES, **more: object) -> Portfolio:
    return build(lines, period, data_until=dt.date(2021, 12, 31), **more)  # type: ignore[arg-type]


def test_year_to_date_and_the_rest_of_last_year_at_its_ratio() -> None:
    figure = outlook.year_end(made("2021-09").totals, made("2021-09").when)["headline.year_end_revenue"]
    # 108 + 60 · 108 / 90
    assert figure.value == pytest.approx(180.0)
    assert figure.previous_year == pytest.approx(150.0)


def test_a_quarter_looks_at_the_same_months() -> None:
    portfolio = made("2021-Q3")
    assert outlook.year_end(portfolio.totals, portfolio.when)["headline.year_end_revenue"].value == pytest.approx(180.0)


def test_at_the_end_of_the_year_it_is_the_year() -> None:
    portfolio = made("2020-12")
    figure = outlook.year_end(portfolio.totals, portfolio.when)["headline.year_end_revenue"]
    assert (figure.value, figure.previous_year) == (150.0, None)


def test_undefined() -> None:
    early = made("2020-09")
    figure = outlook.year_end(early.totals, early.when)["headline.year_end_revenue"]
    assert figure.reason == "history starts 2020-01, needs 2019-01"
    refunds = made("2021-01", rows(("a", "2020-01-15", -5.0), ("a", "2021-01-15", 5.0)))
    figure = outlook.year_end(refunds.totals, refunds.when)["headline.year_end_revenue"]
    assert figure.reason == "no positive revenue in last year's months to date"


def test_months_outside_the_limits() -> None:
    # 20 of 10 ± 1 and one of 30: mean moving range 2·20/23 + …; the peak alone is outside
    quiet = [10.0, 11.0] * 11 + [10.0]
    portfolio = made("2021-12", rows(*monthly_rows("a", "2020-01", [*quiet, 30.0])))
    found = outlook.unusual_months(headline.trend(portfolio.totals, portfolio.base(), portfolio.when), portfolio.when)
    assert tuple(found.columns) == tuple(column.name for column in lookup("headline.unusual_months").columns)
    revenue = found[found["measure"] == "revenue"]
    mean, spread = (sum(quiet) + 30) / 24, 2.66 * (22 * 1 + 20) / 23
    assert revenue["limit_low"].iloc[0] == pytest.approx(mean - spread)
    assert revenue["limit_high"].iloc[0] == pytest.approx(mean + spread)
    assert list(revenue.loc[revenue["unusual"], "month"]) == ["2021-12"]
    assert not found.loc[found["measure"] == "orders", "unusual"].any()


def test_a_year_without_a_row_is_nothing() -> None:
    # 5 a month in 2020, nothing in 2021
    lines = rows(*monthly_rows("a", "2020-01", [5.0] * 12))
    portfolio = made("2021-03", lines)
    assert outlook.year_end(portfolio.totals, portfolio.when)["headline.year_end_revenue"].value == 0.0
    assert outlook.rest_of_year(portfolio.totals, portfolio.when)["forecast"].tolist() == [0.0] * 9


def test_a_month_on_the_limit_is_not_outside() -> None:
    # mean 200, moving ranges 45, 0, 0, 155: 2.66 · 50 = 133 below and above
    below = [267.0, 222.0, 222.0, 222.0, 67.0]
    for reached in (below, [400 - amount for amount in below]):
        trend = pd.DataFrame({"month": [f"2021-0{n}" for n in range(1, 6)], **dict.fromkeys(outlook.MEASURES, reached)})
        found = outlook.unusual_months(trend, made("2021-12").when)
        assert {(low, high) for low, high in zip(found["limit_low"], found["limit_high"], strict=True)} == {(67, 333)}
        assert not found["unusual"].any()


def test_no_mark_when_more_than_a_quarter_would_be() -> None:
    # a step from 0 to 10 half way: the moving range is small, every month is outside
    trend = pd.DataFrame(
        {"month": [f"m{n}" for n in range(20)], **{name: [0.0] * 10 + [10.0] * 10 for name in outlook.MEASURES}}
    )
    assert not outlook.unusual_months(trend, made("2021-12").when)["unusual"].any()


def test_a_partial_month_is_not_judged() -> None:
    portfolio = build(LINES, "2021-09", data_until=dt.date(2021, 9, 15))
    trend = headline.trend(portfolio.totals, portfolio.base(), portfolio.when)
    assert "2021-09" not in set(outlook.unusual_months(trend, portfolio.when)["month"])


def test_one_month_has_no_limits() -> None:
    trend = pd.DataFrame({"month": ["2021-12"], **{name: [5.0] for name in outlook.MEASURES}})
    found = outlook.unusual_months(trend, made("2021-12").when)
    assert found["limit_low"].isna().all()
    assert not found["unusual"].any()


def test_the_rest_of_the_year_makes_up_its_end() -> None:
    portfolio = made("2021-09")
    rest = outlook.rest_of_year(portfolio.totals, portfolio.when)
    # 20 a month last year, at the ratio 108 / 90 of the years to date
    assert rest["month"].tolist() == ["2021-10", "2021-11", "2021-12"]
    assert rest["forecast"].tolist() == pytest.approx([24.0] * 3)
    end = outlook.year_end(portfolio.totals, portfolio.when)["headline.year_end_revenue"].value
    assert 108 + rest["forecast"].sum() == pytest.approx(end)
    assert tuple(rest.columns) == tuple(column.name for column in lookup("headline.rest_of_year").columns)


def test_no_rest_without_a_forecast_or_at_the_end_of_the_year() -> None:
    for portfolio in (made("2020-09"), made("2020-12")):
        assert outlook.rest_of_year(portfolio.totals, portfolio.when).empty
