"""Retention rates by hand, their reasons, and their values with PP and PY."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.figure import NO_CLIENT_IN_W0, NO_CLIENT_IN_W1, Figure
from portfolio_review.metrics import retention
from portfolio_review.metrics.intervals import wilson
from portfolio_review.metrics.rates import window_pair

START = dt.date(2019, 1, 1)

# W0 = 2020, W1 = 2021: a 100 → 130, b 100 → 40, c 100 → 0 (lost), d 50 → −10 (lost with a refund),
# e 20 back from 2019, f 30 new with two purchase days
LINES = rows(
    ("a", "2020-02-01", 100.0), ("a", "2021-02-01", 130.0),
    ("b", "2020-02-01", 100.0), ("b", "2021-02-01", 20.0), ("b", "2021-03-01", 20.0),
    ("c", "2020-02-01", 100.0),
    ("d", "2020-02-01", 50.0), ("d", "2021-02-01", -10.0),
    ("e", "2019-02-01", 5.0), ("e", "2021-02-01", 20.0),
    ("f", "2021-05-01", 15.0), ("f", "2021-06-01", 15.0),
)  # fmt: skip


def made(start: dt.date = START, period: str = "2021-12") -> Portfolio:
    return build(LINES[LINES["date"] >= str(start)], period, history_start=start)


def rates(portfolio: Portfolio) -> dict[str, Figure]:
    found = retention.figures(portfolio.base(), portfolio.monthly, portfolio.when)
    return {id.partition(".")[2]: figure for id, figure in found.items()}


def test_clients() -> None:
    found = rates(made())
    assert found["client_retention_rate"].value == 0.5
    assert found["client_retention_rate"].interval == wilson(2, 4)
    assert found["client_churn_rate"].value == 0.5
    assert found["client_churn_rate"].interval == pytest.approx(tuple(1 - end for end in reversed(wilson(2, 4) or ())))
    # b and f bought on two days, of a, b, e, f
    assert found["repeat_rate"].value == 0.5


def test_revenue() -> None:
    found = rates(made())
    # gross: min(130, 100) + min(40, 100) of 350; net: 130 + 40 − 10 of 350; with returned: + 20
    assert found["gross_revenue_retention"].value == pytest.approx(140 / 350)
    assert found["net_revenue_retention"].value == pytest.approx(160 / 350)
    assert found["net_revenue_retention_with_returned"].value == pytest.approx(180 / 350)
    low, high = found["gross_revenue_retention"].interval  # type: ignore[misc]
    assert 0 <= low < 140 / 350 < high <= 1


def test_the_rate_of_return_needs_ten_clients_who_could() -> None:
    assert rates(made())["return_rate"].reason == "fewer than 10 clients could return"
    away = [(f"x{n}", "2019-03-01", 1.0) for n in range(9)]
    portfolio = build(rows(*LINES.itertuples(index=False, name=None), *away), "2021-12", history_start=START)
    # e returned, of e and the nine others
    assert rates(portfolio)["return_rate"].value == pytest.approx(0.1)


def test_rates_as_they_stood_with_pp_and_py() -> None:
    found = rates(made(period="2021-06"))
    # W0 = 2019-07 to 2020-06: a, b, c, d; W1: a, b, e, f. With PP 2021-05 the same without f's second day
    assert found["client_retention_rate"].value == 0.5
    assert found["repeat_rate"].value == 0.5
    assert found["repeat_rate"].previous == 0.25
    # with PY, W0 = 2018-07 to 2019-06 starts before the history
    assert found["client_retention_rate"].previous_year is None
    assert found["repeat_rate"].previous_year == 0.0


def test_history_that_starts_with_w0_cannot_know_who_returned() -> None:
    found = rates(made(dt.date(2020, 1, 1)))
    reason = "history starts 2020-01, needs 2019-12"
    assert found["net_revenue_retention"].value == pytest.approx(160 / 350)
    assert found["net_revenue_retention_with_returned"].reason == reason
    assert found["return_rate"].reason == reason


def test_history_that_does_not_reach_w0() -> None:
    portfolio = made(dt.date(2020, 2, 1))
    found = rates(portfolio)
    reason = "history starts 2020-02, needs 2020-01"
    for name, figure in found.items():
        assert (figure.value is None) == (name != "repeat_rate"), name
        assert figure.reason == (None if name == "repeat_rate" else reason), name
    base = portfolio.base()
    assert retention.kept_at_end(base, portfolio.when).reason == reason
    assert retention.point_value(base, portfolio.when)["retention.point_value"].reason == reason
    assert retention.half_life(found["client_retention_rate"]).reason == reason


def test_nobody_in_w0_or_in_w1() -> None:
    young = build(rows(("a", "2021-02-01", 5.0)), "2021-12", history_start=START)
    assert rates(young)["client_retention_rate"].reason == NO_CLIENT_IN_W0
    assert rates(young)["net_revenue_retention"].reason == NO_CLIENT_IN_W0
    gone = build(rows(("a", "2020-12-01", 5.0), ("b", "2020-12-01", 5.0)), "2021-12", history_start=START)
    assert rates(gone)["repeat_rate"].reason == NO_CLIENT_IN_W1
    assert rates(gone)["client_retention_rate"].value == 0.0


def test_a_w0_of_refunds_has_no_revenue_to_keep() -> None:
    lines = rows(("a", "2020-02-01", 10.0), ("a", "2020-02-02", -11.0), ("a", "2021-02-01", 10.0))
    found = rates(build(lines, "2021-12", history_start=START))
    assert found["client_retention_rate"].value == 1.0
    assert found["gross_revenue_retention"].reason == "no positive revenue in W0"
    assert found["net_revenue_retention"].reason == "no positive revenue in W0"


def test_kept_at_the_end() -> None:
    # every gap is 365 or less, so the limit is 365 days or the client's 2 · gap
    portfolio = made()
    base = portfolio.base()
    kept = retention.kept_at_end(base, portfolio.when)
    of = set(base.index[base["client0"] | base["active1"]])
    # at the end of 2020 a to d were silent for 334 days, e for 699; c and d are lapsed at the end of 2021
    assert of == {"a", "b", "c", "d", "e", "f"}
    assert kept.value == pytest.approx(4 / 6)
    assert kept.interval == wilson(4, 6)


def test_kept_at_the_end_of_nobody() -> None:
    portfolio = build(rows(("a", "2019-01-01", 5.0), ("a", "2021-02-01", -5.0)), "2021-12", history_start=START)
    assert retention.kept_at_end(portfolio.base(), portfolio.when).reason == NO_CLIENT_IN_W1


def test_half_life() -> None:
    figure = retention.half_life(Figure(value=0.5, previous=0.25, previous_year=1.0))
    assert figure.value == pytest.approx(1.0)
    assert figure.previous == pytest.approx(0.5)
    assert figure.previous_year is None
    assert retention.half_life(Figure(value=0.8)).value == pytest.approx(math.log(0.5) / math.log(0.8))
    assert retention.half_life(Figure(value=1.0)).reason == "no active client of W0 was lost"
    assert retention.half_life(Figure(value=0.0)).reason == "no active client of W0 was retained"


def test_the_value_of_a_point() -> None:
    portfolio = made()
    found = retention.point_value(portfolio.base(), portfolio.when)
    # lost: c 100 and d 50, mean 75; 0.01 · 4 · 75
    assert found["retention.point_value"].value == pytest.approx(3.0)
    assert found["retention.point_value_margin"].reason == "no margin given"


def test_the_value_of_a_point_in_margin() -> None:
    lines = rows(
        ("a", "2020-02-01", 100.0, 0.0), ("b", "2021-02-01", 50.0, 10.0), columns="client_id date revenue margin"
    )
    portfolio = build(lines, "2021-12", history_start=START)
    found = retention.point_value(portfolio.base(), portfolio.when)
    assert found["retention.point_value"].value == pytest.approx(1.0)
    assert found["retention.point_value_margin"].value == pytest.approx(0.2)


def test_the_value_of_a_point_where_nobody_left() -> None:
    portfolio = build(rows(("a", "2020-02-01", 100.0), ("a", "2021-02-01", 1.0)), "2021-12", history_start=START)
    found = retention.point_value(portfolio.base(), portfolio.when)
    assert found["retention.point_value"].reason == "no active client of W0 was lost"


def test_one_purchase_day_makes_a_client_active_in_other_windows() -> None:
    portfolio = made()
    pair = window_pair(portfolio.monthly, portfolio.base(), portfolio.when)
    assert pair.loc[["a", "c", "f"], "active1"].tolist() == [True, False, True]
    assert pair.loc["a", "days1"] == 1
