"""New clients: their rate, their second purchase, their sources."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.catalog import lookup
from portfolio_review.figure import NO_CLIENT_IN_W0
from portfolio_review.metrics import newcomers
from portfolio_review.metrics.intervals import wilson

START = dt.date(2019, 1, 1)
END = dt.date(2021, 12, 31)


def day(before_the_end: int) -> str:
    return (END - dt.timedelta(days=before_the_end)).isoformat()


def made(*lines: tuple[object, ...], start: dt.date = START, attributes: pd.DataFrame | None = None) -> Portfolio:
    return build(rows(*lines), "2021-12", history_start=start, attributes=attributes, data_until=END)


def test_new_clients_per_client_of_w0() -> None:
    portfolio = made(
        ("a", "2020-02-01", 1.0), ("b", "2020-12-01", 1.0), *((f"n{k}", "2021-03-01", 1.0) for k in range(3))
    )
    found = newcomers.new_rate(portfolio.base(), portfolio.monthly, portfolio.when)["movement.new_rate"]
    assert found.value == 1.5
    # windows that end with PP: W1 2020-12 to 2021-11 has b and the three, W0 only a
    assert found.previous == 4.0
    assert found.previous_year is None


def test_new_rate_is_undefined() -> None:
    nobody = made(("a", "2021-02-01", 1.0))
    assert newcomers.new_rate(nobody.base(), nobody.monthly, nobody.when)["movement.new_rate"].reason == NO_CLIENT_IN_W0
    short = made(("a", "2021-02-01", 1.0), start=dt.date(2021, 1, 1))
    found = newcomers.new_rate(short.base(), short.monthly, short.when)["movement.new_rate"]
    assert found.reason == "history starts 2021-01, needs 2020-01"


def test_second_purchase_within_180_days() -> None:
    portfolio = made(
        ("in time", day(180), 1.0), ("in time", day(0), 1.0),
        ("late", day(545), 1.0), ("late", day(364), 1.0),
        ("once", day(300), 1.0),
        ("too young", day(179), 1.0), ("too young", day(100), 1.0),
        ("too old", day(546), 1.0), ("too old", day(540), 1.0),
    )  # fmt: skip
    found = newcomers.second_purchase(portfolio.base(), portfolio.when)["retention.second_purchase_180"]
    # bought again after 180 days: in time; after 181: late
    assert found.value == pytest.approx(1 / 3)
    assert found.interval == wilson(1, 3)


def test_second_purchase_is_undefined() -> None:
    nobody = made(("a", day(100), 1.0))
    found = newcomers.second_purchase(nobody.base(), nobody.when)["retention.second_purchase_180"]
    assert found.reason == "nobody began 180 to 545 days before the end of P"
    short = made(("a", day(300), 1.0), start=dt.date(2020, 8, 1))
    found = newcomers.second_purchase(short.base(), short.when)["retention.second_purchase_180"]
    # 545 days before 2021-12-31 is 2020-07-04
    assert found.reason == "history starts 2020-08, needs 2020-07"


def test_by_source() -> None:
    sources = pd.DataFrame({"client_id": list("abcde"), "acquired_via": ["fair", "fair", "web", None, "call"]})
    portfolio = made(
        ("a", day(200), 5.0), ("a", day(190), 5.0), ("b", day(200), 7.0), ("c", day(10), 3.0), ("d", day(10), 3.0),
        ("e", day(700), 1.0), ("e", day(10), 1.0), attributes=sources,
    )  # fmt: skip
    # e, that came by a call, is neither new nor began 180 to 545 days ago: no row
    table = newcomers.by_acquired_via(portfolio.base(), portfolio.when)
    assert tuple(table.columns) == tuple(column.name for column in lookup("retention.new_by_acquired_via").columns)
    assert table[["value", "clients", "revenue", "base"]].to_numpy().tolist() == [
        ["fair", 2, 17.0, 2],
        ["web", 1, 3.0, 0],
    ]
    assert table["rate"].iloc[0] == 0.5
    assert pd.isna(table["rate"].iloc[1])


def test_without_sources() -> None:
    portfolio = made(("a", day(200), 5.0))
    assert newcomers.by_acquired_via(portfolio.base(), portfolio.when).empty


def test_a_source_of_one_newcomer_has_a_rate() -> None:
    attributes = pd.DataFrame({"client_id": ["n"], "acquired_via": ["fair"]})
    portfolio = made(("a", "2020-02-01", 1.0), ("n", day(300), 5.0), ("n", day(280), 5.0), attributes=attributes)
    found = newcomers.by_acquired_via(portfolio.base(), portfolio.when)
    assert found.loc[found["value"] == "fair", ["base", "rate"]].to_numpy().tolist() == [[1.0, 1.0]]
