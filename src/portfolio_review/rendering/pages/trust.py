"""The trust page: reconciliation, what was left out, checks, warnings, inputs, settings, versions."""

from __future__ import annotations

from typing import Any, TypeVar

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.doubt import Doubt
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedCheck

ID = "trust"
SETTING_COLUMNS = 3
PASSED_COLUMNS = 2
LEAST_PRINTED = 0.001
"""The least share of revenue above nothing that one decimal of a per cent tells."""
Item = TypeVar("Item")


def view(report: Report) -> View:
    """The trust page, which every review has."""
    checks = report.results.checks
    passed = sum(check.passed for check in checks)
    head = report.results.review
    line = report.say(
        "%(unit)s · %(period)s · history from %(start)s, data until %(until)s",
        unit=report.unit, period=report.period, start=report.wording.language.month(head.history_start, "genitive"),
        until=report.wording.language.date(head.data_until),
    )  # fmt: skip
    doubts = report.results.doubts
    return View(
        id=ID,
        title=report.wording.language.text("Trust: data and checks"),
        message=_message(report, passed, len(checks)),
        line=line,
        data={
            "reconciliation": report.rows("data.reconciliation"),
            "left_out": report.rows("data.left_out"),
            "removed": report.rows("data.removed_by_where"),
            "inputs": report.rows("data.inputs"),
            "warnings": report.rows("data.warnings"),
            "doubts": [_doubt(report, doubt) for doubt in doubts.found],
            "not_met": doubts.not_met,
            "whole": report.results.review.unit == "all",
            "checks": len(checks), "passed": passed,
            "failed": [_check(report, check) for check in checks if not check.passed],
            "held": in_columns([_check(report, check) for check in checks if check.passed], PASSED_COLUMNS),
            "word": report.wording.word,
            "settings": in_columns(report.rows("data.settings"), SETTING_COLUMNS),
        },
    )  # fmt: skip


def _message(report: Report, passed: int, count: int) -> Markup:
    """The largest open doubt, then the checks; a failed check comes first."""
    checks, doubts = _checks(report, passed, count), report.results.doubts.open
    if not doubts or passed < count:
        return checks
    first = next((doubt for doubt in doubts if not doubt.of_company), doubts[0])  # a unit's own before the company's
    share = _share(report, first)
    values = {"doubt": _lower(report.wording.word(first.word)), "share": f" ({share})" if share else ""}
    said = (
        report.say("Doubtful in the whole company: %(doubt)s%(share)s", **values)
        if first.of_company
        else report.say("Doubtful: %(doubt)s%(share)s", **values)
    )
    return Markup("%s; %s") % (said, _lowered(checks))


def _checks(report: Report, passed: int, count: int) -> Markup:
    plain = report.wording.numbers.plain
    if not count:
        return report.say("No check was recorded")
    if passed == count:
        return report.say("All %(count)s checks passed; every left-out row is counted", count=plain(count))
    return report.say(
        "%(failed)s of %(count)s checks failed: this draft must not be published",
        failed=plain(count - passed), count=plain(count),
    )  # fmt: skip


def _lowered(said: Markup) -> Markup:
    return Markup(said[:1].lower() + said[1:])


def _lower(word: str) -> str:
    return word if word[:2].isupper() else word[:1].lower() + word[1:]


def _share(report: Report, doubt: Doubt) -> str:
    """`6.0% of all revenue read`, empty where the doubt touches no money."""
    if doubt.share is None:
        return ""
    return report.wording.language.text("%(share)s of all revenue read", share=_percent(report, doubt.share))


def _percent(report: Report, share: float) -> str:
    """A share above nothing never reads as nothing."""
    percent = report.wording.numbers.percent
    if 0 < share < LEAST_PRINTED / 2:
        return report.wording.language.text("under %(share)s", share=percent(LEAST_PRINTED))
    return percent(share)


def _doubt(report: Report, doubt: Doubt) -> dict[str, Any]:
    return {
        "name": report.wording.word(doubt.word), "table": report.wording.word(doubt.table),
        "column": doubt.column or "", "rows": doubt.rows,
        "share": "" if doubt.share is None else _percent(report, doubt.share),
        "examples": [report.wording.example(one) for one in doubt.examples],
        "accepted": doubt.accepted, "of_company": doubt.of_company,
        "done": report.wording.phrase(doubt.done), "remedy": report.wording.phrase(doubt.remedy),
    }  # fmt: skip


def _check(report: Report, check: RecordedCheck) -> dict[str, Any]:
    entry = CATALOG.get(check.id)
    return {
        "name": report.wording.name(check.id) if entry else check.id, "detail": check.detail, "source": check.source,
    }  # fmt: skip


def in_columns(items: list[Item], count: int) -> list[list[Item]]:
    """Items read down `count` columns: the lines of a table, the last ones shorter where items run out."""
    height = -(-len(items) // count)
    return [items[place::height] for place in range(height)]
