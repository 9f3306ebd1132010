"""The last page: every figure that was printed, with its formula, notebook and cell."""

from __future__ import annotations

from typing import Any

from portfolio_review.catalog import CATALOG
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report

ID = "definitions"


def view(report: Report) -> View:
    """The definitions of the figures used so far; built after all other pages."""
    rows = [_row(report, id) for id in CATALOG if id in report.used and id in report.results.figures]
    return View(
        id=ID,
        title=report.wording.language.text("Definitions"),
        message=report.count_of(
            "%(n)s figure of this report, with its formula, notebook and cell",
            "%(n)s figures of this report, each with its formula, notebook and cell", len(rows),
        ),
        line=report.say(
            "P: reporting period. W1: its last %(months)s months. W0: the %(months)s months before. A0, A1: clients "
            "active in W0, W1. r(W): revenue of a client in W. R: revenue of all.", months=report.window,
        ),
        data={"rows": rows},
    )  # fmt: skip


def _row(report: Report, id: str) -> dict[str, Any]:
    entry, recorded = CATALOG[id], report.results.figures[id]
    figure = recorded.figure
    value = report.v(id, sentence=True)
    if figure.value is None:
        value = report.say("n/a: %(reason)s", reason=report.reason(id))
    return {
        "id": id, "name": report.wording.name(id), "value": value, "formula": entry.formula,
        "source": recorded.source, "reason": figure.value is None,
    }  # fmt: skip
