"""The backtest by hand, and what it says of a model that is worth nothing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outlooks import random_purchases, seen_of, windows

from portfolio_review.metrics import backtest, chances
from portfolio_review.metrics.backtest import Backtest
from portfolio_review.metrics.intervals import wilson
from portfolio_review.review.model import Risk

START, END = dt.date(2019, 1, 1), dt.date(2021, 12, 31)
WHEN = windows("2021-12", START)
CHAIN = Risk(model="chain")


def made(p: list[float], bought: list[bool], last_share: float | None = 0.5) -> Backtest:
    outcome = pd.DataFrame({"p_next": p, "bought": bought}, index=[f"c{n}" for n in range(len(p))])
    return Backtest(outcome, outcome["p_next"] * 0, "chain", None, last_share, None if last_share else "no history")


def test_scores_by_hand() -> None:
    found = backtest.figures(made([0.9, 0.6, 0.2, 0.1], [True, False, False, True]))
    value = {id.removeprefix("risk.backtest_"): figure.value for id, figure in found.items()}
    assert value["clients"] == 4
    assert value["expected"] == pytest.approx(1.8)
    assert value["actual"] == 2
    # (0.01 + 0.36 + 0.04 + 0.81) / 4; with one half for each: 0.25; with zero for each: 2 of 4
    assert value["brier"] == pytest.approx(0.305)
    assert value["brier_last_share"] == pytest.approx(0.25)
    assert value["brier_chain"] == pytest.approx(0.5)
    assert value["verdict"] == "loses_to_last_share"


def test_a_model_that_knows() -> None:
    found = backtest.figures(made([0.9, 0.1], [True, False]))
    assert found["risk.backtest_verdict"].value == "beats_last_share"


def test_a_draw_is_no_gain() -> None:
    found = backtest.figures(made([0.5, 0.5], [True, False]))
    assert found["risk.backtest_verdict"].value == "loses_to_last_share"


def test_without_a_last_share_there_is_no_verdict() -> None:
    found = backtest.figures(made([0.5, 0.5], [True, False], None))
    assert found["risk.backtest_brier"].value == 0.25
    for name in ("last_share", "brier_last_share", "verdict"):
        assert found[f"risk.backtest_{name}"].reason == "no history"


def test_calibration_by_fifths() -> None:
    found = backtest.calibration(made([n / 10 for n in range(10)], [n >= 5 for n in range(10)]))
    assert found["fifth"].tolist() == [1, 2, 3, 4, 5]
    assert found["clients"].tolist() == [2] * 5
    assert found["expected"].tolist() == pytest.approx([0.1, 0.5, 0.9, 1.3, 1.7])
    assert found["actual"].tolist() == [0, 0, 1, 2, 2]
    assert found["chance"].tolist() == pytest.approx([0.05, 0.25, 0.45, 0.65, 0.85])
    assert found["share"].tolist() == [0, 0, 0.5, 1, 1]
    assert (found["low"][2], found["high"][2]) == pytest.approx(wilson(1, 2))


def test_equal_chances_share_a_fifth() -> None:
    found = backtest.calibration(made([0.1] * 7 + [0.9] * 3, [True] * 10))
    # the first of the equal ones stands at 0 of 10, that of 0.9 at 7 of 10
    assert found["fifth"].tolist() == [1, 4]
    assert found["clients"].tolist() == [7, 3]


def test_run_by_hand() -> None:
    # Jan to Dec 2021, horizon 3: as of the end of September, outcome October to December
    when = windows("2021-12", dt.date(2021, 1, 1))
    seen = seen_of(
        {
            "a": [dt.date(2021, month, 5) for month in range(1, 13)],
            "b": [dt.date(2021, 1, 5), dt.date(2021, 11, 5)],
            "c": [dt.date(2021, 2, 5)],
            "d": [dt.date(2021, 8, 5)],
            "e": [dt.date(2021, 11, 5)],
        },
        when,
    )
    used = chances.forecast(seen, when, CHAIN)
    found = backtest.run(seen, when, CHAIN, used)
    then = chances.forecast(seen, when.back(3), CHAIN)
    # e had not purchased by September
    assert found.outcome["bought"].to_dict() == {"a": True, "b": True, "c": False, "d": False}
    assert found.outcome["p_next"].to_dict() == then.by_client["p_next"].to_dict()
    assert found.by_chain.to_dict() == found.outcome["p_next"].to_dict()
    # last time: of a, b, c, known by June, a bought from July to September
    assert found.last_share == pytest.approx(1 / 3)
    assert backtest.figures(found)["risk.backtest_expected"].value == pytest.approx(then.by_client["p_next"].sum())


def test_the_same_model_is_tested() -> None:
    seen = seen_of(random_purchases(3, 80, START, END), WHEN)
    for model in ("bg_nbd", "chain"):
        settings = Risk.model_validate({"model": model})
        used = chances.forecast(seen, WHEN, settings)
        found = backtest.run(seen, WHEN, settings, used)
        assert found.model == used.model == model
        then = chances.forecast(seen, WHEN.back(3), settings)
        assert found.outcome["p_next"].equals(then.by_client["p_next"])
        assert np.isfinite(found.brier)


def test_a_short_history() -> None:
    start = dt.date(2021, 7, 1)
    when = windows("2021-12", start)
    seen = seen_of(random_purchases(24, 90, start, END), when)
    # of the end of June, which the last share and the chain need, nothing is known
    found = backtest.figures(backtest.run(seen, when, Risk(), chances.forecast(seen, when, Risk())))
    assert found["risk.backtest_model"].value == "bg_nbd"
    assert found["risk.backtest_brier"].value is not None
    assert found["risk.backtest_brier_chain"].reason == "the recency chain had no past month end to learn from"
    assert found["risk.backtest_verdict"].reason == "history starts 2021-07, needs 2021-06"


def test_no_backtest() -> None:
    when = windows("2021-12", dt.date(2021, 11, 1))
    seen = seen_of({f"c{n}": [dt.date(2021, 11, 1 + n % 20), dt.date(2021, 12, 1 + n % 20)] for n in range(9)}, when)
    for model, reason in (
        ("chain", "history starts 2021-11, needs 2021-09"),
        ("auto", "history starts 2021-11, needs 2021-09; 9 clients with repeat purchases, BG/NBD needs 30"),
    ):
        settings = Risk.model_validate({"model": model})
        found = backtest.run(seen, when, settings, chances.forecast(seen, when, settings))
        assert {figure.reason for figure in backtest.figures(found).values()} == {reason}
        assert backtest.calibration(found).empty
        assert list(backtest.calibration(found).columns) == [
            "fifth", "clients", "expected", "actual", "chance", "share", "low", "high"
        ]  # fmt: skip
