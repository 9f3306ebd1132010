"""All editions of one review into one folder: the public entry of step 6."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import consistency, html, notebooks, xlsx
from portfolio_review.rendering import owners as manager_pages
from portfolio_review.rendering.context import RunContext
from portfolio_review.resources import LANGUAGES
from portfolio_review.results.contract import RecordedCheck, Results

FORMATS = ("html", "pdf", "xlsx")
NO_FURTHER: Mapping[str, str] = MappingProxyType({})


def render(
    results: Results,
    folder: Path,
    *,
    context: RunContext,
    formats: Collection[str] = FORMATS,
    language: str | None = None,
    further: Mapping[str, str] = NO_FURTHER,
    brand: str | Path | None = None,
    pages: str = "auto",
    owners: bool = False,
    notebooks_run: Sequence[Path] = (),
) -> tuple[RecordedCheck, ...]:
    """Write review.html, review.pdf, review.xlsx, with `owners` a page for each manager, and notebooks/*.html into
    `folder`; returns the checks of what the review prints, which stand in it beside those of the results.

    `notebooks_run` are the executed notebooks; figures of the HTML edition lead to their cells.
    `language` is the review's own unless given. `further` are titles by
    language: in each of these the same editions once more, `review.ru.pdf` and `owners/<name>.ru.pdf`; a check that
    fails in one of the languages fails.
    `RenderingError` when a format, brand or template is wrong, or anything warns.
    """
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise RenderingError(f"format '{unknown[0]}' is not one of {', '.join(FORMATS)}")
    first = html.Edition(
        results=replace(results, checks=(*results.checks, *consistency.presumed())),
        wording=wording(results, language),
        context=context,
        brand=brands.load(brand),
        pages=pages,
        notebooks=frozenset(path.stem for path in notebooks_run),
        folder=folder,
    )
    editions = {"": first} | {f".{code}": _in(first, code, title) for code, title in further.items()}
    printed = {suffix: _printed(edition, formats, owners) for suffix, edition in editions.items()}
    checks = _in_all({suffix: consistency.check(texts) for suffix, texts in printed.items()})
    checked = (*results.checks, *checks)
    editions = {suffix: replace(one, results=replace(one.results, checks=checked)) for suffix, one in editions.items()}
    if not all(check.passed for check in checks):  # page one and the trust page name what failed
        printed = {suffix: _printed(edition, formats, owners) for suffix, edition in editions.items()}
    end = dt.date.fromisoformat(results.review.end)
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, edition in editions.items():
        for name, text in printed[suffix].items():
            stem, _, kind = name.rpartition(".")
            _write(folder / f"{stem}{suffix}.{kind}", _content(name, text, end))
        if "xlsx" in formats:
            book = xlsx.workbook(edition.results, edition.wording, context, created=end, folder=folder)
            _write(folder / f"review{suffix}.xlsx", book)
    for path in notebooks_run:
        _write(
            folder / "notebooks" / f"{path.stem}.html",
            notebooks.page(path, first.wording, first.brand, notebooks_run).encode("utf-8"),
        )
    return checks


def _in(edition: html.Edition, language: str, title: str) -> html.Edition:
    """The edition in a further language, under its title there."""
    results = replace(edition.results, review=replace(edition.results.review, title=title))
    return replace(edition, results=results, wording=wording(results, language), drawn={})


def _in_all(found: Mapping[str, Sequence[RecordedCheck]]) -> tuple[RecordedCheck, ...]:
    """Each check over the editions of all languages; what failed in a further one is told with its language."""
    told = []
    for several in zip(*found.values(), strict=True):
        failed = [
            f"{suffix[1:]}: {check.detail}" if suffix else check.detail
            for suffix, check in zip(found, several, strict=True)
            if not check.passed
        ]
        told.append(replace(several[0], passed=False, detail="; ".join(failed)) if failed else several[0])
    return tuple(told)


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


def wording(results: Results, language: str | None) -> Wording:
    code = language or results.review.language
    if code not in LANGUAGES:
        raise RenderingError(f"language '{code}' is not one of {', '.join(LANGUAGES)}")
    return Wording(code, results.review.currency, results.review.window_months)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
