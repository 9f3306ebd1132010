"""The lists: order, capacity, columns, and what was cut."""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pandas as pd
import pytest
from acting import NO_MIX, NOBODY, act, back_of, frame
from portfolios import Portfolio, build, monthly_rows, rows, settings

from portfolio_review.calendar import Period
from portfolio_review.catalog import actions as entries
from portfolio_review.catalog import lookup
from portfolio_review.metrics import (
    actions,
    bought_anyway,
    chance_back,
    contact_cadence,
    cross_sell,
    early_decline,
    exposed,
    follow_through,
    holdout,
    levers,
    owners,
    rules,
    stage_abc,
    value,
)
from portfolio_review.metrics.chance_back import Chances
from portfolio_review.metrics.exposure import THREATS
from portfolio_review.metrics.holdout import Draw
from portfolio_review.metrics.intervals import wilson
from portfolio_review.metrics.windows import Windows
from portfolio_review.results.plain import rows_of

COMMON = {
    "rule": "develop", "r1": 100.0, "value1": 100.0, "value_year": 100.0, "expected_back": np.nan, "lost": np.nan,
    "unprofitable": False, "lapsed": False, "abc_last": None, "revenue_last_active": np.nan, "silence": 400, "lapse_limit": 100.0, "at_stake": 1.0,
}  # fmt: skip
WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2010, 1, 1), dt.date(2021, 12, 31))


def order(clients: dict[str, dict[str, object]], capacity: int = 9, draw: Draw = NOBODY) -> list[tuple[str, str, str]]:
    """(client, list, state) in the order of the lists."""
    found = actions.ranked(frame(clients, **COMMON), WHEN, capacity, draw)
    return [(str(row.Index), row.list, row.state) for row in found.itertuples()]


def on(list_: str, **values: object) -> dict[str, object]:
    return {"list": list_, **values}


def test_by_money_at_stake_then_by_id_and_cut_to_capacity() -> None:
    clients = {
        "d": on("develop", at_stake=5.0), "c": on("develop", at_stake=9.0), "b": on("develop", at_stake=5.0),
        "a": on("reward"), "e": on(None, rule="standard", at_stake=np.nan),
    }  # fmt: skip
    assert order(clients, 2) == [
        ("c", "develop", "listed"), ("b", "develop", "listed"), ("d", "develop", "cut"), ("a", "reward", "listed"),
    ]  # fmt: skip


def test_return_goes_by_what_is_expected_back_and_the_recent_of_class_a_come_first() -> None:
    # §7: a client of class A that passed its limit within the last 6 months (184 days to 31 December) comes first
    gone = {"lapsed": True, "abc_last": "A"}
    clients = {
        "old": on("return", at_stake=90.0, lost=90.0, expected_back=9.0, **gone),
        "new": on("return", at_stake=20.0, lost=20.0, expected_back=4.0, silence=284, **gone),
        "just": on("return", at_stake=20.0, lost=20.0, expected_back=5.0, silence=101, **gone),
        "day": on("return", at_stake=99.0, lost=99.0, expected_back=8.0, silence=285, **gone),
        "small": on("return", at_stake=99.0, lost=99.0, expected_back=8.5, silence=101, lapsed=True, abc_last="B"),
    }  # fmt: skip
    assert [client for client, *_ in order(clients)] == ["just", "new", "old", "small", "day"]
    found = actions.ranked(frame(clients, **COMMON), WHEN, 9, NOBODY)
    assert found["recent"].tolist() == [True, True, False, False, False]
    # too few were seen to tell: by lost alone
    unknown = {client: {**values, "expected_back": np.nan} for client, values in clients.items()}
    assert [client for client, *_ in order(unknown)] == ["just", "new", "day", "small", "old"]


def test_retain_goes_by_what_is_in_danger_and_then_by_value() -> None:
    # without chances those at risk have 0 in danger: they stand after the falling, by value
    clients = {
        "a": on("retain", at_stake=0.0, value_year=30.0), "b": on("retain", at_stake=0.0, value_year=70.0),
        "c": on("retain", at_stake=2.0, value_year=9.0), "t": on("thread", at_stake=50.0),
    }  # fmt: skip
    assert order(clients, 2) == [
        ("c", "retain", "listed"), ("b", "retain", "listed"), ("a", "retain", "cut"), ("t", "thread", "listed"),
    ]  # fmt: skip


def test_nothing_below_a_ten_thousandth_of_value_is_listed_nor_without_money() -> None:
    # value(W1) of all: 5 · 1000, a ten thousandth of it: 0.5
    stakes = {"a": 0.5, "b": 0.49999, "c": 0.0, "d": -3.0, "e": np.nan}
    clients = {client: on("develop", at_stake=money, value1=1000.0) for client, money in stakes.items()}
    assert order(clients) == [("a", "develop", "listed")]
    back = {"a": on("return", lost=9.0, at_stake=9.0, expected_back=0.009), "b": on("develop", at_stake=5.0)}
    assert order({**back, "b": {**back["b"], "value1": 300.0}}) == [("b", "develop", "listed")]


def test_clients_without_value_stand_on_no_list_but_for_exposed_ones_and_accounts() -> None:
    usual = {"exposed": False, "account": False, "value1": -5.0, "value_year": -5.0, "at_stake": 7.0}
    clients = {
        "a": on("develop", unprofitable=True, **usual), "b": on("thread", **{**usual, "exposed": True, "at_stake": -5.0}),
        "c": on("retain", **{**usual, "account": True, "at_stake": -1.0}), "d": on("reward", **{**usual, "value1": 900.0}),
    }  # fmt: skip
    assert order(clients) == [("c", "retain", "listed"), ("b", "thread", "listed"), ("d", "reward", "listed")]


def test_who_is_left_out_is_counted_once_by_its_reason() -> None:
    # §1: value ≤ 0 stands on no list by money; §7: rows without money are not listed. value(W1) of all: 5001 − 5 − 7,
    # a ten thousandth of it about 0.5
    clients = {
        "big": on("develop", value1=5000.0, at_stake=9.0), "small": on("develop", at_stake=0.3, value1=1.0),
        "full": on("develop", at_stake=0.0, value1=0.0), "unknown": on("develop", at_stake=np.nan, value1=0.0),
        "loss": on("develop", unprofitable=True, value1=-5.0, value_year=-5.0, at_stake=0.0),
        "loss2": on("retain", unprofitable=True, value1=-7.0, value_year=-7.0, at_stake=-1.0),
        "gone": on("return", lost=-3.0, at_stake=-3.0, expected_back=-1.0, value1=0.0, value_year=0.0, lapsed=True),
        "never": on("return", lost=8.0, at_stake=8.0, expected_back=0.0, value1=0.0, value_year=0.0, lapsed=True),
    }  # fmt: skip
    base = frame(clients, **COMMON).assign(
        xyz1=None, abc1=None, stage="stable", r0=0.0, chance_back=0.25, chance_low=0.1, chance_high=0.5, reason=None,
        usual=1.0, now=1.0, about=None, last_purchase=pd.Timestamp("2021-08-01"), p_next=0.5,
    )  # fmt: skip
    full = actions.full(base, NO_MIX, WHEN, 9, NOBODY)
    assert full["client_id"].tolist() == ["big"]
    assert actions.left_out(base, full).dropna().to_dict() == {
        "small": "light", "full": "no_gap", "unknown": "no_gap", "loss": "no_value", "loss2": "no_value",
        "gone": "no_value", "never": "light",
    }  # fmt: skip
    found = {id: figure.value for id, figure in actions.figures(full, base, NO_MIX, WHEN).items()}
    assert {id: found[id] for id in found if id.rpartition(".")[2] in actions.LEFT_OUT and found[id]} == {
        "actions.develop.light": 1, "actions.develop.no_gap": 2, "actions.develop.no_value": 1,
        "actions.retain.no_value": 1, "actions.return.no_value": 1, "actions.return.light": 1,
    }  # fmt: skip
    assert "actions.retain.no_gap" not in found


def test_the_held_out_stand_before_the_last_listed_and_are_drawn_the_same_every_time() -> None:
    clients = {f"c{n:03}": on("develop", at_stake=1000.0 - n) for n in range(200)}
    draw = Draw(0.2, "series", "2021-12")
    found = order(clients, 50, draw)
    assert found == order(clients, 50, draw)
    states = [state for _, _, state in found]
    assert states.count("listed") == 50
    last = max(place for place, state in enumerate(states) if state == "listed")
    assert "held_out" not in states[last:]
    assert set(states[:last]) == {"listed", "held_out"}
    # by hand: the first 8 bytes of sha256 of series, period and client, as a share
    for client, _, state in found[:last]:
        digest = hashlib.sha256(f"series\0{draw.period}\0{client}".encode()).digest()
        assert (state == "held_out") == (int.from_bytes(digest[:8], "big") / 2**64 < 0.2)
    assert order(clients, 50, Draw(0.2, "series", "2022-01")) != found
    ranks = actions.ranked(frame(clients, **COMMON), WHEN, 50, draw)
    assert ranks.loc[ranks["listed"], "rank"].tolist() == list(range(1, 51))
    assert ranks.loc[ranks["state"] == "held_out", "rank"].isna().all()


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
    acted = act(made())
    lists = acted.lists
    assert {id: len(table) for id, table in lists.items()} == {
        "actions.return": 1, "actions.retain": 1, "actions.retain.thread": 0, "actions.develop": 0, "actions.reward": 1,
    }  # fmt: skip
    first = {id: table.iloc[0] for id, table in lists.items() if len(table)}

    gone = first["actions.return"]
    # 12 · 60, a quarter comes back; the median of its gaps of 28 to 31 days; silent from 15 December 2020 to 31
    # December 2021; its limit of 90 days passed more than 6 months ago
    assert gone[["client_id", "name", "abc", "lost", "chance_back", "expected_back", "recent", "p_next"]].tolist() == [
        "old", "Old Ltd", "B", 720.0, 0.25, 180.0, False, 0.25,
    ]  # fmt: skip
    assert gone[["reason", "usual", "now", "owner"]].tolist() == ["silent", 31.0, 381.0, "Bob"]
    assert (gone["last_order"], gone["favourite"]) == (pd.Timestamp("2020-12-15"), "Tea")

    risk = first["actions.retain"]
    # 60 · (1 − 0.25 · 60 / 240); r1 / r0 − 1 = 60 / 240 − 1
    assert risk[["client_id", "stage", "value", "at_stake", "reason", "now"]].tolist() == [
        "slow", "declining", 60.0, 56.25, "spends_less", -0.75,
    ]  # fmt: skip
    assert pd.isna(risk["owner"])

    reward = first["actions.reward"]
    assert reward[["client_id", "abc", "xyz", "at_stake", "reason", "usual", "now"]].tolist() == [
        "big", "A", "X", 1200.0, "steady", 12.0, 0.0,
    ]  # fmt: skip
    # fresh has no peer of its class, so nothing is lacking: under develop it has no money, and is not listed
    assert acted.base.loc["fresh", ["list", "at_stake", "reason"]].tolist() == ["develop", 0.0, "buys"]


def test_everything_stands_in_the_catalogue_with_its_columns() -> None:
    portfolio = made()
    acted, when, mix = act(portfolio), portfolio.when, portfolio.mix
    base = contact_cadence.add_contacts(acted.base, None, portfolio.review.cadence, when)
    tier, develop = pd.Series("non-key", index=base.index), acted.lists["actions.develop"]
    anyway = bought_anyway.table(portfolio.monthly, portfolio.clients, mix, portfolio.gaps, when, portfolio.review)
    followed = follow_through.table(None, base, portfolio.monthly, when)
    loss = value.unprofitable_table(base)
    large = base.assign(tier1="non-key", contacts_active=np.nan, days_left=np.nan, **dict.fromkeys(THREATS, np.nan))
    tables = {
        **acted.lists, "actions.full": acted.full, "actions.rules": rules.table(base, when),
        "lifecycle.stage_abc": stage_abc.stage_abc(base, when), "actions.bought_anyway": anyway,
        "actions.follow_through": followed, "actions.levers": levers.table(base, develop, when),
        "actions.lagging": levers.summary(base, when),
        "actions.cross_sell": cross_sell.table(base, develop, mix, when),
        "actions.category_pairs": cross_sell.pairs(mix, base.index),
        "actions.underserved_clients": contact_cadence.table(base, tier),
        "actions.chance_back": chance_back.table(back_of(when.w1.end)), "actions.held_out": holdout.table(acted.full),
        "actions.by_owner": owners.rows(acted.full, when), "actions.unprofitable": loss,
        "actions.exposure_reasons": exposed.table(large, None, when),
    }  # fmt: skip
    for id, table in tables.items():
        assert tuple(table.columns) == tuple(column.name for column in lookup(id).columns), id
        assert rows_of(table) is not None
    back = bought_anyway.came_back(
        portfolio.monthly, portfolio.clients, portfolio.gaps, portfolio.chance_back, when, portfolio.review
    )
    figures = {
        **early_decline.figures(base, when), **actions.figures(acted.full, base, mix, when), **back,
        **bought_anyway.figures(anyway, mix, when, portfolio.review), **follow_through.figures(followed),
        **contact_cadence.figures(base, None, tier), **value.unprofitable_figures(loss, value.Choice("revenue")),
        **holdout.uplift(None, base, portfolio.monthly, when, actions.TABLES, 0.0),
    }  # fmt: skip
    checks = {"one_rule_each", "stage_abc_adds_up", "lists_add_up"}
    elsewhere = {
        "actions.decisions",
        "actions.ledger",
        "actions.plans_due",
        "actions.decisions_before",
        "actions.managers",
        "actions.owners",
    }
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
    # old 720 and o0 … o4 720, 732, 744, 756, 768 a year, of each a quarter expected back: of the cut 720, 720, 732, 744
    of_return = {name: found[f"actions.return.{name}"] for name in (
        "clients", "listed", "cut", "light", "held_out", "at_stake", "at_stake_cut", "expected_back", "expected_back_cut",
        "recent_cut",
    )}  # fmt: skip
    assert of_return == {
        "clients": 6, "listed": 2, "cut": 4, "light": 0, "held_out": 0, "at_stake": 1524.0, "at_stake_cut": 2916.0,
        "expected_back": 381.0, "expected_back_cut": 729.0, "recent_cut": 0,
    }  # fmt: skip
    low, high = wilson(25 / 4, 25) or (0, 0)  # of 25 clients
    interval = actions.figures(acted.full, acted.base, portfolio.mix, portfolio.when)["actions.return.expected_back"]
    assert interval.interval == pytest.approx((1524 * low, 1524 * high), abs=1e-5)
    assert found["actions.standard.clients"] == 0
    # fresh is under develop, without a gap
    assert [found[f"actions.develop.{name}"] for name in ("clients", "no_gap", "light")] == [1, 1, 0]
    check = actions.lists_add_up(acted.full, acted.base, 2)
    assert (check.passed, check.detail.partition(";")[0]) == (True, "return: 2 + 0 + 4 + 0 = 6")
    assert not actions.lists_add_up(acted.full.iloc[1:], acted.base, 2).passed
    assert not actions.lists_add_up(acted.full, acted.base, 3).passed


def test_the_recent_of_class_a_that_the_capacity_cuts_are_counted_with_their_money() -> None:
    gone = {"lapsed": True, "abc_last": "A", "silence": 101}
    clients = {f"c{n}": on("return", at_stake=9.0 + n, lost=9.0 + n, expected_back=1.0 + n, **gone) for n in range(4)}
    base = frame(clients, **COMMON).assign(
        xyz1=None, abc1=None, stage="lapsed", r0=0.0, chance_back=0.25, chance_low=0.1, chance_high=0.5, reason="silent",
        usual=1.0, now=1.0, about=None, last_purchase=pd.Timestamp("2021-08-01"), p_next=0.5,
    )  # fmt: skip
    full = actions.full(base, NO_MIX, WHEN, 3, NOBODY)
    found = actions.figures(full, base, NO_MIX, WHEN)
    assert [found[f"actions.return.{name}"].value for name in ("recent_cut", "recent_cut_lost")] == [1, 9.0]


def test_sums_of_which_no_part_is_known_are_undefined() -> None:
    portfolio = build(rows(*LINES), "2021-12")
    nobody = Chances(back_of(dt.date(2021, 12, 31)).bands.head(0))
    acted = act(portfolio, p12=np.nan, back=nobody)
    found = actions.figures(acted.full, acted.base, portfolio.mix, portfolio.when)
    assert found["actions.develop.at_stake"].reason == "no category given"
    # lost is known, who comes back is not
    assert (found["actions.return.at_stake"].value, found["actions.return.expected_back"].reason) == (
        720.0, "too few to tell",
    )  # fmt: skip
    # 60 · (1 − 60 / 240): without a chance what it would fall once more
    assert found["actions.retain.at_stake"].value == 45.0
    # nobody was cut: no money, not an unknown one
    assert found["actions.return.at_stake_cut"].value == 0.0


def test_a_portfolio_of_transactions_alone_still_has_its_lists() -> None:
    acted = act(build(rows(*LINES), "2021-12"))
    assert acted.full["list"].tolist() == ["return", "retain", "reward"]
    assert acted.full[["owner", "favourite"]].isna().all(axis=None)
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
    assert actions.lists_add_up(acted.full, acted.base, 30).passed


def test_without_w0_return_and_those_at_risk_stand_and_of_the_others_it_is_said() -> None:
    lines = [*monthly_rows("still", "2021-01", [50] * 12), *monthly_rows("late", "2021-01", [40] * 10),
             *monthly_rows("gone", "2021-01", [60] * 7)]  # fmt: skip
    portfolio = build(rows(*lines), "2021-12", data_until=dt.date(2021, 12, 31))
    acted = act(portfolio)
    assert acted.full[["list", "client_id"]].to_numpy().tolist() == [["return", "gone"], ["retain", "late"]]
    found = actions.figures(acted.full, acted.base, portfolio.mix, portfolio.when)
    # 400 · (1 − 0.25): nothing is known of W0, so f = 1
    assert (found["actions.return.at_stake"].value, found["actions.retain.at_stake"].value) == (420.0, 300.0)
    unknown = {figure.reason for id, figure in found.items() if id.startswith(("actions.develop", "actions.reward"))}
    assert unknown == {"history starts 2021-01, needs 2020-01"}
    assert actions.lists_add_up(acted.full, acted.base, 30).passed


def test_who_bought_in_the_days_after_w1_is_called_back_by_no_list() -> None:
    clients = {"a": on("return"), "b": on("retain"), "t": on("thread"), "c": on("develop"),
               "d": on("return", bought_since=False)}  # fmt: skip
    common = {**COMMON, "at_stake": 10.0, "lost": 10.0, "bought_since": True}
    base = frame(clients, **common)
    assert actions.ranked(base, WHEN, 5, NOBODY)["list"].to_dict() == {"d": "return", "c": "develop"}
    assert actions.bought_since(base).sum() == 3
    assert not actions.bought_since(base.drop(columns="bought_since")).any()
