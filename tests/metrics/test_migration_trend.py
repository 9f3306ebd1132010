"""The share of retained clients that changed their class, as the windows slide."""

from __future__ import annotations

import pandas as pd
import pytest
from portfolios import Portfolio, build, monthly_rows, rows, settings

from portfolio_review.catalog import lookup
from portfolio_review.metrics import migration, mobility, tiers
from portfolio_review.metrics.migration_trend import Sliding, trend

# windows of three months from 2020-01: a falls from A to C in 2020-12, b rises, c stays where it is
LINES = rows(
    *monthly_rows("a", "2020-01", [100.0] * 11 + [0.5] * 3),
    *monthly_rows("b", "2020-01", [10.0] * 11 + [400.0] * 3),
    *monthly_rows("c", "2020-01", [4.0] * 14),
)


def made(period: str = "2021-02") -> Portfolio:
    review = settings(window_months=3, strategic={"accounts": ["c"]})
    return build(LINES, period, window_months=3, review=review)


def of(portfolio: Portfolio, scheme: migration.Scheme) -> pd.DataFrame:
    base = portfolio.base()
    sliding = Sliding.of(portfolio.monthly, base, portfolio.gaps.series, portfolio.when, portfolio.review)
    return trend(sliding, scheme, portfolio.when)


@pytest.mark.parametrize(
    "scheme",
    [migration.ABC, migration.ABC_FIXED, migration.XYZ, migration.VALUE_STABILITY, tiers.TIER],
    ids=lambda scheme: scheme.name,
)
def test_the_last_month_equals_the_migration_of_the_review(scheme: migration.Scheme) -> None:
    portfolio = made()
    base = tiers.add_tiers(portfolio.base(), portfolio.review)
    found = of(portfolio, scheme)
    assert tuple(found.columns) == tuple(column.name for column in lookup(f"migration.{scheme.name}.trend").columns)
    ways = [
        migration.figures(base, scheme, portfolio.when)[f"migration.{scheme.name}.{way}"].value
        for way in ("up", "down", "stay")
    ]
    assert found["n"].iloc[-1] == sum(ways)  # type: ignore[arg-type]
    assert found["rate"].iloc[-1] == pytest.approx((ways[0] + ways[1]) / sum(ways))  # type: ignore[operator,arg-type]


def test_windows_slide_by_a_month() -> None:
    found = of(made(), migration.ABC)
    # both windows fit from 2020-06 on, and no class changes until the windows reach 2020-12
    assert list(found["month"]) == [f"2020-{m:02d}" for m in range(6, 13)] + ["2021-01", "2021-02"]
    assert list(found["rate"][:6]) == [0.0] * 6
    assert found["rate"].iloc[-1] > 0
    assert list(found["n"]) == [3] * 9


def test_fixed_limits_are_those_of_the_earlier_window_of_each_month() -> None:
    # A, B and C in every window; from 2021-01 on each brings twenty times as much
    lines = [
        (name, day, 20 * money if str(day) >= "2021-01" else money)
        for client, size in (("a", 85.0), ("b", 11.0), ("c", 4.0))
        for name, day, money in monthly_rows(client, "2020-01", [size] * 14)
    ]
    portfolio = build(rows(*lines), "2021-02", window_months=3, review=settings(window_months=3))
    assert set(of(portfolio, migration.ABC)["rate"]) == {0.0}
    # lowest A 255, lowest B 33: by January b brings 242 and c 88, by February b 451 and c 164
    found = of(portfolio, migration.ABC_FIXED).set_index("month")["rate"]
    assert list(found) == pytest.approx([0.0] * 7 + [1 / 3, 2 / 3])


def test_a_client_without_a_class_has_not_moved() -> None:
    # by variation: s is refunded more than it bought in the second window, so that no mean can be taken
    lines = rows(
        *monthly_rows("a", "2020-01", [10.0] * 6), *monthly_rows("b", "2020-01", [10.0] * 3),
        *monthly_rows("b", "2020-04", [1.0, 1.0, 70.0]), *monthly_rows("s", "2020-01", [10.0] * 6),
        ("s", "2020-05-20", -90.0),
    )  # fmt: skip
    review = settings(window_months=3, xyz={"method": "variation"})
    portfolio = build(lines, "2020-06", window_months=3, review=review)
    base, when = portfolio.base(), portfolio.when
    assert base["xyz0"].astype(str).tolist() == ["X", "X", "X"]
    assert base["xyz1"].astype(str).tolist() == ["X", "Z", "n/a"]
    matrix = migration.matrix(base, migration.XYZ, when)
    # n/a stays a column, so that the sums hold
    assert matrix[(matrix["from"] == "X") & (matrix["to"] == "n/a")]["clients"].item() == 1
    assert matrix["clients"].sum() == 3
    found = migration.figures(base, migration.XYZ, when) | mobility.figures(base, migration.XYZ, matrix, when)
    values = {id.rpartition(".")[2]: figure.value for id, figure in found.items()}
    assert (values["up"], values["down"], values["stay"], values["moved_share"]) == (0, 1, 1, 0.5)
    # k = 1 class at W0
    assert values["mobility"] is None
    assert mobility.movers(base, migration.XYZ, when)["client_id"].tolist() == ["b"]
    last = of(portfolio, migration.XYZ).iloc[-1]
    assert (last["rate"], last["n"]) == (0.5, 2)


def test_where_nobody_retained_has_a_class_nothing_moved() -> None:
    lines = rows(
        ("a", "2020-01-05", 10.0), ("a", "2020-02-05", 10.0), ("b", "2020-02-05", 10.0), ("c", "2020-01-05", 1.0)
    )
    review = settings(window_months=1, xyz={"method": "variation"})
    portfolio = build(lines, "2020-02", window_months=1, review=review)
    base, when = portfolio.base(), portfolio.when
    matrix = migration.matrix(base, migration.XYZ, when)
    assert {f.reason for f in mobility.figures(base, migration.XYZ, matrix, when).values()} == {mobility.NO_CLASS}
    assert migration.figures(base, migration.XYZ, when)["migration.xyz.stay"].value == 0


def test_only_a_month_outside_the_range_of_the_earlier_is_unusual() -> None:
    found = of(made("2020-12"), migration.ABC)
    assert found["rate"].iloc[-1] > 0
    assert list(found["unusual"]) == [False] * 6 + [True]
    # with two earlier months there is no range
    assert not of(made("2020-08"), migration.ABC)["unusual"].any()


def test_a_short_history_has_no_trend() -> None:
    assert of(made("2020-05"), migration.ABC).empty


def test_tiers_that_are_given_have_no_trend() -> None:
    given = pd.DataFrame({"client_id": ["a"], "tier": ["key"]})
    portfolio = build(LINES, "2021-02", window_months=3, attributes=given, review=settings(window_months=3))
    assert of(portfolio, tiers.TIER).empty
    assert not of(portfolio, migration.ABC).empty


def test_a_year_of_months_at_most() -> None:
    lines = rows(*monthly_rows("a", "2017-01", [100.0] * 50), *monthly_rows("b", "2017-01", [1.0] * 50))
    portfolio = build(lines, "2021-02", window_months=3, review=settings(window_months=3))
    found = of(portfolio, migration.ABC)
    assert (found["month"].iloc[0], found["month"].iloc[-1], len(found)) == ("2020-03", "2021-02", 12)
