"""The reason of a client on a list as one line of text, for pages and for the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portfolio_review.catalog.reasons import CODES, Reason
from portfolio_review.exhibits.reasons import sentence
from portfolio_review.exhibits.wording import Wording

COLUMNS = ("reason", "usual", "now", "about")
"""A table with these four says why in a code and its numbers."""
SHOWN_ABOUT = 40
"""Characters of a category's name that a page shows."""


def in_words(row: Mapping[str, Any], wording: Wording, *, shown_about: int | None = None) -> str:
    """`buys every 16 days, silent 266`; empty without a code, the code's word where a number is missing."""
    code = row.get("reason")
    if not isinstance(code, str) or code not in CODES:
        return str(code or "")
    about = row.get("about")
    if about is not None and shown_about is not None and len(str(about)) > shown_about:
        about = f"{str(about)[: shown_about - 1]}…"
    reason = Reason(code, row.get("usual"), row.get("now"), None if about is None else str(about))
    try:
        return sentence(reason, wording)
    except ValueError:
        return wording.word(code)
