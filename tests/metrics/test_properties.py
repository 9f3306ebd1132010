"""What must hold for any portfolio, on generated rows."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portfolios import Portfolio, all_figures, build

from portfolio_review.catalog import lookup
from portfolio_review.figure import Figure
from portfolio_review.metrics import abc, checks, cohorts, drivers, migration, movement, structure

START, UNTIL = dt.date(2019, 1, 1), dt.date(2021, 12, 31)
SCHEMES = (migration.ABC, migration.ABC_FIXED, migration.XYZ, migration.VALUE_STABILITY)

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cid", "dan", "eve", "fay", "gus"]),
        st.integers(0, 1_000).map(lambda days: dt.date(2019, 4, 1) + dt.timedelta(days=days)),
        st.one_of(st.integers(1, 90_000), st.integers(-30_000, 0)).map(lambda cents: cents / 100),
        st.integers(0, 30).map(lambda number: f"o{number}"),
    ),
    min_size=1,
    max_size=40,
)

generated = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def made(rows: list[tuple[str, dt.date, float, str]]) -> Portfolio:
    frame = pd.DataFrame(rows, columns=["client_id", "date", "revenue", "order_id"])
    # an order belongs to one client
    frame["order_id"] = frame["client_id"] + frame["order_id"]
    frame["date"] = pd.to_datetime(frame["date"])
    return build(frame, "2021-12", history_start=START, data_until=UNTIL)


def values(figures: Mapping[str, Figure]) -> dict[str, object]:
    return {id: figure.value for id, figure in figures.items()}


@generated
@given(ROWS)
def test_the_checks_of_a_review_pass(rows: list[tuple[str, dt.date, float, str]]) -> None:
    portfolio = made(rows)
    base, when, figures = portfolio.base(), portfolio.when, all_figures(portfolio)
    matrices = [(scheme, migration.matrix(base, scheme, when)) for scheme in SCHEMES]
    found = [
        checks.windows_agree(base, portfolio.totals),
        checks.revenue_splits(figures),
        *checks.classes_add_up(structure.class_tables(base), base),
        checks.adds_up("abc_xyz_adds_up", structure.abc_xyz(base, portfolio.review.cadence), base),
        checks.bridge_closes(figures),
        checks.one_movement_each(base, when),
        checks.one_stage_each(base, when),
        *(checks.migration_margins(base, scheme, matrix) for scheme, matrix in matrices),
        checks.rates_in_range(figures),
        checks.cohorts_start_whole(cohorts.cohorts(portfolio.monthly, base, when)),
        *checks.drivers_hold(base, portfolio.totals, when),
    ]
    assert [check for check in found if not check.passed] == []
    for scheme in ("abc", "xyz", "value_stability"):
        moved = [figures[f"migration.{scheme}.{way}"].value for way in ("up", "down", "stay")]
        assert sum(moved) == figures["movement.retained_clients"].value  # type: ignore[arg-type]


@generated
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[tuple[str, dt.date, float, str]], dice: object) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = made(rows), made(shuffled)
    scrambled = Portfolio(
        **{
            **vars(other),
            "monthly": other.monthly.sample(frac=1, random_state=1),
            "clients": other.clients.sample(frac=1, random_state=2),
        }
    )
    assert all_figures(one) == all_figures(scrambled)
    pd.testing.assert_frame_equal(one.base(), scrambled.base())
    pd.testing.assert_frame_equal(
        movement.bridge_largest(one.base(), one.when), movement.bridge_largest(scrambled.base(), one.when)
    )


@generated
@given(ROWS, st.integers(0, 1_000))
def test_a_row_split_in_two_changes_nothing(rows: list[tuple[str, dt.date, float, str]], place: int) -> None:
    client, day, revenue, order = rows[place % len(rows)]
    parts = [(client, day, revenue / 2, order)] * 2
    split = rows[: place % len(rows)] + parts + rows[place % len(rows) + 1 :]
    assert values(all_figures(made(split))) == pytest.approx(values(all_figures(made(rows))), abs=1e-6)


@generated
@given(ROWS)
def test_scaling_money_scales_money_and_nothing_else(rows: list[tuple[str, dt.date, float, str]]) -> None:
    one = made(rows)
    ten = made([(client, day, revenue * 10, order) for client, day, revenue, order in rows])
    kept = [name for name in one.base().columns if name.startswith(("abc", "xyz", "group", "sta", "active"))]
    pd.testing.assert_frame_equal(one.base()[kept], ten.base()[kept])
    scaled = values(all_figures(ten))
    for id, value in values(all_figures(one)).items():
        if value is None or isinstance(value, str):
            assert scaled[id] == value
        else:
            factor = 10 if lookup(id).unit == "money" else 1
            assert scaled[id] == pytest.approx(factor * value, rel=1e-6, abs=1e-4), id  # type: ignore[operator]


@generated
@given(ROWS, ROWS)
def test_later_purchases_change_no_earlier_period(
    rows: list[tuple[str, dt.date, float, str]], later: list[tuple[str, dt.date, float, str]]
) -> None:
    moved = [(client, day + dt.timedelta(days=1_006), revenue, order) for client, day, revenue, order in later]
    assert all_figures(made(rows + moved)) == all_figures(made(rows))


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=4),
)
def test_effects_sum_to_the_change_and_swap_sign_with_time(pairs: list[tuple[float, float]]) -> None:
    start, end = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = drivers.shapley(start, end), drivers.shapley(end, start)
    rounding = 1e-12 * math.prod(max(1.0, abs(a), abs(b)) for a, b in pairs)
    assert sum(there) == pytest.approx(math.prod(end) - math.prod(start), rel=1e-9, abs=rounding)
    assert back == pytest.approx([-effect for effect in there], rel=1e-9, abs=rounding)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=60))
def test_classes_follow_the_size_and_a_holds_up_to_the_limit(cents: list[int]) -> None:
    r = pd.Series([float(cent) for cent in cents], index=[f"c{n:02d}" for n in range(len(cents))])
    classes = abc.classify(r, pd.Series(True, index=r.index))
    by_size = r.sort_values(ascending=False, kind="stable")
    ordered = classes[by_size.index].cat.codes
    assert ordered.is_monotonic_increasing
    # without its smallest members, A holds less than 80 % of the whole
    in_a = r[classes == "A"]
    assert in_a[in_a > in_a.min()].sum() < 0.8 * r.sum()
    assert in_a.sum() >= 0.8 * r.sum() * (1 - 1e-9)
