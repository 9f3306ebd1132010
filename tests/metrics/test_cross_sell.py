"""Cross-sell: categories of the peers, and categories that go together."""

from __future__ import annotations

import pandas as pd
import pytest
from acting import NO_MIX, frame
from portfolios import build, rows

from portfolio_review.metrics import cross_sell

WHEN = build(rows(("a", "2019-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12").when
COMMON = {"active1": True, "abc1": "B", "type": "shop"}
# 8 peers: 6 buy Tea at 10, 5 Nuts at 30, 4 Salt; 11 hotels buy Tea only
BASE = frame(
    {"me": {}, **{f"p{n}": {} for n in range(8)}, **{f"h{n:02d}": {"type": "hotel"} for n in range(11)}}, **COMMON
)
LINES = [
    *((f"p{n}", "Tea", 10.0) for n in range(6)), *((f"p{n}", "Nuts", 30.0) for n in range(5)),
    *((f"p{n}", "Salt", 99.0) for n in range(4)), *((f"h{n:02d}", "Tea", 1.0) for n in range(11)),
]  # fmt: skip
LISTED = pd.DataFrame({"rank": [1, 2], "client_id": ["me", "p0"]})


def mix(lines: list[tuple[str, str, float]] = LINES) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=["client_id", "category", "revenue_w1"])


def test_by_hand() -> None:
    found = cross_sell.table(BASE, LISTED, mix(), WHEN)
    # me: Nuts 5 of 8 peers, 5 of the 19 others: lift 2.375, worth 5/8 · 30; Tea 6 of 8, 17 of 19; Salt has 4 buyers
    assert found[["client_id", "category", "n"]].to_numpy().tolist() == [["me", "Nuts", 5], ["me", "Tea", 6]]
    assert found["lift"].tolist() == [pytest.approx(5 / 8 / (5 / 19)), pytest.approx(6 / 8 / (17 / 19))]
    assert found["white_space"].tolist() == [18.75, 7.5]


def test_at_most_three_of_each_and_equal_lifts_by_worth_then_name() -> None:
    more = [(f"p{n}", name, money) for n in range(5) for name, money in (("Ale", 1.0), ("Bun", 2.0), ("Cup", 2.0))]
    found = cross_sell.table(BASE, LISTED, mix(LINES + more), WHEN)
    assert found.loc[found["client_id"] == "me", "category"].tolist() == ["Nuts", "Bun", "Cup"]
    # p0 buys all of them already
    assert "p0" not in set(found["client_id"])


def test_without_categories_or_peers_or_w0_there_are_no_rows() -> None:
    short = build(rows(("a", "2021-01-01", 1.0), ("a", "2021-12-01", 1.0)), "2021-12").when
    assert cross_sell.table(BASE, LISTED, NO_MIX, WHEN).empty
    assert cross_sell.table(BASE, LISTED, mix(), short).empty
    assert cross_sell.table(BASE, LISTED.head(0), mix(), WHEN).empty


def test_categories_bought_together() -> None:
    found = cross_sell.pairs(mix(), BASE.index)
    # 17 clients buy something: Tea 17, Nuts 5; both 5: 5 · 17 / (17 · 5) = 1. Salt goes with four clients only
    assert found.to_numpy().tolist() == [["Nuts", "Tea", 5, 1.0]]


def test_pairs_by_lift_then_clients_then_name_and_only_the_top() -> None:
    lines = [(f"c{n:02d}", name, 1.0) for n in range(6) for name in ("Ale", "Bun")]
    lines += [(f"c{n:02d}", name, 1.0) for n in range(6, 11) for name in ("Cup", "Dip")]
    lines += [(f"c{n:02d}", name, 1.0) for n in range(11, 17) for name in ("Egg", "Fig")]
    index = pd.Index([f"c{n:02d}" for n in range(20)])
    found = cross_sell.pairs(mix(lines), index)
    # 17 / 5 is above 17 / 6
    assert found[["category", "other", "n"]].to_numpy().tolist() == [
        ["Cup", "Dip", 5],
        ["Ale", "Bun", 6],
        ["Egg", "Fig", 6],
    ]
    assert found["lift"].tolist() == [3.4, pytest.approx(17 / 6), pytest.approx(17 / 6)]
    assert len(cross_sell.pairs(mix(lines), index, top=1)) == 1
    assert cross_sell.pairs(NO_MIX, index).empty
