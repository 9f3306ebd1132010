"""Every sentence is grammatical in both languages for 0, 1, 2, 5, 21 clients, for gains, losses and no change."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import made
import pytest
from babel.messages.extract import extract_from_file
from test_decided import HEAD, LEDGER

from portfolio_review import findings
from portfolio_review.exhibits.language import NBSP
from portfolio_review.findings import overviews
from portfolio_review.results.finding import Clause, Finding
from portfolio_review.results.seen import Scope, Seen

KEYWORDS = {"say": None, "count_of": (1, 2)}
NUMBERS = (0, 1, 2, 5, 21)
WAYS = (-1, 0, 1)
TURNS = (-1.0, 40.0)
"""More refunds than sales; forty times as much."""


@cache
def told(language: str) -> tuple[tuple[int, int, Finding], ...]:
    """(n, way, finding) of every scenario, all sections."""
    return tuple(
        (n, way, finding)
        for n in NUMBERS
        for way in WAYS
        for seen in (
            made.whole(n, way, language),
            made.whole(n, way, language, "2024-11-01"),  # a history from the start of W0
            *(made.turned(now, n, way, language) for now in TURNS),
            made.flash(made.whole(n, way, language)),
            made.short(made.whole(n, way, language)),
            made.again(made.whole(n, way, language), "2026-08"),
            made.again(made.whole(n, way, language), "2025-12"),
            *(made.flash(made.turned(now, n, way, language)) for now in TURNS),
            *made.quiet(n, way, language), *made.plain(n, way, language),
        )
        for finding in (*findings.tell(seen, *findings.SECTIONS), *findings.over(seen, *overviews.RULES))
    )  # fmt: skip


def extracted() -> set[str]:
    """Every message of the rules."""
    found: set[str] = set()
    for path in sorted(Path(findings.__file__).parent.glob("*.py")):
        if path.stem == "verdict":  # test_verdict
            continue
        for _, message, *_ in extract_from_file("python", path, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_message_is_said_by_some_scenario() -> None:
    ledger = findings.over(Seen(HEAD, Scope(), {}, {"actions.ledger": LEDGER}), "ledger")
    told_of = [*(finding for _, _, finding in told("en")), *ledger]
    said = {clause.message for finding in told_of for clause in finding.clauses}
    assert extracted() - said == set()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_sentences_are_typeset(language: str) -> None:
    for n, way, finding in told(language):
        text = finding.text
        place = f"{finding.id}, n={n}, way={way}: {text}"
        assert text.endswith("."), place
        assert not text.endswith(".."), place
        assert "%(" not in text, place
        assert "  " not in text, place
        assert " ," not in text, place
        assert " ;" not in text, place
        assert text[0].isupper() or text[0].isdigit() or text[0] in "−+", place
        assert not re.search(r"(?<![\w–])-\d", text), place  # the minus is U+2212
        assert "nan" not in text.lower().split(), place
        assert "None" not in text, place


def test_russian_sentences_keep_the_rules_of_the_language() -> None:
    latin = re.compile(r"[A-Za-z]{2,}")
    known = {"Client", "Retail", "Food", "ABC", "XYZ", "NRR", "BG", "NBD"}
    for n, way, finding in told("ru"):
        place = f"{finding.id}, n={n}, way={way}: {finding.text}"
        assert set(latin.findall(finding.text)) <= known, place
        assert not re.search(r"\d%|\d €|\d п\.", finding.text), place  # no-break spaces before the unit
        assert '"' not in finding.text, place
        assert "“" not in finding.text, place
        assert NBSP + "%" in finding.text or "%" not in finding.text, place


def test_english_counts_agree_with_their_nouns() -> None:
    singular = re.compile(r"(?<![\d.,])1 (?:\w+ ){0,2}(clients|days|rows|contracts|months|actions)\b")
    plural = re.compile(r"(?<![\d.,])(?:0|2|5|21) (?:\w+ ){0,2}(client|day|row|contract|month|action)\b")
    for n, way, finding in told("en"):
        place = f"{finding.id}, n={n}, way={way}: {finding.text}"
        assert not singular.search(finding.text), place
        assert not plural.search(finding.text), place


FORMS = {
    "клиент": ("клиент", "клиента", "клиентов"),
    "день": ("день", "дня", "дней"),
    "договор": ("договор", "договора", "договоров"),
    "строка": ("строка", "строки", "строк"),
}


def test_russian_counts_agree_with_their_nouns() -> None:
    checked: set[str] = set()
    for n, way, finding in told("ru"):
        for name, (one, few, many) in FORMS.items():
            for match in re.finditer(rf"(?<![\d,])(\d+)\s(?:\w+\s)?({one}|{few}|{many})\b", finding.text):
                count = int(match[1])
                teens, last = count % 100 in range(11, 15), count % 10
                expected = one if last == 1 and not teens else few if last in (2, 3, 4) and not teens else many
                assert match[2] == expected, f"{finding.id}, n={n}, way={way}: {finding.text}"
                checked.add(name)
    assert checked == set(FORMS)


@pytest.mark.parametrize(("n", "said"), [
    (1, "1 новый клиент: 100 тыс. € (10,0 % выручки) против 50,0 тыс. € годом ранее; вторую покупку сделали 60,0 %, годом ранее 70,0 %."),
    (2, "2 новых клиента: 100 тыс. € (10,0 % выручки) против 50,0 тыс. € годом ранее; 1 из них уже замолчал; вторую покупку сделали 60,0 %, годом ранее 70,0 %; из них 50,0 тыс. € — Client 1."),
    (5, "5 новых клиентов: 100 тыс. € (10,0 % выручки) против 50,0 тыс. € годом ранее; 2 из них уже замолчали; вторую покупку сделали 60,0 %, годом ранее 70,0 %; из них 50,0 тыс. € — Client 1."),
    (21, "21 новый клиент: 100 тыс. € (10,0 % выручки) против 50,0 тыс. € годом ранее; 10 из них уже замолчали; вторую покупку сделали 60,0 %, годом ранее 70,0 %; из них 50,0 тыс. € — Client 1."),
])  # fmt: skip
def test_new_clients_in_russian(n: int, said: str) -> None:
    text = next(
        finding.text for at, way, finding in told("ru") if at == n and way == 1 and finding.id == "movement.new"
    )
    assert text.replace(NBSP, " ") == said


def test_nobody_is_never_counted() -> None:
    """With no client at all, no sentence says that nought clients did something."""
    for n, _, finding in told("en"):
        if n == 0:
            assert not re.search(r"\b0 \w*\s?clients", finding.text), finding.text


def test_both_languages_find_the_same() -> None:
    english, russian = (
        [(n, way, finding.id, finding.money) for n, way, finding in told(code)] for code in ("en", "ru")
    )
    assert english == russian


def test_messages_hold_no_digit() -> None:
    """A number is a value; what a message holds are words."""
    assert [message for message in extracted() if re.search(r"\d", message)] == []


def test_every_message_is_a_clause() -> None:
    for _, _, finding in told("en"):
        assert all(isinstance(clause, Clause) for clause in finding.clauses)
        assert finding.evidence


def test_what_holds_for_most_large_clients_is_told_once() -> None:
    # Lifecycle and the four rules: a reason of more than half of them exposes nobody and is one finding
    whole = made.whole(3, 0)
    told = {finding.id: finding.text for finding in findings.tell(whole, "actions", "strategic")}
    assert (
        "; it holds for 60.0% of all large clients, so it tells none from another" in told["strategic.single_contacts"]
    )
    assert "tells none" not in told["strategic.threatened"]
    assert "actions.common.single_contact" not in told
    # without a table of key clients the lists tell it
    alone = replace(whole, tables={id: rows for id, rows in whole.tables.items() if id != "strategic.exposure"})
    told = {finding.id: finding.text for finding in findings.tell(alone, "actions", "strategic")}
    assert "actions.common.single_contact" in told
    assert "strategic.single_contacts" not in told
