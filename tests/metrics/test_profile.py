"""What constant large clients share, and what the loss of the largest would cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import largest_loss, profile


def clients(**groups: tuple[int, str, str, str, str]) -> pd.DataFrame:
    """Active clients in groups: number, abc, xyz, type, region."""
    parts = [
        pd.DataFrame(
            {"abc1": abc, "xyz1": xyz, "type": kind, "region": region}, index=[f"{name}{n}" for n in range(count)]
        )
        for name, (count, abc, xyz, kind, region) in groups.items()
    ]
    return pd.concat(parts).assign(active1=True)


def test_values_that_constant_large_clients_have_more_often() -> None:
    base = clients(
        best=(6, "A", "X", "shop", "north"), good=(4, "A", "X", "web", "north"),
        rest=(10, "B", "X", "shop", "north"), other=(20, "C", "Z", "web", "south"),
    )  # fmt: skip
    table = profile.table(base)
    assert tuple(table.columns) == tuple(column.name for column in lookup("structure.profile").columns)
    # north: 10 of 10 against 10 of 30; shop: 6 of 10 against 10 of 30; web has four clients only
    assert table[["attribute", "value", "clients"]].to_numpy().tolist() == [
        ["region", "north", 10],
        ["type", "shop", 6],
    ]
    assert list(table["lift"]) == pytest.approx([3.0, 1.8])


def test_a_value_that_nobody_else_has_stands_first() -> None:
    base = clients(best=(6, "A", "X", "bank", "north"), rest=(10, "B", "X", "shop", "north"))
    table = profile.table(base)
    assert list(table["value"]) == ["bank"]
    assert np.isnan(table["lift"][0])


def test_nothing_known() -> None:
    assert profile.table(clients(rest=(10, "B", "X", "shop", "north"))).empty
    assert profile.table(clients(best=(10, "A", "X", "shop", "north"))).empty


def test_the_loss_of_the_largest() -> None:
    lines = rows(
        *((f"c{n}", "2021-02-01", float(amount)) for n, amount in enumerate((50, 20, 20, 10))),
        ("r", "2021-02-01", -5.0),
    )
    table = largest_loss.table(build(lines, "2021-12").base())
    assert tuple(table.columns) == tuple(column.name for column in lookup("structure.loss_of_largest").columns)
    # four clients with positive revenue: no row for five
    assert table.to_numpy().tolist() == [[1, 50.0, 0.5], [3, 90.0, 0.9]]
    assert largest_loss.table(build(rows(("a", "2019-02-01", 1.0)), "2021-12").base()).empty
