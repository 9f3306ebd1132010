"""The pages of the report in their order; one module each, one partial of the same name each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portfolio_review.rendering.pages import (
    actions,
    bridge,
    by_what,
    definitions,
    dossiers,
    drivers,
    ledger,
    migration,
    retention,
    risk,
    strategic,
    structure,
    summary,
    trust,
)
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import Results

PAGES: Mapping[str, Callable[[Report], View]] = {
    page.ID: page.view for page in (
        summary, structure, by_what, bridge, migration, retention, drivers, risk, strategic, dossiers, actions, ledger,
        trust, definitions)
}  # fmt: skip
SHORT = ("summary", "bridge", "actions", "trust", "definitions")
"""Pages of the short report of a small unit."""
IF_IT_SPEAKS: Mapping[str, Callable[[Results], bool]] = {
    page.ID: page.has_something_to_say for page in (by_what, risk, strategic, dossiers, ledger)
}
"""Pages that a short report shows when they have something to say."""
NEVER_EMPTY = (by_what.ID, dossiers.ID, ledger.ID)
"""Pages that the full report, too, leaves out where they have nothing to say."""

__all__ = ["IF_IT_SPEAKS", "NEVER_EMPTY", "PAGES", "SHORT", "View"]
