"""The public entry: files written, formats, languages, same bytes, and its errors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import made_notebooks
import made_results
import pytest
from openpyxl import load_workbook

from portfolio_review.errors import RenderingError
from portfolio_review.rendering import consistency, html
from portfolio_review.rendering.editions import render
from portfolio_review.results.contract import RecordedCheck

Editions = Callable[..., Path]


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_results_give_the_same_bytes(editions: Editions, tmp_path: Path) -> None:
    first = editions("small", "html", "pdf", "xlsx")
    executed = made_notebooks.write(tmp_path / "run") if (tmp_path / "run").mkdir() is None else []
    render(made_results.small(), tmp_path / "again", context=made_results.CONTEXT, notebooks_run=executed)
    again = hashes(tmp_path / "again")
    assert again == hashes(first)
    assert set(again) == {"review.html", "review.pdf", "review.xlsx"} | {
        f"notebooks/{name}.html" for name in made_notebooks.NAMES
    }


def test_only_the_formats_asked_for_are_written(tmp_path: Path) -> None:
    checks = render(made_results.small(), tmp_path, context=made_results.CONTEXT, formats=("xlsx",))
    assert all(check.passed for check in checks), "no page is printed that could contradict another"
    assert [path.name for path in tmp_path.iterdir()] == ["review.xlsx"]


@pytest.mark.parametrize("name", ["en", "ru", "small", "short_history"])
def test_the_printed_report_does_not_contradict_itself(editions: Editions, name: str) -> None:
    printed = (editions(name, "html") / "review.html").read_text("utf-8")
    assert [check for check in consistency.check({"screen": printed}) if not check.passed] == []


def test_a_contradiction_is_a_failed_check_on_page_one_on_the_trust_page_and_in_the_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "client 7, revenue_w1: 1,204 and 1,205"
    wrong = RecordedCheck("report.one_amount", False, said, consistency.NOWHERE)
    monkeypatch.setattr(consistency, "check", lambda editions: (wrong, *consistency.presumed()[1:]))
    checks = render(made_results.small(), tmp_path, context=made_results.CONTEXT, formats=("html", "xlsx"))
    assert [check.id for check in checks if not check.passed] == ["report.one_amount"]
    pages = (tmp_path / "review.html").read_text("utf-8").split("<section ")
    assert "Checks failed, do not publish: report.one_amount" in pages[1]
    (trust,) = (page for page in pages if page.startswith('id="trust"'))
    assert said in trust
    assert f"1 of {len(made_results.small().checks) + len(consistency.RULES)} checks failed" in trust
    book = load_workbook(tmp_path / "review.xlsx")
    rows = [[cell.value for cell in row] for row in book["Checks"].iter_rows()]
    assert any(row[0] == "report.one_amount" and "FAILED" in row for row in rows)


def test_a_report_that_holds_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    build = html.build
    monkeypatch.setattr(html, "build", lambda edition, target: (built.append(target), build(edition, target))[1])
    render(made_results.small(), tmp_path, context=made_results.CONTEXT, formats=("html",))
    assert built == ["screen"]


def test_another_language_draws_the_charts_again(tmp_path: Path) -> None:
    render(made_results.results("en"), tmp_path, context=made_results.CONTEXT, formats=("html",), language="ru")
    html = (tmp_path / "review.html").read_text("utf-8")
    assert "Клиенты по категориям, было и стало: " in html
    assert "наибольшее изменение: " in html
    assert "Clients by class" not in html


def test_further_languages_stand_beside_the_first_from_the_same_results(tmp_path: Path) -> None:
    made = made_results.results("en")
    checks = render(made, tmp_path, context=made_results.CONTEXT, formats=("html", "xlsx"), owners=True,
                    further={"ru": "Обзор клиентского портфеля"})  # fmt: skip
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert {"review.html", "review.ru.html", "review.xlsx", "review.ru.xlsx"} <= names
    owners = {name for name in names if name.startswith("owners/")}
    assert {name.replace(".ru.", ".") for name in owners} <= owners
    assert len([check for check in checks if check.id == "report.one_amount"]) == 1
    english, russian = ((tmp_path / name).read_text("utf-8") for name in ("review.html", "review.ru.html"))
    assert '<html lang="en"' in english
    assert '<html lang="ru"' in russian
    assert "<title>Обзор клиентского портфеля" in russian
    assert "Clients by class" not in russian
    alone = tmp_path / "alone"
    render(made, alone, context=made_results.CONTEXT, formats=("html",))
    assert (alone / "review.html").read_text("utf-8") == english


def test_a_check_that_fails_in_a_further_language_fails_and_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(printed: dict[str, str]) -> tuple[RecordedCheck, ...]:
        first, *others = consistency.presumed()
        russian = any('lang="ru"' in text for text in printed.values())
        return (replace(first, passed=False, detail="1 and 2") if russian else first, *others)

    monkeypatch.setattr(consistency, "check", check)
    checks = render(made_results.small(), tmp_path, context=made_results.CONTEXT, formats=("html",),
                    further={"ru": "Обзор"})  # fmt: skip
    assert [(one.passed, one.detail) for one in checks if not one.passed] == [(False, "ru: 1 and 2")]
    for name in ("review.html", "review.ru.html"):
        assert "report.one_amount" in (tmp_path / name).read_text("utf-8").split("<section ")[1]


def test_wrong_wishes_are_named(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match="format 'docx' is not one of html, pdf, xlsx"):
        render(made_results.results(), tmp_path, context=made_results.CONTEXT, formats=("docx",))
    with pytest.raises(RenderingError, match="language 'de' is not one of en, ru"):
        render(made_results.results(), tmp_path, context=made_results.CONTEXT, language="de")
    with pytest.raises(RenderingError, match="brand 'nobody'"):
        render(made_results.results(), tmp_path, context=made_results.CONTEXT, brand="nobody")
    assert list(tmp_path.iterdir()) == []


def test_marks_on_a_scale_have_no_head_of_words_on_a_phone(editions: Editions) -> None:
    """The head of a strip is its scale, which read as text is a row of digits."""
    written = (editions("en", "html") / "review.html").read_text("utf-8")
    strips = re.findall(r'<td class="[^"]*\bsc\b[^"]*"[^>]*>', written)
    assert strips
    assert all('data-head=""' in cell for cell in strips)
