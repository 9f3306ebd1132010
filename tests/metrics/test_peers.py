"""Peers: same type and ABC class, without the client itself."""

from __future__ import annotations

import random
from statistics import median

import numpy as np
import pandas as pd
from acting import frame

from portfolio_review.metrics.peers import median_of_others, peers_of


def base() -> pd.DataFrame:
    kinds = {"a": "shop", "b": "shop", "c": "shop", "d": "hotel", "e": None, "f": "shop", "g": "shop"}
    values = dict.fromkeys("abcdeg", "A") | {"f": "B", "g": None}
    return frame({name: {"type": kinds[name], "abc1": values[name]} for name in kinds})


def test_same_type_and_class_without_itself() -> None:
    peers = peers_of(base())
    assert dict(zip("abcdefg", peers.others, strict=True)) == {"a": 2, "b": 2, "c": 2, "d": 0, "e": 0, "f": 0, "g": 0}
    assert (peers.group[4], peers.group[6]) == (-1, -1)  # no type known; not active in W1


def test_median_of_the_others_by_hand() -> None:
    values = pd.Series([1.0, 5.0, 9.0, 2.0, 7.0, 3.0, 4.0], index=list("abcdefg"))
    found = median_of_others(values, peers_of(base()))
    # a: of 5 and 9; b: of 1 and 9; c: of 1 and 5; d and f have no peer, e and g no group
    assert found.tolist()[:3] == [7.0, 5.0, 3.0]
    assert found.iloc[3:].isna().all()


def test_a_client_whose_value_is_unknown_sees_all_its_peers() -> None:
    values = pd.Series([np.nan, 5.0, 9.0, 2.0, 7.0, 3.0, 4.0], index=list("abcdefg"))
    assert median_of_others(values, peers_of(base())).tolist()[:3] == [7.0, 9.0, 5.0]
    assert median_of_others(values, peers_of(base()), fewest=2).tolist()[0] == 7.0
    assert median_of_others(values, peers_of(base()), fewest=2).iloc[1:].isna().all()


def test_medians_equal_those_of_plain_lists() -> None:
    dice = random.Random(7)
    kinds = {f"c{n:03d}": (dice.choice("xyz"), dice.choice("AB")) for n in range(120)}
    made = frame({name: {"type": kind, "abc1": value} for name, (kind, value) in kinds.items()})
    values = {name: dice.choice([None, dice.randint(1, 9) / 2]) for name in kinds}
    found = median_of_others(pd.Series(values, dtype=float), peers_of(made), 5)
    for name, group in kinds.items():
        others = [v for other, v in values.items() if other != name and kinds[other] == group and v is not None]
        expected = median(others) if len(others) >= 5 else None
        assert (None if np.isnan(found[name]) else found[name]) == expected


def test_without_any_type_clients_of_one_class_are_peers() -> None:
    for untyped in (base().drop(columns="type"), base().assign(type=None)):
        # a, b, c, d and e are A; f is alone in B; g was not active in W1
        assert dict(zip("abcdefg", peers_of(untyped).others, strict=True)) == {
            **dict.fromkeys("abcde", 4),
            "f": 0,
            "g": 0,
        }
