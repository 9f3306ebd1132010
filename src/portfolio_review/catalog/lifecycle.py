"""Catalogue: lifecycle."""

from __future__ import annotations

from portfolio_review.catalog.columns import pick
from portfolio_review.catalog.entry import Entry, table

ENTRIES: tuple[Entry, ...] = (
    table("lifecycle.stages", "Lifecycle", pick("stage clients revenue"),
          "the first that fits: lapsed; at_risk (overdue); new; returned; then where r(W1) > 0 and r(W0) > 0 "
          "growing from 1.2 r(W0), declining up to 0.8 r(W0); else stable", "Lifecycle"),
)  # fmt: skip
