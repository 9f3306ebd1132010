"""What one page hands to its template, and the lines that every page shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from portfolio_review.rendering.report import Report


@dataclass(frozen=True, kw_only=True)
class View:
    """A page: `message` is its sentence, `line` says who and when, `missing` why it has no objects."""

    id: str
    title: str
    message: Markup
    line: Markup
    data: Mapping[str, Any] = field(default_factory=dict)
    missing: str = ""


def windows_line(report: Report) -> Markup:
    """Unit, W1 and W0 in words: the grey line of pages about windows; W1 alone where W0 is of another season."""
    if report.seasons_differ:
        return report.say("%(unit)s · last %(months)s: %(w1)s", unit=report.unit, months=report.wording.months,
                          w1=report.w1)  # fmt: skip
    return _both_windows(report)


def _both_windows(report: Report) -> Markup:
    return report.say(
        "%(unit)s · last %(months)s: %(w1)s · before: %(w0)s",
        unit=report.unit, months=report.wording.months, w1=report.w1, w0=report.w0,
    )  # fmt: skip


def between_windows_line(report: Report) -> Markup:
    """The same for pages that print a change from W0 to W1, which says where their seasons differ."""
    mark = Markup(" · ") + report.say("seasons differ") if report.seasons_differ else Markup("")
    return _both_windows(report) + mark


def missing(report: Report, id: str, title: str, *figures: str) -> View:
    """A page whose data are not there: one line with the first reason that a figure gives."""
    reason = next((report.reason(name) for name in figures if report.results.figures.get(name)), "")
    text = report.wording.language.text
    return View(
        id=id, title=title, message=Markup("%s") % title, line=windows_line(report),
        missing=text("Not shown: %(reason)s.", reason=reason or text("no notebook of this review computed it")),
    )  # fmt: skip
