"""Which reason stands beside a client, with which numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from acting import frame

from portfolio_review.catalog.reasons import CODES
from portfolio_review.metrics import reason_codes, stake
from portfolio_review.metrics.levers import LEVERS

COMMON = {
    "stage": "stable", "early_decline": False, "silence": 40, "median_gap": 16.0, "r0": 100.0, "revenue_year_before": 100.0, "r1": 60.0, "months1": 7, "orders1": 9,
    "revenue_recent": 10.0, "revenue_year_ago": 40.0, "white_space": np.nan, "missing": None, "missing_share": np.nan,
    "best_earlier": np.nan, "abc1": "A", "xyz1": "Y", "lever": None, "categories_bought": 3.0,
    **{lever: 2.0 for lever in LEVERS if lever != "categories_bought"}, **{f"{lever}_peers": 8.0 for lever in LEVERS},
}  # fmt: skip


def reason(**values: object) -> tuple[object, ...]:
    found = reason_codes.add_reasons(stake.add_lists(frame({"me": values}, **COMMON)))
    cells = found.loc["me", ["reason", "usual", "now", "about"]].tolist()
    return tuple(None if pd.isna(cell) else cell for cell in cells)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"rule": "return", "stage": "lapsed"}, ("silent", 16.0, 40.0, None)),
        ({"rule": "retain", "stage": "at_risk", "early_decline": True}, ("silent", 16.0, 40.0, None)),
        # f is the lower ratio (§7): 10 / 40 of the three months below 60 / 100, 10 / 40 not below 20 / 100
        ({"rule": "retain", "stage": "declining", "early_decline": True}, ("early_decline", 16.0, -0.75, None)),
        ({"rule": "retain", "stage": "declining", "early_decline": True, "r1": 20.0}, ("spends_less", 16.0, 0.2 - 1, None)),
        ({"rule": "retain", "stage": "declining"}, ("spends_less", 16.0, 60 / 100 - 1, None)),
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


@pytest.mark.parametrize(
    ("values", "code"),
    [({"rule": "retain", "stage": "declining"}, "spends_less"), ({"rule": "reward", "stage": "growing"}, "grows"),
     ({"rule": "reward"}, "steady")],
)  # fmt: skip
def test_a_change_is_against_the_same_months_a_year_earlier(values: dict[str, object], code: str) -> None:
    # r(W1) 60, r(W0) 100, of a shorter window other months of the year; a year earlier 48
    assert (reason(**values, revenue_year_before=48.0)[0], reason(**values, revenue_year_before=48.0)[2]) == (
        code,
        0.25,
    )
    for unknown in (np.nan, 0.0, -5.0):
        assert (reason(**values, revenue_year_before=unknown)[0], reason(**values, revenue_year_before=unknown)[2]) == (
            code,
            None,
        )
    # which of the two falls is the sharper goes by r(W1) / r(W0), as the money does
    both = {"rule": "retain", "stage": "declining", "early_decline": True, "revenue_recent": 22.0}
    assert reason(**both, revenue_year_before=480.0)[0] == reason(**both)[0] == "early_decline"


def test_of_too_few_gaps_nobody_can_say_how_often_a_client_buys() -> None:
    assert reason(median_gap=np.nan, rule="return", stage="lapsed") == ("silent", None, 40.0, None)


@pytest.mark.parametrize(
    ("by", "usual", "now", "about"),
    [
        ("threat_price", None, 5.0, None), ("single_contact", None, None, None), ("unseen", 14.0, 40.0, None),
        ("plan_overdue", None, 75.0, "Visit"), ("contract_ends", None, 30.0, None),
    ],
)  # fmt: skip
def test_what_exposes_a_client_that_does_not_fall(by: str, usual: object, now: object, about: object) -> None:
    flags = {"exposed": True, "exposed_by": by, "exposed_usual": usual, "exposed_now": now, "exposed_about": about}
    numbers = {name: np.nan if flags[name] is None else flags[name] for name in ("exposed_usual", "exposed_now")}
    assert reason(rule="retain", **{**flags, **numbers}) == (by, usual, now, about)
    # who is in danger stands there for that
    assert reason(rule="retain", stage="at_risk", **{**flags, **numbers}) == ("silent", 16.0, 40.0, None)


def test_every_reason_is_one_that_can_be_said() -> None:
    base = stake.add_lists(frame({lever: {"rule": "develop", "lever": lever} for lever in LEVERS}, **COMMON))
    assert set(reason_codes.add_reasons(base)["reason"]) <= set(CODES)
    assert set(reason_codes.EXPOSING) <= set(CODES)
