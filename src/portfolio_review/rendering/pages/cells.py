"""Cells that tables of clients share: a chance in per cent, a class, a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from portfolio_review.exhibits.chances import OVER, UNDER, in_steps, told
from portfolio_review.rendering.report import Report

CLASSES = ("A", "B", "C")
REGULARITY = ("X", "Y", "Z")
NO_CLASS = "n/a"
"""The mark of a client without a class of regularity."""
NO_RANGE = 0.005
"""A narrower range is that of a score all of which is known."""


def chance(report: Report, value: Any) -> str:
    """A client's chance in steps of 5 %, half up, its unit in the head; `n/a` where none is known or may be printed."""
    if value is None or not told(report.results):
        return report.na
    if value < UNDER:
        return report.wording.language.text("under 5")
    if value >= OVER:
        return report.wording.language.text("over 95")
    return report.wording.numbers.percent(in_steps(value), 0, mark=False)


def class_of(abc: Any, xyz: Any = "") -> str:
    """`AX`, `A` where there is no XYZ class; empty for clients in no class."""
    return f"{abc}{xyz if xyz in REGULARITY else ''}" if abc in CLASSES else ""


def day(report: Report, value: Any) -> str:
    """A day as tables print it: `30 Nov 2026`, `30.11.2026`; text that is no day stands as it is."""
    try:
        date = dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return "" if value is None else str(value)
    return report.wording.language.short_date(date)


def proposed(report: Report) -> bool:
    """Whether the strategic clients are only proposed by the data: no account is named."""
    return any(row["decision"] == "proposed" for row in report.rows("strategic.proposal"))


def score_range(report: Report, row: dict[str, Any]) -> str:
    """`0.61–0.95`: between the score with every missing value at 0 and at 1; empty where nothing is missing."""
    low, high = row["score_low"], row["score_high"]
    if low is None or high is None or high - low < NO_RANGE:
        return ""
    plain = report.wording.numbers.plain
    return f"{plain(low, 2)}–{plain(high, 2)}"


def name_of(row: dict[str, Any]) -> str:
    return str(row["name"] or row["client_id"])


def in_margin(report: Report) -> bool:
    """Whether value is counted in margin."""
    figure = report.figure("data.value")
    return figure is not None and figure.value == "margin"


def worth(report: Report, money: str) -> str:
    """An amount of value: said to be margin where value is counted in margin."""
    return str(report.say("%(money)s of margin", money=money)) if in_margin(report) else money
