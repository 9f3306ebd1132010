"""A dossier of each strategic client in the months that end a quarter: a page each, or two where little is known."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from portfolio_review.rendering.pages.dossier import LEAST_BLOCKS, dossier
from portfolio_review.rendering.pages.view import View, between_windows_line
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import Results

ID = "dossiers"


def has_something_to_say(results: Results) -> bool:
    """Whether strategic clients buy here and this month's review has them in full (a portrait always has)."""
    edition, facts = results.figures.get("strategic.edition"), results.tables.get("strategic.dossiers")
    changes_only = edition is not None and edition.figure.value == "changes"
    return bool(facts and facts.rows) and not changes_only


def view(report: Report) -> View:
    """All dossiers, each a page of its own; a short one follows a short one on the same sheet."""
    title, alone = report.wording.language.text("Client dossiers"), "strategic.edition" not in report.results.figures
    report.used.setdefault("strategic.edition")
    made: list[View] = []
    beside = False
    for n, row in enumerate(report.rows("strategic.dossiers"), start=1):
        page, known = dossier(report, row, alone=alone)
        beside = known < LEAST_BLOCKS and bool(made) and not beside
        css = f"{page.css}{' lead' if n == 1 else ''}{' lean' if beside else ''}"
        made.append(replace(page, id=ID if n == 1 else f"dossier-{n}", css=css))
    return View(id=ID, title=title, message=Markup("{}").format(title), line=between_windows_line(report),
                data={"views": made, "title": title})  # fmt: skip
