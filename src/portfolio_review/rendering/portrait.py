"""The dossier of a single client as a document of its own: PDF, HTML and the reviewer's notebook."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import html, notebooks, pdf
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.pages.dossiers import has_something_to_say
from portfolio_review.results.contract import Results


def write(
    results: Results, folder: Path, notebook: Path, *, context: RunContext, brand: Path | None = None
) -> tuple[Path, Path]:
    """Write dossier.pdf, dossier.html and notebooks/*.html into `folder`; returns the first two paths.

    `results` are those of the portrait's `notebook` (executed). `RenderingError` when it recorded no client,
    or a template or the PDF fails.
    """
    if not has_something_to_say(results):
        raise RenderingError("the notebook of the portrait recorded no client")
    wording = Wording.of(results.review)
    facts = results.tables["strategic.dossiers"]
    row = dict(zip(facts.columns, (facts.rows or ((),))[0], strict=True))
    titled = replace(results.review, title=f"{results.review.title}: {row['name'] or row['client_id']}")
    edition = html.Edition(
        results=replace(results, review=titled), wording=wording, context=context, brand=brands.load(brand),
        pages=html.PORTRAIT, notebooks=frozenset({notebook.stem}),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    paper, screen = folder / "dossier.pdf", folder / "dossier.html"
    paper.write_bytes(pdf.pdf(html.build(edition, "print"), day=dt.date.fromisoformat(results.review.end)))
    screen.write_text(html.build(edition, "screen"), encoding="utf-8")
    page = folder / "notebooks" / f"{notebook.stem}.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text(notebooks.page(notebook, wording, edition.brand), encoding="utf-8")
    return paper, screen
