"""Checks: each passes on a sound portfolio and fails when one of its numbers is wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.catalog import lookup
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import checks, cohorts, headline, migration, movement, retention, structure

START = dt.date(2019, 1, 1)
LINES = rows(
    ("a", "2020-02-01", 100.0), ("a", "2021-02-01", 130.0), ("b", "2020-02-01", 50.0),
    ("c", "2019-02-01", 50.0), ("c", "2021-12-01", 7.0), ("d", "2021-12-02", 9.0), ("e", "2021-12-02", -1.0),
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Portfolio:
    names = pd.DataFrame({"client_id": ["a", "b"], "type": ["x", "y"]})
    return build(LINES, "2021-12", history_start=START, attributes=names)


@pytest.fixture(scope="module")
def base(made: Portfolio) -> pd.DataFrame:
    return made.base()


def test_sources_and_units() -> None:
    assert checks.sources_reconcile(90.0, 10.0, 100.0).passed
    assert checks.sources_reconcile(90.0, 10.0, 100.01) == checks.Check(
        "sources_reconcile", False, "used 90.00 + left out 10.00 = sources 100.01"
    )
    assert checks.units_add_up([40.0, 60.0], 100.004).passed
    assert not checks.units_add_up([40.0, 60.0], 100.006).passed


def test_windows(made: Portfolio, base: pd.DataFrame) -> None:
    assert checks.windows_agree(base, made.totals) == checks.Check(
        "windows_agree", True, "W1: 145.00 = 145.00; W0: 150.00 = 150.00"
    )
    assert not checks.windows_agree(base.assign(r1=base["r1"] + 1), made.totals).passed


def test_revenue_splits(made: Portfolio, base: pd.DataFrame) -> None:
    figures = headline.figures(made.totals, made.monthly, made.when)
    figures |= headline.split_figures(base, made.monthly, made.when)
    assert checks.revenue_splits(figures).passed
    figures["headline.revenue_new"] = Figure(value=1.0)
    assert not checks.revenue_splits(figures).passed
    figures["headline.revenue_returned"] = undefined("history starts 2021-01, needs 2020-12")
    found = checks.revenue_splits(figures)
    assert found.passed
    assert found.detail == "nothing to check: history starts 2021-01, needs 2020-12"


def test_classes_and_breakdowns(made: Portfolio, base: pd.DataFrame) -> None:
    tables = structure.class_tables(base)
    found = checks.classes_add_up(tables, base)
    assert [check.id for check in found] == ["abc_adds_up", "xyz_adds_up", "value_stability_adds_up"]
    assert all(check.passed for check in found)
    wrong = tables["structure.abc"].assign(clients=1)
    assert not checks.adds_up("abc_adds_up", wrong, base).passed
    breakdowns = structure.breakdowns(base, made.mix, made.when)
    assert checks.breakdowns_add_up(breakdowns, base).passed
    assert not checks.breakdowns_add_up({"structure.by.type": wrong.assign(revenue=1.0)}, base).passed
    assert checks.breakdowns_add_up({}, base).detail == "nothing to check: no attribute known"


def test_bridge(made: Portfolio, base: pd.DataFrame) -> None:
    figures = movement.bridge_figures(base, made.when)
    assert checks.bridge_closes(figures).passed
    end = replace(figures["bridge.end"], value=146.0)
    assert checks.bridge_closes({**figures, "bridge.end": end}).detail == "sum, end: 145.00 = 146.00"
    assert not checks.bridge_closes({**figures, "bridge.end": end}).passed
    short = {id: undefined("history starts 2021-01, needs 2020-01") for id in figures}
    assert checks.bridge_closes(short).passed


def test_one_movement_and_one_stage(made: Portfolio, base: pd.DataFrame) -> None:
    assert checks.one_movement_each(base, made.when).detail == (
        "retained 1 + lost 1 + new 1 + returned 1 + dormant 0 = 4 clients"
    )
    assert checks.one_stage_each(base, made.when).passed
    nobody = base.assign(state=pd.Series(index=base.index, dtype="str"), stage=None)
    assert not checks.one_movement_each(nobody, made.when).passed
    assert not checks.one_stage_each(nobody, made.when).passed


def test_migration(made: Portfolio, base: pd.DataFrame) -> None:
    matrix = migration.matrix(base, migration.ABC, made.when)
    assert checks.migration_margins(base, migration.ABC, matrix).passed
    wrong = checks.migration_margins(base, migration.ABC, matrix.assign(clients=1))
    assert not wrong.passed
    assert "from A: 5 clients, class 2" in wrong.detail
    assert checks.migration_margins(base, migration.ABC, matrix.head(0)).detail == "nothing to check: no matrix"


def test_rates(made: Portfolio, base: pd.DataFrame) -> None:
    figures = retention.figures(base, made.monthly, made.when)
    assert checks.rates_in_range(figures).passed
    assert not checks.rates_in_range({"retention.gross_revenue_retention": Figure(value=1.01)}).passed
    # net revenue retention may be above one
    assert checks.rates_in_range({"retention.net_revenue_retention": Figure(value=1.5)}).passed


def test_cohorts(made: Portfolio, base: pd.DataFrame) -> None:
    table = cohorts.cohorts(made.monthly, base, made.when)
    assert checks.cohorts_start_whole(table).passed
    assert not checks.cohorts_start_whole(table.assign(size=9)).passed
    assert not checks.cohorts_start_whole(table.iloc[1:]).passed


def test_drivers(made: Portfolio, base: pd.DataFrame) -> None:
    found = checks.drivers_hold(base, made.totals, made.when)
    assert [(check.id, check.passed) for check in found] == [("drivers_multiply", True), ("drivers_add_up", True)]
    nobody = checks.drivers_hold(base.assign(active0=False), made.totals, made.when)
    assert [check.detail for check in nobody] == ["nothing to check: no active client in W0"] * 2


def test_a_check_of_a_word_is_an_error() -> None:
    with pytest.raises(TypeError, match="a check needs a number, found 'month'"):
        checks.rates_in_range({"retention.x_rate": Figure(value="month")})


def test_every_check_is_in_the_catalogue(made: Portfolio, base: pd.DataFrame) -> None:
    found = [
        *checks.classes_add_up(structure.class_tables(base), base),
        *checks.drivers_hold(base, made.totals, made.when),
        checks.windows_agree(base, made.totals),
        checks.one_movement_each(base, made.when),
        checks.one_stage_each(base, made.when),
        checks.units_add_up([], 0.0),
        checks.migration_margins(base, migration.ABC_FIXED, migration.matrix(base, migration.ABC_FIXED, made.when)),
    ]
    assert {lookup(check.id).kind for check in found} == {"check"}


def test_windows_agree_to_half_a_cent() -> None:
    base = pd.DataFrame({"r1": [10.0, 0.004], "r0": [1.0, 2.0]})
    totals = pd.DataFrame({"span": ["w1", "w0"], "revenue": [10.0, 3.0]})
    assert checks.windows_agree(base, totals).passed
    assert not checks.windows_agree(base.assign(r1=[10.0, 0.006]), totals).passed


def test_one_breakdown_that_does_not_add_up_is_enough(base: pd.DataFrame) -> None:
    whole = base["r1"].sum()
    right, wrong = (pd.DataFrame({"revenue": [whole + off]}) for off in (0.0, 1.0))
    assert checks.breakdowns_add_up({"structure.by.type": right}, base).passed
    assert not checks.breakdowns_add_up({"structure.by.type": right, "structure.by.region": wrong}, base).passed


def test_windows_of_many_clients_agree_to_their_roundings_and_no_further() -> None:
    base = pd.DataFrame({"r1": [10.0] + [0.0] * 99, "r0": 0.0})
    totals = pd.DataFrame({"span": ["w1", "w0"], "revenue": [10.05, 0.0]})
    assert not checks.windows_agree(base, totals).passed
