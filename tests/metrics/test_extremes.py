"""Portfolios at the edge of what can be reviewed: every figure and table stands, with its columns."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, all_figures, build, monthly_rows, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import (
    abc,
    cohorts,
    concentration,
    driver_splits,
    drivers,
    headline,
    largest_loss,
    lifecycle,
    loss_reasons,
    migration,
    migration_trend,
    mobility,
    movement,
    newcomers,
    outlook,
    profile,
    retention_attributes,
    retention_segments,
    rfm,
    structure,
    survival,
    tiers,
    xyz,
)

LONG_AGO = dt.date(2015, 1, 1)
NO_LOSSES = pd.DataFrame({"client_id": [], "date": [], "reason": []}, dtype="str")
SCHEMES = (migration.ABC, migration.ABC_FIXED, migration.XYZ, migration.VALUE_STABILITY, tiers.TIER)

EDGES = {
    "one purchase, one month of history": build(rows(("a", "2021-12-05", 10.0)), "2021-12"),
    "one client for years": build(rows(*monthly_rows("a", "2019-01", [10.0] * 36)), "2021-12"),
    "nobody in W0": build(rows(("a", "2021-12-05", 10.0), ("b", "2021-11-05", 10.0)), "2021-12", history_start=LONG_AGO),
    "nobody in W1": build(rows(("a", "2020-12-05", 10.0), ("b", "2015-11-05", 10.0)), "2021-12"),
    "refunds only": build(rows(("a", "2021-12-05", -10.0), ("a", "2020-12-05", -1.0)), "2021-12", history_start=LONG_AGO),
    "purchases that were all returned": build(
        rows(("a", "2020-12-05", 5.0), ("a", "2020-12-06", -5.0), ("a", "2021-12-05", 5.0), ("a", "2021-12-06", -5.0)),
        "2021-12",
        history_start=LONG_AGO,
    ),
    "a window of one month": build(rows(*monthly_rows("a", "2021-09", [1.0] * 4)), "2021-12", window_months=1),
    "a whole year": build(rows(*monthly_rows("a", "2018-01", [1.0] * 48)), "2021", window_months=24),
    "a year that has hardly begun": build(
        rows(*monthly_rows("a", "2019-01", [1.0] * 25, day=3)), "2021", data_until=dt.date(2021, 1, 9)
    ),
}  # fmt: skip

edges = pytest.mark.parametrize("made", EDGES.values(), ids=EDGES.keys())


def all_tables(made: Portfolio) -> dict[str, pd.DataFrame]:
    """Every table by its id."""
    base, when = rfm.add_rfm(made.base(), made.when), made.when
    base = tiers.add_tiers(base, made.review)
    lives = survival.lives(base, when)
    trend = headline.trend(made.totals, base, when)
    cohort_table = cohorts.cohorts(made.monthly, base, when)
    found = {
        "headline.trend": trend,
        "headline.unusual_months": outlook.unusual_months(trend, when),
        "structure.abc": abc.table(base),
        "structure.xyz": xyz.table(base),
        "structure.abc_xyz": structure.abc_xyz(base, made.review.cadence),
        "structure.value_stability": structure.value_stability(base),
        "structure.largest": concentration.largest(base, when),
        "structure.over_10pct": concentration.over_a_tenth(base),
        "structure.loss_of_largest": largest_loss.table(base),
        "structure.rfm": rfm.table(base),
        "structure.tier": tiers.table(base),
        "structure.profile": profile.table(base),
        "bridge.steps": movement.bridge_steps(base, when),
        "bridge.largest": movement.bridge_largest(base, when),
        "retention.trend": retention_segments.trend(made.monthly, base.index, when),
        "retention.by_abc": retention_segments.by_abc(base, when),
        "retention.by_xyz": retention_attributes.by_xyz(base, when),
        "retention.cohorts": cohort_table,
        "retention.cohort_average": cohorts.average(cohort_table, when),
        "retention.survival": survival.table(lives),
        "retention.survival_differences": survival.differences(base, lives, retention_attributes.ATTRIBUTES),
        "retention.new_by_acquired_via": newcomers.by_acquired_via(base, when),
        "retention.loss_reasons": loss_reasons.table(base, NO_LOSSES, when),
        "drivers.factors": drivers.factor_table(base, made.totals, when),
        "drivers.splits": driver_splits.table(base, made.totals, when),
        "drivers.sensitivity": driver_splits.sensitivity(base, made.totals, when),
        "lifecycle.stages": lifecycle.stages(base, when),
    }
    sliding = migration_trend.Sliding.of(made.monthly, base, made.gaps.series, when, made.review)
    for scheme in SCHEMES:
        id, matrix = f"migration.{scheme.name}", migration.matrix(base, scheme, when)
        found |= {
            id: matrix,
            f"{id}.rows": migration.rows(matrix),
            f"{id}.movers": mobility.movers(base, scheme, when),
            f"{id}.expected": mobility.expected(matrix, scheme),
            f"{id}.trend": migration_trend.trend(sliding, scheme, when),
        }
    return found


@edges
def test_every_table_stands_with_the_columns_of_the_catalogue(made: Portfolio) -> None:
    for id, table in all_tables(made).items():
        assert tuple(table.columns) == tuple(column.name for column in lookup(id).columns), id


@edges
def test_every_figure_has_a_value_or_a_reason(made: Portfolio) -> None:
    base, when = made.base(), made.when
    figures = all_figures(made)
    figures |= outlook.year_end(made.totals, when)
    figures |= newcomers.new_rate(base, made.monthly, when) | newcomers.second_purchase(base, when)
    figures |= survival.figures(survival.lives(base, when))
    figures |= driver_splits.margin_figures(base, made.totals, when)
    figures |= loss_reasons.known_share(base, NO_LOSSES, when)
    for scheme in (migration.ABC, migration.XYZ):
        figures |= mobility.figures(base, scheme, migration.matrix(base, scheme, when), when)
    for id, figure in figures.items():
        assert lookup(id).kind == "figure"
        assert (figure.value is None) <= (figure.reason is not None), id


@edges
def test_the_inputs_are_never_changed(made: Portfolio) -> None:
    frames = (made.monthly, made.clients, made.orders, made.totals, made.gaps.as_of, made.gaps.series)
    before = [frame.copy() for frame in frames]
    all_tables(made)
    all_figures(made)
    for frame, copy in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
