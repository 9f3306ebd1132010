"""Mobility, largest movers and the structure one window ahead."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import migration, mobility
from portfolio_review.metrics.migration import ABC

START = dt.date(2019, 1, 1)


def made() -> Portfolio:
    """W0: big 800 A, mid 160 B, low 40 C; W1: low 850 A, big 100 B, mid 30 and new 20 C."""
    lines = rows(
        ("big", "2020-02-01", 800.0), ("mid", "2020-02-01", 160.0), ("low", "2020-02-01", 40.0),
        ("low", "2021-02-01", 850.0), ("big", "2021-02-01", 100.0), ("mid", "2021-02-01", 30.0),
        ("new", "2021-02-01", 20.0),
    )  # fmt: skip
    return build(lines, "2021-12", history_start=START)


def matrix_of(**cells: int) -> pd.DataFrame:
    """A migration matrix of the retained from cells such as AB=3."""
    rows_ = [(a, b, cells.get(a + b, 0)) for a in "ABC" for b in "ABC"]
    return pd.DataFrame(rows_, columns=["from", "to", "clients"])


def test_shorrocks() -> None:
    assert mobility.shorrocks(matrix_of(AA=5, BB=3, CC=9), ABC) == 0.0
    # shares on the diagonal 0.5, 0.75, 1: (3 − 2.25) / 2
    assert mobility.shorrocks(matrix_of(AA=2, AB=2, BB=3, BA=1, CC=4), ABC) == pytest.approx(0.375)
    # nobody stays: 3 / 2, as the index of a pure rotation
    assert mobility.shorrocks(matrix_of(AB=1, BC=1, CA=1), ABC) == pytest.approx(1.5)
    # C has nobody: k = 2
    assert mobility.shorrocks(matrix_of(AA=1, AB=1, BB=1), ABC) == pytest.approx(0.5)
    assert mobility.shorrocks(matrix_of(AA=4), ABC) is None


def test_figures() -> None:
    portfolio = made()
    base, when = portfolio.base(), portfolio.when
    found = mobility.figures(base, ABC, migration.matrix(base, ABC, when), when)
    assert {id: f.value for id, f in found.items()} == {
        "migration.abc.moved_share": 1.0, "migration.abc.moved_revenue_share": 1.0, "migration.abc.mobility": 1.5,
    }  # fmt: skip


def test_money_of_those_that_moved() -> None:
    lines = rows(
        ("a", "2020-02-01", 80.0), ("a", "2021-02-01", 75.0), ("b", "2020-02-01", 15.0), ("b", "2021-02-01", 25.0),
        ("c", "2020-02-01", 5.0), ("c", "2021-02-01", 1.0), ("c", "2021-02-02", -3.0),
    )  # fmt: skip
    portfolio = build(lines, "2021-12", history_start=START)
    base, when = portfolio.base(), portfolio.when
    found = mobility.figures(base, ABC, migration.matrix(base, ABC, when), when)
    # T = 100 in W1: b at c = 75 is A now (was B), c is none (was C); of 100 positive, 25 moved
    assert found["migration.abc.moved_share"].value == pytest.approx(2 / 3)
    assert found["migration.abc.moved_revenue_share"].value == pytest.approx(0.25)


def test_largest_movers() -> None:
    portfolio = made()
    movers = mobility.movers(portfolio.base(), ABC, portfolio.when)
    assert tuple(movers.columns) == tuple(column.name for column in lookup("migration.abc.movers").columns)
    assert movers[["client_id", "from", "to", "amount_change"]].to_numpy().tolist() == [
        ["low", "C", "A", 810.0], ["big", "A", "B", -700.0], ["mid", "B", "C", -130.0],
    ]  # fmt: skip


def test_one_more_window_ahead() -> None:
    cells = [
        ("A", "A", 6), ("A", "B", 2), ("A", "lost", 2), ("B", "A", 1), ("B", "B", 2), ("B", "lost", 1),
        ("new", "A", 1), ("new", "B", 4), ("returned", "B", 2),
    ]  # fmt: skip
    every = pd.MultiIndex.from_product([["A", "B", "C", "none", "new", "returned"], ["A", "B", "C", "none", "lost"]])
    matrix = pd.DataFrame(cells, columns=["from", "to", "clients"]).set_index(["from", "to"])["clients"]
    matrix = matrix.reindex(every, fill_value=0).rename_axis(["from", "to"]).reset_index()
    found = mobility.expected(matrix, ABC).set_index("class")
    assert tuple(found.reset_index().columns) == tuple(c.name for c in lookup("migration.abc.expected").columns)
    # W1: A 6 + 1 + 1 = 8, B 2 + 2 + 4 + 2 = 10. Ahead: A 8·0.6 + 10·0.25 + 1, B 8·0.2 + 10·0.5 + 6
    assert list(found["clients_w0"]) == [10, 4, 0, 0]
    assert list(found["clients_w1"]) == [8, 10, 0, 0]
    assert list(found["expected_clients"]) == pytest.approx([8.3, 12.6, 0.0, 0.0])


def test_clients_of_a_class_without_anybody_before_stay() -> None:
    lines = rows(("a", "2020-02-01", 5.0), ("a", "2021-02-01", 5.0), ("b", "2021-02-01", 1.0))
    portfolio = build(lines, "2021-12", history_start=START)
    ahead = mobility.expected(migration.matrix(portfolio.base(), ABC, portfolio.when), ABC)
    # b is B now (c = 83 %), nobody was at W0: it stays, and one more B comes
    assert list(ahead["expected_clients"]) == pytest.approx([1.0, 2.0, 0.0, 0.0])


def test_reasons() -> None:
    short = build(rows(("a", "2021-02-01", 5.0)), "2021-12")
    base, when = short.base(), short.when
    matrix = migration.matrix(base, ABC, when)
    reasons = {f.reason for f in mobility.figures(base, ABC, matrix, when).values()}
    assert reasons == {"history starts 2021-02, needs 2020-01"}
    assert mobility.movers(base, ABC, when).empty
    assert mobility.expected(matrix, ABC).empty
    nobody = build(rows(("a", "2021-02-01", 5.0), ("b", "2020-02-01", 5.0)), "2021-12", history_start=START)
    base, when = nobody.base(), nobody.when
    found = mobility.figures(base, ABC, migration.matrix(base, ABC, when), when)
    assert {f.reason for f in found.values()} == {"no active client of W0 was retained"}
    one = build(
        rows(("a", "2021-02-01", -5.0), ("a", "2021-03-01", 4.0), ("a", "2020-02-01", 5.0)),
        "2021-12",
        history_start=START,
    )
    base, when = one.base(), one.when
    found = mobility.figures(base, ABC, migration.matrix(base, ABC, when), when)
    assert found["migration.abc.mobility"].reason == "fewer than two classes have a retained client"
    assert found["migration.abc.moved_revenue_share"].reason == "no positive revenue of retained clients in W1"
