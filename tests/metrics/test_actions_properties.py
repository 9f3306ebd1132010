"""What must hold for the rules and lists of any portfolio, on generated rows."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pandas as pd
import pytest
from acting import NOBODY, Acted, act
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portfolios import Portfolio, build

from portfolio_review.metrics import actions, bought_anyway, cross_sell, rules
from portfolio_review.metrics.stage_abc import stage_abc, stage_abc_adds_up

NAMES = ["ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal"]
Lines = list[tuple[str, dt.date, float, str]]

ROWS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.integers(0, 1_000).map(lambda days: dt.date(2019, 4, 1) + dt.timedelta(days=days)),
        st.one_of(st.integers(1, 90_000), st.integers(-30_000, 0)).map(lambda cents: cents / 100),
        st.sampled_from(["Tea", "Nuts", "Salt", "Ale"]),
    ),
    min_size=1,
    max_size=60,
)
generated = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def made(lines: Lines, scale: float = 1.0) -> Portfolio:
    frame = pd.DataFrame(lines, columns=["client_id", "date", "revenue", "category"])
    frame["date"], frame["revenue"] = pd.to_datetime(frame["date"]), frame["revenue"] * scale
    known = pd.DataFrame(
        {
            "client_id": NAMES,
            "type": ["shop", "hotel"] * 4,
            "since": [pd.Timestamp("2012-01-01"), pd.NaT] * 4,
            "potential": np.array([5_000.0, np.nan] * 4) * scale,
            "manager": ["Mia", None] * 4,
        }
    )
    start, until = dt.date(2019, 1, 1), dt.date(2021, 12, 31)
    return build(frame, "2021-12", attributes=known, history_start=start, data_until=until)


def chances(portfolio: Portfolio) -> Acted:
    return act(portfolio, p12=0.3)


@generated
@given(ROWS)
def test_every_client_is_under_one_rule_and_everything_adds_up(lines: Lines) -> None:
    portfolio = made(lines)
    acted, when = chances(portfolio), portfolio.when
    base = acted.base
    assert rules.one_rule_each(base).passed
    assert stage_abc_adds_up(stage_abc(base, when), base, when).passed
    assert actions.lists_add_up(acted.full, base, 30).passed
    assert acted.full["client_id"].is_unique
    assert int(rules.table(base, when)["clients"].sum()) == int(base["first_purchase"].notna().sum())
    assert (base["at_stake"].dropna()[base["rule"] == "develop"] >= 0).all()
    assert (base["list"].notna() == base["rule"].isin(rules.LISTS)).all()


@generated
@given(ROWS, st.integers(1, 4))
def test_rows_sums_and_what_is_cut_are_of_one_base_and_nothing_of_weight_is_cut_before_less(
    lines: Lines, capacity: int
) -> None:
    acted = act(made(lines), p12=0.3)
    base, when = acted.base, made(lines).when
    full = actions.full(base, made(lines).mix, when, capacity, NOBODY)
    figures = actions.figures(full, base, made(lines).mix, when)
    least = 1e-4 * max(base["value1"].sum(), 0.0)
    for list_, id in actions.TABLES.items():
        mine = full[full["list"] == list_]
        stakes, listed = mine["at_stake"].astype(float), mine["listed"].astype(bool)
        orders = stakes if list_ != "return" else mine["expected_back"].astype(float)
        assert (orders >= least).all()
        if figures[f"{id}.at_stake"].value is not None:
            assert figures[f"{id}.at_stake"].value == pytest.approx(stakes[listed].sum())
            assert figures[f"{id}.at_stake_cut"].value == pytest.approx(stakes[~listed].sum())
            assert figures[f"{id}.listed"].value + figures[f"{id}.cut"].value == len(mine)
        usual = mine[~mine["recent"].astype(bool)].index
        assert orders[usual].is_monotonic_decreasing
        assert mine["rank"].tolist() == list(range(1, len(mine) + 1))


@generated
@given(ROWS, st.integers(0, 9))
def test_the_order_of_rows_changes_nothing(lines: Lines, seed: int) -> None:
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)
    one, other = made(lines), made(shuffled)
    turned = Portfolio(
        other.when, other.monthly.sample(frac=1, random_state=seed), other.clients.sample(frac=1, random_state=seed),
        other.orders, other.totals, other.mix.sample(frac=1, random_state=seed), other.gaps, other.review,
    )  # fmt: skip
    mine, theirs = chances(one), chances(turned)
    pd.testing.assert_frame_equal(mine.full, theirs.full)
    listed = mine.lists["actions.develop"]
    pd.testing.assert_frame_equal(
        cross_sell.table(mine.base, listed, one.mix, one.when),
        cross_sell.table(theirs.base, listed, turned.mix, one.when),
    )
    pd.testing.assert_frame_equal(
        bought_anyway.table(one.monthly, one.clients, one.mix, one.gaps, one.when, one.review),
        bought_anyway.table(turned.monthly, turned.clients, turned.mix, turned.gaps, one.when, one.review),
    )


@generated
@given(ROWS)
def test_scaling_money_scales_what_is_at_stake_and_leaves_the_rules(lines: Lines) -> None:
    one, four = chances(made(lines)), chances(made(lines, scale=4.0))
    pd.testing.assert_series_equal(one.base["rule"], four.base["rule"])
    assert four.base["at_stake"].to_numpy() == pytest.approx(4 * one.base["at_stake"].to_numpy(), abs=1e-5, nan_ok=True)
    pd.testing.assert_series_equal(one.base["missing_share"], four.base["missing_share"])
    by_id = one.full.set_index("client_id").sort_index(), four.full.set_index("client_id").sort_index()
    for column in ("reason", "about", "favourite"):
        pd.testing.assert_series_equal(by_id[0][column], by_id[1][column])


@generated
@given(ROWS)
def test_nothing_that_goes_in_is_changed(lines: Lines) -> None:
    portfolio = made(lines)
    before = portfolio.monthly.copy(), portfolio.clients.copy(), portfolio.mix.copy(), portfolio.gaps.as_of.copy()
    chances(portfolio)
    bought_anyway.table(
        portfolio.monthly, portfolio.clients, portfolio.mix, portfolio.gaps, portfolio.when, portfolio.review
    )
    after = portfolio.monthly, portfolio.clients, portfolio.mix, portfolio.gaps.as_of
    for old, new in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(old, new)
