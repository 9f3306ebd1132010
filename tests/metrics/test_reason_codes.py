"""Which reason stands beside a client, with which numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from acting import frame
from portfolios import build, rows

from portfolio_review.catalog.reasons import CODES
from portfolio_review.metrics import reason_codes
from portfolio_review.metrics.lapse import Gaps
from portfolio_review.metrics.levers import LEVERS

MADE = build(rows(("a", "2019-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12")
COMMON = {
    "stage": "stable", "early_decline": False, "silence": 40, "r0": 100.0, "r1": 60.0, "months1": 7, "orders1": 9,
    "revenue_recent": 10.0, "revenue_year_ago": 40.0, "white_space": np.nan, "missing": None, "missing_share": np.nan,
    "best_earlier": np.nan, "abc1": "A", "xyz1": "Y", "lever": None, "categories_bought": 3.0,
    **{lever: 2.0 for lever in LEVERS if lever != "categories_bought"}, **{f"{lever}_peers": 8.0 for lever in LEVERS},
}  # fmt: skip


def gaps(own: int = 4) -> Gaps:
    day = pd.Timestamp("2021-12-31")
    known = pd.DataFrame({"client_id": ["me"], "date": [day], "gaps": [own], "gap_q80": [16.0]})
    return Gaps(known, MADE.gaps.series)


def reason(own_gaps: int = 4, **values: object) -> tuple[object, ...]:
    found = reason_codes.add_reasons(frame({"me": values}, **COMMON), gaps(own_gaps), MADE.when)
    cells = found.loc["me", ["reason", "usual", "now", "about"]].tolist()
    return tuple(None if pd.isna(cell) else cell for cell in cells)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"rule": "return", "stage": "lapsed"}, ("silent", 16.0, 40.0, None)),
        ({"rule": "retain", "stage": "at_risk", "early_decline": True}, ("silent", 16.0, 40.0, None)),
        ({"rule": "retain", "stage": "declining", "early_decline": True}, ("spends_less", 16.0, 60 / 100 - 1, None)),
        ({"rule": "retain", "stage": "new", "early_decline": True}, ("early_decline", 16.0, -0.75, None)),
        ({"rule": "reward", "stage": "growing", "r1": 150.0}, ("grows", 7.0, 0.5, None)),
        ({"rule": "reward"}, ("steady", 7.0, 60 / 100 - 1, None)),
        ({"rule": "develop", "missing": "Tea", "missing_share": 0.6, "white_space": 30.0}, ("lacks_category", 3.0, 0.6, "Tea")),
        (
            {"rule": "develop", "missing": "Tea", "missing_share": 0.6, "white_space": 30.0, "best_earlier": 91.0},
            ("below_best", 91.0, 60.0, None),
        ),
        (
            {"rule": "develop", "missing": "Tea", "missing_share": 0.6, "white_space": 31.0, "best_earlier": 91.0},
            ("lacks_category", 3.0, 0.6, "Tea"),
        ),
        ({"rule": "develop", "lever": "order_value"}, ("lags_order_value", 8.0, 2.0, None)),
        ({"rule": "develop", "lever": "items_per_order", "white_space": 0.0}, ("lags_items_per_order", 8.0, 2.0, None)),
        ({"rule": "develop"}, ("buys", 16.0, 9.0, None)),
        ({"rule": "standard"}, (None, None, None, None)),
        ({"rule": None}, (None, None, None, None)),
    ],
)  # fmt: skip
def test_the_first_reason_that_fits(values: dict[str, object], expected: tuple[object, ...]) -> None:
    assert reason(**values) == expected


def test_of_fewer_than_four_own_gaps_nobody_can_say_how_often_a_client_buys() -> None:
    assert reason(3, rule="return", stage="lapsed") == ("silent", None, 40.0, None)


def test_every_reason_is_one_that_can_be_said() -> None:
    base = frame({lever: {"rule": "develop", "lever": lever} for lever in LEVERS}, **COMMON)
    assert set(reason_codes.add_reasons(base, gaps(), MADE.when)["reason"]) <= set(CODES)
