"""The reference finds the allowed values of any column in one search, and says what it does not know."""

from __future__ import annotations

import pytest

from portfolio_review import doubt
from portfolio_review.catalog import CATALOG
from portfolio_review.errors import EXIT_CODES, UsageError
from portfolio_review.manual import reference
from portfolio_review.sources.contracts import CONTRACTS

WHOLE = reference.lines(None)


def test_every_column_stands_in_it_with_what_it_may_hold() -> None:
    for table in CONTRACTS.values():
        assert any(line.startswith(f"{table.name}: {table.row}") for line in WHOLE)
        for column in table.columns:
            (line,) = reference.lines(f"{table.name}.{column.name}")
            assert f"  {line}" in WHOLE
            assert column.note
            assert all(word in line for word in column.words)
            assert ("required" in line) == column.required


def test_every_id_of_the_results_and_every_doubt_and_exit_code_stands_in_it() -> None:
    starts = {line.split(" ")[0].rstrip(":") for line in WHOLE}
    assert set(CATALOG) <= starts
    assert set(doubt.IDS) <= starts
    assert {str(code) for code in EXIT_CODES} <= starts


@pytest.mark.parametrize(
    ("topic", "line"),
    [
        ("criterion", "assessments.criterion (required; potential, reference_value, partnership"),
        ("status", "plans.status (required; open, in_work, done, overdue or cancelled): how far it is"),
        ("risk.model", "risk.model (auto, bg_nbd or chain; default: auto): auto: two clocks"),
        ("window_months", "window_months (a whole number, at least 1, at most 60; default: 12)"),
        ("headline.revenue", "headline.revenue (money; more is better): Revenue = R(P)"),
        ("send.from", "send.from (text or null; default: null): The address that mails come from."),
        ("retention", "retention."),
        ("duplicates", "duplicates: Exact duplicates"),
        ("exit-codes", "0  done"),
        ("Recorded tables", "data.reconciliation: Reconciliation"),
    ],
)
def test_a_topic_is_found_by_its_name(topic: str, line: str) -> None:
    assert reference.lines(topic)[0].startswith(line)


def test_an_unknown_topic_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no topic 'assesments'; did you mean 'assessments'\?; chapters: settings,"):
        reference.lines("assesments")
