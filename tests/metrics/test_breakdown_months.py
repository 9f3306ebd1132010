"""Months of the largest values of a breakdown, on a frame solvable by hand."""

from __future__ import annotations

import pandas as pd
from portfolios import Portfolio, build, monthly_rows, rows, settings

from portfolio_review.metrics import breakdown_months

LINES = rows(
    *monthly_rows("a", "2021-01", [50.0] * 12),
    ("b", "2020-12-05", 30.0),
    ("b", "2021-12-05", 20.0),
    ("c", "2021-11-05", 20.0),
    ("d", "2020-03-05", 900.0),
    ("d", "2021-12-06", 5.0),
)


def made(history: str = "2020-01-01", **attributes: list[str | None]) -> Portfolio:
    names = pd.DataFrame({"client_id": ["a", "b", "c", "d"], **attributes})
    start = pd.Timestamp(history).date()
    return build(LINES, "2021-12", attributes=names, history_start=start, review=settings())


def found(portfolio: Portfolio, top: int = 8) -> pd.DataFrame:
    return breakdown_months.by_month(portfolio.base(), portfolio.monthly, portfolio.when, top)


def test_the_first_attribute_with_two_values_is_broken_down() -> None:
    table = found(made(type=["shop"] * 4, region=["north", "south", "east", None]))
    assert list(table.columns) == ["attribute", "value", "month", "revenue"]
    assert set(table["attribute"]) == {"region"}
    # last 12 months: north 600; east and south 20 each, by name; d has no region
    assert list(dict.fromkeys(table["value"])) == ["north", "east", "south"]
    assert breakdown_months.named(table) == "structure.by.region"


def test_every_known_month_stands_with_its_revenue() -> None:
    table = found(made(type=["shop", "web", "web", "shop"])).set_index(["value", "month"])["revenue"]
    assert len(table) == 2 * 24
    assert table["shop", "2020-03"] == 900.0
    assert table["shop", "2021-12"] == 55.0
    assert table["web", "2020-12"] == 30.0
    assert table["web", "2021-01"] == 0.0
    assert table.sum() == 600.0 + 30.0 + 20.0 + 20.0 + 900.0 + 5.0


def test_a_short_history_has_fewer_months() -> None:
    table = found(made("2020-12-01", type=["shop", "web", "web", "shop"]))
    assert sorted(set(table["month"]))[0] == "2020-12"
    assert len(table) == 2 * 13


def test_only_the_largest_are_kept() -> None:
    assert set(found(made(type=["shop", "web", "web", "fair"]), top=2)["value"]) == {"shop", "web"}


def test_without_two_values_there_are_no_rows() -> None:
    table = found(made(type=["shop", None, "shop", None]))
    assert table.empty
    assert list(table.columns) == list(breakdown_months.COLUMNS)
    assert breakdown_months.named(table) == "structure.by.type"


def test_a_value_without_revenue_is_none_and_one_coin_is_some() -> None:
    lines = rows(
        ("a", "2021-12-05", 9.0), ("b", "2021-12-05", 1.0), ("c", "2021-11-05", 4.0), ("c", "2021-12-05", -4.0)
    )
    names = pd.DataFrame({"client_id": ["a", "b", "c"], "type": ["shop", "web", "fair"]})
    made = build(lines, "2021-12", attributes=names, history_start=pd.Timestamp("2020-01-01").date())
    assert list(dict.fromkeys(found(made)["value"])) == ["shop", "web"]
