"""The lists: order, capacity, columns, and what was cut."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from acting import act, frame
from portfolios import Portfolio, build, monthly_rows, rows, settings

from portfolio_review.catalog import actions as entries
from portfolio_review.catalog import lookup
from portfolio_review.metrics import (
    actions,
    bought_anyway,
    contact_cadence,
    cross_sell,
    early_decline,
    follow_through,
    levers,
    rules,
    stage_abc,
)
from portfolio_review.metrics.rules import LISTS
from portfolio_review.results.plain import rows_of


def order(stakes: dict[str, tuple[str, float, float]], capacity: int) -> list[tuple[str, str, int, bool]]:
    """(client, rule, rank, listed) from rule, money at stake and r(W1) by client."""
    base = frame({name: {"rule": rule, "at_stake": money, "r1": r1} for name, (rule, money, r1) in stakes.items()})
    return [(str(row.Index), row.rule, row.rank, row.listed) for row in actions.ranked(base, capacity).itertuples()]


def test_by_money_at_stake_then_by_id_and_cut_to_capacity() -> None:
    stakes = {
        "d": ("return", 5.0, 1.0), "c": ("return", 9.0, 1.0), "b": ("return", 5.0, 7.0), "a": ("reward", 1.0, 1.0),
        "e": ("standard", np.nan, 1.0),
    }  # fmt: skip
    assert order(stakes, 2) == [
        ("c", "return", 1, True), ("b", "return", 2, True), ("d", "return", 3, False), ("a", "reward", 1, True),
    ]  # fmt: skip


def test_money_that_is_not_known_comes_last_by_revenue() -> None:
    stakes = {
        "a": ("develop", np.nan, 3.0), "b": ("develop", np.nan, 8.0), "c": ("develop", np.nan, 8.0),
        "d": ("develop", 0.0, 1.0), "e": ("develop", -2.0, 9.0),
    }  # fmt: skip
    assert [client for client, *_ in order(stakes, 9)] == ["d", "e", "b", "c", "a"]


# big: every month for three years, 12 · 100 in each: A of 1500 in W1, X, stable
# old: every month of 2020, 12 · 60 = 720, silent since 15 December 2020: lapsed
# slow: buys every month, 20 in W0 and 5 in W1: A as c = 1200 < 0.95 · 1500? 1200 = 0.8 T: B; declining
# fresh: new, 240 in November and December 2021
LINES = [
    *monthly_rows("big", "2019-01", [100] * 36), *monthly_rows("old", "2020-01", [60] * 12),
    *monthly_rows("slow", "2020-01", [20] * 12), *monthly_rows("slow", "2021-01", [5] * 12),
    *monthly_rows("fresh", "2021-11", [120, 120]),
]  # fmt: skip
NAMES = pd.DataFrame(
    {"client_id": ["big", "old", "slow", "fresh"], "name": ["Big Ltd", "Old Ltd", "Slow Ltd", None],
     "type": ["shop"] * 4, "manager": ["Ann", "Bob", None, "Cid"]}
)  # fmt: skip


def made(capacity: int = 30, names: pd.DataFrame | None = NAMES) -> Portfolio:
    frame_of_rows = rows(*((*line, "Tea") for line in LINES), columns="client_id date revenue category")
    review = settings(actions={"capacity": capacity})
    return build(frame_of_rows, "2021-12", attributes=names, review=review, data_until=dt.date(2021, 12, 31))


def test_the_lists_of_a_small_portfolio_by_hand() -> None:
    lists = act(made()).lists
    first = {rule: lists[f"actions.{rule}"].iloc[0] for rule in LISTS}
    assert {rule: len(lists[f"actions.{rule}"]) for rule in LISTS} == dict.fromkeys(LISTS, 1)

    gone = first["return"]
    # 720 · 0.25; its usual gap: 31 days at the 80 % quantile; silent from 15 December 2020 to 31 December 2021
    assert gone[["client_id", "name", "abc", "at_stake", "revenue_last_active", "p_next"]].tolist() == [
        "old", "Old Ltd", "B", 180.0, 720.0, 0.25,
    ]  # fmt: skip
    assert gone[["reason", "usual", "now", "owner"]].tolist() == ["silent", 31.0, 381.0, "Bob"]
    assert (gone["last_order"], gone["favourite"]) == (pd.Timestamp("2020-12-15"), "Tea")

    risk = first["retain"]
    # 60 · 3/12 · (0.75 + 0.25 · (1 − 60 / 240)); r1 / r0 − 1 = 60 / 240 − 1
    assert risk[["client_id", "stage", "at_stake", "revenue_w1", "reason", "now"]].tolist() == [
        "slow", "declining", 14.0625, 60.0, "spends_less", -0.75,
    ]  # fmt: skip
    assert pd.isna(risk["owner"])

    reward, develop = first["reward"], first["develop"]
    assert reward[["client_id", "abc", "xyz", "at_stake", "reason", "usual", "now"]].tolist() == [
        "big", "A", "X", 1200.0, "steady", 12.0, 0.0,
    ]  # fmt: skip
    # fresh has no peer of its class, so nothing is lacking; it buys seldom, twice in W1
    assert develop[["client_id", "name", "at_stake", "reason", "now"]].tolist() == ["fresh", "fresh", 0.0, "buys", 2.0]
    assert pd.isna(develop["usual"])


def test_everything_stands_in_the_catalogue_with_its_columns() -> None:
    portfolio = made()
    acted, when, mix = act(portfolio), portfolio.when, portfolio.mix
    base = contact_cadence.add_contacts(acted.base, None, portfolio.review.cadence, when)
    tier, develop = pd.Series("non-key", index=base.index), acted.lists["actions.develop"]
    anyway = bought_anyway.table(portfolio.monthly, portfolio.clients, portfolio.gaps, when, portfolio.review)
    followed = follow_through.table(None, base, portfolio.monthly, when)
    tables = {
        **acted.lists, "actions.full": acted.full, "actions.rules": rules.table(base, when),
        "lifecycle.stage_abc": stage_abc.stage_abc(base, when), "actions.bought_anyway": anyway,
        "actions.follow_through": followed, "actions.levers": levers.table(base, develop, when),
        "actions.lagging": levers.summary(base, when),
        "actions.cross_sell": cross_sell.table(base, develop, mix, when),
        "actions.category_pairs": cross_sell.pairs(mix, base.index),
        "actions.underserved_clients": contact_cadence.table(base, tier),
    }  # fmt: skip
    for id, table in tables.items():
        assert tuple(table.columns) == tuple(column.name for column in lookup(id).columns), id
        assert rows_of(table) is not None
    figures = {
        **early_decline.figures(base, when), **actions.figures(acted.full, base, mix, when),
        **bought_anyway.figures(anyway, when, portfolio.review), **follow_through.figures(followed),
        **contact_cadence.figures(base, None, tier),
    }  # fmt: skip
    checks = {"one_rule_each", "stage_abc_adds_up", "lists_add_up"}
    elsewhere = {"actions.decisions", "actions.decisions_before", "actions.managers"}
    named = {entry.id for entry in entries.ENTRIES} - elsewhere
    assert {*tables, *figures, *checks} == named
    assert {lookup(id).kind for id in figures} == {"figure"}


def test_figures_of_what_is_listed_and_what_is_cut() -> None:
    lines = [line for n in range(5) for line in monthly_rows(f"o{n}", "2020-01", [60 + n] * 12)]
    portfolio = build(rows(*LINES, *lines), "2021-12", attributes=NAMES, review=settings(actions={"capacity": 2}))
    acted = act(portfolio)
    found = {
        id: figure.value
        for id, figure in actions.figures(acted.full, acted.base, portfolio.mix, portfolio.when).items()
    }
    # old 720 and o0 … o4 720, 732, 744, 756, 768, each · 0.25: 192 + 189 on the list, 186 + 183 + 180 + 180 cut
    assert {name: found[f"actions.return.{name}"] for name in ("clients", "listed", "cut", "at_stake", "at_stake_cut")} == {
        "clients": 6, "listed": 2, "cut": 4, "at_stake": 381.0, "at_stake_cut": 729.0,
    }  # fmt: skip
    assert found["actions.standard.clients"] == 0
    check = actions.lists_add_up(acted.full, acted.base, 2, portfolio.when)
    assert (check.passed, check.detail.partition(";")[0]) == (True, "return: 2 + 4 = 6")
    assert not actions.lists_add_up(acted.full.iloc[1:], acted.base, 2, portfolio.when).passed
    assert not actions.lists_add_up(acted.full, acted.base, 3, portfolio.when).passed


def test_sums_of_which_no_part_is_known_are_undefined() -> None:
    portfolio = build(rows(*LINES), "2021-12")
    acted = act(portfolio, p_next=np.nan)
    found = actions.figures(acted.full, acted.base, portfolio.mix, portfolio.when)
    reasons = {rule: found[f"actions.{rule}.at_stake"].reason for rule in LISTS}
    assert reasons == {
        "return": "no chance of a purchase known", "retain": "no chance of a purchase known",
        "develop": "no category given", "reward": None,
    }  # fmt: skip
    # nobody was cut: no money, not an unknown one
    assert found["actions.return.at_stake_cut"].value == 0.0


def test_a_portfolio_of_transactions_alone_still_has_its_lists() -> None:
    acted = act(build(rows(*LINES), "2021-12"))
    develop = acted.lists["actions.develop"]
    assert develop["at_stake"].isna().tolist() == [True]
    assert develop[["owner", "favourite", "xyz"]].isna().to_numpy().tolist() == [[True, True, False]]
    assert acted.full["name"].tolist() == acted.full["client_id"].tolist()


@pytest.mark.parametrize(
    "lines",
    [
        [("a", "2021-12-01", 5.0)],  # one client, one month of history
        [("a", "2019-01-01", 5.0), ("b", "2021-12-01", 5.0)],  # nobody in W0
        [("a", "2019-01-01", -5.0), ("b", "2021-12-01", 5.0)],
        [*monthly_rows("a", "2019-01", [5] * 36)],
    ],
)
def test_small_portfolios_stand(lines: list[tuple[object, ...]]) -> None:
    portfolio = build(rows(*lines), "2021-12")
    acted = act(portfolio)
    found = actions.figures(acted.full, acted.base, portfolio.mix, portfolio.when)
    assert all(figure.value is not None or figure.reason for figure in found.values())
    assert levers.table(acted.base, acted.lists["actions.develop"], portfolio.when).empty or not portfolio.when.lacks_w0
    assert actions.lists_add_up(acted.full, acted.base, 30, portfolio.when).passed


def test_without_w0_there_are_no_lists_and_it_is_said() -> None:
    portfolio = build(rows(*monthly_rows("a", "2021-01", [5] * 12)), "2021-12")
    acted = act(portfolio)
    assert acted.full.empty
    assert [len(table) for table in acted.lists.values()] == [0, 0, 0, 0]
    found = actions.figures(acted.full, acted.base, portfolio.mix, portfolio.when)
    assert {figure.reason for figure in found.values()} == {"history starts 2021-01, needs 2020-01"}


def test_who_bought_in_the_days_after_w1_is_called_back_by_no_list() -> None:
    common = {"at_stake": 10.0, "r1": 10.0, "bought_since": True}
    base = frame({"a": {"rule": "return"}, "b": {"rule": "retain"}, "c": {"rule": "develop"},
                  "d": {"rule": "return", "bought_since": False}}, **common)  # fmt: skip
    assert actions.ranked(base, 5)["rule"].to_dict() == {"d": "return", "c": "develop"}
    assert actions.bought_since(base).sum() == 2
    assert not actions.bought_since(base.drop(columns="bought_since")).any()
