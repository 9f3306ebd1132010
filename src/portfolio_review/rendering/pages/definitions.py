"""The last page: every figure that was printed, with its formula, notebook and cell."""

from __future__ import annotations

from typing import Any

from portfolio_review.catalog import CATALOG
from portfolio_review.rendering import formulas
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report

ID = "definitions"
NOUGHT_WHERE_UNKNOWN = ("bridge.returned", "drivers.returned_effect")
"""Recorded as 0, so that sums close, where the history cannot know who returned: printed as n/a."""


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
            "P: reporting period. W1: its last %(months)s. W0: the %(months)s before. A0, A1: clients "
            "active in W0, W1. r(W): revenue of a client in W. R: revenue of all.", months=report.wording.months,
        ),
        data={"rows": rows},
    )  # fmt: skip


def _row(report: Report, id: str) -> dict[str, Any]:
    entry, recorded = CATALOG[id], report.results.figures[id]
    intersection = report.wording.language.text("and")  # the font has no sign for it
    unknown = id in NOUGHT_WHERE_UNKNOWN and recorded.figure.reason is not None
    return {
        "id": id,
        "name": report.wording.name(id),
        "value": report.na if unknown else report.v(id, sentence=True),
        "formula": formulas.printed(entry, report.results, report.wording).replace("∩", intersection),
        "reason": report.reason(id) if unknown or recorded.figure.value is None else "",
        "source": recorded.source,
    }
