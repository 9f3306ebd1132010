"""Where templates, catalogues, brands and the font lie: in a checkout or in the installed wheel."""

from __future__ import annotations

from pathlib import Path

from portfolio_review.resources import folder, font

__all__ = ["FONT_FAMILY", "font", "read", "templates"]

FONT_FAMILY = "IBM Plex Sans"


def templates() -> Path:
    """The templates folder: inside the wheel, or at the top of a checkout."""
    return folder("templates")


def read(name: str) -> str:
    """The text of one file of the templates folder."""
    return (templates() / name).read_text(encoding="utf-8")
