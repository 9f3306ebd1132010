"""Retention by what a client is."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from portfolios import build, rows

from portfolio_review.catalog import lookup
from portfolio_review.metrics import retention_attributes

LINES = rows(
    ("a", "2020-02-01", 10.0), ("a", "2021-02-01", 5.0), ("b", "2020-02-01", 10.0),
    ("c", "2020-02-01", 10.0), ("c", "2021-02-01", 20.0), ("d", "2021-02-01", 20.0), ("e", "2020-02-01", 1.0),
)  # fmt: skip
KNOWN = pd.DataFrame({"client_id": list("abcde"), "type": ["x", "x", "y", "z", None], "region": [None] * 5})


def test_every_known_attribute() -> None:
    made = build(LINES, "2021-12", history_start=dt.date(2020, 1, 1), attributes=KNOWN)
    found = retention_attributes.tables(made.base(), made.when)
    # nobody has a region, and z is not in W0
    assert list(found) == ["retention.by_type"]
    table = found["retention.by_type"]
    assert tuple(table.columns) == tuple(column.name for column in lookup("retention.by_type").columns)
    assert table[["value", "base", "retained", "rate", "grr", "nrr"]].to_numpy().tolist() == [
        ["x", 2, 1, 0.5, 0.25, 0.25], ["y", 1, 1, 1.0, 1.0, 2.0],
    ]  # fmt: skip


def test_by_regularity() -> None:
    made = build(LINES, "2021-12", history_start=dt.date(2020, 1, 1))
    table = retention_attributes.by_xyz(made.base(), made.when)
    assert list(table["class"]) == ["X", "Y", "Z"]
    assert list(table["base"]) == [0, 0, 4]


def test_clients_without_a_class_are_a_row_where_there_are_any() -> None:
    base = build(LINES, "2021-12", history_start=dt.date(2020, 1, 1)).base()
    when = build(LINES, "2021-12", history_start=dt.date(2020, 1, 1)).when
    classes = base["xyz0"].astype(object)
    some = retention_attributes.by_xyz(base.assign(xyz0=classes.where(base.index != "b", "n/a")), when)
    assert dict(zip(some["class"], some["base"], strict=True)) == {"X": 0, "Y": 0, "Z": 3, "n/a": 1}


def test_a_short_history() -> None:
    made = build(LINES, "2021-12", history_start=dt.date(2020, 2, 1), attributes=KNOWN)
    assert retention_attributes.by_attribute(made.base(), "type", made.when).empty
