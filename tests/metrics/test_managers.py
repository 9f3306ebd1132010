"""The managers' table on four clients, by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import build, rows

from portfolio_review.catalog import CATALOG
from portfolio_review.metrics import managers
from portfolio_review.metrics.intervals import wilson

# W0 = 2020, W1 = 2021, P = 2021-12; eva keeps one of two, ivan has one new client, d belongs to nobody
LINES = rows(
    ("a", "2020-05-01", 100.0), ("a", "2021-12-01", 80.0),
    ("b", "2020-05-01", 50.0), ("b", "2021-06-01", -5.0),
    ("c", "2021-07-01", 40.0), ("c", "2021-12-02", 20.0),
    ("d", "2021-08-01", 7.0),
    ("e", "2018-08-01", 7.0),
)  # fmt: skip
OWNERS = pd.DataFrame({"client_id": list("abcde"), "manager": ["eva", "eva", "ivan", None, "olga"]})
START = dt.date(2018, 1, 1)


def table(targets: pd.DataFrame | None = None, start: dt.date = START, lacks: str | None = None) -> pd.DataFrame:
    made = build(LINES, "2021-12", attributes=OWNERS, history_start=start)
    base = made.base().assign(at_risk=lambda frame: frame["r1"] / 10, contact_overdue=True)
    given = pd.DataFrame({"figure": [], "period": [], "value": []}) if targets is None else targets
    return managers.table(base, made.monthly, given, made.when, lacks)


def plan(*lines: tuple[str, str, str, float, str | None]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=["unit", "figure", "period", "value", "manager"])


def test_each_manager_and_who_has_none() -> None:
    found = table()
    assert list(found.columns) == [column.name for column in CATALOG["actions.managers"].columns]
    # olga's only client bought before both windows
    assert [name if isinstance(name, str) else None for name in found["manager"]] == ["eva", "ivan", None]
    assert list(found["clients"]) == [1, 1, 1]
    assert list(found["revenue"]) == [75.0, 60.0, 7.0]
    assert list(found["reached"]) == [80.0, 20.0, 0.0]
    assert list(found["base"]) == [2, 0, 0]
    assert found["rate"][0] == 0.5
    assert (found["low"][0], found["high"][0]) == wilson(1, 2)
    assert found["rate"][1:].isna().all()
    assert list(found["at_risk"]) == pytest.approx([7.5, 6.0, 0.7])
    # only active clients are to be called on
    assert list(found["contacts_overdue"]) == [1.0, 1.0, 1.0]
    assert found["target"].isna().all()


def test_the_plan_of_a_manager_is_for_revenue_of_the_period() -> None:
    found = table(plan(
        ("north", "headline.revenue", "2021-12", 60.0, "eva"), ("south", "headline.revenue", "2021-12", 40.0, "eva"),
        ("all", "headline.revenue", "2021-12", 25.0, "ivan"), ("north", "headline.revenue", "2021-12", 99.0, "ivan"),
        ("north", "headline.revenue", "2021-11", 1.0, "eva"), ("north", "headline.clients", "2021-12", 1.0, "eva"),
        ("all", "headline.revenue", "2021-12", 500.0, None),
    ))  # fmt: skip
    # the parts of units add up; a plan for the whole company stands before its parts
    assert list(found["target"][:2]) == [100.0, 25.0]
    assert list(found["attainment"][:2]) == [0.8, 0.8]
    assert list(found["plan_gap"][:2]) == [-20.0, -5.0]
    assert pd.isna(found["target"][2])


def test_who_lacks_most_money_to_plan_stands_first() -> None:
    # report.md §1: eva, of more revenue, lacks 85 − 80 = 5, ivan 60 − 20 = 40; whose clients have no manager come last
    found = table(plan(
        ("all", "headline.revenue", "2021-12", 85.0, "eva"), ("all", "headline.revenue", "2021-12", 60.0, "ivan"),
    ))  # fmt: skip
    assert list(found["manager"][:2]) == ["ivan", "eva"]
    assert list(found["plan_gap"][:2]) == [-40.0, -5.0]
    assert pd.isna(found["plan_gap"][2])


def test_what_is_not_known_is_not_nought() -> None:
    found = table(start=dt.date(2020, 6, 1), lacks="no contacts given")
    assert found["rate"].isna().all()
    assert list(found["base"]) == [0, 0, 0]
    assert found["contacts_overdue"].isna().all()


def test_without_managers_there_are_no_rows() -> None:
    made = build(LINES, "2021-12", history_start=START)
    base = made.base().assign(at_risk=0.0, contact_overdue=False)
    nothing = managers.table(base, made.monthly, plan(), made.when, None)
    assert nothing.empty
    assert list(nothing.columns) == list(managers.COLUMNS)


def test_managers_alike_in_plan_and_revenue_stand_by_name() -> None:
    lines = rows(("a", "2021-12-01", 5.0), ("b", "2021-12-01", 5.0), ("c", "2021-12-01", 5.0))
    owners = pd.DataFrame({"client_id": list("abc"), "manager": ["olga", "eva", "ivan"]})
    made = build(lines, "2021-12", attributes=owners, history_start=START)
    base = made.base().assign(at_risk=0.0, contact_overdue=True)
    plans = plan(*(("all", "headline.revenue", "2021-12", 9.0, name) for name in ("olga", "eva", "ivan")))
    assert list(managers.table(base, made.monthly, plans, made.when, None)["manager"]) == ["eva", "ivan", "olga"]
