"""No string is left untranslated, the two languages print the same figures, and a third one is a catalogue and a line."""

from __future__ import annotations

import ast
import html as entities
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import made_results
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from portfolio_review import figure
from portfolio_review.catalog import CATALOG, WORDS, Word
from portfolio_review.catalog.columns import COLUMNS
from portfolio_review.exhibits import language, numbers, resources
from portfolio_review.exhibits.language import REASONS as PATTERNS
from portfolio_review.metrics import (
    backtest,
    bg_nbd_fit,
    bought_anyway,
    chance_back,
    chances,
    concentration,
    contact_cadence,
    contracts,
    expert_scores,
    exposure,
    follow_through,
    holdout,
    lapse,
    leavers,
    manager_share,
    margin,
    mobility,
    outlook,
    plans,
    portfolio_value,
    receivables,
    replacement,
    restated,
    retention,
    revenue_outlook,
    risk,
    risk_matrix,
    shortlist,
    stake,
    target_gap,
    two_clocks,
    value,
)
from portfolio_review.rendering import editions
from portfolio_review.resources import LANGUAGES

SOURCES = Path(figure.__file__).parent
KEYWORDS = {
    "N_": None,
    "say": None,
    "text": None,
    "raw": None,
    "_": None,
    "count_of": (1, 2),
    "n_": (1, 2),
    "plural": (1, 2),
    "plural_of": ((1, "c"), 2, 3),
    "in_context": ((1, "c"), 2),
}
REASONS = (
    figure.NO_CLIENT_IN_W0, figure.NO_CLIENT_IN_W1, concentration.NO_POSITIVE_REVENUE, margin.NO_MARGIN, lapse.NO_GAP,
    leavers.AT_MONTH_ENDS, outlook.NO_MONTH, retention.NO_REVENUE_IN_W0, retention.NOBODY_LEFT, retention.NOBODY_STAYED, mobility.NO_CLASS, backtest.NO_CASES,
    bg_nbd_fit.NO_REPEAT, bg_nbd_fit.NOT_CONVERGED, bg_nbd_fit.FLAT, bg_nbd_fit.NOBODY_LEAVES,
    bg_nbd_fit.EVERYBODY_LEAVES, bg_nbd_fit.AT_AN_END, bought_anyway.NOBODY_NAMED, contact_cadence.NO_CONTACTS,
    contact_cadence.NO_LAST_CONTACT, contracts.NO_CONTRACT_END, follow_through.NO_EARLIER, follow_through.NOBODY_LISTED,
    two_clocks.RHYTHM_ALONE, two_clocks.OF_COMPANY,
    backtest.TOO_FEW, chances.NO_WEIGHTS,
    portfolio_value.NO_EXPECTED, portfolio_value.NO_BASE, risk.NOT_LAPSED, risk.NO_POSITIVE_REVENUE,
    revenue_outlook.YEAR_IS_OVER, receivables.OF_SHARED,
    receivables.NO_PAYMENTS, receivables.NOTHING_OWED, receivables.NOTHING_PAID, receivables.NO_PAID_DATE,
    receivables.NO_TERMS, replacement.NO_CLIENT_WON, replacement.NO_FIRST_YEAR, replacement.BASE_SHRINKS, risk_matrix.NO_A_CLIENT, risk_matrix.COMPANY_WITHOUT_TARGET,
    risk_matrix.UNIT_WITHOUT_BASE, stake.NOTHING_AT_STAKE, chance_back.TOO_FEW, holdout.NO_HOLDOUT, holdout.NO_LISTS_THEN, bought_anyway.NO_YEAR_BEFORE,
    expert_scores.NO_ASSESSMENTS, exposure.NO_SPONSOR, exposure.NO_MANAGER_SINCE, exposure.NO_POTENTIAL,
    exposure.NO_KEY_CLIENT, manager_share.NO_MANAGER, plans.NO_PLANS, plans.NO_CLIENT_PLAN, plans.NO_OVERDUE_ACTION,
    target_gap.BY_PREVIOUS, target_gap.NEITHER, target_gap.NO_DAYS,
    restated.NO_REVIEW, value.IN_REVENUE, shortlist.NO_ACCOUNTS, shortlist.UNIT_SHOWS_ITS_OWN, *PATTERNS.values(),
)  # fmt: skip
Message = str | tuple[str, ...]
FORMS = (language._ONE_MONTH, *language._MONTHS, *language._QUARTERS, *language._HALVES,
         *numbers._AMOUNTS.values(), *numbers._HEADS.values())  # fmt: skip
"""How a language writes months, quarters and money."""


def words() -> set[Word]:
    """All that the catalogue names: figures, tables, checks, their columns, and coded cells."""
    columns = {column for entry in CATALOG.values() for column in entry.columns}
    return {*CATALOG.values(), *columns, *COLUMNS.values(), *WORDS.values()}


def used() -> dict[Message, str]:
    """Every message of code and templates, and every formula that a page prints, with its place."""
    found: dict[Message, str] = {}
    for folder in ("exhibits", "findings", "rendering"):
        for path in sorted((SOURCES / folder).rglob("*.py")):
            for _, message, *_ in extract_from_file("python", path, keywords=KEYWORDS):
                found.setdefault(message, path.name)
    for folder in ("sources", "slices", "pipeline"):  # what doubts say, and words before pseudonyms
        for path in sorted((SOURCES / folder).rglob("*.py")):
            for _, message, *_ in extract_from_file("python", path, keywords={"Phrase": None, "N_": None}):
                found.setdefault(message, path.name)
    for path in sorted(resources.templates().rglob("*.j2")):
        options = {"silent": "false"}
        for _, message, *_ in extract_from_file("jinja2.ext:babel_extract", path, keywords=KEYWORDS, options=options):
            found.setdefault(message, path.name)
    for entry in CATALOG.values():
        if entry.kind == "figure" and (entry.section == "headline" or entry.id in made_results.figures()):
            found.setdefault(entry.formula, entry.id)
    found |= {word.en: "catalogue" for word in words()}
    return found | dict.fromkeys(REASONS, "reasons") | dict.fromkeys(FORMS, "forms")


@pytest.fixture(scope="module")
def russian() -> dict[Message, Message]:
    with (resources.templates() / "locale" / "ru" / "portfolio_review.po").open("rb") as file:
        return {
            message.id: message.string for message in read_po(file, locale="ru") if message.id and not message.context
        }


def test_a_message_stands_in_a_context_only_where_something_says_it_there(russian: dict[Message, Message]) -> None:
    with (resources.templates() / "locale" / "ru" / "portfolio_review.po").open("rb") as file:
        found = {(message.context, message.id): message.string for message in read_po(file) if message.context}
    cases = {
        (case, name[:3] if case == "short" else name)
        for case in ("short", "genitive", "dative")
        for name in language._MONTHS
    }
    sentences = {("sentence", "%(period)s"), ("sentence", "since %(month)s"), ("this year", "since %(month)s"),
                 ("after a preposition", ("%(n)s month", "%(n)s months"))}  # fmt: skip
    assert set(found) - cases - sentences <= {(word.context, word.en) for word in words()}
    assert cases | sentences <= set(found)
    assert [
        key for key, text in found.items() if russian.get(key[1]) == text and key[0] not in ("short", "genitive")
    ] == []


def written_in_metrics() -> set[str]:
    """The reasons that metrics write where they arise: the literals of undefined figures and quotients."""
    found: set[str] = set()
    for path in sorted((SOURCES / "metrics").glob("*.py")):
        calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id in ("undefined", "_quotient"):
                within = (part for argument in call.args for part in ast.walk(argument))
                texts = (part.value for part in within if isinstance(part, ast.Constant))
                found |= {text for text in texts if isinstance(text, str) and re.match("[a-z]+ ", text)}
    return found - {"nobody began "}  # of an f-string, which the patterns know


def test_every_reason_of_an_undefined_figure_has_russian_words(russian: dict[Message, Message]) -> None:
    reasons = written_in_metrics() - {"fewer than ", "in a window of "}  # of f-strings, which the patterns know
    assert len(reasons) > 5
    assert reasons - set(russian) == set()


def test_every_message_has_a_russian_text(russian: dict[Message, Message]) -> None:
    missing = {message: place for message, place in used().items() if message not in russian}
    assert missing == {}
    empty = [message for message, text in russian.items() if not all(text if isinstance(text, tuple) else (text,))]
    assert empty == []


def test_no_message_is_translated_that_nothing_says(russian: dict[Message, Message]) -> None:
    dynamic = {  # reasons that metrics write where they arise
        "the base is zero or negative", "no client of class A in W0", "no positive revenue in W1",
        "what was known at the end of PP is not kept", "no model", "no last share", "no category given",
        "no positive revenue in last year's months to date",
        "fewer than two classes have a retained client",
        "tiers are given, and no review was published for the end of W0", *written_in_metrics(),
    }  # fmt: skip
    formulas = {entry.formula for entry in CATALOG.values()}
    assert set(russian) - set(used()) - dynamic - formulas == set()


def test_placeholders_are_the_same_in_both_languages(russian: dict[Message, Message]) -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    for message, text in russian.items():
        plural = message if isinstance(message, str) else message[-1]
        for form in text if isinstance(text, tuple) else (text,):
            assert names(form) == names(plural), message


def test_russian_words_keep_the_glossary(russian: dict[Message, Message]) -> None:
    forbidden = re.compile(r"покупател|заказчик|контрагент|удельный вес|оборот[^а-я]|падени|\bпросрочк", re.IGNORECASE)
    cyrillic_class = re.compile(r"[Кк]атегори\w+ [АВСХ]\b|[АВС] ×")
    names = {word.en for word in words()}  # which the test of the catalogue looks at
    for text in (text for message, text in russian.items() if message not in names):
        for form in text if isinstance(text, tuple) else (text,):
            assert not forbidden.search(form), form
            assert not cyrillic_class.search(form), form


def _figures(html: str) -> list[str]:
    """What is printed in figure links, in order, with separators of either language made alike."""
    printed = re.findall(r'<a class="fig"[^>]*>(.*?)</a>', html)
    shown = [entities.unescape(re.sub(r"<[^>]+>", "", text)) for text in printed]
    return [re.sub(r"[^\d−+/]", "", text.replace("н/д", "n/a")) for text in shown]


def test_both_languages_print_the_same_figures(editions: Callable[..., Path]) -> None:
    english, russian = (_figures((editions(name, "html") / "review.html").read_text("utf-8")) for name in ("en", "ru"))
    assert len(english) > 100
    assert english == russian


def test_a_russian_report_has_no_english_sentence(editions: Callable[..., Path]) -> None:
    html = (editions("ru", "html") / "review.html").read_text("utf-8")
    body = re.sub(r"<(style|title|script)[^>]*>.*?</\1>", "", html, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", body)
    known = {
        "series",
        "headline",
        "structure",
        "movement",
        "bridge",
        "migration",
        "retention",
        "drivers",
        "lifecycle",
        "portfolio",
        "review",
        "data",
        "and",
        "checks",
        "segment",
        "transactions",
        "parquet",
        "regularity",
        "exact",
        "duplicates",
        "kept",
        "set",
        "drop",
        "to",
        "them",
    }  # fmt: skip  ids, file names, and what the validation says of data
    words = {word.lower() for word in re.findall(r"\b[a-z]{4,}\b", re.sub(r"\b\w+[._]\w+[\w.]*", " ", text))}
    allowed = known | {"matplotlib", "pandas", "weasyprint", "from"}
    formula = {"logit", "revenue", "start", "churn", "contraction", "expansion", "returned", "adjustments", "ceil"}
    assert words - allowed - formula == set()


def _made_catalogue(russian: Path) -> bytes:
    """A made third language: every message of the Russian catalogue between « and », one form for all numbers."""
    with russian.open("rb") as file:
        template = read_po(file)
    made = Catalog(locale="de")

    def worded(form: str) -> bool:
        return re.search("[A-Za-z]{3}", re.sub(r"%\(\w+\)s|\{\w+\}", "", form)) is not None

    for message in template:
        if message.id:
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            pairs = {form: f"«{form}»" if worded(form) and "1 month" not in form else form for form in forms}
            text = tuple(pairs.values()) if isinstance(message.id, tuple) else pairs[forms[0]]
            made.add(message.id, text if len(forms) == len(pairs) else (pairs[forms[0]],) * 2, context=message.context)
    written = io.BytesIO()
    write_po(written, made)
    return written.getvalue()


@pytest.fixture
def made_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """German numbers, made words: one file, and one line where the languages are named."""
    templates = tmp_path / "templates"
    shutil.copytree(resources.templates(), templates)
    (templates / "locale" / "de").mkdir()
    (templates / "locale" / "de" / "portfolio_review.po").write_bytes(
        _made_catalogue(templates / "locale" / "ru" / "portfolio_review.po")
    )
    monkeypatch.setattr(resources, "templates", lambda: templates)
    monkeypatch.setitem(LANGUAGES, "de", "German")
    yield "de"
    language._catalogue.cache_clear()
    language._one_month.cache_clear()


def test_a_third_language_is_one_catalogue_and_one_line(made_language: str, tmp_path: Path) -> None:
    editions.render(made_results.results("en"), tmp_path, context=made_results.CONTEXT, formats=("html",),
                    language=made_language)  # fmt: skip
    html = (tmp_path / "review.html").read_text("utf-8")
    assert '<html lang="de">' in html
    text = entities.unescape(
        re.sub(r"<[^>]+>", "", re.sub(r"<(style|script|svg)[^>]*>.*?</\1>", "", html, flags=re.DOTALL))
    )
    assert "«Active clients»" in text  # a name of the catalogue
    assert "«November»\u00a02011" in text  # a month
    assert re.search(r"\d,\d%", text)  # the decimal comma of German, from CLDR
    outside, inner = text, 1
    while inner:  # what was said stands in what was said
        outside, inner = re.subn(r"«[^«»]*»", "", outside)
    unsaid = {word.en for word in words() if len(word.en) > 12 and re.search(rf"\b{re.escape(word.en)}\b", outside)}
    assert unsaid == set()
