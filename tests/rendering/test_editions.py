"""The public entry: files written, formats, languages, same bytes, and its errors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import made_notebooks
import made_results
import pytest

from portfolio_review.errors import RenderingError
from portfolio_review.rendering.editions import render

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
    written = render(made_results.small(), tmp_path, context=made_results.CONTEXT, formats=("xlsx",))
    assert [path.name for path in written] == ["review.xlsx"]
    assert [path.name for path in tmp_path.iterdir()] == ["review.xlsx"]


def test_another_language_draws_the_charts_again(tmp_path: Path) -> None:
    render(made_results.results("en"), tmp_path, context=made_results.CONTEXT, formats=("html",), language="ru")
    html = (tmp_path / "review.html").read_text("utf-8")
    assert "наибольшее значение: " in html
    assert "Мост выручки, тыс." in html
    assert "Clients by class" not in html


def test_wrong_wishes_are_named(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match="format 'docx' is not one of html, pdf, xlsx"):
        render(made_results.results(), tmp_path, context=made_results.CONTEXT, formats=("docx",))
    with pytest.raises(RenderingError, match="language 'de' is not one of en, ru"):
        render(made_results.results(), tmp_path, context=made_results.CONTEXT, language="de")
    with pytest.raises(RenderingError, match="brand 'nobody'"):
        render(made_results.results(), tmp_path, context=made_results.CONTEXT, brand="nobody")
    assert list(tmp_path.iterdir()) == []
