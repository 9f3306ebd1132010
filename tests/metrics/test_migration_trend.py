"""The share of retained clients that changed their class, as the windows slide."""

from __future__ import annotations

import pandas as pd
import pytest
from portfolios import Portfolio, build, monthly_rows, rows, settings

from portfolio_review.catalog import lookup
from portfolio_review.metrics import migration, tiers
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
    "scheme", [migration.ABC, migration.XYZ, migration.VALUE_STABILITY, tiers.TIER], ids=lambda scheme: scheme.name
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
