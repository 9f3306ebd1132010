"""All editions of one review into one folder: the public entry of step 6."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import consistency, html, notebooks, xlsx
from portfolio_review.rendering import owners as manager_pages
from portfolio_review.rendering.context import RunContext
from portfolio_review.resources import LANGUAGES
from portfolio_review.results.contract import RecordedCheck, Results

FORMATS = ("html", "pdf", "xlsx")


def render(
    results: Results,
    folder: Path,
    *,
    context: RunContext,
    formats: Collection[str] = FORMATS,
    language: str | None = None,
    brand: str | Path | None = None,
    pages: str = "auto",
    owners: bool = False,
    notebooks_run: Sequence[Path] = (),
) -> tuple[RecordedCheck, ...]:
    """Write review.html, review.pdf, review.xlsx, with `owners` a page for each manager, and notebooks/*.html into
    `folder`; returns the checks of what the review prints, which stand in it beside those of the results.

    `notebooks_run` are the executed notebooks; figures of the HTML edition lead to their cells.
    `language` is the review's own unless given; charts are then drawn again from their tables.
    `RenderingError` when a format, brand or template is wrong, or anything warns.
    """
    wording = _wording(results, language)
    if wording.code != results.review.language:
        from portfolio_review.rendering import redraw  # matplotlib, which nothing else here needs

        results = replace(results, charts=redraw.charts(results, wording))
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise RenderingError(f"format '{unknown[0]}' is not one of {', '.join(FORMATS)}")
    edition = html.Edition(
        results=replace(results, checks=(*results.checks, *consistency.presumed())),
        wording=wording,
        context=context,
        brand=brands.load(brand),
        pages=pages,
        notebooks=frozenset(path.stem for path in notebooks_run),
        folder=folder,
    )
    printed = _printed(edition, formats, owners)
    checks = consistency.check(printed)
    edition = replace(edition, results=replace(results, checks=(*results.checks, *checks)))
    if not all(check.passed for check in checks):
        printed = _printed(edition, formats, owners)  # page one and the trust page name what failed
    end = dt.date.fromisoformat(results.review.end)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in printed.items():
        _write(folder / name, _content(name, text, end))
    if "xlsx" in formats:
        book = xlsx.workbook(edition.results, wording, context, created=end, folder=folder)
        _write(folder / "review.xlsx", book)
    for path in notebooks_run:
        _write(
            folder / "notebooks" / f"{path.stem}.html",
            notebooks.page(path, wording, edition.brand, notebooks_run).encode("utf-8"),
        )
    return checks


def _printed(edition: html.Edition, formats: Collection[str], owners: bool) -> dict[str, str]:
    """The files of the formats asked for as HTML, by name: what a PDF prints is read before it is made."""
    printed: dict[str, str] = {}
    targets: dict[str, html.Target] = {"html": "screen", "pdf": "print"}
    for suffix, target in targets.items():
        if suffix in formats:
            printed[f"review.{suffix}"] = html.build(edition, target)
            pages = manager_pages.build(edition, target) if owners else ()
            printed |= {f"{name}.{suffix}": text for name, text in pages}
    return printed


def _content(name: str, text: str, end: dt.date) -> bytes:
    if not name.endswith(".pdf"):
        return text.encode("utf-8")
    from portfolio_review.rendering import pdf  # WeasyPrint takes longer to load than a short report to render

    return pdf.pdf(text, day=end)


def _wording(results: Results, language: str | None) -> Wording:
    code = language or results.review.language
    if code not in LANGUAGES:
        raise RenderingError(f"language '{code}' is not one of {', '.join(LANGUAGES)}")
    return Wording(code, results.review.currency, results.review.window_months)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
