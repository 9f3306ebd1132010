"""Levers: own values, those of the peers, and the one that lags most."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from acting import NO_ITEMS, NO_MIX, frame
from portfolios import build, rows

from portfolio_review.metrics import levers

KNOWN = {"gross1": 100.0, "margin_gross1": 100.0}
COMMON = {"active1": True, "abc1": "B", "type": "shop", "r1": 100.0, "orders1": 4, "rule": "develop", **KNOWN}
PEERS: dict[str, dict[str, object]] = {f"p{n}": {} for n in range(5)}
WHEN = build(rows(("a", "2019-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12").when


def with_levers(
    me: dict[str, object], mix: pd.DataFrame = NO_MIX, items: pd.DataFrame = NO_ITEMS, **more: dict[str, object]
) -> pd.DataFrame:
    return levers.add_levers(frame({**PEERS, **more, "me": me}, **COMMON), mix, items)


def test_order_value_and_orders_beside_the_median_of_the_peers() -> None:
    found = with_levers({"r1": 60.0, "orders1": 3}).loc["me"]
    # own 60 / 3 = 20 against 25; 3 orders against 4: 0.8 and 0.75 of the peers
    assert (found["order_value"], found["order_value_peers"]) == (20.0, 25.0)
    assert (found["order_frequency"], found["order_frequency_peers"]) == (3.0, 4.0)
    assert found["lever"] == "order_frequency"


def test_what_is_not_known_stays_missing() -> None:
    found = with_levers({}).loc["me"]
    assert found[["items_per_order", "categories_bought", "high_margin_share", "lever"]].isna().all()
    assert found["order_value"] == 25.0


def test_items_categories_and_high_margin() -> None:
    names = [*PEERS, "me"]
    items = pd.DataFrame({"client_id": names, "items": [8, 8, 8, 8, 8, 2]})
    lines = [(name, "Tea", 10.0, 1.0) for name in names] + [(name, "Nuts", 30.0, 15.0) for name in PEERS]
    mix = pd.DataFrame(lines, columns=["client_id", "category", "revenue_w1", "margin_w1"])
    mix = mix.assign(margin_revenue_w1=mix["revenue_w1"])
    found = with_levers({}, mix, items).loc["me"]
    assert (found["items_per_order"], found["items_per_order_peers"]) == (0.5, 2.0)
    assert (found["categories_bought"], found["categories_bought_peers"]) == (1.0, 2.0)
    # Tea 6 / 60 is below, Nuts 75 / 150 above 81 / 210: Nuts hold 30 of 40 of each peer
    assert (found["high_margin_share"], found["high_margin_share_peers"]) == (0.0, 0.75)
    assert found["lever"] == "high_margin_share"


def test_where_the_margin_of_w1_is_known_in_part_no_category_is_of_high_margin() -> None:
    names = [*PEERS, "me"]
    lines = [(name, "Tea", 10.0, 1.0, 10.0) for name in names] + [(name, "Nuts", 30.0, 15.0, 30.0) for name in PEERS]
    mix = pd.DataFrame(lines, columns=["client_id", "category", "revenue_w1", "margin_w1", "margin_revenue_w1"])
    found = levers.add_levers(frame({**PEERS, "me": {}}, **{**COMMON, "margin_gross1": 89.0}), mix, NO_ITEMS)
    assert found["high_margin_share"].isna().all()


def test_fewer_than_five_peers_say_nothing() -> None:
    base = frame({"p0": {}, "p1": {}, "p2": {}, "p3": {}, "me": {"orders1": 1}}, **COMMON)
    found = levers.add_levers(base, NO_MIX, NO_ITEMS)
    assert found["order_frequency_peers"].isna().all()
    assert found["lever"].isna().all()


def test_clients_not_active_in_w1_have_no_levers() -> None:
    found = with_levers({"active1": False, "orders1": 0, "r1": -3.0, "abc1": None}).loc["me"]
    assert found[list(levers.LEVERS)].isna().all()


def test_of_equal_lags_the_first_and_none_where_nothing_lags() -> None:
    # order value 12.5 of 25, orders 2 of 4
    assert with_levers({"r1": 25.0, "orders1": 2}).loc["me", "lever"] == "order_value"
    assert pd.isna(with_levers({"r1": 800.0, "orders1": 8}).loc["me", "lever"])


@pytest.mark.parametrize("usual", [-5.0, 0.0])
def test_a_usual_value_that_is_not_positive_is_no_measure(usual: float) -> None:
    peers = {name: {"r1": usual} for name in PEERS}
    found = levers.add_levers(frame({**peers, "me": {"r1": -50.0}}, **COMMON), NO_MIX, NO_ITEMS)
    assert pd.isna(found.loc["me", "lever"])
    # another lever may lag all the same: 3 orders against 4
    found = levers.add_levers(frame({**peers, "me": {"r1": -50.0, "orders1": 3}}, **COMMON), NO_MIX, NO_ITEMS)
    assert found.loc["me", "lever"] == "order_frequency"


def test_tables() -> None:
    base = with_levers({"orders1": 1, "r1": 25.0}, p9={"rule": "retain", "orders1": 1, "r1": 25.0})
    listed = pd.DataFrame({"rank": [1, 2], "client_id": ["me", "p0"]})
    table = levers.table(base, listed, WHEN)
    assert table[["rank", "client_id", "name", "order_frequency", "order_frequency_peers"]].to_numpy().tolist() == [
        [1, "me", "me", 1.0, 4.0], [2, "p0", "p0", 4.0, 4.0],
    ]  # fmt: skip
    summary = levers.summary(base, WHEN).set_index("lever")["clients"]
    assert summary.to_dict() == {**dict.fromkeys(levers.LEVERS, 0), "order_frequency": 1}


def test_no_rows_without_w0() -> None:
    made = build(rows(("a", "2021-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12")
    assert levers.summary(with_levers({}), made.when).empty


@pytest.mark.parametrize("column", levers.LEVERS)
def test_every_lever_has_its_peers(column: str) -> None:
    found = with_levers({})
    assert f"{column}_peers" in found
    assert found[column].dtype == np.float64


def test_an_active_client_without_a_known_order_has_no_order_value() -> None:
    found = with_levers({"r1": 60.0, "orders1": 0}).loc["me"]
    assert np.isnan(found["order_value"])
    assert np.isnan(found["order_frequency"])
