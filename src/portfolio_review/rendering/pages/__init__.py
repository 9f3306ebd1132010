"""The pages of the report in their order; one module each, one partial of the same name each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portfolio_review.rendering.pages import (
    actions,
    bridge,
    definitions,
    drivers,
    migration,
    retention,
    risk,
    structure,
    summary,
    trust,
)
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report
from portfolio_review.results.contract import Results

PAGES: Mapping[str, Callable[[Report], View]] = {
    page.ID: page.view for page in (
        summary, structure, bridge, migration, retention, drivers, risk, actions, trust, definitions)
}  # fmt: skip
SHORT = ("summary", "bridge", "actions", "trust", "definitions")
"""Pages of the short report of a small unit."""
IF_IT_SPEAKS: Mapping[str, Callable[[Results], bool]] = {risk.ID: risk.has_something_to_say}
"""Pages that a short report shows when they have something to say."""

__all__ = ["IF_IT_SPEAKS", "PAGES", "SHORT", "View"]
