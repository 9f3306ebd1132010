"""Held-out clients: what the called brought more, with its interval."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from portfolio_review.calendar import Month, Period
from portfolio_review.metrics import holdout
from portfolio_review.metrics.holdout import CalledLists, Draw
from portfolio_review.metrics.windows import Windows

WHEN = Windows(Period.parse("2021-12"), 12, dt.date(2010, 1, 1), dt.date(2021, 12, 31))
SEPTEMBER = Month(2021 * 12 + 8)
TABLES = {"return": "actions.return", "develop": "actions.develop"}


def frames(listed: int, held: int) -> tuple[CalledLists, pd.DataFrame, pd.DataFrame]:
    """Called clients buy 30 or 50 in October, those held out 10 or 20; in September everybody bought 900."""
    states = ["listed"] * listed + ["held_out"] * held + ["cut"]
    ids = [f"c{n:03}" for n in range(len(states))]
    lists = pd.DataFrame({"client_id": ids, "list": "return", "state": states})
    money = [30.0 + 20 * (n % 2) if n < listed else 10.0 + 10 * (n % 2) for n in range(len(ids))]
    monthly = pd.concat(
        [pd.DataFrame({"client_id": ids, "month": 2021 * 12 + month, "revenue": amounts})
         for month, amounts in ((8, 900.0), (9, money))]
    )  # fmt: skip
    base = pd.DataFrame({"margin_rate1": 0.5}, index=pd.Index(ids))
    return CalledLists(lists, SEPTEMBER), base, monthly


def test_the_difference_of_the_means_in_value_with_a_bootstrap_interval() -> None:
    called, base, monthly = frames(40, 20)
    found = holdout.uplift(called, base, monthly, WHEN, TABLES, 0.2)
    # (30 + 50) / 2 − (10 + 20) / 2 = 25 of revenue, half of it value
    figure = found["actions.return.uplift"]
    assert figure.value == 12.5
    low, high = figure.interval or (0, 0)
    # standard error: 0.5 · √(10²/40 + 5²/20) = 0.97, so about ± 1.9
    assert (12.5 - low, high - 12.5) == (pytest.approx(1.9, abs=0.4), pytest.approx(1.9, abs=0.4))
    assert found["actions.develop.uplift"].reason == holdout.TOO_FEW


@pytest.mark.parametrize(("listed", "held"), [(19, 40), (40, 19)])
def test_below_twenty_a_side_there_are_too_few_to_tell(listed: int, held: int) -> None:
    called, base, monthly = frames(listed, held)
    assert holdout.uplift(called, base, monthly, WHEN, TABLES, 0.2)["actions.return.uplift"].reason == "too few to tell"


def test_a_client_that_is_not_known_any_more_brought_nothing() -> None:
    called, base, monthly = frames(20, 20)
    gone = base.drop(index=[f"c{n:03}" for n in range(10)])
    kept = monthly[monthly["client_id"].isin(gone.index)]
    figure = holdout.uplift(called, gone, kept, WHEN, TABLES, 0.2)["actions.return.uplift"]
    assert figure.value == 0.5 * (20 - 15)


def test_without_a_holdout_or_a_review_of_then_it_says_so() -> None:
    called, base, monthly = frames(20, 0)
    for earlier, share, reason in ((None, 0.0, holdout.NO_HOLDOUT), (None, 0.2, holdout.NO_LISTS_THEN),
                                   (called, 0.2, holdout.NO_LISTS_THEN)):  # fmt: skip
        found = holdout.uplift(earlier, base, monthly, WHEN, TABLES, share)
        assert {figure.reason for figure in found.values()} == {reason}


def test_about_the_share_asked_for_is_drawn_and_another_client_draws_for_itself() -> None:
    clients = pd.Index([f"c{n}" for n in range(4000)])
    held = Draw(0.2, "series", "2021-12").held_out(clients)
    assert held.mean() == pytest.approx(0.2, abs=0.02)
    assert (Draw(0.2, "series", "2021-12").held_out(clients[::-1]) == held[::-1]).all()
    # who is held out at a smaller share is at a larger one too
    assert (Draw(0.4, "series", "2021-12").held_out(clients) >= held).all()
    assert not Draw(0.0, "series", "2021-12").held_out(clients).any()
    assert np.array_equal(Draw(0.2, "other", "2021-12").held_out(clients), held) is False


def test_the_interval_is_of_95_per_cent() -> None:
    # 100 amounts of 30 or 50 and 100 of 10 or 20: a standard error of √(100 + 25) / 10, times 1.96 either side
    listed, held = np.repeat([30.0, 50.0], 50), np.repeat([10.0, 20.0], 50)
    found = holdout._difference(listed, held)
    assert found.interval is not None
    error = np.sqrt(125) / 10
    assert [(bound - 25) / error for bound in found.interval] == pytest.approx([-1.96, 1.96], abs=0.12)
