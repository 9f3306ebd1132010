"""Where templates, catalogues, brands and the font lie: in a checkout or in the installed wheel."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from portfolio_review.resources import folder

FONT_FAMILY = "IBM Plex Sans"


def templates() -> Path:
    """The templates folder: inside the wheel, or at the top of a checkout."""
    return folder("templates")


@cache
def font() -> Path:
    """The one complete upright variable font (weights 100 to 700), Cyrillic included."""
    return Path(str(files("fontpkg_ibm_plex_sans") / "files" / "IBMPlexSans[wdth,wght].ttf"))


def read(name: str) -> str:
    """The text of one file of the templates folder."""
    return (templates() / name).read_text(encoding="utf-8")
