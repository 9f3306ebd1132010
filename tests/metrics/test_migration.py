"""Migration between classes: matrix, shares, up, down and stay."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.metrics import migration
from portfolio_review.metrics.migration import ABC, ABC_FIXED, VALUE_STABILITY, XYZ

START = dt.date(2019, 1, 1)


def made(start: dt.date = START) -> Portfolio:
    """W0: big 800 A, mid 160 B (c = 80 %), low 40 C (c = 96 %). W1: low 900 A, new 80 and big 20 (c = 90 %, 98 %)."""
    lines = rows(
        ("big", "2020-02-01", 800.0), ("mid", "2020-02-01", 160.0), ("low", "2020-02-01", 40.0),
        ("low", "2021-02-01", 900.0), ("new", "2021-02-01", 80.0), ("big", "2021-02-01", 20.0),
        ("back", "2019-02-01", 5.0), ("back", "2021-03-01", 1.0), ("back", "2021-03-02", -1.0),
    )  # fmt: skip
    return build(lines[lines["date"] >= str(start)], "2021-12", history_start=start)


def cells(matrix: pd.DataFrame) -> dict[tuple[str, str], int]:
    held = matrix[matrix["clients"] > 0]
    return {(a, b): n for a, b, n in zip(held["from"], held["to"], held["clients"], strict=True)}


def test_where_clients_went() -> None:
    portfolio = made()
    matrix = migration.matrix(portfolio.base(), ABC, portfolio.when)
    assert cells(matrix) == {
        ("A", "C"): 1, ("B", "lost"): 1, ("C", "A"): 1, ("new", "B"): 1, ("returned", "none"): 1,
    }  # fmt: skip
    # 4 classes × (4 classes and lost), new and returned × 4 classes
    assert len(matrix) == 4 * 5 + 2 * 4
    big = matrix[(matrix["from"] == "A") & (matrix["to"] == "C")].iloc[0]
    assert (big["revenue_w0"], big["revenue_w1"]) == (800.0, 20.0)


def test_by_the_limits_of_w0_in_money() -> None:
    # A from 800, B from 160: low with 900 is A, new with 80 is C (B by the limits of W1)
    portfolio = made()
    matrix = migration.matrix(portfolio.base(), ABC_FIXED, portfolio.when)
    assert cells(matrix) == {
        ("A", "C"): 1, ("B", "lost"): 1, ("C", "A"): 1, ("new", "C"): 1, ("returned", "none"): 1,
    }  # fmt: skip


def test_up_down_and_stay_are_the_retained_clients() -> None:
    portfolio = made()
    figures = migration.figures(portfolio.base(), ABC, portfolio.when)
    assert {id: f.value for id, f in figures.items()} == {
        "migration.abc.up": 1, "migration.abc.down": 1, "migration.abc.stay": 0,
    }  # fmt: skip


def test_other_schemes() -> None:
    portfolio = made()
    base, when = portfolio.base(), portfolio.when
    # all of W0 and W1 bought once: Z; the n/a class of variation is not shown where nobody has it
    matrix = migration.matrix(base, XYZ, when)
    assert cells(matrix) == {("Z", "Z"): 2, ("Z", "lost"): 1, ("new", "Z"): 1, ("returned", "Z"): 1}
    assert "n/a" not in set(matrix["from"])
    # big falls from unstable large to unstable small, low the other way
    figures = migration.figures(base, VALUE_STABILITY, when)
    assert [f.value for f in figures.values()] == [1, 1, 0]


def test_shares_of_a_row_have_intervals_and_small_rows_are_marked() -> None:
    lines = rows(
        *((f"c{n:02d}", "2020-02-01", 10.0) for n in range(10)),
        *((f"c{n:02d}", "2021-02-01", 10.0) for n in range(8)),
        ("new", "2021-02-01", 10.0),
    )
    portfolio = build(lines, "2021-12", history_start=START)
    shares = migration.rows(migration.matrix(portfolio.base(), ABC, portfolio.when))
    stayed = shares[(shares["from"] == "A") & (shares["to"] == "A")].iloc[0]
    # Wilson 1927: 8 of 10 gives 0.490–0.943
    assert (stayed["clients"], stayed["count"], stayed["share"]) == (10, 8, 0.8)
    assert (stayed["low"], stayed["high"]) == pytest.approx((0.490, 0.943), abs=5e-4)
    assert not stayed["few"]
    new = shares[(shares["from"] == "new") & (shares["to"] == "A")].iloc[0]
    assert new["few"]
    empty = shares[shares["from"] == "B"]
    assert empty["share"].isna().all()
    assert empty["low"].isna().all()


def test_the_history_decides() -> None:
    portfolio = made(dt.date(2020, 2, 1))
    base, when = portfolio.base(), portfolio.when
    matrix = migration.matrix(base, ABC, when)
    assert matrix.empty
    assert list(matrix.columns) == ["from", "to", "clients", "revenue_w0", "revenue_w1", "amount_change"]
    assert list(migration.rows(matrix).columns) == ["from", "clients", "to", "count", "share", "low", "high", "few"]
    figures = migration.figures(base, ABC, when)
    assert {f.reason for f in figures.values()} == {"history starts 2020-02, needs 2020-01"}


def test_without_anybody_in_w0_there_are_no_fixed_limits() -> None:
    portfolio = build(rows(("a", "2021-02-01", 10.0)), "2021-12", history_start=START)
    base, when = portfolio.base(), portfolio.when
    assert migration.figures(base, ABC_FIXED, when)["migration.abc_fixed.up"].reason == "no active client in W0"
    assert migration.matrix(base, ABC_FIXED, when).empty
    assert cells(migration.matrix(base, ABC, when)) == {("new", "A"): 1}
    assert migration.figures(base, ABC, when)["migration.abc.stay"].value == 0


def test_a_w0_of_refunds_has_no_fixed_limits() -> None:
    lines = rows(("a", "2020-02-01", 10.0), ("a", "2020-02-02", -11.0), ("a", "2021-02-01", 10.0))
    portfolio = build(lines, "2021-12", history_start=START)
    figures = migration.figures(portfolio.base(), ABC_FIXED, portfolio.when)
    assert figures["migration.abc_fixed.up"].reason == "no client of class A in W0"


def test_clients_of_unknown_class_at_w0_do_not_hide_those_of_a_known_one() -> None:
    portfolio = made()
    base = portfolio.base()
    some = base.assign(xyz0=base["xyz0"].where(base.index != "mid"), xyz1="X")
    some.loc["big", "xyz0"] = "X"
    assert migration.undefined_reason(some, XYZ, portfolio.when) is None
