"""Contacts against the cadence of the cell, and who is underserved."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from acting import frame

from portfolio_review.calendar import Period
from portfolio_review.metrics import contact_cadence
from portfolio_review.metrics.windows import Windows
from portfolio_review.review.model import DEFAULT_CADENCE

WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2010, 1, 1), dt.date(2021, 12, 31))
COMMON = {
    "abc1": "B", "xyz1": "X", "r1": 100.0, "could_buy": 40.0, "margin_rate1": 1.0, "name": None, "manager": "Ann",
}  # fmt: skip
BASE = frame({"a": {}, "b": {}, "c": {}, "d": {"abc1": None, "xyz1": None}, "e": {"xyz1": "n/a"}}, **COMMON)
# BX: 30 days
CONTACTS = pd.DataFrame(
    {"client_id": ["a", "a", "b", "b", "d"],
     "last_contact": [dt.date(2021, 11, 1), dt.date(2021, 12, 1), dt.date(2021, 11, 30), dt.date(2022, 1, 5), None]}
)  # fmt: skip
TIERS = pd.Series("non-key", index=BASE.index)


def with_contacts(base: pd.DataFrame = BASE, contacts: pd.DataFrame | None = CONTACTS) -> pd.DataFrame:
    return contact_cadence.add_contacts(base, contacts, DEFAULT_CADENCE, WHEN)


def test_the_latest_contact_up_to_the_end_counts() -> None:
    found = with_contacts()
    # a: 30 days are within 30; b: 31 are not, the contact of January lies after P; c: none known; d, e: no cell
    assert found["contact_days"].tolist()[:2] == [30.0, 31.0]
    assert found["contact_overdue"].to_dict() == {"a": False, "b": True, "c": True, "d": False, "e": False}
    assert found["cadence"].tolist()[:3] == [30.0, 30.0, 30.0]
    assert found["last_contact"]["b"] == pd.Timestamp("2021-11-30")


def test_underserved_are_non_key_with_a_gap_and_no_contact() -> None:
    base = with_contacts()
    assert contact_cadence.underserved(base, TIERS).to_dict() == {
        "a": False, "b": True, "c": True, "d": False, "e": False,
    }  # fmt: skip
    key = TIERS.where(TIERS.index != "b", "key")
    assert contact_cadence.underserved(base, key)["b"] == np.False_
    capped = base.assign(could_buy=[40.0, 0.0, 60.0, 5.0, 5.0])
    assert contact_cadence.underserved(capped, TIERS)["b"] == np.False_  # it buys all that it can


def test_figures_and_table() -> None:
    base = with_contacts(BASE.assign(could_buy=[40.0, 10.0, 60.0, 5.0, 5.0]))
    found = contact_cadence.figures(base, CONTACTS, TIERS)
    assert [figure.value for figure in found.values()] == [2, 2, 70.0]
    table = contact_cadence.table(base, TIERS)
    assert table[["client_id", "at_stake", "cadence", "owner"]].to_numpy().tolist() == [
        ["c", 60.0, 30.0, "Ann"], ["b", 10.0, 30.0, "Ann"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("contacts", "reason"),
    [
        (None, "no contacts given"),
        (pd.DataFrame({"client_id": ["a"], "name": ["Ann"]}), "no last_contact given"),
        (pd.DataFrame({"client_id": ["a"], "last_contact": [None]}), "no last_contact given"),
    ],
)
def test_without_contacts_nobody_is_overdue_and_it_is_said(contacts: pd.DataFrame | None, reason: str) -> None:
    base = with_contacts(contacts=contacts)
    assert not base["contact_overdue"].any()
    assert base["last_contact"].isna().all()
    assert {figure.reason for figure in contact_cadence.figures(base, contacts, TIERS).values()} == {reason}
    assert contact_cadence.table(base, TIERS).empty
