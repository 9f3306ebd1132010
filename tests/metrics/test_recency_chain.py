"""The recency chain by hand, against counting month by month, and what must hold for any portfolio."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_review.calendar import Month
from portfolio_review.metrics import recency_chain
from portfolio_review.metrics.purchase_history import PurchaseHistory
from portfolio_review.metrics.recency_chain import Chain

JANUARY = 2021 * 12


def monthly(**clients: list[int]) -> pd.DataFrame:
    """Months with a purchase by client, 0 = January 2021."""
    rows = [(client, JANUARY + month, 1, 1, 0.0) for client, months in clients.items() for month in months]
    return pd.DataFrame(rows, columns=["client_id", "month", "purchase_days", "last_day", "log_gaps"])


def history(rows: pd.DataFrame) -> PurchaseHistory:
    bought = rows[rows["purchase_days"] > 0].groupby("client_id")["month"].min()
    first = pd.to_datetime({"year": bought // 12, "month": bought % 12 + 1, "day": 1})
    clients = first.rename("first_purchase").rename_axis("client_id").reset_index()
    return PurchaseHistory.of(rows, clients, Month(JANUARY))


def learn(rows: pd.DataFrame, asked: Month, horizon: int) -> Chain | None:
    return recency_chain.learn(history(rows), asked, horizon)


def test_by_hand() -> None:
    # asked at the end of month 5 with a horizon of 2: known month ends are 0 to 3
    #   a buys in 0, 3, 5: month end 0 silent 0, next in 3 > 0 + 2: no; 1 silent 1: 3 ≤ 3 yes; 2 silent 2: yes;
    #     3 silent 0: 5 ≤ 5 yes
    #   b buys in 1: 1 silent 0: no; 2 silent 1: no; 3 silent 2: no
    #   c buys in 4: none of its month ends is known yet
    found = learn(monthly(a=[0, 3, 5], b=[1], c=[4]), Month(JANUARY + 5), 2)
    assert found is not None
    assert found.cases.tolist() == [3, 2, 2]
    assert found.bought.tolist() == [1, 1, 1]
    # seven cases in all are fewer than ten: one share for every silence
    assert found.chance.tolist() == [3 / 7] * 3
    assert found.table().columns.tolist() == ["silence", "cases", "bought", "share", "chance"]
    assert found.table()["share"].tolist() == pytest.approx([1 / 3, 1 / 2, 1 / 2])


def test_purchases_after_the_day_asked_are_not_known() -> None:
    early = monthly(a=[0, 2, 3], b=[0, 4])
    late = monthly(a=[0, 2, 3, 7, 8], b=[0, 4, 9], c=[7])
    one, other = (learn(rows, Month(JANUARY + 5), 1) for rows in (early, late))
    assert one is not None
    assert other is not None
    assert one.table().equals(other.table())


def test_a_month_with_returns_only_is_silent() -> None:
    rows = monthly(a=[0, 2])
    rows.loc[1, "purchase_days"] = 0
    assert history(rows).at(Month(JANUARY + 3)).silence.tolist() == [3]


def test_a_chance_is_never_sure() -> None:
    sure = Chain(3, np.array([]), np.array([]), np.array([1.0, 0.0]))
    assert sure.of(np.array([0, 1])).tolist() == [0.997, 0.003]


def test_no_month_end_with_a_known_outcome() -> None:
    assert learn(monthly(a=[4, 5]), Month(JANUARY + 5), 3) is None


def test_long_silences_with_few_cases_are_pooled_with_shorter_ones() -> None:
    chances = Chain(
        3, np.array([]), np.array([]), recency_chain.pooled(np.array([40, 20, 6, 5, 4]), np.array([30, 10, 3, 0, 1]))
    )
    # from the longest on: 4 + 5 + 6 = 15 cases, 4 bought; 20: 10; 40: 30
    assert chances.chance.tolist() == pytest.approx([0.75, 0.5, 4 / 15, 4 / 15, 4 / 15])
    # beyond the longest seen silence, its chance
    assert chances.of(np.array([0, 4, 30])).tolist() == pytest.approx([0.75, 4 / 15, 4 / 15])


def test_a_share_that_rises_with_the_silence_is_pooled() -> None:
    # 10 of 40, then 15 of 20: together 25 of 60
    assert recency_chain.pooled(np.array([40, 20]), np.array([10, 15])).tolist() == pytest.approx([25 / 60] * 2)


def test_the_shortest_silence_with_few_cases_goes_with_the_next() -> None:
    assert recency_chain.pooled(np.array([8, 7, 6]), np.array([6, 2, 2])).tolist() == pytest.approx([10 / 21] * 3)


portfolios = st.dictionaries(
    st.integers(0, 30).map(lambda number: f"c{number:02d}"),
    st.sets(st.integers(0, 35), min_size=1, max_size=20).map(sorted),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(portfolios, st.integers(1, 6))
def test_equals_counting_month_by_month(clients: dict[str, list[int]], horizon: int) -> None:
    found = learn(monthly(**clients), Month(JANUARY + 35), horizon)
    cases: Counter[int] = Counter()
    bought: Counter[int] = Counter()
    for months in clients.values():
        for end in range(36 - horizon):
            past = [month for month in months if month <= end]
            if past:
                silence = end - past[-1]
                cases[silence] += 1
                bought[silence] += any(end < month <= end + horizon for month in months)
    if not cases:
        assert found is None
        return
    assert found is not None
    assert found.cases.tolist() == [cases[silence] for silence in range(max(cases) + 1)]
    assert found.bought.tolist() == [bought[silence] for silence in range(max(cases) + 1)]
    assert np.all((found.chance >= 0) & (found.chance <= 1))
    # falls with silence, and keeps the number that bought
    assert np.all(np.diff(found.chance) <= 1e-12)
    assert (found.chance * found.cases).sum() == pytest.approx(found.bought.sum())
