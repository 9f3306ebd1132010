"""The company's models of chances in the slices of units with few clients: made once, of parameters and counts alone."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from portfolio_review.calendar import Month
from portfolio_review.metrics import chances, company_models, two_clocks
from portfolio_review.metrics.purchase_history import PurchaseHistory
from portfolio_review.metrics.two_clocks import Fits
from portfolio_review.slices import Slice

Cut = Callable[..., Slice]
START = dt.date(2022, 1, 1)


def sales(clients: dict[str, int], seed: int = 3) -> str:
    """Random purchases of so many clients of each unit up to June 2024."""
    dice, lines = random.Random(seed), ["client_id,date,revenue,unit"]
    for unit, count in clients.items():
        for number in range(count):
            day, every = START + dt.timedelta(days=dice.randrange(600)), dice.choice([12, 30, 70])
            while day < dt.date(2024, 7, 1) and dice.random() > 0.03:
                lines.append(f"{unit}{number:02d},{day},{dice.randrange(10, 99)},{unit}")
                day += dt.timedelta(days=max(1, round(dice.expovariate(1 / every))))
    return "\n".join(lines) + "\n"


def fitted(made: Slice) -> chances.Chances:
    seen = chances.Seen(made.monthly, made.as_of, made.clients, made.series, made.company_models)
    return chances.fit(seen, made.when, made.review.risk)


def test_a_unit_with_few_clients_takes_the_models_of_the_whole(cut: Cut) -> None:
    text = sales({"large": 60, "small": 12})
    small, whole = cut(text, "2024-06", "small"), cut(text, "2024-06", "all")
    history = PurchaseHistory.of(whole.monthly, whole.clients, Month.of(whole.history_start))
    fits, now = Fits(history), Month(2024 * 12 + 5)
    for key in ((now, 3), (now, 12), (now - 3, 3), (now - 3, 12), (now - 12, 3)):
        assert small.company_models[key].rhythm == fits.two_clocks(*key).rhythm
        assert small.company_models[key].blend == fits.two_clocks(*key).blend
    of_unit, of_all = fitted(small), fitted(whole)
    assert two_clocks.OF_COMPANY in (of_unit.reason or "")
    assert of_all.reason is None
    # a client of this unit alone has the same history in both: the same model gives the same chance
    both = of_unit.by_client.join(of_all.by_client, suffixes=("", "_all"))
    assert both["p_next"].tolist() == both["p_next_all"].tolist()
    assert both["p12"].tolist() == both["p12_all"].tolist()


def test_a_unit_with_clients_enough_takes_its_own(cut: Cut) -> None:
    text = sales({"large": 60, "small": 12})
    large = cut(text, "2024-06", "large")
    assert (Month(2024 * 12 + 5), 3) not in large.company_models
    assert fitted(large).reason is None


def test_no_client_of_another_unit_travels(cut: Cut) -> None:
    small = cut(sales({"large": 60, "small": 12}), "2024-06", "small")
    for name in ("company", "company_chain"):
        assert not small.frames[name].astype(str).stack().str.contains("large").any()
    # the same purchase days of others under other ids are the same slice
    other = cut(sales({"large": 60, "small": 12}).replace("large", "other"), "2024-06", "small")
    pd.testing.assert_frame_equal(other.frames["company"], small.frames["company"])


def test_there_and_back(cut: Cut) -> None:
    assert not cut(sales({"large": 60, "small": 12}), "2024-06", "all").company_models
    made = cut(sales({"large": 60, "small": 12}), "2024-06", "small").company_models
    assert made
    frames = company_models.to_frames(made)
    back = company_models.from_frames(*frames)
    for one, other in zip(company_models.to_frames(back), frames, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert any(model.chain for model in made.values())
    for key, model in made.items():
        one, other = model.chain, back[key].chain
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert np.array_equal(one.chance, other.chance)


@pytest.mark.parametrize("model", ["auto", "chain", "bg_nbd"])
def test_every_model_of_a_small_unit_is_computed(cut: Cut, model: str) -> None:
    made = cut(sales({"large": 60, "small": 12}), "2024-06", "small", settings=f"risk: {{model: {model}}}")
    found = fitted(made)
    assert found.model is not None
    assert found.by_client["p_next"].between(0, 1).all()
    assert made.frames["company"].empty == (model == "bg_nbd")
