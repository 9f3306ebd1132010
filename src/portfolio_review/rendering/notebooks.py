"""Executed notebooks as HTML for reviewers: code shown, sanitised, self-contained."""

from __future__ import annotations

from pathlib import Path

from portfolio_review.exhibits.wording import Wording


def page(path: Path, wording: Wording) -> str:
    return ""
