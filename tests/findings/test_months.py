"""Month after month: few findings, and page one does not say the same each time."""

from __future__ import annotations

from collections import Counter

import pytest
from in_process import Company

from portfolio_review.findings import ranking
from portfolio_review.results.finding import Finding, from_plain

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][10:34]
MOST = 28
"""A month's findings with money, all pages together: every rule of the definitions may speak."""


def month_by_month(company: Company, unit: str, months: list[str]) -> list[list[Finding]]:
    made = [company.records(month, unit)[unit] for month in months]
    return [[from_plain(record["finding"]) for record in records if record["kind"] == "finding"] for records in made]


def bounded(told: list[list[Finding]]) -> None:
    assert max(sum(bool(finding.weight) for finding in findings) for findings in told) <= MOST
    pages = [ranking.first_page(findings) for findings in told]
    assert max(len(page.changes) for page in pages) <= ranking.CHANGES
    said = Counter(finding.text for page in pages for finding in page)
    again = sum(count - 1 for count in said.values())
    assert again <= 0.2 * sum(said.values())  # a sentence word for word the same as in another month


@pytest.mark.long
@pytest.mark.parametrize("unit", ["all", "Marine"])
def test_twenty_four_months(company: Company, unit: str) -> None:
    told = month_by_month(company, unit, MONTHS)
    bounded(told)
    if unit == "Marine":
        sizes = [len(ranking.first_page(findings)) for findings in told]
        assert max(sizes) <= 4
        assert sum(sizes) <= 3 * len(sizes)


def test_two_months_of_a_quiet_unit(company: Company) -> None:
    told = month_by_month(company, "Marine", ["2026-04", "2026-09"])
    bounded(told)
    assert max(len(ranking.first_page(findings)) for findings in told) <= 3


def test_in_a_first_year_every_page_that_has_something_to_show_has_its_sentence(company: Company) -> None:
    """The history starts in November 2023: no window before, so neither bridge nor migration."""
    (told,) = month_by_month(company, "Marine", ["2024-11"])
    pages = {finding.page for finding in told}
    assert pages >= {"trust", "structure", "by_what", "drivers", "retention", "strategic", "risk", "actions"}
    assert not pages & {"bridge", "migration"}
