"""Checks of the risk page: they pass on sound frames and fail on tampered ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from outlooks import Outlook, outlook
from portfolios import Portfolio, build, rows
from test_receivables import payments
from test_risk import START, of_purchases

from portfolio_review.catalog import lookup
from portfolio_review.figure import Figure
from portfolio_review.metrics import portfolio_value, receivables, risk_checks, risk_matrix
from portfolio_review.metrics.checks import Check


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return build(of_purchases(3, 60), "2021-12", history_start=START)


@pytest.fixture(scope="module")
def found(portfolio: Portfolio) -> Outlook:
    return outlook(portfolio)


def all_checks(found: Outlook, portfolio: Portfolio) -> list[Check]:
    owing = receivables.owed(payments(("c001", "2021-12-01", 30.0, None)), found.base, portfolio.when)
    of_owed = receivables.figures(owing, found.base, portfolio.monthly, portfolio.when)
    return [
        risk_checks.chances_in_range(found.base),
        risk_checks.risk_matrix_adds_up(risk_matrix.table(found.base), found.base),
        risk_checks.at_risk_adds_up(found.figures, found.base),
        risk_checks.outlook_adds_up(found.figures, found.found.expected_new),
        risk_checks.value_adds_up(found.figures, found.base, portfolio_value.retained(found.base, portfolio.when)),
        risk_checks.calibration_adds_up(found.found.test, found.found.test.tenths),
        risk_checks.receivables_add_up(owing, of_owed, receivables.ageing(owing)),
    ]


def test_they_pass(found: Outlook, portfolio: Portfolio) -> None:
    checks = all_checks(found, portfolio)
    assert [check.detail for check in checks if not check.passed] == []
    assert [lookup(check.id).kind for check in checks] == ["check"] * len(checks)
    assert not any(check.detail.startswith("nothing to check") for check in checks)


def test_they_have_nothing_to_check_without_a_model() -> None:
    portfolio = build(rows(("a", "2021-12-30", 10.0)), "2021-12")
    found = outlook(portfolio, model="chain")
    checks = all_checks(found, portfolio)[:6]
    assert all(check.passed and check.detail.startswith("nothing to check: ") for check in checks)
    owing = receivables.owed(None, found.base, portfolio.when)
    check = risk_checks.receivables_add_up(owing, {}, pd.DataFrame())
    assert (check.passed, check.detail) == (True, "nothing to check: no payments given")


def test_they_fail(found: Outlook, portfolio: Portfolio) -> None:
    base = found.base
    assert not risk_checks.chances_in_range(base.assign(p_next=base["p_next"] + 1)).passed
    assert not risk_checks.chances_in_range(base.assign(p_next=base["p_next"].where(base.index != "c001"))).passed
    matrix = risk_matrix.table(base)
    assert not risk_checks.risk_matrix_adds_up(matrix.iloc[1:], base).passed
    tampered = found.figures | {"risk.revenue_at_risk": Figure(value=1.0)}
    assert not risk_checks.at_risk_adds_up(tampered, base).passed
    assert not risk_checks.at_risk_adds_up(found.figures, base.assign(may_shrink=0.0)).passed
    for id in ("risk.outlook", "risk.outlook_new"):
        assert not risk_checks.outlook_adds_up(found.figures | {id: Figure(value=1.0)}, found.found.expected_new).passed
    assert not risk_checks.outlook_adds_up(found.figures, Figure(value=-1.0)).passed
    kept = portfolio_value.retained(base, portfolio.when)
    wrong = found.figures | {"risk.expected_12": Figure(value=1.0)}
    assert not risk_checks.value_adds_up(wrong, base, kept).passed
    assert not risk_checks.value_adds_up(found.figures, base, kept.assign(share=1.1)).passed
    tenths = found.found.test.tenths
    assert not risk_checks.calibration_adds_up(found.found.test, tenths.iloc[1:]).passed
    owing = receivables.owed(payments(("c001", "2021-12-01", 30.0, None)), base, portfolio.when)
    of_owed = receivables.figures(owing, base, portfolio.monthly, portfolio.when)
    lost = replace(owing, open=owing.open.iloc[:0])
    assert not risk_checks.receivables_add_up(owing, of_owed, receivables.ageing(lost)).passed
    assert dt.date(2021, 12, 31) == owing.day


def test_the_chances_are_told_from_the_least_to_the_highest() -> None:
    base = pd.DataFrame({"p_next": [0.2, 0.9], "first_purchase": pd.to_datetime(["2021-01-01", "2021-02-01"])})
    assert risk_checks.chances_in_range(base).detail == "chances 0.2000 to 0.9000; 2 = 2 clients"


def test_quadrants_must_agree_in_clients_and_in_revenue() -> None:
    base = pd.DataFrame({"client1": [True, True, False], "r1": [3.0, 4.0, 9.0]}, index=["a", "b", "c"])
    matrix = pd.DataFrame({"clients": [1, 1], "revenue": [3.0, 4.0]})
    assert risk_checks.risk_matrix_adds_up(matrix, base).passed
    assert not risk_checks.risk_matrix_adds_up(matrix.assign(revenue=[3.0, 5.0]), base).passed
    assert not risk_checks.risk_matrix_adds_up(matrix.assign(clients=[1, 2]), base).passed


def test_one_chance_out_of_range_is_enough() -> None:
    base = pd.DataFrame({"p_next": [0.5, 1.5], "first_purchase": pd.to_datetime(["2020-01-01", "2020-01-02"])})
    assert not risk_checks.chances_in_range(base).passed
    assert risk_checks.chances_in_range(base.assign(p_next=[0.5, 1.0])).passed
