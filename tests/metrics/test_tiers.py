"""Tiers by the rule and as given, at both windows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from portfolios import Portfolio, build, rows, settings

from portfolio_review.catalog import lookup
from portfolio_review.metrics import checks, migration, tiers

START = dt.date(2019, 1, 1)
LINES = rows(
    ("big", "2020-02-01", 10.0, 1.0), ("big", "2021-02-01", 800.0, 1.0),
    ("rich", "2020-02-01", 1.0, 0.5), ("rich", "2021-02-01", 10.0, 90.0),
    ("named", "2020-02-01", 90.0, 9.0), ("named", "2021-02-01", 1.0, 0.5),
    ("low", "2021-02-01", 2.0, 0.1),
    columns="client_id date revenue margin",
)  # fmt: skip


def made(attributes: pd.DataFrame | None = None, **changes: object) -> Portfolio:
    review = settings(strategic={"accounts": ["named", "unheard-of"]}, **changes)
    return build(LINES, "2021-12", history_start=START, attributes=attributes, review=review)


def test_by_the_rule() -> None:
    base = tiers.add_tiers(made().base(), made().review)
    # W1: big is A by revenue (800 of 813), rich A by margin (90 of 91.6); W0: big by margin and revenue B
    assert base["tier1"].astype(str).to_dict() == {
        "big": "key", "rich": "key", "named": "super-key", "low": "non-key",
    }  # fmt: skip
    assert base["tier0"].astype(str).to_dict() == {
        "big": "non-key", "rich": "non-key", "named": "super-key", "low": "non-key",
    }  # fmt: skip


def test_a_tier_of_its_own_goes_first_and_needs_the_review_of_w0() -> None:
    given = pd.DataFrame({"client_id": ["low", "big"], "tier": ["key", None]})
    portfolio = made(given)
    base = tiers.add_tiers(portfolio.base(), portfolio.review)
    assert str(base["tier1"]["low"]) == "key"
    assert str(base["tier1"]["big"]) == "key"
    assert base["tier0"].isna().all()
    reason = "tiers are given, and no review was published for the end of W0"
    assert migration.figures(base, tiers.TIER, portfolio.when)["migration.tier.up"].reason == reason
    assert migration.matrix(base, tiers.TIER, portfolio.when).empty


def test_tiers_at_w0_from_the_review_published_then() -> None:
    given = pd.DataFrame({"client_id": ["low"], "tier": ["key"]})
    portfolio = made(given)
    published = pd.Series({"big": "super-key", "gone": "key"})
    base = tiers.add_tiers(portfolio.base(), portfolio.review, published)
    assert base["tier0"].astype(str).to_dict() == {
        "big": "super-key", "rich": "non-key", "named": "non-key", "low": "non-key",
    }  # fmt: skip


def test_migration_between_tiers() -> None:
    portfolio = made()
    base = tiers.add_tiers(portfolio.base(), portfolio.review)
    matrix = migration.matrix(base, tiers.TIER, portfolio.when)
    held = matrix[matrix["clients"] > 0][["from", "to", "clients"]].to_numpy().tolist()
    assert held == [["super-key", "super-key", 1], ["non-key", "key", 2], ["new", "non-key", 1]]
    assert checks.migration_margins(base, tiers.TIER, matrix).passed
    assert [f.value for f in migration.figures(base, tiers.TIER, portfolio.when).values()] == [2, 0, 1]


def test_table() -> None:
    portfolio = made()
    base = tiers.add_tiers(portfolio.base(), portfolio.review)
    table = tiers.table(base)
    assert tuple(table.columns) == tuple(column.name for column in lookup("structure.tier").columns)
    assert list(table["clients"]) == [1, 2, 1]
    assert list(table["revenue"]) == [1.0, 810.0, 2.0]
    assert table["share"].sum() == pytest.approx(1)
    assert checks.adds_up("tier_adds_up", table, base).passed
