"""The pages of the report in their order; one module each, one partial of the same name each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portfolio_review.rendering.pages import (
    bridge,
    definitions,
    drivers,
    migration,
    retention,
    structure,
    summary,
    trust,
)
from portfolio_review.rendering.pages.view import View
from portfolio_review.rendering.report import Report

PAGES: Mapping[str, Callable[[Report], View]] = {
    page.ID: page.view for page in (summary, structure, bridge, migration, retention, drivers, trust, definitions)
}
SHORT = ("summary", "bridge", "trust", "definitions")
"""Pages of the short report of a small unit."""

__all__ = ["PAGES", "SHORT", "View"]
