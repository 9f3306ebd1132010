"""Value × stability: the group of each client by its two classes, and by which classes count as large and constant."""

from __future__ import annotations

import pandas as pd
from portfolios import build, monthly_rows, rows, settings

from portfolio_review.metrics import segments
from portfolio_review.metrics.portfolio import client_frame
from portfolio_review.review.model import ValueStability

VALUE = pd.Series(["A", "A", "A", "B", "C", "none", None], index=list("abcdefg"))
STABILITY = pd.Series(["X", "Y", None, "X", "Z", "X", None], index=list("abcdefg"))


def test_groups_of_large_and_constant() -> None:
    found = segments.group(VALUE, STABILITY, ValueStability())
    assert found.astype(object).where(found.notna(), None).tolist() == [
        "constant_large", "unstable_large", "unstable_large", "constant_small", "unstable_small", "constant_small", None,
    ]  # fmt: skip


def test_which_classes_count_is_settable() -> None:
    found = segments.group(VALUE, STABILITY, ValueStability(large=["A", "B"], constant=["X", "Y"]))
    assert found.astype(object).where(found.notna(), None).tolist() == [
        "constant_large", "constant_large", "unstable_large", "constant_large", "unstable_small", "constant_small", None,
    ]  # fmt: skip


def test_each_window_has_its_own_classes() -> None:
    # a buys 10 a month all along; b 40 a month in 2020, and once in 2021
    lines = [
        *monthly_rows("a", "2020-01", [10] * 24),
        *monthly_rows("b", "2020-01", [40] * 12),
        ("b", "2021-06-01", 5.0),
    ]
    made = build(rows(*lines), "2021-12")
    base = client_frame(made.monthly, made.clients, made.orders, made.when)
    found = segments.add_classes(base, made.monthly, made.gaps.series, made.when, settings()).astype(object)
    # 480 of 600 before the second: a begins at exactly 0.80 of W0; 120 of 125 in W1: b begins beyond 0.95
    columns = ["abc0", "abc1", "xyz0", "xyz1", "group0", "group1"]
    assert found.loc["a", columns].tolist() == ["B", "A", "X", "X", "constant_small", "constant_large"]
    assert found.loc["b", columns].tolist() == ["A", "C", "X", "Z", "constant_large", "unstable_small"]
