"""The verdict: period against target first, then the window with what made it, of either sign, in both languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import made
import pytest
from babel.messages.extract import extract_from_file

from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure
from portfolio_review.findings import verdict
from portfolio_review.findings.wording import sentences
from portfolio_review.results.contract import ReviewHead
from portfolio_review.results.finding import verdict_from_plain, verdict_to_plain
from portfolio_review.results.seen import Seen

HEAD = made.HEAD
STEPS: dict[str, float | None] = {"churn": -50_000.0, "gone_quiet": -20_000.0, "contraction": -30_000.0, "expansion": 40_000.0, "new": 80_000.0,
             "returned": 12_000.0}  # fmt: skip
"""Existing −60,000, new and returning +92,000: +32,000 on 1,000,000."""


def target(reached: float, value: float, level: str | None = None) -> tuple[str, Any]:
    row = {"figure": "headline.revenue", "reached": reached, "target": value, "level": level}
    return "headline.targets", made.table("headline.targets", row)


def seen(
    now: float = 90_000.0,
    *tables: tuple[str, Any],
    before: float | None = 100_000.0,
    window: tuple[float | None, float | None] = (1_032_000.0, 1_000_000.0),
    steps: dict[str, float | None] | None = None,
    head: ReviewHead = HEAD,
    largest: tuple[dict[str, Any], ...] = (),
    **more: Figure,
) -> Seen:
    known = STEPS | (steps or {})
    figures = {
        "headline.revenue": made.figure(
            now, previous_year=before, window=window[0], window_previous=window[1]
        ),
        "headline.clients": made.figure(21),
        "structure.revenue": made.figure(window[0] or 0.0, previous_year=window[1]),
        **{
            f"bridge.{step}": Figure(value=amount) if amount is not None else Figure(value=None, reason="no W0")
            for step, amount in known.items()
        },
        **{id.replace("__", "."): figure for id, figure in more.items()},
    }  # fmt: skip
    return made.seen(figures, *tables, ("bridge.largest", made.table("bridge.largest", *largest)), head=head)


def said(given: Seen, language: str = "en") -> str:
    found = verdict.of(replace(given, head=replace(given.head, language=language)))
    assert found is not None
    return found.text.replace(NBSP, " ")


def test_the_period_against_its_target_then_the_window_with_what_made_it() -> None:
    assert said(seen(90_000.0, target(90_000.0, 100_000.0, "critical"))) == (
        "Revenue of October 2026 is €90.0k, 10.0% below its target of €100k (critical). "
        "But over the last 12 months revenue rose 3.2% to €1.03m: existing clients bought €60.0k less; "
        "new and returning ones added €92.0k."
    )
    assert said(seen(90_000.0, target(90_000.0, 100_000.0, "critical")), "ru") == (
        "Выручка за октябрь 2026 г.: 90,0 тыс. €, на 10,0 % ниже плана 100 тыс. € (критично). "
        "Но за последние 12 мес. выручка выросла на 3,2 % до 1,03 млн €: действующие клиенты купили на 60,0 тыс. € "
        "меньше; новые и вернувшиеся добавили 92,0 тыс. €."
    )


@pytest.mark.parametrize(("reached", "level", "words"), [
    (130_000.0, "optimal", "€130k, 30.0% above its target of €100k (optimal). Over the last"),
    (97_000.0, "watch", "€97.0k, 3.0% below its target of €100k (watch). But over"),
    (97_000.0, None, "€97.0k, 3.0% below its target of €100k. But over"),
    (100_000.0, "optimal", "€100k, as much as its target of €100k (optimal). Over"),
    (100_020.0, None, "€100k, as much as its target of €100k. Over"),
    (-5_000.0, "critical", "−€5.00k, against a target of €100k (critical). But over"),
    (0.0, "critical", "€0, 100.0% below its target of €100k (critical). But over"),
    (400_000.0, "optimal", "€400k, against a target of €100k (optimal). Over"),
])  # fmt: skip
def test_the_word_of_the_level_stands_beside_the_target(reached: float, level: str | None, words: str) -> None:
    assert words in said(seen(reached, target(reached, 100_000.0, level)))


@pytest.mark.parametrize(("now", "before", "words"), [
    (90_000.0, 100_000.0, "is €90.0k, −10.0% on a year before. But over"),
    (120_000.0, 100_000.0, "is €120k, +20.0% on a year before. Over"),
    (100_000.0, 100_000.0, "is €100k, unchanged on a year before. Over"),
    (100_000.0, 0.0, "is €100k, against €0 a year before. Over"),
    (100_000.0, -3_000.0, "is €100k, against −€3.00k a year before. Over"),
    (-100_000.0, 3_000.0, "is −€100k, against €3.00k a year before. But over"),
    (100_000.0, None, "is €100k from 21 clients; there is no year before to compare with. Over"),
    (340_000.0, 100_000.0, "is €340k, ×3.4 on a year before. Over"),
])  # fmt: skip
def test_without_a_target_it_is_against_the_year_before(now: float, before: float | None, words: str) -> None:
    assert words in said(seen(now, before=before))


@pytest.mark.parametrize(("window", "words"), [
    ((1_000_000.0, 1_000_000.0), "revenue is unchanged at €1.00m: existing"),
    ((968_000.0, 1_000_000.0), "Over the last 12 months revenue fell 3.2% to €968k: existing"),
    ((-10_000.0, 1_000_000.0), "revenue came to −€10.0k, from €1.00m: existing"),
    ((10_000.0, -1_000.0), "revenue came to €10.0k, from −€1.00k: existing"),
    ((0.0, 0.0), "revenue is unchanged at €0: existing"),
])  # fmt: skip
def test_the_window_may_rise_fall_or_stand(window: tuple[float, float], words: str) -> None:
    assert words in said(seen(window=window))


def test_without_a_window_before_there_is_one_sentence() -> None:
    assert said(seen(window=(1_000_000.0, None))) == "Revenue of October 2026 is €90.0k, −10.0% on a year before."


@pytest.mark.parametrize(("steps", "words"), [
    ({"expansion": 200_000.0}, ": existing clients bought €100k more; new and"),
    ({"expansion": 100_000.0}, ": existing clients bought as much as before; new and"),
    ({"returned": 0.0}, "less; new ones added €80.0k."),
    ({"returned": None}, "less; new ones added €80.0k."),
    ({"returned": 0.0, "new": 0.0}, "existing clients bought €60.0k less."),
    ({"new": -100_000.0}, "less; new and returning ones: −€88.0k."),
    ({"churn": None}, "to €1.03m."),
])  # fmt: skip
def test_who_made_it(steps: dict[str, float | None], words: str) -> None:
    assert words in said(seen(steps=steps))


def test_what_existing_clients_made_within_noise_is_said_to_be() -> None:
    # Findings: where an interval covers "no change", the sentence says so
    noise = Figure(value=0.94, interval=(0.86, 1.03))
    given = seen(retention__net_revenue_retention=noise)
    assert ": existing clients bought €60.0k less, within chance; new" in said(given)
    sure = seen(retention__net_revenue_retention=replace(noise, interval=(0.90, 0.99)))
    assert "within chance" not in said(sure)


def test_the_largest_single_client_of_a_quarter_of_the_change_is_named() -> None:
    def named(amount: float, step: str = "expansion") -> str:
        rows = (
            made.client(1, step=step, rank=1, amount=amount),
            made.client(2, step="churn", rank=1, amount=-50_000.0),
        )
        return said(seen(largest=rows))

    assert named(8_000.0).endswith("; Client 1 alone: +€8.00k.")  # of 32,000
    assert "alone" not in named(7_999.0)
    assert "alone" not in named(8_000.0, "end")
    unchanged = seen(window=(1_000_000.0, 1_000_000.0), largest=(made.client(1, step="new", rank=1, amount=9e5),))
    assert "alone" not in said(unchanged)
    fell = seen(window=(968_000.0, 1_000_000.0), largest=(made.client(2, step="churn", rank=1, amount=-50_000.0),))
    assert said(fell).endswith("; Client 2 alone: −€50.0k.")


def margins(now: float, before: float, rate: float, rate_before: float) -> dict[str, Figure]:
    return {
        "headline__margin": made.figure(1.0, window=now, window_previous=before),
        "headline__margin_rate": made.figure(0.1, window=rate, window_previous=rate_before),
    }


@pytest.mark.parametrize(("now", "before", "rate", "rate_before", "words"), [
    (290_000.0, 300_000.0, 0.281, 0.30, "; margin −3.3% to €290k, its rate −1.9 pp to 28.1%."),
    (306_000.0, 300_000.0, 0.2965, 0.30, None),
    (310_000.0, 300_000.0, 0.29, 0.30, "; margin +3.3% to €310k, its rate −1.0 pp to 29.0%."),
    (-9_000.0, 300_000.0, -0.01, 0.30, "; margin came to −€9.00k, from €300k, its rate −31.0 pp to −1.0%."),
])  # fmt: skip
def test_margin_joins_when_it_moves_otherwise(
    now: float, before: float, rate: float, rate_before: float, words: str | None
) -> None:
    told = said(seen(**margins(now, before, rate, rate_before)))
    assert told.endswith(words) if words else "margin" not in told


def test_in_a_window_under_a_year_it_is_against_the_same_months() -> None:
    half = replace(HEAD, window_months=6, w1=("2026-05-01", "2026-10-31"), w0=("2025-11-01", "2026-04-30"))
    assert said(seen(head=half)).endswith(
        "But over the last 6 months revenue rose 3.2% to €1.03m on the same months a year earlier."
    )
    one = replace(half, window_months=1, w1=("2026-10-01", "2026-10-31"))
    assert "last month" in said(seen(120_000.0, target(120_000.0, 1e5), head=one))
    assert "1 month" not in said(seen(head=one))


def test_of_a_partial_period_equal_days_count_and_it_says_so() -> None:
    flash = replace(made.flash(seen()).head, w1=("2025-10-01", "2026-09-30"))
    assert said(seen(head=flash)).startswith(
        "Revenue of October 2026 up to 9 October 2026 is €90.0k, −10.0% on the same days a year before. "
        "But over 12 months to September 2026 revenue rose 3.2%"
    )
    assert "up to 9 October 2026 is €90.0k, 10.0% below its target of €100k for these days (watch)." in said(
        seen(90_000.0, target(90_000.0, 100_000.0, "watch"), head=flash)
    )


def test_a_period_that_is_its_own_window_is_told_once() -> None:
    year = replace(HEAD, period="2026", start="2025-11-01")
    told = said(seen(1_032_000.0, before=1_000_000.0, head=year))
    assert told == (
        "Revenue of 2026 is €1.03m, +3.2% on a year before. Existing clients bought €60.0k less; "
        "new and returning ones added €92.0k."
    )


def test_nothing_recorded_gives_no_verdict() -> None:
    assert verdict.of(made.seen({})) is None


def scenarios() -> Iterator[Seen]:
    amounts = (-40_000.0, 0.0, 90_000.0, 100_000.0, 250_000.0, 3e6)
    flash = replace(made.flash(seen()).head, w1=("2025-10-01", "2026-09-30"))
    short = replace(HEAD, window_months=1, w1=("2026-10-02", "2026-10-31"))
    noise = {"retention__net_revenue_retention": Figure(value=0.94, interval=(0.86, 1.03))}
    for now, base in itertools.product(amounts, (-1.0, 0.0, 100_000.0, None)):
        for head in (HEAD, flash, short):
            for window in ((1e6 + now, 1e6), (1e6 - now, 1e6), (now, -5.0), (now, None)):
                yield seen(now, before=base, window=window, head=head)
                if base is not None:
                    yield seen(now, target(now, base, "watch"), window=window, head=head, **noise)
    for step, amount in itertools.product(STEPS, (-1e5, 0.0, 2e5, None)):
        yield seen(steps={step: amount}, largest=(made.client(1, step=step, rank=1, amount=amount or 1e5),))
    yield seen(steps={"expansion": 100_000.0})
    for now in (-1e5, 2e5):
        yield seen(**margins(now, 1e5, now / 1e6, 0.1))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_is_at_most_two_sentences_and_typeset(language: str) -> None:
    for given in scenarios():
        text = said(given, language)
        assert 1 <= len(re.findall(r"\.(?= [A-ZА-Я]|$)", text.replace(" г. ", " ").replace("мес. ", " "))) <= 2, text
        assert text[0].isupper(), text
        for odd in (
            "%(",
            "  ",
            "None",
            "nan",
            " ,",
            " ;",
            "..",
            "1 months",
            "last 1 m",
            "1 мес.",
            "less −",
            "added −",
            "rose −",
        ):
            assert odd not in text, text
        if language == "ru":
            assert not re.search(r"[A-Za-z]{3,}", text.replace("Client", "")), text


def test_every_message_is_said() -> None:
    found = [verdict.of(given) for given in scenarios()]
    told = {clause.message for one in found if one for part in one.sentences for clause in part}
    source = Path(verdict.__file__)
    messages = {message for _, message, *_ in extract_from_file("python", source, keywords={"say": None})}
    assert messages - told == set()


def test_it_comes_back_from_plain_values_and_is_said_in_the_other_language() -> None:
    for given in scenarios():
        found = verdict.of(given)
        assert found is not None
        plain = verdict_to_plain(found)
        assert verdict_to_plain(verdict_from_plain(plain)) == plain
        assert sentences(verdict_from_plain(plain).sentences, Wording("en", "EUR")) == found.text


def test_but_stands_where_the_signs_differ_and_nowhere_else() -> None:
    for way, window_way in itertools.product((-1, 0, 1), repeat=2):
        given = seen(100_000.0 + way * 10_000.0, window=(1e6 + window_way * 1e5, 1e6))
        assert ("But over" in said(given)) == (way * window_way < 0)


def test_its_figures_are_recorded_ones() -> None:
    found = verdict.of(seen(90_000.0, target(90_000.0, 1e5), **margins(1.0, 9e5, 0.1, 0.3)))
    assert found is not None
    assert found.evidence[:2] == ("headline.revenue", "headline.targets")
    assert {"headline.margin", "headline.margin_rate", "bridge.churn", "bridge.new"} <= set(found.evidence)
