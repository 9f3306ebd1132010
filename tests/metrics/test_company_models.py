"""Models of the whole series for small units: which month ends are asked, and there and back through frames."""

from __future__ import annotations

import math

import numpy as np

from portfolio_review.calendar import Month
from portfolio_review.metrics import company_models
from portfolio_review.metrics.blend import Blend
from portfolio_review.metrics.recency_chain import Chain, pooled
from portfolio_review.metrics.rhythm import Rhythm
from portfolio_review.metrics.two_clocks import TwoClocks

NOW = Month(2021 * 12 + 11)


def test_month_ends_asked_of_a_quarter() -> None:
    found = company_models.asked(NOW, 3, 12, 2)
    # horizon 2: now, four backtest origins, a quarter and a year before; a year ahead: now, four origins, now − 2
    back = {horizon: sorted(NOW.index - month.index for month, of in found if of == horizon) for horizon in (2, 12)}
    assert back == {2: [0, 2, 3, 4, 6, 8, 12], 12: [0, 2, 12, 24, 36, 48]}
    assert found == sorted(set(found))
    # a window of 6 months looks at its own begin too
    assert (NOW - 6, 3) in company_models.asked(NOW, 1, 6, 3)
    assert (NOW - 7, 3) in company_models.asked(NOW, 1, 7, 3)


def test_there_and_back() -> None:
    cases, bought = np.array([10, 20, 30]), np.array([5, 4, 3])
    chain = Chain(3, cases, bought, pooled(cases, bought))
    whole = TwoClocks(NOW, 3, Rhythm(2, 0.5, 1.5, 0.25, 3.0, -10.0), chain, Blend(0.1, 0.2, 0.7), 24, None)
    bare = TwoClocks(NOW - 1, 12, Rhythm(1, 0.5, 1.5, 0.25, 3.0, -9.0), None, None, 0, "history too short")
    company, chains = company_models.to_frames({(NOW, 3): whole, (NOW - 1, 12): bare})
    assert company["month"].tolist() == [NOW.index - 1, NOW.index]
    assert math.isnan(company["b1"].iloc[0])
    assert chains[["month", "silence", "cases", "bought"]].to_numpy().tolist() == [
        [NOW.index, 0, 10, 5], [NOW.index, 1, 20, 4], [NOW.index, 2, 30, 3],
    ]  # fmt: skip
    again = company_models.from_frames(company, chains.iloc[::-1])
    assert set(again) == {(NOW, 3), (NOW - 1, 12)}
    one, other = again[NOW, 3], again[NOW - 1, 12]
    assert (one.rhythm, one.blend, one.month_ends, one.reason) == (whole.rhythm, whole.blend, 24, None)
    assert one.chain is not None
    assert one.chain.table().equals(chain.table())
    assert (other.rhythm, other.chain, other.blend, other.reason) == (bare.rhythm, None, None, "history too short")
    nothing = company_models.to_frames({})
    assert [len(frame) for frame in nothing] == [0, 0]
    assert company_models.from_frames(*nothing) == {}
