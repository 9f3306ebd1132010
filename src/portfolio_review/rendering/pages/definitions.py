"""The last page: every figure that was printed, with its formula, notebook and cell."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.rendering import formulas
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
        line=_windows(report) + " " + report.say(
            "W0: the %(months)s before. A0, A1: clients active in W0, W1. r(W): revenue of a client in W. "
            "R: revenue of all.", months=report.wording.months,
        ),
        data={"rows": rows},
    )  # fmt: skip


def _windows(report: Report) -> Markup:
    """What P and W1 are: the window of a partial period ends before it."""
    if report.results.review.partial:
        return report.say("P: reporting period. W1: the %(months)s that end with %(month)s, the last complete month.",
                          months=report.wording.months, month=report.window_end)  # fmt: skip
    return report.say("P: reporting period. W1: its last %(months)s.", months=report.wording.months)


def _row(report: Report, id: str) -> dict[str, Any]:
    entry, recorded = CATALOG[id], report.results.figures[id]
    intersection = report.wording.language.text("and")  # the font has no sign for it
    return {
        "id": id,
        "name": report.wording.name(id),
        "value": report.v(id, sentence=True),
        "formula": formulas.printed(entry, report.results, report.wording).replace("∩", intersection),
        "reason": report.reason(id) if report.unknown(id) else "",
        "source": recorded.source,
    }
