"""What became of what was decided: a page of its own once the first decision is a year old."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import made_results
import pytest

from portfolio_review.catalog import lookup
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import html
from portfolio_review.rendering.pages import PAGES, ledger
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import Results

ID = "actions.ledger"


def decision(since: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{since}-7", "since": since, "client": "Kessler AG", "client_id": "7", "text": "Win back Kessler AG: buys every 6 days, silent 159",
        "owner": "Ann", "due": "2011-01-31", "outcome": "came_back", "money": 192e3, "money_since": 12e3, "asked": since, "rule": "return",
        "base": "lost_a_year", "page": "actions", "reason": "silent", "usual": 6.0, "now": 159.0, "measure": "margin",
    } | more  # fmt: skip


def results(*given: dict[str, Any]) -> Results:
    made = made_results.results()
    rows = [tuple(row.get(column.name) for column in lookup(ID).columns) for row in given]
    return replace(made, tables={**made.tables, ID: made_results.table(ID, rows)})


# the made results are of November 2011
@pytest.mark.parametrize(
    ("since", "printed"), [(("2010-11",), True), (("2010-12",), False), (("2011-10", "2010-01"), True), ((), False)]
)
@pytest.mark.parametrize("pages", ["full", "short"])
def test_the_page_is_there_once_the_first_decision_is_a_year_old(
    since: tuple[str, ...], printed: bool, pages: str
) -> None:
    assert (ledger.ID in html.chosen_pages(results(*map(decision, since)), pages)) is printed
    assert ledger.ID in PAGES


def test_it_prints_the_recorded_rows() -> None:
    made = results(decision("2011-10", outcome="overdue"), decision("2010-11", outcome="bought_anyway"))
    view = ledger.view(Report(made, Wording("en", "GBP"), made_results.CONTEXT))
    (block,) = view.rows[0].columns[0].blocks
    said = [[str(cell) for cell in row.cells] for row in block.rows]  # type: ignore[union-attr]
    assert "Win back Kessler AG" in said[0][1]
    assert [row[4] for row in said] == ["overdue", "bought anyway"]
    russian = ledger.view(Report(made, Wording("ru", "GBP"), made_results.CONTEXT))
    (block,) = russian.rows[0].columns[0].blocks
    assert "Вернуть Kessler AG" in str(block.rows[0].cells[1])  # type: ignore[union-attr]


def test_of_many_the_oldest_are_left_to_the_workbook() -> None:
    made = results(*(decision("2010-11", id=str(n)) for n in range(ledger.SHOWN + 1)))
    (block,) = ledger.view(Report(made, Wording("en", "GBP"), made_results.CONTEXT)).rows[0].columns[0].blocks
    assert (len(block.rows), str(block.note)) == (ledger.SHOWN, "Older ones stand in the workbook.")  # type: ignore[union-attr]
