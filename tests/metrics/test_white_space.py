"""White space: what the peers buy and the client does not."""

from __future__ import annotations

import random
from statistics import median

import numpy as np
import pandas as pd
import pytest
from acting import NO_MIX, frame

from portfolio_review.metrics.baskets import baskets
from portfolio_review.metrics.peers import peers_of
from portfolio_review.metrics.white_space import offers, white_space

Spends = dict[str, dict[str, float]]


def found(spends: Spends, kinds: dict[str, str | None] | None = None) -> pd.DataFrame:
    kinds = kinds or {}
    base = frame({name: {"type": kinds.get(name, "shop"), "abc1": "A"} for name in spends})
    lines = [(name, category, money) for name, mine in spends.items() for category, money in mine.items()]
    mix = pd.DataFrame(lines, columns=["client_id", "category", "revenue_w1"])
    return white_space(baskets(mix, base.index), peers_of(base), base.index)


def test_by_hand() -> None:
    made = found(
        {
            "a": {"Salt": 1.0}, "b": {"Tea": 10.0}, "c": {"Tea": 30.0, "Nuts": 8.0}, "d": {"Salt": 3.0}, "e": {},
            "other": {"Wine": 900.0},
        },
        {"other": "hotel"},
    )  # fmt: skip
    # a: Tea 2 of 4 peers, median 20: 10; Nuts 1 of 4, 8: 2; Salt it has
    # e: Tea 10, Nuts 2, Salt 2 of 4, median 2: 1. b: Salt 1, Nuts 2. c: Salt 1. d: Tea 10, Nuts 2
    assert made["white_space"].to_dict() == {"a": 12.0, "b": 3.0, "c": 1.0, "d": 12.0, "e": 13.0, "other": 0.0}
    assert made["missing"].dropna().to_dict() == {"a": "Tea", "b": "Nuts", "c": "Salt", "d": "Tea", "e": "Tea"}
    assert made["missing_share"].tolist()[:5] == [0.5, 0.25, 0.5, 0.5, 0.5]


def test_what_all_of_a_group_buy_is_offered_to_nobody() -> None:
    base = frame({name: {"type": "shop", "abc1": "A"} for name in "abc"})
    lines = [(name, "Tea", 10.0) for name in "abc"] + [("a", "Nuts", 4.0), ("b", "Nuts", 6.0)]
    bought = baskets(pd.DataFrame(lines, columns=["client_id", "category", "revenue_w1"]), base.index)
    made = offers(bought, peers_of(base))
    assert [bought.categories[place] for place in made.category] == ["Nuts"]
    # 2 buyers for 2 others, median 5
    assert (made.buyers.tolist(), made.share.tolist(), made.worth.tolist()) == ([2], [1.0], [5.0])


def test_a_category_of_less_than_a_quarter_of_the_peers_does_not_count() -> None:
    five = {name: {"Tea": 5.0} for name in "abcde"}
    # f: 1 of 5 peers buys Nuts; each of a to e: f does not buy Tea, so nothing is lacked but Nuts
    assert found({**five, "a": {"Tea": 5.0, "Nuts": 40.0}, "f": {}})["white_space"]["f"] == 5.0
    # with three peers fewer it is 1 of 2
    assert found({"a": {"Nuts": 40.0}, "b": {}, "f": {}})["white_space"].to_dict() == {"a": 0.0, "b": 20.0, "f": 20.0}


def test_one_client_has_no_peers_and_a_client_without_type_no_group() -> None:
    made = found({"a": {"Tea": 1.0}, "b": {"Tea": 1.0}}, {"a": "hotel", "b": None})
    assert made["white_space"]["a"] == 0.0
    assert np.isnan(made["white_space"]["b"])
    assert made["missing"].isna().all()


def test_without_pairs_nothing_is_missing() -> None:
    base = frame({"a": {"type": "shop", "abc1": "A"}, "b": {"type": "shop", "abc1": "A"}})
    made = white_space(baskets(NO_MIX, base.index), peers_of(base), base.index)
    assert made["white_space"].tolist() == [0.0, 0.0]
    assert made["missing"].isna().all()


@pytest.mark.parametrize("seed", range(5))
def test_equals_plain_loops(seed: int) -> None:
    dice = random.Random(seed)
    names, categories = [f"c{n:02d}" for n in range(40)], ["Ale", "Bun", "Cup", "Dip", "Egg", "Fig"]
    kinds: dict[str, str | None] = {name: dice.choice(["x", "y", "z", None]) for name in names}
    spends = {n: {c: dice.randint(1, 900) / 4 for c in categories if dice.random() < 0.3} for n in names}
    made = found(spends, {name: kind or None for name, kind in kinds.items()})
    for name in names:
        if kinds[name] is None:
            assert np.isnan(made["white_space"][name])
            continue
        peers = [other for other in names if other != name and kinds[other] == kinds[name]]
        worth = {}
        for category in categories:
            bought = [spends[other][category] for other in peers if category in spends[other]]
            if category not in spends[name] and bought and len(bought) >= 0.25 * len(peers):
                worth[category] = len(bought) / len(peers) * median(bought)
        assert made["white_space"][name] == pytest.approx(sum(worth.values()), abs=1e-6)
        best = min(worth, key=lambda c: (-worth[c], c)) if worth else None
        assert (made["missing"][name] if pd.notna(made["missing"][name]) else None) == best
