"""The Pareto curve as a table: shares of the largest, the rows that reach a limit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.metrics import concentration, pareto_curve

LIMITS = (0.80, 0.95)


def two_years(now: dict[str, float], before: dict[str, float]) -> tuple[pd.DataFrame, object]:
    lines = rows(
        *[(client, "2020-01-05", money) for client, money in before.items()],
        *[(client, "2021-03-01", money) for client, money in now.items()],
    )
    made = build(lines, "2021-12")
    return made.base(), made.when


def test_shares_and_limits_by_hand() -> None:
    # Σ of 10, 5, 3, 2 is 20; a refund is left out. W0: 9 and 1
    base, when = two_years({"a": 2.0, "b": 3.0, "c": 10.0, "d": 5.0, "e": -1.0}, {"a": 9.0, "b": 1.0})
    curve = pareto_curve.curve(base, when, LIMITS)  # type: ignore[arg-type]
    assert curve["clients"].tolist() == [0, 1, 2, 3, 4]
    assert curve["share"].tolist() == pytest.approx([0, 0.5, 0.75, 0.9, 1])
    assert curve["share_w0"].tolist() == pytest.approx([0, 0.9, 1, np.nan, np.nan], nan_ok=True)
    assert curve["limit"].tolist() == pytest.approx([np.nan, 0.5, np.nan, 0.8, 0.95], nan_ok=True)


def test_many_clients_keep_the_exact_rows_of_the_limits() -> None:
    sizes = {f"c{n}": 1000 / (n + 1) for n in range(2000)}
    base, when = two_years(sizes, {"c0": 1.0})
    curve = pareto_curve.curve(base, when, LIMITS)  # type: ignore[arg-type]
    assert len(curve) <= pareto_curve.POINTS + 6
    # the largest client and the last stand on it; between 0 and the next even step of 2000 / 159 nobody else
    assert curve["clients"].iloc[:3].tolist() == [0, 1, 13]
    assert curve["clients"].iloc[-1] == 2000
    half = curve.loc[curve["limit"] == 0.5, "clients"].item()
    assert half == concentration.holders_of(np.array(list(sizes.values())))
    assert curve["share"].is_monotonic_increasing


def test_nobody() -> None:
    base, when = two_years({"a": -1.0}, {"a": -2.0})
    assert pareto_curve.curve(base, when, LIMITS).empty  # type: ignore[arg-type]


def test_where_nobody_brings_anything_in_w1_no_limit_is_reached() -> None:
    base, when = two_years({"a": -1.0}, {"a": 3.0, "b": 1.0})
    curve = pareto_curve.curve(base, when, LIMITS)  # type: ignore[arg-type]
    assert curve["share_w0"].tolist() == pytest.approx([0, 0.75, 1])
    assert curve["limit"].isna().all()


def test_one_client_of_the_year_before_held_all_of_it() -> None:
    base, when = two_years({"a": 2.0, "b": 3.0}, {"a": 9.0})
    curve = pareto_curve.curve(base, when, LIMITS)  # type: ignore[arg-type]
    assert curve["share_w0"].tolist() == pytest.approx([0, 1, np.nan], nan_ok=True)
