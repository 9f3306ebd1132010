"""All editions of one review into one folder: the public entry of step 6."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.language import CODES, Code
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import consistency, html, notebooks, xlsx
from portfolio_review.rendering import owners as manager_pages
from portfolio_review.rendering.context import RunContext
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
    printed = _printed(edition, formats)
    checks = consistency.check(printed)
    edition = replace(edition, results=replace(results, checks=(*results.checks, *checks)))
    if not all(check.passed for check in checks):
        printed = _printed(edition, formats)  # page one and the trust page name what failed
    end = dt.date.fromisoformat(results.review.end)
    folder.mkdir(parents=True, exist_ok=True)
    if "html" in formats:
        _write(folder / "review.html", printed["screen"].encode("utf-8"))
    if "pdf" in formats:
        from portfolio_review.rendering import pdf  # WeasyPrint takes longer to load than a short report to render

        _write(folder / "review.pdf", pdf.pdf(printed["print"], day=end))
    if "xlsx" in formats:
        book = xlsx.workbook(edition.results, wording, context, created=end, folder=folder)
        _write(folder / "review.xlsx", book)
    if owners:
        manager_pages.write(edition, folder, formats)
    for path in notebooks_run:
        target = folder / "notebooks" / f"{path.stem}.html"
        target.parent.mkdir(exist_ok=True)
        _write(target, notebooks.page(path, wording, edition.brand, notebooks_run).encode("utf-8"))
    return checks


def _printed(edition: html.Edition, formats: Collection[str]) -> dict[str, str]:
    """The pages of the formats asked for, as HTML: what the PDF prints is read before it is made."""
    targets: dict[str, html.Target] = {"html": "screen", "pdf": "print"}
    return {target: html.build(edition, target) for format_, target in targets.items() if format_ in formats}


def _wording(results: Results, language: str | None) -> Wording:
    code = language or results.review.language
    if code not in CODES:
        raise RenderingError(f"language '{code}' is not one of {', '.join(CODES)}")
    chosen: Code = "ru" if code == "ru" else "en"
    return Wording(chosen, results.review.currency, results.review.window_months)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
