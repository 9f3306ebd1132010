"""A page for each manager, as files of their own that hold this manager's clients alone: HTML and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from portfolio_review import slugs
from portfolio_review.rendering import html, long_tables
from portfolio_review.rendering.html import Edition
from portfolio_review.rendering.pages import owner as page
from portfolio_review.results.contract import RecordedTable, Results

FOLDER = "owners"


def build(edition: Edition, target: html.Target) -> Iterator[tuple[str, str]]:
    """`owners/<slug>` of every manager of the review with the page as HTML; `RenderingError` where a template fails."""
    found = by_owner(edition.results, edition.folder)
    for owner, slug in slugs.of_owners(found).items():
        of = replace(edition, results=found[owner], pages=page.ID, notebooks=frozenset(), folder=None)
        yield f"{FOLDER}/{slug}", html.build(of, target)


def by_owner(results: Results, folder: Path | None) -> dict[str, Results]:
    """What of a review is each manager's: two tables with this manager's rows alone, and a few figures of no client.

    Nothing else of the review is in them, so that no page can print it.
    """
    if page.OWNERS not in results.tables:
        return {}
    tables = {id: (results.tables[id], long_tables.rows(results.tables[id], folder, id)) for id in page.TABLES}
    owners = [str(row[0]) for row in tables[page.OWNERS][1]]
    figures = {id: results.figures[id] for id in page.FIGURES if id in results.figures}
    return {
        owner: Results(
            replace(results.review, title=f"{results.review.title}: {owner}"), figures=figures,
            tables={id: _of(owner, table, rows) for id, (table, rows) in tables.items()},
        )
        for owner in owners
    }  # fmt: skip


def _of(owner: str, table: RecordedTable, rows: object) -> RecordedTable:
    mine = tuple(tuple(row) for row in rows if row[0] == owner)  # type: ignore[attr-defined]
    return replace(table, rows=mine, count=len(mine), file=None, sha256=None)
