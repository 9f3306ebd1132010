"""The trust page: reconciliation, what was left out, checks, warnings, inputs, settings, versions."""

from __future__ import annotations

from typing import Any, TypeVar

from markupsafe import Markup

from portfolio_review.catalog import CATALOG
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedCheck

ID = "trust"
SETTING_COLUMNS = 3
PASSED_COLUMNS = 2
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
    return View(
        id=ID,
        title=report.wording.language.text("Trust: data and checks"),
        message=_message(report, passed, len(checks)),
        line=line,
        data={
            "reconciliation": report.rows("data.reconciliation"),
            "left_out": report.rows("data.left_out"),
            "inputs": report.rows("data.inputs"),
            "warnings": report.rows("data.warnings"),
            "whole": report.results.review.unit == "all",
            "checks": len(checks), "passed": passed,
            "failed": [_check(report, check) for check in checks if not check.passed],
            "held": in_columns([_check(report, check) for check in checks if check.passed], PASSED_COLUMNS),
            "word": report.wording.word,
            "settings": in_columns(report.rows("data.settings"), SETTING_COLUMNS),
        },
    )  # fmt: skip


def _message(report: Report, passed: int, count: int) -> Markup:
    plain = report.wording.numbers.plain
    if not count:
        return report.say("No check was recorded")
    if passed == count:
        return report.say("All %(count)s checks passed; every left-out row is counted", count=plain(count))
    return report.say(
        "%(failed)s of %(count)s checks failed: this draft must not be published",
        failed=plain(count - passed), count=plain(count),
    )  # fmt: skip


def _check(report: Report, check: RecordedCheck) -> dict[str, Any]:
    entry = CATALOG.get(check.id)
    return {
        "name": report.wording.name(check.id) if entry else check.id, "detail": check.detail, "source": check.source,
    }  # fmt: skip


def in_columns(items: list[Item], count: int) -> list[list[Item]]:
    """Items read down `count` columns: the lines of a table, the last ones shorter where items run out."""
    height = -(-len(items) // count)
    return [items[place::height] for place in range(height)]
