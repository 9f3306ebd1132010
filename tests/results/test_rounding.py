"""What is recorded is the same on every processor: six decimals of sums of money, 12 digits of everything else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio_review.catalog import CATALOG, lookup
from portfolio_review.catalog.entry import ESTIMATED_COLUMNS, ESTIMATED_FIGURES
from portfolio_review.figure import Figure
from portfolio_review.metrics.stable import significant
from portfolio_review.results import rounding

WIDE = 123_456_789_012.345678
"""More digits than 12."""


def test_sums_of_money_keep_six_decimals_and_all_else_twelve_digits() -> None:
    given = Figure(value=WIDE, interval=(WIDE, 0.1 + 0.2), previous=0.1 + 0.2, target=WIDE, window=3)
    found = rounding.figure(given, lookup("headline.revenue"))
    assert (found.value, found.previous, found.target, found.window) == (123456789012.345678, 0.3, WIDE, 3)
    # an interval comes from draws
    assert found.interval == (123456789012.0, 0.3)
    for id in ("headline.order_value", "retention.client_retention_rate", "risk.revenue_at_risk", "drivers.n_effect"):
        assert rounding.figure(Figure(value=WIDE), lookup(id)).value == 123456789012.0, id
    assert rounding.figure(Figure(value="month"), lookup("series.xyz_interval")).value == "month"


def test_noise_in_the_last_bits_is_gone() -> None:
    rate = 2 / 3
    noisy = [np.nextafter(rate, 1), np.nextafter(rate, 0), rate]
    assert len({rounding.significant(float(value)) for value in noisy}) == 1
    assert rounding.significant(rate) == 0.666666666667
    assert rounding.money(1e9 / 3) == 333333333.333333
    assert significant([rate, np.nan, -1e-30 / 3]).tolist() == pytest.approx(
        [0.666666666667, np.nan, -3.33333333333e-31], nan_ok=True, rel=0
    )


def test_tables_are_rounded_by_column() -> None:
    frame = pd.DataFrame(
        {"class": ["A"], "clients": [3], "revenue": [WIDE], "share_of_clients": [1 / 3], "share_of_revenue": [np.nan],
         "share_of_measure": [2 / 3]}
    )  # fmt: skip
    found = rounding.table(frame, lookup("structure.abc"))
    assert found["revenue"].tolist() == [WIDE]
    assert found["share_of_clients"].tolist() == [0.333333333333]
    assert found["share_of_revenue"].isna().all()
    assert found["clients"].tolist() == [3]
    assert frame["share_of_clients"].tolist() == [1 / 3], "inputs are never changed"

    assert not any(lookup("drivers.sensitivity").sums(c) for c in lookup("drivers.sensitivity").columns)
    assert lookup("bridge.steps").sums(next(c for c in lookup("bridge.steps").columns if c.name == "amount"))


def test_what_is_named_as_estimated_exists_and_is_money() -> None:
    ids = [id for id, entry in CATALOG.items() if entry.kind == "figure" and entry.unit == "money"]
    for start in ESTIMATED_FIGURES:
        assert any(id.startswith(start) for id in ids), start
    money = {column.name for entry in CATALOG.values() for column in entry.columns if column.unit == "money"}
    assert set(ESTIMATED_COLUMNS) <= money
