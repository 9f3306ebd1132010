"""What the risk page says of how good the chances were, from figures that are given here."""

from __future__ import annotations

import html as entities
import re
from dataclasses import replace

import made_results
import pytest

from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure, undefined
from portfolio_review.rendering.pages.backtest import sentences
from portfolio_review.rendering.report import Report

TENTHS = [
    # tenth, clients, expected, actual, chance, share, low, high
    (1, 371, 7.4, 12, 0.02, 0.032, 0.02, 0.06), (3, 19, 4.9, 5, 0.26, 0.26, 0.1, 0.5),
    (8, 312, 245.0, 253, 0.785, 0.81, 0.76, 0.85), (9, 40, 34.0, 36, 0.85, 0.9, 0.8, 0.96),
]  # fmt: skip


def said(language: str = "en", tenths: list[tuple[float, ...]] = TENTHS, ends: float = 15.0, **figures: Figure) -> str:
    """The sentences, of two clocks unless a figure says otherwise."""
    results = made_results.results(language)
    values = {
        "model": Figure(value="two_clocks"), "backtest_model": Figure(value="two_clocks"),
        "weight_silence": Figure(value=0.26), "weight_rhythm": Figure(value=0.6), "seasonal": Figure(value="no_season"),
        **figures,
    }  # fmt: skip
    known = {f"risk.{name}": made_results.figure(f"risk.{name}", value) for name, value in values.items()}
    tables = {
        **results.tables, "risk.calibration": made_results.table("risk.calibration", tenths),
        "risk.fit": made_results.table("risk.fit", [("b2", 0.6, 0.2), ("month_ends", ends, 9.0)]),
    }  # fmt: skip
    report = Report(
        replace(results, figures={**results.figures, **known}, tables=tables),
        Wording.of(results.review), made_results.CONTEXT,
    )  # fmt: skip
    return entities.unescape(re.sub(r"<[^>]+>", "", str(sentences(report)))).replace("\u00a0", " ")


def test_which_clock_counts_more() -> None:
    assert "Here the own rhythm counts most (0.6 against 0.3)." in said()
    assert "Here silence counts most (1.1 against 0.1)." in said(
        weight_silence=Figure(value=1.08), weight_rhythm=Figure(value=0.13)
    )
    assert "Here both count (silence 0.4, rhythm 0.6)." in said(weight_silence=Figure(value=0.4))


def test_what_the_weights_were_learned_from() -> None:
    assert "How much each counts is learned from the ends of the last 15 months." in said()
    assert "learned from" not in said(ends=0.0)
    assert "Вес каждых выучен по концам месяцев (15 месяцев)." in said("ru")


def test_the_model_of_the_company_is_named() -> None:
    reason = "8 clients bought on two days, needs 30; by the model of the whole company"
    assert "Here: clients that bought on two days: 8, needs 30; by the model of the whole company." in said(
        model=Figure(value="two_clocks", reason=reason)
    )


def test_without_weights_the_reason_stands() -> None:
    reason = "history starts 2022-01, needs 2021-12; by the client's own rhythm alone"
    nothing = undefined(reason)
    text = said(model=Figure(value="two_clocks", reason=reason), weight_silence=nothing, weight_rhythm=nothing)
    assert "by the client's own rhythm alone" in text
    assert "counts most" not in text


@pytest.mark.parametrize("model", ["chain", "bg_nbd"])
def test_another_model_has_no_clocks(model: str) -> None:
    assert "Two clocks look" not in said(model=Figure(value=model))


def test_how_far_chances_held() -> None:
    # of the lower and the upper half the tenth with most clients, chances in steps of 5 %, half up
    text = said()
    assert "Of 371 clients given under 5%, 12 bought. Of 312 clients given about 80%, 253 bought." in text
    # fewer than 20 clients are no sentence
    assert "given" not in said(tenths=TENTHS[1:2])
    assert "Клиентам (312) давали около 80 %, купили 253." in said("ru")


def test_a_season_not_shown_twice() -> None:
    assert "Seasonal" not in said()
    assert said(seasonal=Figure(value="seasonal")).endswith("Seasonal: read with last year's same months.")


def test_a_model_that_lost_orders_nothing() -> None:
    lost = said(backtest_verdict=Figure(value="loses_to_last_share"), backtest_brier=Figure(value=0.3))
    assert "no client's chance is printed, and nothing is ordered by it." in lost
