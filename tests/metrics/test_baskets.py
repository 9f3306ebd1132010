"""Baskets, favourite categories, high-margin categories."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_review.metrics.baskets import baskets, favourite, high_margin, high_margin_share

INDEX = pd.Index(["a", "b", "c", "d"])


def mix(*lines: tuple[object, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=["client_id", "category", "revenue_w0", "revenue_w1", "margin_w1"])
    return frame.assign(margin_revenue_w1=frame["revenue_w1"].where(frame["margin_w1"].notna()))


SOME = mix(
    ("b", "Tea", 5.0, 7.0, 3.0), ("a", "Tea", 0.0, 10.0, 1.0), ("a", "Nuts", 0.0, 4.0, 3.0), ("a", "Salt", 9.0, 0.0, None),
    ("c", "Tea", 8.0, -2.0, -1.0), ("a", None, 0.0, 5.0, 9.0),
)  # fmt: skip


def test_a_basket_holds_what_was_bought_in_w1_net_of_returns() -> None:
    found = baskets(SOME, INDEX)
    assert found.categories.tolist() == ["Nuts", "Tea"]
    pairs = zip(found.client, found.categories[found.category], found.spend, strict=True)
    assert list(pairs) == [(0, "Nuts", 4.0), (0, "Tea", 10.0), (1, "Tea", 7.0)]
    assert found.breadth.tolist() == [2, 1, 0, 0]


@pytest.mark.parametrize(
    ("spends", "expected"),
    [
        ({"Tea": 50.0, "Nuts": 30.0, "Salt": 20.0}, "Tea"),
        ({"Tea": 49.9, "Nuts": 30.1, "Salt": 20.0}, "mixed"),
        ({"Tea": 50.0, "Nuts": 50.0}, "Nuts"),  # two halves: the first by name
        ({"Tea": 50.0, None: 60.0}, "mixed"),  # revenue without a category counts below the line
        ({None: 60.0}, "mixed"),
        ({"Tea": 10.0, "Nuts": -90.0}, "Tea"),  # of positive revenue only
    ],
)
def test_the_favourite_holds_half_of_the_revenue(spends: dict[str | None, float], expected: str) -> None:
    lines = [("a", category, 0.0, money, None) for category, money in spends.items()]
    lines.append(("b", "Tea", 0.0, 1.0, None))  # so that some category is known
    assert favourite(mix(*lines), INDEX)["a"] == expected


def test_the_favourite_of_the_silent_is_that_of_w0() -> None:
    found = favourite(SOME, INDEX)
    # a: 10 of 19 in W1; c bought in W0 only; d never in the two windows
    assert found.dropna().to_dict() == {"a": "Tea", "b": "Tea", "c": "Tea"}


def test_without_categories_no_favourite_is_known() -> None:
    assert favourite(mix().astype({"category": object}), INDEX).isna().all()
    assert favourite(mix(("a", None, 1.0, 1.0, None)), INDEX).isna().all()


def test_high_margin_categories_are_above_all_together() -> None:
    # Tea (3 + 1 − 1) / (7 + 10 − 2) = 0.2, Nuts 3/4; together 6 / 19 = 0.316
    assert high_margin(SOME) == {"Nuts"}
    share = high_margin_share(SOME, baskets(SOME, INDEX), INDEX)
    assert share.tolist()[:2] == [pytest.approx(4 / 14), 0.0]
    assert share.iloc[2:].isna().all()


def test_a_rate_is_of_the_rows_whose_margin_is_known() -> None:
    # of Tea 10 of 100 are known, with 5: a rate of 0.5, above 0.25 of Nuts; by all its revenue it would be 0.05
    known = mix(("a", "Tea", 0.0, 100.0, 5.0), ("b", "Nuts", 0.0, 40.0, 10.0)).assign(margin_revenue_w1=[10.0, 40.0])
    assert high_margin(known) == {"Tea"}


def test_without_margin_no_category_is_of_high_margin() -> None:
    assert high_margin(SOME.assign(margin_w1=None)) is None
    assert high_margin(SOME.drop(columns="margin_w1")) is None
    assert high_margin_share(SOME.drop(columns="margin_w1"), baskets(SOME, INDEX), INDEX).isna().all()


def test_rates_need_revenue_of_known_margin_above_zero_however_little() -> None:
    # 5 and −5: nothing to divide by
    assert high_margin(mix(("a", "Tea", 0.0, 5.0, 1.0), ("a", "Nuts", 0.0, -5.0, -1.0))) is None
    # half a coin: Tea 0.2 of 0.25, Nuts 0.05 of 0.25, together a half
    assert high_margin(mix(("a", "Tea", 0.0, 0.25, 0.2), ("a", "Nuts", 0.0, 0.25, 0.05))) == {"Tea"}
