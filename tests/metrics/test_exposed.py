"""Exposed clients: each fact by its limit, whom it may expose, and facts that hold for too many."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from acting import frame

from portfolio_review.calendar import Period
from portfolio_review.metrics import exposed
from portfolio_review.metrics.exposure import THREATS
from portfolio_review.metrics.windows import Windows

WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2010, 1, 1), dt.date(2021, 12, 31))
COMMON = {
    "abc1": "A", "tier1": "key", "r1": 100.0, **dict.fromkeys(THREATS, np.nan), "contacts_active": 3.0,
    "contact_days": 5.0, "cadence": 14.0, "days_left": np.nan,
}  # fmt: skip
CALM = {f"calm{n}": {} for n in range(5)}
"""Large clients of which nothing holds: what holds for one client of six tells it from them."""


def plans(*rows: tuple[str, str, str]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows), columns=["client_id", "due", "status"])
    return made.assign(action="Visit", owner="Eve", due=pd.to_datetime(made["due"]))


def of(given: pd.DataFrame | None = None, **values: object) -> str | None:
    base = frame({**CALM, "me": values}, **COMMON)
    found = exposed.add_exposed(base, given, WHEN)
    assert not found.loc[list(CALM), "exposed"].any()
    assert found.loc["me", "exposed"] == (found.loc["me", "exposed_by"] is not None)
    return found.loc["me", "exposed_by"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, None),
        ({"threat_price": 4.0}, "threat_price"),
        ({"threat_price": 3.9}, None),
        ({"threat_price": 4.0, "threat_staff": 5.0}, "threat_staff"),
        ({"contacts_active": 1.0}, "single_contact"),
        ({"contacts_active": 0.0}, None),  # exactly one
        ({"contacts_active": np.nan}, None),
        ({"contact_days": 28.0}, None),  # twice 14 is not past it
        ({"contact_days": 29.0}, "unseen"),
        ({"contact_days": np.nan}, None),  # only with a known last contact
        ({"days_left": 30.0}, None),  # no plans are given
        ({"threat_price": 4.0, "contacts_active": 1.0}, "threat_price"),  # the gravest
        ({"abc1": "B", "tier1": "non-key", "contacts_active": 1.0}, None),
        ({"abc1": "B", "tier1": "super-key", "contacts_active": 1.0}, "single_contact"),
        ({"abc1": "A", "tier1": "non-key", "contacts_active": 1.0}, "single_contact"),
    ],
)
def test_each_fact_by_its_limit(values: dict[str, object], expected: str | None) -> None:
    assert of(**values) == expected


@pytest.mark.parametrize(
    ("due", "status", "values", "expected"),
    [
        ("2021-11-01", "open", {}, None),  # 60 days
        ("2021-10-31", "open", {}, "plan_overdue"),  # 61
        ("2021-10-31", "In Work", {}, "plan_overdue"),
        ("2021-10-31", "DONE", {}, None),
        ("2021-10-31", "Cancelled", {}, None),
        ("2021-10-31", "dropped", {}, None),
        ("2022-06-30", "open", {"days_left": 90.0}, None),  # an action of the client is open
        ("2021-06-30", "done", {"days_left": 90.0}, "contract_ends"),
        ("2021-06-30", "done", {"days_left": 91.0}, None),
        ("2021-06-30", "done", {"days_left": -1.0}, None),
    ],
)
def test_plans_that_are_late_and_contracts_without_one(
    due: str, status: str, values: dict[str, object], expected: str | None
) -> None:
    assert of(plans(("me", due, status)), **values) == expected


def test_the_numbers_of_the_reason() -> None:
    base = frame({**CALM, "me": {"contact_days": 40.0}, "you": {}}, **COMMON)
    found = exposed.add_exposed(base, plans(("you", "2021-10-17", "open")), WHEN)
    assert found.loc["me", ["exposed_usual", "exposed_now"]].tolist() == [14.0, 40.0]
    assert found.loc["you", ["exposed_now", "exposed_about"]].tolist() == [75.0, "Visit"]


def test_what_holds_for_more_than_half_exposes_nobody_and_is_said() -> None:
    # §7: 3 of 6 are half, 4 of 6 more than half; clients of class B that are not key count nowhere
    clients = {
        f"c{n}": {"contacts_active": 1.0 if n < 4 else 3.0, "contact_days": 40.0 if n < 3 else 5.0} for n in range(6)
    }
    small = {f"s{n}": {"abc1": "B", "tier1": "non-key", "contacts_active": 1.0} for n in range(9)}
    base = frame({**clients, **small}, **COMMON)
    found = exposed.add_exposed(base, None, WHEN)
    assert found.loc[found["exposed"], "exposed_by"].to_dict() == dict.fromkeys(("c0", "c1", "c2"), "unseen")
    table = exposed.table(base, None, WHEN).set_index("reason")
    assert table.loc["single_contact"].tolist() == [4, 4 / 6, 400.0, False]
    assert table.loc["unseen"].tolist() == [3, 0.5, 300.0, True]
    assert table.loc["contract_ends", "clients"] == 0


def test_where_no_client_is_large_nobody_is_exposed() -> None:
    base = frame({"a": {"abc1": "C", "tier1": "non-key", "contacts_active": 1.0}}, **COMMON)
    assert not exposed.add_exposed(base, None, WHEN)["exposed"].any()
    assert exposed.table(base, None, WHEN)["share"].isna().all()
