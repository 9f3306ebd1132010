"""What is due of plans stands on the page of actions, so that a decision of a plan is a printed row."""

from __future__ import annotations

from dataclasses import replace

import made_results

from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering.pages import actions
from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import Made

ID = "actions.plans_due"


def printed(n: int) -> list[Made]:
    made = made_results.results()
    rows = [
        (place, str(place), f"Client {place}", "Call", "Ann", "2011-11-01", "overdue", 5e3) for place in range(1, n + 1)
    ]
    view = actions.view(
        Report(
            replace(made, tables={**made.tables, ID: made_results.table(ID, list(rows))}),
            Wording("en", "GBP"),
            made_results.CONTEXT,
        )
    )
    blocks = (block for row in view.rows for column in row.columns for block in column.blocks)
    return [block for block in blocks if isinstance(block, Made) and block.id == ID]


def test_the_clients_with_most_value_stand_on_the_page() -> None:
    (table,) = printed(actions.MOST_PLANS + 2)
    assert [row.key for row in table.rows] == ["1", "2", "3", "4", "5"]
    assert str(table.title) == "Plans: what is due"


def test_without_plans_nothing_is_said() -> None:
    assert printed(0) == []
