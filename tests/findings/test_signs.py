"""No amount loses its sign in a sentence, and no sentence says something odd of an amount below, at or above zero."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache

import made
import pytest

from portfolio_review import findings
from portfolio_review.catalog import CATALOG
from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings.wording import text
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Seen

FACTORS = (-1.0, 0.0, 40.0)
LOSSES = {
    ("%(n)s client of the %(span)s before has bought nothing since: a loss of %(money)s (%(share)s of revenue then)",
     "money"),
    ("%(n)s client has gone quiet and bought %(money)s less", "money"),
    ("; %(n)s more has gone quiet and bought %(money)s less", "money"),
    ("Clients that go on buying bought %(money)s less than in the %(span)s before", "money"),
    *(
        (f"{start}{what} took %(money)s", "money")
        for start, whats in (
            ("", ("Fewer clients", "Lower order value", "Fewer orders per client")),
            (", ", ("fewer clients", "lower order value", "fewer orders per client")),
        )
        for what in whats
    ),
    ("%(client)s bought %(difference)s less than in the %(span)s before", "difference"),
    ("; %(client)s explains %(money)s of it", "money"),
    (", against %(before)s a year before", "before"),
}  # fmt: skip
"""Amounts whose direction the words tell: printed without a minus though less than zero was recorded."""
RATES = {"rate", "low", "high", "before", "reached"}
"""Net revenue retention and its interval can be negative; shares of a whole cannot."""
ODD = {
    "en": re.compile(
        r"(a loss of|less|more|owed by|explains|holds?|fell by|could buy) −|(brings?|brought) −(?!.*a year)"
    ),
    "ru": re.compile(r"\b(на|из них|потери:|Снижение|Прирост) −"),
}


def varied() -> Iterator[tuple[str, Seen]]:
    """Every figure and every column of money alone, and everything of W1 together, times each factor."""
    for way in (-1, 1):
        base = made.whole(2, way)
        signed = {id: figure for id, figure in base.figures.items() if CATALOG[id].unit == "money" or "net_" in id}
        names = [*signed, *(f"{id}@previous_year" for id, figure in signed.items() if figure.previous_year is not None)]
        names += [f"{id}.{name}" for id, frame in base.tables.items() for name in frame if made.is_money(id, name)]
        for factor in FACTORS:
            yield f"W1 × {factor}, way {way}", made.turned(factor, 2, way)
            for name in names:
                yield f"{name} × {factor}, way {way}", made.varied(base, {name: factor})


@cache
def told() -> tuple[tuple[str, frozenset[float], Finding], ...]:
    """(scenario, the amounts recorded in it, finding)."""
    found = []
    for scenario, seen in varied():
        recorded = amounts(seen)
        found += [(scenario, recorded, finding) for finding in findings.tell(seen, *findings.SECTIONS)]
    return tuple(found)


def amounts(seen: Seen) -> frozenset[float]:
    """Every amount of money that was recorded, with its sign."""
    found = {
        part for id, figure in seen.figures.items() if CATALOG[id].unit == "money"
        for part in (figure.value, figure.previous_year)
    }  # fmt: skip
    for id, frame in seen.tables.items():
        for name in frame:
            if made.is_money(id, name):
                found |= set(frame[name])
    return frozenset(round(float(value), 6) for value in found if isinstance(value, int | float))


def values(finding: Finding, *kinds: str) -> Iterator[tuple[Clause, str, float]]:
    for clause in finding.clauses:
        for name, value in clause.values.items():
            if value.kind in kinds:
                yield clause, name, float(value.value)


def test_an_amount_keeps_its_sign() -> None:
    flipped = set()
    for scenario, recorded, finding in told():
        for clause, name, value in values(finding, "money"):
            amount = round(value, 6)
            if amount and amount not in recorded and -amount in recorded:
                flipped.add((clause.message, name))
                assert (clause.message, name) in LOSSES, f"{scenario}: {finding.text}"
    assert flipped


def test_words_that_tell_a_direction_stand_with_amounts_of_it() -> None:
    for scenario, _, finding in told():
        for clause, name, value in values(finding, "money"):
            if (clause.message, name) in LOSSES and "a year before" not in clause.message:
                assert value > 0, f"{scenario}: {finding.text}"


def test_changes_in_per_cent_keep_their_bounds() -> None:
    """Base above zero, result not below it, at most +200 %; beyond that a multiple up to 20-fold."""
    said = 0
    for scenario, _, finding in told():
        for _, _, value in values(finding, "change"):
            said += 1
            assert -1 <= value <= 19, f"{scenario}: {finding.text}"
        for number in re.findall(r"[+−]([\d,.]+)%", finding.text):
            assert float(number.replace(",", "")) <= 200, f"{scenario}: {finding.text}"
    assert said


def test_shares_are_not_negative() -> None:
    for scenario, _, finding in told():
        for clause, name, value in values(finding, "percent"):
            if name not in RATES or not any(of in finding.id for of in ("retention", "margin")):
                assert value >= 0, f"{scenario}: {clause.message}: {finding.text}"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_sentence_is_odd(language: str) -> None:
    wording = Wording(language, "EUR")  # type: ignore[arg-type]
    for scenario, _, finding in told():
        said = text(finding, wording)
        assert not ODD[language].search(said), f"{scenario}: {said}"
        for clause, _, value in values(finding, "money"):
            if value < 0:
                assert "−" in said, f"{scenario}: {clause.message}"


def test_a_month_of_refunds_is_negative_in_words() -> None:
    figures = {"headline.revenue": made.figure(-365_908.0, previous_year=1_000_000.0)}
    [finding] = findings.tell(made.seen(figures), "headline")
    assert finding.text == "Revenue of October\u00a02026 is −€366k, against €1.00m a year before (−€1.37m)."
    said = text(finding, Wording("ru", "EUR")).replace("\u00a0", " ")
    assert said == "Выручка за октябрь 2026 г.: −366 тыс. € против 1,00 млн € годом ранее (−1,37 млн €)."


def test_a_leap_is_a_multiple_and_a_wild_one_both_values() -> None:
    def said(now: float, before: float) -> str:
        figures = {"headline.revenue": made.figure(now, previous_year=before)}
        [finding] = findings.tell(made.seen(figures), "headline")
        return finding.text.partition(" is ")[2]

    assert said(300_000, 100_000) == "€300k, +200.0% on a year before (+€200k)."
    assert said(340_000, 100_000) == "€340k, ×3.4 on a year before (+€240k)."
    assert said(2_000_000, 100_000) == "€2.00m, ×20.0 on a year before (+€1.90m)."
    assert said(2_100_000, 100_000) == "€2.10m, against €100k a year before (+€2.00m)."
    assert said(100_000, 0.0) == "€100k, against €0 a year before (+€100k)."
    assert said(100_000, -50_000.0) == "€100k, against −€50.0k a year before (+€150k)."
    assert said(0.0, 50_000.0) == "€0, −100.0% on a year before (−€50.0k)."


def test_no_scenario_is_without_a_word() -> None:
    assert math.log10(len(told())) > 3
