"""Findings as sentences of a page: what their values print ends a sentence once."""

from dataclasses import replace

import made_results

from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings.values import money, say, span
from portfolio_review.rendering.pages import found
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import RecordedFinding
from portfolio_review.results.finding import Finding

MOVED = "%(client)s moved from class %(start)s to %(end)s: %(before)s in the %(span)s before, now %(now)s"


def test_a_value_with_a_full_stop_ends_its_sentence() -> None:
    """In Russian the sentence ends with the length of the window, "12 мес."."""
    made = made_results.results("ru")
    one = money(1.0)
    clause = say(MOVED, client=one, start=one, end=one, before=one, span=span(12), now=one)
    finding = Finding(
        id="migration.x", section="migration", page="migration", theme="x", clauses=(clause,), evidence=(),
        money=9e9, tone="bad",
    )  # fmt: skip
    alone = replace(made, findings=(RecordedFinding(finding, made_results.source("data.doubts")),))
    (sentence,) = found.every(Report(alone, Wording.of(made.review), made_results.CONTEXT))
    assert sentence.text.striptags().replace("\u00a0", " ").endswith("за предшествующие 12 мес.")
